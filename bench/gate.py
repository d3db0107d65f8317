"""What the gate decides: questions answered right, wrong, asked back, declined; outside ones declined."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from bench import risk
from bench.bootstrap import OPTIONS, Outcomes, add_options, against, intervals
from bench.inputs import inputs, settings
from bench.language import Workbench, articles_of, correct_of, ready_articles, rows_of, text_of
from bot.language.index import build
from bot.language.understanding import Decision, Understanding
from nihongo.japan_time import today
from settings import ROOT

KINDS = ("right", "wrong", "clarified_right", "clarified_wrong", "declined")
Pair = tuple[Understanding, set[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--articles", type=Path, help="JSON lines; default: the shop's own files")
    parser.add_argument("--queries", type=Path, required=True, help="TSV: query, faq_ids_correct")
    parser.add_argument("--outside", type=Path, required=True, help="TSV: questions that no article answers")
    parser.add_argument("--show", action="store_true", help="print what went wrong on stderr")
    parser.add_argument("--png", type=Path, help="draw risk against coverage into this file")
    add_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    shop = ROOT / "kb" / "articles"
    articles = articles_of(args.articles) if args.articles else ready_articles(shop)
    inside = [(row["query"], correct_of(row)) for row in rows_of(args.queries)]
    inside = [(text, correct) for text, correct in inside if correct]
    outside = [text_of(row) for row in rows_of(args.outside)]
    with Workbench() as bench:
        understander = bench.understander(bench.filled(build(articles, bench.tokeniser)))
        understander.dialogue = bench.dialogue(articles)
        found = [understander.understand(text, {}, today()) for text, _ in inside]
        beyond = [understander.understand(text, {}, today()) for text in outside]
    pairs = [(one, correct) for one, (_, correct) in zip(found, inside, strict=True)]
    if args.show:
        _show(found, [kind_of(*pair) for pair in pairs], beyond)
    by_query = outcomes(pairs, beyond)
    result = figures(pairs, beyond) | {"interval": intervals(by_query)} | against(by_query, args)
    if args.png:
        risk.draw(result["risk_coverage"]["points"], args.png)
    files = inputs(args.articles or shop, args.queries, args.outside)
    return result | {"inputs": files, "settings": settings(**OPTIONS)}


def figures(pairs: list[Pair], beyond: list[Understanding]) -> dict[str, Any]:
    """pairs: what was understood of a question, and the articles that answer it; beyond: of messages that none does."""
    counts = Counter(kind_of(*pair) for pair in pairs)
    every: list[Pair] = [*pairs, *((one, set()) for one in beyond)]
    return {
        "in": {name: counts[name] for name in KINDS},
        "out": {"declined": sum(not _surfaced(one) for one in beyond), "n": len(beyond)},
        "ece": calibration_error(every),
        "risk_coverage": risk.curve([_sureness(one) for one, _ in every], [_top_right(*pair) for pair in every]),
    }


def outcomes(pairs: list[Pair], beyond: list[Understanding]) -> Outcomes:
    """The kinds are shares of the questions with an answer, `out_declined` of the others."""
    kinds = [kind_of(*pair) for pair in pairs]
    found: Outcomes = {name: [int(kind == name) for kind in kinds] + [None] * len(beyond) for name in KINDS}
    return {**found, "out_declined": [None] * len(pairs) + [int(not _surfaced(one)) for one in beyond]}


def kind_of(found: Understanding, correct: set[str]) -> str:
    """hand_off by an article counts as its answer; by words of complex.yml, and talk, as declined."""
    if found.decision is Decision.CLARIFY:
        return "clarified_right" if correct & {one.article_id for one in found.candidates[:3]} else "clarified_wrong"
    if found.decision not in (Decision.ANSWER, Decision.HAND_OFF):
        return "declined"
    return "right" if found.candidates[0].article_id in correct else "wrong"


def calibration_error(pairs: list[Pair]) -> float:
    """Expected calibration error of the top candidate's probability, in ten bins."""
    tops = [(found.candidates[0], correct) for found, correct in pairs if found.candidates]
    said = np.array([top.probability for top, _ in tops])
    right = np.array([top.article_id in correct for top, correct in tops])
    bins = np.minimum((said * 10).astype(int), 9)
    gaps = [abs(said[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)]
    return round(float(sum(gaps)), 4)


def _sureness(found: Understanding) -> float:
    return found.candidates[0].probability if found.candidates else 0.0


def _top_right(found: Understanding, correct: set[str]) -> bool:
    return bool(found.candidates) and found.candidates[0].article_id in correct


def _surfaced(found: Understanding) -> bool:
    return found.decision in (Decision.ANSWER, Decision.CLARIFY, Decision.HAND_OFF)


def _show(found: list[Understanding], kinds: list[str], beyond: list[Understanding]) -> None:
    for kind, one in [*zip(kinds, found, strict=True), *(("OUTSIDE", one) for one in beyond if _surfaced(one))]:
        if kind != "right":
            tops = [f"{top.article_id} {top.probability:.2f}" for top in one.candidates[:3]]
            print(kind, one.decision.value, one.intent, one.reason, one.text, tops, one.evidence, file=sys.stderr)
