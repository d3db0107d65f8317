"""A message after the tone: its recording becomes the message that the ticket waits for."""

from __future__ import annotations

from dataclasses import dataclass

from channels.intake import Intake
from channels.twilio.call import Call, Prompt
from channels.twilio.signature import Params
from channels.twilio.telephone import Telephone
from channels.twilio.words import say


@dataclass(frozen=True)
class Voicemail:
    telephone: Telephone
    intake: Intake

    async def recorded(self, params: Params, turn: int) -> str:
        """Twilio's address of the recording goes with the word, for staff alone; nothing said: asked once more."""
        url, seconds = params.get("RecordingUrl", ""), params.get("RecordingDuration", "0")

        async def step(call: Call) -> tuple[Call, Prompt]:
            if not url:
                return await self.telephone.dialogue.answered(call, nothing=say("voice.not_recorded"))
            about = {"recording": url, "seconds": int(seconds) if seconds.isdecimal() else 0}
            text = say("voice.recorded", seconds=seconds)
            return await self.telephone.dialogue.message(call, text, about)

        return await self.telephone.step(params, turn, step)
