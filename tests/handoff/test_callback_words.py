"""What is typed about a callback: with one booked it is changed, cancelled, told; without one it is booked."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import Engine

from conversation.words import Speaker, Word
from handoff.buttons import CALLBACK, CALLBACK_CANCEL, CALLBACK_CHANGE, CALLBACK_WHEN, CALLBACK_WHICH
from handoff.ticket import State
from handoff.typed import wanted, while_booked
from tests.handoff.callback_room import CallbackRoom

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`

TABLE = yaml.safe_load(Path(__file__).with_name("callback_words_table.yml").read_text())
BOOKED = {"change": CALLBACK_CHANGE, "cancel": CALLBACK_CANCEL, "tell": CALLBACK_WHEN}
BOOKED |= {"which": CALLBACK_WHICH, "nothing": ""}


@pytest.mark.parametrize(("text", "name"), [(text, name) for name in BOOKED for text in TABLE[name]])
def test_what_is_typed_with_a_callback_booked(text: str, name: str) -> None:
    assert while_booked(text) == BOOKED[name]


@pytest.mark.parametrize("text", [text for texts in TABLE.values() for text in texts])
def test_what_is_typed_without_one(text: str) -> None:
    assert wanted(text) == (CALLBACK if text in TABLE["want"] else "")


@pytest.fixture
def engine(sql: Engine) -> Engine:
    return sql


async def test_a_booked_callback_is_told_changed_and_cancelled_in_words(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    assert not await caller.say("注文をキャンセルしたい")
    assert await caller.say("何時に電話くれるんだっけ")
    assert "15時ごろに承って" in (await caller.heard())[-1]
    assert await caller.say("予約の時間を変えたい")
    assert await caller.say("明日の16時")
    assert await caller.press("はい")
    changed = await caller.room.queue.get(ticket.number)
    assert changed and changed.callback_at == ticket.callback_at + 3600
    assert await caller.say("予約をキャンセルしたい")
    ended = await caller.room.queue.get(ticket.number)
    assert ended and ended.state is State.ABANDONED


async def test_a_bare_cancel_is_asked_back_while_a_callback_is_booked(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    assert await caller.say("キャンセルしたい")
    assert "11月25日(水)15時ごろ" in (await caller.heard())[-1]
    assert await caller.titles() == ["折り返しの予約を取り消す", "ほかのこと"]
    assert await caller.press("ほかのこと")
    assert "どのようなこと" in (await caller.heard())[-1]
    kept = await caller.room.queue.get(ticket.number)
    assert kept and kept.booked
    assert not await caller.say("注文をキャンセルしたい")
    assert await caller.say("キャンセルで")
    assert await caller.press("折り返しの予約を取り消す")
    ended = await caller.room.queue.get(ticket.number)
    assert ended and ended.state is State.ABANDONED


@pytest.mark.parametrize("text", ["折り返しを予約したい", "電話でお願いします"])
async def test_words_choose_the_callback_of_the_night_s_notice(caller: CallbackRoom, text: str) -> None:
    caller.room.time.move_to(2026, 11, 24, 20, 0)
    await caller.come()
    assert await caller.say(text)
    assert "日時" in (await caller.heard())[-1]


async def test_words_choose_the_message_of_the_night_s_notice(caller: CallbackRoom) -> None:
    caller.room.time.move_to(2026, 11, 24, 20, 0)
    await caller.come()
    assert not await caller.say("送料はいくらですか")  # the bot serves meanwhile
    assert await caller.say("メッセージを残したいです")
    assert "次のメッセージにまとめて" in (await caller.heard())[-1]


async def test_who_would_wait_in_the_night_is_told_that_they_cannot(caller: CallbackRoom) -> None:
    caller.room.time.move_to(2026, 11, 24, 20, 0)
    await caller.come()
    word = await caller.word("待ちます")
    for _ in range(2):
        assert await caller.reception.hear(word)
    assert len(await caller.heard()) == 1 and "11月25日(水)9時から" in (await caller.heard())[-1]
    assert await caller.titles() == ["メッセージを残す", "折り返しのお電話を予約", "残さずに自動応答に戻る"]


async def test_a_missed_call_is_told_as_such(caller: CallbackRoom) -> None:
    ticket = await caller.book("今日の11時")
    caller.room.time.now = ticket.callback_at
    await caller.clock.tick()
    caller.room.time.now = ticket.callback_at + 1860
    for _ in range(2):
        await caller.clock.tick()
    assert await caller.say("まだ電話がないんですが")
    assert "お電話できず、申し訳ございません" in (await caller.heard())[-1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("木曜の15時に変えたい", "11月26日(木)15時ごろ、ヤマダ様、090-1234-5678へ"),
        ("やっぱり木曜の午前10時に変更できますか", "11月26日(木)10時ごろ、ヤマダ様"),
        ("木曜に変えたい", "11月26日(木)15時ごろ、ヤマダ様"),
        ("30分遅くしてほしい", "11月25日(水)15時30分ごろ、ヤマダ様"),
        ("1時間早めてもらえますか", "11月25日(水)14時ごろ、ヤマダ様"),
        ("土曜の15時に変えたい", "その日時は承ることができません"),
    ],
)
async def test_a_change_with_its_time_is_read_back_at_once(caller: CallbackRoom, text: str, told: str) -> None:
    ticket = await caller.book()
    assert await caller.say(text)
    assert told in (await caller.heard())[-1]
    kept = await caller.room.queue.get(ticket.number)
    assert kept and kept.callback_at == ticket.callback_at  # until the customer says yes


@pytest.mark.parametrize("text", ["配達を木曜に変えたい", "木曜の配達を15時に変えたい", "木曜の15時"])
async def test_what_may_be_of_an_order_goes_to_the_bot(caller: CallbackRoom, text: str) -> None:
    await caller.book()
    assert not await caller.say(text)


async def test_a_change_given_up_in_words_asks_which(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    assert await caller.say("木曜の15時に変えたい")
    assert await caller.say("電話の予約、キャンセルでお願いします")
    ended = await caller.room.queue.get(ticket.number)
    assert ended and ended.state is State.ABANDONED and "取り消しました" in (await caller.heard())[-1]


async def test_a_time_after_an_answer_of_the_bot_begins_no_booking(caller: CallbackRoom) -> None:
    caller.room.time.move_to(2026, 11, 24, 20, 0)
    ticket = await caller.come()
    await caller.offer(await caller.reception.admit("c1", "web", "c1-0", ticket.reason))
    await caller.room.stream.append(Word("c1", Speaker.BOT, "お届けの日時をお知らせください。", "c1-bot"))
    assert not await caller.say("来週の火曜3時ごろ")
