"""What the words of a conversation tell beyond their own exchange: who had the talk, where, tickets, verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from conversation.words import Kind, Speaker, TalkingTo, Word

VERDICTS = {"/solved": "solved", "/not_solved": "not_solved"}
NO_VERDICT = "none"
# What the bot says (data/rules) when the customer answers 「解決しましたか？」 in words of their own.
SAID_VERDICTS = {"utter_glad": "solved", "utter_related": "not_solved"}


@dataclass(frozen=True)
class WithPerson:
    """Numbers of the customer's words said while a person had the talk (or was awaited), or unanswered when one got it;
    and of those said while a message was asked for and nobody was there."""

    at_question: frozenset[int]
    before_next: frozenset[int]
    at_night: frozenset[int]


def with_person(words: list[Word]) -> WithPerson:
    talking_to, asleep, last_asked = TalkingTo.BOT.value, False, 0
    at_question: set[int] = set()
    before_next: set[int] = set()
    at_night: set[int] = set()
    for word in words:
        if word.kind is Kind.STATE:
            talking_to = str(word.meta.get("talking_to", talking_to))
            if word.meta.get("ticket"):  # the door's own notes (refusals) do not know
                asleep = bool((word.meta.get("queue") or {}).get("opens_at"))
            if talking_to != TalkingTo.BOT.value and not asleep:
                before_next.add(last_asked)
        elif word.asks:
            last_asked = word.seq
            if talking_to != TalkingTo.BOT.value:
                (at_night if asleep else at_question).add(word.seq)
    return WithPerson(frozenset(at_question), frozenset(before_next), frozenset(at_night))


def pages(words: list[Word], at_start: str) -> dict[int, str]:
    """The page that the customer was on, word by word: what the words tell, before that where the talk began."""
    page, found = at_start, {}
    for word in words:
        page = str(word.meta.get("page") or page) if word.speaker is Speaker.CUSTOMER else page
        found[word.seq] = page
    return found


def verdicts(words: list[Word]) -> dict[str, str]:
    """The customer's last word on each exchange: by the feedback buttons, by the choice after an answer, or said."""
    found: dict[str, str] = {}
    put, typed = "", ""  # where the question was put last; the typed message that came after it
    for word in words:
        if word.kind is Kind.FEEDBACK and word.meta.get("value") in VERDICTS.values():
            found[word.exchange_id] = str(word.meta["value"])
        elif word.meta.get("command") in VERDICTS and word.meta.get("offered_in"):
            found[str(word.meta["offered_in"])] = VERDICTS[word.meta["command"]]
        elif word.asks:
            typed = word.message_id if word.kind is Kind.MESSAGE else ""
        elif put and word.exchange_id == typed and word.meta.get("utter") in SAID_VERDICTS:
            found[put] = SAID_VERDICTS[str(word.meta["utter"])]
        if any(choice.command == "/solved" for choice in word.choices):
            put = word.exchange_id
    return found


def handed_off(words: list[Word]) -> frozenset[str]:
    """Exchanges in which a ticket is heard of for the first time."""
    first: dict[str, str] = {}
    for word in words:
        if word.meta.get("ticket"):
            first.setdefault(str(word.meta["ticket"]), word.exchange_id)
    return frozenset(first.values())


def noted(words: list[Word], name: str) -> str | None:
    """A fact about the ticket (its number, its reason) from what handoff put into this exchange."""
    about_ticket = [word.meta for word in words if word.meta.get("ticket")]
    return next((str(meta[name]) for meta in about_ticket if meta.get(name)), None)
