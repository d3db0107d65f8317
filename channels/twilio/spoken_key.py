"""A key that is said (8番です) where pressing it would do something; anything else stays speech."""

from __future__ import annotations

from pathlib import Path

from channels.twilio.asking import Step
from channels.twilio.call import Call
from channels.twilio.heard import Heard
from channels.twilio.known import KEY as CODE_KEY
from channels.twilio.telling import BACK, MENU, PERSON, REPEAT
from nihongo.phrases import meaning

_WORDS = Path(__file__).with_name("key_words.yml")
_LONGEST = 30  # characters; whoever says more says more than a key
_ALWAYS = (PERSON, MENU, BACK, REPEAT)
_BY_CODE = ("greeting", "topic", "code")  # steps at which the key for the code was told


def pressed(call: Call, heard: Heard) -> Heard:
    """The key that was said, as if it had been pressed."""
    if heard.keys or heard.unsure or not heard.speech or len(heard.speech) > _LONGEST:
        return heard
    key = meaning(_WORDS, heard.speech)
    by_code = key == CODE_KEY and Step.of(call).name in _BY_CODE
    return Heard(keys=key) if key and (key in call.now.keys or key in _ALWAYS or by_code) else heard
