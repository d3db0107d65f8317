"""Dates, times, weekdays and fractions as they are said: 11/26(木) 9:30〜17:00 → 11月26日木曜日 9時半から17時まで."""

from __future__ import annotations

import re
from math import gcd

from nihongo.readings import Readings, either

_DAYS = "月火水木金土日"
_YEAR, _MONTH, _DATE = "(?:19|20)[0-9]{2}", "(?:1[0-2]|0?[1-9])", "(?:3[01]|[12][0-9]|0?[1-9])"
_FULL = re.compile(rf"(?<![0-9])({_YEAR}|[2-3][0-9](?=/))([/\-.])({_MONTH})\2({_DATE})(?:T(?=[0-9]{{2}}:)|(?![0-9]))")
_YEAR_MONTH = re.compile(rf"(?<![0-9/])({_YEAR})/({_MONTH})(?![0-9/])")
_SLASHED = re.compile("(?<![0-9/.])([0-9]{1,4})[/⁄]([0-9]{1,4})(?![0-9/]|/[月年])")
_HALF_DAY = {"a": "午前", "p": "午後"}
_M = r"(?:[AaPp][Mm]|[ap]\.m\.)"
_CLOCK = re.compile(
    rf"(?:(?<![0-9A-Za-z])({_M}|午[前後])\s?|(?<![0-9A-Za-z.])(?<![0-9]:))([0-2]?[0-9]|30):([0-5][0-9])(?::([0-5][0-9]))?(?:\s?({_M})(?![A-Za-z]))?(?![0-9:])"
)
_HOUR_FIRST = re.compile(rf"(?<![0-9A-Za-z])({_M})\s?([0-9]{{1,2}})(?=時|\s|[〜\-)、。]|$)")
_HOUR_LAST = re.compile(rf"(?<![0-9A-Za-z])(?<![0-9]:)([0-9]{{1,2}})\s?({_M})(?![A-Za-z])")
_RATIO = re.compile("(?<![0-9])(?<![0-9]:)([0-9]{1,4}):([0-9]{1,4})(?![0-9:])")
_WEEKDAY = re.compile(rf"(?<=日)\s?\(([{_DAYS}])(?:曜日?)?(?:\s?[・、,/]\s?(祝日?))?\)")
_LONE_WEEKDAY = re.compile(rf"\s?\(([{_DAYS}])(?:曜日?)?\)")
_HOLIDAY = re.compile(r"(?<=日)\s?\(祝日?\)")
_FREE = "(?:(?<![一-龠0-9])|(?<=毎週)|(?<=毎)|(?<=平日))"
_WEEK = re.compile(rf"{_FREE}([{_DAYS}])\s?[〜\-]\s?([{_DAYS}])(?:曜日?)?(?![一-龠])(?:まで)?")
_NAMED_WEEK = re.compile(rf"([{_DAYS}]曜日?)\s?[〜\-]\s?([{_DAYS}]曜日?)(?!まで)")
_WEEKDAYS = re.compile(rf"{_FREE}[{_DAYS}](?:[・、,/][{_DAYS}祝])+(?:曜日?)?(?![一-龠])")

_TIME = "(?:午[前後])?[0-9]{1,2}時(?!間)(?:半|[0-9]{1,2}分)?"
_WEEKDAY_SAID = f"(?:[{_DAYS}]曜日?(?:、祝日)?)?"
_DAY = rf"(?:(?:令和|平成|昭和|大正)?(?:[0-9]{{1,4}}|元)年)?[0-9]{{1,2}}月[0-9]{{1,2}}日{_WEEKDAY_SAID}(?:\s?{_TIME})?"
_SPAN = re.compile(
    rf"({_DAY}|{_TIME})\s?(?:から\s?)?[〜\-]\s?({_DAY}|[0-9]{{1,2}}日{_WEEKDAY_SAID}|{_TIME}|翌朝?{_TIME})(?P<next>まで|から|の間|間|で(?!す)|に(?!て))?"
)
_MONTHS = re.compile(
    "((?:[0-9]{4}年)?[0-9]{1,2}月|[0-9]{4}年)[〜-]((?:[0-9]{4}年)?[0-9]{1,2}月|[0-9]{4}年)(?![0-9度間]|まで|から)"
)
_UNTIL = re.compile(rf"(?:^|(?<=[\s、。(:はも]))〜\s?({_DAY}|{_TIME})(?:まで)?", re.MULTILINE)

_USUAL = {(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5)}
_PART_OF = re.compile("(?:[のを約]|およそ|残り|わずか|サイズ|量|長さ|カップ|大さじ|小さじ)$")
_OF = re.compile(
    r"\s?(?:カップ|サイズ|スケール|量|の(?!発送|お届|営業|受付|到着|ご)|に(?=な|減|縮|カ|分|切|薄|希)|以[下上]|程度|ほど|ずつ|税|負担|倍|です|で[、割]|$|[。、)])"
)
_MEASURE = re.compile("\\s?(?:インチ|inch|杯|錠|個|本(?![日店])|枚|袋|箱|切れ|カップ|サイズ|リットル)")
_WHEN = re.compile(r"\s?(?:\(|〜|-|まで|から|より|以[降前]|頃|ごろ|発|着|必着|締|[0-9]{1,2}[:時]|午)")


def dated(text: str, words: Readings) -> str:
    """Every date, time and fraction of an NFKC text in words; open ends are left to the other ranges."""
    text = _eras(text, words)
    text = _FULL.sub(
        lambda found: f"{found[1]}年{int(found[3])}月{int(found[4])}日" + " " * found[0].endswith("T"), text
    )
    text = _YEAR_MONTH.sub(lambda found: f"{found[1]}年{int(found[2])}月", text)
    text = _SLASHED.sub(lambda found: _slashed(found, words), text)
    text = _timed(text, words)
    return _spans(_weekdays(text))


def _eras(text: str, words: Readings) -> str:
    names = either([*words["eras"], *words["eras"].values()])
    era = re.compile(rf"(?<![A-Za-z0-9])({names})\s?([0-9]{{1,2}}|元)([./])({_MONTH})\3({_DATE})(?![0-9])")
    text = re.sub(
        rf"(?<![A-Za-z0-9])({either(words['eras'])})([0-9]{{1,2}})(?=年)", lambda m: words["eras"][m[1]] + m[2], text
    )
    return era.sub(lambda m: f"{words['eras'].get(m[1], m[1])}{m[2]}年{int(m[4])}月{int(m[5])}日", text)


def _slashed(found: re.Match[str], words: Readings) -> str:
    """A day of the year or a fraction: 1/2 is a half unless what stands around says when."""
    above, below = int(found[1]), int(found[2])
    if _one_of_two(found, words):
        return f"{above}、{below}"
    if _is_fraction(found, above, below):
        return f"{below}分の{above}"
    if 1 <= above <= 12 and 1 <= below <= 31 and "⁄" not in found[0]:
        return f"{above}月{below}日"
    return f"{below}分の{above}" if 0 < above < below else f"{found[1]}、{found[2]}"


def _one_of_two(found: re.Match[str], words: Readings) -> bool:
    """50/60Hz, Windows 10/11."""
    unit = re.compile(rf"\s?(?:{either(words['units'])})(?![A-Za-z0-9])")
    named = found.string[: found.start()].rstrip().endswith(tuple(words.sections["versions"]))
    return named or unit.match(found.string, found.end()) is not None


def _is_fraction(found: re.Match[str], above: int, below: int) -> bool:
    if "⁄" in found[0]:
        return True
    before, behind = found.string[: found.start()][-4:], found.string[found.end() :][:8]
    if before.endswith("〜") or _WHEN.match(behind) or not (0 < above < below <= 10 and gcd(above, below) == 1):
        return False
    if _PART_OF.search(before) or _MEASURE.match(behind):
        return True
    return (above, below) in _USUAL and bool(_OF.match(behind))


def _timed(text: str, words: Readings) -> str:
    text = _CLOCK.sub(_clock, text)
    text = _HOUR_FIRST.sub(lambda found: _half_day(found[1]) + _hour(found[2], found), text)
    text = _HOUR_LAST.sub(lambda found: f"{_half_day(found[2])}{int(found[1])}時", text)
    return _RATIO.sub(rf"\1{words['phrases']['to']}\2", text)


def _hour(hour: str, found: re.Match[str]) -> str:
    return str(int(hour)) if found.string.startswith("時", found.end()) else f"{int(hour)}時"


def _clock(found: re.Match[str]) -> str:
    before, hour, minute, second, behind = found.groups()
    said = f"{_half_day(before or behind)}{int(hour)}時"
    if second and int(second):
        return f"{said}{int(minute)}分{int(second)}秒"
    return said + {0: "", 30: "半"}.get(int(minute), f"{int(minute)}分")


def _half_day(mark: str | None) -> str:
    return _HALF_DAY.get(mark[0].lower(), mark) if mark else ""


def _weekdays(text: str) -> str:
    text = _WEEKDAY.sub(lambda found: f"{found[1]}曜日" + ("、祝日" if found[2] else ""), text)
    text = _HOLIDAY.sub("、祝日", text)
    text = _LONE_WEEKDAY.sub(r"\1曜日", text)
    text = _WEEK.sub(r"\1曜から\2曜まで", text)
    text = _NAMED_WEEK.sub(r"\1から\2まで", text)
    return _WEEKDAYS.sub(_named, text)


def _named(found: re.Match[str]) -> str:
    named, day, _ = found[0].partition("曜")
    said = "、".join("祝日" if one == "祝" else f"{one}曜" for one in named if one in _DAYS + "祝")
    return said + "日" * (found[0][len(named) + len(day) :] == "日")


def _spans(text: str) -> str:
    text = _SPAN.sub(_span, text)
    text = _MONTHS.sub(r"\1から\2まで", text)
    return _UNTIL.sub(r"\1まで", text)


def _span(found: re.Match[str]) -> str:
    """9時から18時まで; before particles that まで would change: 9時から18時の間に."""
    behind = found["next"] or ""
    ending = {"": "まで", "に": "の間に"}.get(behind, behind)
    return f"{found[1]}から{found[2]}{ending}"
