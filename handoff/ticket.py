"""The noun of this room: a Ticket is one handoff to a person (有人対応チケット)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from conversation.words import TalkingTo


class State(str, Enum):
    WAITING = "waiting"  # in the queue (also a message left out of hours: see `message_left`)
    OFFERED = "offered"  # put to one agent, who may accept or decline
    ASSIGNED = "assigned"  # an agent owns the conversation; the bot is silent
    WRAP_UP = "wrap_up"  # the talk is over, the agent is writing it up; the customer is back with the bot
    CLOSED = "closed"  # end: dealt with
    ABANDONED = "abandoned"  # end: the customer left or cancelled while waiting
    RETURNED = "returned"  # end: given back to the bot


OPEN = frozenset({State.WAITING, State.OFFERED, State.ASSIGNED, State.WRAP_UP})
URGENT = 9  # the priority where somebody's life may be at risk: before all others
_AHEAD_SECONDS = 120.0  # by which one point of priority comes earlier; so nobody waits for ever behind others


class Reason(str, Enum):
    CUSTOMER_REQUEST = "customer_request"
    LOW_CONFIDENCE = "low_confidence"
    REPEATED_MISS = "repeated_miss"
    COMPLEX_TOPIC = "complex_topic"
    NEGATIVE_EMOTION = "negative_emotion"
    COMPLAINT_RECOVERY = "complaint_recovery"
    POLICY_RESTRICTION = "policy_restriction"
    ABUSE = "abuse"
    REPEAT_CONTACT = "repeat_contact"
    TOOL_FAILURE = "tool_failure"
    AFTER_HOURS = "after_hours"
    NO_INPUT = "no_input"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True)
class Packet:
    """What the agent is told besides the transcript, which is read from the stream by its numbers.

    candidates: [{"article_id", "title", "probability"}]; shown: [{"article_id", "title", "verdict"}] with verdict
    solved | not_solved | none; facts: [{"name", "value", "confirmed"}].

    signs: why, as data (the desk puts it into words), each {"kind", …}: `words` {matter, words, said: the sentences
    they stand in}, `score` {score}, `article` {words}, `misses` {count}, `mood` {message, signs, words}, `abuse`
    {category, message, words}, `earlier` {number, reason}. `message` is a number of the conversation's stream (0: not
    known).
    """

    question: str = ""
    evidence: tuple[str, ...] = ()
    candidates: tuple[dict[str, Any], ...] = ()
    shown: tuple[dict[str, Any], ...] = ()
    facts: tuple[dict[str, Any], ...] = ()
    page: str = ""
    tried: tuple[str, ...] = ()
    signs: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Ticket:
    """`number` is the 受付番号: 8 digits, the last a check digit. Times are epoch seconds. `version` grows by one a
    change; `first_seq`/`last_seq` are message numbers of the conversation stream (no text is kept here, but for
    the short `packet.question`, masked)."""

    number: str
    conversation_id: str
    channel: str
    reason: Reason
    state: State
    opened_at: float
    exchange_id: str
    queue: str = "general"
    priority: int = 0
    owner: str | None = None  # user id of the agent
    owner_name: str | None = None
    changed_at: float = 0.0
    message_left: bool = False
    disposition: str | None = None
    first_seq: int = 0
    last_seq: int = 0
    packet: Packet = field(default_factory=Packet)
    version: int = 1
    holding: bool = True  # the customer stays in the chat for a person; otherwise the bot serves meanwhile
    after_hours: bool = False  # opened while nobody was there
    opens_at: float = 0.0  # when people are back, as told to an after-hours customer
    woken_at: float = 0.0  # when the queue opened again for an after-hours ticket
    message_wanted: bool = False  # the customer's next words are the message to keep
    message_seq: int = 0  # number of the message that was left (the newest)
    message_more: bool = False  # that one was added to an earlier one
    note: str = ""
    waits_since: float = 0.0  # when it came back into the queue; 0: since it was opened
    taken_at: float = 0.0  # when the owner took it
    offered_to: str | None = None  # the agent who is asked now
    offered_until: float = 0.0  # then the next one is asked
    passed: dict[str, float] = field(
        default_factory=dict
    )  # agent -> when they declined it, let it lapse or gave it back
    for_agent: str | None = None  # transferred to this colleague, who is asked first
    last_owner: str | None = None
    talk_ended_at: float = 0.0  # when the write-up began
    resolved: bool | None = None  # as the agent says
    category: str = ""  # what it was about, three levels: 配送/遅延/天候
    notes: tuple[dict[str, Any], ...] = ()  # among staff: {"at", "by", "name", "text", "whisper"}
    hand_up: bool = False  # the agent calls a supervisor
    follows: str | None = None  # number of the conversation's earlier ticket, when it had ended shortly before
    callback_at: float = 0.0  # when the customer is to be called; 0: no callback
    callback_due: bool = False  # that time has come
    callback_missed: bool = False  # … and nobody took it in time

    @property
    def holds(self) -> bool:
        """Whether it still is about the conversation: a talk that is only written up is over for the customer."""
        return self.is_open and self.state is not State.WRAP_UP

    @property
    def ended_at(self) -> float:
        """When it was over for the customer; only for one that is."""
        return self.talk_ended_at or self.changed_at

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def waits(self) -> bool:
        """For an agent: nobody has taken it yet, one may just be asked."""
        return self.state in (State.WAITING, State.OFFERED)

    def talks_on_from(self, before: Ticket) -> bool:
        """Whether the same person is still in the talk."""
        return self.state is State.ASSIGNED and self.owner == before.owner

    @property
    def for_supervisor(self) -> bool:
        """Whether only supervisors may read and claim it (要 責任者応対)."""
        return self.reason is Reason.ABUSE

    @property
    def urgent(self) -> bool:
        """Whether somebody's life or body may be at risk."""
        return self.priority >= URGENT

    @property
    def may_be_called(self) -> bool:
        """A matter of life or for supervisors is not put off to a callback."""
        return not (self.urgent or self.for_supervisor)

    @property
    def booked(self) -> bool:
        """Waits for the time of its callback: nobody is told of it before."""
        return bool(self.callback_at) and not self.callback_due and self.waits

    @property
    def sleeps(self) -> bool:
        """Opened out of hours, and the queue has not opened since."""
        return self.after_hours and not self.woken_at

    @property
    def wanted(self) -> bool:
        """Agents are asked in its turn: somebody stays for them, left a message or is to be called now. Of what sleeps
        nobody is told before."""
        away = self.sleeps or self.booked
        return self.waits and not away and (self.holding or self.message_left or self.callback_due)

    @property
    def on_the_line(self) -> bool:
        """The customer waits with the telephone in their hand: only who has one can talk with them."""
        return self.channel == "voice" and not (self.callback_at or self.message_left)

    @property
    def talking_to(self) -> TalkingTo:
        if self.state is State.ASSIGNED:
            return TalkingTo.AGENT
        stays = (self.holding and not self.booked) or self.message_wanted
        return TalkingTo.QUEUE if self.waits and stays else TalkingTo.BOT

    @property
    def rank(self) -> tuple[int, float]:
        """Serving order: danger of life, callbacks that are due, messages left at night, then by time, earlier by
        priority; those that sleep or are called later last."""
        if self.sleeps or self.booked:
            return 4, self.callback_at or self.opened_at
        if self.callback_due and not self.urgent:
            return 1, self.callback_at
        band = 0 if self.urgent else 2 if self.after_hours and self.message_left else 3
        return band, self.opened_at - _AHEAD_SECONDS * self.priority

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"reason": self.reason.value, "state": self.state.value}

    def to_json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Ticket:
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        parts = data["packet"].items()
        packet: dict[str, Any] = {name: tuple(part) if isinstance(part, list) else part for name, part in parts}
        known["notes"] = tuple(known.get("notes", ()))
        known |= {"reason": Reason(data["reason"]), "state": State(data["state"]), "packet": Packet(**packet)}
        return cls(**known)

    @classmethod
    def from_json(cls, text: str) -> Ticket:
        return cls.from_dict(json.loads(text))
