"""The settings of telephone and SMS (Twilio): a part of `settings.Settings`, and which of them need each other."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlsplit

import phonenumbers
from pydantic import BaseSettings, Field

from address import loopback

TWILIO = "https://api.twilio.com"
_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
_TOKEN = re.compile(r"[!-~]{16,}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")  # an alphanumeric sender: no replies
# Japanese voices in Twilio's list; another voice with ja-JP makes Say fail.
VOICE = re.compile(
    r"Polly\.(?:Mizuki|Takumi|(?:Takumi|Kazuha|Tomoko)-Neural)"
    r"|Google\.ja-JP-(?:(?:Standard|Wavenet)-[A-D]|Neural2-[BCD]|Chirp3-HD-(?:Aoede|Charon|Fenrir|Kore|Leda|Orus|Puck|Zephyr))"
)


class TwilioSettings(BaseSettings):
    """Four of them make telephone and SMS work: account, token, sender and PUBLIC_URL."""

    twilio_account_sid: str = Field(default="", description="Account SID at Twilio; empty: telephone and SMS are off")
    twilio_auth_token: str = Field(
        default="", description="Auth Token at Twilio: signs webhooks and opens the API; required with the account"
    )
    twilio_auth_token_next: str = Field(
        default="", description="The secondary Auth Token while tokens are being exchanged: accepted on webhooks too"
    )
    twilio_sender: str = Field(
        default="", description="Number (+81…) or name (up to 11 letters) that SMS come from; required with the account"
    )
    twilio_voice_number: str = Field(
        default="", description="Number that calls to agents come from; empty: TWILIO_SENDER, where it is a number"
    )
    twilio_api_base_url: str = Field(
        default=TWILIO, description="Twilio's API, or a stand-in on loopback (`python -m channels.simulate`)"
    )
    sms_mode: Literal["two_way", "one_way"] = Field(
        default="two_way", description="one_way: customers cannot reply (names as sender, many Japanese routes)"
    )
    voice_mode: Literal["gather", "relay"] = Field(
        default="gather", description="relay: answers are streamed (ConversationRelay, enabled in Twilio's console)"
    )
    voice_name: str = Field(default="Polly.Kazuha-Neural", description="Japanese voice of the telephone")
    voice_recording: bool = Field(
        default=False, description="Whether calls with agents are recorded; callers are told at the greeting"
    )
    voice_speech_timeout: str = Field(
        default="auto", description="Pause that ends what a caller says: `auto` or seconds"
    )
    voice_speech_model: str = Field(default="", description="Twilio's speech model; empty: Twilio's own choice")

    @property
    def twilio(self) -> bool:
        """Whether telephone and SMS are on."""
        return bool(self.twilio_account_sid)

    @property
    def calls_from(self) -> str:
        """The number that calls of ours show; empty: there is none, and nobody can be called."""
        sender = self.twilio_sender
        return self.twilio_voice_number or (sender if sender.startswith("+") else "")

    @property
    def twilio_tokens(self) -> tuple[str, ...]:
        """With which a webhook may be signed."""
        return tuple(token for token in (self.twilio_auth_token, self.twilio_auth_token_next) if token)


def missing(values: dict[str, Any]) -> str:
    """The setting without which Twilio, as it is set, cannot work. Before PUBLIC_URL gets its default."""
    if not values["twilio_account_sid"]:
        return ""
    for name in ("twilio_auth_token", "twilio_sender"):
        if not values[name]:
            return name
    if values["sms_mode"] == "two_way" and not values["twilio_sender"].startswith("+"):
        return "sms_mode"
    return "public_url" if values["twilio_api_base_url"] == TWILIO and not values["public_url"] else ""


def account_right(text: str) -> bool:
    return not text or bool(_ACCOUNT.fullmatch(text))


def token_right(text: str) -> bool:
    return not text or bool(_TOKEN.fullmatch(text))


def sender_right(text: str) -> bool:
    return not text or number_right(text) or bool(_NAME.fullmatch(text))


def number_right(text: str) -> bool:
    """Empty or E.164."""
    if not text:
        return True
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == text


def base_right(url: str) -> bool:
    """Twilio's own address, or a stand-in that nobody else can reach."""
    parts = urlsplit(url)
    return url == TWILIO or (parts.scheme == "http" and loopback(parts.hostname or "") and not parts.path.strip("/"))


def voice_right(text: str) -> bool:
    return bool(VOICE.fullmatch(text))


def timeout_right(text: str) -> bool:
    return text == "auto" or bool(re.fullmatch("[1-9][0-9]?", text))
