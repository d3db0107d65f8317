"""Typed SQL of this room; the same on SQLite and PostgreSQL. Call it from threads, never on a loop.

`save` is the one road of a conversation into SQL. It locks the conversation's line, so that two writers with
different knowledge of it cannot leave a row that is older than either.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from conversation.words import Word
from nihongo.japan_time import TOKYO
from voc.events import Event, as_text
from voc.exchange import Exchange, Shown, build
from voc.tables import CONVERSATIONS, DECISIONS, ERASURES, EXCHANGES

_COLUMNS = [column.name for column in EXCHANGES.columns]


@dataclass(frozen=True)
class Row:
    """One exchange as it lies in SQL: masked."""

    exchange: Exchange
    names_masked: bool
    day: str

    @classmethod
    def of(cls, exchange: Exchange, names_masked: bool) -> Row:
        return cls(exchange, names_masked, day_of(exchange.opened_at))

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any]) -> Row:
        fields = {name: columns[name] for name in Exchange.__dataclass_fields__}
        fields["answers"] = tuple(Shown(**answer) for answer in json.loads(columns["answers"]))
        return cls(Exchange(**fields), columns["names_masked"], columns["day"])

    def columns(self) -> dict[str, Any]:
        fields = {name: getattr(self.exchange, name) for name in Exchange.__dataclass_fields__}
        fields["answers"] = json.dumps([asdict(answer) for answer in self.exchange.answers], ensure_ascii=False)
        return fields | {"names_masked": self.names_masked, "day": self.day}

    def texts(self) -> dict[int, str]:
        """What was said, by the number of the word."""
        asked = {self.exchange.seq: self.exchange.question} if self.exchange.asks else {}
        return asked | {answer.seq: answer.text for answer in self.exchange.answers}

    def with_texts(self, texts: Mapping[int, str]) -> Row:
        """The same row with other words and its names masked."""
        old = self.exchange
        answers = tuple(replace(answer, text=texts[answer.seq]) for answer in old.answers)
        new = replace(old, question=texts[old.seq] if old.asks else "", answers=answers)
        return replace(self, exchange=new, names_masked=True)


def day_of(at: float) -> str:
    """The shop's calendar day."""
    return datetime.fromtimestamp(at, TOKYO).date().isoformat()


class Store:
    """`key` makes the hash under which a contact is kept."""

    def __init__(self, engine: Engine, key: str) -> None:
        self._engine, self._key = engine, key.encode()
        self._insert: Any = (sqlite if engine.dialect.name == "sqlite" else postgresql).insert

    def save(
        self,
        conversation_id: str,
        words: Sequence[Word],
        about: Mapping[str, str],
        events: Mapping[str, Event],
        unnamed: frozenset[int] = frozenset(),
        now: float = 0.0,
        not_before: float = 0.0,
        insist: bool = False,
    ) -> bool:
        """Keeps the decisions and rebuilds the rows. `words` are masked; `unnamed` are those still to be searched for
        names; exchanges opened until `not_before` are past their lifetime. False: another writer knew more words;
        read them again (or `insist`, when there are no more)."""
        with self._engine.begin() as sql:
            known = self._lock(sql, conversation_id, about, now)
            self._keep(sql, conversation_id, events, now)
            last = max((word.seq for word in words), default=0)
            if known > last and not insist:
                return not words
            forgotten = max(not_before, self._erased_at(sql, conversation_id))
            old = {row.exchange.exchange_id: row for row in self._rows(sql, conversation_id)}
            masked = _texts(row for row in old.values() if row.names_masked)
            safe = [replace(word, text=masked.get(word.seq, word.text)) for word in words]
            built = build(safe, self._decisions(sql, conversation_id), about)
            exchanges = [exchange for exchange in built if exchange.opened_at > forgotten]
            if forgotten and not exchanges:
                return self._drop_line(sql, conversation_id)
            rows = [Row.of(exchange, not (_seqs(exchange) & (unnamed - masked.keys()))) for exchange in exchanges]
            self._upsert(sql, EXCHANGES, [row.columns() for row in rows if row != old.get(row.exchange.exchange_id)])
            self._advance(sql, conversation_id, last)
        return True

    def masked_texts(self, conversation_id: str) -> dict[int, str]:
        """Words that are masked already, by number: a word never changes, so it is masked once."""
        with self._engine.connect() as sql:
            return _texts(row for row in self._rows(sql, conversation_id) if row.names_masked)

    def positions(self, conversation_ids: Sequence[str]) -> dict[str, int]:
        """How far the rows of these conversations know the stream."""
        table = CONVERSATIONS.c
        query = sa.select(table.conversation_id, table.seq).where(table.conversation_id.in_(conversation_ids))
        with self._engine.connect() as sql:
            return {row.conversation_id: row.seq for row in sql.execute(query)}

    def unnamed(self, limit: int = 100) -> list[Row]:
        """Rows whose names the language process has not looked for yet, oldest first."""
        query = EXCHANGES.select().where(EXCHANGES.c.names_masked == sa.false())
        with self._engine.connect() as sql:
            found = sql.execute(query.order_by(EXCHANGES.c.opened_at).limit(limit)).mappings()
            return [Row.from_columns(columns) for columns in found]

    def name(self, row: Row, texts: Mapping[int, str]) -> None:
        """Puts the texts with masked names into a row, unless it has changed meanwhile (the next round does it)."""
        new, was, table = row.with_texts(texts).columns(), row.columns(), EXCHANGES.c
        same = [table[name] == was[name] for name in ("conversation_id", "exchange_id", "answers", "names_masked")]
        fresh = {name: new[name] for name in ("question", "answers", "names_masked")}
        with self._engine.begin() as sql:
            sql.execute(EXCHANGES.update().where(*same).values(fresh))

    def forget_before(self, at: float) -> int:
        """Deletes what is past its lifetime; gives the number of exchanges."""
        with self._engine.begin() as sql:
            gone = sql.execute(EXCHANGES.delete().where(EXCHANGES.c.opened_at < at)).rowcount
            sql.execute(DECISIONS.delete().where(DECISIONS.c.kept_at < at))
            sql.execute(CONVERSATIONS.delete().where(CONVERSATIONS.c.changed_at < at))
            sql.execute(ERASURES.delete().where(ERASURES.c.erased_at < at))
        return int(gone)

    def contact_hash(self, contact: str) -> str:
        return hmac.new(self._key, contact.encode(), hashlib.sha256).hexdigest()

    def conversations_of_contact(self, contact: str) -> list[str]:
        query = sa.select(CONVERSATIONS.c.conversation_id).where(CONVERSATIONS.c.contact == self.contact_hash(contact))
        with self._engine.connect() as sql:
            return list(sql.execute(query).scalars())

    def conversations_of_ticket(self, number: str) -> list[str]:
        query = sa.select(EXCHANGES.c.conversation_id).where(EXCHANGES.c.ticket == number).distinct()
        with self._engine.connect() as sql:
            return list(sql.execute(query).scalars())

    def erase(self, conversation_id: str, at: float) -> dict[str, int]:
        """Deletes all rows of a conversation and bars its words until `at` from coming back."""
        with self._engine.begin() as sql:
            self._lock(sql, conversation_id, {}, at)
            gone = {
                table.name: sql.execute(table.delete().where(table.c.conversation_id == conversation_id)).rowcount
                for table in (EXCHANGES, DECISIONS, CONVERSATIONS)
            }
            barred = {"conversation_id": conversation_id, "erased_at": at, "actor": "", "asked_by": "", "erased": "{}"}
            sql.execute(ERASURES.insert().values(barred))
        return gone

    def note_erasure(self, conversation_id: str, at: float, actor: str, asked_by: str, erased: dict[str, int]) -> None:
        """Writes who erased what into the line that `erase` left."""
        line = (ERASURES.c.conversation_id == conversation_id) & (ERASURES.c.erased_at == at)
        told = {"actor": actor, "asked_by": asked_by, "erased": json.dumps(erased, ensure_ascii=False)}
        with self._engine.begin() as sql:
            sql.execute(ERASURES.update().where(line).values(told))

    def erased_at(self, conversation_ids: Sequence[str]) -> dict[str, float]:
        """When these conversations were erased last, as far as we know."""
        with self._engine.connect() as sql:
            return {one: at for one in conversation_ids if (at := self._erased_at(sql, one))}

    def shred(self) -> None:
        """Folds in SQLite's log, which still holds what was deleted; PostgreSQL's own vacuum does it there."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as sql:
                sql.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _lock(self, sql: Connection, conversation_id: str, about: Mapping[str, str], now: float) -> int:
        """Holds the conversation's line until the transaction ends; gives the last word that the rows know."""
        who = about.get("contact") or about.get("customer_number")  # a caller or SMS customer is known by their number
        contact = self.contact_hash(who) if who else None
        line = {"conversation_id": conversation_id, "seq": 0, "contact": contact, "changed_at": now}
        insert = self._insert(CONVERSATIONS).values(line)
        known = {"changed_at": now} | ({"contact": contact} if contact else {})
        sql.execute(insert.on_conflict_do_update(index_elements=["conversation_id"], set_=known))
        query = sa.select(CONVERSATIONS.c.seq).where(CONVERSATIONS.c.conversation_id == conversation_id)
        return int(sql.execute(query).scalar_one())

    def _drop_line(self, sql: Connection, conversation_id: str) -> bool:
        """Nothing of this conversation may stay: neither its contact nor what Rasa decided in it."""
        for table in (DECISIONS, CONVERSATIONS):
            sql.execute(table.delete().where(table.c.conversation_id == conversation_id))
        return True

    def _advance(self, sql: Connection, conversation_id: str, seq: int) -> None:
        line = CONVERSATIONS.c.conversation_id == conversation_id
        sql.execute(CONVERSATIONS.update().where(line, CONVERSATIONS.c.seq != seq).values(seq=seq))

    def _keep(self, sql: Connection, conversation_id: str, events: Mapping[str, Event], now: float) -> None:
        """Of several events of one message the greatest stays, whatever the order in which they came."""
        for message_id, event in sorted(events.items()):
            line = {"conversation_id": conversation_id, "message_id": message_id, "kept_at": now}
            told = as_text(event)
            insert = self._insert(DECISIONS).values(line | {"event": told})
            newer = insert.excluded.event > DECISIONS.c.event
            key = ["conversation_id", "message_id"]
            sql.execute(insert.on_conflict_do_update(index_elements=key, set_={"event": told}, where=newer))

    def _decisions(self, sql: Connection, conversation_id: str) -> dict[str, Event]:
        table = DECISIONS.c
        query = sa.select(table.message_id, table.event).where(table.conversation_id == conversation_id)
        return {row.message_id: json.loads(row.event) for row in sql.execute(query)}

    def _erased_at(self, sql: Connection, conversation_id: str) -> float:
        query = sa.select(sa.func.max(ERASURES.c.erased_at)).where(ERASURES.c.conversation_id == conversation_id)
        return float(sql.execute(query).scalar_one() or 0.0)

    def _rows(self, sql: Connection, conversation_id: str) -> list[Row]:
        query = EXCHANGES.select().where(EXCHANGES.c.conversation_id == conversation_id)
        return [Row.from_columns(columns) for columns in sql.execute(query).mappings()]

    def _upsert(self, sql: Connection, table: sa.Table, lines: list[dict[str, Any]]) -> None:
        if not lines:
            return
        insert = self._insert(table)
        fresh = {name: insert.excluded[name] for name in _COLUMNS}
        key = ["conversation_id", "exchange_id"]
        sql.execute(insert.on_conflict_do_update(index_elements=key, set_=fresh), lines)


def _seqs(exchange: Exchange) -> set[int]:
    return ({exchange.seq} if exchange.asks else set()) | {answer.seq for answer in exchange.answers}


def _texts(rows: Iterable[Row]) -> dict[int, str]:
    return {seq: text for row in rows for seq, text in row.texts().items()}
