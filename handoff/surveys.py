"""Asking the customer after a talk with a person, once, and keeping the answers. Everything here may be repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from conversation.keys import state as conversation_key
from conversation.stream import ConversationStream
from conversation.words import Choice, Speaker, Word
from handoff import keys
from handoff.sentences import say
from handoff.survey import Answer, Step, Survey, choices, pressed, question, typed
from handoff.ticket import Ticket
from stores import AsyncRedis

ONCE_SECONDS = 86_400  # nobody is asked again sooner
CHANNELS = ("web", "sms", "voice")  # where an answer can be heard
_STREAM_LENGTH = 100_000  # about


class Surveys:
    """`keep`: seconds that a survey stays in Redis."""

    def __init__(self, redis: AsyncRedis, stream: ConversationStream, clock: Callable[[], float], keep: int) -> None:
        self._redis, self._stream, self._clock, self._keep = redis, stream, clock, keep

    async def get(self, conversation_id: str, number: str) -> Survey | None:
        text = await self._redis.hget(keys.surveys(conversation_id), number)
        return Survey.from_json(text) if text else None

    async def ask(self, ticket: Ticket) -> None:
        """The talk with a person is over: whether it helped."""
        cid, number = ticket.conversation_id, ticket.number
        state = await self._stream.state(cid)
        if not _may_ask(ticket, state) or not await self._first(ticket, state):
            return
        survey = await self.get(cid, number)
        if survey is None:
            survey = Survey(number, cid, ticket.channel, self._clock())
            text = question(Step.SOLVED, ticket.channel)
            seq = await self._say(survey, text, f"{number}:survey", choices(Step.SOLVED, number))
            await self._keep_survey(replace(survey, asked_seq=seq))
            return
        await self._note(survey)

    async def hear(self, word: Word, state: Mapping[str, str]) -> bool:
        """Whether the customer's word answers what was asked; it is kept then. Any other word ends the asking."""
        command = pressed(word.meta.get("command"))
        number = command[0] if command else state.get("survey")
        if not number:
            return False
        survey = await self.get(word.conversation_id, number) or self._unknown(word, number, state)
        if word.message_id in survey.answers:
            await self._note(survey)
            return True
        if command is None and word.seq < survey.asked_seq:
            return False  # said before it was asked
        answer = command[1] if command else typed(word, survey.step)
        if answer is None or (command is None and state.get("ticket")):
            await self._drop(survey)
            return False
        await self._take(survey, answer, word)
        return True

    async def unsolved(self, conversation_id: str, number: str) -> bool:
        """Whether the customer said that the talk did not solve it."""
        survey = await self.get(conversation_id, number)
        return survey is not None and survey.solved is False

    async def forget(self, conversation_id: str) -> None:
        contact = await self._redis.hget(conversation_key(conversation_id), "contact")
        own = [keys.surveys(conversation_id), *(_asked_key(conversation_id, who) for who in {None, contact})]
        await self._redis.delete(*own)
        await self._redis.hdel(conversation_key(conversation_id), "survey")

    async def _take(self, survey: Survey, answer: Answer, word: Word) -> None:
        """The next question follows the first answer only where it was open: a late press is just thanked for."""
        goes_on = answer.step is Step.SOLVED and survey.step is not Step.OVER
        step = Step.CES if goes_on else Step.OVER
        told = replace(survey.answered(answer, word.message_id, self._clock()), step=step)
        text = question(step, survey.channel) if goes_on else say(f"survey.thanks.{_manner(told)}")
        offered = choices(step, survey.number) if goes_on else _after(told)
        seq = await self._say(told, text, f"{word.message_id}:survey", offered, word.message_id)
        await self._keep_survey(replace(told, asked_seq=seq))

    async def _drop(self, survey: Survey) -> None:
        if survey.step is not Step.OVER:
            await self._keep_survey(replace(survey, step=Step.OVER))
        await self._redis.hdel(conversation_key(survey.conversation_id), "survey")

    async def _say(
        self, survey: Survey, text: str, message_id: str, offered: tuple[Choice, ...], exchange_id: str = ""
    ) -> int:
        meta = {"ticket": survey.number, "survey": survey.step.value}
        cid = survey.conversation_id
        word = Word(cid, Speaker.SYSTEM, text, message_id, exchange_id=exchange_id, choices=offered, meta=meta)
        return (await self._stream.append(word)).seq

    async def _keep_survey(self, survey: Survey) -> None:
        """In the conversation, whose next word may be the answer, and on its way to SQL."""
        cid, key = survey.conversation_id, keys.surveys(survey.conversation_id)
        async with self._redis.pipeline() as pipe:
            pipe.hset(key, survey.number, survey.to_json()).expire(key, self._keep)
            pipe.hset(conversation_key(cid), "survey", survey.number)
            await pipe.execute()
        await self._note(survey)

    async def _note(self, survey: Survey) -> None:
        entry = {"survey": survey.to_json()}
        await self._redis.xadd(keys.SURVEYS, entry, maxlen=_STREAM_LENGTH, approximate=True)

    async def _first(self, ticket: Ticket, state: Mapping[str, str]) -> bool:
        key = _asked_key(ticket.conversation_id, state.get("contact"))
        fresh = await self._redis.set(key, ticket.number, nx=True, ex=ONCE_SECONDS)
        return bool(fresh) or await self._redis.get(key) == ticket.number

    def _unknown(self, word: Word, number: str, state: Mapping[str, str]) -> Survey:
        """The button came before its survey was kept."""
        return Survey(number, word.conversation_id, state.get("channel", "web"), word.at)


def _may_ask(ticket: Ticket, state: Mapping[str, str]) -> bool:
    """Not who left, nor who waits for a person again, nor after abuse."""
    waits = state.get("ticket") not in (None, ticket.number)
    return ticket.channel in CHANNELS and not (ticket.for_supervisor or waits or state.get("ended_at"))


def _asked_key(conversation_id: str, contact: str | None) -> str:
    if not contact:
        return keys.asked(conversation_id)
    return keys.asked_contact(hashlib.sha256(contact.encode()).hexdigest())


def _manner(survey: Survey) -> str:
    return "unsolved" if survey.solved is False else "said"


def _after(survey: Survey) -> tuple[Choice, ...]:
    """Whom the talk did not help may have a person again."""
    return (Choice(say("survey.choices.person"), "/request_agent"),) if survey.solved is False else ()
