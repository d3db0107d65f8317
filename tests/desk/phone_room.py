"""A desk whose company has a telephone, with Twilio's stand-in behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from channels.simulate.twilio import Twilio
from conversation.words import Kind, Speaker, Word
from handoff.ticket import Ticket
from tests.desk.room import Floor

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "token-of-the-tests-0001"
TWILIO: dict[str, Any] = {
    "twilio_account_sid": ACCOUNT,
    "twilio_auth_token": TOKEN,
    "twilio_sender": "+815012345678",
    "twilio_voice_number": "+815031234567",
}
CALLER = "+819033334444"


@dataclass
class PhoneDesk(Floor):
    twilio: Twilio

    async def caller(self, cid: str = "voice-CA1", number: str = CALLER) -> Ticket:
        """Somebody who waits on the telephone."""
        if number:
            await self.desk.stream.set_state(cid, customer_number=number, channel="voice")
        return await self.ticket(cid, channel="voice")

    async def note(self, cid: str, name: str, **meta: Any) -> None:
        """What a door notes for the desk."""
        await self.desk.stream.append(Word(cid, Speaker.SYSTEM, "", name, Kind.STATE, meta=meta))

    async def says(self, cid: str, text: str, name: str, **meta: Any) -> None:
        await self.desk.stream.append(Word(cid, Speaker.CUSTOMER, text, name, meta=meta))
