"""Numbers as they are said: what names something in groups with pauses, what counts something as a quantity."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from nihongo.mask_numbers import HYPHENS
from nihongo.readings import Readings, either

_HYPHEN = re.compile(rf"(?<=[0-9A-Z])[{HYPHENS}](?=[0-9A-Z])")
_ABROAD = re.compile(r"(?<![0-9A-Za-z])\+[1-9][0-9 ()-]{7,22}[0-9](?![0-9-])")
_TRUNK = re.compile(r"[ -]?\(0\)[ -]?|[ ()-]+")
_AREA = re.compile(r"(?<![0-9])\((0[0-9]{1,4})\)\s?([0-9]{2,4})-([0-9]{4})(?![0-9-])")
_MIDDLE = re.compile(r"(?<![0-9])(0[0-9]{1,4})\(([0-9]{2,4})\)([0-9]{4})(?![0-9-])")
_PHONE = re.compile(
    "(?<![0-9A-Za-z.-])0[0-9]{1,4}([- ])[0-9]{2,4}(?:\\1[0-9]{2,4})?(?![0-9-])|(?<![0-9A-Za-z.-])0[0-9]{9,10}(?![0-9])"
)
_CODE = re.compile("(?<![A-Za-z0-9-])[A-Z]{1,5}-?[0-9]+(?:-?[A-Z0-9]+)*(?![A-Za-z0-9])")
_RUNS = re.compile("[A-Z]+|[0-9]+")
_FLOOR = re.compile("(?<![A-Za-z0-9])B([0-9]{1,2})(?:F(?![A-Za-z0-9])|階)")
_BLOCKS = re.compile("(?<![0-9A-Za-z.,-])[0-9]{1,3}(?:-[0-9]{1,4}){2,3}(?![0-9-])")
_COMMAS = re.compile("(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_DASH_RANGE = re.compile(r"(?<=[0-9])\s?-\s?(?=[0-9])|(?<=[0-9][日年月円度%])-(?=[0-9])")
_SHARP = re.compile("#(?=[0-9]{4}(?![0-9]))")
_LOSS = re.compile("[▲△](?=[0-9¥])")
_BELOW = re.compile("(?<![0-9A-Za-z)])−(?=[0-9¥$])")
_BACKSLASH = re.compile(r"\\(?=[0-9])")
_PRICE_TAIL = re.compile(r"(?<=円)\.?[-ー]{1,2}(?=$|[\s、。)(])")
_NUMBER = "[0-9](?:[0-9,.]*[0-9])?(?:[万千億兆]+)?"
_GROUPS = 4


def numbered(text: str, words: Readings) -> str:
    """Every number of an NFKC text, dates and times read before."""
    text = _HYPHEN.sub("-", text)
    text = _signed(_BACKSLASH.sub("¥", text), words)
    text = _telephones(text)
    text = _codes(text, words)
    text = _groups(text, words)
    text = _COMMAS.sub("", text)
    return _measured(_DASH_RANGE.sub("から", text), words)


def _signed(text: str, words: Readings) -> str:
    """Money, minus and sharp signs."""
    minus = words["phrases"]["minus"]
    money, pair, below = _patterns(words)[:3]
    text = _BELOW.sub(minus, _LOSS.sub(minus, text))
    text = below.sub(minus, text)
    text = pair.sub(
        lambda found: f"{found[2]}{words['currency'][found[1]]}から{found[3]}{words['currency'][found[1]]}", text
    )
    text = money.sub(lambda found: found[2] + words["currency"][found[1]], text)
    return _PRICE_TAIL.sub("", _SHARP.sub(words["phrases"]["sharp"], text))


def _telephones(text: str) -> str:
    text = _ABROAD.sub(_abroad, text)
    text = _AREA.sub(r"\1-\2-\3", text)
    text = _MIDDLE.sub(r"\1-\2-\3", text)
    return _PHONE.sub(_phone, text)


def _abroad(found: re.Match[str]) -> str:
    """+81-3-1234-5678 as it is keyed: the code of the country, then the groups."""
    number = _TRUNK.sub("-", found[0])
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return found[0]
    if not phonenumbers.is_possible_number(parsed):
        return found[0]
    if "-" not in number:
        number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return re.sub("[ -]+", "、", number)


def _phone(found: re.Match[str]) -> str:
    """In the groups it was written in, else in those of the numbering plan."""
    if found[1]:
        return found[0].replace(found[1], "、")
    number = phonenumbers.parse(found[0], "JP")
    said = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL).replace("-", "、")
    return said if said.startswith("0") and len(said.replace("、", "")) == len(found[0]) else in_groups(found[0])


def _codes(text: str, words: Readings) -> str:
    """Letters one by one, then digits: ABC-12345, TB1234, A4, B1F."""
    floor = words["units"]["F"]
    text = _FLOOR.sub(rf"{words['phrases']['basement']}\1{floor}", text)
    return _CODE.sub(lambda found: _code(found[0], words), text)


def _code(code: str, words: Readings) -> str:
    parts: list[str] = []
    for run in _RUNS.finditer(code):
        said = in_groups(run[0]) if run[0].isdigit() else "".join(words["letters"][letter] for letter in run[0])
        apart = code[run.start() - 1 : run.start()] == "-" or (run[0].isdigit() and len(run[0]) >= _GROUPS)
        parts += ["、", said] if parts and apart else [said]
    return "".join(parts)


def _groups(text: str, words: Readings) -> str:
    """Hyphens and blanks of a number become pauses; long ones are cut; 1-2-3 of an address is 1の2の3."""
    place, hyphened, spaced, long, six = _patterns(words)[3:8]
    of = words["phrases"]["code"]
    text = _BLOCKS.sub(lambda found: _blocks(found[0], of), text)
    text = hyphened.sub(_hyphened, place.sub(rf"\1{of}\2", text))
    text = spaced.sub(lambda found: found[0].replace(" ", "、"), text)
    text = long.sub(lambda found: in_groups(found[0]), text)
    return six.sub(lambda found: found[1] + in_groups(found[2]), text)


def _blocks(number: str, of: str) -> str:
    parts = number.split("-")
    address = not any(part.startswith("0") or len(part) > 3 for part in parts)
    return of.join(parts) if address else "、".join(parts)


def _hyphened(found: re.Match[str]) -> str:
    """1234-5678 and 090-12 are a number, 2-3 and 10-20 a range."""
    parts = found[2].split("-")
    named = (
        found["name"]
        or len(parts) > 2
        or any(len(part) >= _GROUPS or (part.startswith("0") and len(part) > 1) for part in parts)
    )
    return found[0].replace("-", "、") if named else found[0]


def in_groups(digits: str) -> str:
    """Groups of four and three with pauses (1234、567); up to five digits stay together."""
    if len(digits) <= _GROUPS + 1:
        return digits
    threes = -len(digits) % _GROUPS
    fours = (len(digits) - 3 * threes) // _GROUPS
    if len(digits) == 7:
        fours, threes, sizes = 1, 1, [3, 4]
    else:
        sizes = [_GROUPS] * fours + [3] * threes
    ends = [sum(sizes[: count + 1]) for count in range(len(sizes))]
    return "、".join(digits[end - size : end] for end, size in zip(ends, sizes, strict=True))


def _measured(text: str, words: Readings) -> str:
    """Units behind numbers, × between them, a price per month."""
    times, unit, rate, per = _patterns(words)[8:]
    text = times.sub(words["phrases"]["times"], text)
    text = unit.sub(lambda found: words["units"][found[1]], text)
    text = rate.sub(lambda found: found[1] + "、" * bool(found[1]) + words["per"][found[3]] + found[2], text)
    return per.sub(lambda found: f"、{words['per'][found[1]]}あたり", text)


@lru_cache(maxsize=8)
def _patterns(words: Readings) -> tuple[re.Pattern[str], ...]:
    signs, units = either(words["currency"]), either(words["units"])
    apart, no_count = "(?<![0-9A-Za-z.,-])", rf"(?![0-9-]|[,.][0-9]|\s?{words.quantity})"
    named = rf"(?:{words.number_names})(?:は|が)?[\s:、「(]{{0,2}}"
    amount = "[0-9]+(?:[.][0-9]+)?[万千億]?"
    return (
        re.compile(rf"({signs})\s?({_NUMBER})(?:円)?"),
        re.compile(rf"({signs})\s?({_NUMBER})(?:円)?\s?[〜\-]\s?(?:{signs})?\s?({_NUMBER})(?:円)?"),
        re.compile(
            rf"(?:(?<![0-9A-Za-zぁ-んァ-ヶ一-龠ー)%])|(?<=[がはもをにでと]))-(?=(?:{signs})|[0-9][0-9.,]*\s?(?:°|度|%|円|ポイント|点|dB))"
        ),
        re.compile(rf"(?<=[一-龠々](?<![約第各全計大小量数型級歳号]))([0-9]{{1,3}})-([0-9]{{1,4}}){no_count}"),
        re.compile(rf"(?P<name>{named})?{apart}([0-9]{{1,8}}(?:-[0-9]{{1,8}})+){no_count}"),
        re.compile(rf"{apart}[0-9]{{3,4}}(?: [0-9]{{3,4}})+{no_count}"),
        re.compile(rf"{apart}[0-9]{{7,}}{no_count}"),
        re.compile(rf"({named})([0-9]{{6}}){no_count}"),
        re.compile(
            "(?<=[0-9A-Za-z個本枚袋箱錠粒り入])\\s?[×xX✕]\\s?(?=[0-9A-Zァ-ヶ縦横幅奥高])|(?<=[一-龠ァ-ヶー])\\s?[×✕]\\s?(?=[0-9])"
        ),
        re.compile(rf"(?<=[0-9])\s?({units})(?![A-Za-z0-9])"),
        re.compile(
            rf"((?:(?!約|およそ|最[大低])[一-龠ァ-ヶーA-Za-z])?)(?<![0-9.])((?:約|およそ|最大|最低)?{amount}(?:円?(?:から|〜|-){amount})?"
            rf"(?:[ァ-ヶー]{{1,12}}|時間|[円人名回個件台分点枚]))/\s?({either(words['per'])})(?![一-龠])"
        ),
        re.compile(rf"(?<=[円ァ-ヶー人名回個件台分点枚])/\s?({either(words['per'])})(?![一-龠])"),
    )
