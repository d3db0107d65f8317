"""No customer's message can hold a regular expression of ours: each, over its own worst texts at the limit."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import bot.language
import bot.offers
import channels.frames
import channels.reduced
import kb
import nihongo
from bot.language.complexity import Complexity
from nihongo.normalise import LIMIT
from tests.hostile import FLOODS
from tests.patterns import Pattern, floods, modules_of, patterns, seconds

MOST = 0.05  # s of CPU; the slowest of today takes 0.005
MODULES = [*modules_of(nihongo), *modules_of(kb), bot.offers, channels.frames, channels.reduced]


def _slow(found: dict[str, Pattern]) -> Iterator[str]:
    for name, pattern in found.items():
        for text in [*floods(pattern, LIMIT), *(flood[:LIMIT] for flood in FLOODS)]:
            if (took := seconds(pattern, text)) > MOST:
                yield f"{name}: {took:.3f} s for {text[:20]!r}"


@pytest.mark.slow
def test_no_text_holds_a_pattern() -> None:
    found = patterns(MODULES)
    assert len(found) > 80
    assert not list(_slow(found))


@pytest.mark.slow
@pytest.mark.model
def test_no_text_holds_a_pattern_of_understanding() -> None:
    rules = {f"{rule.kind} {one.pattern}": one for rule in Complexity()._rules for one in (*rule.words, *rule.unless)}
    found = patterns(modules_of(bot.language)) | rules
    assert len(found) > 20
    assert not list(_slow(found))


@pytest.mark.slow
def test_a_pattern_that_can_be_held_is_noticed() -> None:
    assert next(_slow({"cubic": re.compile("(?:あ|い)*(?:あ|い)*う")}), None)
