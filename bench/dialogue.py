"""Yes, no and requests as people say them to an agent, read by the whole understander → confusion, recall, accuracy.

The turns are of other people's dialogues (asdc: planning a trip), labelled by dialogue act; ours are intents. The
mapping is rough: compare the figures with each other, not with 1.
- はい and いいえ are acts, not words: 「できたらそれで」 and 「旅館をお願いします」 are labelled yes,
  「以上になります」 no. Our affirm and deny are for short replies: `short` counts those of at most SHORT characters.
- 要求, 照応要求, 質問 and 確認 are one class, request. What is no talk to us counts as one, whatever is decided: an
  article, a question back, declined (no shop plans trips), a person.
- 伝達, 感想 and その他 (そうですね。) are other: in the confusion and against precision, without a recall of their own.
The agent's line before is not given to the understander.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from bench.bootstrap import OPTIONS, Outcomes, add_options, against, intervals, means
from bench.gold import shop
from bench.inputs import inputs, settings
from bench.language import Workbench, rows_of
from bot.language.understanding import Decision, Understanding
from nihongo.japan_time import today
from nihongo.normalise import compare_key
from settings import ROOT

ACTS = {"はい": "yes", "いいえ": "no", "要求": "request", "照応要求": "request", "質問": "request", "確認": "request"}
TALK = {"affirm": "yes", "deny": "no", "request_agent": "request"}
OTHER = "other"
MEASURED = ("yes", "no", "request")
SHORT = 10  # characters without marks
Turn = tuple[str, str, str]
"""What was said, its act, what was heard."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--turns", type=Path, required=True, help="TSV: utterance, speech_act")
    parser.add_argument("--limit", type=int, help="only the first turns")
    add_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    rows = rows_of(args.turns)[: args.limit]
    with Workbench() as bench:
        understander, _ = shop(bench)
        found = [understander.understand(row["utterance"], {}, today()) for row in rows]
    turns = [(row["utterance"], act(row), heard(one)) for row, one in zip(rows, found, strict=True)]
    by_turn = outcomes(turns)
    short = [turn for turn in turns if len(compare_key(turn[0])) <= SHORT]
    result = figures(turns) | {"short": figures(short)} | against(by_turn, args)
    files = inputs(args.turns, ROOT / "kb" / "articles", ROOT / "data" / "nlu")
    return result | {"inputs": files, "settings": settings(short=SHORT, **OPTIONS)}


def act(row: dict[str, str]) -> str:
    return ACTS.get(row["speech_act"], OTHER)


def heard(found: Understanding) -> str:
    return TALK.get(found.intent, OTHER) if found.decision is Decision.TALK else "request"


def figures(turns: list[Turn]) -> dict[str, Any]:
    """`confusion`: act → heard → count."""
    counts = Counter((act, heard) for _, act, heard in turns)
    names = (*MEASURED, OTHER)
    by_turn = outcomes(turns)
    confusion = {act: {heard: counts[act, heard] for heard in names} for act in names}
    return means(by_turn) | {"interval": intervals(by_turn), "confusion": confusion, "n": len(turns)}


def outcomes(turns: list[Turn]) -> Outcomes:
    """accuracy is of the three measured acts."""
    found = {"accuracy": [int(act == heard) if act in MEASURED else None for _, act, heard in turns]}
    for name in MEASURED:
        found[f"recall {name}"] = [int(heard == name) if act == name else None for _, act, heard in turns]
        found[f"precision {name}"] = [int(act == name) if heard == name else None for _, act, heard in turns]
    return found
