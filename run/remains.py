"""Ends, gracefully and in order, what a killed `run` or a killed supervisor left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from run import lock
from run.supervisor import LOCK as SUPERVISOR

PATIENCE_SECONDS = 30  # between asking (SIGTERM) and killing


def end_remains(var_dir: Path, tell: Callable[[list[str]], None]) -> None:
    """`tell` hears their names first, or nothing when nothing is left. Call it under `only_run`."""
    names = set(lock.living(var_dir))
    if not names:
        return
    tell(sorted(names))
    _end(var_dir, {SUPERVISOR})  # first: it would start the others again; it ends them itself
    _end(var_dir, names - {SUPERVISOR, "redis"})
    _end(var_dir, {"redis"})  # last: the others write their last words to it


def _end(var_dir: Path, names: Collection[str]) -> None:
    asked, kill_at = set(), time.monotonic() + PATIENCE_SECONDS
    while left := {name: pid for name, pid in lock.living(var_dir).items() if name in names}:
        for name, pid in left.items():
            if pid and time.monotonic() > kill_at:
                _send(name, pid, signal.SIGKILL)
            elif pid and pid not in asked:
                asked.add(pid)
                _send(name, pid, signal.SIGTERM)
        time.sleep(0.05)


def _send(name: str, pid: int, number: signal.Signals) -> None:
    """Programs lead a process group of their own, the supervisor is in that of `run`."""
    with suppress(ProcessLookupError):
        (os.kill if name == SUPERVISOR else os.killpg)(pid, number)
