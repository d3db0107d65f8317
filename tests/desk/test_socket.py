"""The agents' socket: the queue as it moves, words once, typing both ways."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse

from conversation import ending
from conversation.keys import TYPING, presence
from conversation.stream import Appended
from conversation.words import Speaker, Word
from desk import socket
from desk.lines import Line, Lines
from desk.staff import Role
from handoff.ticket import Packet, Reason, Ticket
from tests.desk.room import Floor


@pytest.fixture
async def agent(floor: Floor) -> Floor:
    floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    return floor


async def connect(floor: Floor, ticket: Ticket | None = None, since: int = 0) -> ClientWebSocketResponse[Any]:
    query = f"?since={since}" + (f"&ticket={ticket.number}" if ticket else "")
    return await floor.client.ws_connect(f"/inbox/socket{query}", headers={"Origin": floor.origin})


async def until(ws: ClientWebSocketResponse[Any], kind: str, **like: Any) -> dict[str, Any]:
    """The next frame of this kind with these values."""
    while True:
        frame: dict[str, Any] = await asyncio.wait_for(ws.receive_json(), 15)
        if frame["type"] == kind and all(frame.get(key) == value for key, value in like.items()):
            return frame


async def rows(ws: ClientWebSocketResponse[Any], count: int) -> list[dict[str, Any]]:
    while True:
        frame = await until(ws, "queue")
        if len(frame["order"]) == count:
            return list(frame["rows"])


async def owned(floor: Floor, cid: str = "c1") -> Ticket:
    ticket = await floor.ticket(cid)
    await floor.post(f"/inbox/{ticket.number}/claim")
    return ticket


@pytest.mark.slow
async def test_a_new_ticket_appears_at_once_and_leaves_at_its_end(agent: Floor) -> None:
    ws = await connect(agent)
    assert await rows(ws, 0) == []
    ticket = await agent.ticket()
    (row,) = await rows(ws, 1)
    assert (row["number"], row["reason"]) == (ticket.number, "続けて回答できず")
    assert row["snippet"] == "届いた鍋が割れていました" and not row["present"]
    await agent.desk.redis.set(presence("c1"), "1")
    await agent.customer("c1", "まだですか", "c1-3")
    while True:
        (row,) = (await until(ws, "queue"))["rows"]
        if row["present"]:
            break
    await agent.post(f"/inbox/{ticket.number}/claim")
    while True:
        (row,) = (await until(ws, "queue"))["rows"]
        if row["owner_name"] == "山田" and row["snippet"] == "まだですか" and row["unread"]:
            break
    record = {"category": "配送/送料/金額の確認", "disposition": "resolved", "resolved": "yes"}
    await agent.post(f"/inbox/{ticket.number}/close", **record)
    assert await rows(ws, 0) == []
    await ws.close()


@pytest.mark.slow
async def test_of_another_agents_talk_the_list_tells_who_has_it_and_no_word(agent: Floor) -> None:
    agent.add("chief", Role.SUPERVISOR)
    mine = await connect(agent)
    agent.forget_cookies()
    await agent.sign_in("chief")
    supervisors = await connect(agent)
    ticket = await agent.ticket()
    await agent.desk.queue.claim(ticket.number, "99", "佐藤")
    await agent.customer("c1", "秘密の話です", "c1-3")
    shown: list[str] = []
    while "秘密の話です" not in shown:  # a supervisor may read
        shown = [row["snippet"] for row in (await until(supervisors, "queue"))["rows"]]
    await agent.desk.queue.close(ticket.number, "99", "resolved")
    seen = [await until(mine, "queue"), await until(mine, "queue")]  # first the empty list
    while seen[-1]["order"]:
        seen.append(await until(mine, "queue"))
    await mine.close()
    await supervisors.close()
    taken = [row for frame in seen for row in frame["rows"] if row["owner"]]
    assert taken and taken[0]["owner_name"] == "佐藤" and taken[0]["reason"] == "続けて回答できず"
    assert not any(row["snippet"] or row["unread"] for row in taken)
    assert "秘密" not in str(seen)


async def test_numbers_of_who_waits_are_masked_in_the_list(agent: Floor) -> None:
    ws = await connect(agent)
    await agent.customer("c2", "電話は09012345678です", "c2-0")
    await agent.desk.queue.open("c2", exchange_id="c2-0", channel="web", reason=Reason.TOOL_FAILURE, packet=Packet())
    (row,) = await rows(ws, 1)
    assert row["snippet"] == "電話は【電話番号】です"
    await ws.close()


async def test_the_transcript_comes_first_then_what_is_said(agent: Floor) -> None:
    ticket = await agent.ticket()
    ws = await connect(agent, ticket)
    said = [await until(ws, "word") for _ in range(5)]
    assert [word["from"] for word in said] == ["customer", "bot", "bot", "customer", "system"]
    assert said[1]["text"] == "返品は8日以内にこちら https://shop.example/r から承ります。"
    assert said[1]["article"]["id"] == "return-how" and said[2]["choices"] == ["はい", "いいえ"]
    assert said[3]["kind"] == "choice" and said[4]["kind"] == "note" and "受付番号" in said[4]["text"]
    await agent.customer("c1", "まだですか", "c1-3")
    assert (await until(ws, "word"))["text"] == "まだですか"
    again = await connect(agent, ticket, since=said[-1]["seq"])
    assert (await until(again, "word"))["text"] == "まだですか"
    await ws.close()
    await again.close()


async def test_what_an_agent_says_is_said_once(agent: Floor) -> None:
    ticket = await owned(agent)
    ws = await connect(agent, ticket)
    said = {"type": "say", "id": str(uuid.uuid4()), "text": "お待たせしました。\n山田です。"}
    for _ in range(3):
        await ws.send_json(said)
    seqs = {(await until(ws, "ack", id=said["id"]))["seq"] for _ in range(3)}
    other = await connect(agent, ticket)  # another tab, whose acknowledgement was lost
    await other.send_json(said)
    assert {(await until(other, "ack"))["seq"]} == seqs
    words = [word for word in await agent.desk.stream.since("c1") if word.speaker is Speaker.AGENT]
    assert [(word.text, word.meta["agent"]) for word in words] == [(said["text"], "山田")]
    await ws.close()
    await other.close()


async def test_an_agents_emoji_stay_whole(agent: Floor) -> None:
    ticket = await owned(agent)
    ws = await connect(agent, ticket)
    text = "ご家族\U0001f468\u200d\U0001f469\u200d\U0001f467でどうぞ\n①\u200bこちら" + "あ" * 600
    await ws.send_json({"type": "say", "id": str(uuid.uuid4()), "text": text})
    await until(ws, "ack")
    assert (await agent.desk.stream.since("c1"))[-1].text == text.replace("\u200bこ", "こ")
    await ws.close()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"id": "not a uuid", "text": "あ"}, "bad_request"),
        ({"id": str(uuid.uuid4()), "text": 5}, "bad_request"),
        ({"text": "あ"}, "bad_request"),
        ({"id": str(uuid.uuid4()), "text": " \u0000\n"}, "empty"),
        ({"id": str(uuid.uuid4()), "text": "あ" * 2001}, "too_long"),
    ],
)
async def test_bad_words_are_refused_and_the_socket_lives(agent: Floor, frame: dict[str, Any], code: str) -> None:
    ticket = await owned(agent)
    ws = await connect(agent, ticket)
    await ws.send_str("[1]")
    await until(ws, "error", code="bad_request")
    await ws.send_json({"type": "nothing known"})
    await ws.send_json({"type": "say", **frame})
    assert (await until(ws, "error", code=code))["message"]
    await ws.close()


async def test_nobody_speaks_in_a_talk_that_is_not_theirs(agent: Floor) -> None:
    waiting = await agent.ticket("c1")
    taken = await agent.ticket("c2")
    await agent.desk.queue.claim(taken.number, "99", "佐藤")
    ended = await owned(agent, "c3")
    before = await connect(agent, ended)
    said = {"type": "say", "id": str(uuid.uuid4()), "text": "一度目"}
    await before.send_json(said)
    await until(before, "ack")
    await agent.post(f"/inbox/{ended.number}/return")
    for ticket in (waiting, taken, ended):
        ws = await connect(agent, ticket)
        await ws.send_json({"type": "say", "id": str(uuid.uuid4()), "text": "割り込み"})
        await until(ws, "error", code="not_owner")
        await ws.close()
    await before.send_json(said)  # said before the end: acknowledged, not said again
    await until(before, "ack", id=said["id"])
    await before.close()
    for cid in ("c1", "c2", "c3"):
        assert "割り込み" not in [word.text for word in await agent.desk.stream.since(cid)]


async def test_the_words_of_another_agents_talk_do_not_come(agent: Floor) -> None:
    ticket = await agent.ticket()
    ws = await connect(agent, ticket)
    await until(ws, "word")
    await agent.desk.queue.claim(ticket.number, "99", "佐藤")
    taken = await until(ws, "ticket", state="assigned")
    assert (taken["owner"], taken["owner_name"]) == ("99", "佐藤")
    again = await connect(agent, ticket)
    assert (await until(again, "ticket"))["state"] == "assigned"
    await agent.customer("c1", "秘密の話", "c1-9")
    ended = await agent.desk.queue.close(ticket.number, "99", "resolved")
    frame = await until(again, "ticket", version=ended.version)
    assert frame["state"] == "closed"
    await again.send_json({"type": "say", "id": "x", "text": "あ"})
    frames = []
    while (frame := await asyncio.wait_for(again.receive_json(), 10))["type"] != "error":
        frames.append(frame["type"])
    assert "word" not in frames
    await ws.close()
    await again.close()


async def test_typing_goes_both_ways(agent: Floor) -> None:
    ticket = await owned(agent)
    ws = await connect(agent, ticket)
    await until(ws, "ticket")
    notes = agent.desk.redis.pubsub()
    await notes.subscribe(TYPING)
    await notes.get_message(timeout=5)
    await ws.send_json({"type": "typing"})
    while (note := await notes.get_message(ignore_subscribe_messages=True, timeout=5)) is None:
        pass
    assert json.loads(note["data"]) == {"conversation_id": "c1", "from": "agent"}
    typing = json.dumps({"conversation_id": "c1", "from": "customer"})
    await agent.desk.redis.publish(TYPING, typing)
    await until(ws, "typing")
    await notes.aclose()
    await ws.close()


async def test_signing_out_elsewhere_closes_the_socket(agent: Floor) -> None:
    ticket = await owned(agent)
    ws = await connect(agent, ticket)
    await until(ws, "queue")
    await agent.post("/logout")
    await ws.send_json({"type": "say", "id": str(uuid.uuid4()), "text": "もう誰もいない"})
    while not ws.closed:
        await asyncio.wait_for(ws.receive(), 10)
    assert ws.close_code == 4401
    assert "もう誰もいない" not in [word.text for word in await agent.desk.stream.since("c1")]


async def test_agents_see_what_was_written_with_its_numbers_masked(agent: Floor) -> None:
    ticket = await owned(agent)
    ws = await connect(agent, ticket)
    await agent.customer("c1", "番号は4111-1111-1111-1111、電話は090-1234-5678です", "c1-9")
    shown = await until(ws, "word", id="c1-9")
    assert shown["text"] == "番号は【カード番号】、電話は【電話番号】です"
    await ws.close()


async def test_how_far_the_customer_has_read_comes_with_the_talk_and_as_it_moves(
    agent: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: Lines) -> list[Line]:
        return []

    monkeypatch.setattr(socket, "_LOOK_EVERY", 3600.0)  # the note alone brings it: neither the round
    monkeypatch.setattr(Lines, "read", nothing)  # nor a line that changed
    ticket = await owned(agent)
    await agent.desk.stream.set_state("c1", seen=4)
    ws = await connect(agent, ticket)
    assert (await until(ws, "seen"))["seq"] == 4
    await agent.desk.stream.set_state("c1", seen=5)
    note = {"conversation_id": "c1", "from": "customer", "seen": True}
    await agent.desk.redis.publish(TYPING, json.dumps(note))
    assert await until(ws, "seen", seq=5) == {"type": "seen", "seq": 5, "ended_at": None}
    await ws.close()


async def test_a_customer_who_left_the_talk_is_told_with_the_time(agent: Floor) -> None:
    ticket = await owned(agent)
    ws = await connect(agent, ticket)
    await until(ws, "word")
    await ending.close(agent.desk.stream, "c1", 1000.5)
    await ending.tell(agent.desk.stream, "c1")
    assert (await until(ws, "seen"))["ended_at"] == 1000.5
    await ws.close()


async def test_who_loses_the_talk_in_the_moment_of_saying_something_is_refused(
    agent: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await owned(agent)
    ws = await connect(agent, ticket)
    stream, append = agent.desk.stream, agent.desk.stream.append

    async def taken_over_before(word: Word, **more: str) -> Appended:
        monkeypatch.setattr(stream, "append", append)
        await agent.desk.queue.assign(ticket.number, "boss", "suzuki", "鈴木")
        return await append(word, **more)

    monkeypatch.setattr(stream, "append", taken_over_before)
    await ws.send_json({"type": "say", "id": str(uuid.uuid4()), "text": "まだ私です"})
    await until(ws, "error", code="not_owner")
    assert not [word for word in await stream.since("c1") if word.speaker is Speaker.AGENT]


async def test_of_who_left_a_message_the_list_shows_its_first_line(agent: Floor) -> None:
    ticket = await agent.ticket(after_hours=True)
    said = await agent.customer("c1", "棚の脚が1本足りません。\n電話は090-1234-5678です", "c1-3")
    await agent.desk.queue.leave_message(ticket.number, said.seq)
    for number in range(9):  # more than the list looks back
        await agent.bot("c1", "ありがとうございます。", f"c1-4:{number}")
    ws = await connect(agent)
    (row,) = await rows(ws, 1)
    assert row["message_left"] and row["snippet"] == "棚の脚が1本足りません。"
    await ws.close()
