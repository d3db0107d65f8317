"""How well any set of intents is told apart → accuracy (and its interval), macro_f1, train_s, n, views.

`--shots 20 --seeds 5`: only 20 training rows an intent, drawn anew five times; mean and spread of the accuracy.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from bench.bootstrap import OPTIONS, add_options, against, intervals
from bench.inputs import inputs, settings
from bench.language import Workbench, rows_of, text_of
from bot.language import dialogue
from bot.language.encoders import UseEncoder
from bot.language.softmax import Encode, KeptVectors, Said, train
from nihongo.normalise import normalise

E5_MOST = (
    12_000  # training rows up to which E5 is asked by itself: .907 instead of .903 of 3,207 turns, in thrice the time
)
VIEWS = {"use": ("use",), "use,e5": ("use", "e5")}
PRODUCTION = "production"
VIEWS_HELP = "encoders beside characters; auto: E5 too where rows are few; production: the turns' own classifier"
Row = tuple[Said, str]


@dataclass(frozen=True)
class Judged:
    truth: list[str]
    guessed: list[str]
    views: tuple[str, ...]
    seconds: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--train", type=Path, required=True, help="TSV: text, intent, perhaps prev_assistant")
    parser.add_argument("--test", type=Path, required=True, help="TSV of the same columns")
    parser.add_argument("--shots", type=int, help="training rows an intent; without it all of them")
    parser.add_argument("--seeds", type=int, default=5, help="how often the shots are drawn")
    parser.add_argument("--views", choices=["auto", *VIEWS, PRODUCTION], default="auto", help=VIEWS_HELP)
    add_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    learned, asked = _read(args.train), _read(args.test)
    drawn = [_shots(learned, args.shots, seed) for seed in range(args.seeds)] if args.shots else [learned]
    with Workbench() as bench:
        if args.views == PRODUCTION:
            judged = [_judged_by_production(rows, asked, bench.use) for rows in drawn]
        else:
            vectors = _vectors(bench, args.views, len(drawn[0]))
            judged = [_judged(rows, asked, vectors) for rows in drawn]
    found = _figures(judged) | ({"shots": args.shots, "seeds": _spread(judged)} if args.shots else {})
    outcomes = {"accuracy": _right(judged)}
    found |= {"interval": intervals(outcomes)} | against(outcomes, args)
    given = {"views": args.views, "shots": args.shots, "seeds": args.seeds if args.shots else None}
    return found | {"inputs": inputs(args.train, args.test), "settings": settings(**OPTIONS, **given)}


def _read(path: Path) -> list[Row]:
    return [
        (Said(normalise(text_of(row)), normalise(row.get("prev_assistant", ""))), row["intent"])
        for row in rows_of(path)
    ]


def _shots(rows: list[Row], shots: int, seed: int) -> list[Row]:
    """So many rows of each intent."""
    order = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    return [row for name in sorted({name for _, name in rows}) for row in [o for o in order if o[1] == name][:shots]]


def _vectors(bench: Workbench, views: str, rows: int) -> KeptVectors:
    encoders: dict[str, Encode] = {"use": bench.use.encode, "e5": bench.e5.encode}
    wanted = ("use,e5" if rows <= E5_MOST else "use") if views == "auto" else views
    return KeptVectors({name: encoders[name] for name in VIEWS[wanted]})


def _judged(rows: list[Row], asked: list[Row], vectors: KeptVectors) -> Judged:
    start = time.perf_counter()
    classifier = train(rows, vectors)
    seconds = time.perf_counter() - start
    best = classifier.probabilities([said for said, _ in asked]).argmax(axis=1)
    return Judged([name for _, name in asked], [classifier.classes[i] for i in best], classifier.views, seconds)


def _judged_by_production(rows: list[Row], asked: list[Row], use: UseEncoder) -> Judged:
    """As every turn does it: kernel ridge, without E5 and the bot's last words."""
    start = time.perf_counter()
    classifier = dialogue.train([(said.text, name) for said, name in rows], use.encode)
    seconds = time.perf_counter() - start
    guessed = [classifier.intents(said.text, use.encode([said.text])[0])[0].name for said, _ in asked]
    return Judged([name for _, name in asked], guessed, ("use", "characters"), seconds)


def _right(judged: list[Judged]) -> list[float]:
    """Of each test row: the share of the draws that told it right."""
    right = np.mean([np.array(one.truth) == np.array(one.guessed) for one in judged], axis=0)
    return [float(share) for share in right]


def _figures(judged: list[Judged]) -> dict[str, Any]:
    """Means over the draws."""
    right = _right(judged)
    return {
        "accuracy": round(float(np.mean(right)), 4),
        "macro_f1": round(float(np.mean([f1_score(o.truth, o.guessed, average="macro") for o in judged])), 4),
        "train_s": round(float(np.mean([one.seconds for one in judged])), 2),
        "n": len(right),
        "views": list(judged[0].views),
    }


def _spread(judged: list[Judged]) -> dict[str, Any]:
    found = [float(accuracy_score(one.truth, one.guessed)) for one in judged]
    return {
        "accuracies": [round(one, 4) for one in found],
        "mean": round(float(np.mean(found)), 4),
        "spread": round(float(np.std(found, ddof=1)) if len(found) > 1 else 0.0, 4),
    }
