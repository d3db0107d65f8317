"""Vectors by content hash on disk, so that only new sentences are ever encoded (half precision: 1 KB a USE vector)."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bot.language.encoders import Vectors

STEP = 8  # texts encoded at once: about 15 ms of USE, the longest that a question waits for indexing
_MANY = 400  # keys in one SELECT
E5_QUERY = "e5 query"  # what E5 read as a question, not as a passage
E5_PIECES = "e5 pieces"  # of a passage (late.py)
READS = {"e5": "e5 2", E5_QUERY: "e5 query 2"}  # the next number when an encoder reads otherwise than before


class VectorCache:
    """One SQLite file, for the worker and the thread that fills in E5."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.folder = path.parent
        self._turn = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=5)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
        )

    def known(self, encoder: str, texts: list[str]) -> dict[str, Vectors]:
        """Those texts whose vector is there."""
        found = self.blobs(encoder, texts)
        return {text: np.frombuffer(blob, dtype=np.float16).astype(np.float32) for text, blob in found.items()}

    def blobs(self, encoder: str, texts: list[str]) -> dict[str, bytes]:
        """What is kept of those texts that are there, as it is kept."""
        keys = {_key(encoder, text): text for text in texts}
        return {keys[key]: blob for key, blob in self._rows("key, vector", list(keys))}

    def halves(self, encoder: str, texts: list[str]) -> Vectors:
        """Their vectors in half precision, (texts, dimensions). Raises KeyError when one is not there."""
        keys = [_key(encoder, text) for text in texts]
        found = dict(self._rows("key, vector", list(dict.fromkeys(keys))))
        return np.frombuffer(b"".join(found[key] for key in keys), dtype=np.float16).reshape(len(keys), -1)

    def add(self, encoder: str, texts: list[str], encode: Callable[[list[str]], Vectors]) -> None:
        """Encodes these texts and keeps their vectors."""
        vectors = zip(texts, encode(texts), strict=True)
        self.keep({(encoder, text): halved(vector) for text, vector in vectors})

    def keep(self, blobs: Mapping[tuple[str, str], bytes]) -> None:
        """By encoder and text, all or none."""
        rows = [(_key(encoder, text), blob) for (encoder, text), blob in blobs.items()]
        with self._turn, self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def missing(self, encoder: str, texts: list[str], step: int = STEP) -> list[list[str]]:
        """What is not there yet, in small steps."""
        keys = {text: _key(encoder, text) for text in texts}
        there = {key for (key,) in self._rows("key", list(dict.fromkeys(keys.values())))}
        return list(_slices([text for text, key in keys.items() if key not in there], step))

    def close(self) -> None:
        self._db.close()

    def _rows(self, columns: str, keys: list[bytes]) -> Iterator[tuple[Any, ...]]:
        for some in _slices(keys, _MANY):
            marks = ",".join("?" * len(some))
            with self._turn:
                rows = self._db.execute(f"SELECT {columns} FROM vectors WHERE key IN ({marks})", some).fetchall()
            yield from rows


def halved(vector: Vectors) -> bytes:
    """As it is kept."""
    found: bytes = vector.astype(np.float16).tobytes()
    return found


def _key(encoder: str, text: str) -> bytes:
    return hashlib.blake2b(f"{READS.get(encoder, encoder)}\0{text}".encode(), digest_size=16).digest()


def _slices(items: list[str] | list[bytes], step: int) -> Iterator[list]:  # type: ignore[type-arg]
    for start in range(0, len(items), step):
        yield items[start : start + step]
