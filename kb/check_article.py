"""What can be wrong with one article by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.article import Scope
from kb.problem import Problem, Severity, say
from kb.source import Source
from nihongo.plain import render_html
from nihongo.sms import segments
from nihongo.speech import unspeakable

SMS_SEGMENTS = 3  # what one SMS answer may cost
PHRASINGS = 5  # fewer find too little
# Reasons (有人対応の理由) an article may give to the ticket.
REASONS = ("complex_topic", "policy_restriction", "complaint_recovery", "negative_emotion")
_LINK = re.compile(r"^(https://|tel:|mailto:|/(?!/)|#)")
_TAG = re.compile(r"<[^>]*>")
_MARKDOWN = MarkdownIt("commonmark")

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def within(source: Source, today: date, readings: Path | None = None) -> Iterator[Problem]:
    """The problems of this article alone; `readings`: the dictionary that the telephone reads by."""
    article = source.article
    if source.path.stem != article.id:
        yield _problem(source, "id", ERROR, "id_not_file", id=article.id, name=source.path.name)
    yield from _wording(source, readings)
    yield from _links(source)
    yield from _reason(source)
    yield from _dates(source, today)
    if len(article.phrasings) < PHRASINGS and article.scope is not Scope.STAFF_ONLY:
        yield _problem(source, "phrasings", WARNING, "few_phrasings", count=len(article.phrasings))
    if not article.owner:
        yield _problem(source, "owner", WARNING, "no_owner")


def _wording(source: Source, readings: Path | None) -> Iterator[Problem]:
    answer, scope = source.article.answer, source.article.scope
    if scope is Scope.HAND_OFF:
        if answer.web or answer.sms or answer.speech:
            yield _problem(source, "answer", WARNING, "hand_off_wording")
        return
    needed = ("web", "sms", "speech") if scope is Scope.SELF_SERVICE else ("web",)
    for name in needed:
        if not getattr(answer, name).strip():
            yield _problem(source, f"answer.{name}", ERROR, f"missing_{name}")
    if (count := segments(answer.sms)) > SMS_SEGMENTS:
        yield _problem(source, "answer.sms", ERROR, "sms_long", count=count, length=len(answer.sms))
    for finding in unspeakable(answer.speech, readings):
        yield _problem(source, "answer.speech", ERROR, "unspeakable", detail=finding.message)


def _links(source: Source) -> Iterator[Problem]:
    for severity, code, values in _of_markdown(source.article.answer.web):
        yield _problem(source, "answer.web", severity, code, **dict(values))


@lru_cache(maxsize=20_000)
def _of_markdown(web: str) -> tuple[tuple[Severity, str, tuple[tuple[str, str], ...]], ...]:
    """What is wrong with this Markdown; remembered, for parsing is the slow part of a check."""
    found: list[tuple[Severity, str, tuple[tuple[str, str], ...]]] = []
    tokens = _MARKDOWN.parse(web)
    found += [(ERROR, "unsafe_link", (("link", link),)) for link in _targets(tokens, web) if not _LINK.match(link)]
    if "**" in web and "**" in (shown := _TAG.sub("", render_html(web))):
        at = shown.index("**")
        found.append((ERROR, "bold_left", (("piece", shown[max(0, at - 8) : at + 12].strip()),)))
    for token in tokens:
        odd = [child for child in token.children or () if child.type in ("image", "html_inline")]
        if token.type == "html_block" or odd:
            piece = (odd[0].content if odd else token.content).strip()[:30]
            found.append((WARNING, "bare_image", (("piece", piece),)))
    return tuple(found)


def _targets(tokens: list[Token], web: str) -> Iterator[str]:
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                yield str(child.attrs.get("href", ""))
    # CommonMark leaves a link with a forbidden scheme as text; an editor must still be told.
    yield from re.findall(r"\]\(\s*<?((?:javascript|data|vbscript|file):[^)\s>]*)", web, re.IGNORECASE)


def _reason(source: Source) -> Iterator[Problem]:
    article, known = source.article, "、".join(REASONS)
    if article.scope is not Scope.HAND_OFF:
        return
    if not article.reason:
        yield _problem(source, "scope", ERROR, "hand_off_reason", known=known)
    elif article.reason not in REASONS:
        yield _problem(source, "reason", ERROR, "bad_reason", reason=article.reason, known=known)


def _dates(source: Source, today: date) -> Iterator[Problem]:
    article = source.article
    start, until, review = article.valid_from, article.valid_until, article.review_by
    if start and until and until < start:
        yield _problem(source, "valid_until", ERROR, "valid_order", start=start, until=until)
    elif until and until < today:
        yield _problem(source, "valid_until", WARNING, "expired", day=until)
    elif start and start > today:
        yield _problem(source, "valid_from", WARNING, "not_yet", day=start)
    if review is None:
        yield _problem(source, "review_by", WARNING, "no_review")
    elif review < today:
        yield _problem(source, "review_by", WARNING, "overdue", day=review)


def _problem(source: Source, field: str, severity: Severity, code: str, **values: object) -> Problem:
    line = source.line(*field.split("."))
    return Problem(source.path, line, severity, say(code, **values), code, source.article.id, field)
