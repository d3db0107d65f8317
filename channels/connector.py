"""Rasa's way in and out: the front door's private call with one turn, and the bot's words into the stream."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.language.client import LanguageAway, LanguageClient
from channels.before import said_before
from channels.tracker import Missed, answered, catch_up, kept
from conversation import ending
from conversation.stream import ConversationStream
from conversation.words import Choice, Speaker, Word
from settings import Settings
from stores import open_redis

_log = logging.getLogger(__name__)
# A turn that hangs (an action server that accepts and never answers) must let go of the conversation.
_LONGEST = 3.0  # times turn_seconds; the door has apologised after one


class Turn(BaseModel):
    """One customer word to be answered. `command` is what a pressed button means, and then stands for the text."""

    conversation_id: str = Field(min_length=1)
    message_id: str = Field(min_length=1)
    seq: int = 0
    channel: Literal["web", "sms", "voice"] = "web"
    text: str = ""
    command: str | None = None
    page: str = ""
    missed: list[Missed] = []


class DoorInput(InputChannel):
    """`channels.connector.DoorInput` in credentials.yml: `POST /webhooks/door/turn`, `GET /webhooks/door/ready`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stream: ConversationStream | None = None
        self._language = LanguageClient(settings.language_socket)
        self._running: dict[tuple[str, str], asyncio.Task[dict[str, Any]]] = {}

    @classmethod
    def name(cls) -> str:
        return "door"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> DoorInput:
        return cls(Settings())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        door = Blueprint("door_connector")

        async def turn(request: Request) -> HTTPResponse:  # sanic marks handlers, which a bound method refuses
            return await self._turn(request)

        async def ready(request: Request) -> HTTPResponse:
            return await self._ready(request)

        door.add_route(turn, "/turn", methods=["POST"])
        door.add_route(ready, "/ready", methods=["GET"])
        door.listener("after_server_start")(self._started)
        return door

    def get_output_channel(self) -> OutputChannel:  # for words that no message asked for
        return StreamOutput(self._open(), "web", f"rasa-{time.time_ns()}")

    async def _started(self, app: Sanic, _loop: Any = None) -> None:
        """Our setting wins over the address in endpoints.yml, so that ACTIONS_PORT is said in one place."""
        endpoint = getattr(app.ctx.agent, "action_endpoint", None)
        if endpoint is not None:
            endpoint.url = self._settings.actions_url

    async def _turn(self, request: Request) -> HTTPResponse:
        secret = request.headers.get("X-Connector-Secret", "")
        if not hmac.compare_digest(secret.encode(), self._settings.connector_secret.encode()):
            return response.json({"error": "forbidden"}, 403)
        try:
            turn = Turn.parse_obj(request.json)
        except ValidationError as error:
            return response.json({"error": "invalid", "fields": [e["loc"] for e in error.errors()]}, 400)
        # The task is shielded: when the door hangs up, sanic cancels this handler, and the turn must live on.
        return response.json(await asyncio.shield(self._once(turn, request.app.ctx.agent)))

    def _once(self, turn: Turn, agent: Any) -> asyncio.Task[dict[str, Any]]:
        """The turn's task; the same message asked again while it runs gets the same one."""
        key = (turn.conversation_id, turn.message_id)
        if key not in self._running:
            limit = self._settings.turn_seconds * _LONGEST
            task = asyncio.create_task(asyncio.wait_for(self._carry_out(turn, agent), limit))
            task.add_done_callback(lambda _: self._running.pop(key, None))
            self._running[key] = task
        return self._running[key]

    async def _carry_out(self, turn: Turn, agent: Any) -> dict[str, Any]:
        began = time.perf_counter()
        ids = [turn.message_id, *(word.message_id for word in turn.missed)]
        heard, metadata = await asyncio.gather(answered(agent, turn.conversation_id, ids), self._metadata(turn))
        if turn.message_id in heard:
            return {"status": "repeat", "words": heard[turn.message_id]}
        if fresh := [word for word in turn.missed if word.message_id not in heard]:
            await catch_up(agent, turn.conversation_id, turn.channel, fresh)
        output = StreamOutput(self._open(), turn.channel, turn.message_id)
        await agent.handle_message(
            UserMessage(
                text=turn.command or turn.text,
                output_channel=output,
                sender_id=turn.conversation_id,
                input_channel=turn.channel,
                message_id=turn.message_id,
                metadata=metadata,
            )
        )
        ms = round((time.perf_counter() - began) * 1000)
        _log.info("turn %s of %s: %d words in %d ms", turn.message_id, turn.conversation_id, output.said, ms)
        return {"status": "done", "words": output.said}

    async def _metadata(self, turn: Turn) -> dict[str, Any]:
        """The message's metadata: the page, an open ticket, and what the language process makes of the text."""
        state, understood = await asyncio.gather(self._open().state(turn.conversation_id), self._understood(turn))
        page = {"page": turn.page} if turn.page else {}
        ticket = {"ticket_open": True} if state.get("ticket") else {}
        return page | ticket | understood

    async def _understood(self, turn: Turn) -> dict[str, Any]:
        """What the language process makes of the text after the words before; a command needs no reading."""
        if turn.command:
            return {}
        try:
            context = {"channel": turn.channel} | await said_before(self._open(), turn.conversation_id, turn.seq)
            understanding = await self._language.understand(turn.text, context)
        except LanguageAway as error:
            _log.warning("turn %s without the language process: %s", turn.message_id, error)
            return {"language_away": True}
        return {"understanding": understanding.as_dict()}

    async def _ready(self, request: Request) -> HTTPResponse:
        """200 when a tracker can be written and read back and the language process answers."""
        problems = []
        if not await kept(request.app.ctx.agent):
            problems.append("tracker store")
        try:
            await self._language.status()
        except LanguageAway:
            problems.append("language process")
        return response.json({"ready": not problems, "problems": problems}, 503 if problems else 200)

    def _open(self) -> ConversationStream:
        if self._stream is None:  # made inside the loop that uses it
            redis = open_redis(self._settings.redis_url)
            self._stream = ConversationStream(redis, self._settings.raw_text_days)
        return self._stream


class StreamOutput(OutputChannel):
    """Puts the bot's words of one turn into the conversation stream, as `<message_id>:<n>`. Never raises."""

    def __init__(self, stream: ConversationStream, channel: str, message_id: str) -> None:
        self._stream, self._channel, self._message_id = stream, channel, message_id
        self.said = 0

    def name(self) -> str:  # an instance knows its channel; responses vary by it
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        if not message.get("text"):
            return
        self.said += 1
        word = word_of(recipient_id, f"{self._message_id}:{self.said}", self._message_id, message)
        try:
            appended = await self._stream.append(word)
        except Exception:  # raising would lose the whole turn (the tracker is saved at its end)
            _log.exception("word %s of %s could not be appended", word.message_id, recipient_id)
            return
        if appended.refused:
            _log.info("word %s of %s was refused: %s", word.message_id, recipient_id, appended.refused)
        elif word.meta.get("over"):
            await self._end(recipient_id)

    async def _end(self, conversation_id: str) -> None:
        """The bot's last words: a repeated turn ends the talk again, which changes nothing."""
        try:
            await ending.close(self._stream, conversation_id, time.time())
            await ending.tell(self._stream, conversation_id)
        except Exception:  # as above
            _log.exception("conversation %s could not be ended", conversation_id)


def word_of(conversation_id: str, message_id: str, exchange_id: str, message: dict[str, Any]) -> Word:
    """A response of Rasa as a word of the bot."""
    meta = {key: value for key, value in (message.get("metadata") or {}).items() if value is not None}
    buttons = message.get("buttons") or ()
    return Word(
        conversation_id,
        Speaker.BOT,
        message["text"],
        message_id,
        exchange_id=exchange_id,
        choices=tuple(Choice(b["title"], b["payload"], b.get("article_id")) for b in buttons),
        article_id=meta.pop("article_id", None),
        meta=meta | {"utter": message.get("utter_action")} if message.get("utter_action") else meta,
    )
