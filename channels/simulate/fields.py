"""Which fields a REST request may have and a resource shows: read from the classes of the installed SDK."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from twilio.rest.api.v2010.account.call import CallContext, CallInstance, CallList
from twilio.rest.api.v2010.account.message import MessageInstance, MessageList

from channels.simulate.refusals import Refusal

_PAGING = frozenset({"Page", "PageSize", "PageToken"})
_OURS = {"self", "limit", "page_size"}  # of the SDK, not of the API


@dataclass(frozen=True)
class Fields:
    """Those that Twilio knows, and of them those that this stand-in heeds."""

    known: frozenset[str]
    heeded: frozenset[str]

    def check(self, given: Iterable[str]) -> None:
        """Stricter than Twilio, which passes over some: what has no effect here proves nothing in a test."""
        for name in given:
            if name not in self.known:
                raise Refusal(400, 20001, f"Unknown parameter {name}")
            if name not in self.heeded:
                raise Refusal(400, 20001, f"Parameter {name} is not played by this stand-in")


def named(method: Any) -> frozenset[str]:
    """The fields of a request that the SDK sends in this method, as they stand in the form or the query."""
    return frozenset(field(name) for name in inspect.signature(method).parameters if name not in _OURS)


def field(name: str) -> str:
    """The API's name of what the SDK calls `name`."""
    for ending, sign in (("_before", "<"), ("_after", ">")):
        if name.endswith(ending):
            return field(name.removesuffix(ending)) + sign
    return "".join(part.capitalize() for part in name.split("_"))


def values(enum: Any) -> frozenset[str]:
    """Of an enumeration of the SDK."""
    return frozenset(value for name, value in vars(enum).items() if name.isupper())


SEND = Fields(named(MessageList.create), frozenset({"To", "From", "Body", "StatusCallback"}))
LIST = Fields(
    named(MessageList.list) | _PAGING, frozenset({"To", "From", "DateSent", "DateSent<", "DateSent>"}) | _PAGING
)
PLACE = Fields(
    named(CallList.create),
    frozenset({"To", "From", "Url", "Method", "Twiml", "Timeout", "StatusCallback", "StatusCallbackEvent"})
    | {"MachineDetection"},
)
CHANGE = Fields(named(CallContext.update), frozenset({"Url", "Method", "Twiml", "Status"}))
MESSAGE_STATUSES = values(MessageInstance.Status)
CALL_CHANGES = values(CallInstance.UpdateStatus)
