"""Whether the yes that opens an article's answer (はい、ご利用いただけます) says yes to what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.language.index import Index
from bot.language.reading import plain
from bot.language.readings import Before
from bot.language.understanding import Decision, Understanding
from nihongo.normalise import normalise
from nihongo.questions import whether


def assents(index: Index, words: Callable[[str], Iterable[str]], found: Understanding, before: Before) -> bool:
    """To a yes-or-no question that adds no condition to what title and keywords name (沖縄でも代引きできる？), nor
    follows one that the answer speaks of (沖縄は？ 代引きは使えますか？)."""
    if found.decision is not Decision.ANSWER or found.also or not whether(found.text):
        return False
    row = index.row_of.get(found.candidates[0].article_id)
    if row is None or not all(index.named.has(row, word) for word in words(found.text)):
        return False
    said = f"{before.question} {normalise(before.article.title) if before.article else ''}"
    unnamed = {word for word in words(said) if not index.named.has(row, word)}
    return not unnamed or unnamed.isdisjoint(words(plain(index.articles[row].answer.web)))
