"""A talk by telephone at the desk: the number, no box to write in, notes of the door, recordings, calls back."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from channels.simulate.twilio import Twilio
from conversation.words import Choice, Kind, Speaker, Word
from desk import store
from desk.app import make_app
from desk.showing import row, without_words
from desk.staff import Role, User
from handoff import calling, keys
from handoff.contact import Contact
from handoff.number import spoken
from handoff.ticket import State, Ticket
from kb.dictionary import beside
from settings import Settings
from tests.desk.phone_room import ACCOUNT, CALLER, TOKEN, TWILIO, PhoneDesk

CID = "voice-CA1"


@pytest.fixture
async def floor(desk_settings: Settings, aiohttp_client: Any) -> AsyncIterator[PhoneDesk]:
    async with Twilio(ACCOUNT, TOKEN, "http://127.0.0.1:9").running() as twilio:
        settings = desk_settings.copy(update=TWILIO | {"twilio_api_base_url": twilio.url})
        yield PhoneDesk(await aiohttp_client(make_app(settings)), twilio)


@pytest.fixture
async def yamada(floor: PhoneDesk) -> User:
    user = floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    await floor.post("/me/phone", phone="090-1111-2222")
    return user


@pytest.fixture
async def talk(floor: PhoneDesk, yamada: User) -> Ticket:
    """Theirs."""
    ticket = await floor.caller()
    await floor.post(f"/inbox/{ticket.number}/claim")
    return ticket


async def page(floor: PhoneDesk, ticket: Ticket) -> str:
    async with floor.client.get(f"/inbox/{ticket.number}") as answer:
        assert answer.status == 200
        return unescape(await answer.text())


async def lines(floor: PhoneDesk, ticket: Ticket) -> list[dict[str, Any]]:
    """The words that the page of this ticket gets."""
    path = f"/inbox/socket?ticket={ticket.number}"
    ws = await floor.client.ws_connect(path, headers={"Origin": floor.origin})
    found: list[dict[str, Any]] = []
    while True:
        frame = json.loads(await ws.receive_str(timeout=10))
        found += [frame] if frame["type"] == "word" else []
        if frame["type"] == "word" and frame["seq"] == (await floor.desk.stream.since(ticket.conversation_id))[-1].seq:
            await ws.close()
            return found


async def test_the_page_is_of_a_call_and_has_nothing_to_write_in(floor: PhoneDesk, talk: Ticket) -> None:
    shown = await page(floor, talk)
    assert ">電話</span>" in shown and "お手元の電話が鳴りましたら" in shown
    assert "data-composer" not in shown and 'data-dialog="canned"' not in shown
    for kept in ("社内メモ", "転送する", "会話を終了する"):
        assert kept in shown
    await floor.post(f"/inbox/{talk.number}/end")
    assert "応対区分" in await page(floor, talk)


async def test_what_is_typed_all_the_same_is_refused(floor: PhoneDesk, talk: Ticket) -> None:
    path = f"/inbox/socket?ticket={talk.number}"
    ws = await floor.client.ws_connect(path, headers={"Origin": floor.origin})
    await ws.send_json({"type": "say", "id": str(uuid.uuid4()), "text": "承ります"})
    while (frame := json.loads(await ws.receive_str(timeout=10)))["type"] != "error":
        pass
    assert frame["code"] == "spoken" and "文字ではお返事できません" in frame["message"]
    await ws.close()


async def test_the_number_is_masked_until_it_is_asked_for(floor: PhoneDesk, talk: Ticket) -> None:
    assert "090-****-4444" in await page(floor, talk)
    await floor.post(f"/inbox/{talk.number}/caller")
    assert "090-3333-4444" in await page(floor, talk)
    assert [one.object for one in store.entries(floor.desk.engine) if one.action == "caller.revealed"] == [talk.number]


async def test_who_has_not_the_talk_sees_no_number(floor: PhoneDesk, yamada: User) -> None:
    ticket = await floor.caller()
    shown = await page(floor, ticket)
    assert "090-****-4444" in shown and "番号を表示" not in shown
    assert (await floor.post(f"/inbox/{ticket.number}/caller")).status == 403
    withheld = await floor.caller("voice-CA2", number="")
    assert "非通知" in await page(floor, withheld)


async def test_why_an_agent_was_not_reached_is_in_the_talk(floor: PhoneDesk, talk: Ticket, yamada: User) -> None:
    await floor.note(CID, "d1", dial={"agent": yamada.id, "name": "山田", "why": "no_answer"})
    await floor.note(CID, "d2", dial={"agent": yamada.id, "name": "山田", "why": "no_number"})
    first, second = (await lines(floor, talk))[-2:]
    assert first["text"] == "山田さんにおつなぎできませんでした（電話に出られませんでした）"
    assert first["dial"] == {"agent": yamada.id, "text": "電話に出られませんでした"}
    assert second["dial"]["text"] == "電話番号が登録されていません"


async def test_what_was_heard_with_doubt_is_marked(floor: PhoneDesk, talk: Ticket) -> None:
    for sure in (0.42, 0.93, None):
        await floor.says(CID, "そうりょう", f"s{sure}", **({"recognition": sure} if sure else {}))
    assert [one.get("unsure") for one in (await lines(floor, talk))[-3:]] == ["聞き取りの確かさ 42%", None, None]


async def test_of_a_call_the_words_stand_as_they_were_heard(floor: PhoneDesk, talk: Ticket) -> None:
    answer = "9:30〜17:00です。[こちら](https://shop.example/hours)をご覧ください。"
    ask = "担当者がこの画面でお返事しますので、お待ちください。"
    choices = (Choice("担当者と話す", "/request_agent"), Choice("残さずに自動応答に戻る", "/cancel_queue"))
    chat = await floor.ticket("c7")
    await floor.post(f"/inbox/{chat.number}/claim")
    for cid in (CID, "c7"):
        await floor.desk.stream.append(Word(cid, Speaker.SYSTEM, answer, f"{cid}-read"))
        await floor.desk.stream.append(Word(cid, Speaker.SYSTEM, ask, f"{cid}-asked", choices=choices))
    heard, shown = await lines(floor, talk), await lines(floor, chat)
    assert [one["text"] for one in heard[-2:]] == [
        "9時半から17時までです。こちらをご覧ください。",
        "担当者がお電話でお話をうかがいますので、お待ちください。",
    ]
    assert heard[-1]["choices"] == ["1番 担当者と話す", "2番 自動応答に戻る"]
    assert [one["text"] for one in shown[-2:]] == [answer, ask]
    assert shown[-1]["choices"] == [choice.title for choice in choices]


async def test_of_sms_the_words_stand_as_they_were_sent(floor: PhoneDesk, yamada: User) -> None:
    choices = (Choice("はい", "/solved"), Choice("いいえ", "/not_solved"))
    await floor.bot("sms-1", "**次からお選びください。**", "b1", choices=choices)
    ticket = await floor.ticket("sms-1", channel="sms")
    await floor.post(f"/inbox/{ticket.number}/claim")
    told = "担当者がこの画面でお返事しますので、お待ちください。"
    await floor.desk.stream.append(Word("sms-1", Speaker.SYSTEM, told, "s1", choices=choices, meta={"survey": "x"}))
    await floor.desk.stream.append(Word("sms-1", Speaker.AGENT, "チャットでもどうぞ", "a1"), voice=yamada.id)
    asked, *_, surveyed, person = await lines(floor, ticket)
    assert (asked["text"], asked["choices"]) == ("番号でお選びください。", ["1 はい", "2 いいえ"])
    assert surveyed["text"] == "担当者がSMSでお返事しますので、お待ちください。"
    assert (surveyed["choices"], person["text"]) == (["はい", "いいえ"], "チャットでもどうぞ")


@pytest.mark.parametrize(
    ("cid", "manner"), [("voice-CA9", "お電話でお話をうかがいます"), ("sms-9", "SMSでお返事します")]
)
async def test_the_list_says_it_in_the_manner_of_the_channel(floor: PhoneDesk, cid: str, manner: str) -> None:
    ticket = await floor.ticket(cid, channel=cid.partition("-")[0])
    said = Word(cid, Speaker.BOT, "担当者がこの画面でお返事しますので、お待ちください。", "b1")
    assert manner in row(replace(ticket, owner="9"), [said], True)["snippet"]


async def test_a_choice_in_words_of_their_own_shows_both(floor: PhoneDesk, talk: Ticket) -> None:
    for name, said in (("p1", "人間を出して"), ("p2", "担当者と話す")):
        meta = {"command": "/request_agent", "title": "担当者と話す"}
        await floor.desk.stream.append(Word(CID, Speaker.CUSTOMER, said, name, Kind.CHOICE, meta=meta))
    shown = [(one["text"], one["chosen"]) for one in (await lines(floor, talk))[-2:]]
    assert shown == [("人間を出して", "担当者と話す"), ("担当者と話す", "")]


async def test_the_dictionary_of_the_editors_is_read_here_too(floor: PhoneDesk, talk: Ticket) -> None:
    beside(floor.desk.settings.kb_dir).write_text("words: {ツバメ便: ツバメびん}\n", encoding="utf-8")
    await floor.desk.stream.append(Word(CID, Speaker.SYSTEM, "ツバメ便でお送りします。", "b1"))
    assert (await lines(floor, talk))[-1]["text"] == "ツバメびんでお送りします。"


async def test_an_answer_that_was_talked_over_is_marked(floor: PhoneDesk, talk: Ticket) -> None:
    await floor.note(CID, "h1", heard={"until": "送料は", "seq": 3, "whole": False})
    await floor.note(CID, "h2", heard={"until": "送料は550円です。", "seq": 3, "whole": True})
    await floor.note(CID, "h3", heard={"until": "何か"})
    await floor.says(CID, "わかりました", "s1")
    cut, said = (await lines(floor, talk))[-2:]
    assert cut["text"] == "お客様は、上のご案内を途中までお聞きになりました" and said["text"] == "わかりました"


async def test_a_recording_is_heard_through_the_desk(floor: PhoneDesk, talk: Ticket) -> None:
    made = floor.twilio.recordings.make("CA1", 12, "RecordVerb")
    path = f"/inbox/{talk.number}/recordings/{made.sid}"
    assert (await floor.client.get(path)).status == 404  # not of this talk
    await floor.says(CID, "留守番電話の録音（12秒）", "m1", recording={"sid": made.sid, "seconds": 12})
    await floor.note(CID, "t1", transcription={"sid": made.sid, "text": "090-1234-5678の山田です"})
    said, heard = (await lines(floor, talk))[-2:]
    assert said["recording"] == made.sid and "twilio" not in json.dumps(said)
    assert heard["transcribes"] == made.sid and "1234" not in heard["text"]
    async with floor.client.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, "audio/mpeg")
        assert answer.headers["Cache-Control"] == "no-store" and await answer.read()
    assert [one.action for one in store.entries(floor.desk.engine, limit=1)] == ["recording.heard"]
    floor.twilio.recordings.delete(made.sid)
    assert (await floor.client.get(path)).status == 404


async def test_a_recording_is_not_for_who_may_not_read_the_talk(floor: PhoneDesk, talk: Ticket) -> None:
    made = floor.twilio.recordings.make("CA1", 5, "DialVerb")
    await floor.note(CID, "r1", recording={"sid": made.sid, "seconds": 5})
    assert (await lines(floor, talk))[-1]["text"] == "通話の録音（5秒）"
    floor.forget_cookies()
    floor.add("sato", Role.AGENT)
    await floor.sign_in("sato")
    assert (await floor.client.get(f"/inbox/{talk.number}/recordings/{made.sid}")).status == 403


async def test_twilio_away_is_told(desk_settings: Settings, aiohttp_client: Any) -> None:
    away = TWILIO | {"twilio_api_base_url": "http://127.0.0.1:9"}
    own = PhoneDesk(await aiohttp_client(make_app(desk_settings.copy(update=away))), None)  # type: ignore[arg-type]
    own.add("kato", Role.SUPERVISOR)
    await own.sign_in("kato")
    ticket, sid = await own.caller(), "RE" + "0" * 32
    await own.note(CID, "r1", recording={"sid": sid, "seconds": 5})
    assert (await own.client.get(f"/inbox/{ticket.number}/recordings/{sid}")).status == 503


@pytest.fixture
async def due(floor: PhoneDesk, yamada: User) -> Ticket:
    """A callback that is due and theirs."""
    ticket = await floor.ticket("c1")
    await floor.desk.redis.set(keys.contact("c1", ticket.number), Contact("ヤマダ ハナコ", CALLER).to_json())
    await floor.desk.queue.book_callback(ticket.number, time.time())
    await floor.desk.queue.call_now(ticket.number)
    await floor.post(f"/inbox/{ticket.number}/claim")
    return ticket


async def test_the_customer_of_a_callback_is_called_by_a_button(floor: PhoneDesk, due: Ticket, yamada: User) -> None:
    assert "お客様に電話をかける" in await page(floor, due)
    async with await floor.post(f"/inbox/{due.number}/call", follow=True) as answer:
        assert "お出になって1を押すと" in await answer.text()
    wished = await calling.wished(floor.desk.stream, "c1")
    assert wished and (wished.number, wished.agent) == (due.number, yamada.id)
    assert await calling.wished(floor.desk.stream, "c1") is None
    assert (await lines(floor, due))[-1]["text"] == "山田さん：お客様への電話を始めました"


async def test_why_a_call_came_to_nothing_is_in_the_owners_list(floor: PhoneDesk, due: Ticket, yamada: User) -> None:
    owned = await floor.desk.queue.get(due.number)
    assert owned
    await floor.note("c1", "o1", call_out={"agent": yamada.id, "name": "山田", "what": "agent_busy"})
    words = list(reversed(await floor.desk.stream.since("c1")))
    line = row(owned, words, True)
    assert line["notice"]["text"] == f"受付番号 {spoken(due.number)}：お話し中でした"
    assert without_words(line)["notice"] is None
    for other in (replace(owned, owner="somebody"), replace(owned, taken_at=words[0].at + 1)):
        assert row(other, words, True)["notice"] is None


async def test_without_a_telephone_of_ones_own_nobody_is_called(floor: PhoneDesk, due: Ticket) -> None:
    await floor.post("/me/phone", phone="")
    async with await floor.post(f"/inbox/{due.number}/call") as answer:
        assert answer.status == 409 and "お電話を受ける番号の登録が必要です" in await answer.text()
    assert await calling.wished(floor.desk.stream, "c1") is None


async def test_who_waits_on_the_line_or_in_the_chat_is_not_called(floor: PhoneDesk, talk: Ticket) -> None:
    assert "お客様に電話をかける" not in await page(floor, talk)
    assert (await floor.post(f"/inbox/{talk.number}/call")).status == 403
    chat = await floor.ticket("c9")
    await floor.post(f"/inbox/{chat.number}/claim")
    assert (await floor.post(f"/inbox/{chat.number}/call")).status == 403
    found = await floor.desk.queue.get(chat.number)
    assert found and found.state is State.ASSIGNED
