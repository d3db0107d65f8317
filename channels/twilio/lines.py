"""What the telephone and SMS handlers of one door share, opened with the door where Twilio is set."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiohttp import web

from channels.door import Door
from channels.links import TalkLinks
from channels.sentences import entry
from channels.twilio.call import Calls
from channels.twilio.calling_back import CallingBack
from channels.twilio.client import Twilio
from channels.twilio.compose import Manner
from channels.twilio.delivery import Delivery
from channels.twilio.dialogue import Dialogue
from channels.twilio.erasing import Erasing
from channels.twilio.follow import Follow
from channels.twilio.hints import Hints
from channels.twilio.known import Known
from channels.twilio.ladder import Ladder
from channels.twilio.legs import Legs
from channels.twilio.links import Links
from channels.twilio.sender import Sender
from channels.twilio.stops import Stops
from channels.twilio.streaming import Streaming
from channels.twilio.talks import Talks
from channels.twilio.telephone import Telephone
from channels.twilio.texting import Texting
from channels.twilio.transfer import Transfer
from channels.twilio.twiml import Speech
from channels.twilio.voicemail import Voicemail
from channels.twilio.waiting import Waiting
from conversation.recordings import Unwanted
from conversation.texts import Texts
from handoff.agents import Agents
from kb.article import Article
from kb.dictionary import beside
from kb.live import LiveRelease
from nihongo.aloud import Reader
from nihongo.japan_time import today
from settings import Settings


@dataclass(frozen=True)
class Lines:
    texting: Texting
    telephone: Telephone
    waiting: Waiting
    voicemail: Voicemail
    transfer: Transfer
    calling_back: CallingBack


LINES: web.AppKey[Lines] = web.AppKey("lines", Lines)


def lines_of(request: web.Request) -> Lines:
    """Only behind a verified webhook: without Twilio's settings there are none."""
    return request.app[LINES]


async def opened(door: Door, stack: AsyncExitStack, clock: Callable[[], float] = time.time) -> Lines:
    """Opens the API and begins to deliver; all of it ends with the stack."""
    settings, stream = door.settings, door.stream
    twilio = Twilio(settings)
    stack.push_async_callback(twilio.close)
    texts, stops = Texts(stream, clock), Stops(door.engine, settings.secret_key, clock)
    manner = manner_of(settings, stops, TalkLinks(settings.secret_key, clock))
    reader = Reader(beside(settings.kb_dir))
    talks = Talks(stream, door.sessions, settings.secret_key, clock)
    sender = Sender(stream, texts, stops, twilio, settings.public_url, clock)
    delivery = Delivery(stream, texts, manner, _Shelf(door.live), sender.wake, clock)
    links = Links(
        stream,
        texts,
        stops,
        manner,
        door.resume,
        door.live,
        settings.twilio_sender,
        settings.secret_key,
        sender.wake,
        reader,
        clock,
    )
    telephone = _telephone(door, links, reader, clock)
    legs = Legs(stream, twilio, settings.calls_from)
    agents, own = Agents(door.redis, clock), (settings.shop_name, settings.voice_recording)
    transfer = Transfer(stream, door.queue, agents, legs, telephone.speech, *own)
    calling_back = CallingBack(stream, door.queue, door.callbacks, agents, legs, telephone.speech, *own)
    await stack.enter_async_context(legs.running())
    await stack.enter_async_context(sender.running())
    await stack.enter_async_context(Erasing(Unwanted(door.redis), twilio, clock).running())
    await stack.enter_async_context(Follow(stream, (delivery.look, transfer.look), calling_back.look).running())
    waiting = Waiting(telephone, door.queue, door.intake, door.calendar, transfer, legs, door.callbacks, clock)
    return Lines(
        texting=Texting(stream, texts, talks, door.intake, stops, manner, door.language),
        telephone=telephone,
        waiting=waiting,
        voicemail=Voicemail(telephone, waiting),
        transfer=transfer,
        calling_back=calling_back,
    )


def _telephone(door: Door, links: Links, reader: Reader, clock: Callable[[], float]) -> Telephone:
    settings, stream = door.settings, door.stream
    callbacks = door.callback_dialogue
    known = Known(stream, door.codes, door.topics, door.live, reader)
    ladder = Ladder(door.live, reader, tuple(entry("start.frequent")))
    language = door.language
    dialogue = Dialogue(
        stream, door.intake, door.tail, door.live, door.queue, callbacks, language, ladder, links, known, reader
    )
    model, pause = settings.voice_speech_model, settings.voice_speech_timeout
    speech = Speech(settings.public_url, settings.voice_name, pause, model, reader)
    streaming = Streaming(speech) if settings.voice_mode == "relay" else None
    name, recording = settings.shop_name, settings.voice_recording
    hints = Hints(door.live)
    return Telephone(stream, Calls(stream), dialogue, speech, hints, name, recording, streaming, clock)


def manner_of(settings: Settings, stops: Stops, talks: TalkLinks) -> Manner:
    one_way = settings.sms_mode == "one_way"
    return Manner(settings.shop_name, settings.shop_phone, settings.public_url, one_way, stops.link, talks.token)


@dataclass(frozen=True)
class _Shelf:
    live: LiveRelease

    def get(self, article_id: str) -> Article | None:
        return self.live.find(article_id, today())
