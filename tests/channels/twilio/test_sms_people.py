"""People by SMS: fetched, both sides heard, out of hours called back or left a message, and asked afterwards."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from conversation.texts import State
from conversation.words import Speaker, Word
from handoff import calendar_store, keys
from handoff.calendar import Calendar
from handoff.callback_dialogue import CallbackDialogue
from handoff.clock import _bound
from handoff.queue import Queue
from handoff.reception import Reception
from handoff.schedule import ANY, WEEKDAYS, Schedule, Window
from handoff.ticket import Reason, Ticket
from nihongo.japan_time import TOKYO
from settings import Settings
from stores import AsyncRedis, open_sql
from tests.channels.staging import Connector
from tests.channels.twilio.texting import CUSTOMER, NAME, MovedClock, OpenLine, talks, until

pytestmark = pytest.mark.usefixtures("release")


@dataclass
class Shop:
    """A door at a moment of a shop that is open on weekdays from nine to half past five."""

    twilio: Twilio
    clock: MovedClock
    stream: ConversationStream
    queue: Queue
    calendar: Calendar

    async def text(self, said: str, awaited: str) -> str:
        """What the customer gets for this, in one text or more, once it has the awaited words."""
        before = len(self.twilio.sent)
        assert (await self.twilio.text(said)).status == 200
        return await self.gets(awaited, before)

    async def gets(self, awaited: str, before: int = 0) -> str:
        await self.twilio.until(lambda: awaited in self._since(before), 20)
        return self._since(before)

    def _since(self, before: int) -> str:
        return "\n".join(sent.body for sent in self.twilio.sent[before:])

    async def ticket(self) -> Ticket:
        found = await self.queue.of_conversation((await talks(self.stream))[-1])
        assert found
        return found

    async def agent(self, ticket: Ticket, text: str) -> None:
        meta = {"agent": "山田 花子", "ticket": ticket.number}
        word = Word(ticket.conversation_id, Speaker.AGENT, text, f"agent:{text}", meta=meta)
        assert (await self.stream.append(word, voice="agent-1")).is_new


@pytest.fixture
async def shop(
    line: OpenLine, settings: Settings, redis_client: AsyncRedis, connector: Connector
) -> AsyncIterator[Shop]:
    engine = open_sql(settings.database_url)
    _, version = calendar_store.load_one(engine, (ANY, ANY))
    hours = Schedule(dict.fromkeys(WEEKDAYS[:5], (Window("09:00", "17:30"),)), {})
    calendar_store.save(engine, (ANY, ANY), hours, version)
    clock = MovedClock(datetime(2026, 11, 25, 10, 0, tzinfo=TOKYO).timestamp())
    stream = ConversationStream(redis_client, 30, clock)
    queue, calendar = Queue(redis_client, stream, clock), Calendar(engine)
    callbacks = CallbackDialogue.on(engine, queue, calendar, stream)
    reception = Reception(queue, calendar, stream, clock, 24, callbacks)

    async def play(rasa: Connector, turn: dict[str, Any]) -> None:
        """As Rasa and its action do when a person is asked for."""
        if "担当者" not in turn["text"]:
            await rasa.say(turn, f"「{turn['text']}」へのお答えです。")
            return
        cid, exchange = turn["conversation_id"], turn["message_id"]
        told = await reception.admit(cid, turn["channel"], exchange, Reason.CUSTOMER_REQUEST)
        text = "\n".join(told.sentences)
        await rasa.stream.append(
            Word(cid, Speaker.BOT, text, f"{exchange}:1", exchange_id=exchange, choices=told.choices)
        )

    connector.play = play
    yield Shop(await line(clock), clock, stream, queue, calendar)
    engine.dispose()


async def test_both_sides_are_heard(shop: Shop) -> None:
    told = await shop.text("担当者と話したい", "担当者におつなぎします")
    assert "受付番号は" in told and "画面" not in told
    ticket = await shop.ticket()
    assert ticket.channel == "sms"
    await shop.queue.claim(ticket.number, "agent-1", "山田 花子")
    await shop.gets("担当の山田が承ります")
    await shop.agent(ticket, "ご注文番号をお知らせください。")
    assert f"{NAME}山田：ご注文番号をお知らせください。" in await shop.gets("ご注文番号を")
    await shop.twilio.text("1")
    heard = [word.text for word in await shop.stream.since(ticket.conversation_id) if word.asks]
    assert heard == ["担当者と話したい", "1"]
    await until(shop.stream, lambda texts: all(text.state is State.DELIVERED for text in texts))


async def test_a_person_is_not_given_up_for_want_of_a_browser(shop: Shop) -> None:
    await shop.text("担当者と話したい", "担当者におつなぎします")
    assert not _bound(await shop.ticket())


async def test_what_cannot_be_delivered_reaches_the_agent(shop: Shop) -> None:
    await shop.text("担当者と話したい", "担当者におつなぎします")
    ticket = await shop.ticket()
    await shop.queue.claim(ticket.number, "agent-1", "山田 花子")
    await shop.gets("担当の山田が承ります")
    shop.twilio.opted_out.add(CUSTOMER)
    await shop.agent(ticket, "お待たせしました。")
    await until(shop.stream, lambda texts: texts[-1].state is State.FAILED)
    words = await shop.stream.since(ticket.conversation_id)
    (said,) = [word for word in words if word.text == "お待たせしました。"]
    (lost,) = [word.meta["undelivered"] for word in words if "undelivered" in word.meta]
    assert lost == {"seq": said.seq, "state": "failed", "error": 21610}


@pytest.mark.parametrize(
    ("answer", "phone", "read"),
    [
        ("はい", CUSTOMER, "この番号（末尾5678）へ"),
        ("1", CUSTOMER, "この番号（末尾5678）へ"),
        ("03-3211-1234", "+81332111234", "03-3211-1234へ"),
    ],
)
async def test_at_night_a_callback_is_booked_to_the_end(shop: Shop, answer: str, phone: str, read: str) -> None:
    shop.clock.now += 9 * 3600
    told = await shop.text("担当者と話したい", "2 ")
    assert "受付時間外" in told and "折り返しのお電話を予約" in told
    number = next(line[0] for line in told.split("\n") if line.endswith("折り返しのお電話を予約"))
    told = await shop.text(number, "ご希望の日時")
    assert "番号でご返信いただくか" in told
    await shop.text("明日の15時", "フリガナ")
    told = await shop.text("ヤマダ", "この番号（末尾5678）におかけして")
    assert CUSTOMER[-8:] not in told and "1 はい" in told
    told = await shop.text(answer, "よろしいでしょうか")
    assert f"15時ごろ、ヤマダ様、{read}お電話いたします" in told
    await shop.text("はい", "予約しました")
    ticket = await shop.ticket()
    contact = await shop.queue.redis.get(keys.contact(ticket.conversation_id, ticket.number))
    assert ticket.booked and json.loads(contact) == {"kana": "ヤマダ", "phone": phone}


async def test_another_number_than_ones_own_is_asked_for(shop: Shop) -> None:
    shop.clock.now += 9 * 3600
    await shop.text("折り返しを予約したい", "ご希望の日時")
    await shop.text("明日の15時", "フリガナ")
    await shop.text("ヤマダ", "この番号（末尾5678）に")
    assert "お電話番号をお送りください" in await shop.text("いいえ", "お電話番号を")
    await shop.text("080-1111-2222", "ヤマダ様、080-1111-2222へ")


async def test_at_night_a_message_is_left(shop: Shop) -> None:
    shop.clock.now += 9 * 3600
    told = await shop.text("担当者と話したい", "メッセージを残す")
    number = next(line[0] for line in told.split("\n") if line.endswith("メッセージを残す"))
    assert "次のSMSにまとめてお送りください" in await shop.text(number, "ご用件を")
    await shop.text("届いた鍋のふたが割れていました。", "承りました")
    ticket = await shop.ticket()
    assert ticket.message_left


async def test_at_night_a_yes_does_not_say_what_is_wished(shop: Shop) -> None:
    shop.clock.now += 9 * 3600
    told = await shop.text("担当者と話したい", "メッセージを残す")
    again = await shop.text("はい", "番号でご返信ください")
    offered = [line for line in told.split("\n") if line[0].isdecimal()]
    assert len(offered) > 1 and again.split("\n")[1:] == offered
    number = next(line[0] for line in offered if line.endswith("メッセージを残す"))
    await shop.text(number, "ご用件を")


async def test_a_yes_while_a_time_is_asked_for_is_the_bookings(shop: Shop) -> None:
    shop.clock.now += 9 * 3600
    await shop.text("折り返しを予約したい", "ご希望の日時")
    assert "ご希望のものを番号で" not in await shop.text("はい", "日時")


async def test_afterwards_the_customer_is_asked(shop: Shop) -> None:
    await shop.text("担当者と話したい", "担当者におつなぎします")
    ticket = await shop.ticket()
    await shop.queue.claim(ticket.number, "agent-1", "山田 花子")
    await shop.queue.return_to_bot(ticket.number, "agent-1")
    told = await shop.gets("「はい」か「いいえ」でご返信ください")
    assert "1 はい" not in told
    assert "数字でご返信" in await shop.text("はい", "お手間を")
    await shop.text("２", "ご回答いただき")
    survey = await shop.queue.surveys.get(ticket.conversation_id, ticket.number)
    assert survey and (survey.solved, survey.ces) == (True, 2)
