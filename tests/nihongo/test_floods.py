"""Floods through everything that reads customers' words: in time, and without an exception."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from handoff import typed
from nihongo.aloud import parts, pieces
from nihongo.choice import ordinal
from nihongo.denied import without_denied
from nihongo.listening import heard, yes_no
from nihongo.mask import mask_patterns
from nihongo.normalise import LIMIT, clean, compare_key, neutral_command, normalise, visible
from nihongo.questions import leans, questions
from nihongo.quoting import in_its_sentence
from nihongo.reading import speakable
from nihongo.refused import without_refusal
from nihongo.sms import split
from nihongo.speech_noise import strip_noise
from nihongo.spoken_digits import digits
from nihongo.wishes import clearest
from tests.hostile import FLOODS, texts

MOST = 1.0  # s of CPU; the slowest of today takes 0.05, on a busy machine ten times that
WHOLE = [clean, normalise, visible, neutral_command]  # what meets a text before its length is cut
CUT: list[Callable[[str], Any]] = [
    compare_key,
    without_denied,
    without_refusal,
    questions,
    leans,
    strip_noise,
    mask_patterns,
    speakable,
    parts,
    pieces,
    heard,
    yes_no,
    digits,
    split,
    lambda text: ordinal(text, 3),
    lambda text: clearest([text]),
    lambda text: in_its_sentence("あ", text),
    typed.while_booking,
    typed.while_waiting,
    typed.while_booked,
    typed.with_a_message_left,
]
# Words of the tables of whole messages.
OWN = ("はい", "すみません", "やっぱり", "もう", "あと", "先ほどの伝言に追加です", "電話は", "まだですか")


def _in_time(read: Callable[[str], Any], text: str) -> None:
    start = time.thread_time()
    read(text)
    assert time.thread_time() - start < MOST, (read, text[:20])


@pytest.mark.slow
def test_no_flood_takes_long() -> None:
    for flood in (*FLOODS, *(word * (LIMIT // len(word)) for word in OWN)):
        for read in WHOLE:
            _in_time(read, (flood * 30)[:16_384])
        for text in (flood[:LIMIT], normalise(flood)):
            for read in CUT:
                _in_time(read, text)


@settings(deadline=None)
@given(texts(LIMIT))
def test_no_text_breaks_a_reader(text: str) -> None:
    for read in (*WHOLE, *CUT):
        read(text)
        read(normalise(text))


@pytest.mark.slow
def test_a_million_characters_are_cut_first() -> None:
    for read in (clean, normalise, visible):
        for letter in ("あ", "\u0301", "\ufdfa", "1", "ー", "/", "\u200b"):
            _in_time(read, letter * 1_000_000)
