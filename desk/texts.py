"""What became of the SMS in which the customer is told our words, and what a reply costs as one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from conversation.texts import State, Text
from desk.words import word, words
from nihongo.surname import first_part

# Of the texts of one telling the worst is what an agent must know.
_WORST = (State.FAILED, State.UNDELIVERED, State.STOPPED, State.QUEUED, State.SENDING, State.SENT, State.DELIVERED)


def delivery(texts: Iterable[Text], now: float) -> list[dict[str, Any]]:
    """In the order of the talk: up to which word, in what words, and whether it is `good`, `lost` or under way."""
    of_talk = sorted((text for text in texts if text.seq), key=lambda text: text.key)
    return [_told(list(parts), now) for _, parts in groupby(of_talk, lambda text: text.key.split(".")[0])]


def _told(parts: list[Text], now: float) -> dict[str, Any]:
    worst = min(parts, key=lambda text: _WORST.index(text.state))
    if worst.state.lost:
        told = word("texts.lost", why=why(worst.state, worst.error))
    else:
        held = worst.state is State.QUEUED and not worst.tries and worst.not_before > now
        told = word("texts.held" if held else f"texts.{worst.state.value}")
    mark = "lost" if worst.state.lost else "good" if worst.state is State.DELIVERED else ""
    return {"upto": worst.seq, "told": told, "mark": mark}


def why(state: State, error: int) -> str:
    """Why a customer did not get a text; `error` is Twilio's code."""
    if state is State.STOPPED:
        return word("text_errors.21610")
    return words("text_errors").get(str(error)) or word("text_errors.other", code=error)


def prefix(shop_name: str, agent: str) -> str:
    """What stands before an agent's words in an SMS."""
    return word("texts.prefix", shop_name=shop_name, agent=first_part(agent))
