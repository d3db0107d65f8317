"""Leaving a message out of hours."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.hand_off import admit, tell
from actions.opened import opened


class ActionLeaveMessage(Action):
    """For an old button: while a ticket is open the door hears it itself. Opens a ticket and asks for the words."""

    def name(self) -> str:
        return "action_leave_message"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        have = await opened()
        admission = await admit(have, tracker)
        tell(dispatcher, admission)
        await have.queue.ask_message(admission.ticket.number)
        return []
