"""What is wrong with an article: where, how grave, and what to do. The sentences are in messages.yml."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML


class Severity(str, Enum):
    ERROR = "error"  # cannot be published
    WARNING = "warning"  # is published; somebody should look


@dataclass(frozen=True)
class Problem:
    file: Path
    line: int
    severity: Severity
    message: str
    """日本語, with the remedy."""
    code: str = ""
    article_id: str = ""
    field: str = ""
    """Which field of the article: `title`, `answer.sms`, `phrasings.2`; empty for the whole of it."""
    draft: bool = False
    """In an article that is still being written: told, but it stops nothing."""

    def __str__(self) -> str:
        mark = words()["draft" if self.draft else self.severity.value]
        return f"{self.file}:{self.line}: {mark}: {self.message}"

    @property
    def stops(self) -> bool:
        """Whether nothing can be published while it stands."""
        return self.severity is Severity.ERROR and not self.draft


@dataclass(frozen=True)
class Refused:
    """Not done, because of these errors."""

    problems: tuple[Problem, ...]


@cache
def words() -> dict[str, str]:
    """messages.yml, read once."""
    found = YAML(typ="safe").load(Path(__file__).with_name("messages.yml"))
    return {str(key): str(value) for key, value in found.items()}


def say(code: str, **values: object) -> str:
    """One sentence, filled in."""
    return words()[code].format(**values)
