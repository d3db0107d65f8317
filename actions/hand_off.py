"""Handing a customer to a person, with everything that was said."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.opened import Opened, opened
from actions.packet import intent_of, latest_user_event, packet, reason_of
from handoff.reception import Admission

URGENT_INTENTS = ("life_at_risk", "accident")  # somebody is in danger


class ActionHandOff(Action):
    """Opens the ticket (or finds the open one) and says what happens next. The same exchange twice opens one ticket."""

    def name(self) -> str:
        return "action_hand_off"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        admission = await admit(await opened(), tracker)
        tell(dispatcher, admission)
        return [SlotSet("misses_in_row", 0), SlotSet("misses_total", 0), SlotSet("mood", None)]


async def admit(have: Opened, tracker: Tracker) -> Admission:
    asked = latest_user_event(tracker.events)
    words = await have.stream.since(tracker.sender_id)
    return await have.reception.admit(
        tracker.sender_id,
        _channel(tracker),
        str(asked.get("message_id") or ""),
        reason_of(tracker.events),
        packet(
            tracker.events,
            words,
            lambda article_id: _title(have, article_id),
            tracker.current_slot_values(),
            await have.queue.earlier(tracker.sender_id),
        ),
        urgent=intent_of(asked) in URGENT_INTENTS,
    )


def tell(dispatcher: CollectingDispatcher, admission: Admission) -> None:
    """One word with the sentences and choices of the reception."""
    ticket = admission.ticket
    dispatcher.utter_message(
        text="\n".join(admission.sentences),
        buttons=[{"title": choice.title, "payload": choice.command} for choice in admission.choices],
        metadata={"decision": "hand_off", "ticket": ticket.number, "reason": ticket.reason.value},
    )


def _channel(tracker: Tracker) -> str:
    found = tracker.get_latest_input_channel()
    return found if found in ("web", "sms", "voice") else "web"


def _title(have: Opened, article_id: str) -> str:
    article = have.live.current.articles.get(article_id) if have.live.current else None
    return article.title if article else article_id
