"""Reading the rows: lines for counting, whole rows for export and for looking at one exchange."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from nihongo.japan_time import TOKYO
from voc.figures import Line, Report, report
from voc.store import Row
from voc.tables import CONVERSATIONS, EXCHANGES

_AT_ONCE = 1000


@dataclass(frozen=True)
class Period:
    """Calendar days of the shop, both included; one channel or all."""

    first: date
    last: date
    channel: str | None = None

    @classmethod
    def last_days(cls, days: int, now: float, channel: str | None = None) -> Period:
        today = datetime.fromtimestamp(now, TOKYO).date()
        return cls(today - timedelta(days=days - 1), today, channel)

    def where(self) -> Any:
        within = EXCHANGES.c.day.between(self.first.isoformat(), self.last.isoformat())
        return within & (EXCHANGES.c.channel == self.channel) if self.channel else within

    def days(self) -> list[str]:
        return [(self.first + timedelta(days=n)).isoformat() for n in range((self.last - self.first).days + 1)]


class Reading:
    """Blocking; call it through `asyncio.to_thread`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def report(self, period: Period, now: float, longest: int = 20) -> Report:
        names = [field.name for field in fields(Line) if field.name != "contact"]
        columns = [*(EXCHANGES.c[name] for name in names), CONVERSATIONS.c.contact]
        same = EXCHANGES.c.conversation_id == CONVERSATIONS.c.conversation_id
        query = sa.select(*columns).select_from(EXCHANGES.outerjoin(CONVERSATIONS, same))
        begun = sa.select(sa.func.count()).select_from(EXCHANGES).where(period.where(), EXCHANGES.c.asks == sa.false())
        with self._engine.connect() as sql:
            found = sql.execute(query.where(period.where(), EXCHANGES.c.asks == sa.true())).mappings()
            lines = [Line(**line) for line in found]
            unasked = sql.execute(begun).scalar_one()
        return report(lines, period.first.isoformat(), period.last.isoformat(), now, unasked, longest)

    def rows(self, period: Period) -> Iterator[Row]:
        """Every row of the period, oldest first, a page at a time: an export of years fits into memory."""
        after = (0.0, "", "")
        key = sa.tuple_(EXCHANGES.c.opened_at, EXCHANGES.c.conversation_id, EXCHANGES.c.exchange_id)
        query = EXCHANGES.select().where(period.where()).order_by(*key.clauses).limit(_AT_ONCE)
        while True:
            with self._engine.connect() as sql:
                place = sa.tuple_(*(sa.literal(value) for value in after))
                page = [Row.from_columns(line) for line in sql.execute(query.where(key > place)).mappings()]
            yield from page
            if len(page) < _AT_ONCE:
                return
            end = page[-1].exchange
            after = (end.opened_at, end.conversation_id, end.exchange_id)

    def conversation(self, conversation_id: str) -> list[Row]:
        """All exchanges of a conversation, in order."""
        query = EXCHANGES.select().where(EXCHANGES.c.conversation_id == conversation_id).order_by(EXCHANGES.c.seq)
        with self._engine.connect() as sql:
            return [Row.from_columns(line) for line in sql.execute(query).mappings()]

    def exchanges(self, period: Period, outcome: str | None, article: str | None, limit: int) -> list[Row]:
        """The latest questions with this outcome or article."""
        query = EXCHANGES.select().where(period.where(), EXCHANGES.c.asks == sa.true())
        query = query.where(EXCHANGES.c.outcome == outcome) if outcome else query
        query = query.where(EXCHANGES.c.article_id == article) if article else query
        with self._engine.connect() as sql:
            found = sql.execute(query.order_by(EXCHANGES.c.opened_at.desc()).limit(limit)).mappings()
            return [Row.from_columns(line) for line in found]

    def channels(self) -> list[str]:
        query = sa.select(EXCHANGES.c.channel).distinct().order_by(EXCHANGES.c.channel)
        with self._engine.connect() as sql:
            return list(sql.execute(query).scalars())
