"""The language process's parts in this process, over the article files: for commands while nothing runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.language.service import LanguageService
from bot.language.understanding import Understanding
from bot.language.vectors import VectorCache
from kb.article import Status
from kb.files import load


async def understand_files(text: str, kb_dir: Path, var_dir: Path, today: date) -> Understanding:
    """What the bot would decide if these files were published now."""
    service = LanguageService(VectorCache(var_dir / "vectors" / "vectors.db"), lambda: today)
    try:
        articles = [article for article in load(kb_dir).articles.values() if article.status is Status.READY]
        await service.follow(0, articles)
        return Understanding.from_dict(await service.answer("understand", {"text": text}))
    finally:
        await service.stop()
