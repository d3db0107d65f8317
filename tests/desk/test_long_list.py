"""A list of hundreds is cut for the pages, never one's own talks."""

from __future__ import annotations

import json
from typing import Any

from desk.lines import Line
from desk.lists import Lists
from desk.staff import Role, User
from handoff.ticket import Packet, Reason, State, Ticket

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
