"""What the tokeniser's readings make of words whose reading is known: whether two writings meet by their sound."""

from __future__ import annotations

from typing import Any

import jaconv
import numpy as np

from bench.bootstrap import Outcomes, intervals, means
from bot.language.bm25 import BM25
from bot.language.tokens import Words
from nihongo.normalise import normalise

Row = dict[str, str]


def reading(words: Words, text: str) -> str:
    """The hiragana that `sounds` is cut from: its pairs overlap by one."""
    cut = words.sounds(text)
    pairs = cut[: (len(cut) + 1) // 2] if len(cut) > 2 else cut[:1]
    return "".join(pair[0] for pair in pairs[:-1]) + pairs[-1]


def meetings(words: Words, rows: list[Row]) -> dict[str, Any]:
    """rows: kana_input, expected. `same`: read alike to the last kana; `overlap`: mean Jaccard index of the sounds;
    `found_first`: of all expected the right one scores best by BM25 over sounds."""
    typed, meant = ([normalise(row[name]) for row in rows] for name in ("kana_input", "expected"))
    heard = [(words.sounds(one), words.sounds(other)) for one, other in zip(typed, meant, strict=True)]
    index = BM25.of([other for _, other in heard])
    outcomes: Outcomes = {
        "same": [int(one == other) for one, other in heard],
        "overlap": [_jaccard(set(one), set(other)) for one, other in heard],
        "found_first": [int(_first(index, one) == i) for i, (one, _) in enumerate(heard)],
    }
    return means(outcomes) | {"interval": intervals(outcomes), "n": len(rows)}


def readings(words: Words, rows: list[Row]) -> dict[str, Any]:
    """rows: word, wrong_reading, right_reading. How often the dictionary reads a word rightly, or as people misread."""
    read = [(_plain(reading(words, row["word"])), row) for row in rows]
    outcomes = {
        name: [int(said == _plain(row[f"{name}_reading"])) for said, row in read] for name in ("right", "wrong")
    }
    return means(outcomes) | {"interval": intervals(outcomes), "n": len(rows)}


def _first(index: BM25, sounds: list[str]) -> int:
    scores = index.scores(sounds)
    return int(np.argmax(scores)) if scores.max() > 0 else -1


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


def _plain(kana: str) -> str:
    return str(jaconv.kata2hira(kana))
