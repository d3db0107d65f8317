"""The laws of the queue under any interleaving, on a real Redis: found by hypothesis, not by us."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from conversation.keys import state
from handoff import keys
from handoff.events import Event, replay
from handoff.ticket import State, Ticket
from stores import open_redis
from tests.handoff.room import Room, Time, make_room

CONVERSATIONS = st.sampled_from(["c1", "c2", "c3"])
AGENTS = ["a1", "a2", "a3"]
CHANGES = [
    "claim",
    "release",
    "return_to_bot",
    "close",
    "cancel",
    "abandon",
    "ask_message",
    "leave_message",
    "wake",
    "stay",
]
CHANGES += ["note_abuse", "offer", "lapse", "withdraw", "decline", "transfer", "end_talk", "assign", "move"]
CHANGES += ["raise_hand", "note"]


class QueueLaws(RuleBasedStateMachine):
    """Several agents, customers and the clock do anything, also several things at the same time."""

    url = ""
    numbers = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        redis.from_url(self.url).flushall()
        self.loop = asyncio.new_event_loop()
        self.time, self.step = Time(), 0
        self.connection = self.run_async(self._connect())
        self.room: Room = make_room(self.connection, self.time)

    async def _connect(self) -> Any:
        return open_redis(self.url)

    def run_async(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run_async(self.connection.aclose())
        self.loop.close()

    @rule(target=numbers, cid=CONVERSATIONS, after_hours=st.booleans(), times=st.integers(1, 3))
    def open(self, cid: str, after_hours: bool, times: int) -> str:
        self.step += 1
        asks = [self.room.ask(cid=cid, exchange=f"x{self.step}", after_hours=after_hours) for _ in range(times)]

        async def together() -> set[str]:
            return {ticket.number for ticket in await asyncio.gather(*asks)}

        (number,) = self.run_async(together())
        return str(number)

    @rule(
        number=numbers,
        changes=st.lists(st.tuples(st.sampled_from(CHANGES), st.sampled_from(AGENTS)), min_size=1, max_size=4),
    )
    def change(self, number: str, changes: list[tuple[str, str]]) -> None:
        """All of them at once."""
        before = self.run_async(self.room.queue.events(number))

        async def together() -> list[Ticket]:
            return await asyncio.gather(*[self._one(number, what, who) for what, who in changes])

        answers = self.run_async(together())
        self.time.now += 1
        fresh = self.run_async(self.room.queue.events(number))[len(before) :]
        claimed = [event.actor for event in fresh if event.event == "claimed"]
        if {what for what, _ in changes} == {"claim"}:
            assert len(claimed) <= 1
            assert len({(ticket.owner, ticket.state) for ticket in answers}) == 1

    def _one(self, number: str, what: str, who: str) -> Coroutine[Any, Any, Ticket]:
        queue, seq = self.room.queue, self.step
        return {
            "claim": lambda: queue.claim(number, who, who),
            "release": lambda: queue.release(number, who),
            "return_to_bot": lambda: queue.return_to_bot(number, who),
            "close": lambda: queue.close(number, who, "resolved"),
            "cancel": lambda: queue.cancel(number),
            "abandon": lambda: queue.abandon(number),
            "ask_message": lambda: queue.ask_message(number),
            "leave_message": lambda: queue.leave_message(number, seq),
            "wake": lambda: queue.wake(number),
            "stay": lambda: queue.stay(number, f"x{seq}"),
            "offer": lambda: queue.offer(number, who),
            "lapse": lambda: queue.lapse(number, who),
            "withdraw": lambda: queue.withdraw(number),
            "decline": lambda: queue.decline(number, who),
            "transfer": lambda: queue.transfer(number, who, "repair", "a1"),
            "end_talk": lambda: queue.end_talk(number, who),
            "assign": lambda: queue.assign(number, "boss", who, who),
            "move": lambda: queue.move(number, "boss", seq),
            "raise_hand": lambda: queue.raise_hand(number, who, bool(seq % 2)),
            "note": lambda: queue.note(number, who, who, "確認中"),
            "note_abuse": lambda: queue.note_abuse(number, seq, "insult", ["このクズ"]),
        }[what]()

    @rule(cid=CONVERSATIONS)
    def the_bot_speaks_only_when_it_has_the_talk(self, cid: str) -> None:
        self.step += 1
        talking_to = self.run_async(self.connection.hget(state(cid), "talking_to")) or "bot"
        spoke = self.run_async(self.room.bot_may_speak(cid, f"other{self.step}", f"b{self.step}"))
        assert spoke is (talking_to == "bot")

    @invariant()
    def one_ticket_holds_a_conversation_with_at_most_one_owner(self) -> None:
        holding: dict[str, Ticket] = {}
        for ticket in self.run_async(self.room.queue.open_tickets()):
            assert (ticket.owner is not None) is (ticket.state in (State.ASSIGNED, State.WRAP_UP))
            assert (ticket.offered_to is not None) is (ticket.state is State.OFFERED)
            if ticket.holds:
                assert ticket.conversation_id not in holding
                holding[ticket.conversation_id] = ticket
        for cid in ("c1", "c2", "c3"):
            mirror = self.run_async(self.connection.hgetall(state(cid)))
            assert mirror.get("ticket") == (holding[cid].number if cid in holding else None)
            expected = holding[cid].talking_to.value if cid in holding else "bot"
            assert mirror.get("talking_to", "bot") == expected

    @invariant()
    def what_the_customer_sees_is_how_it_stands(self) -> None:
        for cid in ("c1", "c2", "c3"):
            shown = self.run_async(self.room.states(cid))
            mirror = self.run_async(self.connection.hgetall(state(cid)))
            assert not shown or shown[-1]["talking_to"] == mirror.get("talking_to", "bot")

    @invariant()
    def events_replay_to_the_ticket_and_its_version_grows_by_one(self) -> None:
        told: dict[str, dict[int, Event]] = {}
        for _, fields in self.run_async(self.connection.xrange(keys.EVENTS)):
            event = Event.from_json(fields["event"])
            told.setdefault(event.number, {})[event.version] = event
        for number, known in told.items():
            events = self.run_async(self.room.queue.events(number))
            assert [event.version for event in events] == list(range(1, len(events) + 1))
            assert [known[version] for version in sorted(known)] == [event.without_packet() for event in events]
            assert replay(events) == self.run_async(self.room.queue.get(number))
            for before, after in zip(events, events[1:], strict=False):
                assert after.from_state == before.to_state

    @invariant()
    def nothing_is_left_untold(self) -> None:
        assert self.run_async(self.connection.zcard(keys.UNTOLD)) == 0


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_laws_hold_whatever_people_do(redis_url: str) -> None:
    QueueLaws.url = redis_url
    run_state_machine_as_test(
        QueueLaws,
        settings=settings(
            max_examples=60,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
