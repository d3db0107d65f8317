"""What Twilio says for us when the door does not answer: static, for TwiML Bins, in Japanese."""

from __future__ import annotations

from twilio.twiml.messaging_response import MessagingResponse

from channels.twilio.telephone import away
from channels.twilio.twiml import Speech
from channels.twilio.words import say
from settings import Settings


def voice(settings: Settings) -> str:
    return away(Speech(settings.public_url, settings.voice_name))


def sms(settings: Settings) -> str:
    response = MessagingResponse()
    response.message(text(settings))
    return str(response)


def text(settings: Settings) -> str:
    """The words of the SMS."""
    return say("sms.from", shop_name=settings.shop_name) + say("sms.away", phone=settings.shop_phone)


def printed(settings: Settings) -> str:
    """For the operator, who pastes each into a TwiML Bin of its own."""
    return "\n".join([say("fallback.voice"), voice(settings), "", say("fallback.sms"), sms(settings)])
