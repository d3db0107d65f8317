"""A desk over a small knowledge base of its own: three articles, published once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desk.staff import Role
from kb.article import Article
from kb.files import load
from kb.publish import Published, publish
from kb.render import render
from nihongo.japan_time import today
from stores import open_redis_sync
from tests.desk.room import Floor

ARTICLES = {
    "shipping-fee": ("送料はいくらですか？", "配送", "送料は全国一律**550円**です。"),
    "return-how": ("返品したいのですが", "返品・交換", "お届けから8日以内に承ります。"),
    "point-earn": ("ポイントはいつ付きますか？", "ポイント", "発送の翌日に付きます。"),
}
PHRASINGS = {
    "shipping-fee": ["送料を知りたい", "配送料はかかる？", "届けてもらうのにいくら", "送料", "送るお金"],
    "return-how": ["返品の方法", "商品を返したい", "いらなくなった", "返品", "送り返すには"],
    "point-earn": ["ポイントが付かない", "いつポイントもらえる", "ポイント反映", "ポイント", "ポイントの付与日"],
}


def make(id: str, **changes: Any) -> Article:
    title, category, web = ARTICLES[id]
    answer = {"web": web, "sms": web.replace("**", ""), "speech": web.replace("**", "")}
    values = {"id": id, "title": title, "category": category, "answer": answer, "phrasings": PHRASINGS[id]}
    return Article(**values | {"owner": "窓口", "review_by": "2099-12-31"} | changes)


def fill(kb_dir: Path) -> None:
    folder = kb_dir / "all"
    folder.mkdir(parents=True)
    for id in ARTICLES:
        (folder / f"{id}.yml").write_text(render(make(id)), encoding="utf-8")


class EditorFloor(Floor):
    """What an editor and an approver do."""

    @property
    def kb_dir(self) -> Path:
        return self.desk.settings.kb_dir

    @property
    def articles(self) -> dict[str, Article]:
        return load(self.kb_dir).articles

    def publish(self) -> Published:
        client = open_redis_sync(self.desk.settings.redis_url)
        done = publish(self.desk.engine, client, self.kb_dir, "初期設定", "最初の公開", today())
        assert isinstance(done, Published)
        return done

    async def staff(self) -> None:
        """佐藤 edits, 田中 approves; 佐藤 is signed in."""
        self.add("sato", Role.EDITOR, display_name="佐藤")
        self.add("tanaka", Role.APPROVER, display_name="田中")
        self.add("agent", Role.AGENT)
        await self.sign_in("sato")

    def form(self, id: str, **changes: Any) -> dict[str, Any]:
        """The form of this article as its page shows it."""
        from desk.editor_form import values

        article = self.articles[id]
        return values(article) | {"version": article.version} | changes
