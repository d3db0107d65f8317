"""The tree of answers by keypad: categories, their articles, the answer. Three at a time, as a voice can say them."""

from __future__ import annotations

from channels.twilio.call import Prompt
from channels.twilio.words import say
from kb.article import Article
from nihongo.aloud import Reader

_AT_ONCE = 3
_MORE = str(_AT_ONCE + 1)


def categories(reader: Reader, articles: tuple[Article, ...], page: int = 0) -> Prompt:
    """The first level; key 4 leads to the next three."""
    names = list(dict.fromkeys(article.category for article in articles))
    found = [(name, f"category:{name}:0") for name in names]
    return _menu(reader, say("voice.categories"), found, page, "categories:{page}")


def articles_of(reader: Reader, articles: tuple[Article, ...], category: str, page: int = 0) -> Prompt:
    found = [(article.title, f"article:{article.id}") for article in articles if article.category == category]
    return _menu(reader, say("voice.articles", category=category), found, page, f"category:{category}:{{page}}")


def likely(reader: Reader, articles: list[Article]) -> Prompt:
    """The three likeliest, for who was not understood."""
    found = [(article.title, f"article:{article.id}") for article in articles[:_AT_ONCE]]
    return _menu(reader, say("voice.menu"), found, 0, "")


def _menu(reader: Reader, lead: str, found: list[tuple[str, str]], page: int, more: str) -> Prompt:
    begin = page * _AT_ONCE
    shown = found[begin : begin + _AT_ONCE] or found[:_AT_ONCE]
    keys = {str(number): action for number, (_, action) in enumerate(shown, 1)}
    titles = [(number, title) for number, (title, _) in enumerate(shown, 1)]
    if begin + _AT_ONCE < len(found):
        keys[_MORE] = more.format(page=page + 1)
        titles.append((_AT_ONCE + 1, say("voice.more")))
    lines = [say("voice.option", number=number, title=title) for number, title in titles]
    spoken = [line for one in (lead, *lines, say("voice.menu_person")) for line in reader.parts(one)]
    return Prompt(tuple(spoken), keys=keys)
