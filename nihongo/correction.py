"""A customer corrects what was understood: 「いや、返品じゃなくて交換」「違う、交換のほう」."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = r"[\s、。,.!…~ー]"
_NOT = r"(?:じゃ|では|や)な(?:くて?|い(?:です|んです|よ)?(?=[\s、。,.!]))"
_LEAD = re.compile(
    rf"^(?:(?:あ|え|えっ|あっ){_MARK}+)?(?:"
    rf"(?:いや(?:いや)?|いえ(?:いえ)?|いいえ|ううん|ちゃう(?:ちゃう|ねん|て)?|ノー|no"
    r"|(?:全然|ぜんぜん)?(?:違|ちが)(?:う|い)(?:ます|んです|ねん)?(?:よ|けど|って|が)?"
    rf"|間違え(?:まし)?た)(?:{_MARK}+|$)"
    rf"|(?:違|ちが)(?:くて|っていて|いまして){_MARK}*"
    rf"|(?:そう(?:いうこと|いう意味)?|それ|そっち|そちら|これ|こっち)(?:の(?:こと|ほう|方))?{_NOT}{_MARK}*"
    rf"|(?:では|じゃ)なく(?:て)?{_MARK}*)"
)
_DENIED = re.compile(
    rf"^(?P<denied>[^。、!?]{{1,20}}?)(?:の(?:こと|ほう|方|件|話))?(?:では|じゃ)なく(?:て|って)?{_MARK}*"
)
_PLEASE = re.compile("(?:を|で|が)?(?:お願い(?:いた|致)?(?:します)?|いいです|良いです)$")
_TAIL = re.compile(
    "(?:の(?:ほう|方|こと|件|やつ|話))?[をがで]?(?:なん)?(?:です|だ|でした|や)?(?:けど|が|ね|よ|ってば|って|わ|ねん)*$"
)
_WHOLE = re.compile(r"[?？]|か[。]?$|たい|ます|ません|ない|ほしい|欲しい|教えて|ください|下さい|する|した|できる")
_LEADS = 3  # 違う、そうじゃなくて
_LEAST = 2  # characters of what is meant


@dataclass(frozen=True)
class Correction:
    """`denied` is empty when it was not named; `meant` is what to read instead."""

    denied: str
    meant: str

    @property
    def elliptical(self) -> bool:
        """Whether it names a thing only (交換), and what is asked of it was said before."""
        return len(self.meant) <= 12 and not _WHOLE.search(self.meant)


def correction(text: str) -> Correction | None:
    """What a normalised text says instead; None when it only denies, or corrects nothing."""
    rest = text
    for _ in range(_LEADS):
        rest = _LEAD.sub("", rest)
    denied = _DENIED.match(rest)
    if rest == text and denied is None:
        return None
    meant = _bare(rest[denied.end() :] if denied else rest)
    found = Correction(denied["denied"] if denied else "", meant)
    # 開封品じゃなくて未開封品なら返品できますか only says more exactly what it asks.
    return found if len(meant) >= _LEAST and (rest != text or found.elliptical) else None


def _bare(said: str) -> str:
    """交換のほうです → 交換; a whole sentence keeps its ending."""
    said = _PLEASE.sub("", said.rstrip("。!… "))
    return said if _WHOLE.search(said) else _TAIL.sub("", said)
