"""The clock of the shop and its customers, whatever time zone the machine keeps."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def today() -> date:
    """The date in Japan: articles are valid, and days are counted, by it."""
    return datetime.now(TOKYO).date()
