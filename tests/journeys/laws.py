"""What must hold after every journey, held against what both sides' screens really showed."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import sqlalchemy as sa

from handoff.sentences import say
from handoff.tables import TICKET_EVENTS, TICKETS
from handoff.ticket import OPEN, State
from nihongo.plain import plain
from run.product import Product
from stores import open_sql
from tests.journeys.people import PATIENCE, Screen
from tests.journeys.rows import assert_voc_equals_screen, masked_from
from tests.journeys.screens import Seat, Shopper

_TAKES = re.compile(re.escape(say("events.claimed", agent="@")).replace("@", "(.+)"))
_CALLS = re.compile(re.escape(say("callback_events.claimed", agent="@")).replace("@", "(.+)"))
_HANDS_ON = {say(f"events.{name}") for name in ("released", "transferred")}
_GIVES_BACK = {say(name) for name in ("events.returned", "events.ended", "events.closed", "callback_events.ended")}


async def hold(product: Product, shoppers: Sequence[Shopper], seats: Sequence[Seat] = ()) -> None:
    """No word lost or doubled, one voice at a time, every ticket ended once, the VOC as shown. `seats`: who spoke."""
    said = Counter((seat.display_name, text) for seat in seats for text in seat.said)
    assert said == Counter((line["name"], line["text"]) for shopper in shoppers for line in shopper.of("agent"))
    for shopper in shoppers:
        assert shopper.said == [line["text"] for line in shopper.of("customer")]
        await shopper.know()
        await shown_once(shopper)
        one_voice(shopper)
        await ended_once(product, shopper.conversation_id)
        await assert_voc_equals_screen(product, shopper)
        assert shopper.complaints == []


async def shown_once(shopper: Shopper) -> None:
    """Every word that came is on the page, once and in its order, and nothing else."""

    async def told() -> str:
        wanted, shown = [(line["from"], line["text"]) for line in shopper.lines()], await shopper.shown()
        return "" if wanted == shown else f"came: {wanted}\nshown: {shown}"

    await _until(told)


async def same_at_the_desk(seat: Seat, shopper: Shopper) -> None:
    """The agent's page shows each word of the customer's screen, once and in its order, but for what is masked."""

    async def told() -> str:
        wanted = [(line["seq"], line["from"], _at_the_desk(line)) for line in shopper.lines()]
        shown = await seat.shown()
        same = len(wanted) == len(shown) and all(map(_same, shown, wanted))
        return "" if same else f"customer: {wanted}\ndesk: {shown}"

    await _until(told)
    assert seat.complaints == []


def _at_the_desk(line: dict[str, Any]) -> str:
    return plain(line["text"], links=True) if line["from"] == "bot" else line["text"]


def _same(shown: tuple[int, str, str], wanted: tuple[int, str, str]) -> bool:
    return shown[:2] == wanted[:2] and masked_from(shown[2], wanted[2])


def one_voice(screen: Screen) -> None:
    """While an agent has the talk only they speak; who gave it away says no more; the bot comes back after them."""
    voice: str | None = "bot"  # None: between two agents
    for line in screen.lines():
        taken = _TAKES.fullmatch(line["text"]) or _CALLS.fullmatch(line["text"])
        if line["from"] == "system":
            voice = taken[1] if taken else _after(line["text"], voice)
        elif line["from"] == "agent":
            assert line["name"] == voice, f"{line} while {voice} had the talk: {screen.talk()}"
        elif line["from"] == "bot":
            assert voice == "bot", f"{line} while {voice} had the talk: {screen.talk()}"


def _after(text: str, voice: str | None) -> str | None:
    if text in _HANDS_ON:
        return None
    return "bot" if text in _GIVES_BACK else voice


async def ended_once(product: Product, conversation_id: str) -> dict[str, str]:
    """Every ticket of the talk ended, and once, its events being one chain in the ledger: number → the end."""
    found: dict[str, str] = {}

    async def told() -> str:
        events, ends = await asyncio.to_thread(_records, product, conversation_id)
        found.update(ends)
        return "" if ends and set(ends) == set(events) else f"ended: {ends} of {list(events)}"

    await _until(told)
    for number, events in (await asyncio.to_thread(_records, product, conversation_id))[0].items():
        assert [event["version"] for event in events] == list(range(1, len(events) + 1)), events
        assert [event["from_state"] for event in events[1:]] == [event["to_state"] for event in events[:-1]], events
        ends = [event["to_state"] for event in events if State(event["to_state"]) not in OPEN]
        assert ends == [found[number]], events
    return found


def _records(product: Product, conversation_id: str) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """Events by ticket, and the ends of those that have ended."""
    engine, here = open_sql(product.settings.database_url), TICKET_EVENTS.c.conversation_id == conversation_id
    with engine.connect() as connection:
        query = sa.select(TICKET_EVENTS).where(here).order_by(TICKET_EVENTS.c.number, TICKET_EVENTS.c.version)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        ended = connection.execute(sa.select(TICKETS).where(TICKETS.c.conversation_id == conversation_id)).mappings()
        ends = {row["number"]: row["state"] for row in ended}
    engine.dispose()
    events: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        events.setdefault(row["number"], []).append(row)
    return events, ends


async def _until(told: Callable[[], Awaitable[str]]) -> None:
    """Until nothing is told any more."""
    deadline = time.monotonic() + PATIENCE
    while problem := await told():
        assert time.monotonic() < deadline, problem
        await asyncio.sleep(0.1)
