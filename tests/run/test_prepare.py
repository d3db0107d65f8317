"""What is checked before anything starts."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from run.__main__ import WORDS
from run.prepare import ports_taken
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
