"""A piece of what somebody said, quoted with the sentence it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nihongo.mask import mask_patterns
from nihongo.normalise import normalise

_END = re.compile(r"[。!?！？\n]+")
_LONGEST = 40
_LEFT_OUT = "…"


def evidence_in(masked: str, pieces: Iterable[object]) -> list[str]:
    """The pieces that a reason rests on, each in its sentence of a masked text, and masked themselves."""
    return [mask_patterns(in_its_sentence(str(piece), masked)) for piece in pieces]


def in_its_sentence(piece: str, text: str) -> str:
    """The sentence of the text with this piece, shortened around it; the piece itself where it is not in the text."""
    sentences = (one.strip() for whole in (text, normalise(text)) for one in _END.split(whole))
    sentence = next((one for one in sentences if piece in one), piece) if piece else piece
    if len(sentence) <= _LONGEST:
        return sentence
    spare = max(_LONGEST - len(piece), 0) // 2
    start = min(max(sentence.find(piece) - spare, 0), len(sentence) - _LONGEST)
    end = max(start + _LONGEST, sentence.find(piece) + len(piece))
    before, after = _LEFT_OUT if start else "", _LEFT_OUT if end < len(sentence) else ""
    return f"{before}{sentence[start:end]}{after}"
