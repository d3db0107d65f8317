"""Which verbs and attributes TwiML has: read from the classes of the installed SDK, not from a list of ours."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

_OF_ALL = frozenset(vars(TwiML))
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Rule:
    """A verb: its attributes as they stand in XML, and the class that tells its children."""

    attributes: frozenset[str]
    kind: Any

    @property
    def children(self) -> Mapping[str, Rule]:
        return _children(self.kind)


VOICE = Rule(frozenset(), VoiceResponse)
SMS = Rule(frozenset(), MessagingResponse)


@cache
def _children(kind: Any) -> Mapping[str, Rule]:
    """Each method of an SDK class that is not common to all makes a child; it is asked to make one with everything."""
    found = {}
    for name, method in inspect.getmembers(kind, inspect.isfunction):
        if not name.startswith("_") and name not in _OF_ALL:
            child = method(_with_all(kind), **_arguments(method))
            attributes = frozenset(_XML_LANG if key == "xml:lang" else key for key in child.attrs)
            found[str(child.name)] = Rule(attributes, type(child))
    return found


def _with_all(kind: type[Any]) -> Any:
    return kind(**_arguments(kind.__init__))


def _arguments(method: Any) -> dict[str, str]:
    named = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return {p.name: "x" for p in inspect.signature(method).parameters.values() if p.kind is named and p.name != "self"}
