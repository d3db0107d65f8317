"""The 受付番号 finds the mistakes that people make."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoff.number import new, parse, spoken, valid

numbers = st.builds(new)


@given(numbers)
def test_a_number_is_eight_digits_and_read_back_from_its_spoken_form(number: str) -> None:
    assert len(number) == 8 and valid(number)
    assert parse(spoken(number)) == number


@given(numbers, st.integers(0, 7), st.integers(1, 9))
def test_every_wrong_digit_is_found(number: str, place: int, step: int) -> None:
    wrong = str((int(number[place]) + step) % 10)
    assert not valid(number[:place] + wrong + number[place + 1 :])


@given(numbers, st.integers(0, 6))
def test_every_swapped_pair_is_found(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not valid(swapped)


def test_full_width_and_hyphens_are_understood() -> None:
    number = new()
    wide = spoken(number).translate(str.maketrans("0123456789-", "０１２３４５６７８９ー"))
    assert parse(f" {wide} ") == number
    assert parse("12345") is None
    assert parse("受付番号") is None
