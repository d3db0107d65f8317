"""Quality against CPU per question by how often E5 is asked: never, in doubt of several widths, always.

On the choosing half of bench/gold; with `--articles` and `--queries` (as `bench retrieval` takes them) on those too.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.gate import kind_of
from bench.gold import Row, figures, judge, rows, shop
from bench.language import Workbench, articles_of, correct_of, rows_of
from bot.language.index import Index, build
from bot.language.selector import Query, Ranking
from bot.language.understand import Understander
from kb.article import Article
from nihongo.japan_time import today

NEVER = (2.0, 2.0)
# E5 is asked when the gate's probability of the best article, by words and USE, is between these.
WIDTHS = (NEVER, (0.3, 0.5), (0.2, 0.6), (0.1, 0.6), (0.1, 0.7), (0.05, 0.8), (0.0, 0.9), (0.0, 1.0))
QUALITIES = {"shop": "right_or_offered", "other": "hit@1"}


class Asking(Understander):
    """Asks E5 by the width alone, where phrasings are many too."""

    width = NEVER

    def _worth_e5(self, index: Index, query: Query, ranking: Ranking) -> bool:
        best = self._candidates(index, query, ranking, 1)
        return bool(best) and self.width[0] <= best[0].probability <= self.width[1]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--articles", type=Path, help="JSON lines: faq_id, question, answer")
    parser.add_argument("--queries", type=Path, help="TSV: query, faq_ids_correct")
    parser.add_argument("--png", type=Path, help="draw the curves into this file")


def run(args: argparse.Namespace) -> dict[str, Any]:
    with Workbench() as bench:
        ready, articles = shop(bench)
        choosing = [row for row in rows() if not row.judges]
        found = {"shop": [_shop(_asking(ready, width), articles, choosing) for width in WIDTHS]}
        if args.articles and args.queries:
            ready = bench.understander(bench.filled(build(articles_of(args.articles), bench.tokeniser)))
            asked = [(row["query"], correct_of(row)) for row in rows_of(args.queries)]
            asked = [(text, correct) for text, correct in asked if correct]
            found["other"] = [_other(_asking(ready, width), asked) for width in WIDTHS]
        present = {"worth_e5": ready.thresholds.worth_e5}
    if args.png:
        draw(found, args.png)
    return {**found, "present": present}


def _asking(ready: Understander, width: tuple[float, float]) -> Asking:
    made = Asking(ready._tokeniser, ready._use, ready._e5, ready.thresholds)
    made.width = width
    made.index, made.dialogue = ready.index, ready.dialogue
    made.understand("準備", {}, today())
    return made


def _shop(understander: Asking, articles: dict[str, Article], choosing: list[Row]) -> dict[str, Any]:
    start = time.process_time()
    judged = judge(understander, articles, choosing)
    point = _point(understander, time.process_time() - start, [found.ms for _, found, _ in judged])
    names = ("answers_right", "in_scope_wrong", "in_scope_right_or_offered", "outside_declined")
    shares = figures(judged)
    return point | {name.removeprefix("in_scope_"): shares[name] for name in names}


def _other(understander: Asking, asked: list[tuple[str, set[str]]]) -> dict[str, Any]:
    start = time.process_time()
    pairs = [(understander.understand(text, {}, today()), correct) for text, correct in asked]
    point = _point(understander, time.process_time() - start, [found.ms for found, _ in pairs])
    kinds = [kind_of(*pair) for pair in pairs]
    firsts = [bool(found.candidates) and found.candidates[0].article_id in correct for found, correct in pairs]
    return point | {
        "hit@1": round(float(np.mean(firsts)), 4),
        "wrong": round(kinds.count("wrong") / len(kinds), 4),
        "right_or_offered": round(sum(kind in ("right", "clarified_right") for kind in kinds) / len(kinds), 4),
    }


def _point(understander: Asking, seconds: float, parts: list[dict[str, float]]) -> dict[str, Any]:
    width = understander.width
    return {
        "width": "never" if width == NEVER else f"{width[0]:g}-{width[1]:g}",
        "asked": round(float(np.mean(["e5" in ms for ms in parts])), 3),
        "cpu_ms": round(seconds * 1000 / len(parts), 2),
        "n": len(parts),
    }


def draw(found: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """One line a set: CPU per question against quality, each point with its width."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(found), figsize=(6 * len(found), 4), squeeze=False)
    for axis, (name, points) in zip(axes[0], found.items(), strict=True):
        quality = QUALITIES[name]
        axis.plot([point["cpu_ms"] for point in points], [point[quality] for point in points], "o-")
        for point in points:
            axis.annotate(point["width"], (point["cpu_ms"], point[quality]), fontsize=7)
        axis.set(title=name, xlabel="CPU ms per question", ylabel=quality)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
