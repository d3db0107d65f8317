"""Files that others open: right in Excel, harmless, complete."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import StringIO

import sqlalchemy as sa

from tests.voc.talk import Talk
from voc.export import BOM, COLUMNS, csv_lines, json_lines
from voc.reading import Period, Reading
from voc.store import Store, day_of

DAY = date.fromisoformat(day_of(1_780_000_000.0))
PERIOD = Period(DAY, DAY)


def filled(store: Store, *questions: str) -> None:
    for n, question in enumerate(questions):
        talk = Talk(f"c{n}")
        talk.ask(question, message_id=f"q{n}")
        talk.answer("一行目\n二行目")
        store.save(talk.conversation_id, talk.words, {"channel": "web"}, {})


def test_csv_opens_in_excel_with_every_column(sql: sa.engine.Engine, store: Store) -> None:
    filled(store, "送料は？", 'カンマ,と"引用"')
    text = "".join(csv_lines(Reading(sql).rows(PERIOD)))
    assert text.startswith(BOM)
    lines = list(csv.DictReader(StringIO(text.removeprefix(BOM), newline="")))
    assert set(lines[0]) == set(COLUMNS)
    assert [line["question"] for line in lines] == ["送料は？", 'カンマ,と"引用"']
    assert lines[0]["answers"] == "bot: 一行目\n二行目"
    assert lines[0]["opened_at"].endswith("+09:00")


def test_a_question_never_becomes_a_formula(sql: sa.engine.Engine, store: Store) -> None:
    harmful = ["=1+1", "+81", "-2", "@SUM(A1)", "＝1", "  =HYPERLINK(1)", "\t=1", "　＠A"]
    filled(store, *harmful)
    text = "".join(csv_lines(Reading(sql).rows(PERIOD))).removeprefix(BOM)
    cells = [line["question"] for line in csv.DictReader(StringIO(text, newline=""))]
    assert sorted(cells) == sorted(f"'{question}" for question in harmful)


def test_json_lines_carry_the_answers_as_they_are(sql: sa.engine.Engine, store: Store) -> None:
    filled(store, "=1+1")
    (line,) = [json.loads(text) for text in json_lines(Reading(sql).rows(PERIOD))]
    assert line["question"] == "=1+1"
    assert line["answers"][0]["text"] == "一行目\n二行目"


def test_an_export_longer_than_a_page_is_complete_and_in_order(
    sql: sa.engine.Engine, store: Store, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("voc.reading._AT_ONCE", 7)
    filled(store, *(f"質問{n}" for n in range(20)))
    found = [row.exchange.conversation_id for row in Reading(sql).rows(PERIOD)]
    assert sorted(found) == sorted(f"c{n}" for n in range(20))


def test_a_period_holds_its_days_and_its_channel_only(sql: sa.engine.Engine, store: Store) -> None:
    filled(store, "送料は？")
    reading = Reading(sql)
    assert len(list(reading.rows(Period(DAY, DAY, "web")))) == 1
    assert list(reading.rows(Period(DAY, DAY, "sms"))) == []
    assert list(reading.rows(Period(date(2020, 1, 1), date(2020, 1, 2)))) == []
    assert reading.report(PERIOD, 0.0).exchanges == 1
    assert reading.channels() == ["web"]
