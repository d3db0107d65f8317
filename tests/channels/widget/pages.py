"""The page that embeds the widget in tests, under a CSP as strict as they come, and what its door tells."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

QUESTIONS = [
    "送料はいくらですか",
    "注文をキャンセルしたい",
    "返品の方法を教えてください",
    "いつ届きますか",
    "領収書を発行したい",
]
TITLES = [
    *QUESTIONS,
    "返品の送料はだれが負担しますか",
    "返金はいつになりますか",
    "沖縄・離島への送料",
    "ポイントの有効期限",
]
START = {
    "phone_code": True,
    "shop_name": "ツバメ生活堂",
    "phone": "0120-000-123",
    "privacy_url": "/privacy",
    "notice": "ご質問にはボットが自動でお答えします。"
    "会話の内容は、お問い合わせへの対応とサービスの改善のために記録します。",
    "greeting": "こんにちは。ツバメ生活堂のお客様窓口です。ご質問をどうぞ。",
    "message_limit": 500,
    "staff": {"available": True, "text": "担当者がおります。いつでもおつなぎできます。"},
    "frequent": [{"article_id": f"q{n}", "title": title} for n, title in enumerate(QUESTIONS)],
    "categories": [
        {"name": name, "articles": [{"article_id": f"{name}{n}", "title": title} for n, title in enumerate(titles)]}
        for name, titles in {
            "配送": ["送料はいくらですか", "いつ届きますか", "沖縄・離島への送料"],
            "返品・交換": ["返品の方法を教えてください", "返品の送料はだれが負担しますか"],
            "返金": ["返金はいつになりますか"],
            "お支払い": ["支払い方法を教えてください"],
            "領収書・インボイス": ["領収書を発行したい"],
            "会員・ログイン": ["ログインできません"],
            "ポイント": ["ポイントの有効期限"],
        }.items()
    ],
}
ANSWER = """全国一律 **550円**（税込）です。1回のご注文が **3,980円**（税込）以上で送料無料になります。

- 沖縄・離島：1,650円（9,800円以上で無料）
- 大型家電：配送設置料 2,200円から

くわしくは[送料について](https://shop.tsubame-seikatsudo.example/guide/shipping)をご覧ください。"""

_HERE = Path(__file__).parent
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


async def page(request: web.Request) -> web.Response:
    data = " ".join(f'data-{name}="{value}"' for name, value in request.query.items() if name != "look")
    html = (_HERE / "page.html").read_text().replace("{look}", request.query.get("look", "")).replace("{data}", data)
    return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": CSP})


async def style(request: web.Request) -> web.Response:
    return web.Response(text=(_HERE / "page.css").read_text(), content_type="text/css")


async def nothing(request: web.Request) -> web.Response:
    return web.Response(status=204)


def add_to(app: web.Application) -> None:
    app.router.add_get("/", page)
    app.router.add_get("/page.css", style)
    app.router.add_get("/favicon.ico", nothing)
