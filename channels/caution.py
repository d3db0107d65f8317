"""A line of the door before any answer: who sends a card number is asked not to."""

from __future__ import annotations

from channels.sentences import say
from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from nihongo.mask import holds_card


async def caution(stream: ConversationStream, word: Word) -> None:
    """Says it once a message, whoever has the talk. It answers nothing: `meta.notice` tells it from the answer."""
    if not holds_card(word.text):
        return
    await stream.append(
        Word(
            word.conversation_id,
            Speaker.SYSTEM,
            say("turn.card"),
            f"{word.message_id}:card",
            exchange_id=word.message_id,
            meta={"notice": "card"},
        )
    )
