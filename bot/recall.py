"""What a tracker tells about the talk so far: what was asked, understood, shown and offered."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

# A candidate this unlikely is not worth a button.
LIKELY = 0.15


class Recall:
    """A reading view of one tracker; make a new one each time."""

    def __init__(self, tracker: DialogueStateTracker) -> None:
        self._events = list(tracker.events)
        self._latest: UserUttered | None = tracker.latest_message
        self.slots: dict[str, Any] = tracker.current_slot_values()

    @property
    def text(self) -> str:
        return (self._latest.text or "") if self._latest else ""

    @property
    def understanding(self) -> dict[str, Any] | None:
        """Of the latest message; None for buttons and when the language process was away."""
        return _understood(self._latest)

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The understanding of the latest message that was a question; empty when there was none."""
        for event in reversed(self._events):
            found = _understood(event)
            if found and found.get("candidates") and found["decision"] in ("answer", "clarify"):
                return found
        return {}

    @property
    def candidates(self) -> list[str]:
        return [candidate["article_id"] for candidate in self.asked.get("candidates", ())]

    @property
    def likely_candidates(self) -> list[str]:
        return [c["article_id"] for c in self.asked.get("candidates", ()) if c["probability"] >= LIKELY]

    @property
    def abuse(self) -> tuple[str, tuple[str, ...]] | None:
        """Kind and words of the latest message's abuse; None when it is not abusive."""
        found = self.understanding or {}
        return (str(found.get("abuse") or ""), tuple(found.get("abuse_words", ()))) if found.get("abusive") else None

    @property
    def ticket_open(self) -> bool:
        """Whether a person was to take over, or had, when the latest message came (the connector looked)."""
        return bool(self._latest and (self._latest.metadata or {}).get("ticket_open"))

    @property
    def said_before(self) -> list[str]:
        """What the customer typed before the latest message, as far as the tracker goes back."""
        said = [event for event in self._events if isinstance(event, UserUttered) and event is not self._latest]
        return [event.text for event in said if event.text and not event.text.startswith("/")]

    @property
    def utter_before(self) -> str:
        """The response that stood last before the latest message."""
        return str(self._before[-1].metadata.get("utter_action") or "") if self._before else ""

    @property
    def wanted_article(self) -> str | None:
        """The one chosen by button, else the best candidate."""
        chosen = [e["value"] for e in (self._latest.entities if self._latest else ()) if e["entity"] == "article_id"]
        found = self.understanding or {}
        best = [candidate["article_id"] for candidate in found.get("candidates", ())]
        return next(iter([*chosen, *best]), None)

    @property
    def second_article(self) -> str | None:
        """The answer to the second question of the latest message."""
        also = (self.understanding or {}).get("also", ())
        return next((candidate["article_id"] for candidate in also), None)

    @property
    def assents(self) -> bool:
        """Whether a yes that opens the article fits: it answers its own title, which was chosen, or what was asked."""
        return self.understanding is None or bool(self.understanding.get("assent"))

    @property
    def left_open(self) -> str:
        """`more`: the latest message asked more than is answered at a time; `unanswered`: what has no answer."""
        found = self.understanding or {}
        return next((name for name in ("more", "unanswered") if found.get(name)), "")

    @cached_property
    def shown(self) -> list[str]:
        """Articles that were shown, oldest first."""
        ids = (_meta(event).get("article_id") for event in self._events)
        return [id for id in ids if id]

    @property
    def last_shown(self) -> str | None:
        return self.shown[-1] if self.shown else None

    @property
    def article_just_shown(self) -> bool:
        """Whether the last words were an article."""
        said = [event for event in reversed(self._events) if isinstance(event, BotUttered)]
        return bool(said and _meta(said[0]).get("article_id"))

    @property
    def last_words(self) -> str:
        """What was said before the latest message: an article with what stood around it, in one text."""
        return "\n".join(event.text for event in self._before if event.text)

    @property
    def last_buttons(self) -> list[dict[str, Any]]:
        return list(self._before[-1].data.get("buttons") or []) if self._before else []

    def scores(self, article_id: str) -> dict[str, Any]:
        """Confidence and runner-up of the question that this article answers."""
        candidates = self.asked.get("candidates", ())
        mine = [c["probability"] for c in candidates if c["article_id"] == article_id]
        others = [c for c in candidates if c["article_id"] != article_id]
        runner_up = {key: others[0][key] for key in ("article_id", "probability")} if others else None
        return {"confidence": mine[0] if mine else None, "runner_up": runner_up}

    def facts(self, release: int) -> dict[str, Any]:
        """What every word of this turn carries for the VOC."""
        found = self.understanding
        intent = str(self._latest.intent.get("name")) if self._latest else ""
        decision = found["decision"] if found else _decided(intent)
        facts = {"decision": decision, "intent": intent, "release": release}
        return facts | ({"reason": "abuse", "abuse": self.abuse[0]} if self.abuse else {})

    @cached_property
    def _before(self) -> list[BotUttered]:
        found: list[BotUttered] = []
        turns = 0
        for event in reversed(self._events):
            if isinstance(event, UserUttered):
                turns += 1
                if turns == 2 or (turns == 1 and found):
                    break
            elif isinstance(event, BotUttered) and turns == 1:
                found.insert(0, event)
        return found


def _decided(intent: str) -> str:
    """A decision for what did not come from the gate."""
    return {"choose_article": "answer", "language_away": "clarify", "none_of_these": "rephrase"}.get(intent, "talk")


def _understood(event: Any) -> dict[str, Any] | None:
    return event.parse_data.get("understanding") if isinstance(event, UserUttered) and event.parse_data else None


def _meta(event: Any) -> dict[str, Any]:
    if not isinstance(event, BotUttered):
        return {}
    found = event.metadata.get("metadata") or {}
    return found if isinstance(found, dict) else {}
