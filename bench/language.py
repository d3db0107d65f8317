"""What the language benches share: production parts with a vector cache, without the process around them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.language import cohort, late, projection
from bot.language.dialogue import DialogueClassifier, Encode, asked, examples, train, training_rows
from bot.language.encoders import E5Encoder, UseEncoder, Vectors
from bot.language.gate import Thresholds
from bot.language.index import Index
from bot.language.matrices import kept_as
from bot.language.selector import Query
from bot.language.tokens import Tokeniser
from bot.language.understand import Understander
from bot.language.vectors import E5_PIECES, E5_QUERY, VectorCache
from kb.article import Answer, Article, Status
from kb.files import load
from settings import Settings


class Workbench:
    """Tokeniser, encoders and vectors kept in VAR_DIR/vectors/bench.db, so that a second run starts at once."""

    def __init__(self, folder: Path | None = None) -> None:
        threadpool_limits(1)  # as the language process does
        self.tokeniser, self.use = Tokeniser(), UseEncoder()
        self.e5 = E5Encoder()
        self.encodes: dict[str, Encode] = {
            "use": self.use.encode,
            "e5": self.e5.passages,
            E5_QUERY: self.e5.encode,
        }
        self.cache = VectorCache((folder or Settings().var_dir / "vectors") / "bench.db")

    def __enter__(self) -> Workbench:
        self.e5.load()
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.cache.close()

    def filled(self, index: Index, e5: bool = True) -> Index:
        """With every vector of both encoders, or of USE alone; encodes what is new."""
        if e5:
            self.read_passages(index)
        for encoder in ("use", "e5")[: 1 + e5]:
            for name, texts in kept_as(index.texts, encoder):
                for some in self.cache.missing(name, texts):
                    self.cache.add(name, some, self.encodes[name])
            index = index.with_vectors(encoder, self.cache)
        return self.with_cohort(index.with_learned().with_projection(projection.train(index)))

    def read_passages(self, index: Index) -> int:
        """Those that E5 has not read by pieces yet; how many."""
        unread = self.cache.missing(E5_PIECES, index.texts.passages)
        for some in unread:
            late.add(self.cache, some, self.e5.read_passage)
        return sum(map(len, unread))

    def with_cohort(self, index: Index) -> Index:
        """With what sentences of others score, where nothing is learned."""
        if index.learned is not None:
            return index
        return replace(
            index, cohort=cohort.Cohort.of(cohort.scores(index, self.query(text)) for text in cohort.sentences())
        )

    def query(self, said: str, use: bool = True, e5: bool = True) -> Query:
        """By kept vectors, as the cohort is asked in production: a customer's message has its pieces too."""
        return Query.of(
            said,
            self.tokeniser,
            use=self._kept("use query", said, self.use.encode) if use else None,
            e5=self._kept(E5_QUERY, said, self.e5.encode) if e5 else None,
        )

    def understander(self, index: Index) -> Understander:
        """The production road over this index."""
        understander = Understander(self.tokeniser, self.use, self.e5, Thresholds.load())
        understander.index = index
        return understander

    def dialogue(self, articles: list[Article]) -> DialogueClassifier:
        """Trained as the language process does it."""
        return train(training_rows(examples(), asked(articles)), self.vectors)

    def vectors(self, texts: list[str]) -> Vectors:
        """USE's, kept."""
        for some in self.cache.missing("use", texts):
            self.cache.add("use", some, self.use.encode)
        known = self.cache.known("use", texts)
        return np.stack([known[text] for text in texts])

    def _kept(self, name: str, said: str, encode: Encode) -> Vectors:
        for some in self.cache.missing(name, [said]):
            self.cache.add(name, some, encode)
        return self.cache.known(name, [said])[said]


def articles_of(path: Path) -> list[Article]:
    """Articles from JSON lines: ours, or `{"faq_id", "question", "answer"}` of public FAQ data."""
    return [_article(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def ready_articles(folder: Path) -> list[Article]:
    """What would be published of a folder."""
    return [article for article in load(folder).articles.values() if article.status is Status.READY]


def text_of(row: dict[str, str]) -> str:
    """The sentence of a row: its column query, text or utterance, else the first."""
    return row.get("query") or row.get("text") or row.get("utterance") or next(iter(row.values()))


def correct_of(row: dict[str, str]) -> set[str]:
    return set(row.get("faq_ids_correct", "").lower().split())


def rows_of(path: Path) -> list[dict[str, str]]:
    """A TSV with a header line and no quoting."""
    head, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    names = head.split("\t")
    return [dict(zip(names, line.split("\t"), strict=False)) for line in lines if line.strip()]


def _article(found: dict[str, Any]) -> Article:
    if "faq_id" not in found:
        return Article(**found)
    question, answer = str(found["question"])[:120] or "?", Answer(web=str(found.get("answer", "")))
    phrasings = tuple(str(text) for text in found.get("phrasings", ()))
    return Article(
        id=str(found["faq_id"]).lower(), title=question, category="bench", answer=answer, phrasings=phrasings
    )
