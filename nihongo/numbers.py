"""Kanji numerals as digits where they really count (二番 → 2番, 三千九百八十円 → 3980円, but 一緒, 三重県)."""

from __future__ import annotations

import re

KANJI_DIGITS = "〇零一二三四五六七八九"
TO_DIGITS = str.maketrans(KANJI_DIGITS, "00123456789")

_DIGIT = f"[0-9{KANJI_DIGITS}]"
_RUN = re.compile(f"[0-9{KANJI_DIGITS}十百千万億兆]+")
_SECTION = re.compile(f"(?:({_DIGIT}?)千)?(?:({_DIGIT}?)百)?(?:({_DIGIT}?)十)?({_DIGIT}*)")
_LARGE = (("兆", 10**12), ("億", 10**8), ("万", 10**4))

_COUNTER = re.compile(
    "番|号|個|コ(?![ァ-ヴー])|つ|本|枚|台|点|件|通|着|足|冊|箱|袋|杯|階|割|倍|歳|才|人|名|品|社|組|位|泊|畳|帖|桁|文字|種類"
    "|年|月|日|時|分|秒|週|回|度|円|丁目|世帯|[かヶカヵケ箇][月所国年]|箇所|営業日"
    "|以上|以下|未満|%|パーセント|ポイント|セット|ドル|センチ|ミリ|メートル|キロ|グラム|リットル|ワット|ボルト|インチ|アンペア|カ所"
)
# Words that begin like a count and are none. Looked up where the numeral starts.
_KEEP = re.compile(
    "(?<=[数何幾])|(?<=[0-9][.,])|(?<=人)一倍|一番(?!目|号|線|窓口|[でを]?お願い|[でを]$|です|$)|[一二三]番[町丁]|一度|二度[とも手]|[今再]一度|三度目の正直"
    "|一部|一杯|一足先|一通り|一回り|一点[張物もの]|一本[化道気槍]|一個人|一枚[岩上]|[一二三四五六七八九]分[割かけ散類布]"
    "|一時(?!間|半|から|まで|に|頃|ごろ|過ぎ|以降|以前|[0-9一二三四五十])"
    "|一人(?:暮|一人|ひとり|前|っ子|旅|娘|息子|称)|[二三]人(?:称|三脚)|十人十色|百人一首|三人寄"
    "|十分(?!後|前|以内|以上|間|ほど|くらい|ぐらい|おき|毎|ごと)|五分五分|四六時中|二六時中|三日(?:坊主|月)|二日酔|[一二三四五六七八九十]+日[市町]"
    "|五月(?:雨|晴|病|蠅)|[二三四五六七八九]本[木松]|一足|一日千秋|百分率|千日前|八百万の"
)
_ROUGHLY = {"一二", "二三", "三四", "四五", "五六", "六七", "七八", "八九"}  # 二三日 is "two or three days"


def kanji_to_digits(text: str) -> str:
    """Every counting numeral in ASCII digits; idioms, names and places stay."""
    return _RUN.sub(_convert, text)


def value(numeral: str) -> int | None:
    """三千九百八十 → 3980, 1万5千 → 15000; None for what is not a well-formed numeral."""
    total, rest = 0, numeral
    for unit, size in _LARGE:
        head, found, tail = rest.partition(unit)
        if found:
            part = _section(head)
            if not part:
                return None
            total, rest = total + part * size, tail
    last = _section(rest) if rest else 0
    return None if last is None or not numeral else total + last


def _section(text: str) -> int | None:
    match = _SECTION.fullmatch(text)
    if match is None or not text:
        return None
    thousands, hundreds, tens, ones = match.groups()
    pairs = ((thousands, 1000), (hundreds, 100), (tens, 10))
    return sum(_digits(d) * size for d, size in pairs if d is not None) + (int(_ascii(ones)) if ones else 0)


def _digits(text: str) -> int:
    return int(_ascii(text)) if text else 1


def _ascii(text: str) -> str:
    return text.translate(TO_DIGITS)


def _convert(match: re.Match[str]) -> str:
    run, text, start, end = match[0], match.string, match.start(), match.end()
    if run.isascii() or _KEEP.match(text, start):
        return run
    if run in _ROUGHLY or not run.strip("〇") or not (_counts(run) or _COUNTER.match(text, end)):
        return run
    if all(char in KANJI_DIGITS or char.isascii() for char in run):
        return _ascii(run)  # keeps leading zeros: 〇九〇
    found = value(run)
    return run if found is None else str(found)


def _counts(run: str) -> bool:
    """A numeral long enough to need no counter behind it: 三千九百八十, 二〇二六, 〇九〇."""
    return len(run) >= 4 or (len(run) == 3 and "〇" in run)
