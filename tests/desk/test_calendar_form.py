"""The calendar's form: what people may write, what is refused and how, and that nothing changes on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from desk import calendar_form
from desk.calendar_form import read, typed, values
from desk.calendar_hours import Bad, windows
from handoff.calendar_store import seed_schedules
from handoff.schedule import Schedule, Special, Window

TABLE = yaml.safe_load(Path(__file__).with_name("calendar_windows.yml").read_text(encoding="utf-8"))
USUAL = seed_schedules()[("*", "*")]


def form(**fields: str) -> dict[str, Any]:
    """The usual calendar as a browser sends it, with other fields."""
    given = values(USUAL)
    rows = {f"{name}.{number}": cell for number, row in enumerate(given.pop("rows")) for name, cell in row.items()}
    return {**given, **rows, **{name.replace("_", "."): text for name, text in fields.items()}}


@pytest.mark.parametrize(("text", "expected"), TABLE["read"].items())
def test_windows_as_people_write_them(text: str, expected: list[str]) -> None:
    assert [f"{one.opens}-{one.closes}" for one in windows(text)] == expected


@pytest.mark.parametrize(("text", "told"), TABLE["refused"].items())
def test_windows_that_cannot_be(text: str, told: str) -> None:
    with pytest.raises(Bad, match=told):
        windows(text)


def test_a_calendar_goes_through_the_form_unchanged() -> None:
    found = read(typed(form()))
    assert found.problems == {}
    assert found.schedule == USUAL
    assert values(USUAL)["rows"] == [{"day": "12-29", "until": "01-03", "open": "", "note": "年末年始休業"}]


def test_days_are_shown_as_spans_only_where_they_are_alike() -> None:
    short = Special((Window("10:00", "12:00"),), "短縮")
    closed = Special((), "休業")
    days = {"2026-12-01": short, "2026-12-02": short, "2026-12-03": closed, "2026-12-05": closed, "01-01": closed}
    rows = values(Schedule({}, days))["rows"]
    assert [(row["day"], row["until"], row["open"]) for row in rows] == [
        ("01-01", "", ""),
        ("2026-12-01", "2026-12-02", "10:00-12:00"),
        ("2026-12-03", "", ""),
        ("2026-12-05", "", ""),
    ]
    whole_year = dict.fromkeys(calendar_form.span("01-01", "12-31"), closed)
    assert [(row["day"], row["until"]) for row in values(Schedule({}, whole_year))["rows"]] == [("01-01", "12-31")]


def test_signs_that_nobody_sees_are_not_read() -> None:
    hidden = "\u200b"  # pasted with the text from a table
    found = read(
        typed(form(buffer=f"４５分{hidden}", mon=f"{hidden}９時〜12時", day_1=f"12-28{hidden}", note_1="大掃除"))
    )
    assert found.problems == {} and found.schedule.buffer == 45
    assert found.schedule.week["mon"] == (Window("09:00", "12:00"),) and "12-28" in found.schedule.days


def test_a_new_row_and_one_that_is_crossed_out() -> None:
    sent = form(day_1="１２／２８", open_1="9:00〜12:00", note_1="大掃除", gone_0="on", day_2=" ", note_2="")
    found = read(typed(sent))
    assert found.problems == {}
    assert found.schedule.days == {"12-28": Special((Window("09:00", "12:00"),), "大掃除")}


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"mon": "9-8"}, "mon", "月曜日：「9-8」は終わりが始まりより前"),
        ({"holiday": "たぶん休み"}, "holiday", "祝日：「たぶん休み」を時間帯として読み取れません"),
        ({"buffer": "30分ぐらい"}, "buffer", "受付を終える余裕：0から240まで"),
        ({"buffer": "241"}, "buffer", "0から240まで"),
        ({"tue": "9:00-12:00, 13:00-13:30"}, "buffer", "火曜日の最後の時間帯"),
        ({"day_1": "来週"}, "day.1", "特別な日の2行目：「来週」を日として"),
        ({"note_1": "臨時休業"}, "day.1", "日が入力されていません"),
        ({"day_1": "2027-02-29"}, "day.1", "その日はありません"),
        ({"day_1": "13-01"}, "day.1", "その日はありません"),
        ({"day_1": "2026-12-10", "until_1": "2026-12-09"}, "day.1", "最後の日は、初めの日と同じか"),
        ({"day_1": "2026-12-10", "until_1": "2036-12-09"}, "day.1", "1年以内"),
        ({"day_1": "2026-12-10", "until_1": "12-12"}, "day.1", "どちらも年なしか"),
        ({"day_1": "12-31"}, "day.1", "12-31がほかの行にも"),
        ({"day_1": "12-01", "open_1": "？"}, "open.1", "特別な日の2行目：「?」を"),
        ({"day_1": "12-01", "note_1": "あ" * 201}, "note.1", "理由は200文字以内"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_the_remedy(fields: dict[str, str], field: str, told: str) -> None:
    problems = read(typed(form(**fields))).problems
    assert list(problems) == [field] and told in problems[field]


def test_a_window_until_midnight_may_be_short_as_the_next_day_goes_on() -> None:
    assert read(typed(form(mon="23:45-24:00"))).problems == {}
