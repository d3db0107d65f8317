"""What the rows say, counted: pure, from plain lines to a Report. The formulas are written out in docs/voc.md."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from nihongo.normalise import compare_key
from voc.exchange import Outcome

WEEK = 7 * 86_400
# Questions to which the bot owed an answer; greetings, buttons, refusals and words to a person are none.
OWED = ("answered", "clarified", "missed", "declined", "handed_off", "failed")
UNANSWERED = ("missed", "declined", "failed")
NOT_UNDERSTOOD = ("low_confidence", "repeated_miss", "not_understood")  # reasons of hand-offs that an article may spare


@dataclass(frozen=True)
class Line:
    """What counting needs of one exchange with a question."""

    conversation_id: str
    exchange_id: str
    day: str
    opened_at: float
    channel: str
    question: str
    outcome: str
    reason: str | None
    article_id: str | None
    latency_ms: int | None
    feedback: str
    solved_asked: bool
    contact: str | None


@dataclass(frozen=True)
class Rate:
    """A share with what it was made of, so that nobody sees a percentage without its base."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Day:
    day: str
    channel: str
    exchanges: int
    outcomes: dict[str, int]


@dataclass(frozen=True)
class Unanswered:
    """Questions that read the same; `example` is the conversation and exchange of the latest."""

    question: str
    count: int
    last_at: float
    outcomes: dict[str, int]
    example: tuple[str, str]


@dataclass(frozen=True)
class ArticleUse:
    article_id: str
    shown: int
    asked: int
    solved: int
    not_solved: int

    @property
    def solving(self) -> Rate:
        return Rate(self.solved, self.asked)


@dataclass(frozen=True)
class Report:
    first_day: str
    last_day: str
    exchanges: int
    conversations: int
    unasked: int  # exchanges that staff or the clock began: in no rate
    outcomes: dict[str, int]
    rates: dict[str, Rate]
    latency_ms: dict[str, int]
    reasons: dict[str, int]
    days: list[Day] = field(default_factory=list)
    unanswered: list[Unanswered] = field(default_factory=list)
    articles: list[ArticleUse] = field(default_factory=list)


def report(
    lines: Sequence[Line], first_day: str, last_day: str, now: float, unasked: int = 0, longest: int = 20
) -> Report:
    """The figures of these exchanges. `longest` is the length of the lists of questions and articles."""
    talks = _talks(lines)
    return Report(
        first_day=first_day,
        last_day=last_day,
        exchanges=len(lines),
        conversations=len(talks),
        unasked=unasked,
        outcomes=_outcomes(lines),
        rates=_rates(lines, list(talks.values()), now),
        latency_ms=_latency(lines),
        reasons=_counted(line.reason or "" for line in lines if line.outcome == "handed_off"),
        days=_days(lines),
        unanswered=_unanswered(lines)[:longest],
        articles=_articles(lines)[:longest],
    )


def _rates(lines: Sequence[Line], talks: list[list[Line]], now: float) -> dict[str, Rate]:
    count = _outcomes(lines)
    owed = sum(count[name] for name in OWED)
    known = sum(count[name] for name in ("answered", "clarified", "missed", "declined"))
    put = [line for line in lines if line.outcome == "answered" and line.solved_asked]
    asking = [talk for talk in talks if any(line.outcome in OWED for line in talk)]
    served = [talk for talk in talks if any(line.outcome in ("answered", "clarified") for line in talk)]
    reached = [talk for talk in talks if any(line.outcome in (*OWED, "with_agent") for line in talk)]
    resolved = [talk for talk in served if _resolved(talk)]
    ripe = [talk for talk in served if talk[-1].opened_at <= now - WEEK]
    return {
        "answer": Rate(count["answered"], owed),
        "self_resolution": Rate(sum(line.feedback == "solved" for line in put), len(put)),
        "coverage": Rate(count["answered"] + count["clarified"], known),
        "first_miss": Rate(sum(_first_missed(talk) for talk in asking), len(asking)),
        "hand_off": Rate(count["handed_off"], owed),
        "involvement": Rate(len(served), len(reached)),
        "resolution": Rate(len(resolved), len(served)),
        "automation": Rate(len(resolved), len(reached)),
        "durable": Rate(sum(_resolved(talk) and not _came_back(talk, lines) for talk in ripe), len(ripe)),
    }


def _resolved(talk: list[Line]) -> bool:
    """The customer said so, the last verdict was not the contrary, and no person was needed."""
    verdicts = [line.feedback for line in talk if line.feedback != "none"]
    by_person = any(line.outcome in ("handed_off", "with_agent") for line in talk)
    return bool(verdicts) and verdicts[-1] == "solved" and not by_person


def _first_missed(talk: list[Line]) -> bool:
    return next(line.outcome for line in talk if line.outcome in OWED) in UNANSWERED


def _came_back(talk: list[Line], lines: Sequence[Line]) -> bool:
    """Whether the same customer met the same article again within 7 days after the talk."""
    articles, contact, end = {line.article_id for line in talk} - {None}, talk[0].contact, talk[-1].opened_at
    return contact is not None and any(
        line.contact == contact and line.article_id in articles and end < line.opened_at <= end + WEEK
        for line in lines
        if line.conversation_id != talk[0].conversation_id
    )


def _talks(lines: Sequence[Line]) -> dict[str, list[Line]]:
    talks: dict[str, list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.opened_at):
        talks[line.conversation_id].append(line)
    return talks


def _outcomes(lines: Iterable[Line]) -> dict[str, int]:
    found = Counter(line.outcome for line in lines)
    return {outcome.value: found[outcome.value] for outcome in Outcome}


def _days(lines: Sequence[Line]) -> list[Day]:
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.day, line.channel].append(line)
    return [Day(*key, len(group), _outcomes(group)) for key, group in sorted(groups.items())]


def _latency(lines: Sequence[Line]) -> dict[str, int]:
    """Of the bot's answers; how long people take is another matter."""
    times = sorted(line.latency_ms for line in lines if line.latency_ms is not None and line.outcome != "with_agent")
    if len(times) < 2:
        return dict.fromkeys(("p50", "p95"), times[0]) if times else {}
    cuts = quantiles(times, n=100, method="inclusive")
    return {"p50": round(cuts[49]), "p95": round(cuts[94])}


def _unanswered(lines: Sequence[Line]) -> list[Unanswered]:
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        open_end = line.outcome == "handed_off" and line.reason in NOT_UNDERSTOOD
        if line.question and (line.outcome in UNANSWERED or open_end):
            groups[compare_key(line.question)].append(line)
    found = [_as_unanswered(sorted(group, key=lambda line: line.opened_at)) for group in groups.values()]
    return sorted(found, key=lambda one: (-one.count, -one.last_at))


def _as_unanswered(group: list[Line]) -> Unanswered:
    last, outcomes = group[-1], _counted(line.outcome for line in group)
    return Unanswered(last.question, len(group), last.opened_at, outcomes, (last.conversation_id, last.exchange_id))


def _articles(lines: Sequence[Line]) -> list[ArticleUse]:
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.article_id and line.outcome == "answered":
            groups[line.article_id].append(line)
    found = [_as_use(article_id, group) for article_id, group in groups.items()]
    return sorted(found, key=lambda use: (-use.shown, use.article_id))


def _as_use(article_id: str, group: list[Line]) -> ArticleUse:
    verdicts = Counter(line.feedback for line in group if line.solved_asked)
    asked = sum(line.solved_asked for line in group)
    return ArticleUse(article_id, len(group), asked, verdicts["solved"], verdicts["not_solved"])


def _counted(values: Iterable[str]) -> dict[str, int]:
    """Most frequent first."""
    return dict(Counter(values).most_common())
