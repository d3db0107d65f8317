"""XLM-RoBERTa's tokeniser (SentencePiece unigram) in Python, so that no text from outside meets C code."""

from __future__ import annotations

import re
from array import array
from typing import Any

import numpy as np

from bot.language.e5_file import E5File

_SPACE = "\u2581"  # how the vocabulary writes the start of a word
_SPACES = re.compile(" {2,}")
_UNSEEN = -10.0  # how much less likely than the rarest piece a character without one is


class Unigram:
    """The most likely pieces of a text; its time grows with the length, at most `longest` look-ups a character.

    A piece is known by its hash (64 bits, another in every process): 3 MB instead of 45 for 250,000 words.
    """

    def __init__(self, file: E5File) -> None:
        known = file.vocabulary()
        self._scores, self._replaced = known.scores, known.replaced
        self._begin, self._end, self._unknown = known.begin, known.end, known.unknown
        self._unseen = min(self._scores) + _UNSEEN
        self.longest = 0
        hashes = array("q")
        for piece in file.pieces():
            hashes.append(_hash(piece))
            self.longest = max(self.longest, len(piece))
        ids = np.argsort(np.frombuffer(hashes, dtype=np.int64)).astype(np.int32)
        self._ids = ids[~np.isin(ids, [known.begin, known.end, known.pad, known.unknown])]  # these no text can say
        self._hashes = np.frombuffer(hashes, dtype=np.int64)[self._ids]

    def ids(self, text: str) -> list[int]:
        """With the marks of begin and end."""
        spaced = _SPACES.sub(" ", text.translate(self._replaced))
        marked = (spaced if spaced.startswith(" ") else f" {spaced}").replace(" ", _SPACE)
        return [self._begin, *self._pieces(marked), self._end]

    def rarity(self, ids: Any) -> Any:
        """Minus the log probability of each, float32."""
        return -np.array([self._scores[id] for id in ids], dtype=np.float32)

    def _pieces(self, text: str) -> list[int]:
        """Viterbi: the best way to each position is known before it is left."""
        best = [0.0] + [float("-inf")] * len(text)
        came: list[tuple[int, int]] = [(0, 0)] * (len(text) + 1)
        for start, known in enumerate(self._known(text)):
            for id, stop, score in ((self._unknown, start + 1, self._unseen), *known):
                if best[start] + score > best[stop]:
                    best[stop], came[stop] = best[start] + score, (id, start)
        return _back(came)

    def _known(self, text: str) -> list[list[tuple[int, int, float]]]:
        """By position: id, end and log probability of each piece that starts there."""
        size = len(text)
        spans = [(i, j) for i in range(size) for j in range(i + 1, min(size, i + self.longest) + 1)]
        asked = np.fromiter((_hash(text[i:j]) for i, j in spans), dtype=np.int64, count=len(spans))
        places = np.searchsorted(self._hashes, asked).clip(max=len(self._hashes) - 1)
        found: list[list[tuple[int, int, float]]] = [[] for _ in text]
        for hit in np.flatnonzero(self._hashes[places] == asked).tolist():
            (start, stop), id = spans[hit], int(self._ids[places[hit]])
            found[start].append((id, stop, self._scores[id]))
        return found


def _hash(piece: str) -> int:
    """Of its bytes: str's own is of 1, 2 or 4 bytes a character, by which 業 is mi and 数 is pe."""
    return hash(piece.encode("utf-8", "surrogatepass"))


def _back(came: list[tuple[int, int]]) -> list[int]:
    found, at = [], len(came) - 1
    while at > 0:
        id, at = came[at]
        found.append(id)
    return found[::-1]
