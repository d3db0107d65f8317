"""Callbacks at the desk: who sees them when, the number only on request, what came of the calls."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime

import pytest

from desk import store
from desk.lines import Lines
from desk.lists import Lists
from desk.showing import shown_word
from desk.staff import Role
from desk.words import word
from handoff import callback_store
from handoff.calendar import day_time
from handoff.contact import Contact
from handoff.keys import contact as contact_key
from handoff.ticket import State, Ticket
from nihongo.japan_time import TOKYO
from tests.desk.room import Floor

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`

PHONE = "090-1234-5678"


@pytest.fixture
async def agent(floor: Floor) -> Floor:
    floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    return floor


async def booked(floor: Floor) -> Ticket:
    ticket, at = await floor.ticket(), int(time.time()) + 3600
    callback_store.book(floor.desk.engine, ticket.number, "c1", "general", at, 2, time.time())
    key = contact_key("c1", ticket.number)
    await floor.desk.redis.set(key, Contact("ヤマダ", "+819012345678").to_json())
    return await floor.desk.queue.book_callback(ticket.number, float(at))


async def due(floor: Floor, name: str = "yamada") -> Ticket:
    """At its time, taken by this agent."""
    ticket = await booked(floor)
    await floor.desk.callbacks.due(ticket)
    async with await floor.post(f"/inbox/{ticket.number}/claim") as answer:
        assert answer.status == 303
    taken = await floor.desk.queue.get(ticket.number)
    assert taken and taken.owner_name
    return taken


async def page(floor: Floor, number: str) -> str:
    async with floor.client.get(f"/inbox/{number}") as answer:
        assert answer.status == 200
        return await answer.text()


async def try_call(floor: Floor, number: str, result: str) -> int:
    async with await floor.post(f"/inbox/{number}/callback/attempt", result=result) as answer:
        return int(answer.status)


async def test_before_its_time_agents_see_nothing_of_it_and_supervisors_do(agent: Floor) -> None:
    ticket = await booked(agent)
    shown = await page(agent, ticket.number)
    assert "折り返し予約" not in shown and "ヤマダ" not in shown and "応対を開始する" not in shown
    async with await agent.post(f"/inbox/{ticket.number}/claim") as answer:
        assert answer.status == 403
    boss = agent.add("sato", Role.SUPERVISOR)
    lists = Lists(await Lines(agent.desk.queue, agent.desk.stream).read())
    yamada = next(one.user for one in store.accounts(agent.desk.engine) if one.user.name == "yamada")
    assert not lists.of(yamada)[0]
    assert [json.loads(row)["booked"] for row in lists.of(boss)[0].values()] == [True]
    await agent.sign_in("sato")
    when = day_time(datetime.fromtimestamp(ticket.callback_at, TOKYO), datetime.now(TOKYO))
    shown = await page(agent, ticket.number)
    assert "予約済み" in shown and f"折り返し {when}" in shown and "090-****-5678" in shown


async def test_the_number_is_masked_until_its_owner_asks_and_that_is_in_the_log(agent: Floor) -> None:
    ticket = await due(agent)
    shown = await page(agent, ticket.number)
    assert "ヤマダ 様" in shown and "090-****-5678" in shown and PHONE not in shown
    async with await agent.post(f"/inbox/{ticket.number}/callback/reveal") as answer:
        assert answer.status == 303
    assert PHONE in await page(agent, ticket.number)
    log = [(entry.action, entry.object) for entry in store.entries(agent.desk.engine)]
    assert ("callback.revealed", ticket.number) in log
    assert not [entry for entry in log if "1234-5678" in entry[1]]


async def test_who_does_not_call_is_not_shown_the_number(agent: Floor) -> None:
    ticket = await due(agent)
    agent.add("suzuki", Role.AGENT)
    await agent.sign_in("suzuki")
    async with await agent.post(f"/inbox/{ticket.number}/callback/reveal") as answer:
        assert answer.status == 403
    assert await try_call(agent, ticket.number, "no_answer") == 403
    assert PHONE not in await page(agent, ticket.number)


async def test_a_call_in_vain_goes_back_and_is_listed_at_the_next(agent: Floor) -> None:
    ticket = await due(agent)
    assert await try_call(agent, ticket.number, "no_answer") == 303
    later = await agent.desk.queue.get(ticket.number)
    assert later and later.booked and later.owner is None
    await agent.desk.callbacks.due(later)
    await agent.post(f"/inbox/{ticket.number}/claim")
    shown = await page(agent, ticket.number)
    assert "不在（山田）" in shown and "番号違い</button>" in shown


async def test_who_is_reached_is_written_up_after_the_talk(agent: Floor) -> None:
    ticket = await due(agent)
    assert await try_call(agent, ticket.number, "connected") == 303
    shown = await page(agent, ticket.number)
    assert "会話を終了する" in shown and "番号違い</button>" not in shown
    await agent.post(f"/inbox/{ticket.number}/end")
    ended = await agent.desk.queue.get(ticket.number)
    assert ended and ended.state is State.WRAP_UP


async def test_a_call_that_nobody_recorded_is_asked_for(agent: Floor) -> None:
    ticket = await due(agent)
    assert "お電話の結果がまだ記録されていません。会話を終了します" in await page(agent, ticket.number)
    await agent.post(f"/inbox/{ticket.number}/end")
    shown = await page(agent, ticket.number)
    assert "応対の記録" in shown and "記録のないまま完了すると" in shown
    assert await try_call(agent, ticket.number, "connected") == 303
    shown = await page(agent, ticket.number)
    assert "応対の記録" in shown and "記録のないまま完了すると" not in shown and "つながった（山田）" in shown
    assert await try_call(agent, ticket.number, "connected") == 403


async def test_a_wrong_number_comes_to_the_write_up(agent: Floor) -> None:
    ticket = await due(agent)
    assert await try_call(agent, ticket.number, "wrong_number") == 303
    assert "応対の記録" in await page(agent, ticket.number)


async def test_a_result_that_is_none_is_refused(agent: Floor) -> None:
    ticket = await due(agent)
    assert await try_call(agent, ticket.number, "maybe") == 400
    assert await try_call(agent, (await agent.ticket("c2")).number, "no_answer") == 403


async def test_supervisors_see_what_is_booked_and_what_was_missed_first(agent: Floor) -> None:
    now = time.time()
    for number, state in enumerate(callback_store.CallbackState):
        name = f"1000000{number}"
        callback_store.book(agent.desk.engine, name, f"c{number}", "general", int(now) + number, 2, now)
        callback_store.set_state(agent.desk.engine, name, state, now)
    call = callback_store.Attempt(now, "1", callback_store.Result.BUSY)
    callback_store.attempt(agent.desk.engine, "10000002", call)
    agent.add("sato", Role.SUPERVISOR)
    async with agent.client.get("/callbacks") as answer:
        assert answer.status == 403
    await agent.sign_in("sato")
    open_ones, well = ["missed", "booked", "due", "attempted"], ["done", "cancelled"]
    for query, states in (("", open_ones), ("?all=1", open_ones + well)):
        async with agent.client.get(f"/callbacks{query}") as answer:
            shown = await answer.text()
        told = [word(f"callback_states.{state}") for state in states]
        assert re.findall(r"data-state>(.+?)<", shown) == told
    assert "話し中" in shown and "総合受付" in shown and "1000-0000" in shown


async def test_after_a_call_in_vain_the_list_shows_the_next_one(agent: Floor) -> None:
    ticket = await due(agent)
    assert await try_call(agent, ticket.number, "no_answer") == 303
    again = await agent.desk.queue.get(ticket.number)
    agent.add("sato", Role.SUPERVISOR)
    await agent.sign_in("sato")
    assert again and again.callback_at != ticket.callback_at
    async with agent.client.get("/callbacks") as answer:
        shown = await answer.text()
    assert datetime.fromtimestamp(again.callback_at, TOKYO).strftime("%H:%M</td>") in shown


async def test_a_contact_that_is_erased_is_said_to_be(agent: Floor) -> None:
    ticket = await due(agent)
    await agent.desk.redis.delete(contact_key("c1", ticket.number))
    assert "消去されました" in await page(agent, ticket.number)


async def test_what_was_written_for_the_booking_is_not_in_the_transcript(agent: Floor) -> None:
    from conversation.words import Speaker, Word

    for speaker in (Speaker.CUSTOMER, Speaker.SYSTEM):
        said = Word("c1", speaker, f"ヤマダ {PHONE}", "m", meta={"private": True}, seq=1)
        line = shown_word(said, None)
        assert line and line["text"] == "【お名前・ご連絡先】"


async def test_lists_and_heading_call_the_customer_by_surname_and_only_who_may_read(agent: Floor) -> None:
    ticket = await due(agent)
    key = contact_key("c1", ticket.number)
    await agent.desk.redis.set(key, Contact("ヤマダ ハナコ", "+819012345678").to_json())
    await agent.ticket("c2")
    lists = Lists(await Lines(agent.desk.queue, agent.desk.stream).read())
    boss, suzuki = agent.add("kato", Role.SUPERVISOR), agent.add("suzuki", Role.AGENT)
    called = {number: json.loads(row)["called"] for number, row in lists.of(boss)[0].items()}
    assert called.pop(ticket.number) == "ヤマダ様" and set(called.values()) == {""}
    assert "<h1>ヤマダ様 " in await page(agent, ticket.number)
    assert {json.loads(row)["called"] for row in lists.of(suzuki)[0].values()} == {""}


async def test_a_name_that_the_shop_signed_is_known_too(agent: Floor) -> None:
    ticket = await agent.ticket()
    assert "<h1>お客様 " in await page(agent, ticket.number)
    await agent.desk.stream.set_state("c1", contact_name="佐藤 太郎")
    assert "<h1>佐藤様 " in await page(agent, ticket.number)


async def test_an_earlier_ticket_with_the_same_number_is_listed_as_not_proven(agent: Floor) -> None:
    first = await booked(agent)
    await agent.desk.persons.note([first])
    await agent.desk.queue.cancel_callback(first.number)
    other = await agent.ticket("c2")
    contact = Contact("ヤマダ", "+819012345678")
    await agent.desk.redis.set(contact_key("c2", other.number), contact.to_json())
    shown = await page(agent, other.number)
    assert "これまでの受付" in shown and "電話番号が同じ（ご本人確認はまだ）" in shown
    assert f'href="/inbox/{first.number}"' in shown and word("states.abandoned") in shown
