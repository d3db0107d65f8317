"""Queues and who serves them, changed by a supervisor."""

from __future__ import annotations

import pytest

from desk import store
from desk.staff import Role
from handoff import store as records
from handoff.agents import Agent, Work
from tests.desk.room import Floor
from tests.desk.test_inbox import page

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`

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
    await kato.post("/queues", reason="complaint_recovery", known="1", **CARE | {"title": "お詫び窓口"})
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


async def test_numbers_and_the_id_may_be_typed_full_width(kato: Floor) -> None:
    wide = {"name": "ｃａｒｅ", "target_percent": "９０", "target_seconds": "３０ \u200b"}
    async with await kato.post("/queues", **CARE | wide) as answer:
        assert answer.status == 303
    _, care = records.load_queues(kato.desk.engine)
    assert (care.name, care.target_percent, care.target_seconds) == ("care", 90, 30)
    yamada = kato.add("yamada", Role.AGENT, display_name="山田")
    await kato.post(f"/queues/-/serving/{yamada.id}", queue="care", chats="５")
    assert store.serving(kato.desk.engine, yamada.id) == (("care",), 5)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": "別の窓口"}, "窓口ID「care」はすでにあります"),
        ({"name": "other"}, "「ご意見」という名前の窓口がすでにあります"),
        ({"name": "other", "title": "ご 意見 "}, "という名前の窓口がすでにあります"),
        (
            {"name": "other", "title": "別の窓口", "reason": "complaint_recovery"},
            "理由「苦情・不手際の回復」は、すでに「ご意見」で受けています",
        ),
    ],
)
async def test_two_queues_are_told_apart_and_share_no_reason(kato: Floor, fields: dict[str, str], told: str) -> None:
    await kato.post("/queues", reason="complaint_recovery", **CARE)
    before = records.load_queues(kato.desk.engine)
    async with await kato.post("/queues", **CARE | fields) as answer:
        assert answer.status == 422 and told in await answer.text()
    assert records.load_queues(kato.desk.engine) == before


async def test_a_known_queue_that_is_refused_keeps_its_place(kato: Floor) -> None:
    await kato.post("/queues", **CARE)
    async with await kato.post("/queues", known="1", **CARE | {"title": "ご意見2", "target_percent": "0"}) as answer:
        shown = await answer.text()
    assert shown.count('value="care"') == 2 and 'value="ご意見2"' in shown  # its own form, and the agents' choice
    assert 'name="title" maxlength="60" required value="ご意見"' not in shown and "新しい窓口" in shown
