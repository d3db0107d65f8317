"""What a customer says is not meant: 「返品ではなく交換」 asks about 交換."""

from __future__ import annotations

import re

# A clause up to 〜ではなく(て) or 〜じゃなくて: from the last mark before it, or the beginning.
_CLAUSE = re.compile(
    r"[^。、,.!?！？\s]{1,40}?(?:では|じゃ|とか?じゃ|んじゃ|のでは|わけでは)な(?:くて?|しに)(?:って)?(?:、|,|\s)?"
)
_SENTENCE = re.compile(
    r"[^。!?！？]{1,40}(?:では|じゃ)(?:ありません|ないです|ないんです(?:が|けど)?|ない)(?:[。!！、]|$)"
)
_QUESTION = re.compile(r"(?:か|の|よね?)[。?？]?$|[?？]")
_LEAST = 4  # characters that must be left, or everything was denied


def without_denied(text: str) -> str:
    """The text without what it says is not meant; the whole text when nothing else would be left."""
    left = _CLAUSE.sub("", text)
    left = _SENTENCE.sub(lambda match: match[0] if _QUESTION.search(match[0]) else "", left).strip("、。 ")
    return left if len(left) >= _LEAST else text
