"""Card numbers and マイナンバー: long numbers known by their check digit, in whatever groups they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nihongo.numbers import KANJI_DIGITS, TO_DIGITS

FOUND = "\ue000"  # stands for what is masked already; private use, so folded text holds none of its own
# Whatever keyboards and phones put between digits, the long vowel mark too.
HYPHENS = "\\-‐‒–—―−ー─━"
_CARD_SEP = rf"[ ./、{HYPHENS}]{{1,3}}"
_CARD_SHORTEST, _CARD_LONGEST = 13, 19
_NUMBERS = re.compile(rf"(?<![0-9])[0-9]+(?:{_CARD_SEP}[0-9]+)*")

_KANJI_RUN = re.compile(f"[{KANJI_DIGITS}]{{4,}}")
_KANJI_DASH = re.compile("(?<=[0-9]{4})一(?=[0-9]{4})")  # 一, typed where a dash was meant
_GROUP = re.compile("[0-9]+")

_TWELVE = rf"[0-9](?:[ {HYPHENS}]{{0,2}}[0-9]){{11}}(?![0-9])"
_MY_NUMBER_NAME = "マイナンバー|個人番号"
_NAMED_MY_NUMBER = re.compile(rf"(?:{_MY_NUMBER_NAME})[^0-9{FOUND}]{{0,12}}(?P<value>{_TWELVE})")
_ANY_TWELVE = re.compile(rf"(?<![0-9]){_TWELVE}")


def cards(text: str) -> Iterator[tuple[int, int]]:
    """Where 13–19 digits pass the card check, kanji digits too."""
    text = _KANJI_RUN.sub(lambda run: run[0].translate(TO_DIGITS), _KANJI_DASH.sub("-", text))  # as long as before
    for match in _NUMBERS.finditer(text):
        if text[max(0, match.start() - 1) : match.start()] in ("T", "t"):
            continue  # a registration number for invoices: T and 13 digits, public
        groups = [group.span() for group in _GROUP.finditer(text, *match.span())]
        yield from _cards_among(groups, text)


def _cards_among(groups: list[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """The longest runs of whole groups that hold 13–19 digits and pass the check."""
    first = 0
    while first < len(groups):
        last = _card_end(groups[first : first + _CARD_LONGEST], text)
        if last:
            yield groups[first][0], groups[first + last - 1][1]
        first += last or 1


def _card_end(groups: list[tuple[int, int]], text: str) -> int:
    """How many groups, from the first, are one card number; 0 for none."""
    digits, found = "", 0
    for count, (start, end) in enumerate(groups, 1):
        digits += text[start:end]
        if len(digits) > _CARD_LONGEST:
            break
        if len(digits) >= _CARD_SHORTEST and _evenly([b - a for a, b in groups[:count]]) and _is_card(digits):
            found = count
    return found


def _evenly(sizes: list[int]) -> bool:
    """Grouped as on a card, or all groups alike; not a row of dates and prices."""
    head = sizes[:-1]
    return not head or min(head) >= 4 or (len(set(head)) == 1 and sizes[-1] <= head[0])


def _is_card(digits: str) -> bool:
    article = len(digits) == 13 and digits[:2] in ("45", "49") and _ean(digits)  # a JAN code on a box
    return digits.strip("0") != "" and not article and _luhn(digits)


def _ean(digits: str) -> bool:
    return (sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))) % 10 == 0


def _luhn(digits: str) -> bool:
    doubled = [2 * int(digit) for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def my_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Named, or anywhere in a text that speaks of it when the check digit is right."""
    named = [match.span("value") for match in _NAMED_MY_NUMBER.finditer(text)]
    if named or not re.search(_MY_NUMBER_NAME, text):
        yield from named
        return
    for match in _ANY_TWELVE.finditer(text):
        if _my_number_check(re.sub("[^0-9]", "", match[0])):
            yield match.span()


def _my_number_check(digits: str) -> bool:
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)
