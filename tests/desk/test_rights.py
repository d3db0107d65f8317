"""Least rights, walked over every route there is: nobody can forget to guard a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from aiohttp import web

from desk.app import make_app
from desk.guard import check_all_marked
from desk.page import allowed, require
from desk.staff import Role
from settings import Settings
from tests.desk.room import Floor

# Who may call what. A new page is added here deliberately.
OPEN = {
    "/",
    "/login",
    "/login/company",
    "/login/company/back",
    "/logout",
    "/welcome",
    "/healthz",
    "/readyz",
    "/metrics",
}


def guarded(app: web.Application) -> Iterator[tuple[str, str, frozenset[Role]]]:
    """(method, path with example values, roles) of every route of the desk."""
    for route in app.router.routes():
        assert route.resource is not None
        path = route.resource.canonical
        if path != "/static" and route.method != "HEAD":
            roles = allowed(route.handler)
            assert roles is not None, f"{route.method} {path} is not marked"
            example = re.sub(r"\{(\w+)\}", lambda found: "11111111" if found[1] == "number" else "1", path)
            yield route.method, example, roles


async def test_every_open_route_is_meant_to_be_open(floor: Floor) -> None:
    app = floor.client.app
    assert app is not None
    assert {path for _, path, roles in guarded(app) if not roles} == OPEN


async def test_without_signing_in_every_page_is_closed(floor: Floor) -> None:
    assert floor.client.app is not None
    for method, path, roles in guarded(floor.client.app):
        if roles:
            headers = {"Origin": floor.origin}
            async with floor.client.request(method, path, headers=headers, allow_redirects=False) as answer:
                assert answer.status == 401, f"{method} {path}"


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role))
async def test_each_role_opens_its_own_pages_and_no_other(floor: Floor, role: Role) -> None:
    assert floor.client.app is not None
    floor.add("someone", role)
    await floor.sign_in("someone")
    csrf = await floor.csrf()
    for method, path, roles in guarded(floor.client.app):
        if not roles:
            continue
        headers = {"Origin": floor.origin, "X-CSRF": csrf}
        async with floor.client.request(method, path, headers=headers, allow_redirects=False) as answer:
            refused = answer.status == 403
            assert refused is (role not in roles), f"{method} {path} for {role.value}: {answer.status}"


async def test_what_is_posted_needs_the_sessions_token_and_our_own_page(floor: Floor) -> None:
    assert floor.client.app is not None
    floor.add("all", *Role)
    await floor.sign_in("all")
    csrf = await floor.csrf()
    posted = [path for method, path, roles in guarded(floor.client.app) if method != "GET" and roles]
    assert len(posted) >= 6
    forged = [
        {"Origin": floor.origin},
        {"Origin": floor.origin, "X-CSRF": "guess"},
        {"Origin": "https://evil.example", "X-CSRF": csrf},
        {"X-CSRF": csrf},
    ]
    for path in posted:
        for headers in forged:
            async with floor.client.post(path, headers=headers, allow_redirects=False) as answer:
                assert answer.status == 403, f"{path} with {headers}"


async def test_a_sign_in_from_another_site_is_refused(floor: Floor) -> None:
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        async with floor.client.post("/login", data={"name": "a", "password": "b"}, headers=headers) as answer:
            assert answer.status == 403


async def test_the_socket_opens_only_for_our_own_page(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    await floor.sign_in("yamada")
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    upgrade["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    async with floor.client.get("/inbox/socket", headers={**upgrade, "Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
    socket = await floor.client.ws_connect("/inbox/socket", headers={"Origin": floor.origin})
    assert (await socket.receive_json())["type"] == "queue"
    await socket.close()


async def test_every_answer_carries_the_headers_that_keep_browsers_safe(floor: Floor) -> None:
    for path in ("/login", "/static/desk.css", "/nothing", "/inbox", "/healthz"):
        async with floor.client.get(path, allow_redirects=False) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"
    async with floor.client.get("/login") as answer:
        assert answer.headers["Cache-Control"] == "no-store"


async def test_an_unmarked_route_stops_the_start(desk_settings: Settings) -> None:
    async def forgotten(_: web.Request) -> web.Response:
        return web.Response()

    app = make_app(desk_settings)
    check_all_marked(app)
    app.router.add_get("/forgotten", forgotten)
    with pytest.raises(RuntimeError, match="forgotten"):
        check_all_marked(app)
    require(Role.ADMIN)(forgotten)
    check_all_marked(app)


async def test_templates_hold_no_inline_script_or_style(floor: Floor) -> None:
    floor.add("all", *Role)
    await floor.sign_in("all")
    await floor.ticket()
    number = (await floor.desk.queue.waiting())[0].number
    for path in ("/inbox", f"/inbox/{number}", "/users", "/audit"):
        async with floor.client.get(path) as answer:
            page = await answer.text()
        assert answer.status == 200 and not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page), path
