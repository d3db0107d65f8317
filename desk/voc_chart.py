"""The columns of the VOC page: pure geometry for an SVG in the template. Colours are classes of voc.css."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count

from voc.figures import Day

# What a column is made of, from the bottom up.
GROUPS = {
    "answered": ("answered",),
    "clarified": ("clarified",),
    "unanswered": ("missed", "declined", "failed"),
    "person": ("handed_off", "with_agent"),
    "other": ("small_talk", "action", "refused"),
}
WIDTH, HEIGHT = 1000, 250
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 28
_LABELS = 16  # more than so many days are not all named
_TICKS = 4


@dataclass(frozen=True)
class Piece:
    group: str
    x: float
    y: float
    width: float
    height: float
    count: int


@dataclass(frozen=True)
class Column:
    day: str
    middle: float
    label: str
    total: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Chart:
    columns: tuple[Column, ...]
    ticks: tuple[tuple[int, float], ...]  # value and its height


def chart(days: Sequence[str], found: Sequence[Day]) -> Chart:
    """Every day of the period has its place, also one on which nothing was said."""
    counts = {day: _grouped([one for one in found if one.day == day]) for day in days}
    top = _nice(max((sum(groups.values()) for groups in counts.values()), default=0))
    scale, slot = (HEIGHT - TOP - BOTTOM) / top, (WIDTH - LEFT - RIGHT) / max(len(days), 1)
    every = -(-len(days) // _LABELS)
    columns = tuple(
        _column(day, counts[day], LEFT + n * slot, slot, scale, named=n % every == 0) for n, day in enumerate(days)
    )
    ticks = tuple((top * n // _TICKS, HEIGHT - BOTTOM - scale * (top * n // _TICKS)) for n in range(_TICKS + 1))
    return Chart(columns, ticks)


def _grouped(days: Sequence[Day]) -> dict[str, int]:
    return {
        group: sum(day.outcomes.get(outcome, 0) for day in days for outcome in outcomes)
        for group, outcomes in GROUPS.items()
    }


def _column(day: str, groups: dict[str, int], left: float, slot: float, scale: float, named: bool) -> Column:
    width, foot, pieces = min(slot * 0.72, 46.0), float(HEIGHT - BOTTOM), []
    middle = left + slot / 2
    for group, number in groups.items():
        if number:
            foot -= number * scale
            pieces.append(
                Piece(group, round(middle - width / 2, 1), round(foot, 1), round(width, 1), number * scale, number)
            )
    month, date = int(day[5:7]), int(day[8:10])
    label = f"{month}/{date}" if named else ""
    return Column(day, round(middle, 1), label, sum(groups.values()), tuple(pieces))


def _nice(highest: int) -> int:
    """The end of the scale: four steps of a number that reads well."""
    larger = (digit * 10**power for power in count() for digit in (10, 12, 15, 20, 25, 30, 40, 50, 60, 80))
    return int(next(step * _TICKS for step in chain(range(1, 10), larger) if step * _TICKS >= highest))
