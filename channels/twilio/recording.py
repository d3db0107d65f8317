"""Recordings of calls and messages: kept at Twilio, known here by their SID, heard by staff through the desk alone."""

from __future__ import annotations

import re
from typing import Any

from channels.twilio.signature import Params
from conversation.recordings import Unwanted
from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word

_SID = re.compile(r"RE[0-9a-f]{32}")
_TEXT_LIMIT = 4000


def recorded(params: Params) -> str:
    """The SID of what was recorded; empty: nothing was."""
    named = params.get("RecordingSid", "") or params.get("RecordingUrl", "").rpartition("/")[2]
    return named if _SID.fullmatch(named) else ""


def about(params: Params) -> dict[str, Any]:
    seconds = params.get("RecordingDuration", "0")
    return {"sid": recorded(params), "seconds": int(seconds) if seconds.isdecimal() else 0}


async def of_call(stream: ConversationStream, conversation_id: str, params: Params) -> None:
    """A talk with an agent was recorded. Told twice, it is kept once."""
    if recorded(params) and params.get("RecordingStatus", "completed") == "completed":
        await _note(stream, conversation_id, f"{recorded(params)}:recording", {"recording": about(params)})


async def transcribed(stream: ConversationStream, conversation_id: str, params: Params) -> None:
    """What was said in a recording, where somebody could make it out."""
    text = params.get("TranscriptionText", "").strip()[:_TEXT_LIMIT]
    if recorded(params) and text and params.get("TranscriptionStatus") == "completed":
        meta = {"transcription": {"sid": recorded(params), "text": text}}
        await _note(stream, conversation_id, f"{recorded(params)}:transcription", meta)


async def _note(stream: ConversationStream, conversation_id: str, name: str, meta: dict[str, Any]) -> None:
    if not await stream.state(conversation_id):  # erased meanwhile: nothing comes back, and nobody could hear it
        await Unwanted(stream.redis).add({name.partition(":")[0]})
    else:
        await stream.append(Word(conversation_id, Speaker.SYSTEM, "", name, Kind.STATE, meta=meta))
