"""The end of a conversation: by the customer (the door) or, after abuse, by the bot's last words (the connector)."""

from __future__ import annotations

from typing import Any

from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, TalkingTo, Word


async def close(stream: ConversationStream, conversation_id: str, at: float) -> None:
    """From `at` (epoch seconds) on the door takes nothing more and nobody is fetched for the customer."""
    await stream.set_state(conversation_id, ended_at=f"{at:.3f}")


async def tell(stream: ConversationStream, conversation_id: str) -> None:
    """Every tab is told, once."""
    meta: dict[str, Any] = {"talking_to": TalkingTo.BOT.value, "over": True}
    word = Word(conversation_id, Speaker.SYSTEM, "", f"{conversation_id}:end", Kind.STATE, meta=meta)
    await stream.append(word)
