"""Checking all articles as an editor would want to be told: where, how grave, what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from kb import dictionary
from kb.article import Article, Status
from kb.check_across import across
from kb.check_article import within
from kb.files import Loaded, load
from kb.problem import Problem, say
from kb.source import Source
from nihongo.japan_time import today

__all__ = ["check", "check_article", "start_problems"]


def check(loaded: Loaded, today: date) -> list[Problem]:
    """Every problem of every file, by file and line."""
    found = [*loaded.problems, *across(loaded.sources)]
    if loaded.readings:
        found += dictionary.problems(loaded.readings)
    for source in loaded.sources:
        found += within(source, today, loaded.readings)
    drafts = {source.path for source in loaded.sources if source.article.status is Status.DRAFT}
    marked = (replace(problem, draft=True) if problem.file in drafts else problem for problem in found)
    return sorted(marked, key=lambda problem: (str(problem.file), problem.line, problem.code))


def check_article(loaded: Loaded, article: Article, path: Path, today: date) -> list[Problem]:
    """What would be wrong with this article if it were saved over the one in `path`."""
    own = Source(article, path)
    others = tuple(source for source in loaded.sources if source.path != path)
    found = [*within(own, today, loaded.readings), *(p for p in across((*others, own)) if p.file == path)]
    return sorted(found, key=lambda problem: (problem.severity.value, problem.field))


def start_problems(kb_dir: Path) -> list[str]:
    """What must stop the start: errors outside drafts, each with file, line and remedy."""
    loaded = load(kb_dir)
    found = [str(problem) for problem in check(loaded, today()) if problem.stops]
    return found if loaded.ready else [*found, say("no_articles", dir=kb_dir)]
