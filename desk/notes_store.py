"""SQL of what agents say about articles. Blocking: call it through `asyncio.to_thread`."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from desk.tables import ARTICLE_NOTES

_NOTES_MOST = 500


@dataclass(frozen=True)
class ArticleNote:
    """`kind`: wrong, lacking, or missing (then there is no article). `by`, `done_by`: names as colleagues read them."""

    article_id: str
    kind: str
    text: str
    number: str
    conversation_id: str
    by: str
    at: float
    id: int = 0
    done_by: str | None = None


def add_article_note(engine: Engine, note: ArticleNote) -> None:
    row = {name: value for name, value in vars(note).items() if name != "id"}
    with engine.begin() as connection:
        connection.execute(ARTICLE_NOTES.insert().values(**row))


def article_notes(engine: Engine, everything: bool = False) -> list[ArticleNote]:
    """The newest first; those that are done only when wanted."""
    query = sa.select(ARTICLE_NOTES).order_by(ARTICLE_NOTES.c.at.desc(), ARTICLE_NOTES.c.id.desc()).limit(_NOTES_MOST)
    if not everything:
        query = query.where(ARTICLE_NOTES.c.done_by.is_(None))
    with engine.connect() as connection:
        return [ArticleNote(**row) for row in connection.execute(query).mappings()]


def end_article_note(engine: Engine, note: int, by: str) -> None:
    """Whoever was first stays named."""
    change = ARTICLE_NOTES.update().where(ARTICLE_NOTES.c.id == note, ARTICLE_NOTES.c.done_by.is_(None))
    with engine.begin() as connection:
        connection.execute(change.values(done_by=by))


def forget(engine: Engine, conversation_id: str) -> int:
    """Erases what was written of a conversation: notes on articles may quote it; how many rows."""
    with engine.begin() as connection:
        gone = ARTICLE_NOTES.delete().where(ARTICLE_NOTES.c.conversation_id == conversation_id)
        return int(connection.execute(gone).rowcount)
