"""The words of when.yml as patterns: days, parts of the day, and what takes a wish back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from nihongo.normalise import normalise

_FILE = Path(__file__).with_name("when.yml")
LAST = 24 * 60
_ROLE = r"(?:曜?日?)\)?(?:ごろ|くらい|ぐらい)?(?:以降|以後|から|まで|過ぎ|すぎ|以前|前|台|中|いっぱい|の間)?"
_ALONE = ("(?<![一-龠])", "(?![食日刊鮮ご飯寝行景勤会礼市型専])")


@dataclass(frozen=True)
class Part:
    """A part of the day in minutes; `half` tells how an hour named with it is read."""

    start: int
    end: int
    half: str
    unsure: bool


@cache
def listed(section: str) -> Any:
    """One section of when.yml, read once per process."""
    return YAML(typ="safe").load(_FILE)[section]


@cache
def either(section: str, key: str = "") -> str:
    """The section's phrases as alternatives, longest first."""
    words = listed(section)[key] if key else listed(section)
    written = sorted({normalise(str(word)) for word in words}, key=len, reverse=True)
    return "|".join(map(re.escape, written))


@cache
def parts() -> dict[str, Part]:
    """Every part of the day by each of its words."""
    return {normalise(word): _part(row) for row in listed("parts") for word in row["words"]}


@cache
def own() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kinds of pieces that ja_timex does not know, and where they stand."""
    return (
        *((f"span:{name}", re.compile(either("spans", name))) for name in listed("spans")),
        *((f"inside:{name}", _inside(name)) for name in listed("inside")),
        *((f"any:{name}", re.compile(either("any", name))) for name in listed("any")),
        ("day_part", re.compile(either("day_parts"))),
        ("part", re.compile(_longest(parts()))),
        ("noon", re.compile(either("noon"))),
        ("workdays", re.compile("([0-9]{1,2})営業日(?:後|あと|以降)|翌営業日|次の営業日")),
        ("nth_week", re.compile("第([1-5])週")),
        ("within", re.compile("([0-9]{1,3})(時間|分)以内に?(?=.{0,6}?(?:電話|連絡|折り?返|お願い|か[けか]))")),
        ("offset:3", re.compile("明々後日")),
        (
            "weekdays",
            re.compile(
                "(?<![0-9一-龠])[月火水木金土日](?:[・、/と]?[月火水木金土日])+(?=曜|の|なら|で|に|は|が|か|以|を|も|と|$)"
            ),
        ),
        (
            "past",
            re.compile(
                "昨夜|昨晩|ゆうべ|さっき|先ほど|さきほど|昨日|おととい|きのう|今朝ほど|この前|この間|先日|以前に"
            ),
        ),
    )


@cache
def ruled_out(busy: bool = False) -> re.Pattern[str]:
    """What behind a piece, up to the next one, takes it back; for hours, being busy does too."""
    words = either("denied") + (f"|{either('denied_time')}" if busy else "")
    return re.compile(rf"{_ROLE}(?:{words}|は[^、。]{{0,14}}?(?:{either('denied_later')}))")


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _part(row: dict[str, Any]) -> Part:
    return Part(minutes(row["from"]), minutes(row["to"]), row["half"], bool(row.get("unsure")))


def _longest(words: dict[str, Part]) -> str:
    """Longest first; a single letter is no part of the day inside a word (朝食, 一晩)."""
    written = sorted(words, key=len, reverse=True)
    return "|".join(map(_alone, written))


def _alone(word: str) -> str:
    if len(word) == 1:
        return f"{_ALONE[0]}{word}{_ALONE[1]}"
    return f"{re.escape(word)}(?![0-9時:番])" if word[-1].isdigit() else re.escape(word)


def _inside(name: str) -> re.Pattern[str]:
    """Behind a week or a month; a word that names the month itself stands alone too."""
    alone = [str(word) for word in listed("inside")[name] if str(word).startswith("月")]
    behind = f"(?<={'週' if name == 'weekend' else '[週月]'})の?(?:{either('inside', name)})"
    return re.compile(
        "|".join([behind, *(f"(?<![0-9来今翌々]){word}" for word in sorted(alone, key=len, reverse=True))])
    )
