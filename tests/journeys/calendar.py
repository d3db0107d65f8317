"""The calendar of the journeys' product: always open, but for one day with a lunch break and a day off after it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import yaml

DAYS_AHEAD = 3  # no other test lets so much time pass
DAY_OFF = "創立記念日"
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")


def unlike(today: date) -> tuple[date, date]:
    """The day with the break, and the day off."""
    return today + timedelta(days=DAYS_AHEAD), today + timedelta(days=DAYS_AHEAD + 1)


def written(path: Path, today: date) -> Path:
    """The seed file."""
    short, off = unlike(today)
    days = [
        {"day": short.isoformat(), "open": ["09:00-12:00", "13:00-18:00"], "note": ""},
        {"day": off.isoformat(), "note": DAY_OFF},
    ]
    always = {"queue": "*", "channel": "*", "week": {day: ["00:00-24:00"] for day in _WEEK}, "days": days}
    path.write_text(yaml.safe_dump({"calendars": [{**always, "buffer": 30}]}))
    return path
