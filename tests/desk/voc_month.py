"""A month of talks with a believable shop, the same every time, for the pictures of the VOC pages."""

from __future__ import annotations

import random
from dataclasses import replace

from conversation.words import Choice
from desk.page import Desk
from tests.voc.talk import Talk
from voc.store import Store

DAY = 86_400.0
ASKED = {
    "shipping-fee": ["送料はいくらですか？", "配送料を知りたい", "送料って何円？"],
    "free-shipping": ["いくらから送料無料？", "送料無料になる金額は"],
    "delivery-days": ["いつ届きますか", "注文してから何日で届く？"],
    "delivery-tracking": ["荷物の場所を知りたい", "追跡番号はどこ"],
    "delivery-datetime": ["夜に届けてほしい", "日時指定できますか"],
    "password-reset": ["パスワードを忘れました"],
    "coupon-not-applied": ["クーポンが使えない"],
    "gift-noshi": ["のしを付けたい"],
}
OPEN = [
    "中古品の買取はしていますか",
    "法人の請求書払いはできますか",
    "子ども用の椅子の耐荷重は？",
    "アプリの通知が来ない",
]
TROUBLES = [
    "届いた鍋のふたが割れていました。【氏名】と申します。電話は【電話番号】です。",
    "担当者と話したいです",
    "同じことを何度も聞かれて困っています",
    "注文番号【注文番号】の件で、間違った色が届きました",
]
REASONS = [
    "customer_request",
    "repeated_miss",
    "complex_topic",
    "negative_emotion",
    "after_hours",
    "policy_restriction",
]


def fill(desk: Desk, days: int = 30) -> None:
    """Puts the talks into SQL as the writer would."""
    chance, store = random.Random(7), Store(desk.engine, "k")
    for ago in range(days):
        start = desk.clock() - ago * DAY - 3600
        for n in range(chance.randint(6, 14) - (5 if ago % 7 in (2, 3) else 0)):
            talk = Talk(f"talk-{ago}-{n}")
            _play(talk, chance, n)
            words = [replace(word, at=start + n * 120 + word.seq * 0.9) for word in talk.words]
            store.save(talk.conversation_id, words, {"channel": chance.choice(["web"] * 5 + ["sms"])}, {})


def _play(talk: Talk, chance: random.Random, n: int) -> None:
    if chance.random() < 0.3:
        talk.ask("こんにちは", meta={"page": "/items/1042"})
        talk.say("こんにちは。ご用件をどうぞ。", "talk", meta={"intent": "greet"})
    kind = chance.choices(["answer", "clarify", "miss", "person", "decline"], [62, 12, 11, 11, 4])[0]
    {"answer": _answered, "clarify": _clarified, "miss": _missed, "person": _person, "decline": _declined}[kind](
        talk, chance, n
    )


def _answered(talk: Talk, chance: random.Random, n: int) -> None:
    article = chance.choices(list(ASKED), [9, 6, 7, 5, 4, 3, 2, 1])[0]
    asked = talk.ask(chance.choice(ASKED[article]), meta={"page": "/cart"})
    talk.answer("全国一律550円（税込）です。\n5,500円以上のご注文は送料無料です。", article, meta={"confidence": 0.93})
    verdict = chance.choices(["solved", "not_solved", ""], [5, 1, 4])[0]
    if verdict:
        talk.press("はい" if verdict == "solved" else "いいえ", f"/{verdict}", asked.message_id)
        talk.say("お役に立ててうれしいです。", "talk")


def _clarified(talk: Talk, chance: random.Random, n: int) -> None:
    asked = talk.ask("返品について")
    choices = (Choice("返品の送料", '/choose_article{"article_id":"return-fee"}', "return-fee"),)
    talk.say("どちらについてお調べしますか？", "clarify", choices=choices)
    talk.press("返品の送料", choices[0].command, asked.message_id)
    talk.answer("不良品のときは当店が負担します。", "return-shipping-fee")


def _missed(talk: Talk, chance: random.Random, n: int) -> None:
    talk.ask(chance.choices(OPEN, [6, 4, 2, 1])[0])
    talk.say("申し訳ありません。別の言い方で教えていただけますか？", "rephrase")


def _declined(talk: Talk, chance: random.Random, n: int) -> None:
    talk.ask("今日の天気は？")
    talk.say("当店のお買い物についてお答えします。", "decline")


def _person(talk: Talk, chance: random.Random, n: int) -> None:
    reason, ticket = chance.choices(REASONS, [8, 5, 3, 2, 3, 1])[0], f"{10_000_000 + n * 37}"
    talk.ask(TROUBLES[n % 4], meta={"page": "/orders"})
    talk.state("queue", ticket, reason=reason)
    talk.say("ご迷惑をおかけして申し訳ございません。担当者におつなぎします。", "hand_off", meta={"ticket": ticket})
    talk.state("agent", ticket)
    talk.system("担当者の山田が承ります。", meta={"ticket": ticket})
    talk.ask("写真も送れますか？")
    talk.agent("お待たせいたしました。山田です。写真はメールでお送りください。新しい品をすぐにお送りします。")
    talk.state("bot", ticket)
