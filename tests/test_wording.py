"""Sentences kept in YAML are found by dotted name, filled in, and never made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from wording import Wording


@pytest.fixture
def wording(tmp_path: Path) -> Wording:
    file = tmp_path / "words.yml"
    file.write_text("talk:\n  hello: こんにちは、{name}様。\n  silent:\nkeys: [1, 二]\n", encoding="utf-8")
    return Wording(file)


def test_a_sentence_is_filled_in_also_with_what_is_called_name(wording: Wording) -> None:
    assert wording.say("talk.hello", name="山田") == "こんにちは、山田様。"
    assert wording.listed("keys") == ["1", "二"]
    assert wording.entry("talk")["hello"].startswith("こんにちは")


@pytest.mark.parametrize("name", ["talks", "talk.bye", "talk.silent.more"])
def test_what_is_not_there_is_no_sentence(wording: Wording, name: str) -> None:
    assert wording.get(name) is None
    with pytest.raises((KeyError, TypeError)):
        wording.say(name)
