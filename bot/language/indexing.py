"""From a release's articles to the index that answers: words and USE first, then E5 in the background."""

from __future__ import annotations

import asyncio
import ctypes
import logging
from contextlib import suppress
from dataclasses import replace

from bot.language import cohort, late, projection
from bot.language.cohort import Cohort
from bot.language.encoders import E5Encoder, UseEncoder
from bot.language.index import Index, assembled
from bot.language.matrices import kept_as, wanted
from bot.language.projection import Projection
from bot.language.reading import Reader, Reading
from bot.language.selector import Query
from bot.language.tokens import Tokeniser
from bot.language.understand import Understander
from bot.language.vectors import E5_PIECES, E5_QUERY, VectorCache
from bot.language.worker import Background, Rank, Worker
from kb.article import Article

log = logging.getLogger(__name__)
E5_STEP = 2  # passages between two savings: about 0.1 s


class Indexing:
    """What needs the tokeniser or USE runs in `worker`, in short jobs between questions; what only computes in threads;
    E5 has a thread of low priority. The live index of `understander` gains what comes late."""

    def __init__(
        self,
        worker: Worker,
        cache: VectorCache,
        understander: Understander,
        tokeniser: Tokeniser,
        use: UseEncoder,
        e5: E5Encoder | None,
    ) -> None:
        self.worker, self._cache, self.understander = worker, cache, understander
        self._tokeniser, self._use, self._reader = tokeniser, use, Reader(tokeniser)
        self._e5, self._background = e5, Background()
        self._projection_file = cache.folder / "projection.npz"
        self._projection: tuple[str, Projection | None] = ("", None)
        self._filling: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._projection = await asyncio.to_thread(projection.load, self._projection_file)

    async def stop(self) -> None:
        if self._filling:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)
        await asyncio.to_thread(self._background.stop)

    async def released(self, articles: tuple[Article, ...], number: int) -> Index:
        """An index of a release, as complete as it can be at once. Ends what is still filled in for an earlier one."""
        if self._filling:
            self._filling.cancel()
        index = await self._with_use(await self._built(articles, number))
        await asyncio.to_thread(self._reader.keep, articles)
        index = await self._with_kept_e5(index)
        return self._with_live_cohort(index) or await self._with_cohort(index)

    async def tried(self, articles: tuple[Article, ...]) -> Index:
        """An index for one who tries a draft: without E5, which would take seconds to read it."""
        index = await self._with_use(await self._built(articles, 0))
        return self._with_live_cohort(index) or index

    def fill(self, index: Index) -> None:
        """Starts what takes time, for an index that answers already."""
        if self._e5 and self._e5.ready:
            self._filling = asyncio.create_task(self._fill(index, self._e5))

    async def encode(self, texts: list[str]) -> None:
        """USE's vectors of what is new."""
        for some in await asyncio.to_thread(self._cache.missing, "use", texts):
            await self.worker.run(Rank.INDEXING, self._cache.add, "use", some, self._use.encode)

    async def _built(self, articles: tuple[Article, ...], number: int) -> Index:
        """Reads one article a job (10 ms when it is new), so that no question waits for a whole release."""
        readings: list[Reading] = []
        for article, known in zip(articles, await asyncio.to_thread(self._reader.known, articles), strict=True):
            if known is None:
                known = await self.worker.run(Rank.INDEXING, self._reader.read, article)
            readings.append(known)
        return await asyncio.to_thread(assembled, articles, readings, self._reader.vocabulary, number)

    async def _with_use(self, index: Index) -> Index:
        await self.encode(await asyncio.to_thread(self._new, index, "use"))
        index = await asyncio.to_thread(index.with_vectors, "use", self._cache, self.understander.index)
        return await asyncio.to_thread(index.with_learned)

    async def _with_kept_e5(self, index: Index) -> Index:
        """With E5, and the learned view as it was last learned, at once when no text is new."""
        if await asyncio.to_thread(self._has_e5, index):
            index = await asyncio.to_thread(index.with_vectors, "e5", self._cache, self.understander.index)
            return await self._with_projection(index)
        return index

    def _has_e5(self, index: Index) -> bool:
        if self._e5 is None:
            return False
        new = set(self._new(index, "e5"))
        named = kept_as(index.texts, "e5")
        return not any(self._cache.missing(name, [text for text in some if text in new]) for name, some in named)

    def _new(self, index: Index, encoder: str) -> list[str]:
        """The texts whose vectors the live index does not have."""
        live = self.understander.index
        known = set(wanted(live.texts)) if live and (live.use if encoder == "use" else live.e5) else ()
        return [text for text in wanted(index.texts) if text not in known]

    async def _with_projection(self, index: Index) -> Index:
        return await asyncio.to_thread(index.with_projection, self._projection[1], self.understander.index)

    def _with_live_cohort(self, index: Index) -> Index | None:
        """A release changes little of what others' sentences score; it is measured again when there is time."""
        live = self.understander.index
        return replace(index, cohort=live.cohort) if live and live.cohort and index.learned is None else None

    async def _with_cohort(self, index: Index) -> Index:
        """Where no phrasings teach. What is kept of its vectors must do until `_fill` has made the others."""
        if index.learned is not None:
            return index
        await self.encode(cohort.sentences())
        told = [await self.worker.run(Rank.INDEXING, self._scores, index, text) for text in cohort.sentences()]
        return replace(index, cohort=Cohort.of(told))

    def _scores(self, index: Index, text: str) -> dict[str, float]:
        use, e5 = (self._cache.known(name, [text]).get(text) for name in ("use", E5_QUERY))
        return cohort.scores(index, Query.of(text, self._tokeniser, use=use, e5=e5))

    async def _fill(self, index: Index, encoder: E5Encoder) -> None:
        """What takes time, for an index that answers already: E5's vectors of what is new, the learned view."""
        if index.learned is None:
            await self._read_passages(index, encoder)
        if index.e5 is None:
            index = await self._with_e5(index, encoder)
        key = await asyncio.to_thread(projection.key_of, index)
        if key != self._projection[0]:
            learned = await asyncio.to_thread(projection.train, index)
            self._projection = key, learned
            if learned:
                await asyncio.to_thread(learned.save, self._projection_file, key)
        if index.turned is None or index.turned.projection is not self._projection[1]:
            full = await self._with_projection(index)
            self._replace(index, full)
            index = full
        if index.learned is None:
            await self._ask_cohort(encoder)
            self._replace(index, await self._with_cohort(index))
        await asyncio.to_thread(_give_back)
        log.info("release %d has its slow vectors", index.number)

    async def _ask_cohort(self, encoder: E5Encoder) -> None:
        """E5's vectors of the cohort as questions: seconds, once in the life of the cache."""
        for some in await asyncio.to_thread(self._cache.missing, E5_QUERY, cohort.sentences(), E5_STEP):
            await self._background.run(self._cache.add, E5_QUERY, some, encoder.encode)

    async def _read_passages(self, index: Index, encoder: E5Encoder) -> None:
        """By pieces, where phrasings do not teach (late.py); their vectors come with them."""
        for some in await asyncio.to_thread(self._cache.missing, E5_PIECES, index.texts.passages, E5_STEP):
            await self._background.run(late.add, self._cache, some, encoder.read_passage)

    async def _with_e5(self, index: Index, encoder: E5Encoder) -> Index:
        """In the background; the index gains them, if it is still live. What is there by then survives a crash."""
        for name, texts in kept_as(index.texts, "e5"):
            encode = encoder.encode if name == E5_QUERY else encoder.passages
            for some in await asyncio.to_thread(self._cache.missing, name, texts, E5_STEP):
                await self._background.run(self._cache.add, name, some, encode)
        full = await asyncio.to_thread(index.with_vectors, "e5", self._cache)
        self._replace(index, full)
        return full

    def _replace(self, index: Index, better: Index) -> None:
        if self.understander.index is index:
            self.understander.index = better


def _give_back() -> None:
    """What earlier indexes held goes back to the system: glibc keeps what large arrays leave."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
