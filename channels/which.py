"""By SMS, a yes to several choices says not which: they are asked for again, by number."""

from __future__ import annotations

from itertools import takewhile

from channels.sentences import say
from conversation.stream import ConversationStream
from conversation.words import Choice, Kind, Speaker, TalkingTo, Word
from nihongo.listening import yes_no

_OFFERED_IN = 8  # words, unseen ones among them, within which what was offered last is looked for
_NO = "/deny"  # a choice beside it is what yes means


async def asked_again(stream: ConversationStream, word: Word, state: dict[str, str]) -> bool:
    """Whether this word was such a yes; it is answered then. Safe to repeat."""
    if word.kind is not Kind.MESSAGE or not _may_choose(state) or not yes_no(word.text):
        return False
    choices = await _offered(stream, word)
    if len(choices) < 2 or any(choice.command == _NO or yes_no(choice.title) for choice in choices):
        return False
    cid, name = word.conversation_id, f"{word.message_id}:which"
    meta = {"decision": "clarify"}
    told = Word(cid, Speaker.SYSTEM, say("turn.which"), name, exchange_id=word.message_id, choices=choices, meta=meta)
    await stream.append(told)
    return True


def _may_choose(state: dict[str, str]) -> bool:
    return (
        state.get("channel") == "sms"
        and state.get("talking_to", TalkingTo.BOT.value) == TalkingTo.BOT.value
        and not state.get("private")
    )


async def _offered(stream: ConversationStream, word: Word) -> tuple[Choice, ...]:
    """The choices that stood behind what was told last."""
    recent = await stream.recent(word.conversation_id, _OFFERED_IN)
    before = (one for one in recent if one.seq < word.seq)
    told = takewhile(lambda one: one.speaker is not Speaker.CUSTOMER, before)
    return next((one.choices for one in told if one.shown and one.choices), ())
