"""The audit log, walked over every route that posts: what staff did is in it, with who did it and words for it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from desk import canned_store, notes_store, oidc_people, store
from desk.app import make_app
from desk.staff import Role
from desk.words import words
from handoff import after_store, calendar_store, callback_store
from handoff import store as records
from handoff.queue_settings import QueueSettings
from handoff.ticket import Ticket
from kb.release import content_hash
from settings import Settings
from tests.desk.editor_room import EditorFloor, fill
from tests.desk.phone_room import TWILIO
from tests.desk.room import PASSWORD
from tests.desk.test_calendar_form import form

pytestmark = pytest.mark.slow

Prepared = tuple[str, dict[str, Any]]
# Needs an issuer: test_oidc_link.py.
COMPANY = {"/me/company"}
# They change nothing: an editor's draft is read while it is typed.
READING = {"/articles/-/check", "/articles/-/try"}


@pytest.fixture
async def room(desk_settings: Settings, tmp_path: Path, aiohttp_client: Any) -> EditorFloor:
    """Somebody who may do everything is signed in; so is nobody else."""
    fill(tmp_path / "articles")
    floor = EditorFloor(await aiohttp_client(make_app(desk_settings.copy(update=TWILIO))))
    floor.add("all", *Role)
    floor.add("kato", Role.AGENT, display_name="加藤")
    calendar_store.seed(floor.desk.engine)
    await floor.sign_in("all")
    return floor


async def mine(room: EditorFloor) -> Ticket:
    """A customer with whom the one who is signed in talks."""
    ticket = await room.ticket()
    return await room.desk.queue.claim(ticket.number, user_id(room, "all"), "all")


def user_id(room: EditorFloor, name: str) -> str:
    return next(one.user.id for one in store.accounts(room.desk.engine) if one.user.name == name)


async def called(room: EditorFloor) -> Ticket:
    """One who is called back just now."""
    ticket, at = await room.ticket(), time.time()
    callback_store.book(room.desk.engine, ticket.number, "c1", "general", int(at), 2, at)
    await room.desk.callbacks.due(await room.desk.queue.book_callback(ticket.number, at))
    return await room.desk.queue.claim(ticket.number, user_id(room, "all"), "all")


def deed(name: str, **fields: Any) -> Callable[[EditorFloor], Awaitable[Prepared]]:
    """Something that its owner does with a ticket."""

    async def prepare(room: EditorFloor) -> Prepared:
        return f"/inbox/{(await mine(room)).number}/{name}", fields

    return prepare


def plain(path: str, **fields: Any) -> Callable[[EditorFloor], Awaitable[Prepared]]:
    async def prepare(_: EditorFloor) -> Prepared:
        return path, fields

    return prepare


async def claim(room: EditorFloor) -> Prepared:
    return f"/inbox/{(await room.ticket()).number}/claim", {}


async def decline(room: EditorFloor) -> Prepared:
    ticket = await room.ticket()
    await room.desk.queue.offer(ticket.number, user_id(room, "all"))
    return f"/inbox/{ticket.number}/decline", {}


async def assign(room: EditorFloor) -> Prepared:
    return f"/inbox/{(await room.ticket()).number}/assign", {"to": user_id(room, "all")}


async def move(room: EditorFloor) -> Prepared:
    return f"/inbox/{(await room.ticket()).number}/move", {"by": "up"}


async def reveal(room: EditorFloor) -> Prepared:
    return f"/inbox/{(await mine(room)).number}/words/1", {}


async def callback_reveal(room: EditorFloor) -> Prepared:
    return f"/inbox/{(await called(room)).number}/callback/reveal", {}


async def callback_attempt(room: EditorFloor) -> Prepared:
    return f"/inbox/{(await called(room)).number}/callback/attempt", {"result": "connected"}


async def caller_reveal(room: EditorFloor) -> Prepared:
    ticket = await room.ticket("voice-CA1", channel="voice")
    return f"/inbox/{ticket.number}/caller", {}


async def customer_call(room: EditorFloor) -> Prepared:
    """Of somebody who left a message by telephone."""
    await room.post("/me/phone", phone="090-1234-5678")
    ticket = await room.ticket("voice-CA1", channel="voice")
    await room.desk.stream.set_state("voice-CA1", customer_number="+819033334444")
    await room.desk.queue.leave_message(ticket.number, 1)
    await room.desk.queue.claim(ticket.number, user_id(room, "all"), "all")
    return f"/inbox/{ticket.number}/call", {}


async def canned_delete(room: EditorFloor) -> Prepared:
    canned_store.save_canned(room.desk.engine, None, "はじめ", "承ります。")
    return f"/canned/{canned_store.canned(room.desk.engine)[0].id}/delete", {}


async def note_done(room: EditorFloor) -> Prepared:
    note = notes_store.ArticleNote("", "missing", "ない", "12345675", "c9", "加藤", 1.0)
    notes_store.add_article_note(room.desk.engine, note)
    return f"/article-notes/{notes_store.article_notes(room.desk.engine)[0].id}/done", {}


async def calendar_remove(room: EditorFloor) -> Prepared:
    own, _ = calendar_store.load_one(room.desk.engine, ("*", "*"))
    assert own
    calendar_store.save(room.desk.engine, ("general", "web"), own, 0)
    return "/calendar/remove", {"queue": "general", "channel": "web", "version": "1"}


async def queue_delete(room: EditorFloor) -> Prepared:
    records.save_queue(room.desk.engine, QueueSettings("care", "ご意見"))
    return "/queues/care/delete", {}


async def serving(room: EditorFloor) -> Prepared:
    return f"/queues/-/serving/{user_id(room, 'kato')}", {"chats": "2"}


async def task_done(room: EditorFloor) -> Prepared:
    ended = after_store.Ended("12345675", "c9", "general", "web", after_store.RECOVERY, 1.0)
    after_store.add_task(room.desk.engine, ended, 2.0)
    return f"/tasks/{after_store.open_tasks(room.desk.engine)[0].id}/done", {"note": "お電話しました"}


async def user_change(room: EditorFloor) -> Prepared:
    return f"/users/{user_id(room, 'kato')}", {"role": "editor", "active": "on"}


async def user_phone(room: EditorFloor) -> Prepared:
    return f"/users/{user_id(room, 'kato')}/phone", {"phone": "03-1234-5678"}


async def user_unlink(room: EditorFloor) -> Prepared:
    kato = user_id(room, "kato")
    assert not oidc_people.link(room.desk.engine, oidc_people.Person("https://x", "s", "kato", "加藤", None), kato, "")
    return f"/users/{kato}/unlink", {}


async def article_new(room: EditorFloor) -> Prepared:
    return "/articles/-/new", room.form("return-how") | {"id": "return-other", "version": "0", "status": "draft"}


async def article_save(room: EditorFloor) -> Prepared:
    return "/articles/return-how", room.form("return-how", title="返品の方法を教えてください")


async def publish(room: EditorFloor) -> Prepared:
    return "/articles/-/publish", {"seen": content_hash(room.articles), "reason": "初めに"}


async def roll_back(room: EditorFloor) -> Prepared:
    room.publish()
    path = room.kb_dir / "all" / "return-how.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("8日以内", "9日以内"), encoding="utf-8")
    room.publish()
    return "/articles/-/rollback", {"number": "1", "reason": "戻す"}


async def welcome(room: EditorFloor) -> Prepared:
    token = store.invite(room.desk.engine, [Role.AGENT], "all")
    return "/welcome", {"token": token, "name": "new", "display_name": "新人", "password": PASSWORD, "again": PASSWORD}


RECORD = {"category": "配送/送料/金額の確認", "disposition": "resolved", "resolved": "yes"}
# Each route that posts, with a call of it that succeeds.
POSTED: dict[str, Callable[[EditorFloor], Awaitable[Prepared]]] = {
    "/inbox/{number}/claim": claim,
    "/inbox/{number}/decline": decline,
    "/inbox/{number}/release": deed("release"),
    "/inbox/{number}/transfer": deed("transfer", to="queue:general"),
    "/inbox/{number}/return": deed("return"),
    "/inbox/{number}/end": deed("end"),
    "/inbox/{number}/close": deed("close", **RECORD),
    "/inbox/{number}/hand": deed("hand", up="1"),
    "/inbox/{number}/note": deed("note", note="確認中です"),
    "/inbox/{number}/assign": assign,
    "/inbox/{number}/move": move,
    "/inbox/{number}/words/{seq}": reveal,
    "/inbox/{number}/callback/reveal": callback_reveal,
    "/inbox/{number}/callback/attempt": callback_attempt,
    "/inbox/{number}/caller": caller_reveal,
    "/inbox/{number}/call": customer_call,
    "/inbox/{number}/article-note": deed("article-note", kind="missing", text="記事がありません"),
    "/article-notes/{note}/done": note_done,
    "/work": plain("/work", work="ready"),
    "/canned": plain("/canned", title="はじめ", text="承ります。"),
    "/canned/{reply}/delete": canned_delete,
    "/calendar": plain("/calendar", queue="*", channel="*", version="1", **form()),
    "/calendar/remove": calendar_remove,
    "/queues": plain(
        "/queues", name="care", title="ご意見", target_percent="80", target_seconds="60", offer_seconds="20",
        patience_seconds="180", callbacks_per_slot="2",
    ),
    "/queues/{name}/delete": queue_delete,
    "/queues/-/serving/{user_id}": serving,
    "/tasks/{task_id}/done": task_done,
    "/me/password": plain("/me/password", password=PASSWORD, fresh="brand new 42 x", again="brand new 42 x"),
    "/me/phone": plain("/me/phone", phone="090-1234-5678"),
    "/users/{user_id}/phone": user_phone,
    "/users/invite": plain("/users/invite", role="agent"),
    "/users/{user_id}": user_change,
    "/users/{user_id}/unlink": user_unlink,
    "/articles/-/new": article_new,
    "/articles/{id}": article_save,
    "/articles/{id}/withdraw": plain("/articles/return-how/withdraw", version="1"),
    "/articles/{id}/delete": plain("/articles/return-how/delete", version="1"),
    "/articles/-/publish": publish,
    "/articles/-/rollback": roll_back,
    "/voc/export": plain("/voc/export"),
    "/login": plain("/login", name="kato", password=PASSWORD),
    "/logout": plain("/logout"),
    "/welcome": welcome,
}  # fmt: skip


def posting(app: web.Application) -> set[str]:
    """Every route of the desk that may change something."""
    routes = (route for route in app.router.routes() if route.method not in ("GET", "HEAD"))
    return {route.resource.canonical for route in routes if route.resource}


def test_every_route_that_posts_is_walked(desk_settings: Settings) -> None:
    assert posting(make_app(desk_settings)) == set(POSTED) | READING | COMPANY


@pytest.mark.parametrize("route", POSTED)
async def test_what_was_done_is_in_the_log(room: EditorFloor, route: str) -> None:
    path, fields = await POSTED[route](room)
    before = len(store.entries(room.desk.engine, limit=1000))
    async with await room.post(path, **fields) as answer:
        assert answer.status in (200, 303), await answer.text()
    fresh = store.entries(room.desk.engine, limit=1000)[: len(store.entries(room.desk.engine, limit=1000)) - before]
    assert fresh
    for entry in fresh:
        assert entry.user_name in ("all", "kato", "new") and entry.object and entry.address
        assert entry.action in words("actions"), "the page of the log has no words for it"


@pytest.mark.parametrize("name", ["decline", "release", "return", "end", "close", "hand", "transfer"])
async def test_what_was_not_done_is_not_in_the_log(room: EditorFloor, name: str) -> None:
    """Pressed too late, or for a talk of somebody else."""
    ticket = await room.ticket()
    theirs = await room.desk.queue.claim(ticket.number, user_id(room, "kato"), "加藤")
    fields = {
        "close": RECORD,
        "transfer": {"to": "queue:general", "note": "お願いします"},
        "hand": {"up": "1"},
    }
    async with await room.post(f"/inbox/{ticket.number}/{name}", **fields.get(name, {})) as answer:
        assert answer.status == (409 if name == "transfer" else 303)
    assert await room.desk.queue.get(ticket.number) == theirs
    assert {entry.action for entry in store.entries(room.desk.engine)} <= {"signed_in", "talk.read"}


async def test_a_long_object_is_cut_and_not_lost(room: EditorFloor) -> None:
    names = [f"queue-of-some-name-{number}" for number in range(20)]
    for name in names:
        records.save_queue(room.desk.engine, QueueSettings(name, name))
    await room.post(f"/queues/-/serving/{user_id(room, 'kato')}", queue=names, chats="2")
    (entry,) = [one for one in store.entries(room.desk.engine) if one.action == "queue.serving"]
    assert len(entry.object) == 200


async def test_the_page_reads_ticket_numbers_as_customers_are_told_them(room: EditorFloor) -> None:
    ticket = await room.ticket()
    await room.post(f"/inbox/{ticket.number}/claim")
    async with room.client.get("/audit") as answer:
        shown = await answer.text()
    assert f"<td>{ticket.number[:4]}-{ticket.number[4:]}</td>" in shown and f"<td>{ticket.number}</td>" not in shown
