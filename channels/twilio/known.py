"""A caller who asked on the web before: by the code on the screen (proven), or asked whether it was they (not proven).
What did not help there is not read out again."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from channels.before import TOPIC
from channels.codes import Codes, Spent
from channels.sentences import say as say_on_screen
from channels.topics import Topics
from channels.twilio import keypad, leaving
from channels.twilio.asking import KEYS, Step, agreed, command, digits
from channels.twilio.call import Call, Prompt
from channels.twilio.compose import tells
from channels.twilio.heard import Heard
from channels.twilio.words import say
from conversation.matter import Matter, matter
from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word
from kb.article import Article
from kb.live import LiveRelease
from nihongo.aloud import Reader
from nihongo.japan_time import today

KEY = "8"  # for the code on the screen
_LENGTH = 6
_ALONE = re.compile(r"([0-9]{6})[^0-9]{0,3}")  # 「123456です」: whoever says no more than that reads it off a screen


@dataclass(frozen=True)
class Known:
    stream: ConversationStream
    codes: Codes
    topics: Topics
    live: LiveRelease
    reader: Reader

    async def greet(self, call: Call, prompt: Prompt) -> Prompt:
        """The greeting, with 「…についてお調べでしたでしょうか」 or the hint at the code where there may be one."""
        number = (await self.stream.state(call.conversation_id)).get("customer_number", "")
        found = await self.topics.of(number) if number else None
        if found:
            conversation_id, article = found
            lines = self._lines("voice.known_ask", title=_named(article))
            asking = str(Step("topic", conversation_id))
            return replace(prompt, lines=(*prompt.lines[:-1], *lines), keys=KEYS, asking=asking)
        return await self._hinted(prompt)

    async def start(self, call: Call, asked: Prompt | None = None) -> Prompt:
        """What the greeting asks, without the greeting; `asked`: what it asked then."""
        prompt = Prompt((say("voice.ask"),))
        return await (self.greet(call, prompt) if Step.asked(asked).name == "topic" else self._hinted(prompt))

    async def _hinted(self, prompt: Prompt) -> Prompt:
        hint = (say("voice.code_hint"),) if await self.codes.any() else ()
        return replace(prompt, lines=(*prompt.lines, *hint), asking=str(Step("greeting")))

    async def hear(self, call: Call, step: Step, heard: Heard) -> tuple[Call, Prompt] | None:
        """None: the caller went on to something else."""
        if step.name == "code":
            return await self._code(call, heard)
        if heard.keys == KEY:
            return replace(call, behind=call.now), _code_asked("voice.code_ask")
        if (alone := _ALONE.fullmatch(_plain(digits(heard)))) and await self.codes.any():
            return await self._redeem(replace(call, behind=call.now), alone[1])
        if step.name == "topic":
            return await self._topic(call, step, agreed(heard))
        bare = not heard.keys and agreed(heard) is not None  # yes and no, where nothing was asked, or not any more
        return (call, replace(call.now, lines=(say("voice.ask_short"),))) if bare else None

    async def _topic(self, call: Call, step: Step, said: bool | None) -> tuple[Call, Prompt] | None:
        if said is None:
            return None
        return await self._goes_on(call, step.about, False) if said else (call, Prompt((say("voice.ask_short"),)))

    async def _code(self, call: Call, heard: Heard) -> tuple[Call, Prompt] | None:
        if leaving.leaves(heard):
            return call, (await self.start(call, call.behind)).after(say("voice.left"))
        found = re.sub("[^0-9]", "", _plain(digits(heard)))
        if not found or command(heard):
            return None
        return await self._redeem(call, found)

    async def _redeem(self, call: Call, code: str) -> tuple[Call, Prompt]:
        try:
            earlier = await self.codes.redeem(code, call.conversation_id)
        except Spent:
            return call, Prompt((say("voice.code_off"), say("voice.ask_short")))
        if earlier is None:
            return call, _code_asked("voice.code_again")
        await self._join(call.conversation_id, earlier)
        return await self._goes_on(call, earlier, True)

    async def _join(self, conversation_id: str, earlier: str) -> None:
        """The desk learns that it is the same customer, the web page that the talk goes on by telephone."""
        await self.stream.set_state(conversation_id, came_from=earlier)
        told = f"{conversation_id}:phone"
        word = Word(earlier, Speaker.SYSTEM, say_on_screen("phone.goes_on"), told, meta={"notice": "phone"})
        await self.stream.append(word)

    async def _goes_on(self, call: Call, earlier: str, proven: bool) -> tuple[Call, Prompt]:
        """Only who proved to be the same is told of the verdict they gave."""
        about = await matter(self.stream, earlier)
        article = self.live.find(about.article, today())
        lead = self._lines("voice.known", title=_named(article)) if article else self._lines("voice.known_open")
        failed = proven and about.article in about.failed
        next_step = self._lines("voice.known_failed" if failed else "voice.known_more")
        call = replace(call, failed=about.failed)
        if article:
            call = await self._leaning(call, article)
        return call, self._offered(about).after(*lead, *next_step)

    async def _leaning(self, call: Call, article: Article) -> Call:
        """What the caller asks next may lean on the article (それっていつまで？) as if it had been told here."""
        cid, name = call.conversation_id, f"{call.conversation_id}-{call.turn}:topic"
        meta = {TOPIC: article.id}
        word = Word(cid, Speaker.SYSTEM, article.title, name, Kind.STATE, exchange_id=name, meta=meta)
        return replace(call, told=(await self.stream.append(word)).seq)

    def instead(self, call: Call, prompt: Prompt, words: list[Word]) -> Prompt:
        """In place of an answer that is known not to have helped; who chooses it by key hears it all the same."""
        asked = next((word for word in words if word.asks), None)
        told = [word.article_id for word in words if tells(word) and word.article_id in call.failed]
        article = self.live.find(told[-1], today()) if told else None
        if article is None or (asked and asked.kind is Kind.CHOICE):
            return prompt
        others = self._offered(Matter(article.id, failed=call.failed))
        return others.after(*self._lines("voice.known_same", title=_named(article)))

    def _offered(self, about: Matter) -> Prompt:
        """What may help next: the article itself unless it has failed, those offered beside it, its relations."""
        day = today()
        article = self.live.find(about.article, day)
        names = dict.fromkeys((about.article, *about.offered, *(article.related if article else ())))
        found = (self.live.find(name, day) for name in names if name not in about.failed)
        articles = [one for one in found if one]
        return keypad.likely(self.reader, articles) if articles else Prompt((say("voice.menu_person"),))

    def _lines(self, name: str, **values: str) -> tuple[str, ...]:
        return self.reader.parts(say(name, **values))


def _code_asked(sentence: str) -> Prompt:
    return Prompt((say(sentence),), digits=True, length=_LENGTH, asking=str(Step("code")))


def _named(article: Article) -> str:
    """Its title within a sentence."""
    return article.title.rstrip("？?。")


def _plain(text: str) -> str:
    return re.sub(r"[\s\-、,.・]", "", unicodedata.normalize("NFKC", text))
