"""Asking the language process over its unix socket; the one file of `bot` that desk, channels and voc may import.

One JSON object a line each way: `{"id", "do", …}` → `{"id", "ok": …}` or `{"id", "error": "…"}`. Many questions may be
under way on one connection; answers come in any order.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
from typing import Any

from bot.language.understanding import Candidate, Understanding

LINE_LIMIT = 4 * 1024 * 1024


class LanguageAway(Exception):
    """The language process did not answer: not running, restarting, or over its time."""


class LanguageClient:
    """A connection that is opened when needed and again after a loss. Use it in one event loop."""

    def __init__(self, path: str, timeout: float = 2.0) -> None:
        self._path, self._timeout = path, timeout
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    async def understand(self, text: str, context: dict[str, Any] | None = None) -> Understanding:
        """What a customer's message means. context: {"channel", "last_article", "offered": [article ids], …}."""
        return Understanding.from_dict(await self.ask("understand", text=text, context=context or {}))

    async def search(self, query: str, limit: int = 5, scopes: list[str] | None = None) -> list[Candidate]:
        """The best articles of the live release, best first. scopes: default self_service only."""
        found = await self.ask("search", query=query, limit=limit, scopes=scopes or ["self_service"])
        return [Candidate(**candidate) for candidate in found]

    async def name_spans(self, texts: list[str]) -> list[list[tuple[int, int, str]]]:
        """For each text the (start, end, kind) of person names, to be masked."""
        found = await self.ask("name_spans", texts=texts)
        return [[(start, end, kind) for start, end, kind in spans] for spans in found]

    async def kana(self, text: str) -> str:
        """A name or another short text as it is read, in hiragana where it was written in kanji."""
        return str(await self.ask("kana", text=text))

    async def status(self) -> dict[str, Any]:
        """{"release", "articles", "encoders": {name: bool}, "pid"}."""
        return dict(await self.ask("status"))

    async def ask(self, do: str, **question: Any) -> Any:
        """Sends one question. Raises LanguageAway when no answer comes in time."""
        number = next(self._ids)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        try:
            writer = await self._connection()
            self._waiting[number] = answer
            writer.write(_line({"id": number, "do": do, **question}))
            await writer.drain()
            return await asyncio.wait_for(answer, self._timeout)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
            raise LanguageAway(f"{do}: {error!r}") from error
        finally:
            self._waiting.pop(number, None)
            if answer.done() and not answer.cancelled():
                answer.exception()  # seen, or asyncio complains of an answer that nobody took

    async def close(self) -> None:
        if self._reading:
            self._reading.cancel()
        if self._writer:
            self._writer.close()
        self._writer = None

    async def _connection(self) -> asyncio.StreamWriter:
        async with self._opening:
            if self._writer is None or self._writer.is_closing():
                reader, self._writer = await asyncio.open_unix_connection(self._path, limit=LINE_LIMIT)
                self._reading = asyncio.create_task(self._read(reader, self._writer))
            return self._writer

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                answer = json.loads(line)
                future = self._waiting.get(answer["id"])
                if future and not future.done():
                    _settle(future, answer)
        except (OSError, ValueError):
            pass
        finally:
            writer.close()
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(LanguageAway("connection lost"))


def ask_once(path: str, do: str, timeout: float = 5.0, **question: Any) -> Any:
    """The same, blocking, on a connection of its own: for commands and `rasa shell`, never on a service's loop."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(path)
            connection.sendall(_line({"id": 1, "do": do, **question}))
            answer = json.loads(connection.makefile("rb").readline(LINE_LIMIT))
        except (OSError, ValueError) as error:
            raise LanguageAway(f"{do}: {error!r}") from error
    if "error" in answer:
        raise LanguageAway(answer["error"])
    return answer["ok"]


def _line(question: dict[str, Any]) -> bytes:
    """Lone surrogates, which no encoding has, become question marks."""
    return json.dumps(question, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _settle(future: asyncio.Future[Any], answer: dict[str, Any]) -> None:
    if "error" in answer:
        future.set_exception(LanguageAway(answer["error"]))
    else:
        future.set_result(answer["ok"])
