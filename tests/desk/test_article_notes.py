"""What agents tell editors about articles, and canned replies."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from desk import canned_store, notes_store, store
from desk.staff import Role
from kb.publish import publish
from nihongo.japan_time import today
from settings import ROOT
from stores import open_redis_sync
from tests.desk.room import PACKET, Floor
from tests.desk.test_inbox import page

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`


@pytest.fixture
async def talking(floor: Floor) -> Floor:
    """山田 talks with a customer, over the shop's real articles."""
    client = open_redis_sync(floor.desk.settings.redis_url)
    await asyncio.to_thread(publish, floor.desk.engine, client, ROOT / "kb" / "articles", "editor", "", today())
    await floor.desk.release.stop()
    await floor.desk.release.start()  # reads it at once
    floor.add("yamada", Role.AGENT, display_name="山田")
    floor.add("sato", Role.EDITOR, display_name="佐藤")
    await floor.sign_in("yamada")
    return floor


async def test_an_agent_tells_and_an_editor_ends_it(talking: Floor) -> None:
    ticket = await talking.ticket()
    await talking.post(f"/inbox/{ticket.number}/claim")
    assert "記事の間違い・不足を知らせる" in await page(talking, f"/inbox/{ticket.number}")
    fields = {"article": "return-how", "kind": "wrong", "text": "090-1234-5678の方によると期限は10日です"}
    async with await talking.post(f"/inbox/{ticket.number}/article-note", **fields) as answer:
        assert answer.status == 303
    (note,) = notes_store.article_notes(talking.desk.engine)
    assert (note.article_id, note.kind, note.number, note.by) == ("return-how", "wrong", ticket.number, "山田")
    assert "090" not in note.text and "期限は10日です" in note.text
    talking.forget_cookies()
    await talking.sign_in("sato")
    shown = await page(talking, "/article-notes")
    assert "内容が間違っている" in shown and "/articles/return-how" in shown and "期限は10日です" in shown
    await talking.post(f"/article-notes/{note.id}/done")
    assert "未対応の指摘はありません" in await page(talking, "/article-notes")
    assert "佐藤さんが対応済み" in await page(talking, "/article-notes?all=1")
    assert notes_store.forget(talking.desk.engine, ticket.conversation_id) == 1


async def test_a_note_is_about_an_article_that_there_is(talking: Floor) -> None:
    ticket = await talking.ticket()
    await talking.post(f"/inbox/{ticket.number}/claim")
    for article, kind, status in (("no-such", "wrong", 422), ("", "lacking", 422), ("return-how", "nonsense", 400)):
        fields = {"article": article, "kind": kind, "text": "期限は10日です"}
        async with await talking.post(f"/inbox/{ticket.number}/article-note", **fields) as answer:
            assert answer.status == status
            told = await answer.text()
        if status == 422:
            assert "記事を選んでください" in told and "期限は10日です</textarea>" in told
    assert notes_store.article_notes(talking.desk.engine) == []
    async with await talking.post(f"/inbox/{ticket.number}/article-note", kind="missing", text="離島の送料") as answer:
        assert answer.status == 303
    assert [note.article_id for note in notes_store.article_notes(talking.desk.engine)] == [""]


async def test_a_note_pressed_twice_is_filed_once_and_another_one_too(talking: Floor) -> None:
    ticket = await talking.ticket()
    await talking.post(f"/inbox/{ticket.number}/claim")
    fields = {"article": "返品の手続き方法を教えてください", "kind": "wrong", "text": "期限は10日です"}
    path = f"/inbox/{ticket.number}/article-note"
    for answer in await asyncio.gather(*(talking.post(path, **fields) for _ in range(3))):
        assert answer.status == 303
    await talking.post(path, **fields | {"text": "送料も違います"})
    notes = notes_store.article_notes(talking.desk.engine)
    assert sorted((note.article_id, note.text) for note in notes) == [
        ("return-how", "期限は10日です"),
        ("return-how", "送料も違います"),
    ]
    assert len([one for one in store.entries(talking.desk.engine) if one.action == "article.noted"]) == 2


async def test_only_an_article_that_was_shown_is_chosen_beforehand(talking: Floor) -> None:
    shown = await talking.ticket()
    await talking.post(f"/inbox/{shown.number}/claim")
    assert 'value="返品の手続き方法を教えてください" placeholder="選んでください"' in await page(
        talking, f"/inbox/{shown.number}"
    )
    nothing = await talking.ticket("c2", packet=replace(PACKET, shown=()))
    await talking.post(f"/inbox/{nothing.number}/claim")
    assert 'value="" placeholder="選んでください"' in await page(talking, f"/inbox/{nothing.number}")


async def test_without_the_language_process_the_search_says_so(talking: Floor) -> None:
    ticket = await talking.ticket()
    await talking.post(f"/inbox/{ticket.number}/claim")
    async with talking.client.get(f"/inbox/{ticket.number}/articles?q=送料") as answer:
        assert (await answer.json())["problem"].startswith("検索がただいま使えません")


async def test_the_search_is_of_talks_that_one_may_read(talking: Floor) -> None:
    ticket = await talking.ticket()
    await talking.desk.queue.claim(ticket.number, "99", "鈴木")
    async with talking.client.get(f"/inbox/{ticket.number}/articles?q=送料") as answer:
        assert answer.status == 403


async def test_canned_replies_are_planted_once_and_changed_by_a_supervisor(floor: Floor) -> None:
    canned_store.plant_canned(floor.desk.engine)
    canned_store.plant_canned(floor.desk.engine)
    first, *rest = canned_store.canned(floor.desk.engine)
    assert (first.title, len(rest)) == ("ごあいさつ", 5)
    floor.add("kato", Role.SUPERVISOR)
    await floor.sign_in("kato")
    await floor.post("/canned", id=str(first.id), title="はじめに", text="お待たせいたしました。")
    await floor.post("/canned", title="新しい文", text="かしこまりました。")
    async with await floor.post("/canned", title="", text="本文だけ") as answer:
        told = await answer.text()
        assert answer.status == 422 and "本文だけ" in told and "どちらも入力してください" in told
    for reply in rest:
        await floor.post(f"/canned/{reply.id}/delete")
    kept = [(reply.title, reply.text) for reply in canned_store.canned(floor.desk.engine)]
    assert kept == [("はじめに", "お待たせいたしました。"), ("新しい文", "かしこまりました。")]


async def test_what_may_be_asked_next_is_not_listed_twice(talking: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = await talking.ticket()
    await talking.post(f"/inbox/{ticket.number}/claim")
    assert talking.desk.release.current
    best = talking.desk.release.current.articles["return-how"]
    listed = [best.id, best.related[0]]

    async def search(*_: Any) -> list[Any]:
        return [SimpleNamespace(article_id=name) for name in listed]

    monkeypatch.setattr(talking.desk.language, "search", search)
    async with talking.client.get(f"/inbox/{ticket.number}/articles?q=返品") as answer:
        found = await answer.json()
    assert [one["id"] for one in found["articles"]] == listed
    assert found["next"] and not {one["id"] for one in found["next"]} & set(listed)
