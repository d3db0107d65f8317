"""What lies with conversations is done side by side, for each in order, and nothing that came meanwhile is missed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

from channels.errands import Errands


class Work:
    """Steps that begin, and end when they are told how."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[tuple[str, asyncio.Future[bool]]] = asyncio.Queue()

    async def step(self, conversation_id: str) -> bool:
        ends: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.begun.put_nowait((conversation_id, ends))
        return await ends

    async def next(self) -> tuple[str, asyncio.Future[bool]]:
        return await asyncio.wait_for(self.begun.get(), 5)


async def nothing() -> list[str]:
    return []


def found(*answers: list[str] | Exception) -> Callable[[], Awaitable[list[str]]]:
    left = list(answers)

    async def due() -> list[str]:
        answer = left.pop(0) if left else []
        if isinstance(answer, Exception):
            raise answer
        return answer

    return due


async def test_one_that_goes_on_keeps_no_other_waiting() -> None:
    work = Work()
    errands = Errands("turn", work.step, nothing)
    async with errands.running():
        errands.wake("c1")
        errands.wake("c2")
        assert {(await work.next())[0], (await work.next())[0]} == {"c1", "c2"}


async def test_what_comes_meanwhile_is_looked_at_once_more() -> None:
    work = Work()
    errands = Errands("turn", work.step, nothing)
    async with errands.running():
        errands.wake("c1")
        _, ends = await work.next()
        errands.wake("c1")
        errands.wake("c1")
        assert work.begun.empty()
        ends.set_result(False)
        _, again = await work.next()
        again.set_result(False)
        errands.wake("c2")
        assert (await work.next())[0] == "c2" and work.begun.empty()


async def test_one_that_breaks_is_taken_up_again_when_it_is_woken() -> None:
    work = Work()
    errands = Errands("turn", work.step, nothing)
    async with errands.running():
        for trouble in (ValueError("broken"), RedisError("away")):
            errands.wake("c1")
            _, ends = await work.next()
            ends.set_exception(trouble)
            errands.wake("c2")
            _, other = await work.next()
            other.set_result(False)
        errands.wake("c1")
        assert (await work.next())[0] == "c1"


async def test_what_others_left_is_swept_up_also_after_the_store_was_away() -> None:
    work = Work()
    async with Errands("turn", work.step, found(RedisError("away"), ["c1"])).running():
        assert (await work.next())[0] == "c1"


async def test_at_the_end_it_stops_in_the_middle() -> None:
    work = Work()
    errands = Errands("turn", work.step, nothing)
    async with errands.running():
        errands.wake("c1")
        _, ends = await work.next()
    assert ends.cancelled()
