"""One's own password: changed by who knows the old one; whoever else was signed in is out."""

from __future__ import annotations

import pytest

from desk import store
from desk.staff import Role
from tests.desk.room import PASSWORD, Floor

FRESH = "another horse 43"


@pytest.fixture
async def yamada(floor: Floor) -> Floor:
    floor.add("yamada", Role.AGENT)
    await floor.sign_in("yamada")
    return floor


async def change(floor: Floor, **fields: str) -> tuple[int, str]:
    sent = {"password": PASSWORD, "fresh": FRESH, "again": FRESH} | fields
    async with await floor.post("/me/password", **sent) as answer:
        return answer.status, await answer.text()


async def test_the_new_one_counts_and_other_sessions_end(yamada: Floor) -> None:
    (other,) = yamada.cookies().values()
    yamada.forget_cookies()
    await yamada.sign_in("yamada")
    assert (await change(yamada))[0] == 303
    assert await yamada.desk.sessions.find(other) is None
    (mine,) = yamada.cookies().values()
    assert await yamada.desk.sessions.find(mine)
    assert store.sign_in(yamada.desk.engine, "yamada", PASSWORD) is None
    assert store.sign_in(yamada.desk.engine, "yamada", FRESH)


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"password": "a wrong horse"}, 401, "パスワードが違います"),
        ({"again": "something else 44"}, 422, "確認用のパスワードが一致しません"),
        ({"fresh": "short", "again": "short"}, 422, "パスワードは10文字以上"),
    ],
)
async def test_what_does_not_do_is_told_and_changes_nothing(
    yamada: Floor, fields: dict[str, str], status: int, told: str
) -> None:
    answered, text = await change(yamada, **fields)
    assert answered == status and told in text
    assert store.sign_in(yamada.desk.engine, "yamada", PASSWORD)


async def test_guesses_count_as_at_the_sign_in(yamada: Floor) -> None:
    statuses = [(await change(yamada, password=f"guess {number} horse"))[0] for number in range(12)]
    assert statuses[0] == 401 and statuses[-1] == 429
