"""One call's talk: what was said or pressed becomes words of the conversation, or a step in the keypad's tree; what was
answered becomes the next Prompt. Knows nothing of TwiML: Gather and ConversationRelay lie on top."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace

from async_timeout import timeout

from bot.language.client import LanguageClient
from channels.before import ANEW
from channels.intake import Intake, Meta
from channels.resume import chosen
from channels.tail import Tail
from channels.twilio import keypad, leaving, pieces, spoken_key
from channels.twilio.asking import Step
from channels.twilio.call import Call, Prompt, Then
from channels.twilio.heard import Heard
from channels.twilio.known import Known
from channels.twilio.ladder import Ladder
from channels.twilio.links import Links
from channels.twilio.spelled import spelled
from channels.twilio.telling import BACK, MENU, PERSON, REPEAT, asks_which_way, rest_of, told
from channels.twilio.words import say
from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, TalkingTo, Word
from handoff import buttons
from handoff.callback_dialogue import CallbackDialogue
from handoff.queue import Queue
from handoff.ticket import Ticket
from kb.article import Article
from kb.live import LiveRelease
from nihongo import listening
from nihongo.aloud import Reader
from nihongo.japan_time import today

_QUICK = 0.9  # seconds within which an answer needs no filler
_PATIENT = 1.6  # of one wait after it: nobody hears nothing for two seconds
_FIXED = {PERSON: "person", REPEAT: "repeat", BACK: "back", MENU: "menu"}
_TALK_ITSELF = ("repeat", "slower", "back", "go_on", "hang_up", "person")
_NOT_HELPED = ("rephrase", "decline")


@dataclass(frozen=True)
class Dialogue:
    stream: ConversationStream
    intake: Intake
    tail: Tail
    live: LiveRelease
    queue: Queue
    callbacks: CallbackDialogue
    language: LanguageClient
    ladder: Ladder
    links: Links
    known: Known
    reader: Reader

    async def hear(self, call: Call, heard: Heard) -> tuple[Call, Prompt]:
        """What follows from what the caller did; may take as long as an answer does, at most `_QUICK`."""
        heard = spoken_key.pressed(call, heard)
        call, heard, more = pieces.joined(call, heard, await self._number_asked(call))
        if more:
            return replace(call, silences=0), more
        if leaving.anew(heard):
            return await self._anew(call, heard.speech)
        if call.now.asking and (answered := await self._step(call, heard)):
            return answered
        if heard.keys:
            return await self._keyed(call, heard.keys)
        if heard.speech and not heard.unsure:
            return await self._spoken(replace(call, silences=0), heard)
        return await self._unclear(call, silent=not heard.speech)

    async def _unclear(self, call: Call, silent: bool = False) -> tuple[Call, Prompt]:
        """Nothing that could be made out: who has a place in the queue waits there."""
        if (silent or call.troubles) and await self._in_line(call.conversation_id):
            return replace(call, silences=0, troubles=0), Prompt((), Then.QUEUE)
        return self.ladder.silence(call) if silent else self.ladder.unclear(call)

    async def _number_asked(self, call: Call) -> str:
        """The kind of number that is asked for, if one is."""
        step = Step.of(call).name
        if step in ("code", "link_number"):
            return pieces.CODE if step == "code" else pieces.PHONE
        ticket = await self.queue.of_conversation(call.conversation_id) if call.now.digits and not step else None
        return pieces.PHONE if ticket and await self.callbacks.asks_number(ticket) else ""

    async def _step(self, call: Call, heard: Heard) -> tuple[Call, Prompt] | None:
        """What follows from the answer to a question of ours; None: that was none."""
        if heard.unsure or not (heard.keys or heard.speech):
            return None
        step, call = Step.of(call), replace(call, silences=0)
        asks = self.links if step.name.startswith("link_") else self.known
        return await asks.hear(call, step, heard)

    async def _keyed(self, call: Call, keys: str) -> tuple[Call, Prompt]:
        call = replace(call, silences=0)
        if call.now.digits and BACK in keys:  # 12*: what was keyed before it does not count
            return await self.do(call, "back")
        if len(keys) > 1 and call.now.digits:
            return await self._say(call, keys)
        action = call.now.keys.get(keys[0]) or _FIXED.get(keys[0])
        if not action or (action == "menu" and await self._in_line(call.conversation_id)):  # no bot answers there
            return await self._unclear(call)
        return await self.do(call, action)

    async def _spoken(self, call: Call, heard: Heard) -> tuple[Call, Prompt]:
        if call.rest and listening.yes_no(heard.speech):
            return rest_of(call)
        if call.now.yes and listening.yes_no(heard.speech):
            return await self.do(call, call.now.yes)
        meant = listening.heard(heard.speech)
        if meant in _TALK_ITSELF and (meant != "go_on" or call.rest):
            return await self.do(call, meant)
        if self.links.wanted(heard):
            return await self.links.begin(call)
        if meant == "wait":
            return call, replace(call.now, lines=(say("voice.waits"),))
        if meant == "backchannel" and not call.now.keys:  # はい where nothing was asked
            return call, replace(call.now, lines=(say("voice.ask_short"),))
        text = await spelled(self.language, heard.speech) if call.now.digits else heard.speech
        return await self._say(call, text, heard.confidence)

    async def do(self, call: Call, action: str) -> tuple[Call, Prompt]:
        """What a key or a command stands for."""
        name, _, argument = action.partition(":")
        if name == "choice":
            return await self.press(call, argument)
        if name == "link":
            return await self.links.begin(call)
        if name == "back" and call.now.digits and not call.now.asking:  # the booking of a callback knows its steps
            return await self.press(call, Choice(say("voice.back"), buttons.BACK))
        if name in ("person", "article", "callback"):
            return await self._asked(call, name, argument)
        if name in ("repeat", "slower", "back", "go_on", "hang_up"):
            return self._again(call, name)
        if name == "menu":
            return call, keypad.categories(self.reader, self._articles())
        if name == "categories":
            return call, keypad.categories(self.reader, self._articles(), int(argument))
        category, _, page = argument.rpartition(":")
        return call, keypad.articles_of(self.reader, self._articles(), category, int(page))

    def _again(self, call: Call, name: str) -> tuple[Call, Prompt]:
        if name == "go_on":
            return rest_of(call)
        if name == "slower":
            call = replace(call, slow=not call.slow)
            return call, call.now.after(say("voice.slower" if call.slow else "voice.usual"))
        if name == "back":
            return call, call.before or call.now.after(say("voice.no_back"))
        if name == "hang_up":
            return call, Prompt((say("voice.bye"),), Then.HANG_UP)
        return call, call.now

    async def _anew(self, call: Call, said: str) -> tuple[Call, Prompt]:
        """The greeting's question again; nothing that was begun or offered before is alive."""
        call, prompt = await self._no_booking(call, said)
        if prompt.then is not Then.LISTEN:
            return call, prompt
        cid, name = call.conversation_id, f"{self._message_id(call)}:anew"
        word = Word(cid, Speaker.SYSTEM, "", name, Kind.STATE, meta={ANEW: True})
        seq = (await self.stream.append(word)).seq
        await self.stream.set_state(cid, offered="")
        call = replace(call, told=seq, silences=0, troubles=0, rest=(), asks=None, behind=None, solved=False)
        return call, (await self.known.start(call)).after(*prompt.lines, say("voice.anew"))

    async def _no_booking(self, call: Call, said: str) -> tuple[Call, Prompt]:
        """Who was about to book a callback waits for nobody any more; a call that is booked stays."""
        ticket = await self.queue.of_conversation(call.conversation_id)
        if ticket is None or not await self.callbacks.active(ticket):
            return call, Prompt()
        await self.callbacks.drop(ticket)
        return (call, Prompt()) if ticket.callback_at else await self.press(call, Choice(said, buttons.CANCEL))

    async def _asked(self, call: Call, name: str, argument: str) -> tuple[Call, Prompt]:
        if name == "callback":
            return await self.press(call, Choice(say("voice.way_callback"), buttons.CALLBACK))
        if name == "person":
            return await self.press(call, Choice(say("voice.way_person"), "/request_agent"))
        article = self.live.find(argument, today())
        if article is None:  # withdrawn since the menu was read out
            return call, keypad.categories(self.reader, self._articles())
        return await self.press(call, chosen(article))

    async def message(self, call: Call, text: str, about: Meta) -> tuple[Call, Prompt]:
        """A recording, as the message that was asked for."""
        message_id = self._message_id(call)
        await self.intake.say(call.conversation_id, message_id, text, self._about(call, None) | about)
        return await self.answered(call, _QUICK)

    async def press(self, call: Call, pressed: str | Choice) -> tuple[Call, Prompt]:
        """A choice that was offered, by its payload, or a button of ours; by key or said."""
        about = self._about(call, None)
        await self.intake.press(call.conversation_id, self._message_id(call), pressed, about)
        return await self.answered(call, _QUICK)

    async def _say(self, call: Call, text: str, confidence: float | None = None) -> tuple[Call, Prompt]:
        about = self._about(call, confidence)
        await self.intake.say(call.conversation_id, self._message_id(call), text, about)
        return await self.answered(call, _QUICK)

    async def answered(self, call: Call, seconds: float = _PATIENT, nothing: str = "") -> tuple[Call, Prompt]:
        """The answer, once the whole of it is there; else a filler, and the caller is asked to wait. `nothing`: what is
        said where there is none."""
        if not await self._finished(call.conversation_id, seconds):
            again = call.now.then is Then.WAIT
            return call, Prompt((say("voice.filler_again" if again else "voice.filler"),), Then.WAIT)
        words = await self.stream.since(call.conversation_id, call.told)
        ticket = await self.queue.of_conversation(call.conversation_id)
        in_line = await self._waits(ticket)
        if in_line and not asks_which_way(words):
            words = [replace(word, choices=()) for word in words]  # in the queue other keys hold, and are told there
        call, prompt = told(call, words, self.reader)
        prompt = self.known.instead(call, prompt, words)
        missed = any(word.meta.get("decision") in _NOT_HELPED for word in words)
        call = replace(call, troubles=call.troubles + 1 if missed else 0)
        prompt = prompt if in_line else self.ladder.helped(call, prompt)
        prompt = await self._placed(call, prompt, ticket, in_line, nothing or say("voice.ask_again"))
        return self.links.offer(call, prompt, words) if prompt.then is Then.LISTEN else (call, prompt)

    async def _finished(self, conversation_id: str, seconds: float) -> bool:
        ends = time.monotonic() + seconds
        with self.tail.watch(conversation_id) as listener:
            while True:
                listener.news.clear()
                state = await self.stream.state(conversation_id)
                if int(state.get("asked") or 0) <= int(state.get("answered") or 0):
                    return True
                try:
                    async with timeout(max(0.0, ends - time.monotonic())):
                        await listener.news.wait()
                except asyncio.TimeoutError:
                    return False

    async def _placed(self, call: Call, prompt: Prompt, ticket: Ticket | None, in_line: bool, nothing: str) -> Prompt:
        """Where the caller goes after these lines: on with the bot, to the queue, to the tone, or out."""
        state = await self.stream.state(call.conversation_id)
        if state.get("ended_at"):
            return replace(prompt, then=Then.HANG_UP, keys={})
        if ticket and ticket.message_wanted:
            return replace(prompt, then=Then.RECORD, keys={})
        if in_line:
            return prompt if prompt.keys else replace(prompt, then=Then.QUEUE)
        asked = bool(state.get("private"))  # for a name or a number
        return replace(prompt, digits=asked) if prompt.lines else Prompt((nothing,), digits=asked)

    async def _in_line(self, conversation_id: str) -> bool:
        return await self._waits(await self.queue.of_conversation(conversation_id))

    async def _waits(self, ticket: Ticket | None) -> bool:
        """For a person, and neither leaves a message nor books a callback just now."""
        if ticket is None or ticket.message_wanted or ticket.talking_to is TalkingTo.BOT:
            return False
        return not await self.callbacks.active(ticket)

    def _articles(self) -> tuple[Article, ...]:
        return self.live.answering(today())

    def _message_id(self, call: Call) -> str:
        return f"{call.conversation_id}-{call.turn}"

    def _about(self, call: Call, confidence: float | None) -> Meta:
        """What the record keeps of a word that came by telephone."""
        known = {} if confidence is None else {"recognition": round(confidence, 3)}
        return {"call": call.conversation_id.partition("-")[2], **known}
