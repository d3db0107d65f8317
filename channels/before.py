"""What a message may lean on, read from the conversation's words. Light: no Rasa."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from conversation.stream import ConversationStream
from conversation.words import Speaker, TalkingTo, Word

# Words in which the turn before is sought: the message, thanks and their answer, the feedback, 「解決しましたか？」,
# two articles and their question.
_BEFORE = 8
# Of words that are not shown. A caller begins anew: nothing leans on what was before. A caller goes on with the article
# that they were shown elsewhere: its id; the word's text is its title.
ANEW, TOPIC = "anew", "topic"


async def said_before(stream: ConversationStream, conversation_id: str, seq: int) -> dict[str, Any]:
    """What the message may lean on: the `article` that the bot's last exchange showed, the `question` it was about and
    the ids it `offered`. Talk between (ありがとう) changes nothing."""
    recent = [word for word in await stream.recent(conversation_id, _BEFORE) if word.seq < seq]
    before = list(takewhile(lambda word: not _ends(word), recent))
    told = [word for word in before if _tells(word)]
    if told and TOPIC in told[0].meta:
        return {"article": str(told[0].meta[TOPIC]), "question": told[0].text, "offered": []}
    mine = [word for word in before if told and word.exchange_id == told[0].exchange_id]
    article = next((word.article_id for word in mine if word.speaker is Speaker.BOT and word.article_id), "")
    question = next((str(word.meta.get("title") or word.text) for word in mine if word.asks), "")
    offered = [choice.article_id for word in mine for choice in word.choices if choice.article_id]
    return {"article": article, "question": question, "offered": offered}


def _tells(word: Word) -> bool:
    return TOPIC in word.meta or (word.speaker is Speaker.BOT and word.meta.get("decision") != "talk")


def _ends(word: Word) -> bool:
    """Whether what the bot offered before is over: a person had the talk here or was waited for, even if they said
    nothing, or the customer began anew."""
    people = (TalkingTo.AGENT.value, TalkingTo.QUEUE.value)
    by_person = word.speaker is Speaker.AGENT or word.meta.get("talking_to") in people
    return by_person or ANEW in word.meta
