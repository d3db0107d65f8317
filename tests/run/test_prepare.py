"""What is checked before anything starts."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from run.__main__ import WORDS
from run.prepare import ports_taken, unusable
from run.product import free_block, free_ports
from settings import Settings

NAMES = ("door_port", "desk_port", "rasa_port", "actions_port")


@pytest.fixture
def free(tmp_path: Path) -> Settings:
    ports = dict(zip(NAMES, free_ports(4), strict=True))
    return Settings(_env_file=None, var_dir=tmp_path, metrics_port=free_block(), **ports)


def test_free_ports_are_no_problem(free: Settings) -> None:
    assert ports_taken(free, WORDS) == []


def test_two_processes_on_one_port_are_told_before_they_start(free: Settings) -> None:
    (told,) = ports_taken(free.copy(update={"desk_port": free.door_port}), WORDS)
    assert "desk" in told and str(free.door_port) in told and "DESK_PORT" in told


@pytest.mark.parametrize(("name", "offset"), [("metrics_port", 0), ("metrics_port", 3), ("rasa_port", 0)])
def test_a_port_that_somebody_else_listens_on_is_told(free: Settings, name: str, offset: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", getattr(free, name) + offset))
        other.listen()
        (told,) = ports_taken(free, WORDS)
    assert name.upper() in told


def test_the_defaults_can_be_used(free: Settings) -> None:
    assert unusable(free) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("redis_url", "redis://:secret@127.0.0.1:1/0", "REDIS_URL=redis://***@127.0.0.1:1/0: Redis に接続できません"),
        ("database_url", "postgresql://nobody:secret@127.0.0.1:1/x", "DATABASE_URL=postgresql://***@127.0.0.1:1/x: "),
        ("database_url", "sqlite:////nonexistent/x.db", "DATABASE_URL=sqlite:////nonexistent/x.db: データベース"),
        ("calendar_seed", Path("/nonexistent.yml"), "CALENDAR_SEED=/nonexistent.yml: 営業時間のファイル"),
        ("calendar_seed", Path(__file__), f"CALENDAR_SEED={__file__}: 営業時間のファイル"),
        ("language_socket", "/nonexistent/x.sock", "LANGUAGE_SOCKET=/nonexistent/x.sock: 書き込めるフォルダ"),
    ],
)
def test_what_only_a_try_shows_is_told_in_one_line(
    free: Settings, name: str, value: object, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("run.prepare.REDIS_SECONDS", 0)
    (line,) = unusable(free.copy(update={name: value}))
    assert line.startswith(told) and "secret" not in line and "\n" not in line
