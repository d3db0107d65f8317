"""A change by half an hour is read at every hour of the day, also where the desk is open by night."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from handoff.callback_steps import _written
from handoff.callback_wish import wish
from nihongo.japan_time import TOKYO

NOW = datetime(2026, 11, 26, 23, 45, tzinfo=TOKYO)
SLOTS = [NOW.replace(minute=0) + timedelta(hours=1, minutes=30 * number) for number in range(48)]


def day_and_night(day: date) -> list[tuple[datetime, datetime]]:
    begin = datetime(day.year, day.month, day.day, tzinfo=TOKYO)
    return [(begin, begin + timedelta(days=1))]


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.strftime("%H:%M"))
def test_a_slot_in_words_is_the_same_slot(slot: datetime) -> None:
    heard = wish(_written(int(slot.timestamp())), "", NOW, day_and_night, SLOTS)
    assert heard and heard.settled == slot


def test_where_morning_or_afternoon_is_asked_both_are_offered_and_nothing_else() -> None:
    heard = wish("明日の10時半", "", NOW, day_and_night, SLOTS)
    assert heard and heard.asks == "am_pm"
    assert [f"{slot:%d %H:%M}" for slot in heard.offered] == ["27 10:30", "27 22:30"]
