"""An answer as a call hears it: parts short enough to be said at once, digits apart from words, no addresses.

Pieces are neutral: whoever builds markup for a voice makes text, digits and pauses of them, so that nothing of what
people wrote is ever markup itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nihongo import addresses
from nihongo.plain import plain
from nihongo.reading import speakable
from nihongo.readings import Readings, readings
from nihongo.sms import split
from nihongo.speech import LONGEST

PAUSE_MS = 300  # between two groups of digits
_HELD = "\ufdd0"  # the pause within a number, where no part may end
_WITHIN = re.compile("(?<=[0-9])、(?=[0-9])")
_LONG_RUN = 5  # digits: longer is not said as a quantity unless a counter stands behind
_GROUP = 4


@dataclass(frozen=True)
class Piece:
    """One of these: words, digits to be said one by one, or a pause."""

    text: str = ""
    digits: str = ""
    pause_ms: int = 0
    spelled: str = ""

    @property
    def said(self) -> str:
        """The words for a voice that knows no digits: 0120 → ゼロイチニーゼロ."""
        return self.spelled or self.text


@dataclass(frozen=True)
class Spoken:
    """`parts` join to the whole reading; `links` and `emails` are what it left out."""

    parts: tuple[str, ...]
    links: tuple[str, ...]
    emails: tuple[str, ...]


@dataclass(frozen=True)
class Reader:
    """Who reads answers aloud, with the dictionary that editors keep, where there is one."""

    own: Path | None = None

    def parts(self, markdown: str) -> tuple[str, ...]:
        """An answer in parts that fit one Say."""
        return parts(markdown, own=self.own).parts

    def pieces(self, part: str) -> list[Piece]:
        """One part as words, digits and pauses."""
        return pieces(part, self.own)


def parts(markdown: str, longest: int = 180, own: Path | None = None) -> Spoken:
    """The answer cut at sentence ends, never within a number, into parts that fit one Say."""
    whole = _WITHIN.sub(_HELD, speakable(markdown, own))
    cut = tuple(part.replace(_HELD, "、") for part in split(whole, max(2, min(longest, LONGEST))))
    written = plain(markdown, links=True)
    return Spoken(cut, addresses.urls(written), addresses.emails(written))


def pieces(text: str, own: Path | None = None) -> list[Piece]:
    """A part as words, digit groups and the pauses between them; 1980円 and 3.5 stay words."""
    return list(_pieces(text, readings(own)))


def _pieces(text: str, words: Readings) -> Iterator[Piece]:
    end = 0
    for run in _runs(words).finditer(text):
        if _is_number(run):
            if words_before := text[end : run.start("groups")]:
                yield Piece(text=words_before)
            yield from _digits(run["groups"], words)
            end = run.end()
    if rest := text[end:]:
        yield Piece(text=rest)


def _digits(groups: str, words: Readings) -> Iterator[Piece]:
    for number, group in enumerate(groups.split("、")):
        if number:
            yield Piece(pause_ms=PAUSE_MS)
        yield Piece(digits=group, spelled="".join(words["digits"][digit] for digit in group))


def _is_number(run: re.Match[str]) -> bool:
    """Named as one, begun with a nought, or as long as no quantity is said."""
    groups = run["groups"].split("、")
    longest = max(len(group) for group in groups)
    if run["name"]:
        return True
    return longest >= (_GROUP if len(groups) > 1 else _LONG_RUN) or any(g[0] == "0" and len(g) > 1 for g in groups)


@lru_cache(maxsize=8)
def _runs(words: Readings) -> re.Pattern[str]:
    letters = "|".join(re.escape(said) for said in words["letters"].values())
    return re.compile(
        rf"(?P<name>(?:{words.number_names})(?:は|が)?[、 ]?(?:(?:{letters}){{1,12}}、?)?|(?:{letters})、)?"
        rf"(?<![0-9.])(?P<groups>[0-9]+(?:、[0-9]+)*)(?![0-9]|\.[0-9]|、[0-9]|\s?{words.quantity})",
        re.ASCII,
    )
