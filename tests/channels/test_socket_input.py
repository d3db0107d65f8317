"""What a page may send over the socket: choices pressed and typed, frames, and what is refused."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest

from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker
from tests.channels.staging import Client, Connector, OpenDoor, page

CANDIDATES = (
    Choice("返品の手続き方法を教えてください", '/choose_article{"article_id":"return-how"}', "return-how"),
    Choice("返金はいつになりますか？", '/choose_article{"article_id":"refund-timing"}', "refund-timing"),
    Choice("どれでもない", "/none_of_these"),
)


async def test_a_choice_shows_its_title_and_only_rasa_hears_its_command(door: Client, connector: Connector) -> None:
    tab = await page(door)
    question = await tab.ask("送料は？")
    offered = (await tab.word("解決しましたか？"))["choices"]
    await tab.send(type="choice", id=str(uuid.uuid4()), payload=offered[0]["payload"])
    await tab.word("「はい」")
    assert connector.turns[1]["command"] == "/solved"
    said = (await connector.stream.recent(tab.conversation_id))[-4]
    assert (said.kind, said.text, said.meta["offered_in"]) == (Kind.CHOICE, "はい", question)
    assert "command" not in json.dumps(tab.seen)
    assert "/solved" not in json.dumps(tab.seen)


@pytest.mark.parametrize("payload", ["/restart", "made-up", ""])
async def test_a_choice_that_was_never_issued_is_refused(door: Client, connector: Connector, payload: str) -> None:
    tab = await page(door)
    await tab.send(type="choice", id="choice-0001", payload=payload)
    error = await tab.kind("error")
    assert (error["code"], error["id"]) == ("unknown_choice", "choice-0001")
    assert connector.turns == []


async def test_a_choice_of_another_conversation_is_refused(door: Client) -> None:
    mine, theirs = await page(door), await page(door)
    await theirs.ask("送料は？")
    offered = (await theirs.word("解決しましたか？"))["choices"]
    await mine.send(type="choice", id=str(uuid.uuid4()), payload=offered[0]["payload"])
    assert (await mine.kind("error"))["code"] == "unknown_choice"


@pytest.mark.parametrize("typed", ["2", "２", "２番目", "いいえ"])
async def test_typing_a_number_or_the_title_chooses(door: Client, connector: Connector, typed: str) -> None:
    tab = await page(door)
    await tab.ask("送料は？")
    await tab.word("解決しましたか？")
    await tab.ask(typed)
    assert (await tab.until(lambda frame: frame.get("from") == "customer"))["seq"] == 4
    await tab.word("解決しましたか？")
    assert connector.turns[1]["command"] == "/not_solved"


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["一番上", "一番下のやつで", "最後の"])
async def test_words_of_place_press_no_button(door: Client, connector: Connector, typed: str) -> None:
    tab = await page(door)
    await tab.ask("送料は？")
    await tab.word("解決しましたか？")
    await tab.ask(typed)
    await tab.word("解決しましたか？")
    assert connector.turns[1]["command"] is None


async def test_a_number_without_an_offer_is_a_message(door: Client, connector: Connector) -> None:
    tab = await page(door)
    await tab.ask("2")
    await tab.word("「2」")
    assert connector.turns[0]["command"] is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("返金のほう", CANDIDATES[1].command),
        ("手続き方法でお願いします", CANDIDATES[0].command),
        ("二つ目かな", CANDIDATES[1].command),
        ("最後の", CANDIDATES[1].command),
        ("一番下のやつで", CANDIDATES[1].command),
        ("さっきの2番目", CANDIDATES[1].command),
        ("3", CANDIDATES[2].command),
        ("どれも違います", "/none_of_these"),
        ("いいえ", "/none_of_these"),
        ("違う", "/none_of_these"),
        ("はい", None),
        ("違う、交換のほう", None),
        ("送料はいくらですか", None),
        ("返金はいつ", None),
    ],
)
async def test_words_choose_among_candidates(
    door: Client, connector: Connector, typed: str, command: str | None
) -> None:
    async def offer(connector: Connector, turn: dict[str, Any]) -> None:
        await connector.say(turn, "次のどれでしょうか？", choices=CANDIDATES)

    connector.play = offer
    tab = await page(door)
    await tab.ask("返品")
    await tab.word("次のどれでしょうか？")
    await tab.ask(typed)
    await tab.word("次のどれでしょうか？")
    assert connector.turns[1]["command"] == command


@pytest.mark.parametrize("text", ["/restart", "／restart", " /／ restart"])
async def test_a_leading_slash_never_reaches_rasa(door: Client, connector: Connector, text: str) -> None:
    tab = await page(door)
    await tab.ask(text)
    await tab.word("「restart」")
    assert connector.turns[0]["text"] == "restart"


async def test_unknown_frames_and_fields_are_ignored(door: Client) -> None:
    tab = await page(door)
    await tab.send(type="dance", id="dance-0001")
    await tab.send(type=["message"], id="dance-0002")
    await tab.send(type="message", id="message-0001", text="送料は？", mood="happy")
    assert (await tab.kind("ack"))["id"] == "message-0001"
    assert all(frame["type"] != "error" for frame in tab.seen)


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "message", "text": "送料は？"},
        {"type": "message", "id": "short", "text": "送料は？"},
        {"type": "message", "id": "spoof:0001:1", "text": "送料は？"},
        {"type": "message", "id": "message-0001", "text": 7},
        {"type": "message", "id": "message-0001"},
        {"type": "choice", "id": "choice-0001", "payload": None},
        {"type": "feedback", "exchange_id": "x", "value": "great"},
    ],
)
async def test_a_malformed_frame_is_told_and_the_socket_stays(door: Client, frame: dict[str, Any]) -> None:
    tab = await page(door)
    await tab.send(**frame)
    assert (await tab.kind("error"))["code"] == "bad_request"
    await tab.ws.send_str("これはJSONではない")
    assert (await tab.kind("error"))["code"] == "bad_request"
    await tab.ws.send_bytes(b'{"type": "typing"}')
    assert (await tab.kind("error"))["code"] == "bad_request"
    await tab.ask("送料は？")
    await tab.kind("ack")


async def test_a_message_that_is_too_long_is_refused_and_noted(open_door: OpenDoor, stream: ConversationStream) -> None:
    tab = await page(await open_door(message_limit=20))
    message_id = await tab.ask("あ" * 21)
    error = await tab.kind("error")
    assert (error["code"], error["id"]) == ("too_long", message_id)
    assert "20文字" in error["message"]
    noted = (await stream.recent(tab.conversation_id))[0]
    assert (noted.speaker, noted.meta["refused"], noted.exchange_id) == (Speaker.SYSTEM, "too_long", message_id)
    assert "あ" * 21 not in noted.text


@pytest.mark.parametrize("text", ["", "　\n ", "/", "\u200b"])
async def test_a_message_without_content_is_refused(door: Client, text: str) -> None:
    tab = await page(door)
    await tab.ask(text)
    assert (await tab.kind("error"))["code"] == "empty"


async def test_a_conversation_that_sends_too_fast_is_asked_to_wait(
    open_door: OpenDoor, stream: ConversationStream
) -> None:
    now = time.time()
    tab = await page(await open_door(session_messages_per_minute=2, clock=lambda: now))
    ids = [await tab.ask(f"質問{number}") for number in range(4)]
    errors = [await tab.kind("error"), await tab.kind("error")]
    assert [(error["code"], error["id"]) for error in errors] == [("too_fast", ids[2]), ("too_fast", ids[3])]
    assert 0 < errors[0]["retry_after"] <= 60
    noted = [w.exchange_id for w in await stream.since(tab.conversation_id) if w.meta.get("refused")]
    assert noted == [ids[2]]


async def test_feedback_joins_its_exchange(door: Client, stream: ConversationStream) -> None:
    tab = await page(door)
    question = await tab.ask("送料は？")
    await tab.word("解決しましたか？")
    await tab.send(type="feedback", id="feedback-0001", exchange_id=question, value="solved")
    await tab.until(lambda frame: frame.get("id") == "feedback-0001")
    kept = (await stream.recent(tab.conversation_id))[0]
    assert (kept.kind, kept.exchange_id, kept.meta["value"]) == (Kind.FEEDBACK, question, "solved")
    await tab.send(type="feedback", exchange_id="never-asked", value="solved")
    assert (await tab.kind("error"))["code"] == "unknown_exchange"
