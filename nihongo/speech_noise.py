"""What people say while they think and recognisers write down: えーと, あのー, その—, doubled particles."""

from __future__ import annotations

import re

_LONG = "[ー〜~―—–‐\\-・…]"
_PAUSE = r"[\s、,。.…・]"
_FILLER = (
    f"え{_LONG}*っ?と{_LONG}*(?={_PAUSE}|$)|え{_LONG}+っ?と{_LONG}*|え(?:えっ|え|っ)と{_LONG}*"
    f"|あの(?:{_LONG}+|う(?=[、ー])|ぉ+|です?ね{_LONG}*(?={_PAUSE}))|その(?:{_LONG}+|ぉ+)|う{_LONG}+ん{_LONG}*(?:とね?)?"
    f"|ん{_LONG}+と?|えとですね|なんていうか|なんというか|何というか|何ていうか"
)
# Words that are noise only before a pause: あの商品, その件, まあまあ are speech.
_BEFORE_PAUSE = f"(?:あの|その|えと|まあ|まぁ|なんか|ええとですね|え{_LONG}|あ{_LONG}+)(?={_PAUSE})"
_FRONT = re.compile(f"(?:{_PAUSE}*(?:{_FILLER}|{_BEFORE_PAUSE}|[えあ]ー+(?=[^ぁ-んァ-ヶー]))){_PAUSE}*")
# Inside, only after a pause or a particle: 教えっと, コピーえーと must not lose letters.
_INSIDE = re.compile(f"(?:(?<={_PAUSE})|(?<=[はがをにでのもへと]))(?:{_FILLER}|{_BEFORE_PAUSE}){_PAUSE}*")
_DOUBLED_WO = re.compile(rf"を(?:{_PAUSE}*を)+")
_DOUBLED = re.compile(
    rf"(?<=[一-龠々ァ-ヶー0-9A-Za-z])([はがにでへ])(?:(?:{_PAUSE}+\1)+(?={_PAUSE}|[^ぁ-ん])|\1(?=[^ぁ-ん]))"
)
_FRONTS = 8  # fillers in a row


def strip_noise(text: str) -> str:
    """The words that were meant; empty when there was nothing but noise."""
    text = text.strip()
    for _ in range(_FRONTS):
        match = _FRONT.match(text)
        if match is None:
            break
        text = text[match.end() :]
    text = _INSIDE.sub("", text)
    return _DOUBLED.sub(r"\1", _DOUBLED_WO.sub("を", text)).strip()
