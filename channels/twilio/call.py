"""The nouns of the telephone: a Call and how far it has come; the Prompt, what is heard next and may be done then."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import Any

from channels import keys
from conversation.stream import ConversationStream

SECONDS = 4 * 3600  # longer is no call
_MAKING_SECONDS = 15  # a turn takes less: one of a door that died is free again


class Then(str, Enum):
    LISTEN = "listen"  # for words and keys
    WAIT = "wait"  # the answer is being made
    QUEUE = "queue"  # for an agent
    RECORD = "record"  # a message after the tone
    HANG_UP = "hang_up"


@dataclass(frozen=True)
class Prompt:
    """`lines`: what is said, as a voice says it. `keys`: key → what it does (`Dialogue.do`). `firm`: may not be talked
    over (notices). `digits`: a number is asked for, which may be keyed and ends with #, or
    after `length` keys. `asking`: a step of ours that what follows answers (asking.py)."""

    lines: tuple[str, ...] = ()
    then: Then = Then.LISTEN
    keys: dict[str, str] = field(default_factory=dict)
    firm: bool = False
    digits: bool = False
    question: tuple[str, ...] = ()  # of the lines those that ask, to be asked again
    yes: str = ""  # what はい does, where but one thing is offered
    length: int = 0
    asking: str = ""

    def after(self, *lines: str) -> Prompt:
        """The same with these lines before it."""
        return replace(self, lines=(*(line for line in lines if line), *self.lines))


@dataclass(frozen=True)
class Call:
    """`told`: number of the stream's last word that was said. `rest`: parts of an answer that are still to be said, and
    `asks` what is asked behind them. `silences`: in a row. `troubles`: rounds that were not understood, in a row.
    `behind`: what is asked again after a step of ours."""

    conversation_id: str
    turn: int = 0
    told: int = 0
    silences: int = 0
    troubles: int = 0
    slow: bool = False
    rest: tuple[str, ...] = ()
    asks: Prompt | None = None
    now: Prompt = Prompt()
    before: Prompt | None = None
    linked: tuple[str, ...] = ()  # articles whose link was offered or sent
    solved: bool = False
    behind: Prompt | None = None
    unlinked: bool = False  # the caller wants no link
    failed: tuple[str, ...] = ()  # articles that did not help them before the call
    pieces: tuple[str, ...] = ()  # of a number that is being said
    gathers: bool = False  # its streams broke: by Gather to its end

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Call:
        data = json.loads(text)
        for name in ("asks", "now", "before", "behind"):
            data[name] = _prompt(data[name])
        return cls(**data | {name: tuple(data.get(name, ())) for name in ("rest", "linked", "failed", "pieces")})


def _prompt(data: dict[str, Any] | None) -> Prompt | None:
    if not data:
        return None
    lists = {name: tuple(data[name]) for name in ("lines", "question")}
    return Prompt(**data | lists | {"then": Then(data["then"])})


class Calls:
    """Calls in Redis, each for as long as one can last."""

    def __init__(self, stream: ConversationStream) -> None:
        self._redis = stream.redis

    async def get(self, conversation_id: str) -> Call | None:
        text = await self._redis.get(keys.call(conversation_id))
        return Call.from_json(text) if text else None

    async def keep(self, call: Call) -> None:
        await self._redis.set(keys.call(call.conversation_id), call.to_json(), ex=SECONDS)

    async def begin_turn(self, conversation_id: str, turn: int) -> str | None:
        """None: this turn is ours to carry out. Else the call after it (JSON), empty while that is being made."""
        key = keys.answered(conversation_id, turn)
        known = await self._redis.set(key, "?", nx=True, get=True, ex=_MAKING_SECONDS)
        return None if known is None else "" if known == "?" else str(known)

    async def end_turn(self, conversation_id: str, turn: int, call: str) -> None:
        await self._redis.set(keys.answered(conversation_id, turn), call, ex=SECONDS)

    async def making(self, conversation_id: str, turn: int) -> bool:
        """Whether somebody is at this turn."""
        return bool(await self._redis.get(keys.answered(conversation_id, turn)) == "?")

    async def give_back(self, conversation_id: str, turn: int) -> None:
        """Nothing came of it: whoever is asked again may answer."""
        await self._redis.delete(keys.answered(conversation_id, turn))
