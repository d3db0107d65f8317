"""Takes personal things out of text before it is kept: numbers by patterns, names by the language process.

While that process is away, names are found by their honorifics, and the text is told to be incomplete, for later.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from bot.language.client import LanguageAway
from nihongo.mask import mask_patterns
from voc.words import words

AWAY_SECONDS = 5.0  # after a missing answer, how long we do not ask again
BATCH = 8  # texts a question: answered long before the asker loses patience, even while customers are served
_KANJI, _KANA, _LATIN = "一-龥々〆ヶ", "ァ-ヴー", "A-Za-z"
_NAME = f"(?:[{_KANJI}]{{1,6}}(?:[ 　][{_KANJI}]{{1,4}})?|[{_KANA}・]{{2,12}}|[{_LATIN}]{{2,20}})"


class Namer(Protocol):
    """Finds person names; the language process's client is one. Raises LanguageAway when it cannot."""

    async def name_spans(self, texts: list[str]) -> list[list[tuple[int, int, str]]]: ...


@dataclass(frozen=True)
class Masked:
    text: str
    names: bool  # whether the language process has looked for names


class Masker:
    """`allow` holds numbers that stay readable: the shop's own."""

    def __init__(
        self, namer: Namer | None, allow: Iterable[str] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._namer, self._allow, self._clock = namer, tuple(allow), clock
        self._away_until = 0.0

    async def mask(self, texts: Sequence[str]) -> list[Masked]:
        """Each text without what is personal."""
        safe = [mask_patterns(text.replace("\0", ""), self._allow) for text in texts]  # PostgreSQL keeps no NUL
        found = await self._spans(safe)
        if found is None:
            return [Masked(without(text, by_surroundings(text)), names=not text) for text in safe]
        spans = [[(start, end) for start, end, _ in some] for some in found]
        return [
            Masked(without(text, [*some, *by_surroundings(text)]), names=True)
            for text, some in zip(safe, spans, strict=True)
        ]

    async def name_spans(self, text: str) -> list[tuple[int, int]]:
        """Where names are found in one text, for measuring."""
        found = await self._spans([text]) or [[]]
        return [*((start, end) for start, end, _ in found[0]), *by_surroundings(text)]

    async def _spans(self, texts: list[str]) -> list[list[tuple[int, int, str]]] | None:
        if self._namer is None or self._clock() < self._away_until:
            return None
        found: list[list[tuple[int, int, str]]] = []
        try:
            for start in range(0, len(texts), BATCH):
                found += await self._namer.name_spans(texts[start : start + BATCH])
        except LanguageAway:
            self._away_until = self._clock() + AWAY_SECONDS
            return None
        return found


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with names replaced by their label; labels that are there already are never cut."""
    labels = [match.span() for match in re.finditer("【[^】]*】", text)]
    label, parts, last = words()["name_label"], [], 0
    for start, end in _joined(spans):
        if any(a < end and start < b for a, b in labels):
            continue
        parts += [text[last:start], label]
        last = end
    return "".join([*parts, text[last:]])


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping spans as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def by_surroundings(text: str) -> list[tuple[int, int]]:
    """Names that their surroundings give away: 田中様, 鈴木と申します, 名前は佐藤."""
    common, found = words()["not_names"], []
    for match in _surrounded().finditer(text):
        name, group = match["said"] or match["name"], "said" if match["said"] else "name"
        if name in common or any(name.endswith(word) for word in common if len(word) > 1):  # 花子 is one, お子さん not
            continue
        found.append(match.span(group))
    return found


@cache
def _surrounded() -> re.Pattern[str]:
    after, intro, before = ("|".join(words()[key]) for key in ("honorifics", "introductions", "before_names"))
    return re.compile(f"(?:{before})[ 　]?(?P<said>{_NAME})|(?P<name>{_NAME})(?=[ 　]?(?:{after}|{intro}))")
