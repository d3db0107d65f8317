"""Who of us lives: each holds a lock on a file in VAR_DIR/locks that names its pid; the kernel drops it at its death.

Unlike a pid file it is never stale, whatever ended the process.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RUN = "run"  # the lock of `python -m run` itself


class AlreadyRunning(Exception):
    """Another `run` has this VAR_DIR. `pid`: which."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid


def folder(var_dir: Path) -> Path:
    """Where the locks are; made when missing."""
    path = var_dir / "locks"
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def only_run(var_dir: Path) -> Iterator[None]:
    """One `run` a VAR_DIR: two would write the same append-only file. Raises AlreadyRunning."""
    handle = os.open(folder(var_dir) / RUN, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_named(handle)) from None
        _name_us(handle)
        yield
    finally:
        os.close(handle)


def hold(file: Path) -> None:
    """For the rest of this process's life, the command that it becomes included; children of it hold on, too."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(handle, True)
    fcntl.flock(handle, fcntl.LOCK_SH)  # shared: a restart need not wait for a child of the one that died
    _name_us(handle)


def living(var_dir: Path) -> dict[str, int]:
    """Name → pid of everything that an earlier `run` started and that is still there."""
    found = {}
    for file in sorted(folder(var_dir).iterdir()):
        if file.name != RUN and (pid := _holder(file)) is not None:
            found[file.name] = pid
    return found


def _holder(file: Path) -> int | None:
    with file.open() as reading:
        try:
            fcntl.flock(reading, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _named(reading.fileno())
    return None


def _name_us(handle: int) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)


def _named(handle: int) -> int:
    """0 in the moment in which the holder has not written its pid yet."""
    return int(os.pread(handle, 20, 0) or 0)
