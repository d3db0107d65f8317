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
BATCH = 32  # texts a question: half a second of the language process at 15 ms a text
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
        spans = await self._spans(safe)
        if spans is None:
            return [Masked(mask_honorifics(text), names=not text) for text in safe]
        named = [
            without(text, [(start, end) for start, end, _ in found]) for text, found in zip(safe, spans, strict=True)
        ]
        return [Masked(mask_honorifics(text), names=True) for text in named]

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
    """The text with names replaced by their label; labels of the patterns are never cut."""
    labels = [match.span() for match in re.finditer("【[^】]*】", text)]
    label, parts, last = words()["name_label"], [], 0
    for start, end in sorted(spans):
        if start < last or any(a < end and start < b for a, b in labels):
            continue
        parts += [text[last:start], label]
        last = end
    return "".join([*parts, text[last:]])


def mask_honorifics(text: str) -> str:
    """Names that their surroundings give away: 田中様, 鈴木と申します, 名前は佐藤."""
    return _by_honorific().sub(_label_unless_common, text)


@cache
def _by_honorific() -> re.Pattern[str]:
    after, intro, before = ("|".join(words()[key]) for key in ("honorifics", "introductions", "before_names"))
    return re.compile(f"(?P<given>(?:{before})[ 　]?)(?P<said>{_NAME})|(?P<name>{_NAME})(?=[ 　]?(?:{after}|{intro}))")


def _label_unless_common(match: re.Match[str]) -> str:
    name = match["said"] or match["name"]
    common = words()["not_names"]
    if name in common or any(
        name.endswith(word) for word in common if len(word) > 1
    ):  # 花子 is a name, お子さん is none
        return match[0]
    return (match["given"] or "") + str(words()["name_label"])
