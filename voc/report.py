"""The report as text for the terminal and as JSON. All words come from words.yml."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from voc.figures import Rate, Report
from voc.words import words


def as_dict(report: Report) -> dict[str, Any]:
    """For machines: each rate with its part, its whole and its formula."""
    formulas = words()["rates"]
    rates = {
        name: {"part": rate.part, "whole": rate.whole, "share": rate.share, "formula": formulas[name]["formula"]}
        for name, rate in report.rates.items()
    }
    return asdict(report) | {"rates": rates}


def as_text(report: Report) -> str:
    return "\n".join(_lines(report))


def shown(rate: Rate) -> str:
    """12.3 % with what it is made of."""
    if rate.share is None:
        return str(words()["report"]["no_base"])
    return f"{rate.share:.1%}（{rate.part}/{rate.whole}）"


def _lines(report: Report) -> Iterator[str]:
    say = words()["report"]
    yield say["title"].format(first=report.first_day, last=report.last_day)
    yield say["totals"].format(**asdict(report))
    if report.latency_ms:
        yield say["latency"].format(**report.latency_ms)
    yield from _section(say["rates"], _rates(report))
    yield from _section(say["outcomes"], _counts(report.outcomes, words()["outcomes"]))
    yield from _section(say["days"], _days(report))
    yield from _section(say["reasons"], _counts(report.reasons, words()["reasons"]))
    unanswered = (f"{say['times'].format(count=one.count)}　{one.question}" for one in report.unanswered)
    yield from _section(say["unanswered"], unanswered)
    articles = (f"{_wide(use.article_id, 28)} {say['article'].format(**asdict(use))}" for use in report.articles)
    yield from _section(say["articles"], articles)


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    yield from ("", f"■ {title}")
    found = [f"  {line}" for line in lines]
    yield from found or [f"  {words()['report']['nothing']}"]


def _rates(report: Report) -> Iterator[str]:
    for name, rate in report.rates.items():
        told = words()["rates"][name]
        yield f"{_wide(told['name'], 24)} {shown(rate)}"
        yield f"    {told['formula']}"


def _counts(counts: dict[str, int], names: dict[str, str]) -> Iterator[str]:
    for key, count in counts.items():
        if count:
            yield f"{_wide(names.get(key, key), 32)} {count:>6}"


def _days(report: Report) -> Iterator[str]:
    names = words()["outcomes"]
    for day in report.days:
        channel = words()["channels"].get(day.channel, day.channel)
        parts = "　".join(f"{names[key]} {count}" for key, count in day.outcomes.items() if count)
        yield f"{day.day}  {_wide(channel, 6)} {day.exchanges:>5}　{parts}"


def _wide(text: str, width: int) -> str:
    """Padded to a width in which Japanese letters take two places."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
    return text + " " * max(0, width - taken)
