"""What is left when Rasa is away: lexical search over the live release, said honestly, or a person."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import date, datetime

from bot.language.by_words import by_words
from bot.language.understanding import Understanding
from channels.people import DANGERS, People
from channels.sentences import say
from conversation.stream import ConversationStream
from conversation.words import Choice, Speaker, Word
from kb.article import Article, Scope
from kb.lexical import search
from kb.live import LiveRelease
from nihongo.japan_time import TOKYO

# Shares of the question's information found in an article (kb.lexical). Measured with 912 held-out phrasings of our
# articles and 194 questions to a city hall: from .45 the first article is right in 79 % (1 % of outside questions come
# so high); from .20 the right one is among the first three in 81 % (6 %).
ANSWER_FROM = 0.45
CLARIFY_FROM = 0.20
_TALK = ("greet", "thanks", "may_ask", "go_on")  # what words alone tell of talk
_COMMAND = re.compile(r"/(?P<name>\w+)(?P<slots>\{.*\})?")


class Reduced:
    def __init__(
        self, stream: ConversationStream, live: LiveRelease, people: People, clock: Callable[[], float] = time.time
    ) -> None:
        self._stream, self._live, self._people, self._clock = stream, live, people, clock

    async def answer(self, word: Word) -> bool:
        """Tells the customer what can still be told; False when there is nothing to tell."""
        command = _COMMAND.fullmatch(word.meta.get("command") or "")
        if command and command["name"] in ("request_agent", "not_solved", "none_of_these"):
            return await self._people.admit(word)
        if command and command["name"] == "solved":
            return await self._say(word, say("reduced.solved"), "talk")
        if command and command["name"] == "choose_article":
            return await self._chosen(word, command["slots"] or "{}")
        return await self._searched(word)

    async def _chosen(self, word: Word, slots: str) -> bool:
        article_id = json.loads(slots).get("article_id")
        found = self._live.find(article_id, self._today())
        return await self._answer(word, found) if found else False

    async def _searched(self, word: Word) -> bool:
        heard = by_words(word.text)
        if heard and (heard.matter or heard.intent == "request_agent"):
            return await self._to_person(word, heard)
        if heard and heard.intent in _TALK:
            return await self._say(word, say(f"reduced.talk.{heard.intent}"), "talk")
        if self._live.current is None:
            return False
        scopes = (Scope.SELF_SERVICE, Scope.HAND_OFF)
        found = search(self._live.current, word.text, 3, self._today(), scopes)
        if not found or found[0][1] < CLARIFY_FROM:
            return await self._say(word, say("reduced.nothing"), "hand_off", (_person(),))
        best, score = found[0]
        if best.scope is Scope.HAND_OFF:
            return await self._people.admit(word, best.reason)
        if score >= ANSWER_FROM:
            return await self._answer(word, best)
        near = [article for article, _ in found if article.answers_customers]
        return await self._say(word, say("reduced.clarify"), "clarify", (*map(_offer, near), _person()))

    async def _to_person(self, word: Word, heard: Understanding) -> bool:
        if heard.matter in DANGERS:
            await self._say(word, say(DANGERS[heard.matter]), "hand_off")
        return await self._people.admit(word, heard.reason or "customer_request", heard)

    async def _answer(self, word: Word, article: Article) -> bool:
        channel = (await self._stream.state(word.conversation_id)).get("channel", "web")
        text = say("reduced.answer", title=article.title, answer=article.wording(channel).strip())
        return await self._say(word, text, "answer", (_person(),), article.id)

    async def _say(
        self, word: Word, text: str, decision: str, choices: tuple[Choice, ...] = (), article_id: str | None = None
    ) -> bool:
        release = self._live.current.number if self._live.current else 0
        appended = await self._stream.append(
            Word(
                word.conversation_id,
                Speaker.BOT,
                text,
                f"{word.message_id}:reduced",
                exchange_id=word.message_id,
                choices=choices,
                article_id=article_id,
                meta={"decision": decision, "reduced": True, "release": release},
            )
        )
        await self._stream.give_up(word.conversation_id, word.message_id)  # Rasa, should it come back, is late
        return appended.refused is None

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), TOKYO).date()


def _offer(article: Article) -> Choice:
    slots = json.dumps({"article_id": article.id}, ensure_ascii=False)
    return Choice(article.title, f"/choose_article{slots}", article.id)


def _person() -> Choice:
    return Choice(say("turn.request_agent"), "/request_agent")
