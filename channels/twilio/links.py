"""A link by SMS during a call, with the caller's consent: to the number they call from, or to one they name."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from channels import keys
from channels.resume import Resume
from channels.twilio.asking import KEYS, Step, agreed, asks_on, command, digits
from channels.twilio.call import Call, Prompt
from channels.twilio.compose import Manner, tells
from channels.twilio.heard import Heard
from channels.twilio.phones import hashed, takes_texts
from channels.twilio.stops import Stops
from channels.twilio.telling import told
from channels.twilio.words import say
from conversation.matter import matter
from conversation.stream import ConversationStream
from conversation.texts import Text, Texts
from conversation.words import Speaker, Word
from handoff.contact import national, read_phone
from kb.article import Article
from kb.live import LiveRelease
from nihongo import addresses
from nihongo.aloud import Reader, parts
from nihongo.japan_time import today
from nihongo.phrases import meaning
from nihongo.plain import plain

_WORDS = Path(__file__).with_name("link_words.yml")
_WRONG = 2  # tries that went wrong; then the call goes on without
_AN_HOUR, _MOST = 3600, 5  # links to one number: nobody shall be pestered through us


@dataclass(frozen=True)
class Links:
    """`sender`: what our texts come from. `key` makes the names under which numbers are counted. `wake` is told each
    conversation in whose outbox something new lies."""

    stream: ConversationStream
    texts: Texts
    stops: Stops
    manner: Manner
    resume: Resume
    live: LiveRelease
    sender: str
    key: str
    wake: Callable[[str], None]
    reader: Reader
    clock: Callable[[], float] = time.time

    def offer(self, call: Call, prompt: Prompt, words: list[Word]) -> tuple[Call, Prompt]:
        """An answer whose article has links is followed by the question whether to send them; once an article, and not
        to who has declined one."""
        article = None if call.unlinked or call.troubles else self._with_links(call, words)
        if article is None:
            return call, prompt
        ask, call = _asking(article.id), replace(call, linked=(*call.linked, article.id))
        if call.rest:
            return replace(call, asks=ask, behind=call.asks), prompt
        lines, behind = _parted(call, prompt, words, self.reader)
        return replace(call, behind=behind), ask.after(*lines)

    async def begin(self, call: Call) -> tuple[Call, Prompt]:
        """By a key or by 「SMSで送って」: of the article that was told last."""
        article = self.live.find((await matter(self.stream, call.conversation_id)).article, today())
        behind = replace(call.now, lines=(say("voice.ask_again"),), asking="")
        return replace(call, behind=behind), _asking(article.id if article else "")

    def wanted(self, heard: Heard) -> bool:
        return meaning(_WORDS, heard.speech) == "link"

    async def hear(self, call: Call, step: Step, heard: Heard) -> tuple[Call, Prompt] | None:
        """None: the caller went on to something else."""
        hears = {"link_ask": self._consent, "link_number": self._number, "link_confirm": self._confirm}
        return await hears[step.name](call, step, heard)

    async def _consent(self, call: Call, step: Step, heard: Heard) -> tuple[Call, Prompt] | None:
        meant = {"link": True, "declined": False}.get(meaning(_WORDS, heard.speech))
        said = agreed(heard) if meant is None else meant
        if said is None:
            return None
        if not said:
            return replace(call, unlinked=True), asks_on(call, say("voice.link_off"))
        number = (await self.stream.state(call.conversation_id)).get("customer_number", "")
        if number and takes_texts(number):
            return await self._send(call, step, number)
        return call, _number_asked("link_number", step)

    async def _number(self, call: Call, step: Step, heard: Heard) -> tuple[Call, Prompt] | None:
        if number := _mobile(digits(heard)):
            return call, _number_read(replace(step, number=number))
        if command(heard):
            return None
        if agreed(heard) is False:
            return replace(call, unlinked=True), asks_on(call, say("voice.link_off"))
        return self._wrong(call, step)

    async def _confirm(self, call: Call, step: Step, heard: Heard) -> tuple[Call, Prompt] | None:
        said = agreed(heard)
        if said:
            return await self._send(call, step, step.number)
        if number := _mobile(digits(heard)):
            return call, _number_read(replace(step, number=number))
        if said is None:
            return None if command(heard) else self._wrong(call, step)
        return self._wrong(call, step, "link_number")

    def _wrong(self, call: Call, step: Step, again: str = "link_number_again") -> tuple[Call, Prompt]:
        if step.wrong + 1 >= _WRONG:
            return call, asks_on(call, say("voice.link_off"))
        return call, _number_asked(again, replace(step, wrong=step.wrong + 1))

    async def _send(self, call: Call, step: Step, number: str) -> tuple[Call, Prompt]:
        if await self._too_many(number) or await self.stops.has(number):
            return call, asks_on(call, say("voice.link_failed"))
        cid, name = call.conversation_id, f"link:{step.about}:{hashed(self.key, 'link', number)}"
        for part, body in enumerate(self._bodies(step.about, number)):
            key = f"{name}.{part}" if part else name
            if await self.texts.add(cid, Text(key, number, self.sender, body, at=self.clock())):
                self.wake(cid)
        return await self._noted(call, name), asks_on(call, say("voice.link_sent"))

    async def _noted(self, call: Call, name: str) -> Call:
        """What the caller hears stands in the record; it answers nothing."""
        word = Word(call.conversation_id, Speaker.SYSTEM, say("voice.link_sent"), name, meta={"notice": "link"})
        return replace(call, told=max(call.told, (await self.stream.append(word)).seq))

    async def _too_many(self, number: str) -> bool:
        key = keys.linked(hashed(self.key, "link", number))
        async with self.stream.redis.pipeline(transaction=False) as pipe:
            count, _ = await pipe.incr(key).expire(key, _AN_HOUR).execute()
        return int(count) > _MOST

    def _bodies(self, article_id: str, to: str) -> list[str]:
        base, article = self.manner.public_url.rstrip("/"), self.live.find(article_id, today())
        if article is None:
            return self.manner.alone(say("voice.link_text_start", url=f"{base}/faq"), to)
        url = f"{base}/faq/{article.id}?r={self.resume.issue(article.id)}"
        return self.manner.alone(say("voice.link_text", title=article.title, url=url), to)

    def _with_links(self, call: Call, words: list[Word]) -> Article | None:
        shown = [word.article_id for word in words if tells(word) and word.article_id]
        if not shown or shown[-1] in (*call.linked, *call.failed):
            return None
        article = self.live.find(shown[-1], today())
        written = plain(article.wording("voice"), links=True) if article else ""
        return article if addresses.urls(written) else None  # what was said leaves them out


def _asking(article_id: str) -> Prompt:
    return Prompt((say("voice.link_ask"),), keys=KEYS, asking=str(Step("link_ask", article_id)))


def _number_asked(sentence: str, step: Step) -> Prompt:
    asking = str(replace(step, name="link_number", number=""))
    return Prompt((say(f"voice.{sentence}"),), digits=True, asking=asking)


def _number_read(step: Step) -> Prompt:
    lines = parts(say("voice.link_confirm", number=national(step.number))).parts
    return Prompt(lines, keys=KEYS, asking=str(replace(step, name="link_confirm")))


def _mobile(text: str) -> str | None:
    number = read_phone(text)
    return number if number and takes_texts(number) else None


def _parted(call: Call, prompt: Prompt, words: list[Word], reader: Reader) -> tuple[tuple[str, ...], Prompt]:
    """The answer, and what is asked behind it (解決しましたか)."""
    shown = [word for word in words if tells(word)]
    if len(shown) < 2:
        return prompt.lines, replace(prompt, lines=(say("voice.ask_again"),))
    _, question = told(call, shown[-1:], reader)
    return prompt.lines[: -len(question.lines)], replace(prompt, lines=question.lines)
