"""Whether every class path in the Rasa files leads to a class. Rasa only warns, and then has no data, store or log."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from settings import ROOT

_FILES = ("config.yml", "endpoints.yml", "credentials.yml")
_ROOMS = ("bot", "channels", "voc", "actions")


def check_class_paths(root: Path = ROOT) -> list[str]:
    """Problems with file, line and remedy. Reads the sources only: importing Rasa takes five seconds."""
    found = []
    for name in _FILES:
        for path, line in class_paths(root / name):
            if problem := _missing(root, path):
                found.append(f"{name}:{line}: {path}: {problem}")
    return found


def import_class_paths(root: Path = ROOT) -> None:
    """The same by importing them, inside Rasa's process; an error in one of them stops the start."""
    for name in _FILES:
        for path, _ in class_paths(root / name):
            module, _, symbol = path.rpartition(".")
            getattr(import_module(module), symbol)


def class_paths(file: Path) -> Iterator[tuple[str, int]]:
    """Class paths of ours in a YAML file, each with its line."""
    for node in _scalars(yaml.compose(file.read_text(encoding="utf-8"))):
        room, dot, _ = str(node.value).partition(".")
        if dot and room in _ROOMS:
            yield str(node.value), node.start_mark.line + 1


def _scalars(node: Any) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for child in pair:
                yield from _scalars(child)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child)


def _missing(root: Path, path: str) -> str | None:
    module, _, name = path.rpartition(".")
    file = root / (module.replace(".", "/") + ".py")
    if not file.is_file():
        return f"there is no module {module} ({file.relative_to(root)}); correct the name"
    tree = ast.parse(file.read_text(encoding="utf-8"))
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    return (
        None
        if name in classes
        else f"no class {name} in {file.relative_to(root)}; it has {', '.join(classes) or 'none'}"
    )
