"""Tickets and words of a conversation as the agents' page shows them (JSON for its script)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conversation.texts import State as TextState
from conversation.words import Kind, Speaker, Word
from desk import phone_words
from desk.reasons import label
from desk.texts import why
from desk.words import word
from handoff.agents import Agent
from handoff.number import spoken
from handoff.ticket import State, Ticket
from kb.release import Release
from nihongo.abusive import offensive
from nihongo.aloud import Reader
from nihongo.mask import mask_patterns, without_cards
from nihongo.plain import plain
from nihongo.words import section

_SNIPPET = 60
_READER = Reader()


def has_message(ticket: Ticket) -> bool:
    """Of who waits and left a message the list shows that."""
    return ticket.message_left and ticket.waits


def needs_words(ticket: Ticket) -> bool:
    """Of others who wait it shows the question; of a talk what was said last."""
    return not has_message(ticket) and (ticket.owner is not None or not ticket.packet.question)


def row(ticket: Ticket, words: Sequence[Word], present: bool, called: str = "", over: bool = False) -> dict[str, Any]:
    """A line of the queue. `words` are the newest first, or the message that was left; `called` is how the customer is
    called; `over`: they have ended the chat."""
    last = next((each for each in words if each.shown and each.speaker is not Speaker.SYSTEM), None)
    snippet = _snippet(ticket, phone_words.in_manner(last, _written(last)) if last else "")
    return {
        "number": ticket.number,
        "spoken": spoken(ticket.number),
        "called": called,
        "state": ticket.state.value,
        "version": ticket.version,
        "owner": ticket.owner,
        "owner_name": ticket.owner_name,
        "reason": label(ticket),
        "urgent": ticket.priority > 0,
        "danger": ticket.urgent,
        "offered_to": ticket.offered_to,
        "offered_until": ticket.offered_until,
        "hand_up": ticket.hand_up,
        "for_supervisor": ticket.for_supervisor,
        "channel": word(f"channels.{ticket.channel}"),
        "opened_at": ticket.opened_at,
        "queue": ticket.queue,
        "promised_from": _promised_from(ticket),
        "sleeps": ticket.sleeps and ticket.owner is None,  # who talks waits for no opening
        "message_left": ticket.message_left,
        "booked": ticket.booked,
        "callback_at": ticket.callback_at,
        "callback_missed": ticket.callback_missed,
        "present": present,
        "over": over,
        "over_told": word(f"over.{'voice' if ticket.channel == 'voice' else 'web'}_short"),
        "snippet": snippet,
        "folded": offensive(snippet),
        "notice": phone_words.notice(ticket, words),
        "unread": bool(last and last.asks and ticket.state is State.ASSIGNED),
    }


def _snippet(ticket: Ticket, said: str) -> str:
    if has_message(ticket) and said:
        return one_line(said.strip().splitlines()[0])
    return one_line(said if ticket.owner is not None else ticket.packet.question or said)


def _promised_from(ticket: Ticket) -> float | None:
    """Since when the customer waits for an answer within the queue's target; None where none is promised."""
    promised = ticket.waits and not (ticket.after_hours or ticket.callback_at)
    return (ticket.waits_since or ticket.opened_at) if promised else None


def without_words(row: dict[str, Any]) -> dict[str, Any]:
    """The line for who may not read the talk: that there is one, why, and who has it."""
    return row | {"called": "", "snippet": "", "folded": False, "unread": False, "notice": None}


def work_of(agent: Agent | None) -> dict[str, Any] | None:
    """The agent's own state."""
    return {"work": agent.work.value, "code": agent.code, "since": agent.since} if agent else None


def shown_note(note: dict[str, Any]) -> dict[str, Any]:
    return {name: note[name] for name in ("at", "name", "text", "whisper")}


def one_line(text: str, most: int = _SNIPPET) -> str:
    """Masked, and cut to so many characters."""
    flat = mask_patterns(" ".join(plain(text).split()))  # before it is cut: half a number is not found
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def shown_word(
    said: Word, release: Release | None, abusive: frozenset[int] = frozenset(), reader: Reader = _READER
) -> dict[str, Any] | None:
    """A line of the transcript; None for words that agents need not see. `abusive`: numbers known to be, by the bot.
    `reader` reads aloud what a caller heard."""
    line: dict[str, Any] = {"seq": said.seq, "id": said.message_id, "from": said.speaker.value, "at": said.at}
    if said.kind is Kind.FEEDBACK:
        return line | {"kind": "note", "text": word(f"transcript.feedback_{said.meta.get('value')}")}
    if said.kind is Kind.STATE:
        return line | {"kind": "note"} | noted if (noted := _state_note(said)) else None
    line |= {
        "kind": said.kind.value,
        "folded": said.speaker is Speaker.CUSTOMER and (said.seq in abusive or offensive(said.text)),
        "text": phone_words.heard(said, reader) or _text(said),
        "masked": said.speaker is Speaker.CUSTOMER and _text(said) != revealed(said),
    }
    line |= phone_words.about(said)
    line |= {"agent": said.meta.get("agent"), "choices": phone_words.choices(said), "chosen": phone_words.chosen(said)}
    return line | {"article": _article(said.article_id, release)}


def _text(said: Word) -> str:
    """The bot's Markdown as words; of what customers say the numbers are masked (see `revealed`)."""
    if said.speaker is Speaker.BOT:
        return phone_words.in_manner(said, plain(said.text, links=True))
    if said.speaker is Speaker.SYSTEM:
        return phone_words.in_manner(said, _written(said))
    return mask_patterns(_written(said)) if said.speaker is Speaker.CUSTOMER else _written(said)


def revealed(said: Word) -> str:
    """What the customer wrote, but for card numbers, which nobody needs."""
    return without_cards(_written(said))


def _written(said: Word) -> str:
    """The name and the number of a callback stand beside the talk, and the number only for who asks for it."""
    return section("mask_labels")["private"] if said.meta.get("private") else said.text


def _state_note(said: Word) -> dict[str, Any] | None:
    """The opening, the end, what the telephone tells; for the rest the customer was told a line, which is shown."""
    if said.meta.get("over"):
        return {"text": phone_words.over(said)}
    if lost := said.meta.get("undelivered"):
        return {"text": word("transcript.undelivered", why=why(TextState(lost["state"]), lost["error"]))}
    if said.message_id.endswith(":1:state") and said.meta.get("queue"):
        return {"text": word("transcript.opened", ticket=said.meta["queue"]["ticket"])}
    return phone_words.note(said)


def _article(article_id: str | None, release: Release | None) -> dict[str, str] | None:
    if not article_id:
        return None
    article = release.articles.get(article_id) if release else None
    return {"id": article_id, "title": article.title if article else article_id}
