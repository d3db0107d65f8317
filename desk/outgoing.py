"""What an agent is asked about before it goes to a customer: personal data, and words that do not do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from desk.words import word
from nihongo.folding import fold
from nihongo.mask import mask_spans


@dataclass(frozen=True)
class Doubt:
    """`why`, and the words that raised it."""

    why: str
    words: str


def doubts(text: str, allow: tuple[str, ...] = ()) -> list[Doubt]:
    """allow: numbers and addresses that may be told, the shop's own."""
    personal = [text[span.start : span.end] for span in mask_spans(text, allow)]
    found = [Doubt(word("outgoing.personal"), "、".join(personal))] if personal else []
    plain = fold(text).text
    for why, words in _ng():
        if said := [each for each in words if each in plain]:
            found.append(Doubt(why, "、".join(said)))
    return found


def question(found: list[Doubt]) -> str:
    """Asks whether it is to be sent all the same."""
    lines = [word("outgoing.line", words=doubt.words, why=doubt.why) for doubt in found]
    return "\n".join([word("outgoing.head"), *lines, word("outgoing.ask")])


@lru_cache(maxsize=1)
def _ng() -> tuple[tuple[str, tuple[str, ...]], ...]:
    groups = yaml.safe_load(Path(__file__).with_name("ng_words.yml").read_text())
    return tuple((str(one["why"]), tuple(fold(str(each)).text for each in one["words"])) for one in groups)
