"""What a caller had asked on the web before: only where they proved to be the same by the code of that page."""

from __future__ import annotations

from dataclasses import dataclass

from conversation.matter import matter
from conversation.stream import ConversationStream
from conversation.words import Kind, Speaker
from desk.showing import one_line
from handoff.persons import Persons
from handoff.ticket import Ticket
from kb.release import Release
from nihongo.abusive import offensive

_LONGEST = 80


@dataclass(frozen=True)
class Continued:
    """`asked`: the last thing they wrote there, masked, and whether it is folded. `shown`: titles with whether they
    did not help."""

    conversation_id: str
    asked: str
    folded: bool
    shown: tuple[tuple[str, bool], ...]


async def continued(
    persons: Persons, stream: ConversationStream, ticket: Ticket, release: Release | None
) -> Continued | None:
    """None: the talk goes on with no other."""
    earlier = await persons.came_from(ticket)
    if not earlier:
        return None
    words = [word for word in await stream.since(earlier) if not word.meta.get("private")]
    said = [word.text for word in words if word.speaker is Speaker.CUSTOMER and word.kind is Kind.MESSAGE]
    about, known = await matter(stream, earlier), release.articles if release else {}
    names = dict.fromkeys((about.article, *about.failed))
    shown = tuple((known[name].title, name in about.failed) for name in names if name in known)
    asked = one_line(said[-1], _LONGEST) if said else ""
    return Continued(earlier, asked, offensive(asked), shown)
