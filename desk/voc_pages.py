"""What customers said, for supervisors: figures with their formulas, open questions, single talks, the file."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from functools import partial
from typing import Any

from aiohttp import web

from conversation.aloud import heard as aloud
from conversation.words import Speaker
from desk import phone_words
from desk.page import audit, desk_of, render, require
from desk.staff import Role
from desk.voc_chart import GROUPS, HEIGHT, LEFT, RIGHT, WIDTH, chart
from nihongo.aloud import Reader
from voc.exchange import Exchange, Outcome, Shown
from voc.export import csv_lines
from voc.reading import Period, Reading
from voc.report import shown
from voc.words import words

LONGEST_DAYS = 366
LISTED = 200


def routes(_: web.Application) -> list[web.RouteDef]:
    return [
        web.get("/voc", overview),
        web.get("/voc/exchanges", exchanges),
        web.get("/voc/conversations/{conversation_id}", conversation),
        web.post("/voc/export", export),
    ]


@require(Role.SUPERVISOR)
async def overview(request: web.Request) -> web.Response:
    desk, period = desk_of(request), _period(request, request.query)
    reading = Reading(desk.engine)
    report = await asyncio.to_thread(reading.report, period, desk.clock())
    columns = chart(period.days(), report.days)
    sizes = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT}
    return await _render(
        request, "voc_overview.html", period, report=report, chart=columns, sizes=sizes, groups=GROUPS, share=shown
    )


@require(Role.SUPERVISOR)
async def exchanges(request: web.Request) -> web.Response:
    period, outcome = _period(request, request.query), request.query.get("outcome") or None
    if outcome and outcome not in {one.value for one in Outcome}:
        raise web.HTTPBadRequest
    article = request.query.get("article") or None
    reading = Reading(desk_of(request).engine)
    rows = await asyncio.to_thread(reading.exchanges, period, outcome, article, LISTED)
    chosen = {"outcome": outcome or "", "article": article or ""}
    return await _render(request, "voc_exchanges.html", period, rows=rows, chosen=chosen, listed=LISTED)


@require(Role.SUPERVISOR)
async def conversation(request: web.Request) -> web.Response:
    conversation_id = request.match_info["conversation_id"]
    rows = await asyncio.to_thread(Reading(desk_of(request).engine).conversation, conversation_id)
    if not rows:
        raise web.HTTPNotFound
    marked = request.query.get("exchange", rows[0].exchange.exchange_id)
    heard, unsure = partial(_heard, desk_of(request).reader), phone_words.unsure
    return await _render(request, "voc_conversation.html", None, rows=rows, marked=marked, heard=heard, unsure=unsure)


@require(Role.SUPERVISOR, Role.ADMIN)
async def export(request: web.Request) -> web.StreamResponse:
    """The masked rows as CSV, a page of rows at a time; who took which period is on record before the first line."""
    period = _period(request, await request.post())
    span = f"{period.first.isoformat()}..{period.last.isoformat()}"
    await audit(request, "voc.exported", span)
    headers = {"Content-Disposition": f'attachment; filename="voc-{span}.csv"', "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    response.content_type, response.charset = "text/csv", "utf-8"
    await response.prepare(request)
    pieces = csv_lines(Reading(desk_of(request).engine).rows(period))
    while piece := await asyncio.to_thread(next, pieces, ""):
        await response.write(piece.encode())
    await response.write_eof()
    return response


def _heard(reader: Reader, one: Exchange, answer: Shown) -> str:
    """What of ours a caller heard; elsewhere what was shown."""
    if one.channel != "voice" or answer.speaker == Speaker.CUSTOMER.value:
        return answer.text
    return "".join(aloud(answer.text, Speaker(answer.speaker), answer.article, reader))


async def _render(request: web.Request, template: str, period: Period | None, **context: Any) -> web.Response:
    desk = desk_of(request)
    release = desk.release.current
    channels = await asyncio.to_thread(Reading(desk.engine).channels)
    titles = {article_id: article.title for article_id, article in release.articles.items()} if release else {}
    today = Period.last_days(1, desk.clock()).last
    spans = [(days, today - timedelta(days=days - 1), today) for days in (7, 30, 90)]
    shared: dict[str, Any] = {"period": period, "channels": channels, "titles": titles, "voc": words(), "spans": spans}
    return render(request, template, **shared, **context)


def _period(request: web.Request, given: Any) -> Period:
    """The days asked for: from, to, channel; without them the last seven."""
    now = desk_of(request).clock()
    plain = Period.last_days(7, now, given.get("channel") or None)
    try:
        last = date.fromisoformat(given["to"]) if given.get("to") else plain.last
        first = date.fromisoformat(given["from"]) if given.get("from") else min(plain.first, last)
    except (ValueError, TypeError) as error:
        raise web.HTTPBadRequest from error
    if first > last or (last - first).days >= LONGEST_DAYS:
        raise web.HTTPBadRequest
    return Period(first, last, plain.channel)
