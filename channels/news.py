"""What a page has not seen yet: the words after a number, once each, and then how the talk stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels import frames
from channels.tail import Listener
from conversation.words import Kind, TalkingTo

if TYPE_CHECKING:
    from channels.door import Door

_BATCH = 200


class News:
    """One reader's place in a conversation; `since` is the last number it was given."""

    def __init__(self, door: Door, conversation_id: str, since: int) -> None:
        self._door, self._conversation_id, self.since = door, conversation_id, since
        self.over = False

    async def catch_up(self) -> list[frames.Frame]:
        """Everything after `since`, then the present state (earlier states do not matter any more)."""
        missed = await self._words(states=False)
        return [*missed, await self.standing()]

    async def next(self, listener: Listener) -> list[frames.Frame]:
        """What has happened since the last call."""
        listener.news.clear()
        typing, listener.typing = listener.typing, set()
        return [*await self._words(states=True), *({"type": "typing", "from": who} for who in sorted(typing))]

    async def standing(self) -> frames.Frame:
        """Who has the conversation now, and how long the queue is."""
        state = await self._door.stream.state(self._conversation_id)
        meta: frames.Frame = {"talking_to": state.get("talking_to", TalkingTo.BOT.value)}
        for word in await self._door.stream.recent(self._conversation_id, 50):
            if (
                word.kind is Kind.STATE
                and word.meta.get("talking_to") == meta["talking_to"]
                and "refused" not in word.meta
            ):
                meta = word.meta
                break
        return frames.state(meta | ({"over": True} if state.get("ended_at") else {}))

    async def _words(self, states: bool) -> list[frames.Frame]:
        found: list[frames.Frame] = []
        while words := await self._door.stream.since(self._conversation_id, self.since, count=_BATCH):
            self.since = words[-1].seq
            for word in words:
                frame = frames.shown(word)
                if frame and (states or frame["type"] == "message"):
                    found.append(frame)
                    self.over = self.over or bool(frame.get("over"))
            if len(words) < _BATCH:
                break
        return found
