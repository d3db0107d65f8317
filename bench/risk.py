"""Risk and coverage: were only the messages answered whose best article is surest, how many would be wrong?

The probability alone is judged, as if nothing else (talk, complaints, thresholds) decided.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

STEPS = 20  # points that are printed
Point = dict[str, float]


def curve(said: list[float], right: list[bool]) -> dict[str, Any]:
    """said: probability of each message's best article; right: whether that answers it (none does outside).

    `aurc`: the mean share wrong over all coverages (area under the curve); `points`: share covered, share wrong of
    those, the least probability among them.
    """
    wrong, least = _sorted(said, right)
    risk = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    ends = sorted({max(1, round(len(wrong) * step / STEPS)) for step in range(1, STEPS + 1)} if len(wrong) else ())
    points = [_point(end / len(wrong), risk[end - 1], least[end - 1]) for end in ends]
    return {"aurc": round(float(risk.mean()), 4) if len(risk) else 0.0, "points": points}


def draw(points: list[Point], path: Path) -> None:
    """As PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), dpi=120)
    axes = figure.subplots()
    axes.plot([one["coverage"] for one in points], [one["wrong"] for one in points], marker=".")
    axes.set(xlabel="coverage", ylabel="share wrong", xlim=(0, 1), ylim=(0, None))
    axes.grid(alpha=0.3)
    figure.savefig(path, format="png", bbox_inches="tight")


def _sorted(said: list[float], right: list[bool]) -> tuple[Any, Any]:
    """Surest first; of equals the wrong ones, so that a tie flatters nobody."""
    probability, wrong = np.array(said), ~np.array(right, dtype=bool)
    order = np.lexsort((~wrong, -probability))
    return wrong[order], probability[order]


def _point(coverage: float, wrong: float, least: float) -> Point:
    return {"coverage": round(coverage, 3), "wrong": round(float(wrong), 4), "from": round(float(least), 4)}
