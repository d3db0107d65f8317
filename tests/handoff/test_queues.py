"""Queues in SQL, seeded once and changed at the desk."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.engine import Engine

from handoff import store
from handoff.queue_settings import QueueSettings
from handoff.queues import Queues
from handoff.ticket import Reason


async def test_without_any_the_seed_serves(sql: Engine) -> None:
    (general,) = await Queues(sql).all()
    assert (general.name, general.title, general.target_percent, general.target_seconds) == (
        "general",
        "総合受付",
        80,
        60,
    )


async def test_planting_leaves_alone_what_was_changed(sql: Engine) -> None:
    assert store.plant_queues(sql) == 1
    (general,) = store.load_queues(sql)
    store.save_queue(sql, replace(general, title="お客様窓口"))
    assert store.plant_queues(sql) == 0
    assert [one.title for one in store.load_queues(sql)] == ["お客様窓口"]


async def test_reasons_find_their_queue(sql: Engine) -> None:
    store.plant_queues(sql)
    store.save_queue(sql, QueueSettings("care", "ご意見", reasons=("complaint_recovery", "abuse")))
    queues = Queues(sql)
    assert [one.name for one in await queues.all()] == ["general", "care"]
    assert await queues.of(Reason.COMPLAINT_RECOVERY) == "care"
    assert await queues.of(Reason.CUSTOMER_REQUEST) == "general"
    store.remove_queue(sql, "care")
    queues.changed()
    assert await queues.of(Reason.COMPLAINT_RECOVERY) == "general"
    assert (await queues.get("care")).title == "care"


async def test_while_sql_is_away_what_is_known_serves(sql: Engine) -> None:
    store.save_queue(sql, QueueSettings("care", "ご意見"))
    queues = Queues(sql)
    await queues.all()
    from handoff.tables import QUEUES

    QUEUES.drop(sql)
    queues.changed()
    assert [one.name for one in await queues.all()] == ["care"]
