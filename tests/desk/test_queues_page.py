"""Queues and who serves them, changed by a supervisor."""

from __future__ import annotations

import pytest

from desk import store
from desk.staff import Role
from handoff import store as records
from handoff.agents import Agent, Work
from tests.desk.room import Floor
from tests.desk.test_inbox import page

CARE = {
    "name": "care",
    "title": "ご意見",
    "target_percent": "90",
    "target_seconds": "30",
    "offer_seconds": "15",
    "patience_seconds": "120",
    "callbacks_per_slot": "4",
}


@pytest.fixture
async def kato(floor: Floor) -> Floor:
    records.plant_queues(floor.desk.engine)
    floor.add("kato", Role.SUPERVISOR, display_name="加藤")
    await floor.sign_in("kato")
    return floor


async def test_a_queue_is_added_changed_and_taken_away(kato: Floor) -> None:
    await kato.post("/queues", reason="complaint_recovery", **CARE)
    await kato.post("/queues", reason="complaint_recovery", **CARE | {"title": "お詫び窓口"})
    _, care = records.load_queues(kato.desk.engine)
    assert (care.title, care.target_seconds, care.reasons) == ("お詫び窓口", 30, ("complaint_recovery",))
    assert care.callbacks_per_slot == 4
    assert "お詫び窓口" in await page(kato, "/queues")
    await kato.post("/queues/care/delete")
    assert [one.name for one in records.load_queues(kato.desk.engine)] == ["general"]
    async with await kato.post("/queues/general/delete") as answer:
        assert answer.status == 400


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "窓口", "窓口ID"),
        ("title", "", "窓口の名前"),
        ("target_percent", "101", "「目標の割合（%）」は、1〜100"),
        ("offer_seconds", "すぐ", "「呼び出しの時間（秒）」"),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_typed_is_lost(kato: Floor, field: str, value: str, told: str) -> None:
    async with await kato.post("/queues", **CARE | {field: value}) as answer:
        shown = await answer.text()
        assert answer.status == 422
    assert told in shown and (f'value="{value}"' in shown or value == "") and 'value="120"' in shown
    assert len(records.load_queues(kato.desk.engine)) == 1


async def test_who_serves_what_holds_at_once(kato: Floor) -> None:
    await kato.post("/queues", **CARE)
    yamada = kato.add("yamada", Role.AGENT, display_name="山田")
    await kato.desk.agents.set(Agent(yamada.id, "山田"), Work.READY)
    await kato.post(f"/queues/-/serving/{yamada.id}", queue="care", chats="2")
    assert store.serving(kato.desk.engine, yamada.id) == (("care",), 2)
    agent = await kato.desk.agents.get(yamada.id)
    assert agent and (agent.queues, agent.chats) == (("care",), 2)
    async with await kato.post(f"/queues/-/serving/{yamada.id}", chats="0") as answer:
        assert answer.status == 422 and "1〜10" in await answer.text()
