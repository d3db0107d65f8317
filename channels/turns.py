"""The turn loop: takes a conversation's lease and sees to it that every customer word in it is answered, in order."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog

from channels.caution import caution
from channels.errands import Errands
from channels.measures import Measures
from channels.people import People
from channels.rasa import Heard, Rasa
from channels.reduced import Reduced
from channels.sentences import say
from channels.which import asked_again
from conversation import keys
from conversation.stream import ConversationStream
from conversation.turns import LEASE_SECONDS, Turns
from conversation.words import Choice, Speaker, TalkingTo, Word
from tasks import end

_TYPING_AFTER = 0.4  # a quicker answer needs no "is typing"
_log = structlog.get_logger("door")


@dataclass(frozen=True)
class Outcome:
    """What became of a word (person, which, bot …), what the customer was told, how far Rasa is with us."""

    name: str
    said: list[Word] = field(default_factory=list)
    synced: int = 0


class TurnLoop:
    def __init__(
        self,
        stream: ConversationStream,
        turns: Turns,
        rasa: Rasa,
        people: People,
        reduced: Reduced,
        measures: Measures,
        turn_seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._stream, self._turns, self._rasa, self._people = stream, turns, rasa, people
        self._reduced, self._measures, self._turn_seconds, self._clock = reduced, measures, turn_seconds, clock
        errands = Errands("turn", self._carry_out, turns.due)
        self.running, self.wake = errands.running, errands.wake

    async def _carry_out(self, conversation_id: str) -> bool:
        """Answers all there is, if nobody else is at it; True when more came in between."""
        async with self._turns.lease(conversation_id) as token:
            if token is None:
                return False
            await self._while_ours(conversation_id, token, self._answer_all(conversation_id))
        return await self._turns.settle(conversation_id)

    async def _while_ours(self, conversation_id: str, token: str, work: Coroutine[Any, Any, None]) -> None:
        """Does the work and keeps the lease; stops when another door has it."""
        worker, keeper = asyncio.create_task(work), asyncio.create_task(self._keep(conversation_id, token))
        try:
            await asyncio.wait({worker, keeper}, return_when=asyncio.FIRST_COMPLETED)
            if worker.done():
                worker.result()
        finally:
            await end(worker, keeper)

    async def _keep(self, conversation_id: str, token: str) -> None:
        await asyncio.sleep(_TYPING_AFTER)
        while await self._turns.keep(conversation_id, token):
            note = {"conversation_id": conversation_id, "from": Speaker.BOT.value}
            await self._stream.redis.publish(keys.TYPING, json.dumps(note))
            await asyncio.sleep(LEASE_SECONDS / 3)

    async def _answer_all(self, conversation_id: str) -> None:
        state, words = await self._turns.look(conversation_id)
        for word in words:
            await self._answer(word, state or await self._stream.state(conversation_id))
            state = {}  # another word later it may be another

    async def _answer(self, word: Word, state: dict[str, str]) -> None:
        started = time.monotonic()
        await caution(self._stream, word)
        outcome = await self._outcome(word, state)
        await self._turns.finish(word, outcome.synced)
        if state.get("channel", "web") != "web":  # there an answer is told as a whole, so its end is waited for
            await self._stream.announce(word.conversation_id)
        seconds = time.monotonic() - started
        self._measures.turn(outcome.name, seconds)
        _log_turn(word, state.get("channel", "web"), outcome, seconds)

    async def _outcome(self, word: Word, state: dict[str, str]) -> Outcome:
        if await self._people.attend(word, state):
            return Outcome("person")
        if await asked_again(self._stream, word, state):
            return Outcome("which")
        heard = await self._ask(word, state)
        after = await self._after(word)
        synced = _known(word, after) if heard is Heard.DONE else 0
        if said := _told(word, after):
            return Outcome("bot", said, synced)
        if await self._taken(word):
            return Outcome("person", synced=synced)
        if heard is Heard.DOWN and await self._reduced.answer(word):
            return Outcome("reduced", _told(word, await self._after(word)))
        return Outcome(await self._apologise(word), synced=synced)

    async def _ask(self, word: Word, state: dict[str, str]) -> Heard:
        """Gives Rasa this word and what it has missed."""
        cid = word.conversation_id
        turn = {
            "conversation_id": cid,
            "message_id": word.message_id,
            "seq": word.seq,
            "channel": state.get("channel", "web"),
            "text": word.text,
            "command": word.meta.get("command"),
            "page": word.meta.get("page", ""),
            "missed": await self._missed(word, int(state.get("synced", 0))),
        }
        return await self._rasa.turn(turn, self._patience(word))

    def _patience(self, word: Word) -> float:
        """Until the customer has waited long enough; a word that queued behind others or was taken over gets half."""
        return max(word.at + self._turn_seconds - self._clock(), self._turn_seconds / 2)

    async def _missed(self, word: Word, synced: int) -> list[dict[str, Any]]:
        """What was said since Rasa last heard, but not by itself; of a button its command: nobody typed its title."""
        if word.seq == synced + 1:
            return []
        between = await self._stream.since(word.conversation_id, synced, count=word.seq - synced)
        heard = [said for said in between if said.seq < word.seq and said.shown and not _needless(said)]
        return [
            {
                "speaker": said.speaker.value,
                "text": str(said.meta.get("command") or said.text),
                "at": said.at,
                "message_id": said.message_id,
            }
            for said in heard
        ]

    async def _after(self, word: Word) -> list[Word]:
        return await self._stream.since(word.conversation_id, word.seq)

    async def _taken(self, word: Word) -> bool:
        """Whether a person has taken the conversation meanwhile: then the bot was silenced, and needs no apology."""
        state = await self._stream.state(word.conversation_id)
        return state.get("talking_to", TalkingTo.BOT) == TalkingTo.AGENT

    async def _apologise(self, word: Word) -> str:
        """The graceful line and the offer of a person; what the bot says later is dropped."""
        await self._stream.give_up(word.conversation_id, word.message_id)
        if _told(word, await self._after(word)):  # in the last moment
            return "bot"
        if word.meta.get("command") == "/request_agent" and await self._people.admit(word):
            return "person"
        person = Choice(say("turn.request_agent"), "/request_agent")
        await self._stream.append(
            Word(
                word.conversation_id,
                Speaker.SYSTEM,
                say("turn.failed"),
                f"{word.message_id}:failed",
                exchange_id=word.message_id,
                choices=(person,),
                meta={"outcome": "failed"},
            )
        )
        return "failed"


def _log_turn(word: Word, channel: str, outcome: Outcome, seconds: float) -> None:
    """One line a turn, without what was said."""
    bot = next((each for each in outcome.said if each.speaker is Speaker.BOT), None)
    meta = bot.meta if bot else {}
    _log.info(
        "turn",
        id=word.message_id,
        conversation=word.conversation_id,
        channel=channel,
        intent=meta.get("intent") or meta.get("decision"),
        article=bot.article_id if bot else None,
        ms=round(seconds * 1000),
        outcome=outcome.name,
    )


def _told(word: Word, after: list[Word]) -> list[Word]:
    """What the customer was told in this exchange."""
    return [said for said in after if said.exchange_id == word.message_id and _tells(said)]


def _known(word: Word, after: list[Word]) -> int:
    """Up to which word Rasa knows them all: the one it was asked about and its own that follow without a gap."""
    seq = word.seq
    for said in after:
        if said.seq != seq + 1 or not _needless(said):
            break
        seq = said.seq
    return seq


def _needless(word: Word) -> bool:
    """Whether Rasa said it itself or need not hear of it."""
    by_rasa = word.speaker is Speaker.BOT and not word.meta.get("reduced")
    return by_rasa or "notice" in word.meta or bool(word.meta.get("private"))


def _tells(word: Word) -> bool:
    return word.shown and word.speaker is not Speaker.CUSTOMER and "notice" not in word.meta
