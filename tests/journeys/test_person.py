"""Journeys to a person and back; while a person has the talk the bot is silent."""

from __future__ import annotations

import asyncio
import uuid

import aiohttp

from run.product import Product
from tests.journeys.people import Agent, Customer, summary_of
from tests.journeys.rows import assert_voc_equals_screen


async def queued(customer: Customer) -> str:
    """The ticket's number as digits, once the customer waits."""
    state = await customer.talking_to("queue")
    return str(state["queue"]["ticket"]).replace("-", "")


async def test_not_solved_then_a_person_who_knows_everything(
    product: Product, customer: Customer, agent: Agent
) -> None:
    await customer.answered(await customer.say("送料はいくらですか？"))
    await customer.shown("解決しましたか")
    await customer.answered(await customer.choose("いいえ"))
    await customer.answered(await customer.choose("担当者と話す"))
    number = await queued(customer)

    page = await agent.claim(number)
    assert "送料はいくらですか" in page and "解決" in page  # the packet: what was shown, and the verdict
    told = summary_of(page)
    assert told["ご用件"] == "送料はいくらですか？"
    assert told["これまで"].startswith("「送料はいくらですか？」をご案内（解決しなかった）")
    assert told["ご希望"] == "担当者との会話"
    await agent.open(number)
    await agent.reads("送料はいくらですか？")
    await customer.talking_to("agent")
    await agent.say("お待たせしました。離島へのお届けでしょうか。")
    await customer.shown("離島へのお届けでしょうか", "agent")
    await customer.say("はい、石垣島です")
    await agent.reads("石垣島")
    await agent.say("石垣島へは1,650円でございます。")
    last = await customer.shown("1,650円でございます", "agent")

    status, _ = await agent.press(f"/inbox/{number}/return")
    assert status == 200
    await customer.talking_to("bot")
    await customer.shown("今回のお問い合わせは解決しましたか", "system", after=last["seq"])
    answer = await customer.answered(await customer.say("ポイントの有効期限を教えて"))  # which ends the asking
    assert answer["from"] == "bot" and answer["article_id"] == "point-expiry" and answer["seq"] > last["seq"]

    rows = await assert_voc_equals_screen(product, customer)
    outcomes = [row["outcome"] for row in rows]
    assert outcomes[0] == "answered" and rows[0]["feedback"] == "not_solved"
    assert outcomes[2] == "handed_off" and rows[2]["ticket"] == number
    assert outcomes[3] == "with_agent" and rows[3]["agent"] == agent.display_name
    assert outcomes[4] == "answered"


async def test_after_the_talk_the_customer_is_asked_and_may_come_back(
    product: Product, customer: Customer, agent: Agent
) -> None:
    await customer.say("担当者と話したいです")
    number = await queued(customer)
    await agent.claim(number)
    await customer.talking_to("agent")
    record = {"category": "配送/送料/金額の確認", "disposition": "resolved", "resolved": "yes", "note": "送料を案内"}
    await agent.press(f"/inbox/{number}/close", **record)
    await customer.talking_to("bot")
    await customer.shown("解決しましたか")
    assert "お手間を" in (await customer.answered(await customer.choose("いいえ")))["text"]
    thanks = await customer.answered(await customer.say("４"))
    assert thanks["from"] == "system" and "ご回答いただき" in thanks["text"]
    await customer.choose("担当者と話す")
    again = await queued(customer)
    page = await agent.claim(again)
    told = summary_of(page)
    assert (told["ご用件"], told["ご希望"]) == ("担当者と話したいです", "同じ件で再度のお問い合わせ")
    assert "前回の受付" in page and "送料を案内" in page and "同じ件で再度のお問い合わせ" in page
    rows = await assert_voc_equals_screen(product, customer)
    assert [row["outcome"] for row in rows] == ["handed_off", "action", "action", "handed_off"]
    assert (rows[3]["ticket"], rows[3]["reason"]) == (again, "repeat_contact")


async def test_the_bot_is_silent_while_a_person_has_the_talk(
    product: Product, customer: Customer, agent: Agent
) -> None:
    await customer.say("担当者と話したいです")
    number = await queued(customer)
    await agent.claim(number)
    await agent.open(number)
    await customer.talking_to("agent")
    for question in ("送料はいくらですか？", "/restart", "領収書はどこですか"):
        await customer.say(question)
    await agent.reads("領収書はどこですか")
    await agent.say("順にお答えします。")
    said = await customer.shown("順にお答えします", "agent")
    claimed = next(seq for seq, frame in customer.screen.items() if frame["from"] == "system" and seq < said["seq"])
    bot_words = [f for seq, f in customer.screen.items() if f["from"] == "bot" and seq > claimed]
    assert not [frame for frame in bot_words if "送料" in frame["text"] or "領収書" in frame["text"]], customer.talk()
    await assert_voc_equals_screen(product, customer)


async def test_of_two_agents_one_wins_and_the_other_is_told(
    customer: Customer, agent: Agent, other_agent: Agent
) -> None:
    await customer.say("人と話したい")
    number = await queued(customer)
    pages = await asyncio.gather(agent.claim(number), other_agent.claim(number))
    state = await customer.talking_to("agent")
    assert state
    winner = [me for me, page in zip((agent, other_agent), pages, strict=True) if f"/inbox/{number}/return" in page]
    assert len(winner) == 1
    loser = agent if winner[0] is other_agent else other_agent
    assert winner[0].display_name in pages[(agent, other_agent).index(loser)]


async def test_an_agents_word_sent_twice_is_said_once(customer: Customer, agent: Agent) -> None:
    await customer.say("担当者をお願いします")
    number = await queued(customer)
    await agent.claim(number)
    await agent.open(number)
    said_id = str(uuid.uuid4())
    await agent.say("承りました。", said_id)
    await agent.say("承りました。", said_id)
    await agent.say("以上です。")
    await customer.shown("以上です")
    assert sum(frame["text"] == "承りました。" for frame in customer.screen.values()) == 1


async def test_a_complaint_goes_to_a_person_with_an_apology(product: Product, customer: Customer) -> None:
    await customer.say("対応がひどすぎます。何度も待たされて本当に腹が立ちます。責任者を出してください")
    await customer.talking_to("queue")
    await customer.shown("申し訳")
    (row,) = await assert_voc_equals_screen(product, customer, last_outcome="handed_off")
    assert row["reason"] in ("complaint_recovery", "negative_emotion")


async def test_a_waiting_customer_may_stop_waiting(customer: Customer, http: aiohttp.ClientSession) -> None:
    await customer.say("担当者と話したい")
    await customer.talking_to("queue")
    await customer.choose("待つのをやめる")
    await customer.talking_to("bot")
    answer = await customer.answered(await customer.say("クーポンの使い方を教えて"))
    assert answer["from"] == "bot" and answer["article_id"]
