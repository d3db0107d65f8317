"""Where customers stand in their queue: counted are those for whom an agent is asked before them, and nobody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from handoff.ticket import Ticket


def places(waiting: Iterable[Ticket]) -> dict[str, int]:
    """`waiting`: in serving order. By number: 1 is next; who is not in it, for them no agent is asked now.

    A message or a callback that is due stands before who came later: agents are asked for it first. Who asked at night
    and left nothing, or is called later, stands before nobody. What only supervisors may take keeps no agent from the
    others.
    """
    found: dict[str, int] = {}
    before: Counter[tuple[str, bool]] = Counter()
    for ticket in waiting:
        if not ticket.wanted:
            continue
        guarded = before[ticket.queue, True] if ticket.for_supervisor else 0
        found[ticket.number] = before[ticket.queue, False] + guarded + 1
        before[ticket.queue, ticket.for_supervisor] += 1
    return found
