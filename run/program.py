"""`python -m run.program LOCK COMMAND…`: becomes the command, which ends with its parent and holds LOCK as it lives."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

from run import lock

_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def command(file: Path, words: list[str]) -> list[str]:
    """The command line that runs `words` so."""
    return [sys.executable, "-m", "run.program", str(file), *words]


def _end_with_parent() -> None:
    """Linux: SIGTERM when the parent is gone, kill -9 included. Elsewhere the next start finds us by our lock."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    _end_with_parent()
    lock.hold(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606
