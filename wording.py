"""What people read or hear, kept in a YAML file beside the code that says it, by dotted name; for every room."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


class Wording:
    """One such file, read when it is first asked for something."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def say(self, name: str, /, **values: Any) -> str:
        """The sentence `section.name` with its {placeholders} filled."""
        return str(self.entry(name)).format(**values)

    def listed(self, name: str) -> list[str]:
        return [str(one) for one in self.entry(name)]

    def entry(self, name: str) -> Any:
        """The raw entry: a sentence, a list or a mapping; it must be there."""
        found = self._all
        for part in name.split("."):
            found = found[part]
        return found

    def get(self, name: str) -> Any:
        """The same; None where there is none."""
        try:
            return self.entry(name)
        except (KeyError, TypeError):
            return None

    @cached_property
    def _all(self) -> Any:
        return YAML(typ="safe").load(self._file)
