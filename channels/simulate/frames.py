"""Where a call stands in the documents it plays."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from channels.simulate.numbers import new_sid
from channels.simulate.signing import Params

if TYPE_CHECKING:
    from channels.simulate.call import Call


class Kind(str, Enum):
    """For whom a document is, which says what may stand in it and what comes after its end."""

    MAIN = "main"
    WAIT = "wait"
    WHISPER = "whisper"
    BEFORE_BRIDGE = "before_bridge"


@dataclass
class Frame:
    """A document and the verbs of it that are still to be played."""

    url: str
    verbs: deque[Element]
    kind: Kind = Kind.MAIN


@dataclass
class Gathering:
    """A <Gather> whose prompts were played; `first` counts what was heard after the first of them."""

    gather: Element
    frame: Frame
    first: int

    @property
    def inputs(self) -> list[str]:
        return self.gather.get("input", "dtmf").split()


@dataclass
class Recording:
    """The tone has sounded."""

    record: Element
    frame: Frame


@dataclass
class Queued:
    """Waits in a queue, in its document `frame`."""

    name: str
    enqueue: Element
    frame: Frame
    since: float
    sid: str = field(default_factory=lambda: new_sid("QU"))


@dataclass
class Dialing:
    """A <Dial> at work: telephones that ring, or a queue from which somebody is to be taken."""

    dial: Element
    frame: Frame
    children: list[Call] = field(default_factory=list)
    queue: str = ""
    queue_url: str = ""


Then = Callable[[Params], Awaitable[None]]


@dataclass
class Bridge:
    """Two talk; `then` is what this side goes on with when the other has gone, given what the <Dial> has to tell."""

    other: Call
    dialer: Call
    dialing: Dialing
    then: Then


Place = Recording | Queued | Dialing | Bridge | None
