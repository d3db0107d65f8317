"""What a customer says to refuse a person: 「担当者はいいから早く送料教えて」 asks about 送料."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

WORDS = Path(__file__).with_name("refused.yml")
_BREAKS = " 、。,.!…"
_ONLY = re.compile("だけ(?=教え|知り|聞き|聞か)")  # 送料だけ教えて: no condition of 送料
_LEAST = 4  # characters of something else that is said


def without_refusal(text: str) -> str:
    """A normalised text without what refuses a person: the text itself where nothing does, nothing where all does."""
    refusals, alone, again, unless = _patterns()
    if unless.search(text):
        return text
    rest = refusals.sub("、", text)
    if rest == text or again.search(rest):
        return text
    rest = _ONLY.sub("を", alone.sub("", rest)).strip(_BREAKS)
    return rest if len(rest) >= _LEAST else ""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """What refuses, what is said along with it, what wishes for a person all the same, what is about other people."""
    listed = YAML(typ="safe").load(WORDS)
    ways = "|".join(f"(?:{way.replace('{person}', listed['persons'])})" for way in listed["refusals"])
    return re.compile(f"(?:{ways})(?:{listed['tail']})*"), *(
        re.compile(listed[key]) for key in ("alone", "again", "unless")
    )
