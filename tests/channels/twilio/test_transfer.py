"""A caller and an agent are connected by telephone, or the caller goes on to the next agent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from channels import keys
from channels.simulate.call import Call
from channels.simulate.signing import Forgery
from channels.simulate.twilio import Twilio
from channels.twilio.legs import claim_of
from conversation import keys as conversation_keys
from handoff.offering import pairs
from handoff.ticket import URGENT, State
from tests.channels.staging import Connector
from tests.channels.twilio.conftest import HEARS, ROADS, OpenLine
from tests.channels.twilio.phone_room import SATO, YAMADA, PhoneRoom, hands_over, of_state

pytestmark = [pytest.mark.usefixtures("release", "connector"), ROADS]


@pytest.fixture(autouse=True)
def people(connector: Connector) -> None:
    connector.play = hands_over


async def test_they_talk_and_the_caller_goes_on_with_the_survey_and_the_bot(phones: PhoneRoom) -> None:
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    rings = await phones.claimed(ticket)
    assert (rings.to, rings.sender) == (YAMADA, phones.twilio.voice_number)
    (whisper,) = await rings.answer()
    assert whisper == (
        "ツバメ生活堂、担当者をご希望のお客様が、送料はいくらですか、のご用件で、お電話でお待ちです。"
        "おつなぎするには、1を押してください。"
    )
    await rings.press("1")
    assert rings.bridged_with is caller and caller.state == "bridged"
    before = len(caller.heard)
    await rings.hang_up()
    heard = "".join(caller.heard[before:])
    assert caller.state in HEARS
    assert heard.startswith("担当者との会話を終了しました。") and "解決しましたか" in heard
    assert "おつなぎ" not in heard  # what was said before the talk is not told after it
    found = await phones.ticket(caller)
    assert (found.state, found.owner) == (State.WRAP_UP, "yamada")
    before = len(caller.heard)
    await caller.press("1")
    asked = "".join(caller.heard[before:])
    assert "1から5の数字" in asked and "番、" not in asked  # the sentence itself says what the numbers mean
    await caller.say("やっぱりいいです")
    await caller.say("返品したい")
    assert "返品したいへのお答えです" in "".join(caller.heard)
    await caller.hang_up()


async def test_the_agent_hears_first_that_somebody_may_be_in_danger(phones: PhoneRoom) -> None:
    await phones.agent("yamada", YAMADA)
    _, ticket = await phones.caller()
    await phones.queue.move(ticket.number, "kato", URGENT)
    (whisper,) = await (await phones.claimed(ticket)).answer()
    assert whisper == (
        "緊急です。ツバメ生活堂に、命や身の危険があるかもしれないお客様が、お電話でお待ちです。"
        "おつなぎするには、1を押してください。"
    )


async def test_who_hangs_up_is_written_up(phones: PhoneRoom) -> None:
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    rings = await phones.claimed(ticket)
    await rings.answer()
    await rings.press("1")
    await caller.hang_up()
    assert (await phones.until_ticket(caller, "wrap_up")).owner == "yamada"
    await rings.until_state("ended")
    assert "デスクで、応対の記録をお願いいたします" in "".join(rings.heard)
    assert await phones.dials(caller) == []


async def never(rings: Call) -> None:
    await rings.no_answer()


async def busy(rings: Call) -> None:
    await rings.busy()


async def fails(rings: Call) -> None:
    await rings.fail()


async def keyless(rings: Call) -> None:
    await rings.answer()
    assert rings.gathering and rings.gathering.gather.get("timeout") == "15"
    await rings.silence()


async def wrong_key(rings: Call) -> None:
    await rings.answer()
    await rings.press("5")


async def puts_down(rings: Call) -> None:
    await rings.answer()
    await rings.hang_up()


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (never, "no_answer"),
        (busy, "busy"),
        (fails, "failed"),
        (keyless, "no_key"),
        (wrong_key, "declined"),
        (puts_down, "hung_up"),
    ],
)
async def test_who_is_not_reached_gives_the_caller_to_the_next(
    phones: PhoneRoom, does: Callable[[Call], Awaitable[None]], why: str
) -> None:
    yamada, sato = await phones.agent("yamada", YAMADA), await phones.agent("sato", SATO)
    caller, ticket = await phones.caller()
    await does(await phones.claimed(ticket))
    waiting = await phones.until_ticket(caller, "waiting")
    assert caller.state == "queued" and await phones.dials(caller) == [("yamada", why)]
    agents = await phones.agents.all([waiting])
    ((_, asked),) = pairs([waiting], agents, waiting.changed_at)  # the clock's own choice
    assert asked.id == sato.id != yamada.id
    assert "担当者を交代いたします" in "".join(await caller.wait())
    rings = await phones.claimed(waiting, "sato")
    await rings.answer()
    await rings.press("1")
    assert rings.to == SATO and caller.bridged_with is rings
    assert len(phones.twilio.calls) == 3
    await rings.hang_up()
    await caller.hang_up()


async def test_an_agent_without_a_number_is_told_so(phones: PhoneRoom) -> None:
    await phones.agent("yamada")
    caller, ticket = await phones.caller()
    await phones.queue.claim(ticket.number, "yamada", "yamada")
    await phones.until_ticket(caller, "waiting")
    assert await phones.dials(caller) == [("yamada", "no_number")]
    assert len(phones.twilio.calls) == 1
    await caller.hang_up()


async def test_when_twilio_places_no_call_the_caller_waits_on(phones: PhoneRoom) -> None:
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    phones.twilio.fail_next(1, 500)
    await phones.queue.claim(ticket.number, "yamada", "yamada")
    await phones.until_ticket(caller, "waiting")
    assert await phones.dials(caller) == [("yamada", "failed")] and caller.state == "queued"
    await caller.hang_up()


async def test_handed_on_at_the_desk_the_first_telephone_stops(phones: PhoneRoom) -> None:
    await phones.agent("yamada", YAMADA)
    await phones.agent("sato", SATO)
    caller, ticket = await phones.caller()
    first = await phones.claimed(ticket)
    await phones.queue.transfer(ticket.number, "yamada", "general", "sato")
    await first.until_state("ended")
    assert (first.ended_by, first.status) == ("rest", "canceled")
    second = await phones.claimed(ticket, "sato")
    assert second.to == SATO
    assert await phones.dials(caller) == []  # nobody failed to answer
    await second.answer()
    await second.press("1")
    await phones.queue.assign(ticket.number, "boss", "yamada", "yamada")  # taken over in the talk
    await second.until_state("ended")
    third = await phones.twilio.next_call()
    assert third.to == YAMADA and (await phones.ticket(caller)).state is State.ASSIGNED
    await caller.until_state("queued")
    await third.answer()
    await third.press("1")
    await phones.queue.end_talk(ticket.number, "yamada")  # at the desk
    await third.until_state("ended")
    await caller.until_heard("解決しましたか")
    await caller.hang_up()


async def test_a_note_or_a_raised_hand_rings_nobody_again(phones: PhoneRoom) -> None:
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    rings = await phones.claimed(ticket)
    await phones.queue.note(ticket.number, "yamada", "山田", "確認中です")
    await phones.queue.raise_hand(ticket.number, "yamada", True)
    await caller.wait()
    await rings.answer()
    await rings.press("1")
    assert rings.bridged_with is caller and len(phones.twilio.calls) == 2
    await rings.hang_up()
    await caller.hang_up()


async def test_the_caller_who_goes_stops_the_ringing(phones: PhoneRoom) -> None:
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    rings = await phones.claimed(ticket)
    await caller.hang_up()
    await phones.until_ticket(caller, "wrap_up")
    await rings.until_state("ended")
    assert await phones.dials(caller) == []


async def test_who_answers_too_late_is_told(phones: PhoneRoom) -> None:
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    rings = await phones.claimed(ticket)
    phones.twilio.fail_next(1, 500)  # it cannot be hung up
    await phones.queue.release(ticket.number, "yamada")
    await caller.wait()
    assert "もうお待ちではありません" in "".join(await rings.answer()) and rings.state == "ended"
    assert await phones.dials(caller) == []
    await caller.hang_up()


async def test_nobody_is_rung_for_who_has_hung_up(phones: PhoneRoom) -> None:
    """The word of it was lost: only the presence is gone."""
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    await phones.stream.redis.delete(conversation_keys.presence(ticket.conversation_id))
    await phones.queue.claim(ticket.number, "yamada", "yamada")
    async for _ in phones.stream.feed_from("0"):
        if dials := await phones.dials(caller):
            break
    assert dials == [("yamada", "gone")] and len(phones.twilio.calls) == 1
    await caller.hang_up()


async def test_two_doors_ring_once(phones: PhoneRoom, twin: Callable[[], Awaitable[None]]) -> None:
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    await twin()
    rings = await phones.claimed(ticket)
    await asyncio.gather(caller.wait(), rings.answer())
    await rings.press("1")
    assert rings.bridged_with is caller and len(phones.twilio.calls) == 2
    await rings.hang_up()
    await caller.hang_up()


async def test_when_the_door_dies_after_the_claim_another_one_rings(
    phones: PhoneRoom, twin: Callable[[], Awaitable[None]]
) -> None:
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    await phones.twilio.door.close()  # type: ignore[attr-defined]
    await phones.queue.claim(ticket.number, "yamada", "yamada")
    await twin()
    rings = await phones.twilio.next_call()
    assert rings.to == YAMADA
    await phones.queue.release(ticket.number, "yamada")
    await rings.until_state("ended")


async def test_a_talk_is_recorded_where_that_is_set(line: OpenLine, room: Callable[[Twilio], PhoneRoom]) -> None:
    phones = room(await line(voice_recording=True))
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    assert "録音しております" in "".join(caller.heard)
    rings = await phones.claimed(ticket)
    await rings.answer()
    await rings.press("1")
    await rings.hang_up()
    ((sid, made),) = phones.twilio.recordings.kept.items()
    assert of_state(await phones.words(caller), "recording") == [{"sid": sid, "seconds": made.seconds}]
    assert "twilio" not in str([word.meta for word in await phones.words(caller)]).lower()  # no address of theirs
    told = {"AccountSid": phones.twilio.account_sid, "RecordingSid": sid, "TranscriptionStatus": "completed"}
    path = f"/twilio/voice/transcription?c=voice-{caller.sid}"
    for _ in range(2):
        assert (await phones.twilio.post(path, told | {"TranscriptionText": "送料の件です"})).status == 204
    words = of_state(await phones.words(caller), "transcription")
    assert words == [{"sid": sid, "text": "送料の件です"}]
    await caller.hang_up()


async def test_when_the_door_dies_while_it_calls_another_one_does_after_its_lease(phones: PhoneRoom) -> None:
    await phones.agent("yamada", YAMADA)
    caller, ticket = await phones.caller()
    await phones.queue.claim(ticket.number, "yamada", "yamada")
    first = await phones.twilio.next_call()
    claim = claim_of(await phones.ticket(caller))
    await phones.stream.redis.set(keys.dialled(ticket.conversation_id, claim), "?")  # it died before it could tell
    await caller.wait()
    assert len(phones.twilio.calls) == 2
    await phones.stream.redis.delete(keys.dialled(ticket.conversation_id, claim))  # the lease is over
    await caller.wait()
    await phones.twilio.until(lambda: len(phones.twilio.calls) == 3)
    await first.answer()  # whichever is picked up connects, once
    await first.press("1")
    assert first.bridged_with is caller
    await first.hang_up()
    await caller.hang_up()


@pytest.mark.parametrize("path", ["agent", "agent/key", "agent/done", "agent/status", "recording", "transcription"])
async def test_nobody_but_twilio_connects_or_records(phones: PhoneRoom, path: str) -> None:
    caller, ticket = await phones.caller()
    await phones.queue.claim(ticket.number, "yamada", "yamada")
    claim = claim_of(await phones.ticket(caller))
    told = {"AccountSid": phones.twilio.account_sid, "Digits": "1", "CallStatus": "completed"}
    url = f"/twilio/voice/{path}?c={ticket.conversation_id}&k={claim}"
    for forgery in (Forgery(unsigned=True), Forgery(tampered=True)):
        assert (await phones.twilio.post(url, told, forgery)).status == 403
    assert (await phones.newest(caller)) is not None
    await caller.hang_up()


@pytest.mark.parametrize("path", ["out", "out/key", "out/done"])
async def test_a_call_that_nobody_wished_for_reaches_nobody(phones: PhoneRoom, path: str) -> None:
    caller, ticket = await phones.caller()
    told = {"AccountSid": phones.twilio.account_sid, "Digits": "1", "DialCallStatus": "completed"}
    answer = await phones.twilio.post(f"/twilio/voice/{path}?c={ticket.conversation_id}&k={ticket.number}-x-y", told)
    assert answer.status == 200 and b"<Dial" not in answer.body and b"<Hangup" in answer.body
    assert (await phones.ticket(caller)).state is State.WAITING
    await caller.hang_up()
