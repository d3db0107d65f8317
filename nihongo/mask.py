"""Personal numbers and addresses replaced by labels such as 【電話番号】, everything else kept as written.

Matching reads a folded view (NFKC, nothing invisible) that remembers where each character came from. What is found
turns into a sign that no pattern can cross, and labels already in the text read as that same sign: so masking a
masked text finds nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nihongo import mask_patterns as patterns
from nihongo.folding import Folded, fold
from nihongo.mask_numbers import FOUND, cards
from nihongo.words import section

_SENTENCE = re.compile("[^。!?！？\n]+[。!?！？\n]*")
_ROUNDS = 50  # a second round finds what a found neighbour uncovered; real text needs two


@dataclass(frozen=True)
class Span:
    """Where something personal stands in the original text."""

    kind: str
    start: int
    end: int


def mask_patterns(text: str, allow: Iterable[str] = ()) -> str:
    """The text with every personal number replaced by its label.

    `allow` holds numbers and mail addresses that stay, however they are grouped: the shop's own.
    """
    labels, parts, last = section("mask_labels"), [], 0
    for span in mask_spans(text, allow):
        parts += [text[last : span.start], labels[span.kind]]
        last = span.end
    return "".join([*parts, text[last:]])


def mask_spans(text: str, allow: Iterable[str] = ()) -> list[Span]:
    """What would be masked, in order, never overlapping."""
    kept = frozenset(_bare(item) for item in allow)
    return sorted(_found(fold(text), kept), key=lambda span: span.start)


def holds_card(text: str) -> bool:
    """Whether a card number is in it, in full width, spaced or hyphened too: 13–19 digits that pass the check."""
    return any(cards(fold(text).text))


def without_card_sentences(text: str) -> str:
    """The text without the sentences that hold a card number: they ask nothing. All of it when nothing else is left."""
    if not holds_card(text):
        return text
    kept = "".join(sentence for sentence in _SENTENCE.findall(text) if not holds_card(sentence)).strip()
    return kept or text


def without_cards(text: str) -> str:
    """The text with its card numbers replaced by their label, all else as written."""
    view, label = fold(text), section("mask_labels")["card"]
    parts, last = [], 0
    for start, end in _whole_characters(view, list(cards(view.text))):
        parts += [text[last : view.starts[start]], label]
        last = view.ends[end - 1]
    return "".join([*parts, text[last:]])


def _found(view: Folded, allow: frozenset[str]) -> Iterator[Span]:
    text = _blanked(view.text, _whole_characters(view, [m.span() for m in patterns.labels().finditer(view.text)]))
    for _ in range(_ROUNDS):
        if not patterns.anything_in(text):
            return
        before = text
        for kind, find in patterns.finders():
            hits = _whole_characters(view, [(a, b) for a, b in find(text) if _bare(text[a:b]) not in allow])
            yield from (Span(kind, view.starts[a], view.ends[b - 1]) for a, b in hits)
            text = _blanked(text, hits)
        if text == before:
            return


def _whole_characters(view: Folded, hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Hits widened to original characters; one that two hits share (½) goes to the first."""
    whole: list[tuple[int, int]] = []
    for hit in hits:
        start, end = view.widened(*hit)
        start = max(start, whole[-1][1]) if whole else start
        if start < end:
            whole.append((start, end))
    return whole


def _blanked(text: str, hits: list[tuple[int, int]]) -> str:
    parts, last = [], 0
    for start, end in hits:
        parts += [text[last:start], FOUND * (end - start)]
        last = end
    return "".join([*parts, text[last:]]) if hits else text


def _bare(piece: str) -> str:
    """A number without its grouping (+81 and 0 alike); anything else as it is."""
    digits = patterns.ascii_digits(piece)
    if "@" in piece or not digits:
        return piece.casefold().strip()
    return "0" + digits[2:].lstrip("0") if digits.startswith("81") and len(digits) >= 11 else digits
