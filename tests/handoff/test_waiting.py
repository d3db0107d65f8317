"""While a customer waits: what they type instead of pressing, what they are told of their place, each way on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import Engine

from conversation.keys import presence
from conversation.keys import state as conversation_key
from handoff import store
from handoff.buttons import CALLBACK, CANCEL, KEEP_WAITING, LEAVE_MESSAGE, STANDS, WAYS
from handoff.number import spoken
from handoff.queue_settings import QueueSettings
from handoff.ticket import Reason, State, Ticket
from handoff.typed import while_waiting
from tests.handoff.callback_room import CallbackRoom

TABLE = yaml.safe_load(Path(__file__).with_name("waiting_table.yml").read_text())
COMMANDS = {"cancel": CANCEL, "callback": CALLBACK, "message": LEAVE_MESSAGE, "wait": KEEP_WAITING}
COMMANDS |= {"stands": STANDS, "unsure": WAYS, "nothing": ""}
PATIENCE = 100
WAYS_ON = ["このまま待つ", "折り返し予約に変更", "メッセージを残す", "自動応答に戻る"]


@pytest.mark.parametrize(("text", "name"), [(text, name) for name, texts in TABLE.items() for text in texts])
def test_what_is_typed_while_waiting(text: str, name: str) -> None:
    assert while_waiting(text) == COMMANDS[name]


@pytest.fixture
def engine(engine: Engine) -> Engine:
    store.save_queue(engine, QueueSettings("general", "総合", patience_seconds=PATIENCE))
    return engine


async def now(caller: CallbackRoom, ticket: Ticket) -> Ticket:
    found = await caller.room.queue.get(ticket.number)
    assert found
    return found


async def asked(caller: CallbackRoom) -> Ticket:
    """Who waited as long as the queue allows."""
    ticket = await caller.come()
    caller.room.time.now += PATIENCE
    await caller.clock.tick()
    assert await caller.titles() == WAYS_ON
    return ticket


async def served(caller: CallbackRoom, seconds_each: float) -> None:
    """Three talks of others began lately, so that a wait can be told."""
    await caller.room.ready("a1", chats=0)  # has no hand free
    for number in range(3):
        await caller.room.queue.waits.served("general", f"t{number}", caller.room.time.now)
        caller.room.time.now += seconds_each


async def test_typed_words_cancel_the_place_and_the_bot_serves_again(caller: CallbackRoom) -> None:
    ticket = await caller.come()
    assert await caller.say("やっぱりキャンセルで")
    assert (await now(caller, ticket)).state is State.ABANDONED
    assert (await caller.heard())[-1].startswith("担当者へのお取り次ぎを取り消しました。")
    assert not await caller.say("送料はいくらですか")


async def test_typed_words_lead_into_a_callback(caller: CallbackRoom) -> None:
    ticket = await caller.come()
    for text, told in (
        ("やっぱり電話ください", "ご希望の日時"),
        ("明日の15時", "フリガナ"),
        ("ヤマダ", "お電話番号"),
        ("090-1234-5678", "よろしいでしょうか"),
        ("はい", "予約しました"),
    ):
        assert await caller.say(text)
        assert told in (await caller.heard())[-1]
    assert (await now(caller, ticket)).booked


async def test_while_a_callback_is_booked_the_words_are_its_own(caller: CallbackRoom) -> None:
    ticket = await caller.come()
    await caller.start()
    await caller.say("キャンセルします")
    assert "お取りしておりません" in (await caller.heard())[-1]
    assert (await now(caller, ticket)).state is State.WAITING


async def test_a_callback_that_may_not_be_had_is_not_begun_by_words(caller: CallbackRoom) -> None:
    await caller.room.say("c1", "対応が最低だ", "c1-0")
    await caller.reception.admit("c1", "web", "c1-0", Reason.ABUSE)
    await caller.say("電話してください")
    assert "お客様は 1 番目です" in (await caller.heard())[-1]


async def test_words_that_may_be_about_an_order_are_asked_back(caller: CallbackRoom) -> None:
    ticket = await caller.come()
    assert await caller.say("キャンセルしたいです")
    assert (await now(caller, ticket)).state is State.WAITING and await caller.titles() == WAYS_ON


async def test_other_words_are_left_for_the_agent(caller: CallbackRoom) -> None:
    await caller.come()
    told = await caller.heard()
    assert await caller.say("注文番号は12345です")
    assert await caller.heard() == told


async def test_the_place_and_the_estimate_are_told_at_the_start_and_when_asked(caller: CallbackRoom) -> None:
    await served(caller, 100)  # a talk begins each 100 seconds
    await caller.room.ask(cid="c0", exchange="x0")
    await caller.room.say("c1", "担当者と話したい", "c1-0")
    first = await caller.reception.admit("c1", "web", "c1-0", Reason.CUSTOMER_REQUEST)
    assert "お客様は 2 番目です。お待ちいただく時間の目安は、約5分です。順番に" in first.sentences[0]
    await caller.say("あと何分ですか")
    assert "お客様は 2 番目です。お待ちいただく時間の目安は、約5分です。" in (await caller.heard())[-1]
    caller.room.time.now += 3000
    await caller.say("待ちます")
    assert "お待ちいただく時間の目安は、30分以上です。" in (await caller.heard())[-1]


async def test_the_state_tells_a_place_that_moves_up_with_its_estimate(caller: CallbackRoom) -> None:
    await served(caller, 100)
    first = await caller.room.ask(cid="c0", exchange="x0")
    await caller.room.redis.set(presence("c0"), "1")
    await caller.come()
    await caller.room.queue.cancel(first.number)
    caller.room.time.now += 10
    await caller.clock.tick()
    queues = [state["queue"] for state in await caller.room.states("c1")]
    places = [(queue["position"], queue["minutes"]) for queue in queues if isinstance(queue, dict)]
    assert places == [(2, 5), (1, 2)]


async def test_who_waits_on_is_asked_again_but_each_time_later(caller: CallbackRoom) -> None:
    await caller.come()
    start, told = caller.room.time.now, []
    for seconds in (99, 100, 199, 200, 399, 400, 799, 800, 1599, 1600):
        caller.room.time.now = start + seconds
        await caller.clock.tick()
        told.append(sum("お待たせしており" in line for line in await caller.heard()))
    assert told == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]


async def test_to_wait_on_keeps_the_place_and_the_second_limit_asks_again(caller: CallbackRoom) -> None:
    ticket = await asked(caller)
    await caller.press("このまま待つ")
    assert "お客様は 1 番目です" in (await caller.heard())[-1]
    caller.room.time.now += PATIENCE
    await caller.clock.tick()
    assert "いかがなさいますか" in (await caller.heard())[-1] and await caller.titles() == WAYS_ON
    assert (await now(caller, ticket)).state is State.WAITING


@pytest.mark.parametrize("typed", [False, True])
async def test_the_message_gets_a_number_and_nobody_asks_any_more(caller: CallbackRoom, typed: bool) -> None:
    ticket = await asked(caller)
    await (caller.say("メッセージを残します") if typed else caller.press("メッセージを残す"))
    assert "次のメッセージにまとめて" in (await caller.heard())[-1]
    caller.room.time.now += PATIENCE
    await caller.clock.tick()
    assert "次のメッセージにまとめて" in (await caller.heard())[-1]  # not in the middle of it
    assert await caller.say("届いた鍋が割れていました。電話で連絡をください")
    assert spoken(ticket.number) in (await caller.heard())[-1]
    left = await now(caller, ticket)
    assert left.message_left and left.talking_to.value == "bot"
    told = await caller.heard()
    caller.room.time.now += 10 * PATIENCE
    await caller.clock.tick()
    assert await caller.heard() == told
    assert not await caller.say("送料はいくらですか")  # the bot serves meanwhile


async def test_who_would_rather_be_called_does_not_leave_that_as_the_message(caller: CallbackRoom) -> None:
    ticket = await asked(caller)
    await caller.press("メッセージを残す")
    assert await caller.say("やっぱり電話で")
    assert "ご希望の日時" in (await caller.heard())[-1]
    assert not (await now(caller, ticket)).message_left and not (await now(caller, ticket)).message_wanted


async def test_a_wish_to_be_called_may_be_the_message(caller: CallbackRoom) -> None:
    ticket = await asked(caller)
    await caller.press("メッセージを残す")
    assert await caller.say("電話してください")
    assert (await now(caller, ticket)).message_left


async def test_who_presses_for_a_message_again_is_asked_again(caller: CallbackRoom) -> None:
    await asked(caller)
    for times in (1, 2):
        word = await caller.word("メッセージを残す", LEAVE_MESSAGE)
        for _ in range(2):  # heard again, by another door
            assert await caller.reception.hear(word)
        assert sum("次のメッセージにまとめて" in line for line in await caller.heard()) == times


async def test_who_does_not_want_to_leave_the_message_after_all_is_asked_how_to_go_on(caller: CallbackRoom) -> None:
    ticket = await asked(caller)
    await caller.press("メッセージを残す")
    word = await caller.word("やっぱりやめます")
    for _ in range(2):  # heard again, by another door
        assert await caller.reception.hear(word)
    kept = await now(caller, ticket)
    assert kept.state is State.WAITING and not kept.message_left and not kept.message_wanted
    assert await caller.titles() == WAYS_ON


@pytest.mark.parametrize("before", [None, "折り返し予約に変更", "メッセージを残す"])
async def test_back_with_the_bot_nothing_of_the_wait_lives_on(caller: CallbackRoom, before: str | None) -> None:
    """Neither a booking under way nor a message asked for nor buttons that were offered."""
    ticket = await asked(caller)
    offered = {choice.title: choice.command for choice in await caller.offered()}
    if before:
        await caller.press(before)
    await caller.say("自動応答に戻る", offered["自動応答に戻る"])
    assert (await now(caller, ticket)).state is State.ABANDONED
    about = await caller.room.redis.hgetall(conversation_key("c1"))
    assert about["talking_to"] == "bot" and not {"private", "ticket", "offered"} & set(about)
    told = await caller.heard()
    for text in ("明日の15時", "ヤマダ", "キャンセルで", "1"):
        assert not await caller.say(text)
    caller.room.time.now += 10 * PATIENCE
    await caller.clock.tick()
    assert await caller.heard() == told


async def test_a_new_wait_begins_with_nothing_of_the_one_before(caller: CallbackRoom) -> None:
    await asked(caller)
    await caller.press("折り返し予約に変更")
    await caller.say("明日の15時")
    await caller.say("自動応答に戻る", CANCEL)
    caller.said += 1
    await caller.room.say("c1", "担当者と話したい", "c1-again")
    fresh = (await caller.reception.admit("c1", "web", "c1-again", Reason.CUSTOMER_REQUEST)).ticket
    assert not await caller.dialogue.active(fresh) and not fresh.message_wanted
    await caller.start()
    assert "ご希望の日時" in (await caller.heard())[-1]  # asked anew, not the name
