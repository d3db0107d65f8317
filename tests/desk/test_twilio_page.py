"""The admin's page of telephone and SMS."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from desk.app import make_app
from desk.staff import Role
from settings import Settings
from tests.desk.phone_room import TOKEN, TWILIO
from tests.desk.room import Floor


async def shown(settings: Settings, aiohttp_client: Any) -> str:
    floor = Floor(await aiohttp_client(make_app(settings)))
    floor.add("kanri", Role.ADMIN)
    await floor.sign_in("kanri")
    async with floor.client.get("/twilio") as answer:
        assert answer.status == 200
        return unescape(await answer.text())


async def test_what_is_missing_is_told(desk_settings: Settings, aiohttp_client: Any) -> None:
    page = await shown(desk_settings, aiohttp_client)
    assert "電話とSMSは使われていません" in page and page.count("<td>未設定") == 4


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ('{"status": "alive"}', "応答しています"),
        ("<h1>It works!</h1>", "別のものが応答しています"),
        (None, "応答がありません"),
    ],
)
async def test_the_urls_and_whether_our_address_answers(
    desk_settings: Settings, aiohttp_client: Any, answer: str | None, told: str
) -> None:
    async def alive(_: web.Request) -> web.Response:
        return web.Response(text=answer)

    app = web.Application()
    app.router.add_get("/healthz", alive)
    async with TestServer(app) as server:
        url = str(server.make_url("/")) if answer else "http://127.0.0.1:9/"
        page = await shown(desk_settings.copy(update=TWILIO | {"public_url": url}), aiohttp_client)
    for path in ("sms", "voice", "voice/status"):
        assert f'value="{url}twilio/{path}"' in page
    assert f"{url}：{told}" in page, page[page.index("公開アドレス") :][:400]
    assert "設定済み" in page and "未設定" not in page
    assert "双方向" in page and TWILIO["twilio_sender"] in page and "050-3123-4567" in page
    assert TOKEN not in page and TWILIO["twilio_account_sid"] not in page  # nothing secret
