"""What is asked back before a calendar is saved, and that whoever has read it may save."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from desk.calendar_asks import asks
from handoff.calendar_store import seed_schedules
from handoff.schedule import WEEKDAYS, Schedule, Special, Window
from nihongo.japan_time import TOKYO
from tests.desk.room import Floor
from tests.desk.test_calendar import THURSDAY, floor, saved, sent

__all__ = ["floor"]  # the fixture
KNOWN = seed_schedules()
ALL = ("*", "*")
USUAL = KNOWN[ALL]
NIGHT = (Window("01:00", "06:00"),)


def told(fresh: Schedule) -> list[str]:
    return asks(KNOWN, ALL, fresh, [], THURSDAY.timestamp())


def test_the_usual_calendar_raises_no_question() -> None:
    assert told(USUAL) == []


def test_hours_that_look_like_the_afternoon_are_asked_about_once() -> None:
    fresh = Schedule(USUAL.week | {"mon": NIGHT, "tue": NIGHT}, {"12-01": Special((Window("05:30", "20:00"),), "")})
    first, second = told(fresh)
    assert (
        first == "月曜日・火曜日の「01:00-06:00」は早朝の時間です。午後のことでしたら「13:00-18:00」に直してください。"
    )
    assert second.startswith("12-01の「05:30-20:00」は早朝から始まります")
    assert asks({ALL: fresh}, ALL, fresh, [], 0.0) == []  # it is saved: it was meant


@pytest.mark.parametrize("window", [Window("00:00", "05:00"), Window("06:00", "09:00"), Window("22:00", "24:00")])
def test_hours_around_midnight_and_of_the_morning_are_meant(window: Window) -> None:
    assert told(Schedule(USUAL.week | {"mon": (window,)}, {})) == []


def test_a_week_without_a_day_is_asked_about() -> None:
    (closed,) = told(Schedule(dict.fromkeys(WEEKDAYS, ()), {}))
    assert closed.startswith("すべての曜日が休みになります")


def sure_of(page: str) -> str:
    found = re.search(r'name="sure" value="([0-9a-f]*)"', page)
    assert found
    return found[1]


async def test_one_to_six_is_saved_only_by_who_has_read_the_question(floor: Floor) -> None:
    answer = await sent(floor, mon="１時〜６時")
    page = await answer.text()
    assert answer.status == 200 and "月曜日の「01:00-06:00」は早朝の時間です" in page and "この内容で保存する" in page
    assert 'value="１時〜６時"' in page and saved(floor)[1] == 1
    again = await sent(floor, mon="１時〜６時", tue="２時〜６時", sure=sure_of(page))  # another question has come
    assert again.status == 200 and saved(floor)[1] == 1
    assert (await sent(floor, mon="１時〜６時", sure=sure_of(page))).status == 303
    assert saved(floor)[0].week["mon"] == NIGHT


async def test_a_booked_callback_that_falls_out_of_the_hours_is_named(floor: Floor) -> None:
    ticket = await floor.ticket()
    at = datetime(2026, 11, 27, 16, 30, tzinfo=TOKYO)
    await floor.desk.queue.book_callback(ticket.number, at.timestamp())
    assert (await sent(floor, mon="9:00-15:00")).status == 303  # another day
    answer = await sent(floor, version="2", fri="9:00-15:00")
    page = await answer.text()
    number = f"{ticket.number[:4]}-{ticket.number[4:]}"
    assert f"折り返し予約のうち1件が、新しい時間の外になります：{number}（11月27日(金)16時30分）" in page
    assert (await sent(floor, version="2", fri="9:00-15:00", sure=sure_of(page))).status == 303
    kept = await floor.desk.queue.get(ticket.number)
    assert kept and kept.callback_at == at.timestamp()


async def test_a_calendar_of_another_channel_leaves_the_callback_alone(floor: Floor) -> None:
    ticket = await floor.ticket()
    at = datetime(2026, 11, 27, 16, 30, tzinfo=TOKYO)
    await floor.desk.queue.book_callback(ticket.number, at.timestamp())
    assert (await sent(floor, channel="voice", version="0", fri="9:00-15:00")).status == 303


async def test_a_calendar_that_let_a_callback_be_booked_is_removed_only_by_who_has_read_it(floor: Floor) -> None:
    late = {"queue": "general", "channel": "web"}
    assert (await sent(floor, **late, version="0", fri="9:00-20:00")).status == 303
    ticket = await floor.ticket()
    at = datetime(2026, 11, 27, 19, 0, tzinfo=TOKYO)
    await floor.desk.queue.book_callback(ticket.number, at.timestamp())
    answer = await floor.post("/calendar/remove", **late, version="1")
    page = await answer.text()
    number = f"{ticket.number[:4]}-{ticket.number[4:]}"
    assert answer.status == 200 and "まだ削除していません" in page and f"{number}（11月27日(金)19時）" in page
    assert 'name="fri" value="09:00-20:00"' in page and saved(floor, **late)[1] == 1
    sure = re.findall(r'name="sure" value="([0-9a-f]+)"', page)
    assert len(sure) == 1  # the form that saves has read nothing
    assert (await floor.post("/calendar/remove", **late, version="1", sure=sure[0])).status == 303
    assert saved(floor, **late) == (None, 0)
    kept = await floor.desk.queue.get(ticket.number)
    assert kept and kept.callback_at == at.timestamp()
