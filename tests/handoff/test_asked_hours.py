"""asked_hours.yml: what the bot answers about business hours; and calendars that are unlike the usual one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from handoff.asked_hours import answer
from handoff.calendar_store import seed_schedules
from handoff.schedule import HOLIDAY, WEEKDAYS, Schedule, Special, Window
from nihongo.asked_day import asked_day
from nihongo.japan_time import TOKYO
from nihongo.speech import unspeakable

TABLE = yaml.safe_load(Path(__file__).with_name("asked_hours.yml").read_text(encoding="utf-8"))
ROWS = [
    (group["at"], how == "spoken", text, expected)
    for group in TABLE
    for how in ("text", "spoken")
    for text, expected in group.get(how, {}).items()
]
NIGHT_AND_DAY = Schedule({day: (Window("00:00", "24:00"),) for day in (*WEEKDAYS, HOLIDAY)}, {}, 30)
NO_LUNCH = Schedule({day: (Window("10:00", "12:00"), Window("12:00", "24:00")) for day in WEEKDAYS}, {})
NOWHERE = Schedule({}, {})
FRIDAY = "2026-11-27T10:00"


def asked(schedule: Schedule, text: str, at: str, spoken: bool = False) -> str:
    now = datetime.fromisoformat(at).replace(tzinfo=TOKYO)
    return answer(schedule, asked_day(text, now.date()), now, spoken)


@pytest.mark.parametrize(("at", "spoken", "text", "expected"), ROWS)
def test_answers_of_the_usual_calendar(at: str, spoken: bool, text: str, expected: str) -> None:
    assert asked(seed_schedules()[("*", "*")], text, str(at), spoken) == expected


@pytest.mark.parametrize("text", [text for _, _, text, _ in ROWS])
def test_nothing_spoken_makes_a_voice_stumble(text: str) -> None:
    said = asked(seed_schedules()[("*", "*")], text, FRIDAY, spoken=True)
    assert [one.piece for one in unspeakable(said)] == []


@pytest.mark.parametrize(
    ("schedule", "text", "expected"),
    [
        (NIGHT_AND_DAY, "今日やってる？", "24時間承っております。"),
        (NIGHT_AND_DAY, "明日は？", "11月28日(土)は、24時間、担当者が承ります。"),
        (NO_LUNCH, "明日は？", "11月28日(土)は、10時から24時まで、担当者が承ります。"),
        (NO_LUNCH, "何時まで？", "本日は24時まで承っております。"),
        (
            NO_LUNCH,
            "昼休みは？",
            "お昼休みはいただいておりません。11月27日(金)は、10時から24時まで、担当者が承ります。",
        ),
        (NOWHERE, "今日やってる？", "本日は、担当者の受付をお休みしております。"),
        (NOWHERE, "昼休みは？", "ただいま受付を休止しております。"),
        (
            NOWHERE,
            "夜は？",
            "毎日は、担当者の受付をお休みいたします。自動応答は、24時間ご利用いただけます。",
        ),
    ],
)
def test_answers_of_other_calendars(schedule: Schedule, text: str, expected: str) -> None:
    assert asked(schedule, text, FRIDAY) == expected


def test_days_unlike_the_others_say_why_each_reason_once() -> None:
    days = {
        "2026-11-28": Special((Window("10:00", "12:00"),), "棚卸し"),
        "2026-11-29": Special((), "棚卸し"),
        "2026-11-30": Special((), ""),
    }
    assert asked(Schedule({}, days), "週末は？", FRIDAY) == (
        "11月29日(日)は、担当者の受付をお休みいたします。11月28日(土)は、10時から12時まで、担当者が承ります。（棚卸し）"
    )
    assert asked(Schedule({}, days), "30日は？", FRIDAY) == "11月30日(月)は、担当者の受付をお休みいたします。"
