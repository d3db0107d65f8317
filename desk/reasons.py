"""Why a customer came to a person, put into words for the agent: headline and lines of evidence (see Packet.signs)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desk.words import word
from handoff.number import spoken
from handoff.ticket import Packet, Reason, Ticket
from nihongo import life
from nihongo.abusive import offensive

_QUOTED = 2  # words in the headline


@dataclass(frozen=True)
class Line:
    """`folded`: words that are shown only when asked for; `message`: number of the word meant, 0 for none."""

    text: str
    folded: str = ""
    message: int = 0


@dataclass(frozen=True)
class Why:
    headline: str
    lines: tuple[Line, ...]


def label(ticket: Ticket) -> str:
    """The reason in a few words; a matter of life is named as such, and danger before all else."""
    of_life = any(sign.get("matter") == life.KIND for sign in ticket.packet.signs)
    if ticket.urgent:
        return word("danger.life" if of_life else "danger.body")
    return word("matters.life") if of_life else word(f"reasons.{ticket.reason.value}")


def why(ticket: Ticket) -> Why:
    """For the agent. Tickets without signs have their evidence as it is."""
    packet = ticket.packet
    lines = [_line(sign) for sign in packet.signs] or [Line(text) for text in packet.evidence]
    return Why(_headline(ticket), tuple(lines))


def abusive_numbers(packet: Packet) -> frozenset[int]:
    """The messages that the bot took for abuse, also where no single word shows it."""
    return frozenset(sign["message"] for sign in packet.signs if sign["kind"] == "abuse")


def _headline(ticket: Ticket) -> str:
    reason = label(ticket)
    said = [each for sign in ticket.packet.signs if sign["kind"] == "words" for each in sign["words"]]
    if not said and ticket.reason is Reason.NEGATIVE_EMOTION:
        said = _newest_irritation(ticket.packet)
    calm = [each for each in said if not offensive(each)][:_QUOTED]
    if not calm:
        return reason
    return word("signs.headline", reason=reason, words=_quoted(calm), more=word("signs.more") if said != calm else "")


def _newest_irritation(packet: Packet) -> list[str]:
    """What let the mood spill over, else what came before it."""
    turns = [sign["words"] for sign in packet.signs if sign["kind"] == "mood" and sign["words"]]
    return list(turns[-1]) if turns else []


def _line(sign: Mapping[str, Any]) -> Line:
    kind, words, message = sign["kind"], list(sign.get("words", ())), int(sign.get("message", 0))
    if kind == "abuse":
        return Line(word("signs.abuse", category=word(f"abuses.{sign['category']}")), _quoted(words), message)
    words = list(sign.get("said") or words)
    hides = any(map(offensive, words))
    shown = "" if hides else _quoted(words)
    return Line(word(f"signs.{kind}", **_values(sign), words=shown), _quoted(words) if hides else "", message)


def _values(sign: Mapping[str, Any]) -> dict[str, Any]:
    """What the sentence of each kind is filled with."""
    return {
        "matter": word(f"matters.{sign.get('matter', '')}"),
        "percent": round(float(sign.get("score", 0.0)) * 100),
        "count": sign.get("count", 0),
        "signs": word("signs.and").join(word(f"moods.{each}") for each in sign.get("signs", ())),
        "number": spoken(sign["number"]) if "number" in sign else "",
        "reason": word(f"reasons.{sign.get('reason', '')}"),
    }


def _quoted(words: list[str]) -> str:
    return "".join(word("signs.quote", word=each) for each in dict.fromkeys(words))
