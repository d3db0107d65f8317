"""A change by half an hour is read at every hour of the day, also where the desk is open by night."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handoff.callback_steps import _written
from handoff.callback_wish import wish
from nihongo.japan_time import TOKYO

NOW = datetime(2026, 11, 26, 23, 45, tzinfo=TOKYO)
SLOTS = [NOW.replace(minute=0) + timedelta(hours=1, minutes=30 * number) for number in range(48)]


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.strftime("%H:%M"))
def test_a_slot_in_words_is_the_same_slot(slot: datetime) -> None:
    def opens(day: object) -> list[tuple[datetime, datetime]]:
        begin = datetime(day.year, day.month, day.day, tzinfo=TOKYO)  # type: ignore[attr-defined]
        return [(begin, begin + timedelta(days=1))]

    heard = wish(_written(int(slot.timestamp())), "", NOW, opens, SLOTS)
    assert heard and heard.settled == slot
