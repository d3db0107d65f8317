"""Public pages, start menu, suggestions, and what browsers are told to allow."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from stores import AsyncRedis
from tests.channels.staging import ARTICLES, ORIGIN, Client, OpenDoor, article, publish

PAGES = ["/", "/faq", "/faq?q=送料", "/faq/shipping-fee", "/privacy", "/faq/no-such-article", "/no-such-page"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_forbids_what_it_does_not_need(door: Client, path: str) -> None:
    answer = await door.get(path)
    html = await answer.text()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r'\son\w+="|\sstyle="|<style|javascript:', html)
    for script in re.findall(r"<script[^>]*>", html):
        nonce = re.search(r'nonce="(.+?)"', script)
        assert 'src="/widget.js"' in script or (nonce and f"'nonce-{nonce[1]}'" in policy)
    assert '<html lang="ja">' in html
    assert answer.status == (404 if "no-such" in path else 200)


_PHONE = {
    "twilio_account_sid": "AC" + "0123456789abcdef" * 2,
    "twilio_auth_token": "token-of-the-tests-0001",
    "twilio_sender": "+815012345678",
    "twilio_api_base_url": "http://127.0.0.1:9",
}
_OF_PHONE = (
    "お電話",
    "SMS",
    "お客様の電話番号",
    "携帯電話の番号",
    "伝言の録音",
    "文字にしたもの",
    "Twilio社",
    "配信停止",
)


async def privacy_of(door: Client) -> str:
    return await (await door.get("/privacy")).text()


async def test_the_privacy_page_names_each_channel_that_is_on_and_no_other(door: Client, open_door: OpenDoor) -> None:
    chat, all_three = await privacy_of(door), await privacy_of(await open_door(**_PHONE))
    assert (
        "<h1>チャットでの情報の取り扱い</h1>" in chat
        and "<h1>チャット・お電話・SMSでの情報の取り扱い</h1>" in all_three
    )
    assert all(said in all_three for said in _OF_PHONE)
    without_callback = chat.replace("折り返しのお電話", "")
    body = without_callback.split("<main")[1].split("</main>")[0]
    assert not [said for said in _OF_PHONE if said in body]
    for html in (chat, all_three):
        assert "会話の原文は30日で消去します" in html and "日まで保存します" in html


@pytest.mark.parametrize(
    ("changed", "said", "unsaid"),
    [
        ({"sms_mode": "two_way"}, "「停止」または「STOP」とだけご返信", "「配信停止」のリンク"),
        ({"sms_mode": "one_way"}, "「配信停止」のリンク", "ご返信"),
        ({"voice_recording": True}, "担当者との通話の録音</li>", "伝言の録音</li>"),
        ({"voice_recording": False}, "伝言の録音</li>", "通話の録音"),
    ],
)
async def test_the_privacy_page_follows_the_settings(
    open_door: OpenDoor, changed: dict[str, Any], said: str, unsaid: str
) -> None:
    html = await privacy_of(await open_door(**(_PHONE | changed)))
    assert said in html and unsaid not in html


async def test_a_help_page_says_its_article_to_people_and_machines(door: Client) -> None:
    html = await (await door.get("/faq/shipping-fee")).text()
    assert "<strong>550円</strong>" in html
    schema = json.loads(re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', html, re.S)[0])
    assert schema["@type"] == "FAQPage"
    assert schema["mainEntity"][0]["name"] == "送料はいくらですか？"
    assert "550円" in schema["mainEntity"][0]["acceptedAnswer"]["text"]
    assert 'href="/faq/delivery-days"' in html
    assert "staff-refund" not in html


@pytest.mark.parametrize("hidden", ["legal-matter", "staff-refund"])
async def test_what_is_not_for_self_service_has_no_page(door: Client, hidden: str) -> None:
    assert (await door.get(f"/faq/{hidden}")).status == 404
    title = next(each.title for each in ARTICLES if each.id == hidden)
    for path in ("/faq", f"/faq?q={title}"):
        html = re.sub(r"<(title|input|h2)[^>]*>[^<]*", "", await (await door.get(path)).text())
        assert title not in html


async def test_an_article_cannot_bring_its_own_markup(door: Client, redis_url: str) -> None:
    evil = article(
        "evil", "</script><img src=x onerror=alert(1)>", ("x",), "<script>alert(1)</script>[x](javascript:1)"
    )
    publish(redis_url, 2, [*ARTICLES, evil])
    while (answer := await door.get("/faq/evil")).status == 404:
        pass
    html = await answer.text()
    assert "<script>alert" not in html
    assert "<img" not in html
    assert 'href="javascript:' not in html
    assert html.count("</script>") == 2


async def test_an_expired_article_has_no_page(door: Client, redis_url: str) -> None:
    old = article("old-campaign", "先月のセールは？", ("セール",), "終わりました。", valid_until="2020-01-31")
    publish(redis_url, 2, [*ARTICLES, old, article("fresh", "新しい質問", ("x",), "はい。")])
    while (await door.get("/faq/fresh")).status == 404:
        pass
    assert (await door.get("/faq/old-campaign")).status == 404


async def test_help_is_searched_without_the_language_process(door: Client) -> None:
    html = await (await door.get("/faq", params={"q": "送料を教えて"})).text()
    assert 'href="/faq/shipping-fee"' in html.split("分類から探す")[0]
    odd = await (await door.get("/faq", params={"q": "<b>送料</b>"})).text()
    assert "<b>送料" not in odd


async def test_suggestions_come_from_the_live_release(door: Client) -> None:
    found = await (await door.get("/api/web/suggest", params={"q": "いつ届く"}, headers=ORIGIN)).json()
    assert found["suggestions"][0] == {"article_id": "delivery-days", "title": "何日で届きますか？"}
    for nothing in ("", "弁護士から連絡", "例外的な返金の手順"):
        found = await (await door.get("/api/web/suggest", params={"q": nothing}, headers=ORIGIN)).json()
        assert not {each["article_id"] for each in found["suggestions"]} & {"legal-matter", "staff-refund"}


async def test_the_start_menu(door: Client) -> None:
    start = await (await door.get("/api/web/start", headers=ORIGIN)).json()
    assert start["shop_name"] == "ツバメ生活堂"
    assert start["staff"]["available"] is True
    assert start["frequent"][0] == {"article_id": "shipping-fee", "title": "送料はいくらですか？"}
    assert start["categories"] == [
        {
            "name": "配送",
            "articles": [
                {"article_id": "shipping-fee", "title": "送料はいくらですか？"},
                {"article_id": "delivery-days", "title": "何日で届きますか？"},
            ],
        }
    ]
    assert "自動応答" in start["notice"]


async def test_another_shops_page_may_use_the_chat_when_listed(open_door: OpenDoor) -> None:
    door = await open_door(allowed_origins="https://shop.example, https://www.shop.example/")
    for origin in ("https://shop.example", "https://www.shop.example"):
        answer = await door.options("/api/web/sessions", headers={"Origin": origin})
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    answer = await door.post("/api/web/sessions", json={}, headers=ORIGIN)
    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_the_widget_is_one_small_cached_file(door: Client) -> None:
    answer = await door.get("/widget.js", headers={"Accept-Encoding": "gzip"}, auto_decompress=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(await answer.read()) < 30 * 1024
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = await door.get("/widget.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    plain = await door.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert "madoguchi-chat" in await plain.text()


async def test_the_operator_sees_alive_ready_and_measures(door: Client, redis_client: AsyncRedis) -> None:
    assert (await door.get("/healthz")).status == 200
    ready = await door.get("/readyz")
    body = await ready.json()
    assert (ready.status, body["ready"], body["redis"], body["release"]) == (200, True, True, 1)
    assert body["language"] is False
    await door.get("/api/web/suggest", headers={"Origin": "https://evil.example"})
    measures = await (await door.get("/metrics")).text()
    assert 'door_refused_total{code="origin"} 1.0' in measures
    for name in ("door_ack_seconds", "door_turn_seconds", "door_sockets"):
        assert name in measures
