"""A message that chooses among the articles that were offered, or corrects what was shown or offered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bot.language.deciding import VAGUE_FROM
from bot.language.follow import fitting
from bot.language.readings import UNSURE, Before, Readings, answered, holds
from bot.language.understanding import Candidate, Decision, Understanding
from kb.article import Scope
from nihongo.choice import ordinal, several, without_wish
from nihongo.correction import Correction, correction
from nihongo.normalise import normalise

_READ = (Decision.ANSWER, Decision.CLARIFY, Decision.HAND_OFF)


def chosen(readings: Readings, said: str, alone: Understanding, before: Before) -> Understanding | None:
    """By number, two of them at most (1と3, 両方); else a phrase that fits exactly one of the articles that were
    offered (返金のほう)."""
    if len(before.offered) < 2:
        return None
    if numbered := _numbered(readings, said, before.offered):
        return numbered
    if alone.decision not in (*UNSURE, Decision.DECLINE):
        return None
    wish = without_wish(said)
    row = _named(readings, wish, before.offered)
    if row is not None and not (wish == said.strip("。!?") and _new_topic(readings, wish, row)):
        return answered(said, readings.ordered(said, [row]), 0.0)
    return _narrowed(readings, said, wish, before.question)


def _numbered(readings: Readings, said: str, offered: tuple[str, ...]) -> Understanding | None:
    """The door hears one number itself, while the choices are the last words; here also after ありがとう."""
    index, one = readings.index, ordinal(said, len(offered))
    numbers = several(said, len(offered)) if one is None else (one,)
    rows = [index.row_of[offered[number]] for number in numbers if offered[number] in index.row_of]
    articles = [index.articles[row] for row in rows if readings.rows[row]]
    wanted = [Candidate(one.id, one.title, 0.0, 1.0) for one in articles if one.scope is Scope.SELF_SERVICE]
    if not wanted:
        return None
    found = Understanding.of(said, Decision.ANSWER, 1.0, candidates=tuple(wanted[:1]))
    return replace(found, also=tuple(wanted[1:2]), more=len(wanted[2:]))


def _named(readings: Readings, wish: str, offered: tuple[str, ...]) -> int | None:
    """The only one of the offered whose title, else keywords, hold all that is wished for."""
    index, words = readings.index, frozenset(readings.words(wish))
    rows = [int(row) for row in np.flatnonzero(readings.rows) if index.articles[row].id in offered]
    for known in (index.titled, index.named):
        fits = [row for row in rows if words and holds(known, row, words)]
        if len(fits) == 1:
            return fits[0]
    return None


def _new_topic(readings: Readings, wish: str, chosen: int) -> bool:
    """Whether several articles' titles hold this topic (返品), and some of them less beside it than the one chosen."""
    index, words = readings.index, frozenset(readings.words(wish))
    held = [int(row) for row in np.flatnonzero(readings.rows) if holds(index.titled, int(row), words)]
    beside = {row: len(set(readings.words(normalise(index.articles[row].title))) - words) for row in {*held, chosen}}
    return len(held) >= VAGUE_FROM and min(beside.values()) < beside[chosen]


def _narrowed(readings: Readings, said: str, wish: str, question: str) -> Understanding | None:
    """What none of the offered is (送料のほう, after 返品), read with the question they were offered for."""
    if wish == said.strip("。!?") or not question:
        return None
    return answered(said, readings.joined(question, wish, readings.rows), readings.answer)


def corrected(readings: Readings, said: str, before: Before) -> Understanding | None:
    """What is meant instead of what was shown or offered, which is not shown again; None when that is not clear."""
    found = correction(said) if before.article or before.offered else None
    if found is None:
        return None
    without = np.array([article is not before.article for article in readings.index.articles])
    others = replace(readings, rows=readings.rows & without)
    alone = others.alone(found.meant)
    meant = chosen(others, found.meant, alone, before) or _completed(others, found, alone, before) or alone
    return meant if meant.decision in _READ else None


def _completed(readings: Readings, found: Correction, alone: Understanding, before: Before) -> Understanding | None:
    """交換 instead of 返品 in the question before (返品したい) or in the title that answered it."""
    if not found.elliptical or before.article is None:
        return None
    told = [text for text in (before.question, normalise(before.article.title)) if found.denied]
    meant = [text.replace(found.denied, found.meant) for text in told if found.denied in text]
    read = sorted((readings.alone(text) for text in meant), key=_likeliest)
    if read and read[0].decision is Decision.ANSWER:
        return read[0]
    near = readings.near(before.article)
    unsure = alone.decision in UNSURE and not readings.elsewhere(found.meant, near)
    fits = fitting(readings, found.meant, before.article, near) if unsure else None
    return fits or next((one for one in read if one.decision is Decision.CLARIFY), None)


def _likeliest(found: Understanding) -> tuple[bool, float]:
    """Sorts answers first, then by probability."""
    return found.decision is not Decision.ANSWER, -found.confidence
