"""When people are there: 「何時まで？」."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.opened import opened
from nihongo.japan_time import TOKYO


class ActionBusinessHours(Action):
    """Says until when today, or from when next, by the calendar of the desk."""

    def name(self) -> str:
        return "action_business_hours"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        channel = tracker.get_latest_input_channel() or "web"
        sentence = await (await opened()).calendar.describe(datetime.now(TOKYO), channel=channel)
        dispatcher.utter_message(text=sentence, metadata={"decision": "talk", "intent": "ask_hours"})
        return []
