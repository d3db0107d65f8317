"""Late interaction: how well each piece of a question is met by some piece of a passage, as E5 read both (ColBERT's
MaxSim, without any training).

One vector of a long passage blurs what it is about; its pieces do not. They put the best few articles of all other
views in order. On 142 real questions to a city hall, titles only, Hit@1/3/10 .588/.831/.930 -> .623/.834/.944 (two
seeds of the projection); on 1,183 phrasings of the shop, kept from its index, .603/.804/.914 -> .612/.797/.908. Pieces
that count by how rare they are in E5's own vocabulary do as well as by how rare in the collection; fewer dimensions
lose it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.language.encoders import Vectors
from bot.language.vectors import E5_PIECES, VectorCache, halved

if TYPE_CHECKING:
    from bot.language.e5 import Read

BEST = 30
"""Articles; 20 or 50 give the same."""
WEIGHT = 0.7
"""Against the sum of all other views; half of it to the whole moves Hit@1 by .004."""
_LARGEST = 127


@dataclass(frozen=True)
class Pieces:
    """Of a text: `vectors` (pieces, dimensions) of length one; `weights` (pieces,): minus the logarithm of each
    one's share of what E5's vocabulary was counted on."""

    vectors: Vectors
    weights: Vectors


class Passages:
    """An index's passages, read from the cache when a question may mean them: 75 KB of 200 pieces."""

    def __init__(self, cache: VectorCache, texts: list[str]) -> None:
        self._cache, self._texts = cache, texts

    def likeness(self, asked: Pieces, rows: Vectors) -> Vectors | None:
        """(rows,): from -1 to 1; None where one of them was not read yet."""
        texts = [self._texts[row] for row in rows]
        kept = self._cache.blobs(E5_PIECES, texts)
        if not all(text in kept for text in texts):
            return None
        vectors = unpacked(b"".join(kept[text] for text in texts), asked.vectors.shape[1])
        ends = np.cumsum([len(kept[text]) for text in texts]) // vectors.shape[1]
        met = (asked.vectors @ vectors.T) / np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        return asked.weights @ np.maximum.reduceat(met, [0, *ends[:-1]], axis=1) / asked.weights.sum()


def add(cache: VectorCache, texts: list[str], read: Callable[[str], Read]) -> None:
    """Reads these passages, and keeps their pieces and, as one reading gives both, their vectors."""
    found = {text: read(text) for text in texts}
    pieces = {(E5_PIECES, text): packed(one.pieces.vectors) for text, one in found.items()}
    cache.keep(pieces | {("e5", text): halved(one.vector) for text, one in found.items()})


def packed(vectors: Vectors) -> bytes:
    """Directions alone, a byte a number."""
    largest = np.abs(vectors).max(axis=1, keepdims=True) + 1e-9
    kept: bytes = np.round(vectors / largest * _LARGEST).astype(np.int8).tobytes()
    return kept


def unpacked(kept: bytes, dimensions: int) -> Vectors:
    """(pieces, dimensions), of any length but naught."""
    return np.frombuffer(kept, dtype=np.int8).reshape(-1, dimensions).astype(np.float32)
