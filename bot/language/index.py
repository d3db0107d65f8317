"""An Index: the live release ready to be searched. Immutable; a new release is a new Index, swapped as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bot.language.bm25 import BM25
from bot.language.encoders import Vectors
from bot.language.projection import Projection
from bot.language.ridge import Ridge, fit
from bot.language.tokens import Words
from bot.language.vectors import VectorCache
from kb.article import Article
from nihongo.normalise import clean, normalise

if TYPE_CHECKING:
    from bot.language.cohort import Cohort

SENTENCES = 12  # of an answer that are looked at
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|https?://\S+|[*_#>`|]+")
_ENDS = re.compile(r"(?<=[。！？!?])|\n+|■")
_SHORTEST = 6  # characters of a sentence that can answer something
FEW_QUESTIONS = 3.0  # an article; with fewer, its questions teach little and its answer must speak for it
_LEARNED_MOST = 6000  # questions; fitting takes their number's cube
PASSAGE = 400  # characters of question and answer that E5 reads


@dataclass(frozen=True)
class Texts:
    """What is encoded of the articles; `*_of` gives the first row of each article (for maximum by article)."""

    questions: list[str]
    question_of: Vectors
    sentences: list[str]
    sentence_of: Vectors
    passages: list[str]


@dataclass(frozen=True)
class Matrices:
    """One encoder's vectors of the same rows."""

    questions: Vectors
    sentences: Vectors
    passages: Vectors


@dataclass(frozen=True)
class Turned:
    """What the learned view needs: the questions turned, and how the other rows are centred without a copy of them."""

    projection: Projection
    questions: Vectors
    sentence_scales: tuple[Vectors, Vectors]
    passage_scales: tuple[Vectors, Vectors]


@dataclass(frozen=True)
class Index:
    number: int
    articles: tuple[Article, ...]
    texts: Texts
    words: BM25
    asked: tuple[frozenset[str], ...]
    """The words of each article's title, phrasings and keywords."""
    sounds: BM25
    titled: tuple[frozenset[str], ...] = ()
    """The words of each article's title."""
    named: tuple[frozenset[str], ...] = ()
    """The same with its keywords."""
    use: Matrices | None = None
    e5: Matrices | None = None
    turned: Turned | None = None
    learned: Ridge | None = None
    """Which article a question is, learned from titles and phrasings."""
    cohort: Cohort | None = None
    """What sentences of others score here; where nothing is learned the gate needs it."""

    def with_vectors(self, encoder: str, cache: VectorCache) -> Index:
        """The same index with an encoder's vectors, all of which must be in the cache."""
        found = matrices(self.texts, encoder, cache)
        return replace(self, use=found) if encoder == "use" else replace(self, e5=found)

    def with_learned(self) -> Index:
        """The same index with what titles and phrasings teach, where there are enough but not too many."""
        questions, count = self.texts.questions, len(self.articles)
        if self.use is None or not FEW_QUESTIONS * count <= len(questions) <= _LEARNED_MOST:
            return self
        owner = np.repeat(np.arange(count), np.diff([*self.texts.question_of, len(questions)]))
        truth = np.eye(count, dtype=np.float32)[owner]
        return replace(self, learned=fit(questions, self.use.questions, truth, np.ones(len(questions)))[0])

    def with_projection(self, projection: Projection | None) -> Index:
        """The same index with the learned view, where there is one and both encoders' vectors are there."""
        if projection is None or self.use is None or self.e5 is None:
            return self
        turned = Turned(
            projection,
            projection.turned(self.use.questions, self.e5.questions),
            _scales(projection, self.use.sentences, self.e5.sentences),
            _scales(projection, self.use.passages, self.e5.passages),
        )
        return replace(self, turned=turned)


def build(articles: Iterable[Article], tokeniser: Words, number: int = 0) -> Index:
    """Texts and BM25, without vectors: milliseconds a hundred articles."""
    kept = tuple(articles)
    texts = _texts(kept)
    ends = [*texts.question_of[1:], len(texts.questions)]
    terms = [tokeniser.terms(question) for question in texts.questions]
    documents = [
        _document(article, terms[start:end], tokeniser)
        for article, start, end in zip(kept, texts.question_of, ends, strict=True)
    ]
    asked = tuple(
        frozenset(word for words in terms[start:end] for word in words)
        | set(tokeniser.terms(" ".join(article.keywords)))
        for article, start, end in zip(kept, texts.question_of, ends, strict=True)
    )
    sounds = [
        _heard(article, texts.questions[start:end], tokeniser)
        for article, start, end in zip(kept, texts.question_of, ends, strict=True)
    ]
    titled = tuple(frozenset(terms[start]) for start in texts.question_of)
    keywords = (frozenset(tokeniser.terms(" ".join(article.keywords))) for article in kept)
    named = tuple(title | words for title, words in zip(titled, keywords, strict=True))
    return Index(number, kept, texts, BM25(documents), asked, BM25(sounds), titled, named)


def wanted(texts: Texts) -> list[str]:
    """Every text that an encoder must have a vector of."""
    return [*texts.questions, *texts.sentences, *texts.passages]


def matrices(texts: Texts, encoder: str, cache: VectorCache) -> Matrices:
    known = cache.known(encoder, wanted(texts))

    def stack(rows: list[str]) -> Vectors:
        return np.stack([known[row] for row in rows]) if rows else np.zeros((0, 1), dtype=np.float32)

    return Matrices(stack(texts.questions), stack(texts.sentences), stack(texts.passages))


def plain(markdown: str) -> str:
    """The answer as words only."""
    return clean(_MARKUP.sub(lambda match: match[1] or " ", markdown).replace("\n", "。"), 4000)


def sentences(markdown: str) -> list[str]:
    parts = (clean(_MARKUP.sub(lambda match: match[1] or " ", part)) for part in _ENDS.split(markdown))
    return [part.lstrip("-0123456789. ・") for part in parts if len(part) >= _SHORTEST][:SENTENCES]


def _texts(articles: tuple[Article, ...]) -> Texts:
    questions: list[str] = []
    sentence_rows: list[str] = []
    passages, question_of, sentence_of = [], [], []
    for article in articles:
        question_of.append(len(questions))
        questions += dict.fromkeys(normalise(text) for text in (article.title, *article.phrasings))
        sentence_of.append(len(sentence_rows))
        sentence_rows += sentences(article.answer.web) or [normalise(article.title)]
        passages.append(clean(f"{article.title} {plain(article.answer.web)}", PASSAGE))
    return Texts(questions, np.array(question_of, dtype=int), sentence_rows, np.array(sentence_of, dtype=int), passages)


def _scales(projection: Projection, use: Vectors, e5: Vectors) -> tuple[Vectors, Vectors]:
    """One over the length of each row once it is centred, by encoder."""
    return tuple(
        (1 / (np.linalg.norm(rows - mean, axis=1) + 1e-9)).astype(np.float32)
        for rows, mean in ((use, projection.use_mean), (e5, projection.e5_mean))
    )


def _heard(article: Article, questions: list[str], tokeniser: Words) -> list[str]:
    """The same by sound: title twice, every phrasing, answer."""
    texts = [questions[0], *questions, plain(article.answer.web)]
    return [sound for text in texts for sound in tokeniser.sounds(text)]


def _document(article: Article, question_terms: list[list[str]], tokeniser: Words) -> list[str]:
    """Title twice, every phrasing, keywords, answer."""
    words = [word for terms in question_terms for word in terms] + question_terms[0]
    return words + tokeniser.terms(" ".join(article.keywords)) + tokeniser.terms(plain(article.answer.web))
