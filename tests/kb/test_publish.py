"""Releases: numbers dense and unique, refused when something is wrong, rolled back, mirrored to Redis."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kb import keys, register
from kb.article import Article
from kb.files import load
from kb.problem import Refused
from kb.publish import Published, Unchanged, mirror, publish, rollback
from kb.release import Release
from kb.render import render
from stores import open_redis_sync

Make = Callable[..., Article]
TODAY = date(2027, 1, 15)


@pytest.fixture
def client(redis_url: str) -> Any:
    return open_redis_sync(redis_url)


def edit(kb_dir: Path, article: Article) -> None:
    (kb_dir / "delivery" / f"{article.id}.yml").write_text(render(article), encoding="utf-8")


def test_a_release_holds_the_ready_articles(sql: sa.engine.Engine, client: Any, kb_dir: Path, make: Make) -> None:
    edit(kb_dir, make("later", status="draft"))
    done = publish(sql, client, kb_dir, "田中", "初版", TODAY)
    assert isinstance(done, Published)
    assert (done.release.number, set(done.release.articles)) == (1, {"shipping-fee", "free-shipping"})
    assert done.changes.added == ("free-shipping", "shipping-fee")
    assert client.get(keys.LIVE) == "1"
    mirrored = Release.from_json(client.get(keys.release(1)))
    assert mirrored.articles == load(kb_dir).ready
    assert (mirrored.author, mirrored.reason) == ("田中", "初版")


def test_only_changes_make_a_release(sql: sa.engine.Engine, client: Any, kb_dir: Path, make: Make) -> None:
    publish(sql, client, kb_dir, "田中", "", TODAY)
    edit(kb_dir, make("shipping-fee", updated_by="誰か"))
    assert isinstance(publish(sql, client, kb_dir, "田中", "", TODAY), Unchanged)
    edit(kb_dir, make("shipping-fee", title="送料はいくら？"))
    (kb_dir / "delivery" / "free-shipping.yml").unlink()
    done = publish(sql, client, kb_dir, "田中", "", TODAY)
    assert isinstance(done, Published)
    assert (done.changes.changed, done.changes.removed) == (("shipping-fee",), ("free-shipping",))


def test_errors_among_ready_articles_refuse(sql: sa.engine.Engine, client: Any, kb_dir: Path, make: Make) -> None:
    edit(kb_dir, make("a", related=["nowhere"]))
    refused = publish(sql, client, kb_dir, "田中", "", TODAY)
    assert isinstance(refused, Refused)
    assert [problem.code for problem in refused.problems] == ["dead_related"]
    assert register.live_number(sql) is None


def test_rolled_back_and_then_published_goes_on_counting(
    sql: sa.engine.Engine, client: Any, kb_dir: Path, make: Make
) -> None:
    publish(sql, client, kb_dir, "田中", "一", TODAY)
    edit(kb_dir, make("shipping-fee", title="送料はいくら？"))
    publish(sql, client, kb_dir, "田中", "二", TODAY)
    back = rollback(sql, client, 1, "鈴木", "誤りがあった")
    assert isinstance(back, Published)
    assert client.get(keys.LIVE) == "1"
    assert client.ttl(keys.release(1)) == -1
    assert client.ttl(keys.release(2)) > 0
    publish(sql, client, kb_dir, "田中", "三", TODAY)
    told = [(entry.number, entry.action, entry.author, entry.reason) for entry in register.history(sql)]
    assert told == [
        (3, "publish", "田中", "三"),
        (1, "rollback", "鈴木", "誤りがあった"),
        (2, "publish", "田中", "二"),
        (1, "publish", "田中", "一"),
    ]
    assert all(entry.at.tzinfo for entry in register.history(sql))


def test_rollback_knows_its_numbers(sql: sa.engine.Engine, client: Any, kb_dir: Path) -> None:
    assert rollback(sql, client, 1, "鈴木", "") is None
    publish(sql, client, kb_dir, "田中", "", TODAY)
    assert isinstance(rollback(sql, client, 1, "鈴木", ""), Unchanged)
    assert len(register.history(sql)) == 1


def test_publishers_at_once_get_dense_and_unique_numbers(sql: sa.engine.Engine, redis_url: str, make: Make) -> None:
    def run(number: int) -> int:
        article = make("a", title=f"題{number}")
        made = register.publish(sql, {"a": article}, f"編集者{number}", "").number
        assert mirror(sql, open_redis_sync(redis_url))
        return made

    with ThreadPoolExecutor(6) as threads:
        numbers = list(threads.map(run, range(18)))
    assert sorted(numbers) == list(range(1, 19))
    live = register.live_number(sql)
    client = open_redis_sync(redis_url)
    assert client.get(keys.LIVE) == str(live)
    assert json.loads(client.get(keys.release(live)))["number"] == live


def test_a_lost_redis_is_filled_again(sql: sa.engine.Engine, client: Any, kb_dir: Path) -> None:
    publish(sql, client, kb_dir, "田中", "", TODAY)
    client.flushall()
    assert mirror(sql, client)
    assert client.get(keys.LIVE) == "1"


def test_with_redis_away_the_release_is_kept_for_later(sql: sa.engine.Engine, client: Any, kb_dir: Path) -> None:
    away = open_redis_sync("unix:///nowhere/redis.sock")
    done = publish(sql, away, kb_dir, "田中", "", TODAY)
    assert isinstance(done, Published)
    assert not done.mirrored
    assert isinstance(publish(sql, client, kb_dir, "田中", "", TODAY), Unchanged)
    assert client.get(keys.LIVE) == "1"


def test_a_release_of_a_newer_program_can_be_read(make: Make) -> None:
    made = Release(1, {"a": make("a")}, register._now(), "田中", "", "x")
    found = json.loads(made.to_json())
    found["articles"][0]["mood"] = "sunny"
    assert Release.from_json(json.dumps(found)).articles == {"a": make("a")}
