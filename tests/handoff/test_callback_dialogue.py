"""Booking a callback in words: the table callback_dialogues.yml, and what holds for every such talk."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from handoff import callback_store, keys
from handoff.callback_store import CallbackState
from handoff.tables import CALLBACKS, TICKET_EVENTS
from handoff.ticket import State
from handoff.typed import only_a_time, while_waiting
from nihongo.japan_time import TOKYO
from stores import METADATA
from tests.handoff.callback_room import CallbackRoom

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`

TABLE = yaml.safe_load(Path(__file__).with_name("callback_dialogues.yml").read_text())["dialogues"]


@pytest.mark.parametrize("dialogue", TABLE, ids=[one["name"] for one in TABLE])
async def test_dialogue(caller: CallbackRoom, dialogue: dict[str, Any]) -> None:
    if "now" in dialogue:
        caller.room.time.now = datetime.fromisoformat(dialogue["now"]).replace(tzinfo=TOKYO).timestamp()
    ticket = await caller.come()
    admission = await caller.reception.admit("c1", "web", "c1-0", ticket.reason)
    await caller.offer(admission)
    first = {choice.title: choice.command for choice in admission.choices}
    for turn in dialogue["turns"]:
        if turn.get("press") in first:
            assert await caller.say(turn["press"], first[turn["press"]])
        elif "press" in turn:
            assert await caller.press(turn["press"])
        else:
            assert await caller.say(turn["say"])
        assert turn["bot"] in (await caller.heard())[-1], turn
        assert set(turn.get("offers", ())) <= set(await caller.titles()), (turn, await caller.titles())
    await _check_booking(caller, ticket.number, dialogue)


async def _check_booking(caller: CallbackRoom, number: str, dialogue: dict[str, Any]) -> None:
    booked, ticket = await caller.callbacks.of(number), await caller.room.queue.get(number)
    assert ticket
    if "booked" not in dialogue:
        assert booked is None and not ticket.callback_at and await caller.callbacks.contact(ticket) is None
        return
    at = datetime.fromisoformat(dialogue["booked"]).replace(tzinfo=TOKYO).timestamp()
    assert booked and booked.slot_at == at == ticket.callback_at and booked.state is CallbackState.BOOKED
    contact = await caller.callbacks.contact(ticket)
    assert contact and [contact.kana, contact.phone] == dialogue.get("contact", [contact.kana, contact.phone])


_SAID = st.lists(
    st.one_of(
        st.sampled_from(
            ["/callback", "/callback_back", "/callback_yes", "/callback_time", "/callback_change", "/keep_waiting"]
        ),
        st.sampled_from(
            ["明日の15時", "8時", "午前", "ヤマダ", "090-1234-5678", "はい", "やめる", "戻る", "いつでも", "来週"]
        ),
        st.text(max_size=40),
    ),
    min_size=1,
    max_size=12,
)


async def just_offered(caller: CallbackRoom, title: str) -> bool:
    """With the line that was shown last, not by an earlier one."""
    last = next(word for word in await caller.room.stream.recent(caller.cid, 6) if word.shown)
    return title in [choice.title for choice in last.choices]


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_SAID)
@example(["/callback_back", "やめる", "/keep_waiting", "明日の15時"])
async def test_whatever_is_said_every_word_is_answered_with_a_way_on(caller: CallbackRoom, said: list[str]) -> None:
    """Never silence, and never a booking that was not read back."""
    caller.cid = f"c-{uuid.uuid4()}"
    ticket = await caller.come()
    await caller.start()
    for text in said:
        told, pressed = len(await caller.heard()), text.startswith(("/callback", "/keep"))
        asks = await caller.dialogue.active(ticket) or while_waiting(text)
        begins = only_a_time(text) and await just_offered(caller, "折り返し予約に変更")
        await caller.say(text, text if pressed else None)
        assert len(await caller.heard()) == told + (1 if asks or pressed or begins else 0)
    booked = await caller.room.queue.get(ticket.number)
    assert booked and (not booked.callback_at or any("よろしい" in line for line in await caller.heard()))


async def test_until_it_is_booked_the_place_in_the_queue_stays(caller: CallbackRoom) -> None:
    ticket = await caller.come()
    await caller.start()
    for text in ("明日の15時", "ヤマダ", "090-1234-5678"):
        await caller.say(text)
        assert await caller.room.queue.position(ticket.number) == 1
        assert (await caller.room.stream.state("c1"))["talking_to"] == "queue"
    other = await caller.room.ask(cid="c2", exchange="x2")
    await caller.press("はい")
    assert await caller.room.queue.position(other.number) == 1
    assert (await caller.room.stream.state("c1"))["talking_to"] == "bot"
    assert not await caller.say("送料はいくらですか")  # the bot serves again


async def test_every_word_may_be_heard_twice_and_by_another_process(caller: CallbackRoom) -> None:
    await caller.come()
    texts = (("折り返し", "/callback"), ("明日の15時", None), ("ヤマダ", None), ("090-1234-5678", None))
    for text, command in (*texts, ("はい", "/callback_yes")):
        word = await caller.word(text, command)
        for _ in range(2):
            assert await caller.reception.hear(word)
            caller.restart()
    assert len(await caller.heard()) == 5
    ticket = await caller.room.queue.of_conversation("c1")
    assert ticket
    events = [event.event for event in await caller.room.queue.events(ticket.number)]
    assert events == ["opened", "callback_booked"]


async def test_a_process_that_dies_after_the_booking_leaves_it_whole(caller: CallbackRoom) -> None:
    await caller.come()
    await caller.start()
    for text in ("明日の15時", "ヤマダ", "090-1234-5678"):
        await caller.say(text)
    word = await caller.word("はい", "/callback_yes")
    key = keys.callback_talk("c1", (await caller.room.queue.of_conversation("c1")).number)  # type: ignore[union-attr]
    before = await caller.room.redis.get(key)
    await caller.reception.hear(word)
    await caller.room.redis.set(key, before)  # as if what came after the booking was lost
    caller.restart()
    assert await caller.reception.hear(word)
    assert "予約しました" in (await caller.heard())[-1] and len(await caller.heard()) == 5


async def test_it_is_changed_without_asking_again_what_is_known(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await caller.press("日時を変える")
    await caller.say("明後日の10時")
    assert "11月26日(木)10時ごろ、ヤマダ様、090-1234-5678" in (await caller.heard())[-1]
    kept = await caller.callbacks.of(ticket.number)
    assert kept and datetime.fromtimestamp(kept.slot_at, TOKYO).day == 25  # until the customer says yes
    word = await caller.word("はい", "/callback_yes")
    for _ in range(2):  # heard again, by another process
        assert await caller.reception.hear(word)
        caller.restart()
    told = (await caller.heard())[-1]
    assert "11月25日(水)15時ごろから11月26日(木)10時ごろに変更しました" in told and "予約しました" not in told
    changed = await caller.callbacks.of(ticket.number)
    assert changed and datetime.fromtimestamp(changed.slot_at, TOKYO).day == 26


async def test_a_change_to_the_same_time_changes_nothing(caller: CallbackRoom) -> None:
    await caller.book()
    await caller.press("日時を変える")
    await caller.say("明日の15時")
    await caller.press("はい")
    assert "11月25日(水)15時ごろのまま" in (await caller.heard())[-1]


async def test_a_change_that_is_dropped_leaves_the_booking(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await caller.press("日時を変える")
    await caller.say("やめる")
    assert "11月25日(水)15時ごろのまま" in (await caller.heard())[-1]
    assert (await caller.room.queue.get(ticket.number)) == ticket


@pytest.mark.parametrize("command", ["/callback_cancel", "/cancel_queue"])
async def test_it_is_cancelled_and_its_place_is_free_again(caller: CallbackRoom, command: str) -> None:
    ticket = await caller.book()
    assert await caller.say("予約を取り消す", command)
    assert "11月25日(水)15時ごろの折り返しのご予約を取り消しました" in (await caller.heard())[-1]
    ended, row = await caller.room.queue.get(ticket.number), await caller.callbacks.of(ticket.number)
    assert ended and ended.state is State.ABANDONED and row and row.state is CallbackState.CANCELLED
    slot = row.slot_at
    assert callback_store.taken(caller.engine, "general", slot, slot) == {}
    for key in keys.PERSONAL:
        assert 0 < await caller.room.redis.ttl(key("c1", ticket.number)) <= 30 * 86_400


async def test_the_last_place_taken_meanwhile_is_told_with_others(caller: CallbackRoom) -> None:
    await caller.come()
    await caller.start()
    for text in ("明日の15時", "ヤマダ", "090-1234-5678"):
        await caller.say(text)
    slot = int(datetime(2026, 11, 25, 15, tzinfo=TOKYO).timestamp())
    for number in ("a", "b"):
        assert callback_store.book(caller.engine, number, number, "general", slot, 2, 0.0)
    await caller.press("はい")
    assert "その枠はご予約いただけなくなりました" in (await caller.heard())[-1]
    await caller.say("明日の15時")
    assert "承ることができません" in (await caller.heard())[-1]
    assert (await caller.titles())[0] == "11月25日(水)14時30分"


async def test_who_speaks_of_dying_is_not_asked_for_a_time(caller: CallbackRoom) -> None:
    caller.room.time.move_to(2026, 11, 24, 20, 0)
    ticket = await caller.come()
    await caller.start()
    assert not await caller.say("もう死にたい")
    assert not await caller.dialogue.active(ticket)


async def test_an_agent_who_takes_the_customer_meanwhile_ends_it(caller: CallbackRoom) -> None:
    ticket = await caller.come()
    await caller.start()
    await caller.say("明日の15時")
    await caller.room.queue.claim(ticket.number, "a1", "山田")
    assert await caller.say("ヤマダです")
    assert not await caller.dialogue.active(ticket)
    assert (await caller.room.stream.state("c1")).get("private") is None


async def test_with_sql_away_the_customer_is_told_and_offered_other_ways(caller: CallbackRoom, engine: Engine) -> None:
    await caller.come()
    METADATA.drop_all(engine)
    assert await caller.start()
    assert "ただいま折り返しのご予約を承ることができません" in (await caller.heard())[-1]
    assert await caller.titles() == ["このまま待つ", "メッセージを残す", "自動応答に戻る"]


async def test_name_and_number_are_in_no_row_event_or_ticket(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await caller.clock._ledger.prepare()
    await caller.clock._ledger.write()
    with caller.engine.connect() as connection:
        rows = [
            dict(row) for table in (CALLBACKS, TICKET_EVENTS) for row in connection.execute(sa.select(table)).mappings()
        ]
    events = [event.to_json() for event in await caller.room.queue.events(ticket.number)]
    kept = json.dumps(rows, default=str, ensure_ascii=False) + ticket.to_json() + "".join(events)
    kept += str(await caller.room.redis.xrange(keys.EVENTS))
    assert rows and not [one for one in ("ヤマダ", "1234-5678", "12345678") if one in kept]


async def test_forgetting_the_customer_forgets_the_contact(caller: CallbackRoom) -> None:
    ticket = await caller.book()
    await caller.room.queue.forget("c1")
    assert callback_store.forget(caller.engine, "c1") == 1
    assert not [key for key in keys.PERSONAL if await caller.room.redis.exists(key("c1", ticket.number))]


async def test_asking_for_a_person_again_tells_of_the_booking(caller: CallbackRoom) -> None:
    await caller.book()
    again = await caller.reception.admit("c1", "web", "x9", (await caller.come()).reason)
    assert again.sentences[0].startswith("折り返しのお電話は、11月25日(水)15時ごろに承っております。")
    assert [choice.title for choice in again.choices] == ["日時を変える", "予約を取り消す"]
