"""A follow-up: a message that leans on the article shown before it (沖縄だと？)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.language.reading import plain
from bot.language.readings import HOURS, UNSURE, Before, Readings, answered, holds, top, which
from bot.language.understanding import Candidate, Decision, Understanding
from kb.article import Article
from nihongo.choice import ordinal
from nihongo.normalise import normalise
from nihongo.questions import how_much, leans, names_nothing, refers, tells_on, without_lead

_SHORT = 24  # characters
_MANY = 9  # choices
_ASKING = (HOURS, "ask_ability")  # talk that may be asked of the article before: 何時まで？
_SMALL = "small_talk"
_PRICE = re.compile(r"[0-9]円|[0-9](?:\*\*)?%|無料|有料")
_TIME = re.compile("[0-9](?:営業日|日(?:以内|後|ほど|前後|程度|くらい)|週間|か月)")
_READ = (Decision.ANSWER, Decision.CLARIFY)


def followed(readings: Readings, said: str, alone: Understanding, before: Before) -> Understanding | None:
    """What leans on the answer before is read with it among its neighbours; a new topic is not."""
    article = before.article
    if ordinal(said, _MANY) is not None:
        return None  # 3番も, where nothing was offered
    if article and alone.decision is Decision.DECLINE and (rest := without_lead(said)) != said:
        said, alone = rest, readings.alone(rest)
    lean = _may_lean(said, alone)
    if article is None or not (lean or _unnamed(readings, said, alone)):
        return None
    near = readings.near(article)
    if readings.elsewhere(said, near) or _new(readings, said, alone, near, [article]):
        return None
    found = _unsaid(readings, said, article, near) if names_nothing(said) else None
    found = found or _fitted(readings, said, article, near) or _together(readings, said, article, near)
    if found is None or lean:
        return found
    new = readings.index.row_of[top(alone)] not in near
    return which(alone, alone.candidates[:1], found.candidates[:1]) if new else None


def carried(readings: Readings, said: str, alone: Understanding, before: Before) -> Understanding | None:
    """What leads on from articles that were only offered (じゃあ代引きは？) is asked which: what it means with their
    question, the likelier of them, what it means by itself."""
    index = readings.index
    rows = [index.row_of[one] for one in before.offered if one in index.row_of]
    near = sorted({row for one in rows for row in readings.near(index.articles[one])})
    if before.article or not rows or not _goes_on(said) or not _may_lean(said, alone) or readings.elsewhere(said, near):
        return None
    shown = [index.articles[row] for row in rows]
    if (alone.candidates and top(alone) in before.offered) or _new(readings, said, alone, near, shown):
        return None
    joined = readings.joined(before.question, without_lead(said), readings.rows)
    offered = readings.ordered_with(before.question, said, rows)
    own = alone.candidates[:1] if alone.decision in _READ else ()
    return which(alone, joined[:1], offered[:2], own)


def _unsaid(readings: Readings, said: str, before: Article, near: list[int]) -> Understanding | None:
    """いくら? of an article is told by it, or by one of the same thing; else asked of what."""
    topic = frozenset(readings.words(normalise(before.title)))
    alike = [row for row in near if any(readings.index.titled.has(row, word) for word in topic)]
    if found := fitting(readings, said, before, alike):
        return found
    likely, told = readings.ordered_with(normalise(before.title), said, near), _PRICE if how_much(said) else _TIME
    own = [one for one in likely if one.article_id == before.id]
    if own and told.search(before.answer.web):
        return answered(said, own, 0.0)
    return which(Understanding.of(said, Decision.CLARIFY, 0.0), own, likely[:2]) if likely else None


def _fitted(readings: Readings, said: str, before: Article, near: list[int]) -> Understanding | None:
    """The article that fits; asked which, where nothing points back and both read together lead elsewhere."""
    fits = fitting(readings, said, before, near)
    joined = None if fits is None or refers(said) else _together(readings, said, before, near)
    if fits and joined and _unlike(readings, fits, joined, before.id):
        return which(fits, joined.candidates, fits.candidates[:1])
    return fits


def _unnamed(readings: Readings, said: str, alone: Understanding) -> bool:
    """Whether a short question is answered although it holds no word of the answer's title: of that article, or of
    what was told before? Asked."""
    if alone.decision is not Decision.ANSWER or len(said) > _SHORT:
        return False
    row = readings.index.row_of[top(alone)]
    return not any(readings.index.titled.has(row, word) for word in readings.words(said))


def _new(readings: Readings, said: str, alone: Understanding, near: list[int], before: list[Article]) -> bool:
    """Whether it is of another topic, or none of ours: it needs nothing of what was said before."""
    if alone.decision is Decision.DECLINE:
        return bool(readings.unheard(said, near))
    index, best = readings.index, next(iter(alone.candidates), None)
    if best is None or alone.decision not in _READ or index.row_of[best.article_id] in near:
        return False
    sure = best.probability >= readings.answer
    if not _goes_on(said):
        return sure or bool(readings.unheard(said, near))
    return sure and _its_own(readings, said, index.row_of[best.article_id], near, before)


def _its_own(readings: Readings, said: str, row: int, near: list[int], before: list[Article]) -> bool:
    """Whether it names what this article's title tells, none of the near ones is about and none before tells."""
    titled, named = readings.index.titled, readings.index.named
    untold = set.intersection(*(_untold(readings, one, said) for one in before))
    words = [word for word in untold if titled.has(row, word)]
    return any(not any(titled.has(one, word) or named.has(one, word) for one in near) for word in words)


def _goes_on(said: str) -> bool:
    """Whether it is worded as the continuation of something."""
    return leans(said) or tells_on(said)


def _may_lean(said: str, alone: Understanding) -> bool:
    """Whether it is unclear by itself, or worded as if something went before."""
    unsure = alone.decision in UNSURE or alone.intent in _ASKING
    told = tells_on(said) and (alone.decision is not Decision.TALK or alone.intent == _SMALL)
    return unsure or (alone.decision is not Decision.HAND_OFF and (told or leans(said)))


def _unlike(readings: Readings, fits: Understanding, joined: Understanding, told: str) -> bool:
    """Whether reading it with the article before leads surely to a third one."""
    sure = joined.confidence >= max(readings.answer, 2 * fits.confidence)
    return sure and top(joined) not in (top(fits), told)


def fitting(readings: Readings, said: str, before: Article, near: list[int]) -> Understanding | None:
    """The article of the same category whose title, else keywords, hold what is new (送料は？); of the same thing
    (返品) before others. None where the article before may answer that too."""
    index = readings.index
    topic, told = frozenset(readings.words(normalise(before.title))), frozenset(_told(readings, before, said))
    words = frozenset(word for word in readings.words(said) if word in index.asked)
    same = [row for row in near if index.articles[row].category == before.category]
    for known, old in ((index.titled, topic), (index.named, told)):
        fits = [row for row in same if holds(known, row, words)] if words - old else []
        shares = [sum(index.titled.has(row, word) for word in topic) for row in fits]
        if best := [row for row, share in zip(fits, shares, strict=True) if share == max(shares)]:
            return answered(said, readings.ordered(said, best), 0.0 if len(best) == 1 else readings.answer)
    return None


def _told(readings: Readings, article: Article, said: str) -> Iterator[str]:
    """The words of a message that an article asks or answers."""
    row, answer = readings.index.row_of[article.id], frozenset(readings.words(plain(article.answer.web)))
    return (word for word in readings.words(said) if word in answer or readings.index.asked.has(row, word))


def _untold(readings: Readings, article: Article, said: str) -> set[str]:
    """The words of a message that an article neither asks nor answers."""
    return set(readings.words(said)) - set(_told(readings, article, said))


def _together(readings: Readings, said: str, before: Article, near: list[int]) -> Understanding | None:
    """Read as one with the title before; what it leads to must be of the same thing. Asked which, where another
    of these is nearly as likely, or the message, which names nothing before (その), by itself asks for it."""
    title = normalise(before.title)
    topic = frozenset(readings.words(title))
    same = [row for row in near if any(readings.index.asked.has(row, word) for word in topic)]
    found = answered(said, readings.ordered_with(title, said, same), readings.answer)
    if found is None:
        return _perhaps(readings, said, title, near)
    told = "" if refers(said) else before.id
    others = [one for one in found.candidates[1:] if _rivals(readings, one, found, told)]
    if top(found) == before.id and not others and not leans(said):
        others = _rather(readings, said, before, near)
    adds = tells_on(said) or (leans(said) and not refers(said))
    if top(found) == before.id and adds and _untold(readings, before, said):
        return found.decided(Decision.CLARIFY)  # 日曜日は? of an article that says nothing of it
    return which(found, found.candidates[:1], others) if others else found


def _perhaps(readings: Readings, said: str, title: str, near: list[int]) -> Understanding | None:
    """What leans on the answer before is never put down to chance or called none of ours: it is asked which."""
    likely = readings.ordered_with(title, said, near) if _goes_on(said) else []
    if not likely or likely[0].probability < readings.rival:
        return None
    return which(Understanding.of(said, Decision.CLARIFY, likely[0].probability), likely)


def _rivals(readings: Readings, other: Candidate, found: Understanding, told: str) -> bool:
    """Nearly as likely as the best; of what was just told, less is enough."""
    least = max(readings.rival, 0.0 if other.article_id == told else found.confidence / 2)
    return other.probability >= least


def _rather(readings: Readings, said: str, before: Article, near: list[int]) -> list[Candidate]:
    """What the message by itself asks for rather than for the article before."""
    alone = readings.ordered(said, near)
    told = next((one.probability for one in alone if one.article_id == before.id), 0.0)
    least = max(readings.rival, 2 * told)
    return [one for one in alone[:1] if one.article_id != before.id and one.probability >= least]
