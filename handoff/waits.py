"""How long customers may still have to wait, by how fast their queue moved lately. What nobody knows is not told."""

from __future__ import annotations

from collections.abc import Callable

from handoff import keys
from handoff.agents import Agents, Work
from handoff.sentences import say
from stores import AsyncRedis

_LATELY = 3600.0  # seconds that are looked back
_FEWEST = 3  # talks that must have begun in that time
# Minutes as people say them; the last one means "or more".
STEPS = (1, 2, 3, 5, 10, 15, 20, 30)


class Waits:
    def __init__(self, redis: AsyncRedis, clock: Callable[[], float]) -> None:
        self._redis, self._clock, self._agents = redis, clock, Agents(redis, clock)

    async def served(self, queue: str, name: str, at: float) -> None:
        """A talk began. `name` is the ticket's number and version: told twice it counts once."""
        key = keys.served(queue)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(key, {name: at}).zremrangebyscore(key, "-inf", self._clock() - _LATELY)
            await pipe.expire(key, int(_LATELY)).execute()

    async def minutes(self, queue: str, position: int) -> int | None:
        """For who stands at this position: one of STEPS, or None while too few were served or nobody takes any."""
        now, key = self._clock(), keys.served(queue)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zcount(key, now - _LATELY, now)
            pipe.zrangebyscore(key, now - _LATELY, now, start=0, num=1, withscores=True)
            count, first = await pipe.execute()
        if count < _FEWEST or not await self._staffed(queue):
            return None
        return step((now - first[0][1]) / count * position / 60)

    async def _staffed(self, queue: str) -> bool:
        """Whether anybody is there who takes customers of it, be they busy now."""
        return any(one.here and one.work is Work.READY and one.serves(queue) for one in await self._agents.all())


def told(minutes: int | None) -> str:
    """The sentence for customers; empty where nobody can know."""
    if minutes is None:
        return ""
    return say("estimate_most" if minutes == STEPS[-1] else "estimate", minutes=minutes)


def step(minutes: float) -> int:
    """The next of STEPS: rather too long than too short."""
    return next((one for one in STEPS if minutes <= one), STEPS[-1])
