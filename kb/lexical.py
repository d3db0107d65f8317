"""Search by characters alone (BM25 over bigrams), for when the language process is away."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from kb.article import Article, Scope
from kb.release import Release
from nihongo.normalise import compare_key

# Usual BM25 values; lengths differ by the number of phrasings only, so length weighs little.
_K1 = 1.2
_B = 0.3
_TITLE_WEIGHT = 2

Grams = Counter[str]


def search(
    release: Release, text: str, limit: int, day: date, scopes: Iterable[Scope] = (Scope.SELF_SERVICE,)
) -> list[tuple[Article, float]]:
    """The best articles first. Scores are 0–1: the share of the question's information found in the article."""
    grams = _grams(compare_key(text))
    wanted = frozenset(scopes)
    index = _index(release)
    scores = index.scores(grams)
    found = [
        (article, score)
        for number, score in sorted(scores.items(), key=lambda item: -item[1])
        if (article := index.articles[number]).scope in wanted and article.valid_on(day)
    ]
    return found[:limit]


class _Index:
    def __init__(self, release: Release) -> None:
        self.articles = list(release.articles.values())
        texts = [_text_grams(article) for article in self.articles]
        lengths = [sum(grams.values()) for grams in texts]
        mean = sum(lengths) / max(1, len(lengths)) or 1.0
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, grams in enumerate(texts):
            damping = _K1 * (1 - _B + _B * lengths[number] / mean)
            for gram, count in grams.items():
                self._postings[gram].append((number, count * (_K1 + 1) / (count + damping)))

    def scores(self, query: Grams) -> dict[int, float]:
        found: dict[int, float] = defaultdict(float)
        best = 0.0
        for gram in query:
            postings = self._postings.get(gram, ())
            weight = math.log(1 + (len(self.articles) - len(postings) + 0.5) / (len(postings) + 0.5))
            best += weight * (_K1 + 1)
            for number, value in postings:
                found[number] += weight * value
        return {number: score / best for number, score in found.items()}


@lru_cache(maxsize=2)
def _index(release: Release) -> _Index:
    return _Index(release)


def _text_grams(article: Article) -> Grams:
    grams: Grams = Counter()
    for text in (*[article.title] * _TITLE_WEIGHT, *article.phrasings, *article.keywords):
        grams.update(_grams(compare_key(text)))
    return grams


def _grams(text: str) -> Grams:
    if len(text) == 1:
        return Counter([text])
    return Counter(text[at : at + 2] for at in range(len(text) - 1))
