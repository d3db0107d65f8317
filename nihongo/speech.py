"""What cannot be read aloud in an answer, told to the editor as hints that name the offending piece."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nihongo.addresses import EMAIL, URL
from nihongo.reading import speakable
from nihongo.readings import readings
from nihongo.words import section

__all__ = ["LONGEST", "Finding", "speakable", "unspeakable"]

LONGEST = 450  # characters in one <Say>: a Japanese letter is nine characters in the URL the voice service builds

_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u20e3\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\ufe0f\u200d\U0001f000-\U0001faff"
)
_TIME = re.compile("(?<![0-9])([0-9]{1,2})[:：]([0-5][0-9])(?![0-9])")
_LONG_NUMBER = re.compile(r"(?<![0-9,])0[0-9]{1,4}(?:-[0-9]+)+(?![0-9])|(?<![0-9,])0[0-9]{4,}|(?<![0-9,])[0-9]{8,}")
_MARKS = re.compile(
    r"\[[^\]\n]*\]\([^)\n]*\)|\*{1,3}[^*\n]+\*{1,3}|`+[^`\n]*`+|^\s{0,3}(?:#{1,6}|[-*+>]|[0-9]+\.)\s",
    re.MULTILINE,
)
_CHECKS = (  # in this order: what one has claimed, the next does not see
    ("markdown", _MARKS),
    ("url", URL),
    ("email", EMAIL),
    ("time", _TIME),
    ("number", _LONG_NUMBER),
    ("emoji", re.compile(f"[{_EMOJI}]+")),
    ("bracket", re.compile("[()（）「」『』【】\\[\\]［］{}｛｝<>＜＞〈〉《》〔〕]")),
    ("latin", re.compile("[A-Za-zＡ-Ｚａ-ｚ]+(?:-[A-Za-z0-9]+)*")),
    # Neither letters, digits, marks that a voice turns into a pause, nor blanks.
    ("symbol", re.compile("[^\\w\\s、。，．,.!?！？ー々〇\u3099\u309a]|[_・~〜]")),
)


@dataclass(frozen=True)
class Finding:
    """`key` names the message in words.yml; `piece` is what the editor must change."""

    key: str
    piece: str

    @property
    def message(self) -> str:
        """The hint as the editor reads it."""
        return section("unspeakable")[self.key].replace("{piece}", self.piece)


def unspeakable(text: str, own: Path | None = None) -> list[Finding]:
    """Everything a voice would stumble over, in the order of the text; the length last. Not the words whose reading
    stands in the editors' dictionary."""
    found: list[tuple[int, Finding]] = []
    words = readings(own).own_words
    rest = words.sub(lambda match: " " * len(match[0]), text) if words else text
    for key, pattern in _CHECKS:
        found += [(match.start(), Finding(key, match[0].strip())) for match in pattern.finditer(rest)]
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    findings = [finding for _, finding in sorted(found, key=lambda item: item[0])]
    return findings + ([Finding("too_long", str(len(text)))] if len(text) > LONGEST else [])
