"""Reading one article file: YAML in which every value is the text the editor sees, and every field knows its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from kb.article import Article, Status
from kb.problem import Problem, Severity, reason, say, words

Place = tuple[str | int, ...]
_DEPTH = 4  # answer → web is two; more is an alias that bites its own tail


@dataclass(frozen=True)
class Source:
    """An article and where it stands."""

    article: Article
    path: Path
    lines: Mapping[Place, int] = field(default_factory=dict, compare=False)

    def line(self, *place: str | int) -> int:
        """Line of a field, of the nearest field around it, or of the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def parse(text: str, path: Path) -> Source | list[Problem]:
    """The article in this text, or what is wrong with it."""
    try:
        node = YAML(typ="safe").compose(text)
    except YAMLError as error:
        return [_broken(error, path)]
    lines: dict[Place, int] = {}
    try:
        found = _value(node, (), lines)
    except _Odd as odd:
        return [Problem(path, odd.line, Severity.ERROR, say(odd.code, name=odd.name), odd.code)]
    if not isinstance(found, dict):
        return [Problem(path, 1, Severity.ERROR, say("not_an_article"), "not_an_article")]
    return build(found, path, lines)


def build(found: Mapping[str, Any], path: Path, lines: Mapping[Place, int]) -> Source | list[Problem]:
    """The article with these values (from a file or a form), or what is wrong with them."""
    filled = {key: value for key, value in found.items() if value is not None}
    try:
        return Source(Article(**filled), path, lines)
    except ValidationError as error:
        bare = Source(Article.construct(), path, lines)
        problems = [_invalid(detail, bare, str(found.get("id") or "")) for detail in error.errors()]
        written = found.get("status") == Status.DRAFT.value  # a draft may be wrong; it stops nothing
        return [replace(problem, draft=written) for problem in problems]


_CODES = {
    "value_error.missing": "missing_field",
    "value_error.extra": "unknown_field",
    "value_error.any_str.max_length": "too_long",
    "value_error.any_str.min_length": "missing_field",
    "type_error.tuple": "not_a_list",
    "type_error.dict": "not_a_mapping",
}


def _invalid(detail: Mapping[str, Any], source: Source, id: str) -> Problem:
    place: Place = tuple(detail["loc"])
    field = str(place[0])
    code = _CODES.get(detail["type"], "bad_value")
    if code in ("bad_value", "too_long") and field in ("id", "scope", "status"):
        code = f"bad_{field}"
    elif field in ("review_by", "valid_from", "valid_until"):
        code = "bad_date"
    limit = detail.get("ctx", {}).get("limit_value", "")
    message = say(code, name=_name(place), detail=reason(detail["msg"]), limit=limit)
    name = ".".join(str(part) for part in place)
    return Problem(source.path, source.line(*place), Severity.ERROR, message, code, id, name)


def _name(place: Place) -> str:
    """The field as editors call it, with its key in the file."""
    key = ".".join(part for part in place if isinstance(part, str))
    label = words().get(f"field_{key}")
    return f"{label}（{key}）" if label else key


def _broken(error: YAMLError, path: Path) -> Problem:
    mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
    message = say("broken_yaml", detail=reason(str(getattr(error, "problem", None) or error)))
    return Problem(path, mark.line + 1 if mark else 1, Severity.ERROR, message, "broken_yaml")


class _Odd(Exception):
    """The YAML is well formed but not what an article file may hold."""

    def __init__(self, code: str, line: int, name: str = "") -> None:
        self.code, self.line, self.name = code, line, name


def _value(node: Any, place: Place, lines: dict[Place, int]) -> Any:
    """Plain texts, lists and mappings: `24`, `no` and `10:30` stay what the editor wrote."""
    if node is None:
        return None
    line = node.start_mark.line + 1
    lines[place] = line
    if len(place) > _DEPTH:
        raise _Odd("too_deep", line)
    if isinstance(node, ScalarNode):
        return None if node.tag.endswith(":null") else str(node.value)
    if isinstance(node, SequenceNode):
        return [_value(item, (*place, index), lines) for index, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in result:
            raise _Odd("repeated_field", key_node.start_mark.line + 1, key)
        inner = (*place, key)
        result[key] = _value(value_node, inner, lines)
        lines[inner] = key_node.start_mark.line + 1
    return result
