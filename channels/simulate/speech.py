"""What a caller hears of a <Say>, and whether Twilio could say it in Japanese at all."""

from __future__ import annotations

import re
from urllib.parse import quote
from xml.etree.ElementTree import Element, tostring

from channels.simulate.signing import TwimlError

LANGUAGE = "ja-JP"
_POLLY = frozenset(f"Polly.{name}" for name in ("Mizuki", "Takumi", "Takumi-Neural", "Kazuha-Neural", "Tomoko-Neural"))
_GOOGLE = re.compile(
    r"Google\.ja-JP-(Standard-[A-D]|Wavenet-[A-D]|Neural2-[B-D]"
    r"|Chirp3-HD-(Aoede|Charon|Fenrir|Kore|Leda|Orus|Puck|Zephyr))"
)
_NEURAL = re.compile(r"Polly\..*(-Neural|-Generative)")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff9f]")
_BREAK = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")
_MOST_ENCODED, _MOST_JAPANESE = 4500, 450
_LETTERS_A_SECOND = 7.0


def check_say(say: Element, place: str) -> None:
    """Refuses what Twilio would read wrongly, cut or not say."""
    heard = flat(say)
    check_voice(say.get("voice"), say.get("language"), heard, place)
    inner = "".join(tostring(child, encoding="unicode") for child in say)
    if len(quote((say.text or "") + inner, safe="")) > _MOST_ENCODED:
        raise TwimlError(f"{place}: more than {_MOST_ENCODED} URL-encoded characters (13521)")
    if len(heard) > _MOST_JAPANESE and _JAPANESE.search(heard):
        raise TwimlError(f"{place}: {len(heard)} characters, more than {_MOST_JAPANESE}")
    _check_breaks(say, place)
    if _NEURAL.match(say.get("voice") or "") and say.find(".//emphasis") is not None:
        raise TwimlError(f"{place}: a neural voice of Polly has no <emphasis>")


def _check_breaks(say: Element, place: str) -> None:
    for pause in say.iter("break"):
        time = pause.get("time", "1s")
        found = _BREAK.fullmatch(time)
        if not found or float(found[1]) > (10 if found[2] == "s" else 10_000):
            raise TwimlError(f"{place}: a break of time={time!r}")


def check_voice(voice: str | None, language: str | None, text: str, place: str) -> None:
    """A voice and a language that go together and can read Japanese."""
    if voice is not None and voice not in _POLLY and not _GOOGLE.fullmatch(voice):
        raise TwimlError(f"{place}: {voice} is no Japanese voice of Twilio")
    if language is not None and language != LANGUAGE:
        raise TwimlError(f"{place}: voice and language {language!r} do not go together")
    if voice is None and language is None and _JAPANESE.search(text):
        raise TwimlError(f"{place}: Japanese without a voice or language is read in English")


def flat(say: Element) -> str:
    """The text that is heard: aliases instead of what they stand for, a pause as a space."""
    return re.sub(r"\s+", " ", _heard(say)).strip()


def seconds(text: str) -> float:
    """About how long it takes to say."""
    return len(text) / _LETTERS_A_SECOND


def _heard(element: Element) -> str:
    if element.tag == "sub" and element.get("alias"):
        return element.get("alias") or ""
    parts = [" " if element.tag in ("break", "p", "s") else "", element.text or ""]
    for child in element:
        parts += [_heard(child), child.tail or ""]
    return "".join(parts)
