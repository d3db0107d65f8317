"""Masking before SQL: the table of patterns must be all right; names are measured on sentences with marked people.

Runs what the VOC writer runs: its masker over the language process's name finder, without the socket between them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.language.names import NameFinder, Span
from nihongo.mask import mask_patterns
from settings import ROOT
from voc.masking import Masker

TABLE = ROOT / "tests" / "nihongo" / "mask_table.yml"
PERSON = "人名"
Spans = list[tuple[int, int]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--table", type=Path, default=TABLE, help="YAML rows of text and expect")
    parser.add_argument(
        "--ner", type=Path, help="JSON lines {text, entities: [[text, start, end, kind]]} or their folder"
    )
    parser.add_argument("--limit", type=int, help="only the first sentences")
    parser.add_argument("--show", type=int, default=0, help="print so many missed and needless names on stderr")


def run(args: argparse.Namespace) -> dict[str, Any]:
    found = {"patterns": patterns(args.table)}
    if args.ner:
        path = args.ner / "ner.jsonl" if args.ner.is_dir() else args.ner
        sentences = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found["names"] = asyncio.run(names(sentences[: args.limit], args.show))
    return found


def patterns(table: Path) -> dict[str, Any]:
    """How many rows of the table come out as they should."""
    rows = YAML(typ="safe").load(table)
    wrong = [row["text"] for row in rows if mask_patterns(row["text"]) != row["expect"]]
    for text in wrong:
        print(f"wrong: {text}", file=sys.stderr)
    return {"right": len(rows) - len(wrong), "n": len(rows), "share": 1 - len(wrong) / len(rows)}


async def names(sentences: list[dict[str, Any]], show: int = 0) -> dict[str, Any]:
    """A name counts as masked when none of its letters is left. Precision: masked spans that touch a marked person."""
    namer = _Direct()
    masker = Masker(namer)
    masked = needless = whole = part = people = 0
    for sentence in sentences:
        gold = [(start, end) for _, start, end, kind in sentence["entities"] if kind == PERSON]
        hidden = await masker.name_spans(sentence["text"])
        missed = [span for span in gold if not _covered(span, hidden)]
        extra = [span for span in hidden if not any(_touch(span, one) for one in gold)]
        people, whole = people + len(gold), whole + len(gold) - len(missed)
        part += sum(any(_touch(span, one) for one in hidden) for span in missed)
        masked, needless = masked + len(hidden), needless + len(extra)
        show -= _show(sentence["text"], missed, extra) if show > 0 else 0
    return {
        "recall": round(whole / people, 4),
        "recall_with_partly": round((whole + part) / people, 4),
        "precision": round(1 - needless / masked, 4),
        "people": people,
        "masked": masked,
        "n": len(sentences),
        "ms_per_text": round(1000 * namer.seconds / len(sentences), 1),
    }


class _Direct:
    """The finder of the language process, in this process."""

    def __init__(self) -> None:
        self._finder, self.seconds = NameFinder(), 0.0

    async def name_spans(self, texts: list[str]) -> list[list[Span]]:
        started = time.perf_counter()
        found = [self._finder.spans(text) for text in texts]
        self.seconds += time.perf_counter() - started
        return found


def _covered(span: tuple[int, int], hidden: Spans) -> bool:
    return all(any(start <= place < end for start, end in hidden) for place in range(*span))


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _show(text: str, missed: Spans, extra: Spans) -> int:
    for label, spans in (("missed", missed), ("needless", extra)):
        for start, end in spans:
            print(f"{label}: {text[start:end]}  {text}", file=sys.stderr)
    return len(missed) + len(extra)
