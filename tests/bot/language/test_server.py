"""The language process over its socket: the protocol, what might break it, a release that changes under way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.language.client import LINE_LIMIT, LanguageAway, LanguageClient, ask_once
from bot.language.health import health_app
from bot.language.server import LanguageServer, Metrics
from bot.language.service import LanguageService
from bot.language.vectors import VectorCache
from kb.article import Answer, Article

pytestmark = [pytest.mark.model, pytest.mark.asyncio(loop_scope="module")]

FEE = Article(
    id="fee",
    title="送料はいくらですか",
    category="配送",
    phrasings=("配送料はかかりますか",),
    answer=Answer(web="500円です。"),
)
BACK = Article(
    id="back",
    title="返品のしかたを教えてください",
    category="返品",
    phrasings=("返したい",),
    answer=Answer(web="8日以内です。"),
)
LINES = st.one_of(
    st.binary(max_size=200).filter(lambda line: b"\n" not in line and line.strip()),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    ).map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {
            "id": st.integers(),
            "do": st.sampled_from(["understand", "search", "name_spans", "status", "stop"]),
            "text": st.text(max_size=60) | st.integers(),
            "query": st.text(max_size=60) | st.none(),
            "texts": st.lists(st.text(max_size=30), max_size=3) | st.text(max_size=5),
            "context": st.dictionaries(st.text(max_size=5), st.integers(), max_size=2) | st.integers(),
            "limit": st.integers(-5, 100),
            "scopes": st.lists(st.sampled_from(["self_service", "staff_only", "all"]), max_size=2),
        }
    ).map(lambda value: json.dumps(value).encode()),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(two_articles: Path) -> AsyncIterator[LanguageService]:
    made = LanguageService(VectorCache(two_articles), lambda: date(2026, 11, 22), e5=False)
    await made.start()
    await made.follow(1, [FEE, BACK])
    yield made
    await made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def path(service: LanguageService, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    where = tmp_path_factory.mktemp("s") / "deeper" / "language.sock"
    where.parent.mkdir()
    where.write_text("left by an earlier process")
    server = LanguageServer(service, Metrics())
    await server.start(where)
    yield where
    await server.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def client(path: Path) -> AsyncIterator[LanguageClient]:
    made = LanguageClient(str(path), timeout=20)
    yield made
    await made.close()


async def test_the_four_questions_are_answered(client: LanguageClient) -> None:
    found = await client.understand("送料はいくら？", {"channel": "web"})
    assert found.candidates[0].article_id == "fee"
    assert found.release >= 1
    assert [one.article_id for one in await client.search("返品", limit=1)] == ["back"]
    text = "山田太郎と申します"
    spans = (await client.name_spans([text, "送料は"]))[0]
    assert [text[start:end] for start, end, _ in spans] == ["山田太郎"]
    assert (await client.status())["articles"] == 2


async def test_many_questions_at_once_get_their_own_answers(client: LanguageClient) -> None:
    texts = [f"返品したい {number}番" for number in range(30)]
    found = await asyncio.gather(*(client.understand(text) for text in texts))
    assert [one.text for one in found] == texts


async def test_a_mistake_is_an_error_answer(client: LanguageClient) -> None:
    for question in ({"do": "stop"}, {"do": "understand"}, {"do": "search", "query": "返品", "limit": 0}):
        do = str(question.pop("do"))
        with pytest.raises(LanguageAway):
            await client.ask(do, **question)
    assert (await client.status())["pid"]


async def test_a_draft_is_tried_without_becoming_live(service: LanguageService, client: LanguageClient) -> None:
    draft = BACK.copy(update={"id": "point", "title": "ポイントはいつ付きますか", "phrasings": ("ポイントの反映",)})
    live = service.understander.index
    for _ in range(2):  # the second time from what was kept
        found = await client.ask("try_draft", text="ポイントはいつもらえる？", article=json.loads(draft.json()))
        assert found["candidates"][0]["article_id"] == "point"
    assert service.understander.index is live
    assert "point" not in [one.article_id for one in await client.search("ポイント", limit=5)]
    with pytest.raises(LanguageAway, match="article is none"):
        await client.ask("try_draft", text="送料", article={"id": 3})


async def test_too_long_a_line_is_refused_and_others_go_on(path: Path, client: LanguageClient) -> None:
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(b"x" * (LINE_LIMIT + 10) + b"\n")
    assert "error" in json.loads(await reader.readline())
    writer.close()
    assert (await client.status())["pid"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=LINES)
async def test_any_line_gets_one_answer(path: Path, line: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(str(path))
    try:
        writer.write(line + b"\n")
        answer = json.loads(await asyncio.wait_for(reader.readline(), 20))
        assert ("ok" in answer) != ("error" in answer)
    finally:
        writer.close()


async def test_a_new_release_is_live_and_no_question_is_lost_meanwhile(
    service: LanguageService, client: LanguageClient
) -> None:
    gift = Article(
        id="gift",
        title="ギフト包装はできますか",
        category="ギフト",
        phrasings=("ラッピングしてほしい",),
        answer=Answer(web="できます。"),
    )
    change = asyncio.create_task(service.follow(2, [FEE, gift]))
    asked = [await client.understand("送料はいくらですか") for _ in range(10)]
    await change
    assert {one.release for one in asked} <= {1, 2}
    found = await client.understand("ラッピングしてほしい")
    assert (found.release, found.candidates[0].article_id) == (2, "gift")
    await service.follow(1, [FEE, BACK])


async def test_a_blocking_asker_is_served_too(path: Path) -> None:
    found = await asyncio.to_thread(ask_once, str(path), "understand", 20.0, text="送料はいくら")
    assert found["candidates"][0]["article_id"] == "fee"


async def test_health_and_metrics(service: LanguageService) -> None:
    metrics = Metrics()
    metrics.questions.labels("understand", "ok").inc()
    async with TestClient(TestServer(health_app(service, metrics))) as web:
        assert (await web.get("/healthz")).status == 200
        assert (await (await web.get("/readyz")).json())["release"] == 1
        assert 'language_questions_total{do="understand",result="ok"} 1.0' in await (await web.get("/metrics")).text()
