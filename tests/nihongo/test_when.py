"""Wishes for a day and an hour: the table says what is meant, and what is asked back."""

from __future__ import annotations

import time as clock
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nihongo.japan_time import TOKYO
from nihongo.when import ASKS, When, candidates, read
from tests.hostile import FLOODS, texts

TABLE = YAML(typ="safe").load(Path(__file__).with_name("when_table.yml"))
NOWS = {name: datetime.fromisoformat(said).replace(tzinfo=TOKYO) for name, said in TABLE["moments"].items()}
THURSDAY = NOWS["thu"]
MOST = 0.01  # s of CPU for one sentence
WORDS = (
    "明日来週今度の次火曜金曜土日3十二月日時半分前後ごろから〜まで以降午後午前夕方夜か、以外は無理末中頭"
    "お盆明け連休２１０:/いつでも"
)


def opens(day: date) -> list[tuple[datetime, datetime]]:
    if day.weekday() >= 5 or jpholiday.is_holiday(day):
        return []
    return [(_at(day, time(9)), _at(day, time(12))), (_at(day, time(13)), _at(day, time(17, 30)))]


@pytest.mark.parametrize("row", TABLE["rows"], ids=lambda row: f"{row.get('now', 'thu')} {row['say']}")
def test_each_row_of_the_table_is_read(row: dict[str, Any]) -> None:
    now = NOWS[row.get("now", "thu")]
    found = read(row["say"], now, opens)
    if row.get("none"):
        assert found is None
        return
    assert found is not None
    start, end, at = _hours(row)
    assert (found.days, found.start, found.end, found.at) == (_days(str(row.get("days", "")), now), start, end, at)
    assert (found.any, found.open) == (row.get("any", False), tuple(row.get("ask", ())))
    assert set(_days(str(row.get("without", "")), now)) <= set(found.avoided)


def test_the_table_is_long_and_says_each_sentence_once() -> None:
    said = [(row.get("now", "thu"), row["say"]) for row in TABLE["rows"]]
    assert len(set(said)) == len(said) >= 240
    assert {ask for row in TABLE["rows"] for ask in row.get("ask", ())} == set(ASKS)


@settings(deadline=None)
@given(
    texts(300) | st.text(st.sampled_from(WORDS), max_size=40), st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1))
)
def test_whatever_is_said_the_wish_lies_ahead_and_within_the_day(text: str, naive: datetime) -> None:
    now = naive.replace(tzinfo=TOKYO)
    found = read(text, now, opens)
    if found is None:
        return
    assert found.days == tuple(sorted(set(found.days)))
    assert all(day >= now.date() for day in found.days)
    assert (found.start or time.min) < (found.end or time.max)
    assert found.at is None or (found.start or time.min) <= found.at < (found.end or time.max)
    assert found.exact == (found.at is not None)
    assert set(found.open) <= set(ASKS)
    assert found.days or found.any or {"past", "day", "which_day", "no_day"} & set(found.open)
    assert not set(found.days) & set(found.avoided)
    assert found.start or found.end or found.any or found.open


@given(st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), st.sampled_from(["", "半", "20分"]))
def test_an_hour_is_the_same_in_any_digits(month: int, day: int, hour: int, rest: str) -> None:
    plain = f"{month}月{day}日の{hour}時{rest}"
    wide = plain.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    kanji = f"{_kanji(month)}月{_kanji(day)}日の{_kanji(hour)}時{rest.replace('20', '二十')}"
    first, *others = ((found.days, found.start, found.at, found.open) for found in map(_read, (plain, wide, kanji)))
    assert others == [first, first]


@given(st.sampled_from(["今日", "明日", "来週の火曜"]), st.integers(0, 23))
def test_an_hour_is_read_within_the_opening_hours_or_asked_back(day: str, hour: int) -> None:
    found = _read(f"{day}の{hour}時")
    if found.at is None:
        assert found.open == ("am_pm",)
        assert hour in (6, 7, 8)
    else:
        assert found.at.hour % 12 == hour % 12
        assert hour > 12 or hour == 0 or 9 <= found.at.hour <= 17


@pytest.mark.slow
def test_a_sentence_takes_ten_milliseconds_at_most() -> None:
    for row in TABLE["rows"]:
        assert min(_seconds(row["say"]) for _ in range(3)) < MOST, row["say"]


@pytest.mark.slow
def test_no_flood_takes_long() -> None:
    for flood in FLOODS:
        start = clock.thread_time()
        read(flood, THURSDAY, opens)
        assert clock.thread_time() - start < 1.0, flood[:20]


def test_what_stands_behind_the_cap_is_not_read() -> None:
    assert read("あ、" * 100 + "明日の3時", THURSDAY, opens) is None


def test_the_words_that_were_read_are_told() -> None:
    assert _read("えーと、来週の火曜の３時ごろでお願いします").text == "来週の火曜の3時"


def test_the_hour_that_was_named_comes_first() -> None:
    wish = _read("明日の3時ごろ")
    slots = [
        _at(date(2026, 11, day), time(hour, minute)) for day in (26, 27) for hour in (14, 15) for minute in (0, 30)
    ]
    assert [slot.strftime("%d %H:%M") for slot in candidates(wish, slots)] == ["27 15:00", "27 14:30"]


def test_slots_of_a_part_of_the_day_come_in_order() -> None:
    slots = [_at(date(2026, 11, day), time(hour)) for day in (28, 27, 26) for hour in (17, 11, 13)]
    fitting = candidates(_read("明日か明後日の午後"), slots)
    assert [slot.strftime("%d %H") for slot in fitting] == ["27 13", "27 17", "28 13", "28 17"]


def test_any_time_takes_every_slot_and_a_past_day_none() -> None:
    slots = [_at(date(2026, 11, 27), time(10)), _at(date(2026, 11, 26), time(11))]
    assert candidates(_read("いつでもいいです"), slots) == slots[::-1]
    assert candidates(_read("今週の火曜の午前"), slots) == []


def test_days_that_were_ruled_out_take_no_slot() -> None:
    slots = [_at(date(2026, 11, 26) + timedelta(days=number), time(10)) for number in range(14)]
    fitting = candidates(_read("月曜は避けて"), slots)
    assert [slot for slot in slots if slot.weekday() != 0] == fitting


def test_slots_in_another_time_zone_are_the_same_moments() -> None:
    slot = _at(date(2026, 11, 27), time(15)).astimezone(tz=None)
    assert candidates(_read("明日の15時"), [slot]) == [slot]


@given(
    st.sampled_from([row for row in TABLE["rows"] if not row.get("none")]), st.lists(st.integers(0, 500), max_size=30)
)
def test_candidates_are_slots_that_fit(row: dict[str, Any], halves: list[int]) -> None:
    wish = read(row["say"], THURSDAY, opens)
    slots = [THURSDAY + timedelta(minutes=30 * half) for half in halves]
    if wish is None:
        return
    for slot in candidates(wish, slots):
        assert slot in slots
        assert not wish.days or slot.date() in wish.days
        assert (wish.start or time.min) <= slot.time() <= (wish.end or time.max)


def _seconds(text: str) -> float:
    start = clock.thread_time()
    read(text, THURSDAY, opens)
    return clock.thread_time() - start


def _read(text: str) -> When:
    found = read(text, THURSDAY, opens)
    assert found is not None
    return found


def _hours(row: dict[str, Any]) -> tuple[time | None, time | None, time | None]:
    if "at" in row:
        named = datetime.combine(THURSDAY.date(), time.fromisoformat(row["at"]))
        half = timedelta(minutes=30)
        return (named - half).time(), (named + half).time(), named.time()
    start, _, end = row.get("hours", "-").partition("-")
    return _clock(start, row), _clock(end, row), None


def _clock(said: str, row: dict[str, Any]) -> time | None:
    if said:
        return time.fromisoformat(said)
    return time.min if row.get("hours", "").startswith("-") and not said else None


def _days(said: str, now: datetime) -> tuple[date, ...]:
    found: list[date] = []
    for piece in said.split():
        first, _, last = piece.partition("~")
        start, end = _day(first, now), _day(last or first, now)
        found += [start + timedelta(days=number) for number in range((end - start).days + 1)]
    return tuple(found)


def _day(said: str, now: datetime) -> date:
    return date.fromisoformat(said if said.count("-") == 2 else f"{now.year}-{said}")


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TOKYO)


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return (f"{digits[tens] if tens > 1 else ''}十" if tens else "") + (digits[ones] if ones or not tens else "")
