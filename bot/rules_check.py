"""What is wrong in the YAML files that supervisors edit (docs/complex.md), each with its line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from bot import conduct
from bot.language import complexity, sayings
from bot.language.understanding import ACCIDENT, INTENTS
from nihongo import abusive, life, refused

LABELS = Path(__file__).with_name("labels.yml")
_NEEDED = (ACCIDENT, "wish_for_a_person")  # kinds that the bot treats in a way of their own
_TEXT = "tag:yaml.org,2002:str"
_NO_LETTER = re.compile(r"\\.|\(\?P")  # of a pattern: \S, (?P<name>
_SIGNS = ("complaint", "abuse", "words", "miss", "unsolved", "repeated")
Found = tuple[int, str, dict[str, object]]  # line, key of the message in labels.yml, what is filled in
Check = Callable[[yaml.Node], Iterator[Found]]


def rule_problems(
    complex_yml: Path = complexity.RULES, abuse_yml: Path = abusive.WORDS, conduct_yml: Path = conduct.RULES
) -> list[str]:
    """Every problem as `file:line: what, and what to do`; such a file stops the start."""
    labels = yaml.safe_load(LABELS.read_text(encoding="utf-8"))
    reasons = tuple(labels["reasons"])
    files: list[tuple[Path, Check]] = [
        (life.WORDS, lambda node: _each(node, _matter(reasons), (life.KIND,))),
        (refused.WORDS, _fields(_REFUSED)),
        (sayings.WORDS, lambda node: _each(node, _SAYING)),
        (complex_yml, lambda node: _each(node, _matter(reasons), _NEEDED)),
        (abuse_yml, _fields({"harmless": _patterns, "kinds": lambda node: _each(node, _patterns)})),
        (conduct_yml, _conduct(_kinds(abuse_yml))),
    ]
    return [_told(labels["rules"], path, found) for path, check in files for found in _of(path, check)]


def _told(messages: dict[str, str], path: Path, found: Found) -> str:
    line, key, values = found
    return f"{path.name}:{line}: " + messages[key].format(**values)


def _of(path: Path, check: Check) -> list[Found]:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        return [(error.object.count(b"\n", 0, error.start) + 1, "not_utf8", {})]
    except yaml.reader.ReaderError as error:
        return [(1, "broken", {"detail": f"{error.reason} #x{error.character:04x}"})]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return [(mark.line + 1 if mark else 1, "broken", {"detail": error.problem or ""})]
    except OSError as error:
        return [(1, "unreadable", {"detail": error.strerror or ""})]
    return [(1, "empty", {})] if root is None else list(check(root))


def _kinds(path: Path) -> frozenset[str] | None:
    """The kinds of abuse.yml; None where it cannot be read, which is told of that file."""
    try:
        return frozenset(abusive.Abusive.load(path).kinds)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, re.error, yaml.YAMLError):
        return None


def _conduct(kinds: frozenset[str] | None) -> Check:
    share, count = _number(0, 1), _number(0, 100, whole=True)
    weights = _fields(dict.fromkeys(_SIGNS, _number(0, 10)))
    positive = _number(0.1, 100)
    mood = {"limit": positive, "keeps": share, "at_most": positive, "weights": weights, "words": _patterns}
    abuse = {"warn": count, "then": _one_of(("end", "supervisor")), "at_once": _names(kinds)}
    return _fields({"mood": _fields(mood), "abuse": _fields(abuse)})


def _matter(reasons: tuple[str, ...]) -> Check:
    return _fields({"reason": _one_of(reasons), "words": _patterns}, {"unless": _patterns, "as": _one_of(_NEEDED)})


def _fields(needed: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """A mapping with exactly these fields."""
    known = needed | (optional or {})

    def check(node: yaml.Node) -> Iterator[Found]:
        if not isinstance(node, yaml.MappingNode):
            yield _at(node, "no_fields", known=", ".join(known))
            return
        yield from _twice(node)
        pairs = {str(key.value): (key, value) for key, value in node.value}
        for name in needed:
            if name not in pairs:
                yield _at(node, "missing", name=name)
        for name, (key, value) in pairs.items():
            yield from known[name](value) if name in known else [_at(key, "unknown", name=name, known=", ".join(known))]

    return check


def _each(node: yaml.Node, check: Check, needed: tuple[str, ...] = ()) -> Iterator[Found]:
    """A mapping with names of its writer's own, and those `needed`."""
    if not isinstance(node, yaml.MappingNode):
        yield _at(node, "no_fields", known="…")
        return
    yield from _twice(node)
    names = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
    yield from (_at(node, "missing", name=name) for name in needed if name not in names)
    for _, value in node.value:
        yield from check(value)


def _twice(node: yaml.MappingNode) -> Iterator[Found]:
    """Of a name that stands there twice, YAML forgets the first."""
    names: set[str] = set()
    for key, _ in node.value:
        if (name := str(key.value)) in names:
            yield _at(key, "twice", name=name)
        names.add(name)


def _patterns(node: yaml.Node) -> Iterator[Found]:
    if not isinstance(node, yaml.SequenceNode):
        yield _at(node, "no_list")
        return
    for one in node.value:
        yield from _pattern(one)


def _pattern(node: yaml.Node) -> Iterator[Found]:
    if not isinstance(node, yaml.ScalarNode) or node.tag != _TEXT:
        yield _at(node, "not_text")
    elif node.end_mark.line != node.start_mark.line:
        yield _at(node, "joined")
    elif never := _never(node.value):
        yield _at(node, "never", never="".join(never))
    else:
        try:
            matches_all = re.compile(node.value).search("") is not None
        except re.error as error:
            yield _at(node, "pattern", detail=error.msg)
        else:
            yield from [_at(node, "matches_all")] if matches_all else []


def _never(pattern: str) -> list[str]:
    """Letters that no normalised text holds: full-width ones, half-width kana, capitals."""
    letters = dict.fromkeys(_NO_LETTER.sub("", pattern))
    return [letter for letter in letters if unicodedata.normalize("NFKC", letter).lower() != letter]


def _names(kinds: frozenset[str] | None) -> Check:
    """A list of kinds of abuse; any names where the kinds are not known."""

    def check(node: yaml.Node) -> Iterator[Found]:
        if not isinstance(node, yaml.SequenceNode):
            yield _at(node, "no_list")
        elif kinds is not None:
            for one in node.value:
                yield from _one_of((*sorted(kinds), "tone"))(one)

    return check


def _one_of(known: tuple[str, ...]) -> Check:
    def check(node: yaml.Node) -> Iterator[Found]:
        if node.value not in known:
            yield _at(node, "one_of", known=", ".join(known))

    return check


def _number(low: float, high: float, whole: bool = False) -> Check:
    def check(node: yaml.Node) -> Iterator[Found]:
        value: Any = yaml.safe_load(str(node.value)) if isinstance(node, yaml.ScalarNode) else None
        right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not right or not low <= value <= high:
            yield _at(node, "whole" if whole else "number", low=low, high=high)

    return check


def _at(node: yaml.Node, key: str, **values: object) -> Found:
    return node.start_mark.line + 1, key, values


_REFUSED: dict[str, Check] = {
    **dict.fromkeys(("persons", "tail", "alone", "again", "unless"), _pattern),
    "refusals": _patterns,
}
_SAYING = _fields(
    {"intent": _one_of(("go_on", "not_solved", "may_ask", "greet", "thanks", *INTENTS.values())), "words": _patterns}
)
