"""Tasks end surely, whoever swallows a cancel."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from tasks import end, together


class Stubborn:
    """Works on after the first `swallowed` cancels, as a task does whose cancel met the answer it waited for."""

    def __init__(self, swallowed: int) -> None:
        self.left, self.working, self.begun = swallowed, False, asyncio.Event()

    async def run(self) -> None:
        self.working = True
        self.begun.set()
        try:
            while self.left:
                with suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
                self.left -= 1
            await asyncio.Event().wait()
        finally:
            self.working = False


@pytest.mark.parametrize("swallowed", [(0, 0), (1, 0), (0, 1), (2, 3)])
async def test_of_those_that_run_together_none_is_left(swallowed: tuple[int, int]) -> None:
    both = [Stubborn(count) for count in swallowed]
    running = asyncio.create_task(together(*(one.run() for one in both)))
    for one in both:
        await one.begun.wait()
    await end(running)
    assert running.cancelled() and [one.working for one in both] == [False, False]


async def test_what_one_fails_with_is_raised_once_the_other_has_ended() -> None:
    other = Stubborn(1)

    async def fail() -> None:
        await other.begun.wait()
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        await together(other.run(), fail())
    assert not other.working
