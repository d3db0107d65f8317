"""What courtesy puts around a question (お世話になっております … よろしくお願いいたします) and courtesy.yml lists."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from nihongo.normalise import normalise

_FILE = Path(__file__).with_name("courtesy.yml")
_BREAK = r"[\s、。,.!?…~ー♪]"
# Where a sentence may end without a mark.
_ENDS = r"か|です|ます|ください|下さい|ません|ました|でした|たい|けど|が|ね|よ"
_MOST = 4  # phrases in a row


def without_courtesy(text: str) -> str:
    """A normalised text without its courtesy phrases; the whole text when nothing else would be left."""
    opening, closing, only = _patterns()
    bare = text
    for _ in range(_MOST):
        shorter = closing.sub("", opening.sub("", bare)).strip(" 、")
        if shorter == bare:
            break
        bare = shorter
    return text if only.fullmatch(bare) else bare


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """An opening, a closing, nothing but courtesy."""
    listed = YAML(typ="safe").load(_FILE)
    opening, closing = (_either(listed[place]) for place in ("openings", "closings"))
    return (
        re.compile(rf"^{_BREAK}*(?:{opening})(?:が|けど)?{_BREAK}+"),
        re.compile(rf"(?:(?<={_BREAK})|{_after()})(?:{closing}){_BREAK}*$"),
        re.compile(rf"\W*(?:(?:{opening}|{closing})\W*)*"),
    )


def _after() -> str:
    """Behind one of the endings; a look-behind of one width each."""
    return "|".join(f"(?<={ending})" for ending in _ENDS.split("|"))


def _either(phrases: list[str]) -> str:
    written = sorted({normalise(str(phrase)) for phrase in phrases}, key=len, reverse=True)
    return "|".join(map(re.escape, written))
