"""A Prompt as TwiML, by Twilio's own SDK: Japanese voice, words and keys heard, nobody dropped."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from twilio.twiml.voice_response import Gather, Say, VoiceResponse

from channels.twilio.call import Prompt, Then
from nihongo.aloud import Reader

LANGUAGE = "ja-JP"
_SILENCE_SECONDS = 6
_ONE_KEY = {"num_digits": 1, "finish_on_key": "", "timeout": _SILENCE_SECONDS}  # # is a key like others
_A_NUMBER = {"finish_on_key": "#", "timeout": 8}  # keyed in groups
_RECORD_SECONDS = 120
_AGAIN_SECONDS = 3
_HINTS, _HINT_LETTERS = 100, 100  # Twilio takes 500
_SLOW = "85%"


@dataclass(frozen=True)
class Speech:
    """How the telephone speaks and listens. `base`: our address as Twilio sees it."""

    base: str
    voice: str
    timeout: str = "auto"
    model: str = ""
    reader: Reader = Reader()

    def twiml(self, prompt: Prompt, turn: int, hints: tuple[str, ...] = (), slow: bool = False, queue: str = "") -> str:
        """The whole answer of a webhook; `turn`: the number of what the caller does next."""
        response = VoiceResponse()
        place = {"n": str(turn)}
        if prompt.then is Then.LISTEN:
            self._listen(response, prompt, place, hints, slow)
        else:
            self.say(response, prompt.lines, slow)
            self._then(response, prompt, place, queue)
        return str(response)

    def say(self, parent: VoiceResponse | Gather, lines: tuple[str, ...], slow: bool = False) -> None:
        for line in lines:
            said = Say(voice=self.voice, language=LANGUAGE)
            self._fill(said.prosody(rate=_SLOW) if slow else said, line)
            parent.append(said)

    def _fill(self, said: Say, line: str) -> None:
        """Words and pauses; the SDK keeps only the last of two texts in a row."""
        text = ""
        for piece in self.reader.pieces(line):
            text += piece.said
            if piece.pause_ms:
                said.append(text)
                said.break_(time=f"{piece.pause_ms}ms")
                text = ""
        if text:
            said.append(text)

    def bye(self, line: str) -> str:
        """Says it and hangs up."""
        return self.twiml(Prompt((line,), Then.HANG_UP), 0)

    def again(self, line: str, turn: int, tries: int) -> str:
        """Says it and comes back to the same turn, as if nothing had been said."""
        response = VoiceResponse()
        self.say(response, (line,))
        response.pause(length=_AGAIN_SECONDS)
        response.redirect(self.url("turn", n=str(turn), r=str(tries)), method="POST")
        return str(response)

    def url(self, path: str, **query: str) -> str:
        return f"{self.base.rstrip('/')}/twilio/voice/{path}?{urlencode(query)}"

    def _listen(
        self, response: VoiceResponse, prompt: Prompt, place: dict[str, str], hints: tuple[str, ...], slow: bool
    ) -> None:
        model = {"speech_model": self.model} if self.model else {}
        keyed = _A_NUMBER if prompt.digits else _ONE_KEY
        keyed = keyed | ({"num_digits": prompt.length} if prompt.length else {})
        gather = Gather(
            input="dtmf speech",
            language=LANGUAGE,
            action=self.url("turn", **place),
            method="POST",
            action_on_empty_result=True,
            barge_in=not prompt.firm,
            speech_timeout=self.timeout,
            profanity_filter=False,
            hints=hinted(hints),
            **keyed,
            **model,
        )
        self.say(gather, prompt.lines, slow)
        response.append(gather)

    def _then(self, response: VoiceResponse, prompt: Prompt, place: dict[str, str], queue: str) -> None:
        if prompt.then is Then.WAIT:
            response.redirect(self.url("wait", **place), method="POST")
        elif prompt.then is Then.QUEUE:
            response.enqueue(
                queue,
                action=self.url("left", **place),
                method="POST",
                wait_url=self.url("queue", **place),
                wait_url_method="POST",
            )
        elif prompt.then is Then.RECORD:
            response.record(
                action=self.url("message", **place),
                method="POST",
                max_length=_RECORD_SECONDS,
                finish_on_key="#",
                play_beep=True,
                timeout=_SILENCE_SECONDS,
            )
            response.redirect(self.url("message", **place), method="POST")  # nothing was said
        else:
            response.hangup()


def hinted(hints: tuple[str, ...]) -> str:
    return ",".join(hint[:_HINT_LETTERS] for hint in hints[:_HINTS])


def answer(twiml: str) -> web.Response:
    return web.Response(text=twiml, content_type="text/xml")
