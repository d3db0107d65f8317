"""The supervisor's pages: figures as in the report, nothing to run in them, nothing for those without the role."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest

import voc.tables  # noqa: F401
from desk import store
from desk.staff import Role
from desk.voc_chart import GROUPS, HEIGHT, LEFT, TOP, WIDTH, chart
from tests.desk.room import Floor
from tests.voc.talk import Talk
from voc.exchange import Outcome
from voc.figures import Day
from voc.store import Store, day_of

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`

AT = 1_780_000_000.0
DAYS = f"from={day_of(AT)}&to={day_of(AT)}"


def day(name: str, **outcomes: int) -> Day:
    return Day(name, "web", sum(outcomes.values()), outcomes)


@pytest.fixture
async def told(floor: Floor) -> Floor:
    """A supervisor who is signed in, and a talk of the day."""
    floor.add("vera", Role.SUPERVISOR)
    await floor.sign_in("vera")
    talk = Talk("c1")
    talk.ask("送料は？<script>alert(1)</script>", message_id="q1")
    talk.answer("**550円**です。")
    talk.verdict("q1", "solved")
    talk.ask("=1+1は？", message_id="q2")
    talk.say("わかりませんでした。", "rephrase")
    Store(floor.desk.engine, "k").save("c1", talk.words, {"channel": "web"}, {})
    return floor


async def page(floor: Floor, path: str, status: int = 200) -> str:
    async with floor.client.get(path) as answer:
        assert answer.status == status
        return str(await answer.text())


async def test_the_overview_shows_rates_with_their_base_and_formula(told: Floor) -> None:
    text = await page(told, f"/voc?{DAYS}")
    assert "自己解決率" in text
    assert "1 / 1" in text
    assert "無回答は解決に数えません" in text
    assert "=1+1は？" in text
    assert "<script>alert" not in text


async def test_an_empty_period_is_shown_as_such(told: Floor) -> None:
    assert "この期間にはありません" in await page(told, "/voc?from=2020-01-01&to=2020-01-31")


async def test_a_single_talk_is_read_as_it_was_shown(told: Floor) -> None:
    text = await page(told, "/voc/conversations/c1?exchange=q2")
    assert "わかりませんでした。" in text
    assert "&lt;script&gt;" in text
    await page(told, "/voc/conversations/nobody", 404)


async def test_a_call_is_read_as_it_was_heard(told: Floor) -> None:
    talk = Talk("voice-CA1")
    talk.ask("そうりょう", message_id="v1", meta={"recognition": 0.41})
    talk.answer("**送料**は[こちら](https://shop.example/fee)、チャットで9:30〜17:00です。")
    talk.state("bot", None, exchange_id="v1", heard={"until": "送料は", "seq": 2, "whole": False})
    talk.ask("おくりかた", message_id="v2", meta={"recognition": 0.93})
    talk.say("チャットでご質問をお送りください。", "rephrase")
    Store(told.desk.engine, "k").save("voice-CA1", talk.words, {"channel": "voice"}, {})
    text = await page(told, "/voc/conversations/voice-CA1")
    assert "送料はこちら、チャットで9時半から17時までです。" in text  # an article's words are its editor's
    assert "お電話でご質問をお話しください。" in text and "https://shop.example/fee" not in text
    assert text.count("聞き取りの確かさ 41%") == 1 and "93%" in text and "聞き取りの確かさ 93%" not in text
    assert text.count("途中まで") == 1
    assert "チャットでご質問をお送りください。" not in text


async def test_abusive_words_are_folded_behind_a_button_on_every_page(told: Floor) -> None:
    talk = Talk("c2")
    talk.ask("死ね", message_id="r1")
    talk.say("わかりませんでした。", "rephrase")
    talk.ask("もういい加減にして", message_id="r2")
    talk.say("お控えください。", "rephrase", meta={"reason": "abuse"})
    Store(told.desk.engine, "k").save("c2", talk.words, {"channel": "web"}, {})
    for path, folds in ((f"/voc?{DAYS}", 1), (f"/voc/exchanges?{DAYS}", 2), ("/voc/conversations/c2", 2)):
        text = await page(told, path)
        assert text.count("data-unfold") == folds, path
        assert re.search(r'<span id="question-[0-9]+" hidden>死ね</span>', text), path
        assert "voc.js" in text and text.count("死ね") == 1, path
    assert 'href="/voc/conversations/c2?exchange=r1">会話を見る</a>' in await page(told, f"/voc/exchanges?{DAYS}")


async def test_exchanges_are_listed_by_outcome_and_article(told: Floor) -> None:
    assert "=1+1は？" in await page(told, f"/voc/exchanges?outcome=missed&{DAYS}")
    assert "=1+1は？" not in await page(told, f"/voc/exchanges?article=shipping-fee&{DAYS}")


@pytest.mark.parametrize("query", ["from=x", "from=2026-02-01&to=2026-01-01", "from=2020-01-01&to=2026-01-01"])
async def test_days_that_make_no_sense_are_refused(told: Floor, query: str) -> None:
    await page(told, f"/voc?{query}", 400)


async def test_an_unknown_outcome_is_refused(told: Floor) -> None:
    await page(told, "/voc/exchanges?outcome=nonsense", 400)


async def test_the_csv_holds_the_days_masks_formulas_and_is_on_record(told: Floor) -> None:
    answer = await told.post("/voc/export", **{"from": day_of(AT), "to": day_of(AT)})
    assert answer.status == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    text = (await answer.read()).decode("utf-8-sig")
    lines = list(csv.DictReader(StringIO(text, newline="")))
    assert [line["question"] for line in lines][1] == "'=1+1は？"
    entry = store.entries(told.desk.engine, None)[0]
    assert (entry.action, entry.user_name, entry.object) == ("voc.exported", "vera", f"{day_of(AT)}..{day_of(AT)}")


@pytest.mark.parametrize("role", [Role.AGENT, Role.EDITOR, Role.APPROVER])
async def test_others_may_neither_read_nor_take_it(floor: Floor, role: Role) -> None:
    floor.add("otto", role)
    await floor.sign_in("otto")
    for path in ("/voc", "/voc/exchanges", "/voc/conversations/c1"):
        await page(floor, path, 403)
    assert (await floor.post("/voc/export")).status == 403


def test_columns_stand_on_each_other_and_fit() -> None:
    days = [(date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(90)]
    found = [day(days[3], answered=7, missed=2, handed_off=1), day(days[3], answered=3), day(days[5], small_talk=1)]
    drawn = chart(days, found)
    assert [column.total for column in drawn.columns if column.total] == [13, 1]
    pieces = drawn.columns[3].pieces
    assert [(piece.group, piece.count) for piece in pieces] == [("answered", 10), ("unanswered", 2), ("person", 1)]
    assert all(
        upper.y + upper.height == pytest.approx(lower.y, abs=0.2)
        for lower, upper in zip(pieces, pieces[1:], strict=False)
    )
    assert all(piece.y >= TOP - 0.1 and piece.y + piece.height <= HEIGHT for piece in pieces)
    assert all(
        piece.x >= LEFT and piece.x + piece.width <= WIDTH for column in drawn.columns for piece in column.pieces
    )
    assert sum(bool(column.label) for column in drawn.columns) <= 16


@pytest.mark.parametrize("highest", [0, 1, 4, 5, 9, 40, 41, 99, 100, 101, 7_777, 123_456])
def test_the_scale_is_whole_numbers_and_high_enough_but_not_too_high(highest: int) -> None:
    drawn = chart(["2026-01-01"], [day("2026-01-01", answered=highest)])
    top = drawn.ticks[-1][0]
    assert highest <= top <= max(4, 3 * highest)
    assert [value * 4 for value, _ in drawn.ticks] == [top * n for n in range(5)]


def test_every_outcome_is_in_one_group() -> None:
    grouped: list[Any] = [outcome for outcomes in GROUPS.values() for outcome in outcomes]
    assert sorted(grouped) == sorted(outcome.value for outcome in Outcome)
