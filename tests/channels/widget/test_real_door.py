"""The widget with the real door, real stream and real queue; only Rasa is played by the door's own stand-in."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import Browser, BrowserContext, expect

from channels.app import make_app
from channels.resume import Resume
from conversation.stream import ConversationStream
from conversation.words import Speaker, Word
from handoff.queue import Queue
from handoff.ticket import Reason
from settings import Settings
from stores import METADATA, open_redis, open_sql
from tests.channels.staging import ARTICLES, SECRET, Connector, always_open, answer, publish
from tests.channels.widget.conftest import WIDE, Shopper
from tests.pictures import keep

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NO_SOCKETS = """window.WebSocket = class { static OPEN = 1; close() {} send() {}
    constructor() { setTimeout(() => this.onclose?.({ code: 1006 })); } };"""


@dataclass
class RealDoor:
    settings: Settings
    stream: ConversationStream
    queue: Queue
    connector: Connector
    rasa: TestServer
    servers: list[TestServer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.door_port}/"

    async def up(self) -> None:
        self.servers.append(TestServer(make_app(self.settings), port=self.settings.door_port))
        await self.servers[-1].start_server(shutdown_timeout=0.1)

    async def down(self) -> None:
        await self.servers.pop().close()

    async def words(self) -> list[Word]:
        """What was said in the only conversation."""
        (key,) = [key async for key in self.stream.redis.scan_iter("conv:*:stream")]
        return [word for word in await self.stream.since(key.split("{")[1].split("}")[0]) if word.shown]

    async def customers(self) -> list[str]:
        return [word.text for word in await self.words() if word.speaker is Speaker.CUSTOMER]


@pytest_asyncio.fixture(loop_scope="session")
async def real(redis_url: str, tmp_path: Path) -> AsyncIterator[RealDoor]:
    redis = open_redis(redis_url)
    stream = ConversationStream(redis, 30)
    connector = Connector(stream, answer)
    app = web.Application()
    app.router.add_post("/webhooks/door/turn", connector.turn)
    rasa = TestServer(app)
    await rasa.start_server()
    publish(redis_url, 1, ARTICLES)
    engine = open_sql(f"sqlite:///{tmp_path / 'door.db'}")
    METADATA.create_all(engine)
    always_open(engine)
    engine.dispose()
    settings = Settings(
        _env_file=None,
        var_dir=tmp_path,
        redis_url=redis_url,
        database_url=str(engine.url),
        door_port=unused_port(),
        rasa_port=rasa.port,
        connector_secret=SECRET,
        turn_seconds=1.0,
    )
    door = RealDoor(settings, stream, Queue(redis, stream), connector, rasa)
    await door.up()
    yield door
    while door.servers:
        await door.down()
    await rasa.close()
    await redis.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def context(chromium: Browser, real: RealDoor) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=WIDE)
    context.set_default_timeout(10_000)
    yield context
    await context.close()


async def visit(context: BrowserContext, real: RealDoor) -> Shopper:
    shopper = Shopper(await context.new_page())
    await shopper.page.goto(real.url)
    await shopper.launcher.click()
    await expect(shopper.button("送料はいくらですか？").or_(shopper.items.first).first).to_be_visible()
    return shopper


async def shows_the_stream(shopper: Shopper, real: RealDoor) -> None:
    """What is on the screen is what is in the stream, each word once, in order."""
    words = await real.words()
    await expect(shopper.page.locator(".item:not(.unsent)")).to_have_count(len(words))
    assert await shopper.words() == [word.text for word in words]
    assert shopper.complaints == []


async def test_ask_answer_button_reload(context: BrowserContext, real: RealDoor) -> None:
    shopper = await visit(context, real)
    await shopper.settle()
    await keep(shopper.page, "widget-shop")
    await shopper.button("送料はいくらですか？").click()
    await shopper.button("はい").click()
    await expect(shopper.bubble("「はい」へのお答え")).to_be_visible()
    await shows_the_stream(shopper, real)
    await shopper.page.reload()
    await expect(shopper.button("いいえ").last).to_be_enabled()
    await shows_the_stream(shopper, real)
    await shopper.button("解決しなかった").first.click()
    await shopper.say("ありがとう")
    await expect(shopper.bubble("「ありがとう」へのお答え")).to_be_visible()
    assert (await real.customers())[1:] == ["はい", "ありがとう"]
    assert real.connector.turns[1]["command"] == "/solved"


async def test_the_door_restarts_in_mid_talk(context: BrowserContext, real: RealDoor) -> None:
    shopper = await visit(context, real)
    await shopper.say("一つ目")
    await expect(shopper.bubble("「一つ目」へのお答え")).to_be_visible()
    await real.down()
    await expect(shopper.page.locator(".trouble")).to_be_visible()
    await shopper.say("二つ目")
    await shopper.say("三つ目")
    await real.up()
    await shopper.rejoin()
    await expect(shopper.bubble("「三つ目」へのお答え")).to_be_visible()
    await expect(shopper.page.locator(".item.unsent")).to_have_count(0)
    assert await real.customers() == ["一つ目", "二つ目", "三つ目"]
    await shows_the_stream(shopper, real)


async def test_by_polls_where_sockets_are_blocked(context: BrowserContext, real: RealDoor) -> None:
    await context.add_init_script(NO_SOCKETS)
    asked: list[str] = []
    shopper = await visit(context, real)
    shopper.page.on("request", lambda request: asked.append(request.url))
    await shopper.say("一つ目")
    await expect(shopper.bubble("「一つ目」へのお答え")).to_be_visible()
    await shopper.button("いいえ").click()
    await expect(shopper.bubble("「いいえ」へのお答え")).to_be_visible()
    await shows_the_stream(shopper, real)
    assert len([url for url in asked if "/api/web/messages?" in url]) < 25


async def test_two_tabs(context: BrowserContext, real: RealDoor) -> None:
    first = await visit(context, real)
    await first.say("一つ目")
    await expect(first.button("はい")).to_be_visible()
    second = await visit(context, real)
    await second.button("はい").click()
    for tab in (first, second):
        await expect(tab.bubble("「はい」へのお答え")).to_be_visible()
        await shows_the_stream(tab, real)


async def test_rasa_away_then_queue_then_a_person_then_the_end(context: BrowserContext, real: RealDoor) -> None:
    await real.rasa.close()
    shopper = await visit(context, real)
    await shopper.say("まったく別の話です")
    await shopper.button("担当者と話す").last.click()
    await expect(shopper.page.locator(".queue")).to_contain_text("受付番号")
    (ticket,) = await real.queue.waiting()
    await expect(shopper.page.locator(".queue .number")).to_have_text(f"{ticket.number[:4]}-{ticket.number[4:]}")
    await expect(shopper.button("待つのをやめる")).to_be_enabled()
    await real.queue.claim(ticket.number, "u1", "佐藤")
    await expect(shopper.bubble("担当の佐藤が承ります")).to_be_visible()
    said = Word(ticket.conversation_id, Speaker.AGENT, "お待たせしました。", "a1", meta={"agent": "佐藤"})
    await real.stream.append(said)
    await expect(shopper.page.locator(".item.agent .name")).to_have_text("担当者 佐藤")
    await shopper.say("よろしくお願いします")
    await expect(shopper.page.locator(".item.unsent")).to_have_count(0)
    await shows_the_stream(shopper, real)
    await shopper.button("会話を終了").click()
    await shopper.button("終了する").click()
    await expect(shopper.page.get_by_text("会話を終了しました")).to_be_visible()


async def test_an_end_without_a_line_is_told_to_the_door_when_it_is_back(
    context: BrowserContext, real: RealDoor
) -> None:
    shopper = await visit(context, real)
    for heard_before in (False, True):
        await shopper.say("一つ目")
        await expect(shopper.bubble("「一つ目」へのお答え")).to_be_visible()
        cid = real.connector.turns[-1]["conversation_id"]
        await real.queue.open(cid, channel="web", exchange_id="e", reason=Reason.CUSTOMER_REQUEST)
        await real.down()
        await expect(shopper.page.locator(".trouble")).to_be_visible()
        await shopper.button("会話を終了").click()
        await shopper.button("終了する").click()
        await expect(shopper.page.get_by_role("alert")).to_contain_text("接続がつながりしだい")
        if heard_before:  # and the line broke before the page was told
            await real.stream.set_state(cid, ended_at=time.time())
        await real.up()
        await shopper.rejoin()
        await expect(shopper.page.get_by_text("会話を終了しました")).to_be_visible()
        await expect(shopper.bubble("「一つ目」へのお答え")).to_be_visible()
        assert (await real.stream.state(cid))["ended_at"]
        assert heard_before or await real.queue.of_conversation(cid) is None
        await shopper.button("新しく質問する").click()


async def test_too_long_for_the_door(context: BrowserContext, real: RealDoor) -> None:
    shopper = await visit(context, real)
    await shopper.field.fill("あ" * 500)
    await shopper.field.press("Enter")
    await expect(shopper.bubble("あああ").first).to_be_visible()
    await shopper.field.fill("あ" * 501)
    await expect(shopper.button("送信")).to_be_disabled()
    await expect(shopper.bubble("へのお答え")).to_be_visible()
    assert [len(text) for text in await real.customers()] == [500]


async def test_a_link_from_a_call_opens_the_chat_at_its_article_once(context: BrowserContext, real: RealDoor) -> None:
    token = Resume(real.settings.secret_key).issue("shipping-fee")
    shopper = Shopper(await context.new_page())
    await shopper.page.goto(f"{real.url}faq/shipping-fee?r={token}")
    await expect(shopper.bubble("「送料はいくらですか？」へのお答え")).to_be_visible()
    await shopper.say("それっていくら？")
    await expect(shopper.bubble("「それっていくら？」へのお答え")).to_be_visible()
    await shopper.page.reload()
    await expect(shopper.bubble("「それっていくら？」へのお答え")).to_be_visible()
    assert await real.customers() == ["送料はいくらですか？", "それっていくら？"]
    assert shopper.complaints == []
