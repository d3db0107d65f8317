"""Abuse (カスハラ) on texts that people voted on → recall on the clearly toxic, false alarms on the clearly harmless.

Clear is what more than half of a text's voters agree on; what lies between is left out. The votes are about any
toxic writing (slander, obscenity, discrimination), ours is abuse of the person who answers: see `by_category`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.bootstrap import OPTIONS, Outcomes, add_options, against, intervals, means
from bench.gold import shop
from bench.inputs import inputs, settings
from bench.language import Workbench, rows_of
from bot.language.understand import Understander
from nihongo.denied import without_denied
from nihongo.japan_time import today
from nihongo.normalise import normalise
from nihongo.speech_noise import strip_noise
from settings import ROOT

LIMITS = [round(float(limit), 1) for limit in np.arange(0.1, 1.0, 0.1)]  # of the curve
Row = dict[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--votes", type=Path, required=True, help="TSV: text, Not Toxic, Toxic, Very Toxic, category_…, annotation_num"
    )
    parser.add_argument("--show", action="store_true", help="print misses and false alarms on stderr")
    add_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    rows = [row for row in rows_of(args.votes) if toxic(row) is not None]
    with Workbench() as bench:
        understander, _ = shop(bench)
        flagged = [understander.understand(row["text"], {}, today()).abusive for row in rows]
        said = [probability(bench, understander, row["text"]) for row in rows]
    if args.show:
        _show(rows, flagged)
    by_text = outcomes(rows, flagged)
    result = figures(rows, flagged) | {"curve": curve(rows, said)} | against(by_text, args)
    files = inputs(args.votes, ROOT / "kb" / "articles", ROOT / "data" / "nlu")
    return result | {"inputs": files, "settings": settings(**OPTIONS)}


def toxic(row: Row) -> bool | None:
    """None where the voters are not clear."""
    half = int(row["annotation_num"]) / 2
    if int(row["Toxic"]) + int(row["Very Toxic"]) > half:
        return True
    return False if int(row["Not Toxic"]) > half else None


def probability(bench: Workbench, understander: Understander, text: str) -> float:
    """The dialogue classifier's probability of abuse, which the threshold `abusive` is held against."""
    said = without_denied(strip_noise(normalise(text)))
    if not said or understander.dialogue is None:
        return 0.0
    heard = understander.dialogue.intents(said, bench.use.encode([said])[0])
    return next((intent.probability for intent in heard if intent.name == "abuse"), 0.0)


def figures(rows: list[Row], flagged: list[bool]) -> dict[str, Any]:
    """`by_category`: of the clearly toxic, by what more than half of the voters called it, [flagged, all]."""
    by_text, counts = outcomes(rows, flagged), [bool(toxic(row)) for row in rows]
    found = means(by_text) | {"interval": intervals(by_text), "toxic": sum(counts), "harmless": len(rows) - sum(counts)}
    return found | {"by_category": _by_category(rows, flagged)}


def outcomes(rows: list[Row], flagged: list[bool]) -> Outcomes:
    pairs = list(zip(rows, flagged, strict=True))
    return {
        "recall": [int(flag) if toxic(row) else None for row, flag in pairs],
        "false_alarms": [None if toxic(row) else int(flag) for row, flag in pairs],
    }


def curve(rows: list[Row], said: list[float]) -> list[dict[str, float]]:
    """Both shares at other thresholds of the classifier's probability."""
    return [{"from": limit} | means(outcomes(rows, [one >= limit for one in said])) for limit in LIMITS]


def _by_category(rows: list[Row], flagged: list[bool]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, flag in zip(rows, flagged, strict=True):
        for name in (name for name in row if name.startswith("category_") and toxic(row)):
            if int(row[name]) > int(row["annotation_num"]) / 2:
                count = found.setdefault(name.removeprefix("category_"), [0, 0])
                count[0], count[1] = count[0] + int(flag), count[1] + 1
    return found


def _show(rows: list[Row], flagged: list[bool]) -> None:
    for row, flag in zip(rows, flagged, strict=True):
        if flag is not toxic(row):
            print("false alarm" if flag else "missed", row["text"], file=sys.stderr)
