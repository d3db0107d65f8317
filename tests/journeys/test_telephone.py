"""Calls through the real processes: a stand-in for Twilio at one end, an agent with desk and telephone at the other."""

from __future__ import annotations

import asyncio
import json

from channels.simulate.call import Call
from nihongo.aloud import parts
from nihongo.manner import said
from run.product import Product, wait_until
from tests.journeys.line import AGENTS_PHONE, Line
from tests.journeys.people import Agent
from tests.journeys.rows import rows

SHIPPING = "送料は、全国一律で550円です。"
FILLERS = ("お調べしております。", "お待たせしております。もう少々お待ちください。")


def heard(lines: list[str]) -> str:
    return "".join(line for line in lines if line not in FILLERS)


def as_said(text: str) -> str:
    return "".join(parts(said(text, "voice")).parts)


async def record(product: Product, call: Call, count: int) -> list[dict[str, object]]:
    """The call's rows in VOC, once there are so many."""
    name = f"voice-{call.sid}"

    def found() -> list[dict[str, object]]:
        kept = rows(product, name)
        return kept if len(kept) >= count and all(row["feedback"] == "solved" for row in kept[:1]) else []

    return await asyncio.to_thread(wait_until, found, 30, "the rows")


async def test_a_question_is_solved_and_the_record_says_what_was_heard(product: Product, line: Line) -> None:
    call = await line.call()
    answer = await call.say("送料はいくらですか", confidence=0.91)
    assert SHIPPING in heard(answer)
    await call.say("はい")
    await call.silence()
    found = await record(product, call, 2)
    first = found[0]
    assert (first["channel"], first["question"], first["recognition"]) == ("voice", "送料はいくらですか", 0.91)
    assert (first["article_id"], first["feedback"]) == ("shipping-fee", "solved")
    told = "".join(as_said(one["text"]) for one in json.loads(str(first["answers"])))
    assert told == heard(answer)
    assert call.state == "ended" and "失礼いたします" in call.heard[-1]
    assert call.longest_silence < 2


async def test_rasa_killed_in_mid_call_costs_no_caller_the_line(product: Product, line: Line) -> None:
    call = await line.call()
    await call.say("送料はいくらですか")
    pid = product.kill("rasa")
    answer = heard(await call.say("返品の期限はいつまでですか"))
    assert answer and call.state == "gathering"
    await asyncio.to_thread(product.wait_for_rebirth, "rasa", pid)
    await asyncio.to_thread(product.wait_until_ready, "rasa")
    assert SHIPPING in heard(await call.say("送料はいくらですか"))
    await call.hang_up()


async def test_the_door_killed_in_mid_call_goes_on_where_it_was(product: Product, line: Line) -> None:
    call = await line.call()
    await call.say("送料はいくらですか")
    pid = product.kill("door")
    await asyncio.to_thread(product.wait_for_rebirth, "door", pid)
    await asyncio.to_thread(product.wait_until_ready, "door")
    assert SHIPPING in heard(await call.press("#"))
    await call.hang_up()


async def test_silence_leads_to_the_keypad_and_a_person_who_knows(line: Line, agent_with_phone: Agent) -> None:
    call = await line.call()
    await call.say("送料はいくらですか")
    await call.silence()
    menu = await call.silence()
    assert any("1番、" in one for one in menu)
    await call.press("0")
    assert call.state == "queued"
    ticket = await line.ticket(call)
    await agent_with_phone.claim(ticket.number)
    phone = await line.twilio.next_call()
    assert phone.to == AGENTS_PHONE
    whisper = "".join(await phone.answer())
    assert whisper.startswith("ツバメ生活堂、") and "送料はいくらですか" in whisper and "1を押してください" in whisper
    await phone.press("1")
    await call.until_state("bridged")
    assert [one["article_id"] for one in ticket.packet.shown] == ["shipping-fee"]
    await phone.hang_up()
    await call.until_state("gathering")
    assert "解決しましたか" in "".join(call.heard)
    await call.press("1")
    await call.hang_up()
    assert (await line.ticket(call)).state.value == "wrap_up"


async def test_out_of_the_queue_by_key_into_a_callback(line: Line) -> None:
    call = await line.call()
    await call.press("0")
    assert call.state == "queued"
    offered = "".join(await call.press("1"))
    assert "折り返しのお電話を承ります" in offered and call.state == "gathering"
    await call.press("1")
    await call.say("山田太郎です")
    back = "".join(await call.press("1" if "この番号" in call.heard[-3] else "09012345678#"))
    assert "ヤマダタロウ様" in back
    await call.say("はい")
    assert (await line.ticket(call)).booked
    await call.hang_up()


async def test_twenty_calls_at_once(line: Line) -> None:
    calls = await asyncio.gather(*(line.call() for _ in range(20)))
    told = await asyncio.gather(*(call.say("送料はいくらですか") for call in calls))
    assert all(SHIPPING in heard(one) for one in told)
    assert max(call.longest_silence for call in calls) < 4
    await asyncio.gather(*(call.hang_up() for call in calls))
