"""What the workers of one test run share on disk: made once, by whoever needs it first."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """No other worker is inside meanwhile."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def lent(vectors: Path, path: Path) -> Path:
    """The shared vectors under this path: what is encoded here is known everywhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(vectors)
    return path


def copied(vectors: Path, path: Path) -> Path:
    """What is known by now, for a test that watches what is encoded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(vectors)) as known, closing(sqlite3.connect(path)) as copy:
        known.backup(copy)
    return path
