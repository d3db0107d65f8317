"""The front door as an aiohttp application. Nothing is opened before it starts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import aiohttp
from aiohttp import WSCloseCode, web

from bot.language.by_words import by_words
from bot.language.client import LanguageClient
from channels import operations, pages, poll, safety, socket
from channels import web as beside
from channels.codes import Codes
from channels.door import DOOR, Door
from channels.intake import Intake
from channels.limits import Limits
from channels.measures import Measures
from channels.people import People
from channels.rasa import HTTP, Rasa
from channels.reduced import Reduced
from channels.resume import Resume
from channels.sessions import Sessions
from channels.tail import Tail
from channels.tokens import Tokens
from channels.topics import Topics
from channels.turns import TurnLoop
from channels.twilio import lines, optout, relay, sms, voice, voice_agents
from conversation.stream import ConversationStream
from conversation.turns import Turns
from handoff.calendar import Calendar
from handoff.callback_dialogue import CallbackDialogue
from handoff.callbacks import Callbacks
from handoff.persons import Persons
from handoff.queue import Queue
from handoff.queues import Queues
from handoff.reception import Reception
from kb.live import LiveRelease
from settings import Settings
from stores import open_redis, open_sql

Clock = Callable[[], float]


def make_app(settings: Settings, clock: Clock = time.time) -> web.Application:
    """One door. Any number of them may run on the same Redis."""
    app = web.Application(middlewares=[safety.errors, safety.origins], client_max_size=safety.BODY_LIMIT)
    app.on_response_prepare.append(safety.set_headers)
    for part in (beside, socket, poll, operations, sms, voice, voice_agents, relay, optout):
        app.add_routes(part.routes)
    pages.add_to(app)

    async def opened(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app[HTTP] = await stack.enter_async_context(aiohttp.ClientSession())
            app[DOOR] = door = await _open(settings, app[HTTP], clock, stack)
            await stack.enter_async_context(door.tail.running())
            await stack.enter_async_context(door.turns.running())
            if settings.twilio:
                app[lines.LINES] = await lines.opened(door, stack, clock)
            yield

    app.cleanup_ctx.append(opened)
    app.on_shutdown.append(_say_goodbye)
    return app


async def _open(settings: Settings, http: aiohttp.ClientSession, clock: Clock, stack: AsyncExitStack) -> Door:
    redis = open_redis(settings.redis_url)
    stack.push_async_callback(redis.aclose)
    engine = open_sql(settings.database_url)
    stack.callback(engine.dispose)
    language = LanguageClient(settings.language_socket)
    stack.push_async_callback(language.close)
    await asyncio.to_thread(by_words, "")  # reads its rules, .2 s: no customer's word shall wait for that
    live = LiveRelease(redis)
    await live.start()
    stack.push_async_callback(live.stop)

    stream = ConversationStream(redis, settings.raw_text_days, clock)
    tokens = Tokens(settings.secret_key, settings.identity_key, clock)
    sessions = Sessions(stream, tokens, settings.conversation_idle_hours, clock)
    calendar, queue = Calendar(engine), Queue(redis, stream, clock, keep_days=settings.raw_text_days)
    book = Turns(stream, clock)
    queues = Queues(engine)
    callbacks = Callbacks(queue, calendar, queues, engine)
    dialogue = CallbackDialogue(callbacks, queue, calendar, stream)
    reception = Reception(queue, calendar, stream, clock, settings.reopen_hours, dialogue, queues)
    people = People(stream, book, queue, reception)
    measures, limits = Measures(), Limits(redis, clock)
    persons = Persons(queue, settings.secret_key, settings.raw_text_days)
    turns = TurnLoop(
        stream,
        book,
        Rasa(http, settings.rasa_url, settings.connector_secret),
        people,
        Reduced(stream, live, people, clock),
        measures,
        settings.turn_seconds,
        clock,
    )
    intake = Intake(
        stream,
        sessions,
        limits,
        turns.wake,
        people.leave,
        settings.message_limit,
        settings.session_messages_per_minute,
    )
    return Door(
        settings=settings,
        redis=redis,
        stream=stream,
        sessions=sessions,
        limits=limits,
        intake=intake,
        tail=Tail(stream),
        turns=turns,
        live=live,
        language=language,
        queue=queue,
        calendar=calendar,
        callbacks=callbacks,
        callback_dialogue=dialogue,
        measures=measures,
        engine=engine,
        resume=Resume(settings.secret_key, clock),
        codes=Codes(redis, limits, settings.secret_key),
        topics=Topics(stream, persons, live, settings.secret_key, clock),
    )


async def _say_goodbye(app: web.Application) -> None:
    """Pages connect again at once, to this door or another."""
    for ws in list(app[DOOR].sockets):
        await ws.close(code=WSCloseCode.GOING_AWAY)
