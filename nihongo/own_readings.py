"""The readings that editors keep in a file of their own: what holds in it, and what is wrong with the rest."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_LARGEST = 50_000  # bytes; some 1,500 words
_MAY_BE_SILENT = "symbols"
_SAID_ANYWHERE = ("words", "units", "symbols")  # found again in what was said of them


@dataclass(frozen=True)
class Fault:
    """`code` names the sentence that tells it; `detail` is what the library said."""

    line: int
    code: str
    name: str = ""
    detail: str = ""


@dataclass
class Own:
    """Sections of the shape of readings.yml, without the entries that `faults` tells of."""

    sections: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read(path: Path, ours: Mapping[str, Any]) -> Own:
    """The file at `path`, held against `ours`, the sections that there are. By the parser in Python: the one in C dies
    of deep nesting."""
    try:
        if path.stat().st_size > _LARGEST:
            return Own(faults=[Fault(1, "unreadable", detail="File too large")])
        return _of(YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8-sig")), ours)
    except YAMLError as error:
        mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
        detail = str(getattr(error, "problem", None) or error)
        return Own(faults=[Fault(mark.line + 1 if mark else 1, "broken_yaml", detail=detail)])
    except RecursionError:
        return Own(faults=[Fault(1, "too_deep")])
    except (OSError, UnicodeDecodeError) as error:
        return Own(faults=[Fault(1, "unreadable", detail=str(error))])


def _of(node: Node | None, ours: Mapping[str, Any]) -> Own:
    found = Own()
    if node is None or _is_null(node):  # nothing but comments
        return found
    if not isinstance(node, MappingNode):
        return Own(faults=[Fault(1, "not_readings")])
    for key, value in node.value:
        _section(found, str(key.value), key.start_mark.line + 1, value, ours)
    return found


def _section(found: Own, name: str, line: int, node: Node, ours: Mapping[str, Any]) -> None:
    if name not in ours:
        found.faults.append(Fault(line, "unknown_section", name))
    elif name in found.sections:
        found.faults.append(Fault(line, "repeated_field", name))
    elif isinstance(ours[name], dict) and isinstance(node, MappingNode):
        found.sections[name] = dict(_entries(found, name, node))
    elif isinstance(ours[name], list) and isinstance(node, SequenceNode):
        found.sections[name] = list(_listed(found, name, node))
    elif isinstance(ours[name], str) and isinstance(node, ScalarNode) and node.value.strip():
        found.sections[name] = str(node.value)
    elif not _is_null(node):
        found.faults.append(Fault(line, "section_form", name))


def _entries(found: Own, section: str, node: MappingNode) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for key, value in node.value:
        word, line = _word(key), key.start_mark.line + 1
        said = "" if _is_null(value) else str(value.value) if isinstance(value, ScalarNode) else None
        if word in seen:
            found.faults.append(Fault(line, "repeated_field", word))
        elif not word or said is None or not (said.strip() or section == _MAY_BE_SILENT):
            found.faults.append(Fault(line, "no_reading", word or section))
        elif section in _SAID_ANYWHERE and word != said and word.lower() in said.lower():
            found.faults.append(Fault(line, "reading_circles", word))
        else:
            yield word, said
        seen.add(word)


def _listed(found: Own, section: str, node: SequenceNode) -> Iterator[str]:
    for one in node.value:
        if word := _word(one):
            yield word
        else:
            found.faults.append(Fault(one.start_mark.line + 1, "no_reading", section))


def _word(node: Node) -> str:
    """As it is met in a text that is being read; empty: none."""
    text = str(node.value) if isinstance(node, ScalarNode) and not _is_null(node) else ""
    return unicodedata.normalize("NFKC", text).strip()


def _is_null(node: Node) -> bool:
    return str(node.tag).endswith(":null")
