"""Vectors of many articles: full ones on disk, few dimensions in memory.

Every article is scored in few dimensions, then the best of them by their full vectors (selector.rank). The mean and
spread that make views comparable are those of all articles. The files have no name: they go with the index.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator

import numpy as np

from bot.language.encoders import Vectors
from bot.language.matrices import Matrices, Texts, Turned, kept_as, wanted
from bot.language.projection import Projection
from bot.language.sampling import even
from bot.language.vectors import VectorCache

MANY = 1000  # articles; up to so many each one is scored by its full vectors
BEST = 50  # articles that are scored so of many
# On 142 real questions to a city hall over 1,786 articles Hit@1/3/10 stay what they are with 64 dimensions and 50
# articles (100 give the same); 32 dimensions lose .01.
DIMENSIONS = 64
_SAMPLE = 4096  # rows that the dimensions are chosen by
_STEP = 4096  # rows at once: 8 MB


def kept(texts: Texts, encoder: str, cache: VectorCache, before: tuple[Texts, Matrices] | None) -> Matrices:
    """The encoder's vectors of these texts, all of which must be in the cache. What `before` holds is taken over."""
    rows, old = wanted(texts), before[1] if before and before[1].whole is not None else None
    former = carried(texts, before[0]) if before and old else np.full(len(rows), -1)
    whole = _on_disk(_Kept(texts, encoder, cache), former, old.whole if old else None)
    few, basis = _few(whole, former, old)
    for read in (whole, *([old.whole] if old else [])):
        _leave(read)
    first, second = len(texts.questions), len(texts.questions) + len(texts.sentences)
    return Matrices(few[:first], few[first:second], few[second:], basis, whole)


def turned(
    projection: Projection, texts: Texts, use: Matrices, e5: Matrices, before: tuple[Texts, Turned] | None
) -> Turned:
    """The learned view by scales alone; those of the same projection in `before` are taken over."""
    old = before[1] if before and before[1].projection is projection else None
    former = carried(texts, before[0]) if before and old else np.full(len(wanted(texts)), -1)
    scales = np.empty((2, len(former)), dtype=np.float32)
    if old and old.question_scales:
        parts = zip(old.question_scales, old.sentence_scales, old.passage_scales, strict=True)
        scales[:, former >= 0] = np.stack([np.concatenate(part) for part in parts])[:, former[former >= 0]]
    first, second = len(texts.questions), len(texts.questions) + len(texts.sentences)
    new = np.flatnonzero(former < 0)
    for some in (*_steps(new[new < first]), *_steps(new[new >= first])):
        scales[:, some] = _scales(projection, use, e5, some, asked=bool(some[0] < first))
    for matrices in (use, e5):
        _leave(matrices.whole)
    by_kind = [(some[0], some[1]) for some in np.split(scales, [first, second], axis=1)]
    return Turned(projection, None, by_kind[1], by_kind[2], question_scales=by_kind[0])


def carried(now: Texts, before: Texts) -> Vectors:
    """The row that each wanted text had before, -1 where it had none."""
    rows: list[int] = []
    start = 0
    for ours, theirs in zip(_kinds(now), _kinds(before), strict=True):
        where = {text: row for row, text in enumerate(theirs, start)}
        rows += [where.get(text, -1) for text in ours]
        start += len(theirs)
    return np.array(rows, dtype=int)


def _kinds(texts: Texts) -> tuple[list[str], list[str], list[str]]:
    return texts.questions, texts.sentences, texts.passages


class _Kept:
    """What the cache has of the wanted texts, by row."""

    def __init__(self, texts: Texts, encoder: str, cache: VectorCache) -> None:
        self.folder, self._cache, self._named = cache.folder, cache, kept_as(texts, encoder)

    def halves(self, rows: Vectors) -> Vectors:
        """Of ascending rows."""
        found, start = [], 0
        for name, texts in self._named:
            mine = rows[(rows >= start) & (rows < start + len(texts))] - start
            start += len(texts)
            if len(mine):
                found.append(self._cache.halves(name, [texts[row] for row in mine]))
        return np.concatenate(found)


def _on_disk(kept: _Kept, former: Vectors, old: Vectors | None) -> Vectors:
    """(rows, dimensions) of float16, a np.memmap."""
    with tempfile.TemporaryFile(dir=kept.folder) as file:
        for at in _steps(np.arange(len(former))):
            new = former[at] < 0
            if old is None or new.all():
                found = kept.halves(at)
            else:
                found = old[np.maximum(former[at], 0)]
                if new.any():
                    found[new] = kept.halves(at[new])
            file.write(found.tobytes())
        file.flush()
        whole: Vectors = np.memmap(file, np.float16, "r").reshape(len(former), -1)
    whole._mmap.madvise(mmap.MADV_RANDOM)  # else each row brings its neighbours into memory
    return whole


def _leave(whole: Vectors) -> None:
    """Takes out of memory what was read of all rows; the few that questions need are read again."""
    whole._mmap.madvise(mmap.MADV_DONTNEED)


def _few(whole: Vectors, former: Vectors, old: Matrices | None) -> tuple[Vectors, Vectors]:
    """The rows in few dimensions, and the basis: the former one as long as most rows are."""
    if old is None or old.basis is None or 2 * np.count_nonzero(former < 0) > len(former):
        former, basis = np.full(len(whole), -1), _basis(whole[even(len(whole), _SAMPLE)].astype(np.float32))
        few = np.empty((len(whole), basis.shape[1]), dtype=np.float32)
    else:
        basis, few = old.basis, np.concatenate([old.questions, old.sentences, old.passages])[np.maximum(former, 0)]
    for some in _steps(np.flatnonzero(former < 0)):
        few[some] = whole[some].astype(np.float32) @ basis
    return few, basis


def _basis(sample: Vectors) -> Vectors:
    """The principal components, without centring: what is multiplied is not centred either."""
    _, vectors = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(vectors[:, ::-1][:, :DIMENSIONS])


def _scales(projection: Projection, use: Matrices, e5: Matrices, rows: Vectors, asked: bool) -> Vectors:
    """(2, rows): what makes `row - mean` of each encoder a unit vector; of questions, both turned together."""
    assert use.whole is not None and e5.whole is not None
    parts = use.whole[rows].astype(np.float32), e5.whole[rows].astype(np.float32)
    centred = parts[0] - projection.use_mean, parts[1] - projection.e5_mean
    scales = np.stack([1 / (np.linalg.norm(part, axis=1) + 1e-9) for part in centred])
    if not asked:
        return scales
    joined = projection.joined(*parts)
    return scales / (np.linalg.norm(joined + joined @ projection.turn, axis=1) + 1e-9)


def _steps(rows: Vectors) -> Iterator[Vectors]:
    for start in range(0, len(rows), _STEP):
        yield rows[start : start + _STEP]
