"""What the documents promise: every setting is in README's table, every link leads somewhere, commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import subjects
from settings import ROOT, Settings
from tests.pictures import KEPT, LARGEST

README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", Settings.__fields__)
def test_every_setting_is_in_the_table_with_its_meaning(name: str) -> None:
    line = next((line for line in README.splitlines() if line.startswith(f"| `{name.upper()}` |")), "")
    assert Settings.__fields__[name].field_info.description in line


@pytest.mark.parametrize("path", [*DOCUMENTS, ROOT / "CHANGELOG.md"], ids=lambda path: path.name)
def test_no_document_was_left_half_merged(path: Path) -> None:
    assert not re.search(r"^(?:<{7}|={7}|>{7})", path.read_text(), re.M)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", path.read_text())
    assert not [link for link in links if not (path.parent / link).exists()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_tests_that_documents_name_are_there(path: Path) -> None:
    named = re.findall(r"`(tests/[a-z_/]+\.py)`", path.read_text())
    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("name", subjects())
def test_readme_lists_every_measure_with_what_it_must_be_given(name: str) -> None:
    line = next(line for line in README.splitlines() if line.startswith("| `python -m bench"))
    needed = re.findall(r'"(--[a-z]+)"[^\n]*required=True', (ROOT / "bench" / f"{name}.py").read_text())
    assert f"`{' '.join([name, *(f'{option} FILE' for option in needed)])}`" in line


def test_what_customers_see_while_the_line_is_lost_is_quoted_as_the_widget_says_it() -> None:
    said = re.search(r'offline: "(.+)"', (ROOT / "channels/widget/words.js").read_text())
    assert said and said[1] in (ROOT / "docs/operations.md").read_text()


def test_readme_opens_with_a_japanese_paragraph() -> None:
    paragraph = README.split("\n\n")[1]
    assert len(re.findall(r"[ぁ-んァ-ヶ一-龠]", paragraph)) > 100


def test_make_help_lists_the_commands_that_readme_names() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for word in ("run", "test", "check", "train", "shell", "clean"):
        assert f"make {word} " in listed


@pytest.mark.slow
@pytest.mark.parametrize("room", ["kb", "handoff", "voc", "desk", "bench"])
def test_rooms_tell_their_commands(room: str) -> None:
    done = subprocess.run([sys.executable, "-m", room, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.png")), ids=lambda path: path.name)
def test_pictures_are_small_and_shown_by_a_document(path: Path) -> None:
    assert 0 < path.stat().st_size < LARGEST
    assert any(f"screenshots/{path.name}" in document.read_text() for document in DOCUMENTS)
