"""Live trackers in Redis: events are appended, and the list is compacted so that a long talk costs no more.

Rasa's own stores read and write the whole session each turn and block the loop: the 200th turn cost eight times the
10th.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot import keys, process
from bot.compaction import compacted

# A turn writes seven events and reads all there are several times over (Rasa's states, its copies): compact early.
LONGEST = 50

# KEYS: events, heard. ARGV: ttl, length we read, number of heard pairs, number of compacted events, then the pairs, the
# compacted events and the new ones. The compacted ones replace the list unless somebody wrote to it since we read.
_SAVE = """
local ttl, read, pairs_count, whole = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local at = 5
for _ = 1, pairs_count do
  redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
  at = at + 2
end
if whole > 0 and redis.call('LLEN', KEYS[1]) == read then
  redis.call('DEL', KEYS[1])
  for i = at, at + whole - 1 do redis.call('RPUSH', KEYS[1], ARGV[i]) end
else
  for i = at + whole, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return redis.call('LLEN', KEYS[1])
"""


class StreamTrackerStore(TrackerStore):
    """`tracker_store: {type: bot.tracker_store.StreamTrackerStore}`."""

    def __init__(self, domain: Any = None, event_broker: Any = None, **_kwargs: Any) -> None:
        super().__init__(domain, event_broker)
        self._scripts: dict[Any, Any] = {}

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        stored = await process.redis().lrange(keys.events(sender_id), 0, -1)
        if not stored:
            return None
        events = [_event(json.loads(line)) for line in stored]
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots, self.max_event_history)
        tracker.stored_events = len(events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Appends what is new, or writes the compacted whole; then tells the broker what is new."""
        known: int | None = getattr(tracker, "stored_events", None)
        if known is None:  # a tracker that did not come from here
            known = await process.redis().llen(keys.events(tracker.sender_id))
        every = list(tracker.events)
        new = every[known:]
        if not new:
            return
        whole = compacted(tracker) if len(every) > LONGEST else []
        await self._write(tracker.sender_id, known, new, whole)
        tracker.stored_events = len(every)
        await self._tell(tracker.sender_id, new)

    async def keys(self) -> Iterable[str]:
        found = process.redis().scan_iter(keys.events("*"), count=1000)
        return [key.split("{")[1].split("}")[0] async for key in found]

    async def answered(self, conversation_id: str, message_ids: list[str]) -> dict[str, int]:
        """Of these messages those that are in the tracker, with the number of words the bot answered."""
        if not message_ids:
            return {}
        counts = await process.redis().hmget(keys.heard(conversation_id), message_ids)
        return {id: int(count) for id, count in zip(message_ids, counts, strict=True) if count is not None}

    async def probe(self) -> bool:
        """Writes a tracker and reads it back."""
        tracker = self.init_tracker(f"probe-{secrets.token_hex(8)}")
        tracker.update(ActionExecuted("action_listen"))
        await self.save(tracker)
        found = await self.retrieve(tracker.sender_id)
        await process.redis().delete(*keys.of_conversation(tracker.sender_id))
        return found is not None and found.events == tracker.events

    async def _write(self, sender_id: str, known: int, new: list[Event], whole: list[Event]) -> None:
        redis = process.redis()
        script = self._scripts.get(redis) or redis.register_script(_SAVE)
        self._scripts[redis] = script
        heard = _heard(new)
        ttl = process.settings().raw_text_days * 86_400
        pairs = [part for pair in heard.items() for part in pair]
        lines = [json.dumps(event.as_dict(), ensure_ascii=False) for event in (*whole, *new)]
        args = [ttl, known, len(heard), len(whole), *pairs, *lines]
        await script(keys=[keys.events(sender_id), keys.heard(sender_id)], args=args)

    async def _tell(self, sender_id: str, new: list[Event]) -> None:
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, new, sender_id)


@lru_cache(maxsize=1)
def _types() -> dict[str, type[Event]]:
    """Rasa looks through all subclasses for each event, which took a fifth of a turn. The first of a name is meant."""
    return {kind.type_name: kind for kind in reversed(all_subclasses(Event))}


def _event(found: dict[str, Any]) -> Event:
    return cast(Event, _types()[found["event"]]._from_parameters(found))


def _heard(new: list[Event]) -> dict[str, int]:
    """Message id of each user event -> number of bot words after it; words of others count under their own id."""
    found: dict[str, int] = {}
    latest = None
    for event in new:
        if isinstance(event, UserUttered) and event.message_id:
            latest = event.message_id
            found[latest] = 0
        elif isinstance(event, BotUttered):
            if said := event.metadata.get("message_id"):
                found[said] = 0
            elif latest:
                found[latest] += 1
    return found
