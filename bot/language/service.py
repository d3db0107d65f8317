"""What the language process can do, apart from sockets: the questions, and an index that follows the release."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterable
from copy import copy
from datetime import date
from typing import Any

import numpy as np

from bot.language import trained
from bot.language.dialogue import DialogueClassifier, asked, examples, train, training_rows
from bot.language.encoders import E5Encoder, UseEncoder
from bot.language.gate import Thresholds
from bot.language.index import Index
from bot.language.indexing import Indexing
from bot.language.names import NameFinder, Span, pieces
from bot.language.tokens import Tokeniser
from bot.language.understand import Understander
from bot.language.vectors import VectorCache
from bot.language.worker import Rank, Worker
from kb.article import Article
from nihongo.japan_time import today

log = logging.getLogger(__name__)
TEXTS_LIMIT, TEXT_LIMIT, SEARCH_LIMIT = 200, 4000, 50
REMEMBERED_TEXTS = 10_000  # texts whose names are known: about 2 MB


class BadQuestion(ValueError):
    """The asker's mistake: said in the answer, nothing happens to the process."""


class LanguageService:
    """All that computes runs in `worker`; E5 for indexing has a thread of low priority: questions never wait for it."""

    def __init__(self, cache: VectorCache, today: Callable[[], date] = today, e5: bool = True) -> None:
        self.worker, self._cache, self._today = Worker(), cache, today
        self._tokeniser, self._use = Tokeniser(), UseEncoder()
        self._e5 = E5Encoder() if e5 else None
        self.understander = Understander(self._tokeniser, self._use, self._e5, Thresholds.load())
        self._indexing = Indexing(self.worker, cache, self.understander, self._tokeniser, self._use, self._e5)
        self._trained_file = cache.folder / "dialogue.npz"
        self._names: NameFinder | None = None
        self._found_names: dict[bytes, list[Span]] = {}
        self._following = asyncio.Lock()
        self._tried: tuple[tuple[Article, tuple[Article, ...]], Index] | None = None

    async def start(self) -> None:
        """Loads what is heavy. Questions may come before it ends: they are answered with what is there."""
        await self._indexing.start()
        await self.worker.run(Rank.QUESTION, self._use.encode, ["準備"])
        if self._e5:
            await asyncio.to_thread(self._e5.load)
        self._names = await asyncio.to_thread(NameFinder)
        gc.collect()
        gc.freeze()  # vocabularies of a million objects: no later collection walks through them

    async def stop(self) -> None:
        await self._indexing.stop()
        await asyncio.to_thread(self.worker.stop)
        self._cache.close()

    @property
    def ready(self) -> bool:
        return self.understander.index is not None

    async def follow(self, number: int, articles: Iterable[Article]) -> None:
        """Makes this release the one that answers: words and USE first, then E5 in the background."""
        async with self._following:
            started = time.perf_counter()
            index = await self._indexing.released(tuple(articles), number)
            if self.understander.dialogue is None:
                self.understander.dialogue = await self._dialogue(index)
            self.understander.index = index
            log.info(
                "release %d is live: %d articles, %.2f s", number, len(index.articles), time.perf_counter() - started
            )
            self._indexing.fill(index)

    async def answer(self, do: str, question: dict[str, Any]) -> Any:
        """One question of the protocol. Raises BadQuestion."""
        asked = {
            "understand": self._understand,
            "search": self._search,
            "name_spans": self._name_spans,
            "kana": self._kana,
            "status": self._status,
            "try_draft": self._try_draft,
        }
        if do not in asked:
            raise BadQuestion(f"unknown question: {do!r:.40}")
        return await asked[do](question)

    async def _understand(self, question: dict[str, Any]) -> dict[str, Any]:
        text, context = _text(question, "text"), question.get("context") or {}
        if not isinstance(context, dict):
            raise BadQuestion("context must be an object")
        self._need_release()
        found = await self.worker.run(Rank.QUESTION, self.understander.understand, text, context, self._today())
        return found.as_dict()

    def _need_release(self) -> None:
        """Without articles every question would look like a miss: the asker does better with what is left to them."""
        if not self.ready:
            raise BadQuestion("no release is live yet")

    async def _search(self, question: dict[str, Any]) -> list[dict[str, Any]]:
        limit, scopes = question.get("limit", 5), question.get("scopes") or ["self_service"]
        if not isinstance(limit, int) or not 1 <= limit <= SEARCH_LIMIT:
            raise BadQuestion(f"limit must be 1 to {SEARCH_LIMIT}")
        if not isinstance(scopes, list) or not set(map(str, scopes)) <= {"self_service", "hand_off", "staff_only"}:
            raise BadQuestion("unknown scope")
        text = _text(question, "query")
        self._need_release()
        found = await self.worker.run(Rank.QUESTION, self.understander.search, text, limit, scopes, self._today())
        return [vars(candidate) for candidate in found]

    async def _try_draft(self, question: dict[str, Any]) -> dict[str, Any]:
        """`understand`, were this article published as it stands. Without E5, which would take seconds to read it."""
        text, live = _text(question, "text"), self.understander.index
        try:
            draft = Article.parse_obj(question.get("article"))
        except ValueError as error:
            raise BadQuestion("article is none") from error
        trial = copy(self.understander)
        trial.index = await self._index_with(draft, live.articles if live else ())
        found = await self.worker.run(Rank.QUESTION, trial.understand, text, {}, self._today())
        return found.as_dict()

    async def _index_with(self, draft: Article, articles: tuple[Article, ...]) -> Index:
        """The live articles and this one; kept while an editor tries one question after the other."""
        key = (draft, articles)
        if self._tried is None or self._tried[0] != key:
            others = (article for article in articles if article.id != draft.id)
            self._tried = (key, await self._indexing.tried((*others, draft)))
        return self._tried[1]

    async def _name_spans(self, question: dict[str, Any]) -> list[Any]:
        texts = question.get("texts")
        if not isinstance(texts, list) or len(texts) > TEXTS_LIMIT or not all(isinstance(text, str) for text in texts):
            raise BadQuestion(f"texts must be a list of at most {TEXTS_LIMIT} texts")
        if self._names is None:
            raise BadQuestion("names are still being loaded")
        return [await self._spans(self._names, text) for text in texts]

    async def _kana(self, question: dict[str, Any]) -> str:
        return str(await self.worker.run(Rank.QUESTION, self._tokeniser.kana, _text(question, "text")))

    async def _spans(self, finder: NameFinder, text: str) -> list[Span]:
        """Remembered by hash, without the words: the bot's sentences come again, as does an asker out of patience."""
        key = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        if key not in self._found_names:
            found = [await self._spans_of(finder, piece, at) for at, piece in pieces(text)]
            if len(self._found_names) >= REMEMBERED_TEXTS:
                self._found_names.pop(next(iter(self._found_names)))
            self._found_names[key] = [span for some in found for span in some]
        return self._found_names[key]

    async def _spans_of(self, finder: NameFinder, piece: str, place: int) -> list[Span]:
        """Step by step: a customer's question waits for one of them at most."""
        doc = await self.worker.run(Rank.MASKING, finder.read, piece)
        if doc is None:
            return []
        for network in finder.networks:
            doc = await self.worker.run(Rank.MASKING, network, doc)
        return await self.worker.run(Rank.MASKING, finder.found, doc, place)

    async def _status(self, _question: dict[str, Any]) -> dict[str, Any]:
        index = self.understander.index
        e5 = bool(self._e5 and self._e5.ready and index and index.turned)
        return {
            "release": index.number if index else None,
            "articles": len(index.articles) if index else 0,
            "encoders": {"use": bool(index and index.use), "e5": e5},
            "pid": os.getpid(),
        }

    async def _dialogue(self, index: Index) -> DialogueClassifier:
        """Made once a process: data/nlu/ belongs to the program, and the questions only show what talk is not."""
        rows = training_rows(examples(), asked(index.articles))
        key = trained.key_of(rows)
        if kept := await asyncio.to_thread(trained.load, self._trained_file, key):
            return kept
        classifier = await self._learned(rows)
        await asyncio.to_thread(trained.save, classifier, self._trained_file, key)
        return classifier

    async def _learned(self, rows: list[tuple[str, str]]) -> DialogueClassifier:
        texts = [text for text, _ in rows]
        await self._indexing.encode(texts)
        known = self._cache.known("use", texts)
        return await asyncio.to_thread(train, rows, lambda some: np.stack([known[text] for text in some]))


def _text(question: dict[str, Any], name: str) -> str:
    text = question.get(name)
    if not isinstance(text, str):
        raise BadQuestion(f"{name} must be a text")
    return text[:TEXT_LIMIT]
