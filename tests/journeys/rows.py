"""VOC rows of a conversation, held against what the customer's screen really showed."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any

import sqlalchemy as sa

from nihongo.words import section
from run.product import Product
from stores import open_sql
from tests.journeys.people import Screen
from voc.tables import EXCHANGES
from voc.words import words


def rows(product: Product, conversation_id: str) -> list[dict[str, Any]]:
    """The rows in the order in which the exchanges opened."""
    engine = open_sql(product.settings.database_url)
    with engine.connect() as connection:
        query = sa.select(EXCHANGES).where(EXCHANGES.c.conversation_id == conversation_id).order_by(EXCHANGES.c.seq)
        found = [dict(row._mapping) for row in connection.execute(query)]
    engine.dispose()
    return found


def as_shown(customer: Screen) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(exchange id, question, [(speaker, text)]) from the recorded screen."""
    found = []
    for exchange_id, lines in customer.exchanges().items():
        question = next((text for speaker, text in lines if speaker == "customer"), "")
        found.append((exchange_id, question, [line for line in lines if line[0] != "customer"]))
    return found


def same(row: dict[str, Any], shown: tuple[str, str, list[tuple[str, str]]]) -> bool:
    """Whether the row says what the screen showed, but for what was masked."""
    exchange_id, question, lines = shown
    told = [(answer["speaker"], answer["text"]) for answer in json.loads(row["answers"])]
    return (
        row["exchange_id"] == exchange_id
        and masked_from(row["question"], question)
        and len(told) == len(lines)
        and all(a[0] == b[0] and masked_from(a[1], b[1]) for a, b in zip(told, lines, strict=True))
    )


def masked_from(kept: str, said: str) -> bool:
    """Whether `kept` is `said` with some pieces replaced by labels such as 【電話番号】."""
    labels = [*section("mask_labels").values(), words()["name_label"]]
    pieces = re.split(f"({'|'.join(map(re.escape, labels))})", kept)
    pattern = "".join(re.escape(piece) if at % 2 == 0 else ".+?" for at, piece in enumerate(pieces))
    return re.fullmatch(pattern, said, re.DOTALL) is not None


async def assert_voc_equals_screen(
    product: Product, customer: Screen, seconds: float = 60, last_outcome: str = ""
) -> list[dict[str, Any]]:
    """Waits until writer and screen have caught up; the rows must then say exactly what the screen showed. With
    `last_outcome` until the last row has it: a ticket's state may follow its words by a moment."""
    deadline = time.monotonic() + seconds
    while True:
        found = await asyncio.to_thread(rows, product, customer.conversation_id)
        shown = as_shown(customer)
        settled = not last_outcome or (found and found[-1]["outcome"] == last_outcome)
        if settled and len(found) == len(shown) and all(map(same, found, shown)):
            return found
        assert time.monotonic() < deadline, f"VOC differs from the screen:\n{found}\n{shown}"
        await asyncio.sleep(0.1)
