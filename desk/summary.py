"""A talk in three lines for who takes it over: what is asked, what was tried, what is wanted. Extractive: nothing is
said that was not said. Made when the page is opened, so that what came while the customer waited is in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conversation.words import Kind, Speaker, Word
from desk.reasons import abusive_numbers, label
from desk.showing import one_line
from desk.words import word
from handoff.ticket import Reason, Ticket
from kb.release import Release
from nihongo.abusive import offensive
from nihongo.mask import mask_patterns
from nihongo.wishes import clearest

_LONGEST = 80
_SHOWN = 2  # articles in the line of what was tried


@dataclass(frozen=True)
class Summary:
    """`lines`: (name, text, whether it is folded). `mood`, of each message: 0 calm, 1 displeased, 2 abusive."""

    topic: str
    lines: tuple[tuple[str, str, bool], ...]
    mood: tuple[int, ...]


def summary(ticket: Ticket, words: Sequence[Word], release: Release | None) -> Summary:
    """words: of the whole conversation, in order."""
    own = [one for one in words if one.seq >= ticket.first_seq]
    said = _messages(own)
    asked = said[:1] or _messages(words)[-1:]  # who comes back by a button has asked before
    lines = (
        ("asked", one_line(ticket.packet.question or "".join(one.text for one in asked), _LONGEST)),
        ("tried", _tried(ticket)),
        ("wanted", _wanted(ticket, said)),
    )
    named = tuple((word(f"summary.{name}"), text, offensive(text)) for name, text in lines if text)
    return Summary(_topic(ticket, release), named, tuple(_moods(ticket, own)))


def _messages(words: Sequence[Word]) -> list[Word]:
    """What the customer wrote, but for answers to the survey and what was written for a callback."""
    answers = {one.exchange_id for one in words if one.meta.get("survey")}
    typed = (one for one in words if one.speaker is Speaker.CUSTOMER and one.kind is Kind.MESSAGE)
    return [one for one in typed if one.message_id not in answers and not _private(one)]


def _topic(ticket: Ticket, release: Release | None) -> str:
    """The category of the article that was shown last, else of the likeliest."""
    names = [each.get("article_id", "") for each in (*reversed(ticket.packet.shown), *ticket.packet.candidates)]
    known = release.articles if release else {}
    return next((known[name].category for name in names if name in known), "")


def _tried(ticket: Ticket) -> str:
    shown = [
        word("summary.shown", title=each.get("title", ""), verdict=word(f"verdicts.{each.get('verdict') or 'none'}"))
        for each in ticket.packet.shown[-_SHOWN:]
    ]
    tried = [word(f"tried.{name}") for name in ticket.packet.tried]
    return "、".join([*shown, *tried]) or word("summary.nothing")


def _wanted(ticket: Ticket, said: list[Word]) -> str:
    """What the customer said most clearly besides the question, also while waiting; else why they came."""
    wish = clearest(one.text for one in said if mask_patterns(one.text) != ticket.packet.question)
    if wish:
        return one_line(wish, _LONGEST)
    return word("summary.person") if ticket.reason is Reason.CUSTOMER_REQUEST else label(ticket)


def _moods(ticket: Ticket, words: Iterable[Word]) -> Iterable[int]:
    abusive = abusive_numbers(ticket.packet)
    signs = {int(sign.get("message") or 0) for sign in ticket.packet.signs if sign["kind"] == "mood"}
    for one in words:
        if one.speaker is not Speaker.CUSTOMER:
            continue
        if one.seq in abusive or offensive(one.text):
            yield 2
        elif one.seq in signs or "not_solved" in (one.meta.get("value"), str(one.meta.get("command", "")).strip("/")):
            yield 1
        elif one.kind is Kind.MESSAGE:
            yield 0


def _private(said: Word) -> bool:
    """The name and number of a callback, which stand beside the talk."""
    return bool(said.meta.get("private"))
