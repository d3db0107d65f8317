"""`python -m bench gold`: the shop's own questions (bench/gold/*.yml): how often the bot is right, wrong, silent."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from bench.bootstrap import OPTIONS, Outcomes, add_options, against, intervals, means
from bench.inputs import inputs, settings
from bench.language import Workbench, ready_articles
from bot.language.index import build
from bot.language.understand import Understander
from bot.language.understanding import Decision, Understanding
from kb.article import Article, Scope
from nihongo.japan_time import today
from settings import ROOT

FOLDER = Path(__file__).parent / "gold"
# Talk that tells what the bot is there for: as honest an answer to what is none of our business as declining it.
_HONEST_TALK = frozenset({"small_talk", "ask_bot", "ask_ability", "chitchat_praise", "greet"})


@dataclass(frozen=True)
class Row:
    """A sentence and what should become of it. Two `both` are two questions in one message, in order."""

    text: str
    kind: str
    expect: str = "answer"
    articles: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    previous: str = ""
    after: str = ""
    place: str = ""

    @property
    def judges(self) -> bool:
        """Half of the rows, by hash, judge; the other half may choose thresholds."""
        return bool(int(sha256(self.text.encode()).hexdigest(), 16) % 2)

    @property
    def in_scope(self) -> bool:
        return bool(self.articles or self.both)


_TO_PERSON = ("person", "talk:request_agent")
_FLAGGED = ("abuse", "complaint")  # of which the second are false alarms
Judged = tuple[Row, Understanding, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wrong", action="store_true", help="list every row that is not as expected, on stderr")
    parser.add_argument("--half", choices=["judging", "choosing", "all"], default="all")
    add_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    with Workbench() as bench:
        judged = judge(*shop(bench), rows())
    halves = {"judging": [one for one in judged if one[0].judges], "choosing": [o for o in judged if not o[0].judges]}
    if args.wrong:
        show(judged if args.half == "all" else halves[args.half])
    wanted = halves if args.half == "all" else {args.half: halves[args.half]}
    by_row = {f"{half} {name}": of for half, found in wanted.items() for name, of in outcomes(found).items()}
    files = inputs(ROOT / "kb" / "articles", FOLDER)
    shares = {name: figures(found) for name, found in wanted.items()} | against(by_row, args)
    return shares | {"inputs": files, "settings": settings(half=args.half, **OPTIONS)}


def rows(folder: Path = FOLDER) -> list[Row]:
    """Every row of the set. Raises ValueError with file and text of a row that cannot be read."""
    return [row for path in sorted(folder.glob("*.yml")) for row in _read(path)]


def shop(bench: Workbench) -> tuple[Understander, dict[str, Article]]:
    """The production road over the shop's own articles."""
    articles = ready_articles(ROOT / "kb" / "articles")
    understander = bench.understander(bench.filled(build(articles, bench.tokeniser)))
    understander.dialogue = bench.dialogue(articles)
    return understander, {article.id: article for article in articles}


def judge(understander: Understander, articles: dict[str, Article], rows: Iterable[Row]) -> list[Judged]:
    said = [(row, understander.understand(row.text, context_of(row), today())) for row in rows]
    return [(row, found, verdict(row, found, articles)) for row, found in said]


def context_of(row: Row) -> dict[str, Any]:
    """As the connector gives it: what was asked and answered before."""
    return {"article": row.after, "question": row.previous} if row.after else {}


def verdict(row: Row, found: Understanding, articles: dict[str, Article]) -> str:
    """right, wrong, offered, offered_wrong, person, declined, asked_again, abuse or talk."""
    if found.decision is Decision.CLARIFY:
        offered = {one.article_id for one in found.candidates[:3]}
        return "offered" if offered & set(row.articles or row.both) else "offered_wrong"
    if found.decision is Decision.HAND_OFF:
        meant = any(articles[id].scope is Scope.HAND_OFF for id in row.articles)
        return "right" if meant else "person"
    if found.decision is Decision.ANSWER:
        return "right" if _answered(row, found) else "wrong"
    if found.decision is Decision.DECLINE:
        return "declined"
    return "asked_again" if found.decision is Decision.REPHRASE else f"talk:{found.intent}"


def figures(judged: list[Judged]) -> dict[str, Any]:
    """Shares by what was expected, with intervals."""
    by_row = outcomes(judged)
    counts = {"n": len(judged), "in_scope": sum(row.in_scope for row, _, _ in judged)}
    return counts | means(by_row) | {"interval": intervals(by_row), "by_kind": _by_kind(judged)}


def outcomes(judged: list[Judged]) -> Outcomes:
    """`answers_right`: of all direct answers, in and out of scope together."""

    def share(counts: Callable[[Row, str], bool], *wanted: str) -> list[int | None]:
        return [int(what in wanted) if counts(row, what) else None for row, _, what in judged]

    def flagged(expect: str) -> list[int | None]:
        return [int(found.abusive) if row.expect == expect else None for row, found, _ in judged]

    return {
        "answers_right": share(lambda _, what: what in ("right", "wrong"), "right"),
        "in_scope_wrong": share(_in_scope, "wrong"),
        "in_scope_answered": share(_in_scope, "right", "wrong"),
        "in_scope_right_or_offered": share(_in_scope, "right", "offered"),
        "outside_declined": share(lambda row, _: row.expect in ("decline", "talk"), *_declining()),
        "person_recognised": share(lambda row, _: row.expect == "person", *_TO_PERSON),
        "complaint_to_person": share(lambda row, _: row.expect == "complaint", *_TO_PERSON),
    } | {f"{expect}_flagged": flagged(expect) for expect in _FLAGGED}


def show(judged: list[Judged]) -> None:
    for row, found, what in judged:
        if not as_expected(row, what):
            tops = " ".join(f"{one.article_id} {one.probability:.2f}" for one in found.candidates[:3])
            wanted = ", ".join(row.articles or row.both) or row.expect
            print(f"{what}\t{row.kind}\t{row.text}\t[{wanted}]\t{found.intent} {tops}", file=sys.stderr)


def as_expected(row: Row, what: str) -> bool:
    if row.in_scope:
        return what == "right"
    wanted = {
        "decline": _declining(),
        "talk": _declining(),
        "unclear": ("asked_again", "declined", "offered_wrong"),
        "person": _TO_PERSON,
        "complaint": _TO_PERSON,
    }
    return what in wanted.get(row.expect, ())


def _answered(row: Row, found: Understanding) -> bool:
    given = [one.article_id for one in (*found.candidates[:1], *found.also)]
    return given == list(row.both) if row.both else len(given) == 1 and given[0] in row.articles


def _declining() -> tuple[str, ...]:
    return ("declined", *(f"talk:{intent}" for intent in sorted(_HONEST_TALK)))


def _in_scope(row: Row, _: str) -> bool:
    return row.in_scope


def _by_kind(judged: list[Judged]) -> dict[str, dict[str, int]]:
    kinds: dict[str, Counter[str]] = {}
    for row, _, what in judged:
        kinds.setdefault(row.kind if row.in_scope else f"{row.expect}/{row.kind}", Counter())[what] += 1
    return {kind: dict(counts.most_common()) for kind, counts in sorted(kinds.items())}


def _read(path: Path) -> Iterator[Row]:
    for number, found in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1):
        fields = found | {name: tuple(found.get(name, ())) for name in ("articles", "both")}
        try:
            row = Row(**fields, place=f"{path.name} {number}")
        except TypeError as error:
            raise ValueError(f"{path.name}, row {number}: {error}") from error
        yield row
