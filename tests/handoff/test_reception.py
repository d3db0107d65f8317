"""What a customer is told on the way to a person, by day and by night."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from handoff import store
from handoff.buttons import LEAVE_MESSAGE, MESSAGE_MORE, MESSAGE_WITHDRAWN
from handoff.calendar import Calendar
from handoff.number import spoken
from handoff.queue_settings import QueueSettings
from handoff.queues import Queues
from handoff.reception import Admission, Reception
from handoff.ticket import Packet, Reason, State
from handoff.typed import with_a_message_left
from stores import METADATA, open_sql
from tests.handoff.room import Room

LEFT = {"ask": LEAVE_MESSAGE, "add": MESSAGE_MORE, "withdraw": MESSAGE_WITHDRAWN, "nothing": ""}
MORE = yaml.safe_load(Path(__file__).with_name("message_words_table.yml").read_text())


@pytest.fixture
async def reception(room: Room, tmp_path: Path) -> AsyncIterator[Reception]:
    engine = open_sql(f"sqlite:///{tmp_path}/calendar.db")  # empty: the seed file counts
    yield Reception(room.queue, Calendar(engine), room.stream, room.time)
    engine.dispose()


async def admit(room: Room, reception: Reception, cid: str = "c1", exchange: str = "x1") -> Admission:
    await room.say(cid, "人と話したい", exchange)
    return await reception.admit(cid, "web", exchange, Reason.CUSTOMER_REQUEST, Packet("人と話したい"))


async def test_by_day_the_customer_hears_the_position_and_may_stop_waiting(room: Room, reception: Reception) -> None:
    first = await admit(room, reception, "c0", "x0")
    assert first.open_now and first.position == 1 and first.sentences[0].startswith("担当者におつなぎします。次の")
    second = await admit(room, reception)
    assert second.position == 2 and "ただいま 1 名様がお待ちで、お客様は 2 番目です" in second.sentences[0]
    assert second.sentences[1] == f"受付番号は {spoken(second.ticket.number)} です。"
    assert [choice.command for choice in second.choices] == ["/cancel_queue"]
    assert second.ticket.talking_to.value == "queue"


async def test_by_night_a_matter_of_life_is_answered_without_an_apology(room: Room, reception: Reception) -> None:
    room.time.move_to(2026, 11, 20, 18, 0)
    await room.say("c1", "もう死にたい", "x1")
    admission = await reception.admit("c1", "web", "x1", Reason.NEGATIVE_EMOTION, urgent=True)
    assert "受付時間外" in admission.sentences[0] and "11月24日(火)9時から" in admission.sentences[0]
    assert "申し訳" not in "".join(admission.sentences)


async def test_by_night_a_message_is_kept_by_its_number_and_confirmed(room: Room, reception: Reception) -> None:
    room.time.move_to(2026, 11, 20, 18, 0)
    admission = await admit(room, reception)
    assert not admission.open_now and admission.ticket.after_hours
    assert "担当者がうかがうのは、11月24日(火)9時からとなります。" in admission.sentences[0]
    assert [choice.command for choice in admission.choices] == ["/leave_message", "/cancel_queue"]
    assert (await room.stream.state("c1"))["talking_to"] == "bot"

    assert not await reception.hear(await room.say("c1", "送料はいくら", "x2"))  # the bot serves meanwhile
    assert await reception.hear(await room.say("c1", "メッセージを残す", "x3", "/leave_message"))
    assert (await room.stream.state("c1"))["talking_to"] == "queue"
    message = await room.say("c1", "届いた鍋が割れていました。", "x4")
    assert await reception.hear(message)
    assert await reception.hear(message)  # another door, after a crash
    ticket = await room.queue.get(admission.ticket.number)
    assert ticket and ticket.message_left and ticket.message_seq == message.seq
    lines = await room.lines()
    assert len(lines) == 2 and lines[0].startswith("ご用件を")
    assert spoken(ticket.number) in lines[1] and "11月24日(火)9時から、担当者が確認" in lines[1]
    assert not await reception.hear(await room.say("c1", "ありがとう", "x5"))  # and then the bot again
    again = await reception.admit("c1", "web", "x6", Reason.CUSTOMER_REQUEST)
    assert again.ticket.number == ticket.number and again.choices == ()


@pytest.mark.parametrize("woken", [True, False])
async def test_who_asked_in_the_night_and_asks_again_by_day_waits_for_an_agent(
    room: Room, reception: Reception, tmp_path: Path, woken: bool
) -> None:
    """Also in the second before the clock has woken the ticket."""
    room.time.move_to(2026, 11, 20, 18, 0)
    night = (await admit(room, reception)).ticket
    room.time.move_to(2026, 11, 24, 9, 0)
    if woken:
        await room.queue.wake(night.number)
    engine = open_sql(f"sqlite:///{tmp_path}/agents.db")
    METADATA.create_all(engine)
    await room.ready("a1")
    await room.offers(engine).make(room.time())
    assert (await room.queue.waiting())[0].state is State.WAITING  # nobody is there for an answer
    again = await admit(room, reception, exchange="x2")
    assert (again.ticket.number, again.position) == (night.number, 1) and again.open_now
    assert again.sentences[0].startswith("担当者におつなぎします。") and again.ticket.talking_to.value == "queue"
    assert await room.bot_may_speak("c1", "x2", "b1")  # the bot finishes what it was asked
    await room.offers(engine).make(room.time())
    assert (await room.queue.waiting())[0].offered_to == "a1"
    assert [event.event for event in await room.queue.events(night.number)][-2:] == ["stays", "offered"]
    engine.dispose()


@pytest.mark.parametrize(("text", "name"), [(text, name) for name, texts in MORE.items() for text in texts])
def test_what_is_typed_after_a_message_was_left(text: str, name: str) -> None:
    assert with_a_message_left(text) == LEFT[name]


async def test_more_is_added_to_the_message_that_was_left(room: Room, reception: Reception) -> None:
    room.time.move_to(2026, 11, 20, 18, 0)
    number = (await admit(room, reception)).ticket.number
    assert not await reception.hear(await room.say("c1", "追加です。色は赤です", "x2"))  # there is none yet
    await reception.hear(await room.say("c1", "メッセージを残す", "x3", "/leave_message"))
    await reception.hear(await room.say("c1", "届いた鍋が割れていました。", "x4"))
    more = await room.say("c1", "追加です。箱も潰れていました", "x5")
    for _ in range(2):  # heard again, by another door
        assert await reception.hear(more)
    assert await reception.hear(await room.say("c1", "もう一つ伝えたい", "x6"))
    last = await room.say("c1", "領収書もありません", "x7")
    for _ in range(2):
        assert await reception.hear(last)
    lines = [line[:9] for line in await room.lines()][2:]
    assert lines == ["先ほどのメッセージ", "追加のご用件を、こ", "先ほどのメッセージ"]
    ticket = await room.queue.get(number)
    assert ticket and ticket.message_seq == last.seq and spoken(number) in (await room.lines())[-1]
    assert not await reception.hear(await room.say("c1", "送料はいくら", "x8"))


async def test_who_adds_nothing_after_all_keeps_the_message(room: Room, reception: Reception) -> None:
    room.time.move_to(2026, 11, 20, 18, 0)
    number = (await admit(room, reception)).ticket.number
    await reception.hear(await room.say("c1", "メッセージを残す", "x3", "/leave_message"))
    message = await room.say("c1", "届いた鍋が割れていました。", "x4")
    await reception.hear(message)
    await reception.hear(await room.say("c1", "もう一つ伝えたい", "x5"))
    assert await reception.hear(await room.say("c1", "やっぱりやめます", "x6"))
    assert "そのまま承っております" in (await room.lines())[-1]
    ticket = await room.queue.get(number)
    assert ticket and ticket.message_left and ticket.message_seq == message.seq and not ticket.message_wanted


async def test_another_button_instead_of_a_message_goes_to_the_bot(room: Room, reception: Reception) -> None:
    room.time.move_to(2026, 11, 20, 18, 0)
    await admit(room, reception)
    await reception.hear(await room.say("c1", "メッセージを残す", "x2", "/leave_message"))
    assert not await reception.hear(await room.say("c1", "送料", "x3", '/choose_article{"article_id":"a"}'))
    assert not await reception.hear(await room.say("c1", "こんにちは", "x4"))


async def test_waiting_may_be_given_up(room: Room, reception: Reception) -> None:
    admission = await admit(room, reception)
    assert await reception.hear(await room.say("c1", "待つのをやめる", "x2", "/cancel_queue"))
    ended = await room.queue.get(admission.ticket.number)
    assert ended and ended.state is State.ABANDONED
    assert (await room.lines())[-1].startswith("担当者へのお取り次ぎを取り消しました。")
    assert not await reception.hear(await room.say("c1", "送料は", "x3"))


async def test_words_while_waiting_and_with_an_agent_are_not_for_the_bot(room: Room, reception: Reception) -> None:
    admission = await admit(room, reception)
    opening = (await room.stream.since("c1"))[0]
    assert not await reception.hear(opening)  # its turn carried out again: the bot has to finish it
    assert await reception.hear(await room.say("c1", "まだですか", "x2"))
    await room.queue.claim(admission.ticket.number, "a1", "山田")
    assert await reception.hear(opening)
    assert await reception.hear(await room.say("c1", "やめる", "x3", "/cancel_queue"))
    ticket = await room.queue.get(admission.ticket.number)
    assert ticket and ticket.state is State.ASSIGNED
    again = await reception.admit("c1", "web", "x4", Reason.CUSTOMER_REQUEST)
    assert again.sentences == ("担当の山田が承っております。そのままお話しください。",) and again.choices == ()


async def test_abuse_after_the_ticket_is_evidence_once(room: Room, reception: Reception) -> None:
    number = (await admit(room, reception)).ticket.number
    rude = await room.say("c1", "まだか、このクズ", "x2")
    for _ in range(2):  # carried out again by another door
        assert await reception.hear(rude)
    await room.queue.claim(number, "a1", "山田")
    assert await reception.hear(await room.say("c1", "ありがとうございます", "x3"))
    threat = await room.say("c1", "お前を殺すぞ", "x4")
    assert await reception.hear(threat)
    ticket = await room.queue.get(number)
    assert ticket and ticket.state is State.ASSIGNED
    assert [(one["kind"], one["category"], one["message"]) for one in ticket.packet.signs] == [
        ("abuse", "insult", rude.seq),
        ("abuse", "threat", threat.seq),
    ]
    assert ticket.packet.signs[0]["words"] == ["このクズ"]


async def test_despair_while_waiting_is_no_abuse(room: Room, reception: Reception) -> None:
    number = (await admit(room, reception)).ticket.number
    await reception.hear(await room.say("c1", "もう死にたい、殺して", "x2"))
    ticket = await room.queue.get(number)
    assert ticket and not ticket.packet.signs


async def test_failed_service_is_recovered_first(room: Room, reception: Reception) -> None:
    await admit(room, reception, "c0", "x0")
    admission = await reception.admit("c1", "web", "x1", Reason.COMPLAINT_RECOVERY)
    assert admission.position == 1


async def test_without_a_ticket_nothing_is_heard(room: Room, reception: Reception) -> None:
    assert not await reception.hear(await room.say("c1", "メッセージを残す", "x1", "/leave_message"))


async def test_the_reason_finds_its_queue(room: Room, sqlite_url: str) -> None:
    engine = open_sql(sqlite_url)
    METADATA.create_all(engine)
    store.save_queue(engine, QueueSettings("care", "ご意見", reasons=("complaint_recovery",)))
    queues = Queues(engine)
    reception = Reception(room.queue, Calendar(engine), room.stream, room.time, queues=queues)
    for cid, reason, queue in (
        ("c1", Reason.COMPLAINT_RECOVERY, "care"),
        ("c2", Reason.CUSTOMER_REQUEST, "general"),
    ):
        await room.say(cid, "担当者と話したい", f"{cid}-x")
        assert (await reception.admit(cid, "web", f"{cid}-x", reason)).ticket.queue == queue
    engine.dispose()
