"""Users and the audit log in both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from desk import store
from desk.staff import Role
from desk.tables import AUDIT, USERS
from tests.desk.room import PASSWORD


def test_passwords_are_kept_as_argon2id(sql: Engine) -> None:
    store.add_user(sql, " Yamada ", "山田", PASSWORD, [Role.AGENT, Role.EDITOR])
    with sql.connect() as connection:
        row = connection.execute(sa.select(USERS)).mappings().one()
    assert row["password_hash"].startswith("$argon2id$") and PASSWORD not in row["password_hash"]
    user = store.sign_in(sql, "YAMADA", PASSWORD)
    assert user and user.display_name == "山田" and user.roles == {Role.AGENT, Role.EDITOR}


@pytest.mark.parametrize(
    ("name", "shown", "password", "roles", "problem"),
    [
        ("山田", "山田", PASSWORD, [Role.AGENT], "bad_name"),
        ("y", "山田", PASSWORD, [Role.AGENT], "bad_name"),
        ("yamada", " ", PASSWORD, [Role.AGENT], "bad_display_name"),
        ("yamada", "山田", "short", [Role.AGENT], "bad_password"),
        ("yamada-san", "山田", "yamada-san", [Role.AGENT], "bad_password"),
        ("yamada", "山田", PASSWORD, [], "no_roles"),
        ("taken", "山田", PASSWORD, [Role.AGENT], "name_taken"),
    ],
)
def test_a_bad_account_is_refused(
    sql: Engine, name: str, shown: str, password: str, roles: list[Role], problem: str
) -> None:
    store.add_user(sql, "taken", "先客", PASSWORD, [Role.AGENT])
    with pytest.raises(store.BadUser, match=problem):
        store.add_user(sql, name, shown, password, roles)


def test_the_audit_log_can_only_grow(sql: Engine) -> None:
    store.record(sql, store.Entry(1.0, "1", "yamada", "talk.read", "12345674", "192.0.2.1"))
    for statement in (AUDIT.delete(), AUDIT.update().values(action="nothing")):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), sql.begin() as connection:
            connection.execute(statement)
    assert [entry.action for entry in store.entries(sql)] == ["talk.read"]


def test_a_used_invitation_is_not_used_up_by_a_bad_account(sql: Engine) -> None:
    token = store.invite(sql, [Role.EDITOR], "kanri")
    with pytest.raises(store.BadUser):
        store.accept(sql, token, "x", "山田", PASSWORD)
    user = store.accept(sql, token, "yamada", "山田", PASSWORD)
    assert user and user.roles == {Role.EDITOR}
    assert store.accept(sql, token, "suzuki", "鈴木", PASSWORD) is None


def test_one_account_is_the_line_of_the_list(sql: Engine) -> None:
    user = store.add_user(sql, "yamada", "山田", PASSWORD, [Role.AGENT])
    store.add_user(sql, "suzuki", "鈴木", PASSWORD, [Role.AGENT])
    statements: list[str] = []
    sa.event.listen(sql, "before_cursor_execute", lambda *said: statements.append(said[2]))
    found = store.account(sql, user.id)
    assert all("WHERE" in one for one in statements)  # it does not read everybody to find one
    assert found in store.accounts(sql) and found and found.user.name == "yamada"
    assert store.account(sql, "999") is None
