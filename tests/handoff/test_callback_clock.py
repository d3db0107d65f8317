"""What time does to callbacks, and to who waits long."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.engine import Engine

from conversation.keys import presence
from handoff import callback_store, store
from handoff.callback_clock import MISSED_SECONDS, REMIND_SECONDS
from handoff.callback_store import CallbackState, Result
from handoff.callbacks import AGAIN_SECONDS
from handoff.clock import AWAY_SECONDS
from handoff.queue_settings import QueueSettings
from handoff.ticket import State
from nihongo.japan_time import TOKYO
from tests.handoff.callback_room import CallbackRoom

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`


@pytest.fixture
def engine(sql: Engine) -> Engine:
    return sql


async def tick(caller: CallbackRoom, at: float, times: int = 2) -> None:
    caller.room.time.now = at
    for _ in range(times):
        await caller.clock.tick()


async def state(caller: CallbackRoom, number: str) -> str:
    found = await caller.callbacks.of(number)
    assert found
    return found.state.value


async def test_it_is_offered_at_its_time_and_not_before(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await tick(caller, ticket.callback_at - 1)
    await caller.room.ready("a1")
    await tick(caller, ticket.callback_at - 0.5)
    asleep = await caller.room.queue.get(ticket.number)
    assert asleep and asleep.booked and asleep.state is State.WAITING
    assert (await caller.room.queue.claim(ticket.number, "a1", "山田")).owner is None
    await tick(caller, ticket.callback_at)
    due = await caller.room.queue.get(ticket.number)
    assert due and due.state is State.OFFERED and due.offered_to == "a1" and await state(caller, ticket.number) == "due"


async def test_due_ones_are_served_before_those_in_the_chat(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    caller.room.time.now = ticket.callback_at - 600
    first = await caller.room.ask(cid="c2", exchange="x2", priority=5)
    life = await caller.room.ask(cid="c3", exchange="x3", priority=9)
    for cid in ("c2", "c3"):
        await caller.room.redis.set(presence(cid), "1")
    await tick(caller, ticket.callback_at)
    assert [one.number for one in await caller.room.queue.waiting()] == [life.number, ticket.number, first.number]


async def test_a_browser_that_is_gone_does_not_matter(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    for seconds in (0.0, AWAY_SECONDS + 1, 0.0):
        await tick(caller, caller.room.time.now + seconds)
    await tick(caller, ticket.callback_at + AWAY_SECONDS + 2)
    await caller.room.queue.cancel(ticket.number, unless_left=True)  # the page was closed
    kept = await caller.room.queue.get(ticket.number)
    assert kept and kept.is_open


async def test_the_customer_is_reminded_once_ten_minutes_before(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    told = len(await caller.heard())
    await tick(caller, ticket.callback_at - REMIND_SECONDS - 1)
    assert len(await caller.heard()) == told
    await tick(caller, ticket.callback_at - REMIND_SECONDS)
    await tick(caller, ticket.callback_at - 60)
    assert (await caller.heard())[told:] == [
        f"まもなく、本日15時ごろにお電話いたします。受付番号は {ticket.number[:4]}-{ticket.number[4:]} です。"
    ]
    assert await caller.titles() == ["日時を変える", "予約を取り消す"]


async def test_one_that_nobody_takes_is_missed_told_and_still_there(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await tick(caller, ticket.callback_at)
    await tick(caller, ticket.callback_at + MISSED_SECONDS - 1)
    assert await state(caller, ticket.number) == "due"
    await tick(caller, ticket.callback_at + MISSED_SECONDS)
    missed = await caller.room.queue.get(ticket.number)
    assert missed and missed.callback_missed and missed.state is State.WAITING
    assert await state(caller, ticket.number) == "missed"
    assert [line for line in await caller.heard() if "お約束の時間にお電話できず" in line] == [
        (await caller.heard())[-1]
    ]
    await caller.press("日時を変える")
    await caller.say("明日の10時")
    await caller.press("はい")
    again = await caller.room.queue.get(ticket.number)
    assert again and again.booked and not again.callback_missed and await state(caller, ticket.number) == "booked"


async def test_a_clock_that_stood_still_misses_nothing(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await tick(caller, ticket.callback_at + 7200, times=1)
    late = await caller.room.queue.get(ticket.number)
    assert late and late.callback_due
    assert not [line for line in await caller.heard() if line.startswith("まもなく")]


async def claimed(caller: CallbackRoom) -> str:
    ticket = await caller.book()
    await tick(caller, ticket.callback_at)
    taken = await caller.room.queue.claim(ticket.number, "a1", "山田")
    assert taken.state is State.ASSIGNED
    assert "これからお電話いたします" in (await caller.heard())[-1]
    return ticket.number


async def test_who_is_reached_is_talked_with_and_written_up(caller: CallbackRoom) -> None:
    number = await claimed(caller)
    talking = await caller.callbacks.tried(number, "a1", Result.CONNECTED)
    assert talking.state is State.ASSIGNED and await state(caller, number) == "done"
    assert (await caller.room.queue.end_talk(number, "a1")).state is State.WRAP_UP


async def test_who_is_not_reached_three_times_is_given_up_and_told(caller: CallbackRoom) -> None:
    number = await claimed(caller)
    for result in (Result.NO_ANSWER, Result.BUSY):
        later = await caller.callbacks.tried(number, "a1", result)
        assert later.booked and later.callback_at == caller.room.time.now + AGAIN_SECONDS and later.owner is None
        assert await state(caller, number) == "attempted" and later.last_owner == "a1"
        await tick(caller, later.callback_at)
        await caller.room.queue.claim(number, "a1", "山田")
    over = await caller.callbacks.tried(number, "a1", Result.NO_ANSWER)
    assert over.state is State.WRAP_UP and await state(caller, number) == "missed"
    assert "つながりませんでした" in (await caller.heard())[-1]
    found = await caller.callbacks.of(number)
    assert found and [one.result.value for one in found.attempts] == ["no_answer", "busy", "no_answer"]


async def test_the_next_call_is_not_made_when_nobody_is_there(caller: CallbackRoom) -> None:
    ticket = await caller.book(wish="明日の17時")
    await tick(caller, ticket.callback_at)
    await caller.room.queue.claim(ticket.number, "a1", "山田")
    caller.room.time.move_to(2026, 11, 25, 17, 20)
    later = await caller.callbacks.tried(ticket.number, "a1", Result.BUSY)
    assert datetime.fromtimestamp(later.callback_at, TOKYO) == datetime(2026, 11, 26, 9, tzinfo=TOKYO)
    assert (await caller.heard())[-1].endswith("11月26日(木)9時ごろに、もう一度おかけします。")


async def test_a_wrong_number_is_not_called_again(caller: CallbackRoom) -> None:
    over = await caller.callbacks.tried(await claimed(caller), "a1", Result.WRONG_NUMBER)
    assert over.state is State.WRAP_UP


async def test_only_the_owner_has_called(caller: CallbackRoom) -> None:
    number = await claimed(caller)
    with pytest.raises(LookupError):
        await caller.callbacks.tried(number, "a2", Result.NO_ANSWER)
    found = await caller.callbacks.of(number)
    assert found and not found.attempts


@pytest.mark.parametrize("way", ["close", "return_to_bot"])
async def test_one_that_ended_without_a_recorded_call_was_not_carried_out(caller: CallbackRoom, way: str) -> None:
    number, queue = await claimed(caller), caller.room.queue
    await (queue.close(number, "a1", "resolved") if way == "close" else queue.return_to_bot(number, "a1"))
    await tick(caller, caller.room.time.now + 60)
    assert await state(caller, number) == CallbackState.MISSED.value
    found = await caller.callbacks.of(number)
    assert found and callback_store.taken(caller.engine, "general", found.slot_at, found.slot_at) == {}


@pytest.mark.parametrize(("result", "expected"), [(Result.CONNECTED, "done"), (Result.NO_ANSWER, "missed")])
async def test_a_call_may_be_recorded_while_it_is_written_up(
    caller: CallbackRoom, result: Result, expected: str
) -> None:
    number = await claimed(caller)
    await caller.room.queue.end_talk(number, "a1")
    written = await caller.callbacks.tried(number, "a1", result)
    assert written.state is State.WRAP_UP and await state(caller, number) == expected
    await caller.room.queue.close(number, "a1", "resolved")
    await tick(caller, caller.room.time.now + 60)
    assert await state(caller, number) == expected


async def test_who_waits_long_is_asked_once_in_each_span(caller: CallbackRoom, sql: Engine) -> None:
    store.save_queue(sql, QueueSettings("general", "総合", patience_seconds=100))
    await caller.room.redis.set(presence("c1"), "1")
    await caller.come()
    start, told = caller.room.time.now, []
    for seconds in (99, 100, 150, 199, 200, 450, 460):
        await tick(caller, start + seconds)
        told.append(sum("お待たせしており" in line for line in await caller.heard()))
    assert told == [0, 1, 1, 1, 2, 3, 3]
    assert await caller.titles() == ["このまま待つ", "折り返し予約に変更", "メッセージを残す", "自動応答に戻る"]
    await caller.press("このまま待つ")
    assert (await caller.heard())[-1] == "ありがとうございます。お客様は 1 番目です。このままお待ちください。"


async def test_each_way_on_leads_on(caller: CallbackRoom, sql: Engine) -> None:
    store.save_queue(sql, QueueSettings("general", "総合", patience_seconds=100))
    await caller.room.redis.set(presence("c1"), "1")
    ticket = await caller.come()
    await tick(caller, caller.room.time.now + 100)
    assert await caller.press("折り返し予約に変更")
    assert "ご希望の日時" in (await caller.heard())[-1]
    await tick(caller, caller.room.time.now + 100)
    assert "ご希望の日時" in (await caller.heard())[-1]  # not while it is being booked
    await caller.press("やめる")
    await caller.press("自動応答に戻る")
    ended = await caller.room.queue.get(ticket.number)
    assert ended and ended.state is State.ABANDONED


async def test_who_is_not_waiting_in_the_chat_is_not_asked(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await caller.room.redis.set(presence("c1"), "1")
    await tick(caller, ticket.callback_at + 400)
    assert not [line for line in await caller.heard() if "お待たせしており" in line]
