"""No sentence of ours speaks of a screen where there is none: every one of them, as an SMS says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from nihongo.manner import pairs, said

ROOT = Path(__file__).parents[3]
_SCREEN = re.compile("入力|画面|ボタン|チャット|クリック|タップ|押し|メッセージにまとめて|次からお選び|次の中")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for one in node.values():
            yield from _texts(one)
    elif isinstance(node, list):
        for one in node:
            yield from _texts(one)


def _sentences() -> Iterator[str]:
    yaml = YAML(typ="safe")
    for name, node in yaml.load(ROOT / "handoff/sentences.yml").items():
        yield from _texts(node["sms"] | {"rest": [node["choices"], node["thanks"]]} if name == "survey" else node)
    doors = yaml.load(ROOT / "channels/sentences.yml")
    yield from _texts([doors["turn"], doors["reduced"]])  # `errors` and `start` are the web chat's own
    for ways in yaml.load(ROOT / "domain.yml")["responses"].values():
        sms = [way for way in ways if way.get("channel") == "sms"]
        own = [str(way.get("condition")) for way in sms]
        plain = [way for way in ways if "channel" not in way and str(way.get("condition")) not in own]
        yield from _texts([[way["text"], [b["title"] for b in way.get("buttons", ())]] for way in (*sms, *plain)])
    yield from _texts(yaml.load(ROOT / "channels/twilio/words.yml")["sms"])


@pytest.mark.parametrize("text", sorted(set(_sentences())))
def test_it_is_said_without_a_screen(text: str) -> None:
    assert not _SCREEN.search(said(text, "sms")), said(text, "sms")


def test_every_pair_of_the_table_is_of_use() -> None:
    told = list(_sentences())
    assert [screen for screen, _ in pairs("sms") if not any(screen in text for text in told)] == []
