"""A caller who waits, agents with telephones, and what happens between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from conversation.stream import ConversationStream
from conversation.words import Kind, Word
from handoff import keys
from handoff.agents import Agent, Agents, Work
from handoff.queue import Queue
from handoff.ticket import Packet, Reason, Ticket
from tests.channels.staging import Connector

YAMADA, SATO = "+819011112222", "+81312345678"
PACKET = Packet(
    question="送料はいくらですか", candidates=({"article_id": "shipping-fee", "title": "送料はいくらですか？"},)
)


@dataclass
class PhoneRoom:
    twilio: Twilio
    stream: ConversationStream
    queue: Queue
    agents: Agents

    async def agent(self, name: str, phone: str = "") -> Agent:
        await self.agents.here(name)
        return await self.agents.set(Agent(name, name, phone=phone), Work.READY)

    async def caller(self, **more: str) -> tuple[Call, Ticket]:
        """Somebody who pressed 0 and waits."""
        call = await self.twilio.call(**more)
        await call.press("0")
        assert call.state == "queued", call.transcript()
        return call, await self.ticket(call)

    async def ticket(self, call: Call) -> Ticket:
        found = await self.newest(call)
        assert found
        return found

    async def newest(self, call: Call) -> Ticket | None:
        """The call's ticket, open or not."""
        cid = f"voice-{call.sid}"
        numbers = await self.queue.redis.lrange(keys.numbers(cid), -1, -1)
        return await self.queue.get(numbers[0]) if numbers else None

    async def claimed(self, ticket: Ticket, name: str = "yamada") -> Call:
        """The agent's telephone, which rings because they claimed."""
        await self.queue.claim(ticket.number, name, name)
        return await self.twilio.next_call()

    async def until_ticket(self, call: Call, *states: str) -> Ticket:
        """What the door does in the background ends in a word: until then."""
        async for _, conversations in self.stream.feed_from("0"):
            ticket = await self.newest(call)
            if f"voice-{call.sid}" in conversations and ticket and ticket.state.value in states:
                return ticket
        raise AssertionError

    async def dials(self, call: Call) -> list[tuple[str, str]]:
        """Who could not be reached, and why, as the desk is told."""
        words = await self.stream.since(f"voice-{call.sid}")
        found: list[dict[str, Any]] = [word.meta["dial"] for word in words if "dial" in word.meta]
        return [(one["agent"], one["why"]) for one in found]

    async def words(self, call: Call) -> list[Word]:
        return await self.stream.since(f"voice-{call.sid}")


async def hands_over(connector: Connector, turn: dict[str, Any]) -> None:
    """The bot fetches a person for who asks for one."""
    if turn["command"] != "/request_agent":
        await connector.say(turn, f"「{turn['text']}」へのお答えです。")
        return
    queue = Queue(connector.stream.redis, connector.stream)
    await queue.open(
        turn["conversation_id"],
        channel="voice",
        exchange_id=turn["message_id"],
        reason=Reason.CUSTOMER_REQUEST,
        packet=PACKET,
    )
    await connector.say(turn, "担当者におつなぎします。")


def of_state(words: list[Word], name: str) -> list[dict[str, Any]]:
    return [word.meta[name] for word in words if word.kind is Kind.STATE and name in word.meta]
