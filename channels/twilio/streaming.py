"""A Prompt as TwiML of the streamed road: ConversationRelay where the caller is heard, else the Gather road's verbs."""

from __future__ import annotations

from dataclasses import dataclass

from twilio.twiml.voice_response import Connect, VoiceResponse

from channels.twilio.call import Prompt, Then
from channels.twilio.twiml import LANGUAGE, Speech, hinted
from nihongo.aloud import Reader

_PROVIDERS = {"Polly": "Amazon", "Google": "Google"}
_HEARD = (Then.LISTEN, Then.WAIT)


@dataclass(frozen=True)
class Streaming:
    """`speech`: address and voice, and the verbs for what is not streamed."""

    speech: Speech

    def twiml(self, prompt: Prompt, turn: int, hints: tuple[str, ...] = (), queue: str = "", lost: int = 0) -> str:
        """What the prompt says is the stream's greeting: it is heard while the socket is being opened."""
        if prompt.then not in _HEARD:
            return self.speech.twiml(prompt, turn, queue=queue)
        response = VoiceResponse()
        place = {"n": str(turn), "r": str(lost)}
        connect = Connect(action=self.speech.url("relay/done", **place), method="POST")
        self._relay(connect, prompt, turn, hints)
        response.append(connect)
        return str(response)

    def _relay(self, connect: Connect, prompt: Prompt, turn: int, hints: tuple[str, ...]) -> None:
        provider, _, voice = self.speech.voice.partition(".")
        greeting = (
            {"welcome_greeting": "".join(plain_words(line, self.speech.reader) for line in prompt.lines)}
            if prompt.lines
            else {}
        )
        relay = connect.conversation_relay(
            url=self._socket(),
            language=LANGUAGE,
            tts_provider=_PROVIDERS[provider],
            voice=voice,
            dtmf_detection=True,
            interruptible="any",
            welcome_greeting_interruptible="none" if prompt.firm else "any",
            partial_prompts=True,
            profanity_filter=False,
            hints=hinted(hints),
            **greeting,
        )
        relay.parameter(name="turn", value=str(turn))  # Twilio takes no query in this url

    def _socket(self) -> str:
        return f"ws{self.speech.base.rstrip('/').removeprefix('http')}/twilio/voice/relay"


def plain_words(line: str, reader: Reader) -> str:
    """A line for a voice that takes no markup: digits as words, pauses as 、."""
    return "".join("、" if piece.pause_ms else piece.said for piece in reader.pieces(line))
