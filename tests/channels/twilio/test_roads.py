"""The same call by Gather and by ConversationRelay: the same is heard, asked of the bot and kept."""

from __future__ import annotations

import re
from typing import Any

import pytest

from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from channels.twilio.words import say
from conversation.stream import ConversationStream
from conversation.words import Choice, Speaker, Word
from tests.channels.staging import Connector, answer
from tests.channels.twilio.conftest import OpenLine

pytestmark = pytest.mark.usefixtures("release", "connector")
_FILLER = re.compile("|".join(re.escape(say(f"voice.{name}")) for name in ("filler", "filler_again")))
_PAUSE = re.compile("[ 、]")  # a pause is markup on one road and a comma on the other
YES_OR_NO = (Choice("はい", "/solved"), Choice("いいえ", "/not_solved"))
CALLS = {
    "answered and solved": ["送料はいくらですか", ("1",)],
    "not solved, said": ["送料はいくらですか", "いいえ"],
    "the tree": [("9",), ("1",), ("2",), ("*",), ("#",)],
    "again, back and wait": ["送料はいくらですか", "もう一度お願いします", ("9",), "戻る", "ちょっと待って"],
    "a backchannel": ["はい", "送料はいくらですか"],
    "no such key": [("7",), ("8",), "送料はいくらですか"],
    "a long answer": ["長い話を教えて", "はい", ("1",), "続けて", "送料はいくらですか"],
    "a number": ["電話番号は", ("#",)],
    "a link, and the question behind it": ["いつ届きますか", "いいえ", ("1",)],
    "what is said by command": ["/restart", "送料はいくらですか"],
}


def plain(lines: list[str]) -> str:
    return _PAUSE.sub("", _FILLER.sub("", "".join(lines)))


async def speaks(connector: Connector, turn: dict[str, Any]) -> None:
    if turn["text"] == "長い話を教えて":
        text = "".join(f"{number}つ目の手順をご案内いたしますので、よくお聞きください。" for number in range(1, 31))
        await connector.say(turn, text, "解決しましたか。", choices=YES_OR_NO)
    elif turn["text"] == "電話番号は":
        await connector.say(turn, "0120-000-123です。9:30から、税込1,980円です。")
    elif turn["text"] == "いつ届きますか":
        await linked(connector, turn)
    else:
        await answer(connector, turn)


async def linked(connector: Connector, turn: dict[str, Any]) -> None:
    """An article with a link: whether to send it is asked before what was to be asked."""
    cid, name = turn["conversation_id"], turn["message_id"]
    about: dict[str, Any] = {"exchange_id": name, "meta": {"decision": "answer"}}
    told = Word(cid, Speaker.BOT, "通常1日から3日で届きます。", f"{name}:1", article_id="delivery-days", **about)
    await connector.stream.append(told)
    await connector.stream.append(Word(cid, Speaker.BOT, "解決しましたか？", f"{name}:2", choices=YES_OR_NO, **about))


async def act(call: Call, doing: str | tuple[str]) -> None:
    await (call.say(doing) if isinstance(doing, str) else call.press(doing[0]))


async def by_gather(twilio: Twilio, doings: list[Any]) -> tuple[Call, list[str]]:
    call, heard = await twilio.call(), []
    for doing in doings:
        before = len(call.heard)
        await act(call, doing)
        heard.append(plain(call.heard[before:]))
    return call, heard


async def by_relay(twilio: Twilio, doings: list[Any], expected: list[str]) -> Call:
    call = await twilio.call()
    for doing, text in zip(doings, expected, strict=True):
        before = len(call.heard)
        await act(call, doing)
        await call.until(lambda _, n=before, text=text: plain(call.heard[n:]) == text)  # type: ignore[misc]
    return call


async def record(stream: ConversationStream, call: Call) -> list[tuple[str, ...]]:
    words = await stream.since(f"voice-{call.sid}")
    return [(word.speaker.value, word.kind.value, word.text, str(word.meta.get("command"))) for word in words]


@pytest.mark.parametrize("doings", CALLS.values(), ids=CALLS)
async def test_both_roads_are_one_talk(
    line: OpenLine, stream: ConversationStream, connector: Connector, doings: list[Any]
) -> None:
    connector.play = speaks
    first, heard = await by_gather(await line(turn_seconds=8.0), doings)
    asked, connector.turns = [(turn["text"], turn["command"]) for turn in connector.turns], []
    second = await by_relay(await line(voice_mode="relay", turn_seconds=8.0), doings, heard)
    assert plain(second.heard[:1]) == plain(first.heard)[: len(plain(second.heard[:1]))]
    assert [(turn["text"], turn["command"]) for turn in connector.turns] == asked
    assert await record(stream, second) == await record(stream, first)
