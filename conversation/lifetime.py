"""Holding what is already in Redis to a lifetime that was lowered: each word sets the expiry as it was known then."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from conversation import keys
from conversation.stream import ConversationStream

_SHORTEN = Path(__file__).with_name("shorten.lua").read_text()
_BATCH = 1000
# What is overdue stays this long (seconds), so that one look over all keys finds a conversation's hash still there.
_LEAST = 3600
# Keys of one conversation share its `{id}`, those of other rooms (tracker, tickets) too.
_TAG = re.compile(r"\{([^{}]+)\}")


async def shorten(stream: ConversationStream, now: float) -> int:
    """Looks at every key of every conversation, a batch at a time; gives the number of those shortened."""
    script = stream.redis.register_script(_SHORTEN)
    shortened = cursor = 0
    while True:
        cursor, found = await stream.redis.scan(cursor, match="*{*}*", count=_BATCH)
        async with stream.redis.pipeline(transaction=False) as pipe:
            for conversation_id, own in _by_conversation(found).items():
                await script([keys.state(conversation_id), *own], [stream.lifetime, now, _LEAST], client=pipe)
            shortened += sum(map(int, await pipe.execute()))
        if not cursor:
            return shortened


def _by_conversation(found: list[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key in found:
        if tag := _TAG.search(key):
            groups[tag[1]].append(key)
    return groups
