"""A sentence made ready for the search of days and hours: capped, normalised, kana as kanji, without fillers."""

from __future__ import annotations

import re
from functools import cache

from nihongo.normalise import clean, normalise
from nihongo.speech_noise import strip_noise
from nihongo.when_words import either, listed

CAP = 200  # characters; whoever writes more does not name a day
_DAY = "[月火水木金土日]"
_ISO = re.compile("([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])")
_SHORT_RANGE = re.compile(r"(?<![0-9/:.-])([0-9]{1,2})(?:[-~・、,]|から)(?=[0-9]{1,2}時(?!間))")
_ONE = re.compile(r"(?<=午後|午前|お昼|昼の)の?一時|一時(?=$|[でか、。~])")
_SUFFIXED = re.compile("(?<![0-9:])([0-9]{1,2}) ?(am|pm)(?![a-z])")
_SINCE = re.compile("(?<=[0-9])(時間半?|分)(?:くらい|ぐらい|ほど)?(?:し|経っ|たっ)(?:たら|てから)")
_LEFT = re.compile("あと([0-9]+(?:時間半?|分))(?:くらい|ぐらい|ほど)?(?:で|したら)")
_PLAIN = (
    (re.compile("(?<=[0-9])じ(?![ゃゅょまん])"), "時"),
    (re.compile("(?<![一二三四五六七八九十〇])[〇零](?=時)"), "0"),
    (re.compile("(?<=[0-9]時)([0-5][0-9])(?![0-9分時])"), r"\1分"),
    (re.compile(f"(?<![0-9一-龠])({_DAY})(?:[~-]|から)({_DAY})(?=曜|の|で|に|は|、|$)"), r"\1曜~\2曜"),
    (re.compile("(?:数|[0-9][、,~][0-9])日(?:中|以内|のうち|間)"), "近々"),
    (re.compile("[0-9]{9,}"), "#"),  # no date; long runs take ja_timex seconds
)
_NAMED_DAY = re.compile("(今夜|今晩|今朝|明朝|明晩|翌朝)(?=[0-9])")


def prepared(text: str) -> str:
    """The text as it is read: capped, normalised, without fillers, kana as kanji."""
    said = strip_noise(normalise(_ISO.sub(r"\1/\2/\3", clean(text, CAP))))
    said = _same().sub(lambda found: _written()[found[0]], said)
    said = _kana_hour().sub(lambda found: f"{listed('kana_hours')[found[0]]}時", said)
    for pattern, plain in _PLAIN:
        said = pattern.sub(plain, said)
    said = _LEFT.sub(r"\1後", said)
    said = _SINCE.sub(r"\1後", said)
    said = _NAMED_DAY.sub(r"\1の", _SUFFIXED.sub(r"\2\1時", said))
    return _SHORT_RANGE.sub(r"\1時~", _ONE.sub(lambda found: found[0].replace("一", "1"), said))


@cache
def _written() -> dict[str, str]:
    return {normalise(old): str(new) for section in ("same", "same_alone") for old, new in listed(section).items()}


@cache
def _same() -> re.Pattern[str]:
    alone, ends = either("same_alone"), "[のにはもかで、。 午中]|$"
    return re.compile(f"{either('same')}|(?:(?<![ぁ-ん一-龠])|(?<=の))(?:{alone})(?={ends})")


@cache
def _kana_hour() -> re.Pattern[str]:
    before = "|".join(
        f"(?<={word})" for word in ("^", "午後", "午前", "の", "日", "曜", "夜", "朝", "、", " ", "今日", "に")
    )
    return re.compile(
        f"(?:{before})(?:{either('kana_hours')})(?=に|ごろ|半|から|まで|以降|すぎ|過ぎ|で|くらい|ぐらい|か|$)"
    )
