"""Whom to call back: the name as it is read (フリガナ) and the number, as customers write or dictate them."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass

import jaconv
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from nihongo.numbers import TO_DIGITS

_NAME_LIMIT = 40
_LEAD = re.compile("^(?:(?:私|わたし)?の?(?:名前|なまえ|フリガナ|ふりがな|氏名)は|私は|わたしは)")
_TAIL = re.compile("(?:です|でございます|と(?:申|もう)します|と(?:言|い)います|でお(?:願|ねが)いします|様)?[。.!、]*$")
_KANA = re.compile("[ァ-ヺー]+(?: [ァ-ヺー]+){0,3}")
_BETWEEN = re.compile(r"(?<=[0-9])[\s\-‐‑–—―−ー・./()の]+(?=[0-9])")
_NUMBER = re.compile(r"\+?[0-9]{9,15}")
_NUMBER_SAID = re.compile(
    r"\+?[0-9〇○◯一二三四五六七八九][\s\-‐‑–—―−ー・./()の0-9〇○◯一二三四五六七八九]{8,}(?:です|になります)?"
)
_NUMBER_IS = re.compile("(?:お?(?:電話|でんわ|携帯|けいたい))?(?:番号|ばんごう)[はがを:]?|お?(?:電話|でんわ|携帯)は")
_KANJI_ZERO = str.maketrans({"〇": "0", "○": "0", "◯": "0"})
# Our own country's, and none that costs its caller more: nobody shall make the desk call for their profit.
_COUNTRY = 81
_CALLED = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
    }
)


@dataclass(frozen=True)
class Contact:
    """`kana` in katakana; `phone` in E.164. Personal: only in Redis beside the ticket, never in SQL, logs or events."""

    kana: str
    phone: str

    @property
    def national(self) -> str:
        """090-1234-5678."""
        return national(self.phone)

    @property
    def masked(self) -> str:
        """090-****-5678."""
        return masked(self.phone)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Contact:
        return cls(**json.loads(text))


def national(phone: str) -> str:
    return phonenumbers.format_number(phonenumbers.parse(phone), PhoneNumberFormat.NATIONAL)


def masked(phone: str) -> str:
    """090-****-5678."""
    first, *_, last = national(phone).split("-")
    return f"{first}-****-{last}"


def read_kana(text: str) -> str | None:
    """A name in kana of any kind as katakana; None where something else stands in it."""
    said = _TAIL.sub("", _LEAD.sub("", unicodedata.normalize("NFKC", text).strip()))
    kana = " ".join(str(jaconv.hira2kata(said)).replace("・", " ").split())
    return kana if len(kana) <= _NAME_LIMIT and _KANA.fullmatch(kana) else None


def read_phone(text: str) -> str | None:
    """The one number in a text that the desk can call, in E.164."""
    digits = unicodedata.normalize("NFKC", text).translate(_KANJI_ZERO).translate(TO_DIGITS)
    found = {number for one in _NUMBER.findall(_BETWEEN.sub("", digits)) if (number := _called(one))}
    return found.pop() if len(found) == 1 else None


def without_phone(text: str) -> str:
    """What else is said in a text with a number."""
    said = _NUMBER_IS.sub("", _NUMBER_SAID.sub("、", unicodedata.normalize("NFKC", text)))
    return said.strip("、。,. ")


def _called(digits: str) -> str | None:
    try:
        number = phonenumbers.parse(digits, "JP")
    except phonenumbers.NumberParseException:
        return None
    ours = number.country_code == _COUNTRY and phonenumbers.is_valid_number(number)
    if not ours or phonenumbers.number_type(number) not in _CALLED:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
