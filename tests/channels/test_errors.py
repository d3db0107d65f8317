"""One error shape for every address of the API, whatever goes wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import ClientResponse

from channels.door import DOOR
from channels.errors import STATUS, Refusal
from channels.sentences import entry
from channels.socket import routes as socket_routes
from tests.channels.staging import ORIGIN, Client, OpenDoor, session

FOREIGN = {"Origin": "https://evil.example"}


async def shape(answer: ClientResponse, code: str) -> None:
    body = await answer.json()
    assert body.keys() == {"error"}, body
    assert body["error"].keys() == {"code", "message", "id"}
    assert (body["error"]["code"], answer.status) == (code, STATUS[code])
    assert body["error"]["message"] == entry(f"errors.{code}").format(limit="", length="") or "{" in entry(
        f"errors.{code}"
    )
    assert body["error"]["id"]


def addresses(door: Client) -> list[tuple[str, str]]:
    """Every method and path of the API that the door really serves."""
    found = []
    for route in door.app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if path.startswith("/api/") and route.method in ("GET", "POST"):
            found.append((route.method, path))
    assert len(found) >= 6
    return found


async def test_every_address_refuses_a_foreign_page_in_one_shape(door: Client) -> None:
    for method, path in addresses(door):
        await shape(await door.request(method, path, headers=FOREIGN), "origin")
        await shape(await door.request(method, path, headers={"Origin": "null"}), "origin")


async def test_every_address_refuses_other_methods_in_one_shape(door: Client) -> None:
    for _, path in addresses(door):
        await shape(await door.request("DELETE", path, headers=ORIGIN), "method")
    await shape(await door.get("/api/web/nothing", headers=ORIGIN), "not_found")


async def test_every_post_refuses_bodies_that_are_no_object_or_too_large(door: Client) -> None:
    bearer = ORIGIN | {"Authorization": f"Bearer {(await session(door))['token']}"}
    for method, path in addresses(door):
        if method == "POST":
            for body in (b"[1]", b"{", b"\xff\xfe", b'{"id":' + b"[" * 5000):
                await shape(await door.post(path, data=body, headers=bearer), "bad_request")
            await shape(await door.post(path, data=b"x" * 20_000, headers=bearer), "too_large")


@pytest.mark.slow
async def test_every_address_tells_that_the_store_is_away(open_door: OpenDoor) -> None:
    door = await open_door()
    bearer = ORIGIN | {"Authorization": f"Bearer {(await session(door))['token']}"}
    pool = door.app[DOOR].redis.connection_pool
    pool.connection_kwargs["path"] = "/nowhere/redis.sock"
    await pool.disconnect()
    pool.reset()
    asked = {"GET": None, "POST": json.dumps({"type": "message", "id": "message-0001", "text": "送料は？"})}
    for method, path in addresses(door):
        if path != "/api/web/socket":
            await shape(await door.request(method, path, data=asked[method], headers=bearer), "unavailable")


async def test_a_fault_of_ours_is_told_without_its_inside(open_door: OpenDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    door = await open_door()

    async def break_down(*_: Any) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr("channels.web.staff", break_down)
    answer = await door.get("/api/web/start", headers=ORIGIN)
    assert "the inside" not in await answer.text()
    await shape(answer, "internal")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}])
async def test_messages_need_a_token(door: Client, method: str, header: dict[str, str]) -> None:
    await shape(await door.request(method, "/api/web/messages", headers=ORIGIN | header, data=b"{}"), "unauthorized")


def test_every_code_has_a_status_and_a_sentence() -> None:
    assert STATUS.keys() == entry("errors").keys()
    for code in STATUS:
        assert Refusal(code, limit=1, length=2).message


async def test_a_socket_without_upgrade_is_refused_in_the_shape(door: Client) -> None:
    assert [route.path for route in socket_routes] == ["/api/web/socket"]  # type: ignore[attr-defined]
    await shape(await door.get("/api/web/socket", headers=ORIGIN), "bad_request")
