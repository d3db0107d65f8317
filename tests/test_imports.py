"""Who may import whom: the table of docs/architecture.md, read from the imports themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("kb", "bot", "actions", "channels", "conversation", "handoff", "voc", "desk", "nihongo", "run", "bench")
ALLOWED = {
    "nihongo": set(),
    "kb": {"nihongo"},
    "conversation": {"nihongo"},
    "handoff": {"conversation", "nihongo"},
    "voc": {"conversation", "nihongo"},
    "bot": {"kb", "conversation", "nihongo"},
    "actions": {"handoff", "conversation", "kb", "nihongo"},
    "channels": {"conversation", "handoff", "nihongo", "kb"},
    "desk": {"kb", "conversation", "handoff", "voc", "nihongo"},
    "run": set(ROOMS),
    "bench": set(ROOMS),
}
# Light files of `bot` that others may import: no GiNZA, no Rasa.
LIGHT = {"bot.language.client", "bot.language.understanding", "bot.language.by_words"}
ASKS_LANGUAGE = {"desk", "channels", "voc", "actions"}
RASA_FILES = {"channels/connector.py", "channels/tracker.py", "voc/broker.py", "bench/parts.py"}

FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    if path.name == "__main__.py":
        return
    for name in imported(path):
        top = name.split(".")[0]
        if top not in ROOMS or top == room or top in ALLOWED[room]:
            continue
        light = room in ASKS_LANGUAGE and (name in LIGHT or any(name.startswith(f"{light}.") for light in LIGHT))
        above = room in ASKS_LANGUAGE and name == "bot.language"  # `from bot.language import client`
        assert light or above, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rasa_stays_at_the_edge(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    names = {name.split(".")[0] for name in imported(path)}
    if "rasa" in names:
        assert (place.startswith("bot/") and not place.startswith("bot/language/")) or place in RASA_FILES, place
    if "rasa_sdk" in names:
        assert place.startswith("actions/"), place


def test_no_drawer_without_a_name() -> None:
    drawers = {"utils", "common", "helpers", "manager", "util", "helper", "managers", "misc"}
    assert not [path for path in FILES if path.stem in drawers or drawers & set(path.relative_to(ROOT).parts)]
