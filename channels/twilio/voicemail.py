"""A message after the tone: its recording becomes the message that the ticket waits for."""

from __future__ import annotations

from dataclasses import dataclass

from channels.twilio.call import Call, Prompt, Then
from channels.twilio.recording import about, recorded
from channels.twilio.signature import Params
from channels.twilio.telephone import Telephone, conversation_of
from channels.twilio.waiting import Waiting
from channels.twilio.words import say


@dataclass(frozen=True)
class Voicemail:
    telephone: Telephone
    waiting: Waiting

    async def recorded(self, params: Params, turn: int) -> str:
        """Which recording it is goes with the word, for staff alone; nothing said: asked once more. Most callers hang
        up when they have spoken: then this comes after the end of the call."""

        async def step(call: Call) -> tuple[Call, Prompt]:
            if not recorded(params):
                return await self.telephone.dialogue.answered(call, nothing=say("voice.not_recorded"))
            text = say("voice.recorded", seconds=about(params)["seconds"])
            call, prompt = await self.telephone.dialogue.message(call, text, {"recording": about(params)})
            waits = prompt.then is Then.WAIT and params.get("Digits") == "hangup"
            return await self.telephone.dialogue.answered(call) if waits else (call, prompt)

        twiml = await self.telephone.step(params, turn, step)
        if params.get("Digits") == "hangup":
            await self.waiting.gone(conversation_of(params))
        return twiml
