"""How a caller leaves what they are asked (戻る, やめます, the key *), or begins anew (最初から, メインメニュー)."""

from __future__ import annotations

from pathlib import Path

from channels.twilio.heard import Heard
from channels.twilio.telling import BACK
from nihongo import listening
from nihongo.phrases import meaning
from nihongo.speech_noise import strip_noise

_WORDS = Path(__file__).with_name("leaving_words.yml")


def anew(heard: Heard) -> bool:
    """Whether the greeting's question is to be asked again."""
    return _meant(heard) == "anew"


def wrong(heard: Heard) -> bool:
    """Whether what was understood so far is not what they said (いや、ちがいます), and they do not leave it."""
    said_no = not heard.keys and listening.yes_no(heard.speech) is False
    return said_no and _meant(heard) != "leave"


def leaves(heard: Heard) -> bool:
    """Whether they are done with the number that is asked for. Whatever was keyed before * does not count."""
    if heard.keys:
        return BACK in heard.keys
    back = not heard.unsure and (listening.heard(heard.speech) == "back" or listening.yes_no(heard.speech) is False)
    return back or _meant(heard) == "leave"


def _meant(heard: Heard) -> str:
    return "" if heard.keys or heard.unsure else meaning(_WORDS, strip_noise(heard.speech))
