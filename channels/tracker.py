"""Rasa's tracker of a conversation, for the connector: what it has answered, what it missed, whether it is kept."""

from __future__ import annotations

import logging
from typing import Any, Literal

from pydantic import BaseModel
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    SlotSet,
    UserUttered,
)

_log = logging.getLogger(__name__)
# Slots as they begin. Abuse (`offences`) is not forgotten.
_FRESH: dict[str, Any] = {"misses_in_row": 0, "misses_total": 0, "mood": None}


class Missed(BaseModel):
    """A word that Rasa was not asked about: a person had the talk."""

    speaker: Literal["customer", "agent", "bot", "system"]
    text: str
    at: float
    message_id: str


async def answered(agent: Any, conversation_id: str, message_ids: list[str]) -> dict[str, int]:
    """Which of these messages are in the tracker already, with how many words the bot answered."""
    store = own_store(agent)
    return dict(await store.answered(conversation_id, message_ids)) if store else {}


async def catch_up(agent: Any, conversation_id: str, channel: str, missed: list[Missed]) -> None:
    """Tells the tracker what was said without Rasa: nothing is predicted from it, and the bot listens at the end. What
    went wrong before a person had the talk does not count after it."""
    async with agent.lock_store.lock(conversation_id):
        tracker = await agent.processor.fetch_tracker_with_initial_session(conversation_id)
        tracker.update(ConversationPaused(), agent.domain)
        for word in missed:
            tracker.update(_event(word, channel), agent.domain)
        if any(word.speaker == "agent" for word in missed):
            for name, value in _FRESH.items():
                tracker.update(SlotSet(name, value), agent.domain)
        tracker.update(ConversationResumed(), agent.domain)
        tracker.update(ActionExecuted("action_listen"), agent.domain)
        await agent.tracker_store.save(tracker)


def _event(word: Missed, channel: str) -> UserUttered | BotUttered:
    meta = {"message_id": word.message_id, "speaker": word.speaker}
    if word.speaker != "customer":
        return BotUttered(word.text, metadata=meta, timestamp=word.at)
    return UserUttered(word.text, input_channel=channel, message_id=word.message_id, timestamp=word.at, metadata=meta)


async def kept(agent: Any) -> bool:
    """Whether a tracker written now is read back from the store itself (Rasa falls back to memory silently)."""
    store = own_store(agent)
    if store is None or agent.processor is None:
        return False
    try:
        return bool(await store.probe())
    except Exception:
        _log.exception("the tracker store does not work")
        return False


def own_store(agent: Any) -> Any:
    """The tracker store of ours inside Rasa's wrappers."""
    store = agent.tracker_store if agent else None
    while store is not None and not hasattr(store, "answered"):
        store = getattr(store, "_tracker_store", None)
    return store
