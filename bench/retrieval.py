"""How well the article selector finds → hit@1, hit@3, hit@10, mrr, n, p50_ms, p95_ms, intervals."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.bootstrap import OPTIONS, Outcomes, add_options, against, intervals
from bench.inputs import inputs, settings
from bench.language import Workbench, articles_of, correct_of, rows_of
from bot.language.index import build
from nihongo.japan_time import today

ALL = ["self_service", "hand_off"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--articles", type=Path, required=True, help="JSON lines: faq_id, question, answer")
    parser.add_argument("--queries", type=Path, required=True, help="TSV: query, faq_ids_correct")
    add_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    asked = [(row["query"], correct_of(row)) for row in rows_of(args.queries)]
    asked = [(text, correct) for text, correct in asked if correct]
    articles = articles_of(args.articles)
    with Workbench() as bench:
        search = bench.understander(bench.filled(build(articles, bench.tokeniser))).search
        search("準備", 1, ALL, today())
        ranks, ms = [], []
        for text, correct in asked:
            start = time.perf_counter()
            found = search(text, len(articles), ALL, today())
            ms.append((time.perf_counter() - start) * 1000)
            ranks.append(next(i for i, candidate in enumerate(found, 1) if candidate.article_id in correct))
    by_query = outcomes(ranks)
    result = figures(ranks, ms) | {"interval": intervals(by_query)} | against(by_query, args)
    return result | {"inputs": inputs(args.articles, args.queries), "settings": settings(**OPTIONS)}


def outcomes(ranks: list[int]) -> Outcomes:
    return {f"hit@{k}": [int(rank <= k) for rank in ranks] for k in (1, 3, 10)} | {"mrr": [1 / rank for rank in ranks]}


def figures(ranks: list[int], ms: list[float]) -> dict[str, Any]:
    """ranks: of the first correct article, from 1."""
    hits = {f"hit@{k}": round(float(np.mean([rank <= k for rank in ranks])), 4) for k in (1, 3, 10)}
    times = {f"p{q}_ms": round(float(np.percentile(ms, q)), 2) for q in (50, 95)}
    return hits | {"mrr": round(float(np.mean([1 / rank for rank in ranks])), 4), "n": len(ranks)} | times
