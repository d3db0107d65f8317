"""Everything the handlers of one door share, built once in the app factory."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field

from aiohttp import web
from sqlalchemy.engine import Engine

from address import caller
from bot.language.client import LanguageClient
from channels.codes import Codes
from channels.errors import Refusal
from channels.intake import Intake
from channels.limits import Limits
from channels.measures import Measures
from channels.resume import Resume
from channels.sessions import Sessions
from channels.tail import Tail
from channels.topics import Topics
from channels.turns import TurnLoop
from conversation.stream import ConversationStream
from handoff.calendar import Calendar
from handoff.callback_dialogue import CallbackDialogue
from handoff.callbacks import Callbacks
from handoff.queue import Queue
from kb.live import LiveRelease
from settings import Settings
from stores import AsyncRedis


@dataclass(frozen=True)
class Door:
    settings: Settings
    redis: AsyncRedis
    stream: ConversationStream
    sessions: Sessions
    limits: Limits
    intake: Intake
    tail: Tail
    turns: TurnLoop
    live: LiveRelease
    language: LanguageClient
    queue: Queue
    calendar: Calendar
    callbacks: Callbacks
    callback_dialogue: CallbackDialogue
    measures: Measures
    engine: Engine
    resume: Resume
    codes: Codes
    topics: Topics
    sockets: weakref.WeakSet[web.WebSocketResponse] = field(default_factory=weakref.WeakSet)


DOOR: web.AppKey[Door] = web.AppKey("door", Door)


def door_of(request: web.Request) -> Door:
    return request.app[DOOR]


def address(request: web.Request) -> str:
    """Whose call this is."""
    return caller(request.remote, request.headers.get("X-Forwarded-For", ""), door_of(request).settings.proxies)


def bearer(request: web.Request) -> str:
    """The conversation that the request's token opens. Raises Refusal."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refusal("unauthorized")
    return door_of(request).sessions.tokens.conversation(token.strip())
