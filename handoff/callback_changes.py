"""What a callback does to its ticket. As in changes.py: a change that is not allowed changes nothing."""

from __future__ import annotations

from typing import Any

from handoff.night_changes import NightChanges
from handoff.ticket import State, Ticket

_NOBODY: dict[str, Any] = {"owner": None, "owner_name": None, "offered_to": None, "offered_until": 0.0}
_ASLEEP: dict[str, Any] = {"state": State.WAITING, "holding": False, "callback_due": False, "callback_missed": False}


class CallbackChanges(NightChanges):
    """The queue's changes of callbacks."""

    async def book_callback(self, number: str, at: float) -> Ticket:
        """The customer waits no more, but is called at this time; the bot serves them meanwhile."""
        fields = {"callback_at": at, "message_wanted": False} | _ASLEEP | _NOBODY

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            same = ticket.booked and ticket.callback_at == at
            return fields if ticket.waits and not same else None

        return await self.change(number, "callback_booked", "customer", rule)

    async def cancel_callback(self, number: str) -> Ticket:
        """Is over with it, but for a message that was left: that still waits for an agent."""
        end = {"state": State.ABANDONED, "message_wanted": False}
        no_call = {"callback_at": 0.0, "callback_due": False, "callback_missed": False}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            fields = no_call if ticket.message_left else end
            return fields if ticket.waits and ticket.callback_at else None

        return await self.change(number, "callback_cancelled", "customer", rule)

    async def call_now(self, number: str) -> Ticket:
        """The time has come: it is put to agents."""

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            woken = {"woken_at": self.now()} if ticket.sleeps else {}
            return {"callback_due": True, "waits_since": ticket.callback_at} | woken if ticket.booked else None

        return await self.change(number, "callback_due", "clock", rule)

    async def miss_callback(self, number: str) -> Ticket:
        """Nobody took it in time. It goes on waiting."""
        fields = {"callback_missed": True}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            waits = ticket.waits and ticket.callback_due and not ticket.callback_missed
            return fields if waits else None

        return await self.change(number, "callback_missed", "clock", rule)

    async def call_again(self, number: str, agent_id: str, at: float) -> Ticket:
        """The owner did not reach the customer; it is tried once more at this time."""
        fields = {"callback_at": at, "hand_up": False} | _ASLEEP | _NOBODY
        return await self.change(number, "callback_again", agent_id, lambda ticket: _owned(ticket, agent_id, fields))

    async def give_up_calling(self, number: str, agent_id: str) -> Ticket:
        """The customer cannot be reached: the owner writes it up."""
        fields = {"state": State.WRAP_UP, "talk_ended_at": self.now()}
        return await self.change(
            number, "callback_unreached", agent_id, lambda ticket: _owned(ticket, agent_id, fields)
        )


def _owned(ticket: Ticket, agent_id: str, fields: dict[str, Any]) -> dict[str, Any] | None:
    mine = ticket.state is State.ASSIGNED and ticket.owner == agent_id and ticket.callback_at
    return fields if mine else None
