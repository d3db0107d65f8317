"""A list of hundreds is cut for the pages, never one's own talks."""

from __future__ import annotations

from typing import Any

from desk.inbox import rows_for
from desk.staff import Role, User

USER = User("7", "yamada", "山田", frozenset({Role.AGENT}))


def row(number: int, **more: Any) -> dict[str, Any]:
    own = {"number": str(number), "state": "waiting", "owner": None, "for_supervisor": False, "snippet": "鍋"}
    own |= {"folded": False, "unread": False, "offered_to": None, "sleeps": False, "booked": False}
    return own | more


def test_the_front_of_the_list_what_is_offered_and_all_of_mine() -> None:
    waiting = [row(number) for number in range(100)]
    waiting[90]["offered_to"], waiting[99]["sleeps"] = "7", True
    mine = [row(200 + number, state="assigned", owner="7") for number in range(70)]
    others = [row(300, state="assigned", owner="8")]
    frame = rows_for(USER, [*waiting, *mine, *others])
    numbers = [one["number"] for one in frame["rows"]]
    assert numbers[:61] == [*map(str, range(60)), "90"] and len(numbers) == 61 + 70 + 1
    assert frame["counts"] == {"waiting": 100, "mine": 70, "others": 1, "awake": 99}
    assert frame["rows"][-1]["snippet"] == ""
