"""The audit log as people read it: codes and ids of its lines in words. What has no words stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desk.store import Entry
from desk.words import word
from handoff.number import spoken
from handoff.schedule import ANY

_NUMBER = re.compile(r"[0-9]{8}")
_VERSIONED = re.compile(r"(.+) v([0-9]+)")
_SERVING = re.compile(r"(\S+) ([0-9]+)")


@dataclass(frozen=True)
class Names:
    """What ids stand for now: queues' titles, users' names by id, articles' titles."""

    queues: Mapping[str, str]
    people: Mapping[str, str]
    articles: Mapping[str, str]

    def queue(self, name: str) -> str:
        return word("audit.all_queues") if name == ANY else self.queues.get(name, name)

    def person(self, user_id: str) -> str:
        return self.people.get(user_id, user_id)

    def article(self, name: str) -> str:
        return word("audit.article", title=self.articles[name]) if name in self.articles else name


Reading = Callable[[str, Names], str]


def shown(entry: Entry, names: Names) -> str:
    """What the deed was done to."""
    if whole := _WHOLE.get(entry.action):
        return whole(_number(entry.object), names)
    head, mark, more = entry.object.partition(": ")
    first = names.person(head) if entry.action == "queue.serving" else _number(head)
    if not mark:
        return first
    read = _MORE.get(entry.action)
    return word("audit.more", first=first, more=read(more, names) if read else more)


def _number(text: str) -> str:
    return spoken(text) if _NUMBER.fullmatch(text) else text


def _of(group: str) -> Reading:
    return lambda text, _: word(f"{group}.{text}")


def _target(text: str, names: Names) -> str:
    kind, _, name = text.partition(":")
    return names.queue(name) if kind == "queue" else names.person(name) if kind == "agent" else text


def _work(text: str, _: Names) -> str:
    kind, _mark, code = text.partition(":")
    first = word(f"works.{kind}")
    return word("audit.more", first=first, more=word(f"breaks.{code}")) if code else first


def _roles(text: str, _: Names) -> str:
    if text == "stopped":
        return word("audit.stopped")
    return word("audit.and").join(word(f"roles.{role}") for role in re.split(", ?", text))


def _serving(text: str, names: Names) -> str:
    found = _SERVING.fullmatch(text)
    if not found:
        return text
    queues = word("audit.and").join(names.queue(name) for name in found[1].split(","))
    return word("audit.serving", queues=queues, chats=found[2])


def _calendar(text: str, names: Names) -> str:
    queue, mark, channel = text.partition("/")
    return word("audit.more", first=names.queue(queue), more=word(f"calendar_channels.{channel}")) if mark else text


def _versioned(read: Reading) -> Reading:
    def reading(text: str, names: Names) -> str:
        found = _VERSIONED.fullmatch(text)
        return word("audit.version", what=read(found[1], names), number=found[2]) if found else read(text, names)

    return reading


_ARTICLE: Reading = _versioned(lambda text, names: names.article(text))
_WHOLE: dict[str, Reading] = {
    "work.changed": _work,
    **dict.fromkeys(("company.refused", "company.link_refused"), _of("refusals")),
    "user.invited": _roles,
    "queue.saved": lambda text, names: names.queue(text),
    "queue.deleted": lambda text, names: names.queue(text),
    "calendar.saved": _versioned(_calendar),
    "calendar.removed": _calendar,
    **dict.fromkeys(("article.noted", "article.saved", "article.withdrawn", "article.deleted"), _ARTICLE),
}
_MORE: dict[str, Reading] = {
    "talk.transferred": _target,
    "talk.closed": _of("dispositions"),
    "callback.tried": _of("callback_results"),
    "task.done": _of("tasks"),
    "queue.serving": _serving,
    **dict.fromkeys(("user.changed", "company.account_made", "company.roles_changed"), _roles),
}
