"""Says an answer while it is being made: each word of the conversation as soon as it is there."""

from __future__ import annotations

import asyncio
from itertools import takewhile

from channels.tail import Listener, Tail
from channels.twilio.call import Call
from channels.twilio.mouth import Line, Mouth
from channels.twilio.telling import begun
from conversation.stream import ConversationStream


class Herald:
    """For one turn of a call. `said`: the lines so far, the beginning of what the Prompt will be."""

    def __init__(self, stream: ConversationStream, tail: Tail, mouth: Mouth, call: Call) -> None:
        self._stream, self._tail, self._mouth = stream, tail, mouth
        self._cid, self._told, self._failed = call.conversation_id, call.told, call.failed
        self._asked = f"{call.conversation_id}-{call.turn}"
        self._over, self._seen = False, 0
        self._listener = Listener()
        self.said: list[Line] = []

    async def run(self) -> None:
        with self._tail.watch(self._cid) as self._listener:
            while not self._over:
                self._listener.news.clear()
                await self._look()
                await self._listener.news.wait()

    def stop(self) -> None:
        self._over = True
        self._listener.wake()

    async def _look(self) -> None:
        words = await self._stream.since(self._cid, self._told)
        seen, self._seen = self._seen, words[-1].seq if words else 0
        if seen == self._seen:
            return
        if not any(word.message_id == self._asked for word in words):  # nothing was asked: no answer is being made
            return
        if any(word.article_id in self._failed for word in words):  # something else may be said in its place
            return
        certain = takewhile(lambda word: not word.choices, words)  # what is asked may come behind something else
        fresh = [Line(*line) for line in begun(list(certain), self._mouth.reader)][len(self.said) :]
        if fresh and not await self._moves_on():
            self.said += fresh
            await self._mouth.say(fresh, last=False)

    async def _moves_on(self) -> bool:
        """Whether the call will leave the stream: then the words are said where it goes."""
        state = await self._stream.state(self._cid)
        return bool(state.get("ticket") or state.get("ended_at"))


async def heralded(herald: Herald) -> asyncio.Task[None]:
    """The herald at work: it listens before anything is asked."""
    task = asyncio.create_task(herald.run())
    await asyncio.sleep(0)
    return task
