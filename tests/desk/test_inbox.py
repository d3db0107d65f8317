"""The agents' page: what it shows, and what an agent can do with a ticket."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from desk import store
from desk.showing import row
from desk.staff import Role
from handoff.number import spoken
from handoff.ticket import Packet, State
from tests.desk.room import Floor, csrf_of

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`


@pytest.fixture
async def agent(floor: Floor) -> Floor:
    floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    return floor


async def page(floor: Floor, path: str) -> str:
    async with floor.client.get(path) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_the_context_tells_why_and_what_was_tried(agent: Floor) -> None:
    ticket = await agent.ticket()
    shown = await page(agent, f"/inbox/{ticket.number}")
    for words in (
        "続けて回答できず",
        "届いた鍋が割れていました",
        "「解決しない」と2回回答",
        "届いた商品が壊れていた・不良品でした",
        "62%",
        "解決しなかった",
        "ご注文番号",
        "未確認",
        "https://shop.example/orders/42",
        f"受付番号 {ticket.number[:4]}-{ticket.number[4:]}",
        "応対を開始する",
    ):
        assert words in shown, words
    assert "data-composer" not in shown


async def test_what_was_tried_is_told_in_words(agent: Floor) -> None:
    ticket = await agent.ticket(packet=Packet(question="送料は？", tried=("rephrase", "clarify", "related")))
    shown = await page(agent, f"/inbox/{ticket.number}")
    for words in ("<li>言い換えのお願い</li>", "<li>候補からの選択のお願い</li>", "<li>近いご案内のご紹介</li>"):
        assert words in shown


async def test_what_customers_write_is_text_and_bad_links_are_no_links(agent: Floor) -> None:
    from dataclasses import replace

    from tests.desk.room import PACKET

    evil = replace(PACKET, question="<script>alert(1)</script>", page="javascript:alert(1)")
    ticket = await agent.ticket(packet=evil)
    shown = await page(agent, f"/inbox/{ticket.number}")
    assert "<script>alert" not in shown and "&lt;script&gt;" in shown and 'href="javascript' not in shown


async def test_claiming_makes_the_agent_the_owner_and_opens_the_composer(agent: Floor) -> None:
    ticket = await agent.ticket()
    async with await agent.post(f"/inbox/{ticket.number}/claim") as answer:
        assert answer.status == 303 and answer.headers["Location"] == f"/inbox/{ticket.number}"
    claimed = await agent.desk.queue.get(ticket.number)
    assert claimed and claimed.state is State.ASSIGNED and claimed.owner_name == "山田"
    assert "data-composer" in await page(agent, f"/inbox/{ticket.number}")


async def test_of_two_agents_one_wins_and_the_other_is_told(agent: Floor) -> None:
    ticket = await agent.ticket()
    agent.add("suzuki", Role.AGENT, display_name="鈴木")
    first = (agent.cookies(), await agent.csrf())
    agent.forget_cookies()
    await agent.sign_in("suzuki")
    second = (agent.cookies(), await agent.csrf())
    agent.forget_cookies()

    async def claim(cookies: dict[str, str], csrf: str) -> tuple[str, str]:
        options: dict[str, Any] = {"cookies": cookies, "headers": {"Origin": agent.origin, "X-CSRF": csrf}}
        async with agent.client.post(f"/inbox/{ticket.number}/claim", **options) as answer:
            return str(answer.url), await answer.text()

    answers = await asyncio.gather(claim(*first), claim(*second))
    (won,) = [text for url, text in answers if "lost" not in url]
    (lost,) = [text for url, text in answers if "lost" in url]
    owned = await agent.desk.queue.get(ticket.number)
    assert owned and "data-composer" in won
    assert f"<strong>{owned.owner_name}</strong>さんが先に応対を開始しました" in lost
    assert "data-transcript" not in lost and "割れて" not in lost


async def test_others_talks_are_closed_to_agents_but_open_to_supervisors(agent: Floor) -> None:
    ticket = await agent.ticket()
    await agent.desk.queue.claim(ticket.number, "99", "佐藤")
    shown = await page(agent, f"/inbox/{ticket.number}")
    assert "佐藤さんが応対しています" in shown and "割れて" not in shown
    agent.add("chief", Role.SUPERVISOR)
    await agent.sign_in("chief")
    shown = await page(agent, f"/inbox/{ticket.number}")
    assert "割れて" in shown and "data-composer" not in shown and "/claim" not in shown


async def test_a_talk_is_closed_with_its_result_and_masked_note(agent: Floor) -> None:
    ticket = await agent.ticket()
    await agent.post(f"/inbox/{ticket.number}/claim")
    async with await agent.post(f"/inbox/{ticket.number}/close", disposition="nonsense") as answer:
        assert answer.status == 400
    record = {"category": "配送/送料/金額の確認", "disposition": "follow_up", "resolved": "no"}
    await agent.post(f"/inbox/{ticket.number}/close", note="090-1234-5678へ連絡", **record)
    closed = await agent.desk.queue.get(ticket.number)
    assert closed and closed.state is State.CLOSED and closed.disposition == "follow_up"
    assert "090" not in closed.note and "連絡" in closed.note
    assert "後日あらためて対応" in await page(agent, f"/inbox/{ticket.number}")
    actions = [entry.action for entry in store.entries(agent.desk.engine)]
    assert actions[:3] == ["talk.read", "talk.closed", "talk.claimed"]


async def test_a_talk_goes_back_to_the_bot_or_to_the_queue(agent: Floor) -> None:
    first, second = await agent.ticket("c1"), await agent.ticket("c2")
    for ticket, deed, state in ((first, "return", State.RETURNED), (second, "release", State.WAITING)):
        await agent.post(f"/inbox/{ticket.number}/claim")
        async with await agent.post(f"/inbox/{ticket.number}/{deed}") as answer:
            assert answer.status == 303
        changed = await agent.desk.queue.get(ticket.number)
        assert changed and changed.state is state
    assert (await agent.desk.stream.state("c1"))["talking_to"] == "bot"


async def test_only_the_owner_can_end_a_talk(agent: Floor) -> None:
    ticket = await agent.ticket()
    await agent.desk.queue.claim(ticket.number, "99", "佐藤")
    for deed in ("close", "return", "release"):
        await agent.post(f"/inbox/{ticket.number}/{deed}", disposition="resolved")
    owned = await agent.desk.queue.get(ticket.number)
    assert owned and (owned.state, owned.owner) == (State.ASSIGNED, "99")


async def test_the_number_as_it_is_read_out_leads_to_the_ticket(agent: Floor) -> None:
    ticket = await agent.ticket()
    for said, status in ((spoken(ticket.number), 302), ("1234-5678", 404)):
        async with agent.client.get(f"/inbox/{said}", allow_redirects=False) as answer:
            assert answer.status == status
            assert answer.headers.get("Location") == (f"/inbox/{ticket.number}" if status == 302 else None)


async def test_an_unknown_number_is_a_plain_page(agent: Floor) -> None:
    for method, path in (("GET", "/inbox/12345674"), ("POST", "/inbox/12345674/claim")):
        headers = {"Accept": "text/html", "Origin": agent.origin, "X-CSRF": await agent.csrf()}
        async with agent.client.request(method, path, headers=headers) as answer:
            assert answer.status == 404 and "ページが見つかりません" in await answer.text()


async def test_scripts_get_errors_in_one_shape(agent: Floor) -> None:
    async with agent.client.get("/nothing", headers={"Accept": "application/json"}) as answer:
        assert (answer.status, await answer.json()) == (
            404,
            {"error": {"code": "404", "message": "ページが見つかりません", "id": ""}},
        )


async def test_the_desk_works_on_while_sql_is_away(agent: Floor, caplog: pytest.LogCaptureFixture) -> None:
    from desk.tables import AUDIT

    ticket = await agent.ticket()
    csrf = await agent.csrf()
    with agent.desk.engine.begin() as connection:
        AUDIT.drop(connection)
    headers = {"Origin": agent.origin, "X-CSRF": csrf}
    async with agent.client.post(f"/inbox/{ticket.number}/claim", headers=headers, allow_redirects=False) as answer:
        assert answer.status == 303
    assert "talk.claimed" in caplog.text
    assert csrf_of(await page(agent, f"/inbox/{ticket.number}")) == csrf


async def test_only_who_waits_by_day_is_promised_an_answer_in_time(agent: Floor) -> None:
    plain = await agent.ticket("c1")
    promised = [
        (plain, plain.opened_at),
        (replace(plain, waits_since=5.0), 5.0),
        (replace(plain, state=State.ASSIGNED, owner="1"), None),
        (replace(plain, after_hours=True), None),
        (replace(plain, callback_at=9.0), None),
    ]
    assert [row(ticket, [], True)["promised_from"] for ticket, _ in promised] == [since for _, since in promised]
