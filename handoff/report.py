"""How a day went at the people's end, by half hour: from ticket events and agents' states. Pure; store.py reads them.

Of the tickets opened while people were there: answered (応答率: answered ÷ opened), abandoned (放棄率) before anybody
answered, service level (answered within the target ÷ answered and those who gave up after it), ASA (mean wait of the
answered), AHT (talk and write-up of what has ended), occupancy (稼働率: time with customers ÷ time at work).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from handoff.events import Event

HALF_HOUR = 1800.0
_ANSWERS = ("claimed", "assigned")
_GIVES_UP = ("cancelled", "abandoned")
_AT_WORK = ("ready",)
Interval = tuple[float, float]


@dataclass(frozen=True)
class Contact:
    """One ticket's day. Seconds since the epoch; None: not (yet)."""

    number: str
    queue: str
    opened_at: float
    after_hours: bool = False
    called_later: bool = False
    """Booked a callback: chose not to wait, so its wait is no figure, but the talk is work like any other."""
    answered_at: float | None = None
    gave_up_at: float | None = None
    talks: tuple[tuple[str, float, float], ...] = ()
    """(agent, from, to) of each stretch with one agent, the write-up too; what is still going on ends now."""
    ended: bool = False

    @property
    def waited(self) -> float | None:
        end = self.answered_at if self.answered_at is not None else self.gave_up_at
        return None if end is None else end - self.opened_at


@dataclass(frozen=True)
class Figures:
    """Of some contacts. Shares are None where there is nothing to share."""

    opened: int = 0
    answered: int = 0
    gave_up: int = 0
    service_level: float | None = None
    asa_seconds: float | None = None
    aht_seconds: float | None = None
    occupancy: float | None = None

    @property
    def answer_rate(self) -> float | None:
        return self.answered / self.opened if self.opened else None

    @property
    def give_up_rate(self) -> float | None:
        return self.gave_up / self.opened if self.opened else None


def contacts(events: Iterable[Event], now: float) -> list[Contact]:
    """events: in order for each ticket, from its opening on."""
    found: dict[str, Contact] = {}
    talking: dict[str, tuple[str, float]] = {}
    for event in events:
        if event.event == "opened":
            changed = event.changed
            found[event.number] = Contact(
                event.number, str(changed["queue"]), event.at, bool(changed.get("after_hours"))
            )
        elif event.number in found:
            found[event.number] = _after(found[event.number], event, talking)
    for number, (agent, since) in talking.items():
        found[number] = replace(found[number], talks=(*found[number].talks, (agent, since, now)))
    return list(found.values())


def _after(contact: Contact, event: Event, talking: dict[str, tuple[str, float]]) -> Contact:
    if event.event == "callback_booked":
        return replace(contact, called_later=True)
    if event.event in _GIVES_UP and contact.answered_at is None:
        return replace(contact, gave_up_at=event.at, ended=True)
    owner = event.changed.get("owner", ...)
    over = event.to_state in ("closed", "returned") or owner is not ...
    if over and (began := talking.pop(event.number, None)):
        contact = replace(contact, talks=(*contact.talks, (*began, event.at)))
    if event.event in _ANSWERS:
        talking[event.number] = str(event.changed["owner"]), event.at
        contact = replace(contact, answered_at=contact.answered_at or event.at)
    return replace(contact, ended=contact.ended or event.to_state in ("closed", "returned", "abandoned"))


def figures(
    some: Iterable[Contact], targets: Mapping[str, float], works: Mapping[str, Sequence[Interval]] | None = None
) -> Figures:
    """targets: seconds by queue (60 where unknown). works: when each agent was at work."""
    day = [one for one in some if not one.after_hours]
    waited = [one for one in day if not one.called_later]
    answered = [one for one in waited if one.answered_at is not None]
    gave_up = [one for one in waited if one.gave_up_at is not None]
    quick = [one for one in answered if (one.waited or 0.0) <= targets.get(one.queue, 60.0)]
    late = [one for one in gave_up if (one.waited or 0.0) > targets.get(one.queue, 60.0)]
    handled = [sum(end - start for _, start, end in one.talks) for one in day if one.ended and one.talks]
    return Figures(
        len(waited),
        len(answered),
        len(gave_up),
        _share(len(quick), len(answered) + len(late)),
        _share(sum(one.waited or 0.0 for one in answered), len(answered)),
        _share(sum(handled), len(handled)),
        occupancy([talk for one in day for talk in one.talks], works or {}),
    )


def by_half_hour(
    some: Sequence[Contact], targets: Mapping[str, float], works: Mapping[str, Sequence[Interval]], span: Interval
) -> list[tuple[float, Figures]]:
    """(start, figures) of each half hour of the span; contacts count where they were opened."""
    found, talks = [], [talk for one in some for talk in one.talks]
    start = span[0]
    while start < span[1]:
        end = start + HALF_HOUR
        own = [one for one in some if start <= one.opened_at < end]
        busy = occupancy(_cut(talks, start, end), {who: within(at, start, end) for who, at in works.items()})
        found.append((start, replace(figures(own, targets), occupancy=busy)))
        start = end
    return found


def at_work(rows: Iterable[Mapping[str, object]], now: float) -> dict[str, list[Interval]]:
    """When each agent was ready for customers, from rows of agent_states in order of time."""
    found: dict[str, list[Interval]] = {}
    since: dict[str, float] = {}
    for row in rows:
        who, at = str(row["user_id"]), float(str(row["at"]))
        if (began := since.pop(who, None)) is not None:
            found.setdefault(who, []).append((began, at))
        if row["work"] in _AT_WORK:
            since[who] = at
    for who, began in since.items():
        found.setdefault(who, []).append((began, now))
    return found


def occupancy(talks: Iterable[tuple[str, float, float]], works: Mapping[str, Sequence[Interval]]) -> float | None:
    """Time with customers ÷ time ready or with customers; several talks at once are one."""
    busy: dict[str, list[Interval]] = {}
    for who, start, end in talks:
        busy.setdefault(who, []).append((start, end))
    there = {who: [*busy.get(who, []), *works.get(who, [])] for who in {*busy, *works}}
    return _share(sum(map(_length, busy.values())), sum(map(_length, there.values())))


def _length(intervals: Iterable[Interval]) -> float:
    """Of their union."""
    total, last = 0.0, float("-inf")
    for start, end in sorted(intervals):
        total += max(0.0, end - max(start, last))
        last = max(last, end)
    return total


def _cut(talks: Iterable[tuple[str, float, float]], start: float, end: float) -> list[tuple[str, float, float]]:
    return [(who, max(a, start), min(b, end)) for who, a, b in talks if a < end and b > start]


def within(intervals: Iterable[Interval], start: float, end: float) -> list[Interval]:
    """What of them lies between the two."""
    return [(max(a, start), min(b, end)) for a, b in intervals if a < end and b > start]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
