"""The one thread that uses GiNZA and the encoders. Questions first, then indexing, then masking; each job is short."""

from __future__ import annotations

import asyncio
import itertools
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import IntEnum
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

T = TypeVar("T")


class Rank(IntEnum):
    """Who goes first."""

    QUESTION = 0
    INDEXING = 1  # jobs of about 15 ms
    MASKING = 2  # jobs of one step of one text


class Worker:
    """Runs jobs one after another in order of rank; results come back to the asking event loop."""

    def __init__(self) -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._work, name="language", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        return self._jobs.qsize()

    async def run(self, rank: Rank, job: Callable[..., T], *args: Any) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def work() -> None:
            if answer.cancelled():
                return
            try:
                result = job(*args)
            except Exception as error:  # goes to the one who asked
                _tell(loop, answer.set_exception, answer, error)
            else:
                _tell(loop, answer.set_result, answer, result)

        self._jobs.put((rank, next(self._numbers), work))
        return await answer

    def stop(self) -> None:
        self._jobs.put((-1, next(self._numbers), None))
        self._thread.join()

    def _work(self) -> None:
        threadpool_limits(1)  # of the whole process: BLAS threads for such small sums only get in each other's way
        while (job := self._jobs.get()[2]) is not None:
            job()


class Background:
    """One thread that gives way to customers (nice 10), for what takes minutes."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "background", initializer=_give_way)

    async def run(self, job: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, job, *args)

    def stop(self) -> None:
        """Waits for the job under way."""
        self._thread.shutdown(cancel_futures=True)


def _give_way() -> None:
    with suppress(OSError):  # a thread has a priority of its own on Linux only
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def _tell(
    loop: asyncio.AbstractEventLoop, settle: Callable[[Any], None], answer: asyncio.Future[Any], what: Any
) -> None:
    def deliver() -> None:
        if not answer.done():
            settle(what)

    if not loop.is_closed():
        loop.call_soon_threadsafe(deliver)
