"""What is wrong with an article: where, how grave, and what to do. The sentences are in messages.yml."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

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
def _messages() -> dict[str, Any]:
    """messages.yml, read once."""
    found: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_name("messages.yml"))
    return found


@cache
def words() -> dict[str, str]:
    """Its sentences."""
    return {str(key): str(value) for key, value in _messages().items() if key != "reasons"}


def reason(english: str) -> str:
    """What a library says of a file, for `{detail}` of a sentence: in Japanese, or nothing when we have no words."""
    known = next((told for part, told in _messages()["reasons"].items() if part in english), None)
    return say("detail", reason=known) if known else ""


def say(code: str, **values: object) -> str:
    """One sentence, filled in."""
    return words()[code].format(**values)
