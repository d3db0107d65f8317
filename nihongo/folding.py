"""A text read through NFKC without losing where each character stands in the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from nihongo.normalise import INVISIBLE

_HIDDEN = re.compile(f"[{INVISIBLE}]")
_CLUSTER = re.compile("[^\u0300-\u036f\u3099\u309a\uff9e\uff9f][\u0300-\u036f\u3099\u309a\uff9e\uff9f]*|.", re.DOTALL)


@dataclass
class Folded:
    """`text[i]` was written at `original[starts[i]:ends[i]]`."""

    text: str
    starts: list[int] | range
    ends: list[int] | range

    def widened(self, start: int, end: int) -> tuple[int, int]:
        """The range with all that its outermost original characters folded into (㏠ is 1日)."""
        while start and self.starts[start - 1] == self.starts[start]:
            start -= 1
        while end < len(self.text) and self.starts[end] == self.starts[end - 1]:
            end += 1
        return start, end


def fold(text: str) -> Folded:
    """NFKC, without invisible characters; a letter and its combining marks fold together (ﾊﾟ → パ)."""
    if unicodedata.is_normalized("NFKC", text) and not _HIDDEN.search(text):
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(text):
        for char in _HIDDEN.sub("", unicodedata.normalize("NFKC", match[0])):
            chars.append(char)
            starts.append(match.start())
            ends.append(match.end())
    return Folded("".join(chars), starts, ends)
