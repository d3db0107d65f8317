"""The only writer of article files: checked, one at a time, whole or not at all, every version kept."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from kb import versions
from kb.article import Article, Status
from kb.check import check_article
from kb.files import Loaded, load
from kb.problem import Problem, Refused, Severity, say
from kb.render import render
from nihongo.japan_time import TOKYO, today

_NEW_FOLDER = "other"  # for the first article of a category


@dataclass(frozen=True)
class Conflict:
    """Somebody else saved in between; None: it was deleted."""

    theirs: Article | None


@dataclass(frozen=True)
class Editing:
    """What editors do with the files of one directory. Call it from threads."""

    kb_dir: Path
    engine: Engine

    def save(self, article: Article, author: str, expected_version: int) -> Article | Conflict | Refused:
        """Writes it as the version after `expected_version` (0: a new article). Drafts may have errors."""
        return self._write(article, author, expected_version, "save")

    def withdraw(self, article_id: str, author: str, expected_version: int) -> Article | Conflict | Refused:
        """Makes it a draft: the next release goes without it."""
        source = load(self.kb_dir).source(article_id)
        if source is None:
            return Conflict(None)
        draft = source.article.copy(update={"status": Status.DRAFT})
        return self._write(draft, author, expected_version, "withdraw")

    def delete(self, article_id: str, author: str, expected_version: int) -> Article | Conflict:
        """Removes the file; its text stays in the versions. Gives back the last one."""
        with _locked(self.kb_dir), self.engine.begin() as connection:
            source = load(self.kb_dir).source(article_id)
            if source is None or source.article.version != expected_version:
                return Conflict(source.article if source else None)
            text = source.path.read_text(encoding="utf-8-sig")
            versions.record(connection, source.article, "found", source.article.updated_by, text)
            last = _stamped(source.article, author, expected_version + 1)
            versions.record(connection, last, "delete", author, text)
            source.path.unlink()
            return last

    def _write(self, article: Article, author: str, expected: int, action: str) -> Article | Conflict | Refused:
        with _locked(self.kb_dir), self.engine.begin() as connection:
            loaded = load(self.kb_dir)
            source = loaded.source(article.id)
            if (source.article.version if source else 0) != expected:
                return Conflict(source.article if source else None)
            path = source.path if source else _new_path(self.kb_dir, loaded, article)
            if errors := _errors(loaded, article, path, new=source is None):
                return Refused(errors)
            old = path.read_text(encoding="utf-8-sig") if source else ""
            if source:
                versions.record(connection, source.article, "found", source.article.updated_by, old)
            # A deleted article that is written anew goes on counting.
            number = max(expected, versions.newest(connection, article.id)) + 1
            saved = _stamped(article, author, number)
            text = render(saved, old)
            versions.record(connection, saved, action, author, text)
            _replace(path, text)
            return saved


def place_of(kb_dir: Path, loaded: Loaded, article: Article) -> Path:
    """The file of this article, or the one it would get."""
    source = loaded.source(article.id)
    return source.path if source else _new_path(kb_dir, loaded, article)


def _errors(loaded: Loaded, article: Article, path: Path, new: bool) -> tuple[Problem, ...]:
    if new and path.exists():
        return (Problem(path, 1, Severity.ERROR, say("file_exists", name=path.name), "file_exists", article.id, "id"),)
    if article.status is Status.DRAFT:
        return ()
    found = check_article(loaded, article, path, today())
    return tuple(problem for problem in found if problem.stops)


def _new_path(kb_dir: Path, loaded: Loaded, article: Article) -> Path:
    """Beside the other articles of its category."""
    same = Counter(source.path.parent for source in loaded.sources if source.article.category == article.category)
    folder = same.most_common(1)[0][0] if same else kb_dir / _NEW_FOLDER
    return folder / f"{article.id}.yml"


def _stamped(article: Article, author: str, version: int) -> Article:
    now = datetime.now(TOKYO).replace(microsecond=0)
    return Article(**article.dict() | {"version": version, "updated_by": author, "updated_at": now})


@contextmanager
def _locked(kb_dir: Path) -> Iterator[None]:
    """One writer at a time, over all processes."""
    kb_dir.mkdir(parents=True, exist_ok=True)
    folder = os.open(kb_dir, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _replace(path: Path, text: str) -> None:
    """A reader, or a power cut, meets the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
