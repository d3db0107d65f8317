"""What people and the clock may do to a ticket. A change that is not allowed changes nothing and gives it as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from handoff.ticket import URGENT, State, Ticket
from nihongo.mask import mask_patterns

_ABUSES_KEPT = 20  # abusive messages told in a ticket: more only fill the page
_NOTES_KEPT = 50
_NOBODY: dict[str, Any] = {"owner": None, "owner_name": None}
_NO_OFFER: dict[str, Any] = {"offered_to": None, "offered_until": 0.0}
# A change that is not allowed gives None: nothing is written.
Rule = Callable[[Ticket], dict[str, Any] | None]


class Changes:
    """Every change is one rule over the ticket as it stands; `change` carries it out (queue.py)."""

    async def change(self, number: str, event: str, actor: str, rule: Rule) -> Ticket:
        raise NotImplementedError

    def now(self) -> float:
        raise NotImplementedError

    # The clock, for agents

    async def offer(self, number: str, agent_id: str, seconds: float = 20) -> Ticket:
        """Puts a waiting ticket to one agent, who has so long to accept (`claim`) or decline."""
        fields = {"state": State.OFFERED, "offered_to": agent_id, "offered_until": self.now() + seconds}
        return await self.change(
            number, "offered", "clock", lambda ticket: fields if ticket.state is State.WAITING else None
        )

    async def lapse(self, number: str, agent_id: str) -> Ticket:
        """The agent did not answer in time."""
        return await self.change(number, "lapsed", "clock", lambda ticket: self._passed(ticket, agent_id))

    async def withdraw(self, number: str) -> Ticket:
        """The customer does something else just now: it rings no more, and the agent has passed nothing."""
        back = {"state": State.WAITING} | _NO_OFFER
        return await self.change(number, "withdrawn", "clock", lambda one: back if one.state is State.OFFERED else None)

    # Agents

    async def claim(self, number: str, agent_id: str, agent_name: str) -> Ticket:
        """Of many who claim at once exactly one becomes the owner; the others see who. An offered ticket is for the one
        it was offered to."""
        taken = _taken(agent_id, agent_name, self.now())

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            free = ticket.state is State.WAITING or (ticket.state is State.OFFERED and ticket.offered_to == agent_id)
            return taken if free and not ticket.booked else None

        return await self.change(number, "claimed", agent_id, rule)

    async def decline(self, number: str, agent_id: str) -> Ticket:
        return await self.change(number, "declined", agent_id, lambda ticket: self._passed(ticket, agent_id))

    async def release(self, number: str, agent_id: str) -> Ticket:
        """The owner puts the ticket back into the queue."""

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            return self._back(ticket, ticket.queue, None) if _owns(ticket, agent_id) else None

        return await self.change(number, "released", agent_id, rule)

    async def transfer(self, number: str, agent_id: str, queue: str, to_agent: str | None = None) -> Ticket:
        """The owner hands it on: to a queue, and there to one colleague first."""

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            return self._back(ticket, queue, to_agent) if _owns(ticket, agent_id) else None

        return await self.change(number, "transferred", agent_id, rule)

    async def return_to_bot(self, number: str, agent_id: str) -> Ticket:
        end = {"state": State.RETURNED}
        return await self.change(number, "returned", agent_id, lambda ticket: end if _owns(ticket, agent_id) else None)

    async def end_talk(self, number: str, agent_id: str) -> Ticket:
        """The talk is over: the customer is back with the bot, the owner writes it up."""
        fields = {"state": State.WRAP_UP, "talk_ended_at": self.now()}
        return await self.change(number, "ended", agent_id, lambda ticket: fields if _owns(ticket, agent_id) else None)

    async def close(
        self,
        number: str,
        agent_id: str,
        disposition: str,
        note: str = "",
        resolved: bool | None = None,
        category: str = "",
    ) -> Ticket:
        """The owner has dealt with it, in the talk or after it."""
        end: dict[str, Any] = {"state": State.CLOSED, "disposition": disposition, "note": mask_patterns(note)}
        end |= {"resolved": resolved, "category": category}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            return end if _owns(ticket, agent_id) or _writes_up(ticket, agent_id) else None

        return await self.change(number, "closed", agent_id, rule)

    async def raise_hand(self, number: str, agent_id: str, up: bool) -> Ticket:
        """The owner calls a supervisor, or needs none any more."""
        fields = {"hand_up": up}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            return fields if _owns(ticket, agent_id) and ticket.hand_up is not up else None

        return await self.change(number, "hand_up" if up else "hand_down", agent_id, rule)

    async def note(self, number: str, by: str, name: str, text: str, whisper: bool = False) -> Ticket:
        """Among staff; the customer sees none of it. `whisper`: a supervisor's word to the agent."""
        one = {"at": self.now(), "by": by, "name": name, "text": mask_patterns(text), "whisper": whisper}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            full = len(ticket.notes) >= _NOTES_KEPT
            return {"notes": (*ticket.notes, one)} if ticket.is_open and not full else None

        return await self.change(number, "noted", by, rule)

    # Supervisors

    async def assign(self, number: str, by: str, agent_id: str, agent_name: str) -> Ticket:
        """Gives it to an agent (or takes it over), whoever had it or was asked."""
        taken = _taken(agent_id, agent_name, self.now())

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            free = (ticket.waits or ticket.state is State.ASSIGNED) and ticket.owner != agent_id
            return taken if free else None

        return await self.change(number, "assigned", by, rule)

    async def move(self, number: str, by: str, priority: int) -> Ticket:
        """Forward or back in the queue."""
        fields = {"priority": priority}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            return fields if ticket.waits and ticket.priority != priority else None

        return await self.change(number, "moved", by, rule)

    # Customers

    async def cancel(self, number: str, unless_left: bool = False) -> Ticket:
        """The customer does not want to wait any more. `unless_left`: a message or a callback stays."""
        end = {"state": State.ABANDONED, "message_wanted": False}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            stays = unless_left and (ticket.message_left or bool(ticket.callback_at))
            return end if ticket.waits and not stays else None

        return await self.change(number, "cancelled", "customer", rule)

    async def ask_message(self, number: str) -> Ticket:
        """The customer's next words will be the message to keep."""
        fields = {"message_wanted": True}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            return fields if ticket.waits and not ticket.message_wanted else None

        return await self.change(number, "message_asked", "customer", rule)

    async def drop_message(self, number: str) -> Ticket:
        """The customer did something else instead of leaving a message."""
        fields = {"message_wanted": False}
        return await self.change(
            number, "message_dropped", "customer", lambda ticket: fields if ticket.message_wanted else None
        )

    async def leave_message(self, number: str, seq: int) -> Ticket:
        """Keeps the number of the message that the customer leaves, or adds to an earlier one."""
        fields = {"message_wanted": False, "message_left": True, "message_seq": seq, "holding": False}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            more = {"message_more": ticket.message_left}
            return fields | more if ticket.waits and ticket.message_seq != seq else None

        return await self.change(number, "message_left", "customer", rule)

    async def withdraw_message(self, number: str, seq: int) -> Ticket:
        """The customer takes their message back by the words `seq`: a call that is booked stays, else it is over."""
        kept = {"message_left": False, "message_more": False, "message_seq": seq}
        end = {"state": State.ABANDONED, "message_wanted": False}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            fields = kept if ticket.callback_at else end
            return fields if ticket.waits and ticket.message_left and ticket.message_seq != seq else None

        return await self.change(number, "message_withdrawn", "customer", rule)

    async def note_abuse(self, number: str, seq: int, kind: str, words: Iterable[str]) -> Ticket:
        """Evidence that came after the ticket: the customer's message `seq` is abusive. Once a message."""
        sign = {"kind": "abuse", "category": kind, "message": seq, "words": [mask_patterns(one) for one in words]}

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            known = [one["message"] for one in ticket.packet.signs if one["kind"] == "abuse"]
            if not ticket.is_open or seq in known or len(known) >= _ABUSES_KEPT:
                return None
            return {"packet": replace(ticket.packet, signs=(*ticket.packet.signs, sign))}

        return await self.change(number, "abused", "customer", rule)

    async def urge(self, number: str, sign: dict[str, Any]) -> Ticket:
        """Who waits tells of a danger: before all others from now on, with what they said of it. Once a ticket."""

        def rule(ticket: Ticket) -> dict[str, Any] | None:
            if not ticket.waits or ticket.urgent:
                return None
            return {"priority": URGENT, "packet": replace(ticket.packet, signs=(*ticket.packet.signs, sign))}

        return await self.change(number, "urged", "customer", rule)

    # The clock, for customers

    async def abandon(self, number: str) -> Ticket:
        """The customer has gone away while waiting."""
        end = {"state": State.ABANDONED, "message_wanted": False}
        return await self.change(number, "abandoned", "clock", lambda ticket: end if ticket.waits else None)

    # How

    def _passed(self, ticket: Ticket, agent_id: str) -> dict[str, Any] | None:
        """Back into the queue, and for a while not to this agent again."""
        if ticket.state is not State.OFFERED or ticket.offered_to != agent_id:
            return None
        mine = ticket.for_agent == agent_id
        passed = {**ticket.passed, agent_id: self.now()}
        return {"state": State.WAITING, "passed": passed, "for_agent": None if mine else ticket.for_agent} | _NO_OFFER

    def _back(self, ticket: Ticket, queue: str, to_agent: str | None) -> dict[str, Any]:
        """The colleague it is meant for is asked whatever they answered before."""
        passed = {**ticket.passed, str(ticket.owner): self.now()}
        passed.pop(str(to_agent), None)
        where = {"queue": queue, "for_agent": to_agent, "passed": passed, "waits_since": self.now()}
        return {"state": State.WAITING} | where | _NOBODY


def _taken(agent_id: str, agent_name: str, at: float) -> dict[str, Any]:
    who = {"owner": agent_id, "owner_name": agent_name, "last_owner": agent_id, "taken_at": at}
    return {"state": State.ASSIGNED, "message_wanted": False, "holding": True, "for_agent": None} | who | _NO_OFFER


def _owns(ticket: Ticket, agent_id: str) -> bool:
    return ticket.state is State.ASSIGNED and ticket.owner == agent_id


def _writes_up(ticket: Ticket, agent_id: str) -> bool:
    return ticket.state is State.WRAP_UP and ticket.owner == agent_id
