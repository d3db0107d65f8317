"""Ending asyncio tasks surely, in every room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

_AGAIN_SECONDS = 0.2


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancels until they are done: on Python 3.10 `asyncio.wait_for` (redis-py writes through it) may swallow one.

    What they ended with is not raised.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN_SECONDS)


@asynccontextmanager
async def beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs them beside the block and ends them with it."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        await end(*tasks)


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """Runs them until one fails or we are cancelled; then all end (`gather` leaves who swallowed a cancel)."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        while not all(task.done() for task in tasks):
            with suppress(asyncio.CancelledError):  # we are asked again, and are at it
                await end(*tasks)
