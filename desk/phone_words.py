"""What telephone and SMS add to the transcript: our words as they were heard or sent, who was not reached, calls to
customers, recordings, doubts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conversation import aloud
from conversation.words import Kind, Speaker, Word
from desk.words import word
from handoff.number import spoken as read_out
from handoff.ticket import Ticket
from nihongo.aloud import Reader
from nihongo.manner import said as in_words
from nihongo.mask import mask_patterns

_UNSURE = 0.6  # recognition below this is marked; none given is none known


def spoken(conversation_id: str) -> bool:
    """Whether the conversation is a call."""
    return conversation_id.startswith("voice-")


def by_sms(conversation_id: str) -> bool:
    return conversation_id.startswith("sms-")


def heard(said: Word, reader: Reader) -> str:
    """What a caller heard of a word of ours; empty for all others."""
    ours = spoken(said.conversation_id) and said.speaker is not Speaker.CUSTOMER and not said.meta.get("private")
    return "".join(aloud.aloud(said, reader)) if ours else ""


def in_manner(said: Word, text: str) -> str:
    """A text of the word in the manner of its channel; articles and people's words are left as they are."""
    channel = "voice" if spoken(said.conversation_id) else "sms" if by_sms(said.conversation_id) else ""
    return aloud.in_manner(text, said.speaker, bool(said.article_id), channel) if channel else text


def choices(said: Word) -> list[str]:
    """What was offered; to a caller by key, by SMS by number (but for the survey, whose sentence says them)."""
    if spoken(said.conversation_id):
        keys = enumerate(said.choices[: aloud.KEYS], 1)
        return [word("transcript.key", number=number, title=in_words(choice.title, "voice")) for number, choice in keys]
    titles = [choice.title for choice in said.choices]
    if not by_sms(said.conversation_id) or "survey" in said.meta:
        return titles
    return [word("transcript.number", number=number, title=title) for number, title in enumerate(titles, 1)]


def chosen(said: Word) -> str:
    """What a customer chose in words of their own, or by its number; empty where the words are its title."""
    title = str(said.meta.get("title", "")) if said.kind is Kind.CHOICE else ""
    return title if title != said.text else ""


def unsure(recognition: float | None) -> str:
    """A mark beside what was heard with doubt."""
    if recognition is None or recognition >= _UNSURE:
        return ""
    return word("transcript.unsure", percent=round(recognition * 100))


def note(said: Word) -> dict[str, Any] | None:
    """A line among the words, of those that the door notes for the desk; None for all others."""
    if dial := said.meta.get("dial"):
        text = word(f"dials.{dial['why']}")
        told = word("transcript.dial", who=dial.get("name") or "", text=text)
        return {"text": told, "dial": {"agent": dial["agent"], "text": text}}
    if call := said.meta.get("call_out"):
        return _call(call)
    if (cut := said.meta.get("heard")) and cut.get("seq") and not cut["whole"]:
        return {"text": word("transcript.cut")}
    if made := said.meta.get("recording"):
        return {"text": word("transcript.recording", seconds=made["seconds"]), "recording": made["sid"]}
    if heard := said.meta.get("transcription"):
        return {"text": mask_patterns(heard["text"]), "transcribes": heard["sid"]}
    return None


def notice(ticket: Ticket, words: Iterable[Word]) -> dict[str, Any] | None:
    """Why a call of the owner's came to nothing, for their other pages. `words`: the newest first."""
    found = ((said, (note(said) or {}).get("dial")) for said in words if said.kind is Kind.STATE)
    said, dial = next(((said, dial) for said, dial in found if dial), (None, None))
    if not said or not dial or dial["agent"] != ticket.owner or said.at < ticket.taken_at:
        return None
    return {"seq": said.seq, "at": said.at, "text": word("transcript.notice", ticket=read_out(ticket.number), **dial)}


def _call(call: dict[str, Any]) -> dict[str, Any]:
    text = word(f"call_outs.{call['what']}")
    line: dict[str, Any] = {"text": word("transcript.call_out", who=call.get("name") or "", text=text)}
    if call["what"] in ("no_number", "agent_failed", "agent_busy", "agent_no_answer", "customer_failed"):
        line["dial"] = {"agent": call["agent"], "text": text}
    return line


def about(said: Word) -> dict[str, Any]:
    """What stands beside a customer's word that came by telephone."""
    if said.speaker is not Speaker.CUSTOMER:
        return {}
    found: dict[str, Any] = {}
    if made := said.meta.get("recording"):
        found["recording"] = made["sid"]
    if said.kind is Kind.MESSAGE and (mark := unsure(said.meta.get("recognition"))):
        found["unsure"] = mark
    return found


def over(said: Word) -> str:
    return word("transcript.hung_up" if spoken(said.conversation_id) else "transcript.over")
