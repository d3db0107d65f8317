"""A message beside a callback, and one that is taken back."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from handoff.callback_store import CallbackState
from handoff.ticket import Reason, State
from tests.handoff.callback_room import CallbackRoom


@pytest.fixture
def engine(sql: Engine) -> Engine:
    return sql


async def leave(caller: CallbackRoom, ask: str = "メッセージも残したい") -> None:
    assert await caller.say(ask)
    assert "次のメッセージにまとめて" in (await caller.heard())[-1]
    assert await caller.say("届いた鍋が割れていました。")


@pytest.mark.parametrize("ask", ["メッセージも残したい", "伝言を残したいです", "伝言も残したいです"])
async def test_with_a_callback_booked_a_message_is_left_on_the_same_ticket(caller: CallbackRoom, ask: str) -> None:
    ticket = await caller.book()
    await leave(caller, ask)
    assert "11月25日(水)15時ごろの折り返しのお電話の際に、担当者があわせて" in (await caller.heard())[-1]
    kept = await caller.room.queue.get(ticket.number)
    assert kept and kept.message_left and kept.booked and kept.callback_at == ticket.callback_at
    assert not await caller.say("送料はいくらですか")  # the bot serves again


async def test_who_leaves_none_after_all_keeps_the_callback(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await caller.say("メッセージも残したい")
    assert await caller.say("やっぱりやめます")
    assert "15時ごろに承っております" in (await caller.heard())[-1]
    kept = await caller.room.queue.get(ticket.number)
    assert kept and kept.booked and not kept.message_wanted and not kept.message_left


async def test_a_message_in_the_middle_of_a_booking(caller: CallbackRoom) -> None:
    ticket = await caller.come()
    await caller.start()
    await leave(caller, "メッセージを残したいです")
    kept = await caller.room.queue.get(ticket.number)
    assert kept and kept.message_left and not await caller.dialogue.active(kept)


async def test_a_message_that_is_taken_back_leaves_the_callback(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await leave(caller)
    word = await caller.word("さっきの伝言は取り消してください")
    for _ in range(2):  # heard again, by another process
        assert await caller.reception.hear(word)
        caller.restart()
    told = [line for line in await caller.heard() if "メッセージを取り消しました" in line]
    assert len(told) == 1 and "ご予約のとおり承っております" in told[0]
    kept = await caller.room.queue.get(ticket.number)
    assert kept and kept.booked and not kept.message_left
    events = [event.event for event in await caller.room.queue.events(ticket.number)]
    assert events[-1] == "message_withdrawn"


async def test_a_message_alone_that_is_taken_back_ends_its_ticket(caller: CallbackRoom) -> None:
    caller.room.time.move_to(2026, 11, 24, 20, 0)
    ticket = await caller.come()
    await leave(caller, "メッセージを残す")
    assert await caller.say("先ほどのメッセージを取り消したいです")
    assert (await caller.heard())[-1].startswith("先ほどのメッセージを取り消しました")
    ended = await caller.room.queue.get(ticket.number)
    assert ended and ended.state is State.ABANDONED
    assert (await caller.room.stream.state("c1"))["talking_to"] == "bot"


async def test_for_a_supervisor_the_wish_to_take_it_back_is_kept_beside_it(caller: CallbackRoom) -> None:
    caller.room.time.move_to(2026, 11, 24, 20, 0)
    await caller.room.say("c1", "責任者を出せ", "c1-0")
    ticket = (await caller.reception.admit("c1", "web", "c1-0", Reason.ABUSE)).ticket
    await caller.say("メッセージを残す", "/leave_message")
    await caller.say("届いた鍋が割れていました。")
    assert await caller.say("さっきの伝言は取り消してください")
    assert "先ほどのメッセージに追加いたしました" in (await caller.heard())[-1]
    kept = await caller.room.queue.get(ticket.number)
    assert kept and kept.is_open and kept.message_left


async def test_a_callback_that_is_cancelled_leaves_the_message(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await leave(caller)
    assert await caller.say("予約をキャンセルしたい")
    assert "取り消しました。先ほどのメッセージは、そのまま承っております" in (await caller.heard())[-1]
    kept, row = await caller.room.queue.get(ticket.number), await caller.callbacks.of(ticket.number)
    assert kept and kept.is_open and kept.message_left and not kept.callback_at
    assert row and row.state is CallbackState.CANCELLED
