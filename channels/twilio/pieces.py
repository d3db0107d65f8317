"""A number that is said in pieces (090 … 1234 … 5678): kept in the call until it is whole, then heard as one."""

from __future__ import annotations

import re
from dataclasses import replace

from channels.twilio import leaving
from channels.twilio.call import Call, Prompt
from channels.twilio.heard import Heard
from channels.twilio.telling import REPEAT
from channels.twilio.words import say
from nihongo import listening, spoken_digits
from nihongo.readings import readings

PHONE, CODE = "phone", "code"  # what is asked for
_MOST = 3
_WHOLE = {PHONE: re.compile("0[5-9]0[0-9]{8,}|(?!0[5-9]0)[0-9]{10,}"), CODE: re.compile("[0-9]{6,}")}
_FIRST = {PHONE: re.compile("0[0-9]+"), CODE: re.compile("[0-9]{2,}")}  # one digit alone is a choice
_KEEP = ("repeat", "slower", "wait")
Joined = tuple[Call, Heard, Prompt | None]


def joined(call: Call, heard: Heard, kind: str) -> Joined:
    """What was heard, with the pieces before it once the number is whole; the Prompt that asks for more until then.
    `kind`: what is asked for, empty where that is no number."""
    said = _digits(call, heard) if kind else ""
    if not said:
        return _other(call, heard)
    so_far = "".join((*call.pieces, said))
    whole = next((one for one in (said, so_far) if _WHOLE[kind].fullmatch(one)), "")
    if whole:
        return replace(call, pieces=()), heard if whole == said else Heard(whole, confidence=heard.confidence), None
    if not _FIRST[kind].fullmatch(so_far):
        return replace(call, pieces=()), heard, None
    if len(call.pieces) + 1 >= _MOST:
        return replace(call, pieces=()), heard, _asks(call, say("voice.piece_keys"))
    return replace(call, pieces=(*call.pieces, said)), heard, _asks(call, say("voice.piece", digits=_spelled(said)))


def _digits(call: Call, heard: Heard) -> str:
    """Of keys only what goes on from a piece: alone they are the number."""
    if heard.keys:
        return heard.keys if call.pieces and len(heard.keys) > 1 and heard.keys.isdigit() else ""
    return "" if heard.unsure else spoken_digits.digits(heard.speech) or ""


def _other(call: Call, heard: Heard) -> Joined:
    """No digits: the pieces wait for what comes next, are begun anew, or are given up for something else."""
    if not call.pieces or heard.unsure or not (heard.keys or heard.speech):
        return call, heard, None
    if leaving.anew(heard) or leaving.wrong(heard):
        return replace(call, pieces=()), heard, _asks(call, say("voice.piece_anew"))
    meant = listening.heard(heard.speech)
    if meant in ("backchannel", "go_on"):  # はい is no yes to anything else
        return call, heard, _asks(call, say("voice.piece_on"))
    keeps = heard.keys == REPEAT or meant in _KEEP
    return (call if keeps else replace(call, pieces=())), heard, None


def _asks(call: Call, line: str) -> Prompt:
    return replace(call.now, lines=(line,), question=(line,))


def _spelled(digits: str) -> str:
    names = readings()["digits"]
    return "".join(names[digit] for digit in digits)
