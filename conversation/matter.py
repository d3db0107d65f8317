"""What a conversation was about last, read from its words: for who goes on with it by another channel."""

from __future__ import annotations

from dataclasses import dataclass

from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker, Word

_BACK = 60  # words


@dataclass(frozen=True)
class Matter:
    """Ids of articles: the last one `shown`, those `offered` since, those that the customer said did not help."""

    article: str = ""
    offered: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


async def matter(stream: ConversationStream, conversation_id: str) -> Matter:
    words = list(reversed(await stream.recent(conversation_id, _BACK)))
    shown = [word for word in words if word.speaker is Speaker.BOT and word.article_id]
    if not shown:
        return Matter(offered=_offered(words))
    later = [word for word in words if word.seq > shown[-1].seq]
    return Matter(str(shown[-1].article_id), _offered(later), _failed(words, shown))


def _offered(words: list[Word]) -> tuple[str, ...]:
    choices = [choice.article_id for word in words for choice in word.choices]
    return tuple(dict.fromkeys(article for article in choices if article))


def _failed(words: list[Word], shown: list[Word]) -> tuple[str, ...]:
    """By button or by verdict; the last word on an exchange counts."""
    verdicts: dict[str, str] = {}
    for word in words:
        exchange, value = _verdict(word)
        verdicts |= {exchange: value} if value else {}
    failed = [str(word.article_id) for word in shown if verdicts.get(word.exchange_id) == "not_solved"]
    return tuple(dict.fromkeys(failed))


def _verdict(word: Word) -> tuple[str, str]:
    """The exchange that is judged, and how."""
    if word.kind is Kind.FEEDBACK:
        return word.exchange_id, str(word.meta.get("value", ""))
    command = str(word.meta.get("command", ""))
    known = {"/solved": "solved", "/not_solved": "not_solved"}
    return str(word.meta.get("offered_in", "")), known.get(command, "") if word.kind is Kind.CHOICE else ""
