"""The yes or no that opens an answer: 「はい、ご利用いただけます。」."""

from __future__ import annotations

import re

_OPENING = re.compile(r"\s*(?:はい|ええ|いいえ|いえ)[、。,!！]\s*(?=\S)")


def without_assent(answer: str) -> str:
    """What follows it; the whole answer where it opens with none or is nothing else."""
    match = _OPENING.match(answer)
    return answer[match.end() :] if match else answer
