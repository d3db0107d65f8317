"""What can be wrong between articles: the same id or the same words twice, related ones that lead nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from kb.article import Scope, Status
from kb.problem import Problem, Severity, say
from kb.source import Place, Source
from nihongo.normalise import compare_key


def across(sources: Sequence[Source]) -> list[Problem]:
    """The problems that only show when all articles are seen together."""
    return [*_ids(sources), *_phrasings(sources), *_related(sources)]


def _ids(sources: Sequence[Source]) -> Iterator[Problem]:
    for id, same in _grouped((source.article.id, source) for source in sources).items():
        for source in same if len(same) > 1 else ():
            other = next(one for one in same if one is not source).path.name
            yield _problem(source, ("id",), Severity.ERROR, "duplicate_id", id=id, other=other)


def _phrasings(sources: Sequence[Source]) -> Iterator[Problem]:
    told = ((_key(text), (source, place, text)) for source in sources for place, text in _texts(source))
    for key, same in _grouped(told).items():
        if len(same) < 2 or not key:
            continue
        for number, (source, place, text) in enumerate(same):
            other = next((one for one, _, _ in same if one is not source), None)
            if other is not None:
                code, name = "duplicate_phrasing", other.article.title
                yield _problem(source, place, Severity.ERROR, code, text=text, other=f"{name}（{other.article.id}）")
            elif number:
                yield _problem(source, place, Severity.WARNING, "repeated_phrasing", text=text)


def _texts(source: Source) -> Iterator[tuple[Place, str]]:
    yield ("title",), source.article.title
    for index, text in enumerate(source.article.phrasings):
        yield ("phrasings", index), text


def _related(sources: Sequence[Source]) -> Iterator[Problem]:
    known = {source.article.id: source.article for source in sources}
    for source in sources:
        for index, id in enumerate(source.article.related):
            place: Place = ("related", index)
            target = known.get(id)
            if target is None:
                yield _problem(source, place, Severity.ERROR, "dead_related", id=id)
            elif id == source.article.id:
                yield _problem(source, place, Severity.WARNING, "related_self")
            elif target.scope is not Scope.SELF_SERVICE and source.article.scope is Scope.SELF_SERVICE:
                yield _problem(source, place, Severity.ERROR, "related_hidden", id=id)
            elif target.status is Status.DRAFT:
                yield _problem(source, place, Severity.WARNING, "related_draft", id=id)


def _grouped(pairs: Iterable[tuple[str, object]]) -> dict[str, list]:  # type: ignore[type-arg]
    groups: dict[str, list] = defaultdict(list)  # type: ignore[type-arg]
    for key, value in pairs:
        groups[key].append(value)
    return groups


@lru_cache(maxsize=200_000)
def _key(text: str) -> str:
    return compare_key(text)


def _problem(source: Source, place: Place, severity: Severity, code: str, **values: object) -> Problem:
    field = ".".join(str(part) for part in place)
    return Problem(source.path, source.line(*place), severity, say(code, **values), code, source.article.id, field)
