"""The unix socket: one JSON object a line each way, many under way on a connection (see client.py)."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.language.client import LINE_LIMIT
from bot.language.service import BadQuestion, LanguageService

log = logging.getLogger(__name__)
UNDER_WAY = 256  # questions at once; more are refused at once rather than answered too late


class Metrics:
    """Counts and times of what was asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.questions = Counter("language_questions", "Questions", ["do", "result"], registry=self.registry)
        self.seconds = Histogram(
            "language_seconds",
            "Time to answer, waiting included",
            ["do"],
            registry=self.registry,
            buckets=(0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 5),
        )
        self.release = Gauge("language_release", "Live release", registry=self.registry)
        self.waiting = Gauge("language_waiting", "Jobs waiting for the worker", registry=self.registry)


class LanguageServer:
    """Answers connections until it is stopped."""

    def __init__(self, service: LanguageService, metrics: Metrics) -> None:
        self._service, self._metrics = service, metrics
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.AbstractServer | None = None

    async def start(self, path: Path) -> None:
        await asyncio.to_thread(_make_room, path)
        self._server = await asyncio.start_unix_server(self._converse, str(path), limit=LINE_LIMIT)
        await asyncio.to_thread(path.chmod, 0o600)

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                if len(self._tasks) >= UNDER_WAY:
                    _say(writer, {"id": _number(line), "error": "busy"})
                    continue
                task = asyncio.create_task(self._reply(line, writer))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        except ValueError:  # longer than LINE_LIMIT: what follows cannot be told apart
            _say(writer, {"id": None, "error": "line too long"})
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _reply(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        answer = await self._answered(line)
        try:
            _say(writer, answer)
            await writer.drain()
        except ConnectionError:
            pass  # the asker went away

    async def _answered(self, line: bytes) -> dict[str, Any]:
        number, do = None, "?"
        try:
            question = json.loads(line)
            if not isinstance(question, dict):
                raise BadQuestion("a question is an object")
            number, do = question.get("id"), str(question.get("do"))
            with self._metrics.seconds.labels(do if do in KNOWN else "?").time():
                found = await self._service.answer(do, question)
        except (ValueError, RecursionError) as error:  # BadQuestion and broken JSON
            self._count(do, "refused")
            return {"id": number, "error": str(error) or "broken"}
        except Exception:
            log.exception("%s failed", do[:20])
            self._count(do, "failed")
            return {"id": number, "error": "failed"}
        self._count(do, "ok")
        return {"id": number, "ok": found}

    def _count(self, do: str, result: str) -> None:
        self._metrics.questions.labels(do if do in KNOWN else "?", result).inc()


KNOWN = ("understand", "search", "name_spans", "kana", "status", "try_draft")


def _make_room(path: Path) -> None:
    """The folder, without the socket that an earlier process left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)


def _say(writer: asyncio.StreamWriter, answer: dict[str, Any]) -> None:
    if not writer.is_closing():
        writer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _number(line: bytes) -> Any:
    try:
        return json.loads(line)["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
