"""`python -m desk` as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desk import store
from stores import METADATA, open_sql
from tests.desk.room import PASSWORD, Floor

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`


@pytest.fixture
def run(redis_url: str, sqlite_url: str, tmp_path: Path) -> Any:
    METADATA.create_all(open_sql(sqlite_url))
    own = {"REDIS_URL": redis_url, "DATABASE_URL": sqlite_url, "VAR_DIR": str(tmp_path)}

    def command(*words: str, said: str = "") -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "desk", *words]
        return subprocess.run(line, env={**os.environ, **own}, input=said, capture_output=True, text=True, check=False)

    return command


@pytest.mark.slow
def test_a_telephone_is_set_and_cleared(run: Any, sqlite_url: str) -> None:
    assert run("user", "add", "sato", "--phone", "12", said=f"{PASSWORD}\n").returncode == 1
    run("user", "add", "sato", "--phone", "０９０ー１２３４ー５６７８", said=f"{PASSWORD}\n")
    (account,) = store.accounts(open_sql(sqlite_url))
    assert account.phone == "+819012345678"
    assert run("user", "phone", "sato", "--phone", "0120-123-456").returncode == 1
    assert run("user", "phone", "sato").returncode == 0
    assert store.accounts(open_sql(sqlite_url))[0].phone == ""
    assert [one.object for one in store.entries(open_sql(sqlite_url))] == ["sato: -", "sato"]


@pytest.mark.slow
def test_users_are_added_listed_and_stopped(run: Any, sqlite_url: str) -> None:
    added = run("user", "add", "yamada", "--display-name", "山田", "--roles", "agent,editor", said=f"{PASSWORD}\n")
    assert (added.returncode, added.stdout) == (0, "yamada: agent, editor\n")
    run("user", "add", "kanri", "--roles", "admin", said=f"{PASSWORD}\n")
    assert run("user", "list").stdout.splitlines()[1] == "yamada\t山田\tagent,editor"
    assert run("user", "password", "yamada", said="another horse 43\n").returncode == 0
    assert store.sign_in(open_sql(sqlite_url), "yamada", "another horse 43")
    assert run("user", "stop", "yamada").returncode == 0
    assert "yamada\t山田\tagent,editor (stopped)" in run("user", "list").stdout
    assert store.sign_in(open_sql(sqlite_url), "yamada", "another horse 43") is None
    log = [(one.user_name, one.action, one.object) for one in reversed(store.entries(open_sql(sqlite_url)))]
    assert log == [
        ("コマンド", "account_made", "yamada"),
        ("コマンド", "account_made", "kanri"),
        ("コマンド", "password.changed", "yamada"),
        ("コマンド", "user.changed", "yamada: stopped"),
    ]


@pytest.mark.parametrize(
    ("words", "said", "problem"),
    [
        (("user", "add", "yamada", "--roles", "agent"), "short\n", "パスワードは10文字以上"),
        (("user", "add", "yamada", "--roles", "boss"), "", "役割「boss」はありません"),
        (("user", "add", "yamada", "--roles", "boss"), "", "editor（編集者）, approver（承認者）"),
        (("user", "password", "nobody"), "", "利用者「nobody」は見つかりません"),
        (("user", "stop", "nobody"), "", "利用者「nobody」は見つかりません"),
    ],
)
def test_what_is_wrong_is_said(run: Any, words: tuple[str, ...], said: str, problem: str) -> None:
    answer = run(*words, said=said)
    assert answer.returncode == 1 and problem in answer.stderr


async def test_the_operator_sees_alive_ready_and_measures(floor: Floor) -> None:
    async with floor.client.get("/healthz") as answer:
        assert answer.status == 200
    async with floor.client.get("/readyz") as answer:
        assert await answer.json() == {"ready": True, "redis": True, "sql": True}
    async with floor.client.get("/metrics") as answer:
        assert "desk_sockets 0.0" in await answer.text()
