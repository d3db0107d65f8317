"""No word of a screen is said by telephone: every sentence that customers may be told is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from nihongo.manner import said
from settings import ROOT

SCREEN = re.compile(
    "(?<!担当者の)画面|入力|クリック|タップ|ボタン|チャット|お送りください|文でどうぞ|メッセージ|表示されて"
)
OF_PAGES = (
    "errors",
    "start",
    "reduced",
    "phone",
    "survey.web",
    "survey.sms",
)  # said by pages alone, or worded by channel
_YAML = YAML(typ="safe")


def sentences(entry: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(entry, dict):
        for key, one in entry.items():
            yield from sentences(one, f"{name}.{key}".strip("."))
    elif isinstance(entry, list):
        for number, one in enumerate(entry):
            yield from sentences(one, f"{name}.{number}")
    elif isinstance(entry, str):
        yield name, entry


def of_file(path: str) -> list[tuple[str, str]]:
    found = sentences(_YAML.load(ROOT / path))
    return [(f"{path}:{name}", text) for name, text in found if not name.startswith(OF_PAGES) and "heard" not in name]


def of_the_bot() -> list[tuple[str, str]]:
    """What is said where no wording for the voice stands."""
    responses = _YAML.load(ROOT / "domain.yml")["responses"]
    found = []
    for name, wordings in responses.items():
        spoken = [one for one in wordings if one.get("channel") == "voice"] or wordings
        found += [(f"domain.yml:{name}", one["text"]) for one in spoken]
    return found


SENTENCES = [*of_file("handoff/sentences.yml"), *of_file("channels/sentences.yml"), *of_the_bot()]


@pytest.mark.parametrize(("name", "text"), SENTENCES, ids=[name for name, _ in SENTENCES])
def test_by_telephone(name: str, text: str) -> None:
    assert not SCREEN.search(said(text, "voice")), said(text, "voice")
