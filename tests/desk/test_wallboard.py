"""The supervisors' board, over what the clock wrote into SQL."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine

from desk import keys, wallboard
from desk.staff import Role
from handoff import store as records
from handoff.agents import Agent, Work
from handoff.events import Event
from handoff.ledger import Ledger
from handoff.queue_settings import QueueSettings
from handoff.ticket import Ticket
from tests.desk.room import Floor
from tests.desk.test_inbox import page


@pytest.fixture
async def kato(floor: Floor) -> Floor:
    floor.add("kato", Role.SUPERVISOR, display_name="加藤")
    await floor.sign_in("kato")
    return floor


async def written(floor: Floor) -> None:
    ledger = Ledger(floor.desk.redis, floor.desk.engine)
    await ledger.prepare()
    await ledger.write()


async def test_an_empty_day_is_told_as_such(kato: Floor) -> None:
    shown = await page(kato, "/wallboard")
    assert "デスクを開いている担当者はいません" in shown and "総合受付" in shown and "目標 60秒以内に80%" in shown


async def test_who_missed_an_offer_on_another_page_is_shown_while_signed_in(kato: Floor) -> None:
    desk, yamada = kato.desk, kato.add("yamada", Role.AGENT, display_name="山田")
    await desk.agents.set(Agent(yamada.id, "山田"), Work.MISSED)
    assert not await wallboard._at_the_desk(desk, Agent(yamada.id, "山田", Work.MISSED))
    token = await desk.sessions.begin(yamada)
    shown = await page(kato, "/wallboard")
    assert "山田" in shown and "応答なし" in shown and "一覧を開いていません" in shown
    await desk.sessions.end(token)
    assert not await wallboard._at_the_desk(desk, Agent(yamada.id, "山田", Work.MISSED))


async def test_who_waits_who_works_and_what_was_answered(kato: Floor) -> None:
    desk = kato.desk
    answered, _waiting = await kato.ticket(), await kato.ticket("c2")
    await desk.queue.claim(answered.number, "7", "山田")
    await desk.queue.raise_hand(answered.number, "7", True)
    await desk.agents.here("7")
    await desk.agents.set(Agent("7", "山田"), Work.READY)
    records.record_work(desk.engine, "7", "ready", "", desk.clock())
    await written(kato)
    shown = await page(kato, "/wallboard?part=1")
    assert "<html" not in shown
    for words in (
        "責任者を呼び出しています",
        "（山田さん）",
        "1<small>名が待っています",
        "2<small>件の受付",
        "50%（1件）",
        "1 / 3",
    ):
        assert words in shown, words


async def test_the_half_hours_are_a_sheet(kato: Floor) -> None:
    ticket = await kato.ticket()
    await kato.desk.queue.cancel(ticket.number)
    await written(kato)
    async with kato.client.get("/wallboard.csv") as answer:
        assert answer.headers["Content-Type"].startswith("text/csv")
        lines = (await answer.text()).lstrip("\ufeff").splitlines()
    assert lines[0].startswith("時間帯,呼量,応答,放棄,応答率") and len(lines) == 49
    (own,) = [line for line in lines[1:] if line.split(",")[1] == "1"]
    assert own.split(",")[2:5] == ["0", "1", "0.000"]


async def test_another_day_and_nonsense(kato: Floor) -> None:
    assert "2026-01-05" in await page(kato, "/wallboard?day=2026-01-05")
    assert "状況" in await page(kato, "/wallboard?day=yesterday")


async def test_all_open_boards_share_one_reading(kato: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[float, float]] = []
    original = records.events_of_opened

    def counted(engine: Engine, since: float, until: float) -> list[Event]:
        read.append((since, until))
        return original(engine, since, until)

    monkeypatch.setattr(records, "events_of_opened", counted)
    shown = await asyncio.gather(*(page(kato, "/wallboard?part=1") for _ in range(5)))
    assert len(set(shown)) == len(read) == 1
    await page(kato, "/wallboard?day=2026-01-05")
    assert len(read) == 2


async def test_a_reading_that_failed_is_made_again(kato: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as away:
        away.setattr(records, "events_of_opened", lambda *_: 1 / 0)
        async with kato.client.get("/wallboard") as answer:
            assert answer.status == 500
    assert "総合受付" in await page(kato, "/wallboard")


async def levels(floor: Floor) -> list[dict[str, str]]:
    async with floor.client.get("/wallboard/levels") as answer:
        assert answer.status == 200
        return list((await answer.json())["short"])


async def test_a_queue_below_its_promise_is_told_once_there_is_enough_to_tell(
    kato: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wallboard, "_FRESH_SECONDS", 0.0)
    desk = kato.desk
    await asyncio.to_thread(records.save_queue, desk.engine, QueueSettings("general", "総合受付", 80, 60))
    for number in range(5):
        assert await levels(kato) == []
        ticket = await kato.ticket(f"c{number}")
        await late(kato, ticket)
    (short,) = await levels(kato)
    assert short["queue"] == "general"
    assert short["text"] == "「総合受付」の本日のサービスレベルが0%です。目標（60秒以内に80%）を下回っています。"


async def late(floor: Floor, ticket: Ticket) -> None:
    """Answered two minutes after it was opened, as SQL has it."""
    opened, *_ = await floor.desk.queue.events(ticket.number)
    await floor.desk.queue.claim(ticket.number, "7", "山田")
    claimed = (await floor.desk.queue.events(ticket.number))[-1]
    records.record(floor.desk.engine, [opened, replace(claimed, at=opened.at + 120)])


@pytest.mark.parametrize("path", ["/wallboard/levels", "/wallboard?part=1", "/inbox"])
async def test_a_page_that_asks_by_itself_keeps_no_session_alive(kato: Floor, path: str) -> None:
    (token,) = kato.cookies().values()
    name = keys.session(hashlib.sha256(token.encode()).hexdigest())
    await kato.desk.redis.expire(name, 60)
    async with kato.client.get(path, headers={"X-Madoguchi-By-Itself": "1"}) as answer:
        assert answer.status == 200
    assert await kato.desk.redis.ttl(name) <= 60
    async with kato.client.get(path) as answer:
        assert answer.status == 200
    assert await kato.desk.redis.ttl(name) > 60


async def test_agents_have_no_business_here(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    await floor.sign_in("yamada")
    async with floor.client.get("/wallboard") as answer:
        assert answer.status == 403
