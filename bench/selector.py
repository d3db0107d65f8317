"""What one question costs, the whole understanding over the shop's own articles → p50_ms, p95_ms, CPU."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.language import Workbench, ready_articles, rows_of, text_of
from bot.language.index import build
from nihongo.japan_time import today
from settings import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--queries", type=Path, required=True, help="TSV: questions")
    parser.add_argument("--kb", type=Path, default=ROOT / "kb" / "articles", help="folder of article files")


def run(args: argparse.Namespace) -> dict[str, Any]:
    articles = ready_articles(args.kb)
    questions = [text_of(row) for row in rows_of(args.queries)]
    with Workbench() as bench:
        understander = bench.understander(bench.filled(build(articles, bench.tokeniser)))
        understander.dialogue = bench.dialogue(articles)
        understander.understand("準備", {}, today())
        ms, parts, start = [], [], time.process_time()
        for text in questions:
            began = time.perf_counter()
            parts.append(understander.understand(text, {}, today()).ms)
            ms.append((time.perf_counter() - began) * 1000)
        cpu = (time.process_time() - start) * 1000 / max(1, len(questions))
    names = sorted({name for part in parts for name in part})
    return {
        "p50_ms": round(float(np.percentile(ms, 50)), 2),
        "p95_ms": round(float(np.percentile(ms, 95)), 2),
        "cpu_ms": round(cpu, 2),
        "parts_ms": {n: round(float(np.mean([part[n] for part in parts if n in part])), 2) for n in names},
        "with_e5": round(float(np.mean(["e5" in part for part in parts])), 3),
        "articles": len(articles),
        "n": len(questions),
    }
