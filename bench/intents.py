"""How well the dialogue classifier tells intents apart → accuracy, macro_f1, train_s, n."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from sklearn.metrics import accuracy_score, f1_score

from bench.language import Workbench, rows_of, text_of
from bot.language.dialogue import train
from nihongo.normalise import normalise


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--train", type=Path, required=True, help="TSV: text, intent")
    parser.add_argument("--test", type=Path, required=True, help="TSV: text, intent")


def run(args: argparse.Namespace) -> dict[str, Any]:
    learned = [(normalise(text_of(row)), row["intent"]) for row in rows_of(args.train)]
    asked = [(normalise(text_of(row)), row["intent"]) for row in rows_of(args.test)]
    with Workbench() as bench:
        start = time.perf_counter()
        classifier = train(learned, bench.use.encode)
        seconds = time.perf_counter() - start
        guessed = [classifier.intents(text, bench.use.encode([text])[0])[0].name for text, _ in asked]
    truth = [name for _, name in asked]
    return {
        "accuracy": round(float(accuracy_score(truth, guessed)), 4),
        "macro_f1": round(float(f1_score(truth, guessed, average="macro")), 4),
        "train_s": round(seconds, 2),
        "n": len(truth),
    }
