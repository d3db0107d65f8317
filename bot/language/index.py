"""An Index: the live release ready to be searched. Immutable; a new release is a new Index, swapped as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bot.language import matrices, shortlist
from bot.language.bm25 import BM25, Columns, Vocabulary
from bot.language.encoders import Vectors
from bot.language.late import Passages
from bot.language.matrices import Matrices, Texts, Turned
from bot.language.projection import Projection
from bot.language.reading import Reader, Reading
from bot.language.ridge import Ridge, fit
from bot.language.tokens import Words
from bot.language.vectors import VectorCache
from kb.article import Article, Scope

if TYPE_CHECKING:
    from bot.language.cohort import Cohort

FEW_QUESTIONS = 3.0  # an article; with fewer, its questions teach little and its answer must speak for it
_LEARNED_MOST = 6000  # questions; fitting takes their number's cube
_SURFACING_MOST = 16  # days and scopes whose articles are remembered


@dataclass(frozen=True)
class Index:
    number: int
    articles: tuple[Article, ...]
    texts: Texts
    words: BM25
    asked: Columns
    """The words of each article's title, phrasings and keywords."""
    sounds: BM25
    titled: Columns
    """The words of each article's title."""
    named: Columns
    """The same with its keywords."""
    use: Matrices | None = None
    e5: Matrices | None = None
    turned: Turned | None = None
    late: Passages | None = None
    learned: Ridge | None = None
    """Which article a question is, learned from titles and phrasings."""
    cohort: Cohort | None = None
    """What sentences of others score here; where nothing is learned the gate needs it."""
    _surfacing: dict[tuple[date, tuple[Scope, ...]], Vectors] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Article id -> row."""
        return {article.id: row for row, article in enumerate(self.articles)}

    @cached_property
    def questions(self) -> frozenset[str]:
        """Titles and phrasings, normalised."""
        return frozenset(self.texts.questions)

    @cached_property
    def categories(self) -> Vectors:
        """One an article."""
        return np.array([article.category for article in self.articles], dtype=object)

    def surfacing(self, day: date, scopes: tuple[Scope, ...]) -> Vectors:
        """Which articles may surface; read-only."""
        if (day, scopes) not in self._surfacing:
            found = np.array([one.scope in scopes and one.valid_on(day) for one in self.articles], dtype=bool)
            found.flags.writeable = False
            if len(self._surfacing) >= _SURFACING_MOST:
                self._surfacing.clear()
            self._surfacing[day, scopes] = found
            return found
        return self._surfacing[day, scopes]

    def with_vectors(self, encoder: str, cache: VectorCache, before: Index | None = None) -> Index:
        """The same index with an encoder's vectors, all of which must be in the cache. Of many articles, those of an
        index `before` are not read again."""
        if self._many:
            old = (before.use if encoder == "use" else before.e5) if before else None
            found = shortlist.kept(self.texts, encoder, cache, (before.texts, old) if before and old else None)
        else:
            found = matrices.matrices(self.texts, encoder, cache)
        if encoder == "use":
            return replace(self, use=found)
        return replace(self, e5=found, late=Passages(cache, self.texts.passages))

    def with_learned(self) -> Index:
        """The same index with what titles and phrasings teach, where there are enough but not too many."""
        questions, count = self.texts.questions, len(self.articles)
        if self.use is None or not FEW_QUESTIONS * count <= len(questions) <= _LEARNED_MOST:
            return self
        owner = np.repeat(np.arange(count), np.diff([*self.texts.question_of, len(questions)]))
        truth = np.eye(count, dtype=np.float32)[owner]
        taken = self.use.taken(np.arange(len(questions)), np.arange(0), np.arange(0)) if self.use.few else self.use
        return replace(self, learned=fit(questions, taken.questions, truth, np.ones(len(questions)), left_out=False)[0])

    def with_projection(self, projection: Projection | None, before: Index | None = None) -> Index:
        """The same index with the learned view, where there is one and both encoders' vectors are there."""
        if projection is None or self.use is None or self.e5 is None:
            return self
        if self._many:
            old = (before.texts, before.turned) if before and before.turned else None
            return replace(self, turned=shortlist.turned(projection, self.texts, self.use, self.e5, old))
        return replace(self, turned=matrices.turned(projection, self.use, self.e5))

    def part(self, rows: Sequence[int]) -> Index:
        """These articles alone, in this order, with their full vectors; its words are those of the whole index."""
        questions, question_of = _rows_of(self.texts.question_of, len(self.texts.questions), rows)
        sentences, sentence_of = _rows_of(self.texts.sentence_of, len(self.texts.sentences), rows)
        passages = np.asarray(rows, dtype=int)
        return replace(
            self,
            articles=tuple(self.articles[row] for row in rows),
            texts=Texts([], question_of, [], sentence_of, []),
            use=self.use and self.use.taken(questions, sentences, passages),
            e5=self.e5 and self.e5.taken(questions, sentences, passages),
            turned=self.turned and self.turned.taken(questions, sentences, passages),
            late=None,
            learned=None,
            _surfacing={},
        )

    @property
    def _many(self) -> bool:
        return len(self.articles) > shortlist.MANY


def build(articles: Iterable[Article], words: Words | Reader, number: int = 0) -> Index:
    """Texts and BM25, without vectors. Reads what the reader does not know."""
    reader, kept = words if isinstance(words, Reader) else Reader(words), tuple(articles)
    return assembled(kept, [reader.read(article) for article in kept], reader.vocabulary, number)


def assembled(
    articles: tuple[Article, ...], readings: Sequence[Reading], vocabulary: Vocabulary, number: int = 0
) -> Index:
    """From what was read: a tenth of a second and thousand articles. For any thread."""
    words = BM25([reading.words for reading in readings], vocabulary)
    asked = Columns([reading.asked for reading in readings], vocabulary)
    sounds = BM25([reading.sounds for reading in readings], vocabulary)
    titled = Columns([reading.titled for reading in readings], vocabulary)
    named = Columns([reading.named for reading in readings], vocabulary)
    return Index(number, articles, _texts(readings), words, asked, sounds, titled, named)


def _texts(readings: Sequence[Reading]) -> Texts:
    questions = [text for reading in readings for text in reading.questions]
    sentences = [text for reading in readings for text in reading.sentences]
    question_of = np.cumsum([0, *(len(reading.questions) for reading in readings)], dtype=int)[:-1]
    sentence_of = np.cumsum([0, *(len(reading.sentences) for reading in readings)], dtype=int)[:-1]
    return Texts(questions, question_of, sentences, sentence_of, [reading.passage for reading in readings])


def _rows_of(first: Vectors, count: int, articles: Sequence[int]) -> tuple[Vectors, Vectors]:
    """The rows of these articles, and the first of each among them."""
    starts, ends = first[articles], np.append(first[1:], count)[articles]
    firsts = np.cumsum(ends - starts) - (ends - starts)
    return np.repeat(starts - firsts, ends - starts) + np.arange(int((ends - starts).sum())), firsts
