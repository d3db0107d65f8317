"""Whether the yes that opens an article's answer (はい、ご利用いただけます) says yes to what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.language.index import Index
from bot.language.understanding import Decision, Understanding
from nihongo.questions import whether


def assents(index: Index, words: Callable[[str], Iterable[str]], found: Understanding) -> bool:
    """To a yes-or-no question that adds no condition to what title and keywords name (沖縄でも代引きできる？)."""
    if found.decision is not Decision.ANSWER or found.also or not whether(found.text):
        return False
    row = index.row_of.get(found.candidates[0].article_id)
    return row is not None and all(index.named.has(row, word) for word in words(found.text))
