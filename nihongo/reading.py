"""Text for the eye as a voice should say it: 9:30〜17:00 → 9時半から17時まで, ¥1,980 → 1980円, SMS → エスエムエス."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from nihongo.addresses import ADDRESS, trimmed
from nihongo.plain import plain
from nihongo.reading_dates import dated
from nihongo.reading_numbers import numbered
from nihongo.readings import Readings, either, readings

_ADDRESS = re.compile(
    f"( ?)({ADDRESS.pattern})( ?)(?P<to>(?:に|へ|宛て?に|あてに|まで)、?(?=[EeＥｅ]?-?メール))?", ADDRESS.flags
)
_ROUNDS = 6  # real text settles in two; a bound, so that no text can hold the process
_CIRCLED = re.compile(
    "([①-⑳⑴-⒇❶-❿➀-➉])(?![のをにはがとで、。〜～]|番(?![号組地台])|号[室車]|[つ回枚個点番]目)|([①-⑳⑴-⒇❶-❿➀-➉])"
)
_ROMAN = re.compile("[Ⅰ-Ⅻⅰ-ⅻ]")
_ELLIPSIS = re.compile("…+|‥+|[.．]{2,}|・{2,}")
_CELL = re.compile("(?<=\\S)\u3000(?=\\S)")
_TAG = re.compile("</?[A-Za-z][^<>\n]{0,200}>")
_EMOJI = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u20e3\u2122\u2139\u2300-\u23ff\u2460-\u25b1\u25b4-\u25b6\u25b8-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+"
)
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0e\ufeff]")
_ARROWS = re.compile("[←-⇿➔-➡▶►▸★☆◆◇■□●◎▼▽]\ufe0f?")
_PARTICLE = re.compile(r"\s?(?:を|に|へ|宛|あて|から|まで|より|で(?![はも])|です|でご|と(?!い)|が|の|は)")
_NOTHING_BEFORE = re.compile(r"(?:^|[^0-9A-Za-zァ-ヶー一-龠々)\]」』】>](?<!こちら)(?<!ここ))\s*$")
_OPENING, _CLOSING = "([「『【<", ")]」』】>"
_SENTENCE_END = re.compile(r"\s*(?:[。!?]|$)", re.MULTILINE)
_AROUND = re.compile(r"〜([^〜\n0-9][^〜\n]{0,30})〜(?=[\s。、)\]」』】]|$)", re.MULTILINE)  # 〜冬の特集〜
_DASH = re.compile(r"(?<=[0-9時分半年月日円度階曜火水木金土%)])(?:\s?[‐‑‒–—―ー─━]\s?|−)(?=[0-9午翌¥$月火水木金土日])")
_KEY = re.compile(
    r"[「『\"(\[]([#*])[」』\")\]]|(?<![0-9A-Za-z#*])([#*])\s?(?=を|または|か[0-9#*]|キー|ボタン|マーク|印|で終|が付|は必須)"
)
_DRAWN = re.compile(r"(?<=[ぁ-ん])〜+(?=[ぁ-ん!?。、♪\s]|$)")
_OPEN = re.compile(
    r"(?:^|(?<=[\s、。(:]))〜\s?(?!まで)([0-9][0-9.]*[一-龠ァ-ヶー]{0,6})(?![0-9一-龠ァ-ヶー]|まで)", re.MULTILINE
)
_LETTERS = re.compile("(?<![A-Za-z])(?:[A-Z]{1,6}|[a-z])(?![A-Za-z])")
_CLOSED = re.compile(
    r"[)\]}〉》〕】]+\s?(?=[がを]|[はにへでともの](?![ぁ-ん]{3})|から|まで|より|など|です|でし|では|には)"
)

_TIDY = (
    (re.compile(r"[(\[【「『]\s*[)\]】」』]"), ""),
    (re.compile(r"(?m)^\s*※\s?[0-9]{1,2}(?![0-9日月時円])\s*"), "※"),
    (re.compile(r"※[0-9]{1,2}(?![0-9日月時円])|※(?=[\s。、]|です|$)", re.MULTILINE), ""),
    (re.compile("(?<=[ァ-ヶー])-(?=[A-Z](?![A-Za-z]))"), ""),
    (re.compile("(?<=[ァ-ヶー])-(?=[0-9])"), "、"),
    (re.compile("〜{2,}|(?m:^)〜(?![0-9])"), "、"),
    (re.compile(r"から\s?〜|〜\s?(?=まで)"), "から"),
)
_CLEAN = (
    (re.compile("[「」『』\"'“”‘’]"), ""),
    (_CLOSED, ""),
    (re.compile(r"(?m)^\s*([0-9]+)\.\s"), r"\1、"),
    (re.compile(r"[^\w\s、。.!?゙゚]|_"), "、"),  # brackets and all other signs: a short pause
    (re.compile(r"\.(?=[A-Za-z])|(?<=[0-9A-Za-z])\.(?=[ぁ-んァ-ヶ一-龠])"), "、"),
    (re.compile(r"(?<![0-9])\.|\.(?![0-9])"), "。"),
    (re.compile(r"(?<![。、!?\s])\s*\n+\s*"), "。"),
    (re.compile(r"\s+"), " "),
    (re.compile("(?<=[ぁ-んァ-ヶー一-龠々]) (?=[0-9]+、[0-9])"), "、"),
    (re.compile(r"[\s]*、[\s、]*"), "、"),
    (re.compile("、+(?=[。!?]|です)|(?<=[。!?])[、。 ]+"), ""),
    (re.compile(r"[!?。]*\?[!?。]*"), "?"),
    (re.compile("[!。]*![!。]*"), "!"),
    (re.compile("^[、。!? ]+|[、 ]+$"), ""),
)


def speakable(markdown: str, own: Path | None = None) -> str:
    """No marks, links or signs; numbers, times and abbreviations as they are said; `own` adds an editor's."""
    words = readings(own)
    text = markdown
    for _ in range(_ROUNDS):
        said = _said(text, words)
        if said == text:
            break
        text = said
    return text


def _said(markdown: str, words: Readings) -> str:
    text = _plain(markdown)
    text = _without_addresses(text, words.address)
    text = _KEY.sub(lambda found: words["phrases"]["sharp" if "#" in found[0] else "star"], text)
    text = words.words.sub(lambda found: words.word(found["word"]), text)
    text = numbered(dated(text, words), words)
    for pattern, said in _TIDY:
        text = pattern.sub(said, text)
    text = _LETTERS.sub(
        lambda found: "".join(words["letters"][letter] for letter in found[0].upper()), _OPEN.sub(r"\1まで", text)
    )
    text = _signs(words).sub(lambda found: words["symbols"][found[0]], text)
    for pattern, said in _CLEAN:
        text = pattern.sub(said, text)
    return text


def _plain(markdown: str) -> str:
    """NFKC without marks, tags and pictures."""
    text = _CIRCLED.sub(_numeral, _ELLIPSIS.sub("、", _CELL.sub("、", plain(markdown))))
    text = _ROMAN.sub(lambda found: f"{unicodedata.numeric(found[0]):g}", text)
    text = unicodedata.normalize("NFKC", _ARROWS.sub("、", _HIDDEN.sub("", text)))
    text = _EMOJI.sub("", _TAG.sub(" ", text)).replace("~", "〜")
    text = _DASH.sub("-", _AROUND.sub(r"、\1、", text))
    return _DRAWN.sub("", _ELLIPSIS.sub("、", text))


def _numeral(found: re.Match[str]) -> str:
    number = f"{unicodedata.numeric(found[0]):g}"
    return number if found[2] or found.string[: found.start()].endswith(("〜", "～")) else f"、{number}、"


def _without_addresses(text: str, stand_in: str) -> str:
    """Nothing in their place, but where a sentence would lose its noun (…をご覧ください)."""

    def left(found: re.Match[str]) -> str:
        address, to = trimmed(found[2]), found["to"] or ""
        rest, end = found[2][len(address) :], found.start(2) + len(address)
        behind = text[end : end + 12]
        before = text[max(0, found.start() - 8) : found.start()]
        if behind[:1] in _CLOSING:
            before, behind = before.rstrip(_OPENING), behind.lstrip(_CLOSING)
        alone = _NOTHING_BEFORE.search(before)
        if to:  # info@… にメールで: a voice says the rest alone
            return rest if alone else rest + to
        if _PARTICLE.match(behind):
            return (stand_in if alone else "") + rest
        asked = before.endswith("は") and _SENTENCE_END.match(text, found.end())
        return rest or (stand_in if asked else found[1] or found[3])

    return _ADDRESS.sub(left, text)


@lru_cache(maxsize=8)
def _signs(words: Readings) -> re.Pattern[str]:
    return re.compile(either(words["symbols"]))
