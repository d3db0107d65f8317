"""What the telephone adds to the transcript: who was not reached, calls to customers, recordings, doubts."""

from __future__ import annotations

from typing import Any

from conversation.words import Kind, Speaker, Word
from desk.words import word
from nihongo.mask import mask_patterns

_UNSURE = 0.6  # recognition below this is marked; none given is none known


def spoken(conversation_id: str) -> bool:
    """Whether the conversation is a call."""
    return conversation_id.startswith("voice-")


def note(said: Word) -> dict[str, Any] | None:
    """A line among the words, of those that the door notes for the desk; None for all others."""
    if dial := said.meta.get("dial"):
        text = word(f"dials.{dial['why']}")
        told = word("transcript.dial", who=dial.get("name") or "", text=text)
        return {"text": told, "dial": {"agent": dial["agent"], "text": text}}
    if call := said.meta.get("call_out"):
        return _call(call)
    if made := said.meta.get("recording"):
        return {"text": word("transcript.recording", seconds=made["seconds"]), "recording": made["sid"]}
    if heard := said.meta.get("transcription"):
        return {"text": mask_patterns(heard["text"]), "transcribes": heard["sid"]}
    return None


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
    sure = said.meta.get("recognition")
    if sure is not None and sure < _UNSURE and said.kind is Kind.MESSAGE:
        found["unsure"] = word("transcript.unsure", percent=round(sure * 100))
    return found


def over(said: Word) -> str:
    return word("transcript.hung_up" if spoken(said.conversation_id) else "transcript.over")
