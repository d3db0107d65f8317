"""The calendar as a table: lunch, holidays, special days, the end of the year."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from handoff import calendar_store
from handoff.calendar import Calendar, describe
from handoff.calendar_store import Moved
from handoff.schedule import WEEKDAYS, Schedule, Window, parse_window
from handoff.tables import CALENDAR_DAYS
from nihongo.japan_time import TOKYO


@pytest.fixture(scope="module")
def usual() -> Schedule:
    return calendar_store.seed_schedules()[("*", "*")]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-11-20T08:59:59", False, "2026-11-20T09:00"),  # Friday morning
        ("2026-11-20T09:00:00", True, "2026-11-20T09:00"),
        ("2026-11-20T11:59:59", True, "2026-11-20T11:59:59"),
        ("2026-11-20T12:00:00", False, "2026-11-20T13:00"),  # lunch
        ("2026-11-20T13:00:00", True, "2026-11-20T13:00"),
        ("2026-11-20T17:29:59", True, "2026-11-20T17:29:59"),
        ("2026-11-20T17:30:00", False, "2026-11-24T09:00"),  # Sat, Sun, Mon 23rd 勤労感謝の日
        ("2026-11-23T10:00:00", False, "2026-11-24T09:00"),
        ("2026-05-06T10:00:00", False, "2026-05-07T09:00"),  # substitute holiday
        ("2026-09-22T10:00:00", False, "2026-09-24T09:00"),  # citizens' holiday between two
        ("2026-12-28T17:29:00", True, "2026-12-28T17:29"),
        ("2026-12-28T17:30:00", False, "2027-01-04T09:00"),  # year end
        ("2026-12-29T10:00:00", False, "2027-01-04T09:00"),
        ("2027-01-03T23:59:59", False, "2027-01-04T09:00"),
        ("2028-12-28T18:00:00", False, "2029-01-04T09:00"),
    ],
)
def test_usual_hours(usual: Schedule, moment: str, is_open: bool, opens: str) -> None:
    assert (usual.current(at(moment)) is not None) is is_open
    when = usual.next_open(at(moment))
    assert when == (at(moment) if is_open else at(opens))


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-11-20T14:00:00", "本日は17時30分まで承っております。"),
        ("2026-11-20T09:30:00", "本日は17時30分まで承っております（12時から13時は休止いたします）。"),
        ("2026-11-20T12:10:00", "次は本日13時から承ります。"),
        ("2026-11-20T18:00:00", "次は11月24日(火)9時から承ります。"),
        ("2026-12-30T10:00:00", "次は1月4日(月)9時から承ります。（年末年始休業）"),
    ],
)
def test_hours_in_words(usual: Schedule, moment: str, sentence: str) -> None:
    assert describe(usual, at(moment)) == sentence


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-11-20T14:00:00", "本日は17時半まで承っております。"),
        ("2026-11-20T09:30:00", "本日は17時半まで承っております。12時から13時までは、休止いたします。"),
        ("2026-11-20T12:10:00", "次は本日、13時から承ります。"),
        ("2026-11-20T18:00:00", "次は11月24日、火曜日の、9時から承ります。"),
        ("2026-12-30T10:00:00", "次は1月4日、月曜日の、9時から承ります。年末年始休業です。"),
    ],
)
def test_hours_read_aloud(usual: Schedule, moment: str, sentence: str) -> None:
    assert describe(usual, at(moment), spoken=True) == sentence


async def test_a_voice_is_told_what_can_be_read_aloud(sql: Engine) -> None:
    await asyncio.to_thread(calendar_store.seed, sql)
    calendar = Calendar(sql)
    assert await calendar.describe(at("2026-11-20T14:00"), channel="voice") == "本日は17時半まで承っております。"
    assert await calendar.describe(at("2026-11-20T14:00"), channel="sms") == "本日は17時30分まで承っております。"
    assert await calendar.describe(at("2026-11-20T14:00"), channel="sms", spoken=True) == (
        "本日は17時半まで承っております。"
    )
    assert await calendar.staffed(at("2026-11-20T17:45")) and not await calendar.is_open(at("2026-11-20T17:45"))


def test_moments_of_other_timezones_are_understood(usual: Schedule) -> None:
    assert usual.current(datetime.fromisoformat("2026-11-20T00:30:00+00:00")) is not None  # 9:30 in Tokyo
    assert usual.current(datetime.fromisoformat("2026-11-20T09:30:00+00:00")) is None


@pytest.mark.parametrize(
    ("moment", "let_in", "staffed"),
    [
        ("2026-11-20T11:59", True, True),  # before a break agents come back from
        ("2026-11-20T12:00", False, False),
        ("2026-11-20T17:29", True, True),
        ("2026-11-20T17:30", False, True),
        ("2026-11-20T17:59", False, True),
        ("2026-11-20T18:00", False, False),
        ("2026-12-30T10:00", False, False),
    ],
)
def test_agents_stay_when_nobody_new_is_let_in(usual: Schedule, moment: str, let_in: bool, staffed: bool) -> None:
    assert (usual.current(at(moment)) is not None, usual.staffed(at(moment))) == (let_in, staffed)


NIGHTS = Schedule({"thu": (Window("22:00", "24:00"),), "fri": (Window("00:00", "05:00"),)}, {}, 30)


@pytest.mark.parametrize(
    ("moment", "let_in"),
    [
        ("2026-11-19T23:59", True),  # Thursday goes on into Friday
        ("2026-11-20T04:29", True),
        ("2026-11-20T04:30", False),
    ],
)
def test_a_night_that_goes_on_has_its_buffer_at_its_end(moment: str, let_in: bool) -> None:
    assert (NIGHTS.current(at(moment)) is not None) is let_in


def test_a_last_window_no_longer_than_the_buffer_lets_nobody_in() -> None:
    short = Schedule({"fri": (Window("09:00", "12:00"), Window("13:00", "13:30"))}, {}, 30)
    assert short.current(at("2026-11-20T11:59")) is not None
    assert short.current(at("2026-11-20T13:00")) is None and short.staffed(at("2026-11-20T13:00"))


@pytest.mark.parametrize("text", ["9-17", "17:00-09:00", "09:00-24:30", "10:00-10:00", ""])
def test_a_bad_window_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="window"):
        parse_window(text)


SPECIAL = """
calendars:
  - queue: "*"
    channel: "*"
    week: {mon: ["09:00-17:00"], holiday: []}
    days:
      - {day: "2026-11-16", open: ["10:00-12:00", "14:00-15:00"], note: 棚卸しのため短縮}
      - {day: "2026-11-23", open: ["09:00-12:00"], note: 祝日も営業}
      - {day: "2026-11-30", until: "2026-12-07", note: 臨時休業}
  - {queue: repair, channel: "*", week: {sun: ["00:00-24:00"]}}
  - {queue: general, channel: voice, week: {mon: []}}
"""


@pytest.fixture
def special(tmp_path: Path) -> Path:
    path = tmp_path / "calendar.yml"
    path.write_text(SPECIAL)
    return path


@pytest.mark.parametrize(
    ("moment", "queue", "channel", "is_open"),
    [
        ("2026-11-16T09:30", "general", "web", False),
        ("2026-11-16T10:30", "general", "web", True),
        ("2026-11-16T13:00", "general", "web", False),
        ("2026-11-16T14:30", "general", "web", True),
        ("2026-11-23T10:00", "general", "web", True),  # a holiday with hours of its own
        ("2026-11-30T10:00", "general", "web", False),
        ("2026-12-07T10:00", "general", "web", False),
        ("2026-12-14T10:00", "general", "web", True),
        ("2026-11-15T23:59", "repair", "web", True),  # until midnight
        ("2026-11-16T00:00", "repair", "web", False),
        ("2026-11-16T10:30", "general", "voice", False),  # never
    ],
)
async def test_special_days_and_calendars_of_queues_and_channels(
    special: Path, sql: Engine, moment: str, queue: str, channel: str, is_open: bool
) -> None:
    await asyncio.to_thread(calendar_store.seed, sql, special)
    assert await Calendar(sql).is_open(at(moment), queue, channel) is is_open


async def test_nothing_within_a_year_is_said_plainly(special: Path, sql: Engine) -> None:
    await asyncio.to_thread(calendar_store.seed, sql, special)
    calendar = Calendar(sql)
    assert await calendar.next_open(at("2026-11-16T10:30"), "general", "voice") is None
    assert await calendar.describe(at("2026-11-16T10:30"), "general", "voice") == "ただいま受付を休止しております。"
    assert await calendar.describe(at("2026-11-16T09:30")) == "次は本日10時から承ります。（棚卸しのため短縮）"


def test_seeding_twice_changes_nothing_and_keeps_what_was_edited(sql: Engine) -> None:
    assert calendar_store.seed(sql) > 0
    with sql.begin() as connection:
        connection.execute(CALENDAR_DAYS.update().values(note="変更"))
    assert calendar_store.seed(sql) == 0
    with sql.connect() as connection:
        assert set(connection.execute(sa.select(CALENDAR_DAYS.c.note)).scalars()) == {"変更"}
    assert calendar_store.seed(sql, replace=True) > 0
    with sql.connect() as connection:
        assert set(connection.execute(sa.select(CALENDAR_DAYS.c.note)).scalars()) == {"年末年始休業"}


async def test_without_sql_the_seed_file_counts(tmp_path: Path) -> None:
    calendar = Calendar(sa.create_engine(f"sqlite:///{tmp_path}/absent/none.db", future=True))
    assert await calendar.is_open(at("2026-11-20T10:00"))
    assert not await calendar.is_open(at("2026-11-20T12:30"))


async def test_what_is_saved_counts_when_the_calendar_is_told(sql: Engine) -> None:
    await asyncio.to_thread(calendar_store.seed, sql)
    calendar, moment = Calendar(sql), at("2026-11-21T10:00")  # Saturday
    assert not await calendar.is_open(moment)
    every_day = Schedule({day: (Window("09:00", "17:00"),) for day in WEEKDAYS}, {}, 15)
    assert await asyncio.to_thread(calendar_store.save, sql, ("*", "*"), every_day, 1) == 2
    assert not await calendar.is_open(moment)
    calendar.changed()
    assert await calendar.is_open(moment)
    assert calendar_store.load_one(sql, ("*", "*")) == (every_day, 2)


def test_of_two_who_save_the_same_version_the_second_is_refused_and_changes_nothing(sql: Engine) -> None:
    first, second = (Schedule({"mon": (Window("09:00", end),)}, {}, 0) for end in ("12:00", "15:00"))
    for whose in (("*", "voice"), ("repair", "*")):
        calendar_store.save(sql, whose, first, 0)
        for begun in (0, 7):
            with pytest.raises(Moved):
                calendar_store.save(sql, whose, second, begun)
        with pytest.raises(Moved):
            calendar_store.remove(sql, whose, 7)
        assert calendar_store.load_one(sql, whose) == (first, 1)
    calendar_store.remove(sql, ("*", "voice"), 1)
    assert calendar_store.load_one(sql, ("*", "voice")) == (None, 0)
    assert set(calendar_store.load_schedules(sql)) == {("repair", "*")}


def test_seeding_anew_tells_those_who_edit(sql: Engine) -> None:
    calendar_store.seed(sql)
    calendar_store.seed(sql, replace=True)
    found, version = calendar_store.load_one(sql, ("*", "*"))
    assert (found, version) == (calendar_store.seed_schedules()[("*", "*")], 2)
