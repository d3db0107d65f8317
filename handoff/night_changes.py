"""What becomes of a ticket of the night when the queue has opened. As in changes.py."""

from __future__ import annotations

from typing import Any

from handoff.changes import Changes
from handoff.ticket import State, Ticket


class NightChanges(Changes):
    """The queue's changes of tickets that were opened while nobody was there."""

    async def wake(self, number: str) -> Ticket:
        """The queue has opened: a ticket of the night takes its place."""
        fields = {"woken_at": self.now()}
        return await self.change(
            number, "woken", "clock", lambda ticket: fields if ticket.is_open and ticket.sleeps else None
        )

    async def stay(self, number: str, exchange_id: str) -> Ticket:
        """The customer asks for a person again, by `exchange_id`, and stays for them now that agents are there."""

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            if ticket.state is not State.WAITING or ticket.booked or (ticket.wanted and not ticket.sleeps):
                return None
            woken = {"woken_at": self.now()} if ticket.sleeps else {}
            return {"holding": True, "exchange_id": exchange_id, "waits_since": self.now()} | woken

        return await self.change(number, "stays", "customer", rule)
