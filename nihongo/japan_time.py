"""The clock of the shop and its customers, whatever time zone the machine keeps."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """By `time.time`, as every clock of the product is: whoever moves that moves all of them."""
    return datetime.fromtimestamp(time.time(), TOKYO)


def today() -> date:
    """The date in Japan: articles are valid, and days are counted, by it."""
    return now().date()
