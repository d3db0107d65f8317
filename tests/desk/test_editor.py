"""The editors' room over HTTP: roles, finding, saving, conflicts, publishing, rolling back, the record of it all."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from desk import store
from desk.app import make_app
from desk.editor_diff import pieces
from kb import register, versions
from kb.article import Status
from kb.editing import Editing
from kb.release import content_hash
from settings import Settings
from tests.desk.editor_room import EditorFloor, fill, make

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`


@pytest.fixture
async def room(desk_settings: Settings, tmp_path: Path, aiohttp_client: Any) -> AsyncIterator[EditorFloor]:
    fill(tmp_path / "articles")
    settings = Settings(**desk_settings.dict() | {"kb_dir": tmp_path / "articles"})
    floor = EditorFloor(await aiohttp_client(make_app(settings)))
    await floor.staff()
    yield floor


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        await asyncio.sleep(0.005)
    return time.monotonic() - begun


async def text_of(answer: Any) -> str:
    return str(await answer.text())


async def audited(room: EditorFloor) -> list[tuple[str, str, str]]:
    found = store.entries(room.desk.engine)
    return [(entry.user_name, entry.action, entry.object) for entry in found if "." in entry.action]


async def test_only_editors_and_approvers_come_in(room: EditorFloor) -> None:
    for path in ("/articles", "/articles/shipping-fee", "/articles/-/releases", "/articles/shipping-fee/history"):
        assert (await room.client.get(path)).status == 200
    await room.sign_in("agent")
    assert (await room.client.get("/articles")).status == 403
    assert (await room.post("/articles/shipping-fee", **room.form("shipping-fee"))).status == 403


async def test_an_approver_reads_but_does_not_write(room: EditorFloor) -> None:
    await room.sign_in("tanaka")
    page = await text_of(await room.client.get("/articles/shipping-fee"))
    assert '<fieldset class="fields" disabled>' in page
    assert (await room.post("/articles/shipping-fee", **room.form("shipping-fee"))).status == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"shipping-fee", "return-how", "point-earn"}),
        ({"q": "ソウリョウ"}, set()),
        ({"q": "はいそうりょう"}, set()),
        ({"q": "配送料"}, {"shipping-fee"}),
        ({"q": "ﾎﾟｲﾝﾄ 翌日"}, {"point-earn"}),
        ({"q": "return-"}, {"return-how"}),
        ({"category": "配送"}, {"shipping-fee"}),
        ({"scope": "hand_off"}, set()),
        ({"state": "published"}, {"return-how"}),
        ({"state": "changed"}, {"shipping-fee"}),
        ({"state": "draft"}, {"point-earn"}),
        ({"state": "overdue"}, {"shipping-fee"}),
    ],
)
async def test_articles_are_found_by_text_category_scope_and_state(
    room: EditorFloor, query: dict[str, str], found: set[str]
) -> None:
    room.publish()
    await until(lambda: room.desk.release.current is not None)
    editing = Editing(room.kb_dir, room.desk.engine)
    editing.save(make("shipping-fee", title="送料の件", review_by="2020-01-01"), "佐藤", 1)
    editing.withdraw("point-earn", "佐藤", 1)
    page = await text_of(await room.client.get("/articles", params=query))
    assert set(re.findall(r'class="title" href="/articles/([a-z-]+)"', page)) == found


async def test_a_saved_article_is_written_recorded_and_audited(room: EditorFloor) -> None:
    answer = await room.post("/articles/shipping-fee", **room.form("shipping-fee", title="送料はおいくら？"))
    assert (answer.status, answer.headers["Location"]) == (303, "/articles/shipping-fee?done=saved")
    saved = room.articles["shipping-fee"]
    assert (saved.title, saved.version, saved.updated_by) == ("送料はおいくら？", 2, "佐藤")
    assert saved.phrasings == make("shipping-fee").phrasings
    assert await audited(room) == [("sato", "article.saved", "shipping-fee v2")]
    history = await text_of(await room.client.get("/articles/shipping-fee/history"))
    assert "<ins>" in history
    assert "版 2" in history


async def test_who_saves_second_loses_nothing_and_is_told_who_was_first(room: EditorFloor) -> None:
    mine = room.form("shipping-fee", web="佐藤の書いた<回答>", owner="佐藤の係")
    Editing(room.kb_dir, room.desk.engine).save(make("shipping-fee", title="鈴木の題"), "鈴木", 1)
    answer = await room.post("/articles/shipping-fee", **mine)
    page = await text_of(answer)
    assert answer.status == 409
    assert "鈴木さんがこの記事を保存しました（版 2" in page
    assert "佐藤の書いた&lt;回答&gt;</textarea>" in page
    assert 'value="佐藤の係"' in page
    assert room.articles["shipping-fee"].title == "鈴木の題"
    version = re.search(r'name="version" value="(\d+)" *>\s*<fieldset', page)
    assert version is not None
    again = await room.post("/articles/shipping-fee", **mine | {"version": version[1]})
    assert again.status == 303
    assert room.articles["shipping-fee"].owner == "佐藤の係"
    kept = versions.of_article(room.desk.engine, "shipping-fee")
    assert [version.author for version in kept] == ["佐藤", "鈴木", ""]


async def test_in_a_conflict_untouched_fields_become_theirs(room: EditorFloor) -> None:
    mine = room.form("shipping-fee", owner="佐藤の係")
    Editing(room.kb_dir, room.desk.engine).save(make("shipping-fee", title="鈴木の題"), "鈴木", 1)
    page = await text_of(await room.post("/articles/shipping-fee", **mine))
    assert '<input name="title" value="鈴木の題"' in page
    assert 'value="佐藤の係"' in page
    assert "変えていない項目には、鈴木さんの変更を取り込みました" in page


async def test_errors_keep_the_text_and_offer_a_draft(room: EditorFloor) -> None:
    faulty = room.form("shipping-fee", sms="長い" * 150)
    answer = await room.post("/articles/shipping-fee", **faulty)
    page = await text_of(answer)
    assert answer.status == 422
    assert "SMSが5通に分かれます" in page
    assert "長い" * 150 in page
    assert room.articles["shipping-fee"].version == 1
    assert (await room.post("/articles/shipping-fee", **faulty, save_as="draft")).status == 303
    assert room.articles["shipping-fee"].status is Status.DRAFT


async def test_a_form_without_a_title_comes_back(room: EditorFloor) -> None:
    answer = await room.post("/articles/shipping-fee", **room.form("shipping-fee", title=" ", web="書いた文"))
    page = await text_of(answer)
    assert answer.status == 422
    assert "「タイトル（title）」がありません" in page
    assert "書いた文" in page


async def test_a_new_article_gets_its_file_and_a_taken_id_is_told(room: EditorFloor) -> None:
    form = room.form("shipping-fee", version=0, title="離島の送料", phrasings="離島\n島") | {"id": "island-fee"}
    answer = await room.post("/articles/-/new", **form)
    assert answer.headers["Location"] == "/articles/island-fee?done=saved"
    assert room.articles["island-fee"].phrasings == ("離島", "島")
    taken = await room.post("/articles/-/new", **form | {"id": "return-how"})
    assert taken.status == 409
    assert "「return-how」は" in await text_of(taken)
    assert room.articles["return-how"].version == 1


async def test_withdrawn_and_deleted_articles_can_be_had_back(room: EditorFloor) -> None:
    assert (await room.post("/articles/shipping-fee/withdraw", version=1)).status == 303
    assert room.articles["shipping-fee"].status is Status.DRAFT
    late = await room.post("/articles/shipping-fee/delete", version=1)
    assert late.headers["Location"].endswith("done=moved")
    await room.post("/articles/shipping-fee/delete", version=2)
    assert "shipping-fee" not in room.articles
    assert (await room.client.get("/articles/shipping-fee")).status == 404
    older = await text_of(await room.client.get("/articles/shipping-fee?version=1"))
    assert "全国一律**550円**" in older
    answer = await room.post("/articles/shipping-fee", **room_form(older))
    assert answer.status == 303
    assert room.articles["shipping-fee"].answer == make("shipping-fee").answer
    actions = [action for _, action, _ in await audited(room)]
    assert actions == ["article.saved", "article.deleted", "article.withdrawn"]


def room_form(page: str) -> dict[str, Any]:
    """The form as that page shows it."""
    from desk.editor_form import values

    version = re.search(r'name="version" value="(\d+)">\s*<fieldset', page)
    assert version is not None
    return values(make("shipping-fee")) | {"version": version[1]}


async def ask(room: EditorFloor, path: str, **fields: Any) -> dict[str, Any]:
    headers = {"Origin": room.origin, "X-CSRF": await room.csrf(), "Accept": "application/json"}
    async with room.client.post(path, data=fields, headers=headers) as answer:
        assert answer.status == 200
        return dict(json.loads(await answer.text()))


async def test_the_check_runs_while_somebody_types(room: EditorFloor) -> None:
    form = room.form("shipping-fee", sms="あ" * 300, web="**無料**<script>alert(1)</script>", title="返品")
    found = await ask(room, "/articles/-/check", **form)
    told = {(problem["field"], problem["severity"]) for problem in found["problems"]}
    assert {("sms", "error"), ("title", "error")} <= told
    assert found["preview"]["sms"] == {"text": "あ" * 300, "segments": 5, "units": 300, "most": 3}
    assert found["preview"]["web"].startswith("<p><strong>無料</strong>")
    assert "<script" not in found["preview"]["web"]
    assert room.articles["shipping-fee"].version == 1


async def test_speech_is_shown_as_the_telephone_reads_it(room: EditorFloor) -> None:
    (room.kb_dir.parent / "readings.yml").write_text("words: {離島: りとう}\n", encoding="utf-8")
    found = await ask(room, "/articles/-/check", **room.form("shipping-fee", speech="離島は¥1,650、9:30から。"))
    assert found["preview"]["speech"] == {"text": "りとうは1650円、9時半から。", "seconds": 3}


async def test_a_fault_of_the_dictionary_is_shown_where_articles_are_published(room: EditorFloor) -> None:
    (room.kb_dir.parent / "readings.yml").write_text("# 辞書\nwrods: {離島: りとう}\n", encoding="utf-8")
    page = await text_of(await room.client.get("/articles/-/releases"))
    assert "<code>readings.yml:2</code>：読み上げの辞書：節「wrods」はありません" in page


async def test_a_question_is_tried_against_the_draft_even_without_the_language_process(room: EditorFloor) -> None:
    room.publish()
    await until(lambda: room.desk.release.current is not None)
    form = room.form("return-how", phrasings="冷蔵庫が冷えません\n冷たくならない")
    found = await ask(room, "/articles/-/try", **form, question="冷蔵庫が冷えない")
    assert found["plain"] is True
    assert found["live"]["place"] is None
    assert found["draft"]["place"] == 1
    assert found["draft"]["candidates"][0]["article_id"] == "return-how"


async def approve(room: EditorFloor, **fields: Any) -> Any:
    from kb.files import load

    seen = content_hash(load(room.kb_dir).ready)
    return await room.post("/articles/-/publish", **{"seen": seen, "reason": "年末の案内"} | fields)


async def test_editors_do_not_publish_approvers_do(room: EditorFloor) -> None:
    assert (await approve(room)).status == 403
    assert (await room.post("/articles/-/rollback", number=1)).status == 403
    await room.sign_in("tanaka")
    answer = await approve(room)
    assert answer.headers["Location"] == "/articles/-/releases?done=published"
    assert await until(lambda: room.desk.release.current is not None) < 2
    (entry,) = register.history(room.desk.engine)
    assert (entry.number, entry.author, entry.reason) == (1, "田中", "年末の案内")
    assert ("tanaka", "release.published", "1: 年末の案内") in await audited(room)


async def test_what_was_not_seen_is_not_published(room: EditorFloor) -> None:
    await room.sign_in("tanaka")
    answer = await approve(room, seen="something else", reason="急ぎの公開")
    page = await text_of(answer)
    assert answer.status == 409
    assert 'value="急ぎの公開"' in page
    assert register.live_number(room.desk.engine) is None


async def test_errors_stop_publishing_and_are_shown(room: EditorFloor) -> None:
    path = room.kb_dir / "all" / "shipping-fee.yml"
    path.write_text(path.read_text(encoding="utf-8") + "related: [nowhere]\n", encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("related: []\n", ""), encoding="utf-8")
    await room.sign_in("tanaka")
    answer = await approve(room)
    assert answer.status == 422
    assert "エラーがあるため公開できません（1件）" in await text_of(answer)
    assert register.live_number(room.desk.engine) is None


async def test_the_changes_are_shown_before_publishing_and_rolled_back_after(room: EditorFloor) -> None:
    room.publish()
    await room.post("/articles/shipping-fee", **room.form("shipping-fee", sms="送料は600円です。"))
    page = await text_of(await room.client.get("/articles/-/releases"))
    assert "<del>全国一律550</del><ins>600</ins>" in page
    assert "公開は承認者が行います" in page
    await room.sign_in("tanaka")
    await approve(room)
    await until(lambda: room.desk.release.current is not None and room.desk.release.current.number == 2)
    back = await text_of(await room.client.get("/articles/-/releases/1"))
    assert "この版に戻すと変わること" in back
    answer = await room.post("/articles/-/rollback", number=1, reason="金額の誤り")
    assert answer.headers["Location"] == "/articles/-/releases?done=rolled_back"
    await until(lambda: room.desk.release.current is not None and room.desk.release.current.number == 1)
    assert room.articles["shipping-fee"].answer.sms == "送料は600円です。"
    assert ("tanaka", "release.rolled_back", "1: 金額の誤り") in await audited(room)
    assert (await room.post("/articles/-/rollback", number=9, reason="")).status == 404


async def test_a_broken_file_is_shown_and_the_rest_works(room: EditorFloor) -> None:
    (room.kb_dir / "all" / "broken.yml").write_text("id: [", encoding="utf-8")
    page = await text_of(await room.client.get("/articles"))
    assert "all/broken.yml:" in page
    assert "送料はいくらですか" in page


@pytest.mark.parametrize(("text", "told"), [("id: [", "all/broken.yml:"), ("id: broken\ntitle: 題\nfoo: 1", "「foo」")])
async def test_a_broken_article_says_what_to_mend_until_it_is_mended(room: EditorFloor, text: str, told: str) -> None:
    path = room.kb_dir / "all" / "broken.yml"
    path.write_text(text, encoding="utf-8")
    page = await text_of(await room.client.get("/articles/broken"))
    assert "この記事のファイルを読み込めません" in page
    assert told in page and "直し方" in page and "/articles/broken/history" not in page
    path.unlink()
    assert (await room.client.get("/articles/broken")).status == 404


async def test_a_broken_article_leads_to_what_was_saved_of_it(room: EditorFloor) -> None:
    await room.post("/articles/shipping-fee", **room.form("shipping-fee", title="送料は？"))
    (room.kb_dir / "all" / "shipping-fee.yml").write_text("title: 送料: 一律\n", encoding="utf-8")
    assert "/articles/shipping-fee/history" in await text_of(await room.client.get("/articles/shipping-fee"))
    assert "版 2" in await text_of(await room.client.get("/articles/shipping-fee/history"))


async def test_the_saved_line_leads_to_publishing(room: EditorFloor) -> None:
    link = '<a href="/articles/-/releases">公開と履歴へ</a>'
    assert link in await text_of(await room.client.get("/articles/shipping-fee?done=saved"))
    assert link not in await text_of(await room.client.get("/articles/shipping-fee?done=saved_draft"))


def test_a_difference_keeps_numbers_whole() -> None:
    found = [(piece.kind, piece.text) for piece in pieces("送料は550円です。", "送料は1,650円です。")]
    assert found == [("same", "送料は"), ("gone", "550"), ("new", "1,650"), ("same", "円です。")]


@pytest.mark.parametrize(
    ("old", "new"), [("", "あ"), ("あいう", ""), ("返品の送料", "交換の時の料金"), ("同じ", "同じ")]
)
def test_a_difference_tells_both_texts(old: str, new: str) -> None:
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.kind != "new") == old
    assert "".join(piece.text for piece in found if piece.kind != "gone") == new
