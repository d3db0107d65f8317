"""What one question costs, the whole understanding over the shop's own articles → p50_ms, p95_ms, CPU.

With `--articles N` over so many articles made of real ones, and what making their index took. Vectors are kept in the
cache: a run that was stopped goes on where it was, but its `seconds` are those of `encoded` texts only.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.growth import Cost, counted, grown, indexed, resident, understanding
from bench.inputs import inputs, settings
from bench.language import Workbench, articles_of, ready_articles, rows_of, text_of
from bot.language.index import build
from bot.language.understand import Understander
from kb.article import Article
from nihongo.japan_time import today
from settings import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--queries", type=Path, required=True, help="TSV: questions")
    parser.add_argument("--kb", type=Path, default=ROOT / "kb" / "articles", help="folder of article files")
    parser.add_argument("--articles", type=int, help="so many articles, made of --kb or --from")
    parser.add_argument("--from", dest="source", type=Path, help="JSON lines: faq_id, question, answer")
    parser.add_argument("--phrasings", type=int, help="at most so many of each article made")
    parser.add_argument(
        "--e5", action="store_true", help="of the articles made: E5's vectors too (20 ms a text or more)"
    )
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, Any]:
    source = articles_of(args.source) if args.source else ready_articles(args.kb)
    questions = [text_of(row) for row in rows_of(args.queries)]
    with Workbench() as bench:
        if args.articles:
            understander, result = _grown(bench, source, args)
        else:
            understander, result = bench.understander(bench.filled(build(source, bench.tokeniser))), {}
            understander.dialogue = bench.dialogue(source)
        result = {**costs(understander, questions), **result}
    files = inputs(args.queries, args.source or args.kb)
    return result | {"inputs": files, "settings": settings(e5=args.e5, phrasings=args.phrasings, seed=args.seed)}


def costs(understander: Understander, questions: list[str]) -> dict[str, Any]:
    """`unclocked`: what no part of the understander's own clock covers."""
    understander.understand("準備", {}, today())
    ms, parts, start = [], [], time.process_time()
    for text in questions:
        began = time.perf_counter()
        parts.append(understander.understand(text, {}, today()).ms)
        ms.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - start) * 1000 / max(1, len(questions))
    names = sorted({name for part in parts for name in part})
    mean = {n: round(float(np.mean([part[n] for part in parts if n in part])), 2) for n in names}
    unclocked = np.mean([whole - sum(part.values()) for whole, part in zip(ms, parts, strict=True)])
    assert understander.index
    return {
        "p50_ms": round(float(np.percentile(ms, 50)), 2),
        "p95_ms": round(float(np.percentile(ms, 95)), 2),
        "cpu_ms": round(cpu, 2),
        "parts_ms": mean | {"unclocked": round(float(unclocked), 2)},
        "with_e5": round(float(np.mean(["e5" in part for part in parts])), 3),
        "articles": len(understander.index.articles),
        "n": len(questions),
    }


def _grown(bench: Workbench, source: list[Article], args: argparse.Namespace) -> tuple[Understander, dict[str, Any]]:
    """`per_1000_mb`: what memory grew by from an idle process to the index, for each thousand articles."""
    cost, articles = Cost(), grown(source, args.articles, args.seed, args.phrasings)
    bench.use.encode([source[0].title])
    build(source, bench.tokeniser)  # weights and the dictionary's pages are there before memory is read
    before = resident()
    index = indexed(bench, articles, args.e5, cost)
    memory = {"pss_mb": resident(), "per_1000_mb": round((resident() - before) * 1000 / len(articles), 1)}
    understander, trained = understanding(bench, index, cost)
    return understander, vars(cost) | memory | {"texts": counted(index) | {"classifier": trained}}
