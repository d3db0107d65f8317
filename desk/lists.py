"""The three lists of an agents' page: who waits, own talks, the others'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from desk.lines import Line
from desk.staff import Role, User
from handoff.ticket import Ticket

_MOST = 60  # of each list; a longer one nobody reads


def may_read(user: User, ticket: Ticket) -> bool:
    """Agents read who waits (but for supervisors' matters, and those who are called later) and their own talks;
    supervisors read all."""
    if ticket.owner == user.id or Role.SUPERVISOR in user.roles:
        return True
    return ticket.waits and Role.AGENT in user.roles and not (ticket.for_supervisor or ticket.booked)


class Lists:
    """At one moment; what all pages share is worked out once."""

    def __init__(self, lines: Sequence[Line] = ()) -> None:
        self._waiting = [line for line in lines if line.ticket.waits]
        self._taken = [line for line in lines if not line.ticket.waits]
        self._now = [line for line in self._waiting if not line.ticket.booked]
        self._awake = sum(not line.ticket.sleeps for line in self._now)
        self._fronts: dict[frozenset[Role], dict[str, str]] = {}
        self._owned: defaultdict[str | None, list[Line]] = defaultdict(list)
        for line in self._taken:
            self._owned[line.ticket.owner].append(line)

    def of(self, user: User) -> tuple[dict[str, str], dict[str, int]]:
        """Number → row as JSON, without words of talks that this user may not read: the front of each list, what is put
        to this user and their own talks always. Callbacks of later are the supervisors' to see. And the counts of all,
        by group, and of who waits now (`awake`)."""
        waiting = self._waiting if Role.SUPERVISOR in user.roles else self._now
        mine = self._owned.get(user.id, [])
        others = islice((line for line in self._taken if line.ticket.owner != user.id), _MOST)
        offered = (line for line in waiting[_MOST:] if line.ticket.offered_to == user.id)
        rows = self._front(user, waiting) | _rows(user, (*offered, *mine, *others))
        others_count = len(self._taken) - len(mine)
        counts = {"waiting": len(waiting), "mine": len(mine), "others": others_count, "awake": self._awake}
        return rows, counts

    def _front(self, user: User, waiting: Sequence[Line]) -> dict[str, str]:
        """Nobody has those who wait yet: users of the same roles see the same."""
        if user.roles not in self._fronts:
            self._fronts[user.roles] = _rows(user, waiting[:_MOST])
        return self._fronts[user.roles]


def _rows(user: User, lines: Iterable[Line]) -> dict[str, str]:
    return {line.ticket.number: line.text if may_read(user, line.ticket) else line.veiled for line in lines}
