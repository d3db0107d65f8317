"""What a message means after what was said before: a choice among what was offered, a correction, a follow-up; the
second question of one message follows the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np

from bot.language.bm25 import Columns
from bot.language.encoders import Vectors
from bot.language.index import Index
from bot.language.reading import plain
from bot.language.understanding import Candidate, Decision, Understanding
from kb.article import Article, Scope
from nihongo.choice import ordinal, several, without_wish
from nihongo.correction import Correction, correction
from nihongo.normalise import normalise
from nihongo.questions import leans, questions, refers, without_lead

_UNSURE = (Decision.REPHRASE, Decision.CLARIFY)
_ASKING = ("ask_hours", "ask_ability")  # talk that may be asked of the article before: 何時まで？
_TOLD = (Decision.ANSWER, Decision.CLARIFY)
_READ = (Decision.ANSWER, Decision.CLARIFY, Decision.HAND_OFF)


@dataclass(frozen=True)
class Before:
    """The turn before: the article it showed, the customer's question, the ids of the articles it offered."""

    article: Article | None = None
    question: str = ""
    offered: tuple[str, ...] = ()

    @classmethod
    def of(cls, context: Mapping[str, Any], index: Index) -> Before:
        """From what the asker knows; an id that is not in the index is nobody's."""
        shown, offered = context.get("article"), context.get("offered")
        article = index.articles[index.row_of[shown]] if shown in index.row_of else None
        ids = tuple(map(str, offered)) if isinstance(offered, list | tuple) else ()
        return cls(article, normalise(str(context.get("question") or "")), ids)


@dataclass(frozen=True)
class Readings:
    """One message's ways to be read. `read(text, rows)`: by itself, among these articles; `joined(topic, text, rows)`:
    together with a topic; `words`: its content words; then thresholds.yml: the least probability of an answer, of each
    of two, of a rival."""

    index: Index
    rows: Vectors
    read: Callable[[str, Vectors], Understanding]
    joined: Callable[[str, str, Vectors], list[Candidate]]
    words: Callable[[str], tuple[str, ...]]
    answer: float
    second: float
    rival: float

    def chosen(self, said: str, alone: Understanding, before: Before) -> Understanding | None:
        """By number, two of them at most (1と3, 両方); else a phrase that fits exactly one of the articles that were
        offered (返金のほう)."""
        if len(before.offered) < 2:
            return None
        if numbered := self._numbered(said, before.offered):
            return numbered
        if alone.decision not in (*_UNSURE, Decision.DECLINE):
            return None
        words = frozenset(self.words(without_wish(said)))
        rows = [row for row in np.flatnonzero(self.rows) if self.index.articles[row].id in before.offered]
        for known in (self.index.titled, self.index.named):
            fits = [row for row in rows if words and _holds(known, row, words)]
            if len(fits) == 1:
                return self._answered(said, self._ordered(said, fits), 0.0)
        return self._narrowed(said, without_wish(said), before)

    def _narrowed(self, said: str, wish: str, before: Before) -> Understanding | None:
        """What none of the offered is (送料のほう, after 返品), read with the question they were offered for."""
        if wish == said.strip("。!?") or not before.question:
            return None
        return self._answered(said, self.joined(before.question, wish, self.rows), self.answer)

    def _numbered(self, said: str, offered: tuple[str, ...]) -> Understanding | None:
        """The door hears one number itself, while the choices are the last words; here also after ありがとう."""
        one = ordinal(said, len(offered))
        numbers = several(said, len(offered)) if one is None else (one,)
        rows = [self.index.row_of[offered[number]] for number in numbers if offered[number] in self.index.row_of]
        articles = [self.index.articles[row] for row in rows if self.rows[row]]
        wanted = [Candidate(one.id, one.title, 0.0, 1.0) for one in articles if one.scope is Scope.SELF_SERVICE]
        if not wanted:
            return None
        found = Understanding(said, Decision.ANSWER, "faq_answer", 1.0, candidates=tuple(wanted[:1]))
        return replace(found, also=tuple(wanted[1:2]), more=len(wanted[2:]))

    def corrected(self, said: str, before: Before) -> Understanding | None:
        """What is meant instead of what was shown or offered, which is not shown again; None when that is not clear."""
        found = correction(said) if before.article or before.offered else None
        if found is None:
            return None
        without = np.array([article is not before.article for article in self.index.articles])
        others = replace(self, rows=self.rows & without)
        alone = others.read(found.meant, others.rows)
        meant = others.chosen(found.meant, alone, before) or others._completed(found, alone, before) or alone
        return meant if meant.decision in _READ else None

    def followed(self, said: str, alone: Understanding, before: Before) -> Understanding | None:
        """What leans on the answer before is read with it among its neighbours; a new topic is not."""
        if before.article and alone.decision is Decision.DECLINE and (rest := without_lead(said)) != said:
            said, alone = rest, self.read(rest, self.rows)
        unsure = alone.decision in _UNSURE or alone.intent in _ASKING
        if before.article is None or not (unsure or (alone.decision is not Decision.HAND_OFF and leans(said))):
            return None
        near = self._near(before.article)
        if self._elsewhere(said, near) or (alone.decision is Decision.DECLINE and not self._known(said, near)):
            return None
        fitting, together = self._fitting(said, before.article, near), self._together(said, before.article, near)
        if fitting and together and not refers(said) and self._unlike(fitting, together, before.article.id):
            return self._which(fitting, together.candidates, fitting.candidates[:1])
        return fitting or together

    def _unlike(self, fitting: Understanding, together: Understanding, told: str) -> bool:
        """Whether reading it with the article before leads surely to a third one."""
        sure = together.confidence >= max(self.answer, 2 * fitting.confidence)
        return sure and _top(together) not in (_top(fitting), told)

    def _fitting(self, said: str, before: Article, near: list[int]) -> Understanding | None:
        """The article of the same category whose title, else keywords, hold what is new (送料は？); of the same thing
        (返品) before others. None where the article before may answer that too."""
        topic, told = frozenset(self.words(normalise(before.title))), frozenset(self._told(before, said))
        words = frozenset(word for word in self.words(said) if word in self.index.asked)
        same = [row for row in near if self.index.articles[row].category == before.category]
        for known, old in ((self.index.titled, topic), (self.index.named, told)):
            fits = [row for row in same if _holds(known, row, words)] if words - old else []
            shares = [sum(self.index.titled.has(row, word) for word in topic) for row in fits]
            if best := [row for row, share in zip(fits, shares, strict=True) if share == max(shares)]:
                return self._answered(said, self._ordered(said, best), 0.0 if len(best) == 1 else self.answer)
        return None

    def _told(self, article: Article, said: str) -> Iterator[str]:
        """The words of a message that an article asks or answers."""
        row, answer = self.index.row_of[article.id], frozenset(self.words(plain(article.answer.web)))
        return (word for word in self.words(said) if word in answer or self.index.asked.has(row, word))

    def _known(self, said: str, near: list[int]) -> bool:
        """Whether these articles have heard of all that it names."""
        return not self._unheard(said, near)

    def _elsewhere(self, said: str, near: list[int]) -> bool:
        """Whether it names what articles of other topics are about."""
        return any(self.rows[self.index.titled.holders(word)].any() for word in self._unheard(said, near))

    def _unheard(self, said: str, near: list[int]) -> set[str]:
        """Its words that none of these articles asks."""
        return {word for word in self.words(said) if not any(self.index.asked.has(row, word) for row in near)}

    def both(self, said: str, alone: Understanding) -> Understanding | None:
        """Two questions in one message, when both have an answer of their own."""
        parts = questions(said)
        if len(parts) < 2 or alone.decision in (Decision.HAND_OFF, Decision.DECLINE):
            return None
        first, *others = (self.read(part, self.rows) for part in parts)
        if any(one.decision is Decision.HAND_OFF for one in (first, *others)) or not self._sure(first):
            return None
        before = Before.of({"article": _top(first)}, self.index)
        seconds = [self.followed(part, read, before) or read for part, read in zip(parts[1:], others, strict=True)]
        seconds = [one for one in seconds if one.decision in _TOLD and _top(one) != _top(first)]
        if sure := [one for one in seconds if self._sure(one)]:
            left = {_top(one) for one in seconds} - {_top(sure[0])}
            told = replace(first, decision=Decision.ANSWER, intent="faq_answer")
            return replace(told, also=sure[0].candidates[:1], more=len(left))
        if not seconds or alone.decision is Decision.ANSWER:
            return None
        return self._which(first, first.candidates[:1], seconds[0].candidates[:2])

    def _sure(self, found: Understanding) -> bool:
        """Alone it might be asked which; beside another question the likelier article is told."""
        best, rival = ([one.probability for one in found.candidates] + [0.0, 0.0])[:2]
        return found.decision in _TOLD and best >= self.second and rival <= 2 / 3 * best

    def _completed(self, found: Correction, alone: Understanding, before: Before) -> Understanding | None:
        """交換 instead of 返品 in the question before (返品したい) or in the title that answered it."""
        if not found.elliptical or before.article is None:
            return None
        told = [text for text in (before.question, normalise(before.article.title)) if found.denied]
        meant = [text.replace(found.denied, found.meant) for text in told if found.denied in text]
        read = sorted((self.read(text, self.rows) for text in meant), key=_likeliest)
        if read and read[0].decision is Decision.ANSWER:
            return read[0]
        near = self._near(before.article)
        unsure = alone.decision in _UNSURE and not self._elsewhere(found.meant, near)
        fitting = self._fitting(found.meant, before.article, near) if unsure else None
        return fitting or next((one for one in read if one.decision is Decision.CLARIFY), None)

    def _together(self, said: str, before: Article, near: list[int]) -> Understanding | None:
        """Read as one with the title before; what it leads to must be of the same thing. Asked which, where another
        of these is nearly as likely, or the message, which names nothing before (その), by itself asks for it."""
        topic = frozenset(self.words(normalise(before.title)))
        same = [row for row in near if any(self.index.asked.has(row, word) for word in topic)]
        found = self._answered(said, self.joined(normalise(before.title), said, self._mask(same)), self.answer)
        if found is None:
            return self._perhaps(said, before, near)
        told = "" if refers(said) else before.id
        others = [one for one in found.candidates[1:] if self._rivals(one, found, told)]
        if _top(found) == before.id and not others and not leans(said):
            others = self._rather(said, before, near)
        return self._which(found, found.candidates[:1], others) if others else found

    def _perhaps(self, said: str, before: Article, near: list[int]) -> Understanding | None:
        """What leans on the answer before is never put down to chance or called none of ours: it is asked which."""
        likely = self.joined(normalise(before.title), said, self._mask(near)) if leans(said) else []
        if not likely or likely[0].probability < self.rival:
            return None
        return self._which(Understanding(said, Decision.CLARIFY, "", likely[0].probability), likely)

    def _rivals(self, other: Candidate, found: Understanding, told: str) -> bool:
        """Nearly as likely as the best; of what was just told, less is enough."""
        least = max(self.rival, 0.0 if other.article_id == told else 0.6 * found.confidence)
        return other.probability >= least

    def _rather(self, said: str, before: Article, near: list[int]) -> list[Candidate]:
        """What the message by itself asks for rather than for the article before."""
        alone = self._ordered(said, near)
        told = next((one.probability for one in alone if one.article_id == before.id), 0.0)
        least = max(self.rival, 2 * told)
        return [one for one in alone[:1] if one.article_id != before.id and one.probability >= least]

    def _which(self, found: Understanding, *likely: Iterable[Candidate]) -> Understanding:
        """Put to the customer: the likeliest of each reading in turn, each article once."""
        by_id = {one.article_id: one for turn in zip_longest(*likely) for one in turn if one}
        ours = [one for one in by_id.values() if one.scope == Scope.SELF_SERVICE]
        return replace(found, decision=Decision.CLARIFY, intent="faq_clarify", candidates=tuple(ours))

    def _ordered(self, said: str, rows: list[int]) -> list[Candidate]:
        return list(self.read(said, self._mask(rows)).candidates)

    def _answered(self, said: str, found: list[Candidate], least: float) -> Understanding | None:
        if not found or found[0].probability < least or found[0].scope != Scope.SELF_SERVICE:
            return None
        return Understanding(said, Decision.ANSWER, "faq_answer", found[0].probability, candidates=tuple(found))

    def _near(self, article: Article) -> list[int]:
        """The article, its category and what it names as related."""
        found = enumerate(self.index.articles)
        near = [row for row, one in found if one.category == article.category or one.id in article.related]
        return [row for row in near if self.rows[row]]

    def _mask(self, rows: list[int]) -> Vectors:
        return np.isin(np.arange(len(self.index.articles)), rows)


def _holds(known: Columns, row: int, words: frozenset[str]) -> bool:
    return all(known.has(row, word) for word in words)


def _likeliest(found: Understanding) -> tuple[bool, float]:
    """Sorts answers first, then by probability."""
    return found.decision is not Decision.ANSWER, -found.confidence


def _top(found: Understanding) -> str:
    return found.candidates[0].article_id
