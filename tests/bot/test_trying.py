"""What `python -m bot try` prints."""

from __future__ import annotations

from dataclasses import replace

import yaml

from bot.__main__ import LABELS, lines
from bot.language.understanding import Understanding
from tests.bot.language_server import abusive, hand_off, talk


def printed(found: Understanding) -> str:
    return "\n".join(lines(found, 1.0, yaml.safe_load(LABELS.read_text(encoding="utf-8"))))


def test_abuse_is_told_with_its_kind_and_words() -> None:
    shown = printed(abusive(talk("このクズ", "abuse"), "insult", "このクズ"))
    assert "迷惑行為のおそれ（abuse.yml、tone は分類器）: insult このクズ" in shown


def test_the_matter_of_complex_yml_is_named() -> None:
    assert "（complex.yml）: life" in printed(replace(hand_off("もう死にたい", "negative_emotion"), matter="life"))
    assert "complex.yml" not in printed(hand_off("退会したい", "policy_restriction"))
