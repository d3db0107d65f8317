"""A step that the door itself asks for in a call (a link, a number, a code), written into the Prompt that asks it."""

from __future__ import annotations

from dataclasses import dataclass

from channels.twilio.call import Call, Prompt
from channels.twilio.heard import Heard
from channels.twilio.words import say
from nihongo import listening, spoken_digits

_BETWEEN = "|"
YES, NO = "1", "2"
KEYS = {YES: "yes", NO: "no"}


@dataclass(frozen=True)
class Step:
    """`about`: an article's id or a conversation. `number`: in E.164, to be confirmed. `wrong`: tries so far."""

    name: str = ""
    about: str = ""
    number: str = ""
    wrong: int = 0

    def __str__(self) -> str:
        return _BETWEEN.join((self.name, self.about, self.number, str(self.wrong)))

    @classmethod
    def of(cls, call: Call) -> Step:
        """What the caller was asked last."""
        return cls.asked(call.now)

    @classmethod
    def asked(cls, prompt: Prompt | None) -> Step:
        """What this one asks; no step where it asks none of ours."""
        if prompt is None or not prompt.asking:
            return cls()
        name, about, number, wrong = prompt.asking.split(_BETWEEN)
        return cls(name, about, number, int(wrong))


def agreed(heard: Heard) -> bool | None:
    """The answer to 「…でしょうか。はい、または1を」; None: something else was said or pressed."""
    if heard.keys:
        return {YES: True, NO: False}.get(heard.keys[0])
    return None if heard.unsure else listening.yes_no(heard.speech)


def command(heard: Heard) -> bool:
    """Whether it is for the call itself: a person, once more, slower."""
    if heard.keys:
        return len(heard.keys) == 1
    return listening.heard(heard.speech) not in ("", "backchannel")


def digits(heard: Heard) -> str:
    """What was keyed, or said as a number."""
    return heard.keys or spoken_digits.digits(heard.speech) or heard.speech


def asks_on(call: Call, *lines: str) -> Prompt:
    """Back to what was asked before the step."""
    return (call.behind or Prompt((say("voice.ask_again"),))).after(*lines)
