"""An Event is one change of a ticket: who, when, what became different. The events of a ticket replay to it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from handoff.ticket import Ticket


@dataclass(frozen=True)
class Event:
    """`version` is the ticket's after the change: (number, version) names an event. `changed` holds the new values."""

    number: str
    version: int
    event: str
    actor: str
    at: float
    from_state: str
    to_state: str
    changed: dict[str, Any]

    @classmethod
    def of(cls, was: Ticket | None, ticket: Ticket, event: str, actor: str) -> Event:
        before, after = was.as_dict() if was else {}, ticket.as_dict()
        changed = {key: value for key, value in after.items() if key not in before or before[key] != value}
        from_state = was.state.value if was else ""
        return cls(
            ticket.number, ticket.version, event, actor, ticket.changed_at, from_state, ticket.state.value, changed
        )

    def without_packet(self) -> Event:
        """As the stream `tickets` and SQL have it: what the customer told stays with the ticket and ends with it."""
        return replace(self, changed={key: value for key, value in self.changed.items() if key != "packet"})

    def to_json(self) -> str:
        data = asdict(self)
        data["from"], data["to"] = data.pop("from_state"), data.pop("to_state")
        return json.dumps(data, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Event:
        data = json.loads(text)
        data["from_state"], data["to_state"] = data.pop("from"), data.pop("to")
        return cls(**data)


def replay(events: Iterable[Event]) -> Ticket | None:
    """The ticket as its events tell it."""
    fields: dict[str, Any] = {}
    for event in events:
        fields.update(event.changed)
    return Ticket.from_dict(fields) if fields else None
