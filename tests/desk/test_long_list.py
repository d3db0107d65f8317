"""A list of hundreds is cut for the pages, never one's own talks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from redis.asyncio.client import Pipeline

from conversation.keys import presence
from desk.lines import Line, Lines
from desk.lists import Lists
from desk.staff import Role, User
from handoff.ticket import Packet, Reason, State, Ticket
from stores import AsyncRedis
from tests.handoff.room import Time, make_room

USER = User("7", "yamada", "山田", frozenset({Role.AGENT}))
ASKED = Packet(question="鍋")


def line(number: int, state: State = State.WAITING, **more: Any) -> Line:
    own = {"opened_at": float(number), "exchange_id": "x", "packet": ASKED}
    ticket = Ticket(str(number), f"c{number}", "web", Reason.CUSTOMER_REQUEST, state, **(own | more))
    return Line(ticket, (), True, "")


def test_the_front_of_the_list_what_is_offered_and_all_of_mine() -> None:
    waiting = [line(number) for number in range(90)]
    waiting += [line(90, State.OFFERED, offered_to="7"), *map(line, range(91, 99)), line(99, after_hours=True)]
    mine = [line(200 + number, State.ASSIGNED, owner="7") for number in range(70)]
    rows, counts = Lists([*waiting, *mine, line(300, State.ASSIGNED, owner="8")]).of(USER)
    numbers = list(rows)
    assert numbers[:61] == [*map(str, range(60)), "90"] and len(numbers) == 61 + 70 + 1
    assert counts == {"waiting": 100, "mine": 70, "others": 1, "awake": 99}
    assert json.loads(rows["0"])["snippet"] == "鍋" and json.loads(rows["300"])["snippet"] == ""


async def test_what_stands_beside_a_talk_is_asked_in_one_journey(
    redis_client: AsyncRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(redis_client, Time())
    for cid in ("c1", "c2"):
        await room.ask(cid, f"{cid}-1", packet=ASKED)
    await redis_client.set(presence("c1"), "1")
    await room.stream.set_state("c2", contact_name="山田 花子", ended_at=1000.5)
    journeys: list[int] = []
    execute = Pipeline.execute

    async def counted(pipe: Any, *more: Any, **named: Any) -> Any:
        journeys.append(len(pipe))
        return await execute(pipe, *more, **named)

    monkeypatch.setattr(Pipeline, "execute", counted)
    first, second = await Lines(room.queue, room.stream).read()
    assert (first.present, first.called, first.over) == (True, "", False)
    assert (second.present, second.called, second.over) == (False, "山田様", True)
    assert [asked for asked in journeys if asked] == [8]  # four things of each; the tickets come by one MGET
