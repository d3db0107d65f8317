"""The page that embeds the widget in tests, with a CSP as strict as a careful shop's, and what the shop's door tells."""

from __future__ import annotations

from aiohttp import web

QUESTIONS = ["送料はいくらですか", "注文をキャンセルしたい", "返品の方法を教えてください", "いつ届きますか", "領収書を発行したい"]
TITLES = [*QUESTIONS, "返品の送料はだれが負担しますか", "返金はいつになりますか", "沖縄・離島への送料", "ポイントの有効期限"]
START = {
    "shop_name": "ツバメ生活堂",
    "phone": "0120-000-123",
    "privacy_url": "/privacy",
    "notice": "ご質問にはボットが自動でお答えします。会話の内容は、お問い合わせへの対応とサービスの改善のために記録します。",
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

_HTML = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>ツバメ生活堂</title>
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover"><link rel="stylesheet" href="/page.css">
</head><body class="{look}"><header><b>ツバメ生活堂</b><nav><a href="/">家電</a> <a href="/">キッチン</a> <a href="/">寝具・生活雑貨</a>
<a href="/">マイページ</a></nav></header><main><h1>毎日を、すこし軽やかに。</h1><p>暮らしの道具を、全国へお届けしています。
3,980円（税込）以上のご注文で送料無料。</p><div class="goods"><i>コードレス掃除機</i><i>電気ケトル</i><i>ガーゼケット</i>
<i>加湿器</i><i>ほうろう鍋</i><i>LEDデスクライト</i></div></main><script src="/widget.js" async {data}></script></body></html>"""
_CSS = """body{margin:0;font:16px/1.7 "Noto Sans CJK JP",sans-serif;background:#faf8f4;color:#333}
header{display:flex;flex-wrap:wrap;gap:8px 40px;align-items:center;padding:16px 32px;background:#fff;border-bottom:1px solid #e5e0d8}
header b{font-size:20px}nav{display:flex;gap:20px}nav a{color:#555;text-decoration:none;font-size:14px}main{padding:32px}h1{margin:0}
.goods{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:20px;margin-top:24px}
.goods i{display:grid;align-items:end;height:170px;padding:14px;background:#ece7dd;border-radius:10px;font-style:normal}
.dark{background:#15171c;color:#e8e8ea}.dark header{background:#1c1f26;border-color:#333}.dark nav a{color:#bbb}.dark .goods i{background:#262a33}
*{letter-spacing:.01em}button{background:hotpink!important;font-size:9px}p{margin:0 0 1em}"""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


async def page(request: web.Request) -> web.Response:
    data = " ".join(f'data-{name}="{value}"' for name, value in request.query.items() if name != "look")
    html = _HTML.replace("{look}", request.query.get("look", "")).replace("{data}", data)
    return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": CSP})


async def style(request: web.Request) -> web.Response:
    return web.Response(text=_CSS, content_type="text/css")


async def nothing(request: web.Request) -> web.Response:
    return web.Response(status=204)


def add_to(app: web.Application) -> None:
    app.router.add_get("/", page)
    app.router.add_get("/page.css", style)
    app.router.add_get("/favicon.ico", nothing)
