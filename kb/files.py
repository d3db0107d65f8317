"""The article files: reading them all. A broken file is a problem of its own and never hides the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.article import Article, Status
from kb.dictionary import beside
from kb.problem import Problem, Severity, reason, say
from kb.source import Source, parse

_LARGEST = 200_000  # bytes; an article is some thousand


@dataclass(frozen=True)
class Loaded:
    """Everything in the directory; two files with one id are both in `sources`, the first in `articles`."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    readings: Path | None = None
    """The dictionary that the telephone reads by."""

    @property
    def articles(self) -> dict[str, Article]:
        return {source.article.id: source.article for source in reversed(self.sources)}

    @property
    def ready(self) -> dict[str, Article]:
        """What the next release is made of."""
        return {id: a for id, a in sorted(self.articles.items()) if a.status is Status.READY}

    def broken(self, article_id: str) -> list[Problem]:
        """Why the file of this article could not be read."""
        return [problem for problem in self.problems if article_id in (problem.article_id, problem.file.stem)]

    def source(self, article_id: str) -> Source | None:
        return next((source for source in self.sources if source.article.id == article_id), None)


def load(kb_dir: Path) -> Loaded:
    """Reads every `*.yml` below the directory."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths(kb_dir):
        found = read(path)
        if isinstance(found, Source):
            sources.append(found)
        else:
            problems += found
    return Loaded(tuple(sources), tuple(problems), beside(kb_dir))


def paths(kb_dir: Path) -> Iterator[Path]:
    """The article files, in a settled order; hidden ones (unfinished writes) are none."""
    found = (path for pattern in ("*.yml", "*.yaml") for path in kb_dir.rglob(pattern))
    return iter(sorted(path for path in found if not path.name.startswith(".") and path.is_file()))


def read(path: Path) -> Source | list[Problem]:
    """One file; unchanged ones are remembered."""
    try:
        stat = path.stat()
        if stat.st_size > _LARGEST:
            return [_unreadable(path, "File too large")]
        return _read(path, (stat.st_mtime_ns, stat.st_size, stat.st_ino))
    except (OSError, UnicodeDecodeError) as error:
        return [_unreadable(path, str(error))]


_remembered: dict[Path, tuple[tuple[int, int, int], Source | list[Problem]]] = {}


def _read(path: Path, stamp: tuple[int, int, int]) -> Source | list[Problem]:
    known = _remembered.get(path)
    if known is None or known[0] != stamp:
        known = _remembered[path] = (stamp, parse(path.read_text(encoding="utf-8-sig"), path))
    return known[1]


def _unreadable(path: Path, detail: str) -> Problem:
    return Problem(path, 1, Severity.ERROR, say("unreadable", detail=reason(detail)), "unreadable")
