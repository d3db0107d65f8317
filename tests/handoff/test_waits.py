"""Waiting times are told from what happened, and only then."""

from __future__ import annotations

import pytest

from handoff.agents import Work
from handoff.waits import STEPS, step
from tests.handoff.room import Room


async def test_with_few_talks_lately_nothing_is_told(room: Room) -> None:
    await room.ready("a1")
    for number in range(2):
        await room.queue.waits.served("general", f"t{number}", room.time())
    assert await room.queue.waits.minutes("general", 1) is None


async def test_the_place_in_the_queue_times_the_pace_of_the_last_hour(room: Room) -> None:
    await room.ready("a1")
    for number in range(6):  # one talk every two minutes
        await room.queue.waits.served("general", f"t{number}", room.time())
        room.time.now += 120
    assert await room.queue.waits.minutes("general", 1) == 2
    assert await room.queue.waits.minutes("general", 4) == 10  # 8 minutes: rather too long than too short
    assert await room.queue.waits.minutes("repair", 1) is None


async def test_while_nobody_takes_any_nothing_is_told(room: Room) -> None:
    for number in range(6):
        await room.queue.waits.served("general", f"t{number}", room.time())
        room.time.now += 120
    await room.ready("a1", queues=("repair",))
    assert await room.queue.waits.minutes("general", 1) is None
    agent = await room.ready("a1")
    assert await room.queue.waits.minutes("general", 1) == 2
    await room.agents.set(agent, Work.BREAK, "lunch")
    assert await room.queue.waits.minutes("general", 1) is None


async def test_told_twice_a_talk_counts_once(room: Room) -> None:
    await room.ready("a1")
    for _ in range(5):
        await room.queue.waits.served("general", "t1", room.time())
    assert await room.queue.waits.minutes("general", 1) is None


async def test_what_was_an_hour_ago_is_forgotten(room: Room) -> None:
    await room.ready("a1")
    for number in range(5):
        await room.queue.waits.served("general", f"t{number}", room.time())
    room.time.now += 3601
    assert await room.queue.waits.minutes("general", 1) is None


async def test_the_customer_is_told_with_the_place(room: Room) -> None:
    await room.ready("a1")
    for number in range(4):
        ticket = await room.ask(cid=f"c{number}", exchange=f"x{number}")
        room.time.now += 60
        await room.queue.claim(ticket.number, "a1", "山田")
    await room.ask(cid="c9", exchange="x9")
    assert (await room.states("c9"))[-1]["queue"]["minutes"] in STEPS  # type: ignore[index]


@pytest.mark.parametrize(("minutes", "told"), [(0.2, 1), (1.0, 1), (3.1, 5), (11, 15), (30.5, 30), (500, 30)])
def test_minutes_are_told_as_people_say_them(minutes: float, told: int) -> None:
    assert step(minutes) == told
