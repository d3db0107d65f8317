"""A language process for tests where understanding does not matter: the real protocol, answers given by the test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.language.understanding import Candidate, Decision, Understanding

Answers = Callable[[str], Understanding]


class LanguageServer:
    """Answers `understand` from a table of texts; anything else is REPHRASE."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.says: dict[str, Understanding] = {}
        self.asked: list[str] = []
        self.contexts: list[dict[str, Any]] = []
        self._server: asyncio.AbstractServer | None = None
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> LanguageServer:
        self._server = await asyncio.start_unix_server(self._talk, str(self.path))
        return self

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            for writer in self._writers:
                writer.close()
            await self._server.wait_closed()
            self._server = None
            self.path.unlink(missing_ok=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        while line := await reader.readline():
            question = json.loads(line)
            answer = {"id": question["id"], "ok": self._answer(question)}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()

    def _answer(self, question: dict[str, Any]) -> Any:
        if question["do"] == "status":
            return {"release": 1, "articles": 1, "encoders": {}, "pid": 0}
        self.asked.append(question["text"])
        self.contexts.append(question.get("context") or {})
        return self.says.get(question["text"], rephrase(question["text"])).as_dict()


def candidate(article_id: str, probability: float = 0.9, title: str = "") -> Candidate:
    return Candidate(article_id, title or article_id, probability * 10, probability)


def answer(text: str, *article_ids: str) -> Understanding:
    candidates = tuple(candidate(id, 0.9 / (n + 1)) for n, id in enumerate(article_ids))
    return Understanding(text, Decision.ANSWER, "faq", 0.9, candidates, release=1, ms={"all": 1.0})


def clarify(text: str, *article_ids: str) -> Understanding:
    return Understanding(text, Decision.CLARIFY, "faq", 0.5, tuple(candidate(id, 0.4) for id in article_ids), release=1)


def rephrase(text: str) -> Understanding:
    return Understanding(text, Decision.REPHRASE, "faq", 0.1, release=1)


def talk(text: str, intent: str) -> Understanding:
    return Understanding(text, Decision.TALK, intent, 0.95, release=1)


def hand_off(text: str, reason: str) -> Understanding:
    return Understanding(text, Decision.HAND_OFF, "faq", 0.9, reason=reason, evidence=("けが",), release=1)


def abusive(found: Understanding, kind: str = "insult", *words: str) -> Understanding:
    """The same, flagged."""
    return replace(found, abusive=True, abuse=kind, abuse_words=words)
