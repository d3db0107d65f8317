"""How far a share may be off by the luck of which queries were asked: 95 % percentile bootstrap over queries.

Outcomes hold, by share, one value a query (1 or 0, or a score between) and None where a query does not count for it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

Outcomes: TypeAlias = Mapping[str, Sequence[float | None]]
SEED, RESAMPLES = 0, 2000
OPTIONS = {"seed": SEED, "resamples": RESAMPLES}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keep", type=Path, help="write each query's outcome here, for a later --against")
    parser.add_argument("--against", type=Path, help="outcomes kept by an earlier run on the same queries")


def against(outcomes: Outcomes, args: argparse.Namespace) -> dict[str, Any]:
    """What `--keep` and `--against` ask for. Raises SystemExit when the kept outcomes are of other queries."""
    if args.keep:
        args.keep.write_text(json.dumps(outcomes), encoding="utf-8")
    if not args.against:
        return {}
    return {"against": compared(outcomes, json.loads(args.against.read_text(encoding="utf-8")))}


def means(outcomes: Outcomes) -> dict[str, float]:
    """0 where no query counts."""
    return {name: round(float(np.nanmean(_array(of))), 4) if _any(of) else 0.0 for name, of in outcomes.items()}


def intervals(outcomes: Outcomes) -> dict[str, list[float] | None]:
    """[low, high] of each share; None where no query counts."""
    return {name: _limits(_resampled(_array(of))) if _any(of) else None for name, of in outcomes.items()}


def compared(ours: Outcomes, theirs: Outcomes) -> dict[str, dict[str, Any]]:
    """Our shares less theirs, query by query; `beyond`: nought lies outside the difference's interval.

    Raises SystemExit when the two are not of the same queries.
    """
    if {name: len(of) for name, of in ours.items()} != {name: len(of) for name, of in theirs.items()}:
        raise SystemExit("the kept outcomes are of other queries or shares")
    return {name: _difference(_array(of), _array(theirs[name])) for name, of in ours.items() if _any(of)}


def _difference(ours: Any, theirs: Any) -> dict[str, Any]:
    limits = _limits(_resampled(ours) - _resampled(theirs))
    difference = round(float(np.nanmean(ours) - np.nanmean(theirs)), 4)
    return {"difference": difference, "interval": limits, "beyond": limits[0] > 0 or limits[1] < 0}


def _resampled(values: Any) -> Any:
    """The mean of each resample, (RESAMPLES,). Arrays of one length are drawn alike, so that pairs stay pairs."""
    drawn = np.random.default_rng(SEED).multinomial(len(values), np.full(len(values), 1 / len(values)), RESAMPLES)
    counts = ~np.isnan(values)
    with np.errstate(invalid="ignore"):  # a resample may hold none that counts
        return (drawn @ np.where(counts, values, 0.0)) / (drawn @ counts)


def _limits(means: Any) -> list[float]:
    return [round(float(np.nanpercentile(means, at)), 4) for at in (2.5, 97.5)]


def _array(values: Sequence[float | None]) -> Any:
    return np.array(values, dtype=np.float64)


def _any(values: Sequence[float | None]) -> bool:
    return any(value is not None for value in values)
