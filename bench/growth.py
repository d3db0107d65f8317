"""Many articles out of few, and what it takes to make an index of them: seconds by part, memory."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, zip_longest

import numpy as np
import psutil

from bench.language import Workbench
from bot.language import projection
from bot.language.dialogue import asked, examples, train, training_rows
from bot.language.index import Index, build
from bot.language.matrices import kept_as
from bot.language.reading import Reader, sentences
from bot.language.understand import Understander
from kb.article import Answer, Article

_PIECES = re.compile("(?<=[ぁ-ん])(?=[一-龠々ァ-ヶA-Za-z0-9])")  # roughly between phrases (文節)


@dataclass
class Cost:
    """Seconds by part: on the wall, and of this process's CPU, which tell a busy machine (E5's child has its own);
    what its memory (PSS) grew by; how many texts each encoder had to read, the others being in the vector cache."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    grown_mb: dict[str, float] = field(default_factory=dict)
    encoded: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        before, start, busy = resident(), time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 2)
        self.cpu_seconds[name] = round(time.process_time() - busy, 2)
        self.grown_mb[name] = round(resident() - before, 1)


def grown(articles: Sequence[Article], number: int, seed: int = 0, phrasings: int | None = None) -> list[Article]:
    """`number` articles, each of the fronts of one article's texts and the backs of another's, so that words, lengths
    and counts stay real; no text comes twice. phrasings: at most so many an article."""
    rng, seen = np.random.default_rng(seed), set[str]()
    pairs = rng.integers(len(articles), size=(number, 2))
    return [_spliced(articles[a], articles[b], i, phrasings, seen) for i, (a, b) in enumerate(pairs)]


def indexed(bench: Workbench, articles: list[Article], e5: bool, cost: Cost) -> Index:
    """Made as the language process makes it, article by article, then as a whole."""
    reader = Reader(bench.tokeniser)
    with cost.part("tokenise"):
        for article in articles:
            reader.read(article)
        index = build(articles, reader)
    if e5:
        with cost.part("encode_passages"):
            cost.encoded["passages"] = bench.read_passages(index)
    for encoder in ("use", "e5")[: 1 + e5]:
        missing = [(name, bench.cache.missing(name, some)) for name, some in kept_as(index.texts, encoder)]
        with cost.part(f"encode_{encoder}"):
            for name, steps in missing:
                for some in steps:  # resumable: each step is kept
                    bench.cache.add(name, some, bench.encodes[name])
        cost.encoded[encoder] = sum(len(some) for _, steps in missing for some in steps)
        with cost.part(f"read_{encoder}"):
            index = index.with_vectors(encoder, bench.cache)
    with cost.part("learned"):
        index = index.with_learned()
    with cost.part("projection"):
        index = index.with_projection(projection.train(index))
    with cost.part("cohort"):
        return bench.with_cohort(index)


def understanding(bench: Workbench, index: Index, cost: Cost) -> tuple[Understander, int]:
    """With the dialogue classifier; and how many texts it was trained on."""
    understander = bench.understander(index)
    rows = training_rows(examples(), asked(index.articles))
    bench.vectors([text for text, _ in rows])  # encoded before the clock runs
    with cost.part("classifier"):
        understander.dialogue = train(rows, bench.vectors)
    return understander, len(rows)


def resident() -> float:
    """MB of this process, shared pages by their share (PSS)."""
    gc.collect()
    return round(psutil.Process().memory_full_info().pss / 1e6, 1)


def counted(index: Index) -> dict[str, int]:
    texts = index.texts
    return {"questions": len(texts.questions), "sentences": len(texts.sentences), "passages": len(texts.passages)}


def _spliced(front: Article, back: Article, number: int, most: int | None, seen: set[str]) -> Article:
    def both(fronts: Sequence[str], backs: Sequence[str]) -> list[str]:
        """As many as the front has."""
        pairs = zip_longest(fronts, backs[: len(fronts)], fillvalue=backs[0] if backs else "")
        return [_unseen(_joined(one, other), seen) for one, other in pairs]

    title, *phrasings = both((front.title, *front.phrasings[:most]), (back.title, *back.phrasings))
    return Article(
        id=f"grown-{number}",
        title=title,
        category=front.category,
        keywords=(*front.keywords[:2], *back.keywords[:2]),
        phrasings=tuple(phrasings),
        answer=Answer(web="\n".join(both(sentences(front.answer.web), sentences(back.answer.web)))),
    )


def _joined(front: str, back: str) -> str:
    """The first half of one text and the second of another, cut between phrases; at most a title's length."""
    one, other = _PIECES.split(front), _PIECES.split(back)
    return ("".join(one[: (len(one) + 1) // 2]) + "".join(other[len(other) // 2 :]))[:110]


def _unseen(text: str, seen: set[str]) -> str:
    """With a number where it came before."""
    different = next(one for i in count() if (one := f"{text} {i}" if i else text) not in seen)
    seen.add(different)
    return different
