"""The door's dealings with people: words that are theirs, and fetching one when the bot cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.language.by_words import by_words
from bot.language.understanding import ACCIDENT, Understanding
from channels.sentences import say
from conversation.stream import ConversationStream
from conversation.turns import Turns
from conversation.words import Kind, Speaker, TalkingTo, Word
from handoff.buttons import CALLBACK, CALLBACK_OTHER, CANCEL, KEEP_WAITING, LEAVE_MESSAGE, ours
from handoff.queue import Queue
from handoff.reception import Admission, Reception
from handoff.sentences import say as say_of_people
from handoff.ticket import Packet, Reason
from handoff.typed import wanted
from nihongo import life
from nihongo.mask import mask_patterns
from nihongo.quoting import evidence_in

# Matters of life and limb, and what is said before a person comes.
DANGERS = {life.KIND: "reduced.life", ACCIDENT: "reduced.accident"}


class People:
    def __init__(self, stream: ConversationStream, turns: Turns, queue: Queue, reception: Reception) -> None:
        self._stream, self._turns, self._queue, self._reception = stream, turns, queue, reception

    async def attend(self, word: Word, state: dict[str, str]) -> bool:
        """Whether this word is for people, answers a survey or is a button of the waiting room: dealt with here."""
        if await self._queue.surveys.hear(word, state):
            return True
        await self._in_danger(word, state)
        word = _as_pressed(word, state)
        command = word.meta.get("command")
        if not state.get("ticket"):
            return await self._without_ticket(word, command)
        if state.get("opened_by") == word.message_id and command not in (CANCEL, LEAVE_MESSAGE) and not ours(command):
            return False  # this very word fetched a person, and then its door died: Rasa says what is left to say
        return await self._reception.hear(word)

    async def _in_danger(self, word: Word, state: dict[str, str]) -> None:
        """Who waits for a person and tells of a danger hears what comes first, and is first in line."""
        waits = word.kind is Kind.MESSAGE and state.get("talking_to") != TalkingTo.AGENT.value  # agents read it anyway
        number = state.get("ticket") if waits else None
        heard = by_words(word.text) if number and state.get("opened_by") != word.message_id else None
        if not number or heard is None or heard.matter not in DANGERS:
            return
        sign = _sign(heard, mask_patterns(word.text)) | {"message": word.seq}
        ticket = await self._queue.urge(number, sign)
        if sign in ticket.packet.signs and state.get("talking_to") == TalkingTo.QUEUE.value:  # else the bot says it
            await self._say(word, "danger", say(DANGERS[heard.matter]))

    async def _without_ticket(self, word: Word, command: str | None) -> bool:
        if command == CALLBACK:
            await self._admit(word, Reason.CUSTOMER_REQUEST)
            return await self._reception.hear(word)
        if command == KEEP_WAITING:
            await self._say(word, "cancel", say("turn.nothing_to_cancel"))
            return True
        if ours(command):  # of a booking that is over
            name = "other" if command == CALLBACK_OTHER else "stopped"
            await self._say(word, "callback", say_of_people(f"callback.{name}"))
            return True
        if command == CANCEL:
            await self._say(word, "cancel", say("turn.nothing_to_cancel"))
        return command == CANCEL or (command == LEAVE_MESSAGE and await self.admit(word))

    async def admit(self, word: Word, reason: str | None = None, heard: Understanding | None = None) -> bool:
        """Fetches a person without Rasa and tells the customer what happens next. Safe to repeat."""
        await self._tell(word, await self._admit(word, Reason(reason) if reason else Reason.TOOL_FAILURE, heard))
        return True

    async def _admit(self, word: Word, why: Reason, heard: Understanding | None = None) -> Admission:
        cid = word.conversation_id
        state = await self._stream.state(cid)
        packet = _packet(word, heard, state.get("page", ""))
        channel = state.get("channel", "web")
        return await self._reception.admit(cid, channel, word.message_id, why, packet, urgent=_urgent(heard))

    async def _tell(self, word: Word, admission: Admission) -> None:
        last = len(admission.sentences) - 1
        for number, sentence in enumerate(admission.sentences):
            choices = admission.choices if number == last else ()
            told = Word(
                word.conversation_id,
                Speaker.SYSTEM,
                sentence,
                f"{word.message_id}:people:{number}",
                exchange_id=word.message_id,
                choices=choices,
                meta={"ticket": admission.ticket.number, "decision": "hand_off"},
            )
            await self._stream.append(told)

    async def _say(self, word: Word, name: str, text: str) -> None:
        told = Word(
            word.conversation_id, Speaker.SYSTEM, text, f"{word.message_id}:{name}", exchange_id=word.message_id
        )
        await self._stream.append(told)

    async def leave(self, conversation_id: str) -> None:
        """The customer has ended the talk: they need not wait any more. A message they left stays, even if unread."""
        ticket = await self._queue.of_conversation(conversation_id)
        if ticket and ticket.message_wanted:
            for word in await self._turns.unanswered(conversation_id):
                await self._reception.hear(word)
        if ticket:
            await self._queue.cancel(ticket.number, unless_left=True)


def _as_pressed(word: Word, state: dict[str, str]) -> Word:
    """Who asks for nothing but a callback, and waits for nobody, has one booked; also when it is carried out again."""
    first = not state.get("ticket") or state.get("opened_by") == word.message_id
    asks = first and word.kind is Kind.MESSAGE and wanted(word.text)
    return replace(word, meta=word.meta | {"command": CALLBACK}) if asks else word


def _urgent(heard: Understanding | None) -> bool:
    return heard is not None and heard.matter in DANGERS


def _packet(word: Word, heard: Understanding | None, page: str) -> Packet:
    """What the agent is told without Rasa: what was heard in the word itself."""
    if heard is None:
        return Packet(page=page)
    question = mask_patterns(word.text)
    signs = (_sign(heard, question),) if heard.matter else ()
    return Packet(question=question, page=page, signs=signs)


def _sign(heard: Understanding, said: str) -> dict[str, Any]:
    """The words that tell of a matter, as evidence for the agent; `said`: the masked message."""
    words = [mask_patterns(each) for each in heard.evidence]
    return {"kind": "words", "matter": heard.matter, "words": words, "said": evidence_in(said, heard.evidence)}
