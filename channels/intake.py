"""What a customer's page sends becomes words of the conversation. Once `take` has given an ack, it will be answered."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from redis.exceptions import RedisError

from channels import frames
from channels.errors import Refusal
from channels.limits import Limits, TooFast
from channels.sessions import Sessions, State
from conversation import keys
from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, TalkingTo, Word
from handoff.buttons import CALLBACK_CANCEL, CANCEL
from nihongo.choice import asks_by_itself, none_of, only_a_topic, ordinal, piece_of
from nihongo.listening import yes_no
from nihongo.manner import said
from nihongo.normalise import compare_key, neutral_command, visible

_VERDICTS = ("solved", "not_solved")
_NONE_OF_THESE = "/none_of_these"
_SEEN_PER_MINUTE = 120
Meta = dict[str, Any]


class Intake:
    """`wake` is told each conversation in which something now waits for an answer."""

    def __init__(
        self,
        stream: ConversationStream,
        sessions: Sessions,
        limits: Limits,
        wake: Callable[[str], None],
        leave: Callable[[str], Awaitable[None]],
        message_limit: int,
        per_minute: int,
    ) -> None:
        self._stream, self._sessions, self._limits = stream, sessions, limits
        self._wake, self._leave = wake, leave
        self._message_limit, self._per_minute = message_limit, per_minute
        self._takes = {"message": self._message, "choice": self._choice, "feedback": self._feedback, "end": self._end}

    async def take(self, conversation_id: str, frame: frames.Frame) -> frames.Frame | None:
        """The ack of one frame, None where there is none. Raises Refusal."""
        kind = frame.get("type")
        if kind == "typing":
            await self._typing(conversation_id)
            return None
        if kind == "seen":
            await self._seen(conversation_id, frames.number(frame.get("seq")))
            return None
        take = self._takes.get(kind) if isinstance(kind, str) else None
        if take is None:
            return None
        if kind == "end":  # never too fast
            return await take(conversation_id, frame, await self._stream.state(conversation_id))
        return await take(conversation_id, frame, await self._unhurried(conversation_id, frame))

    async def say(self, conversation_id: str, message_id: str, text: str, about: Meta) -> None:
        """The same for what comes without a page. `about`: what the door knows of how it came. Raises Refusal."""
        state = await self._unhurried(conversation_id, {"type": "message", "id": message_id})
        await self._said(conversation_id, message_id, text, state, about)

    async def press(self, conversation_id: str, message_id: str, pressed: str | Choice, about: Meta) -> None:
        """The same for keys: a choice that was offered, by its payload, or one of our own. Raises Refusal."""
        state = await self._unhurried(conversation_id, {"type": "choice", "id": message_id})
        self._sessions.still_on(state)
        if isinstance(pressed, Choice):
            chosen: Meta | None = pressed.as_dict() | {"offered_in": state.get("exchange", "")}
        else:
            chosen = await self._stream.choice(conversation_id, pressed)
        await self._chose(conversation_id, message_id, state, chosen, about)

    async def _message(self, cid: str, frame: frames.Frame, state: State) -> frames.Frame:
        message_id, text = frames.message_id(frame), frames.string(frame, "text", longest=16_384).strip()
        return await self._said(cid, message_id, text, state, {})

    async def _said(self, cid: str, message_id: str, text: str, state: State, about: Meta) -> frames.Frame:
        self._sessions.still_on(state)
        if len(text) > self._message_limit:
            refusal = Refusal("too_long", limit=self._message_limit, length=len(text))
            await self._note(cid, message_id, refusal)
            raise refusal
        text = neutral_command(visible(text, self._message_limit))
        if not text:
            raise Refusal("empty")
        chosen = await self._typed_choice(cid, text, state)
        return await self._ask(cid, message_id, text, state, chosen, about)

    async def _choice(self, cid: str, frame: frames.Frame, state: State) -> frames.Frame:
        message_id, payload = frames.message_id(frame), frames.string(frame, "payload", longest=64)
        self._sessions.still_on(state)
        return await self._chose(cid, message_id, state, await self._stream.choice(cid, payload), {})

    async def _chose(self, cid: str, message_id: str, state: State, chosen: Meta | None, about: Meta) -> frames.Frame:
        if chosen is None:
            raise Refusal("unknown_choice")
        return await self._ask(cid, message_id, chosen["title"], state, chosen, about)

    async def _ask(
        self, cid: str, message_id: str, text: str, state: State, chosen: Meta | None, about: Meta
    ) -> frames.Frame:
        meta: Meta = about | ({"page": state["page"]} if state.get("page") else {})
        article_id = None
        if chosen:
            meta |= {"command": chosen["command"], "offered_in": chosen["offered_in"], "title": chosen["title"]}
            article_id = chosen.get("article_id")
        elif state.get("private") and state.get("talking_to") != TalkingTo.AGENT:
            meta["private"] = True  # a name or a number that was asked for: of no use to the bot or the VOC
        kind = Kind.CHOICE if chosen else Kind.MESSAGE
        word = Word(cid, Speaker.CUSTOMER, text, message_id, kind, article_id=article_id, meta=meta)
        appended = await self._stream.append(word)
        self._wake(cid)
        return _ack(message_id, appended.seq)

    async def _typed_choice(self, cid: str, text: str, state: State) -> dict[str, Any] | None:
        """`2`, `2番目`, a title or a piece of it chooses among what was last offered, unless people are talking."""
        if state.get("talking_to") == TalkingTo.AGENT:
            return None
        word = await self._stream.word(cid, int(state["offered"])) if state.get("offered") else None
        if word is None:
            return None
        index = _chosen(text, word.choices, state.get("channel", ""))
        if index is None and word.choices[0].command == CALLBACK_CANCEL and yes_no(text):
            index = 0  # 「取り消しますか。それとも…」「はい」: nobody shall think it cancelled when it is not
        return None if index is None else await self._stream.choice(cid, word.choices[index].payload)

    async def _feedback(self, cid: str, frame: frames.Frame, state: State) -> frames.Frame | None:
        exchange_id, value = frames.string(frame, "exchange_id", longest=200), frame.get("value")
        if value not in _VERDICTS:
            raise Refusal("bad_request")
        self._sessions.still_on(state)
        if not await self._stream.knows(cid, exchange_id):
            raise Refusal("unknown_exchange")
        named = "id" in frame
        message_id = frames.message_id(frame) if named else f"{exchange_id}:feedback:{time.time_ns()}"
        meta = {"value": value}
        word = Word(cid, Speaker.CUSTOMER, "", message_id, Kind.FEEDBACK, exchange_id, meta=meta)
        appended = await self._stream.append(word)
        return _ack(message_id, appended.seq) if named else None

    async def _end(self, cid: str, _frame: frames.Frame, state: State) -> None:
        self._sessions.still_on(state)
        await self._sessions.end(cid)  # first: a request that is still being answered sees it
        await self._leave(cid)
        await self._sessions.tell_end(cid)

    async def _typing(self, cid: str, **more: bool) -> None:
        note = json.dumps({"conversation_id": cid, "from": Speaker.CUSTOMER.value, **more})
        await self._stream.redis.publish(keys.TYPING, note)

    async def _seen(self, cid: str, seq: int) -> None:
        """Only forwards, and never past what was said. The customer did nothing: no trouble with it is told."""
        with suppress(TooFast, RedisError, OSError):
            await self._limits.count("seen", cid, _SEEN_PER_MINUTE)
            state = await self._stream.state(cid)
            if int(state.get("seen") or 0) < seq <= int(state.get("seq") or 0):
                await self._stream.set_state(cid, seen=seq)
                await self._typing(cid, seen=True)

    async def _unhurried(self, cid: str, frame: frames.Frame) -> State:
        """Counts the frame and gives the conversation's state. Raises Refusal."""
        async with self._stream.redis.pipeline(transaction=False) as pipe:
            self._limits.enter(pipe, "frames", cid)
            calls, _, state = await pipe.hgetall(keys.state(cid)).execute()
        try:
            self._limits.check(calls, self._per_minute)
        except TooFast as refusal:
            if await self._stops_waiting(cid, frame, state):
                return dict(state)
            if refusal.first and frame.get("type") == "message":
                await self._note(cid, frames.message_id(frame), refusal)
            raise
        return dict(state)

    async def _stops_waiting(self, cid: str, frame: frames.Frame, state: State) -> bool:
        """Whether somebody who waits for a person gives it up."""
        if frame.get("type") != "choice" or not state.get("ticket"):
            return False
        chosen = await self._stream.choice(cid, frames.string(frame, "payload", longest=64))
        return bool(chosen and chosen["command"] == CANCEL)

    async def _note(self, cid: str, message_id: str, refusal: Refusal) -> None:
        """So that the VOC counts what was refused; the page shows the error itself, the text is not kept."""
        talking_to = (await self._stream.state(cid)).get("talking_to", TalkingTo.BOT.value)
        meta = {"refused": refusal.code, "talking_to": talking_to}
        word = Word(cid, Speaker.SYSTEM, refusal.message, f"{message_id}:refused", Kind.STATE, message_id, meta=meta)
        await self._stream.append(word)


def _ack(message_id: str, seq: int) -> frames.Frame:
    return {"type": "ack", "id": message_id, "seq": seq}


def _chosen(text: str, offered: tuple[Choice, ...], channel: str) -> int | None:
    """By title, by number, by a piece of one article's title, or none of them."""
    key = compare_key(text)
    for titles in _titles(offered, channel):
        if key in titles:
            return titles.index(key)
    articles = [at for at, choice in enumerate(offered) if choice.article_id]
    if (number := ordinal(text, len(offered), len(articles))) is not None:  # articles stand before the buttons
        return number
    if none_of(text):
        return next((at for at, choice in enumerate(offered) if choice.command == _NONE_OF_THESE), None)
    names = [offered[at].title for at in articles]
    if only_a_topic(text) or asks_by_itself(text, names):
        return None  # the language process knows of which titles it is a better piece
    piece = piece_of(text, names)
    return None if piece is None else articles[piece]


def _titles(offered: tuple[Choice, ...], channel: str) -> list[list[str]]:
    """As they were written, and as this channel says them (ご伝言を残す)."""
    written = [choice.title for choice in offered]
    here = [said(title, channel) for title in written] if channel in ("sms", "voice") else []
    return [[compare_key(title) for title in titles] for titles in (written, here)]
