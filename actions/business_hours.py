"""When people are there: 「何時まで？」「お盆はやってますか」."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.opened import opened
from handoff.asked_hours import answer
from handoff.calendar import VOICE
from nihongo import japan_time
from nihongo.asked_day import asked_day


class ActionBusinessHours(Action):
    """Answers for the day that is asked for, else until when today or from when next, by the calendar of the desk."""

    def name(self) -> str:
        return "action_business_hours"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        channel = tracker.get_latest_input_channel() or "web"
        schedule, now = await (await opened()).calendar.schedule(channel=channel), japan_time.now()
        asked = asked_day((tracker.latest_message or {}).get("text") or "", now.date())
        sentence = answer(schedule, asked, now, spoken=channel == VOICE)
        dispatcher.utter_message(text=sentence, metadata={"decision": "talk", "intent": "ask_hours"})
        return []
