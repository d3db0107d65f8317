"""VOC rows of a conversation, held against what the customer's screen really showed."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import sqlalchemy as sa

from nihongo.mask import mask_patterns
from run.product import Product
from stores import open_sql
from tests.journeys.people import Customer
from voc.tables import EXCHANGES


def rows(product: Product, conversation_id: str) -> list[dict[str, Any]]:
    """The rows in the order in which the exchanges opened."""
    engine = open_sql(product.settings.database_url)
    with engine.connect() as connection:
        query = sa.select(EXCHANGES).where(EXCHANGES.c.conversation_id == conversation_id).order_by(EXCHANGES.c.seq)
        found = [dict(row._mapping) for row in connection.execute(query)]
    engine.dispose()
    return found


def as_shown(customer: Customer) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(exchange id, masked question, [(speaker, masked text)]) from the recorded screen."""
    found = []
    for exchange_id, lines in customer.exchanges().items():
        question = next((text for speaker, text in lines if speaker == "customer"), "")
        answers = [(speaker, mask_patterns(text)) for speaker, text in lines if speaker != "customer"]
        found.append((exchange_id, mask_patterns(question), answers))
    return found


async def assert_voc_equals_screen(product: Product, customer: Customer, seconds: float = 60) -> list[dict[str, Any]]:
    """Waits until writer and screen have caught up; the rows must then say exactly what the screen showed."""
    deadline = time.monotonic() + seconds
    while True:
        found = await asyncio.to_thread(rows, product, customer.conversation_id)
        told = [
            (row["exchange_id"], row["question"], [(a["speaker"], a["text"]) for a in json.loads(row["answers"])])
            for row in found
        ]
        if told == as_shown(customer):
            return found
        if time.monotonic() > deadline:
            assert told == as_shown(customer), "VOC differs from the screen"
        await asyncio.sleep(0.1)
