"""Words of a Japanese sentence by GiNZA's tokeniser, as Sudachi's normalised forms (引っ越し for 引越し).

SudachiPy is not thread-safe: one Tokeniser a thread.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import jaconv
import spacy
import yaml
from spacy.lang.ja import get_dtokens_and_spaces

# Parts of speech that say nothing of the matter: particles, auxiliaries, marks.
_FUNCTION = ("助詞", "助動詞", "補助記号", "空白", "記号")
# Content words that every question has; they would only add noise to BM25.
_EMPTY = frozenset(yaml.safe_load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8"))["empty"])
_KANJI = re.compile("[一-鿿々〆ヶ]")
_READ_MOST = 8  # texts: a message and its parts, the title before, are asked for words, terms and sounds in turn


class Words(Protocol):
    """What an index needs of a tokeniser."""

    def terms(self, text: str) -> list[str]: ...

    def sounds(self, text: str) -> list[str]: ...


class Tokeniser:
    """GiNZA's tokeniser without its neural parts: 0.1 ms a sentence.

    It gives no spaCy Doc: each would leave some KB behind for good, for spaCy's morphology keeps the features of every
    token again and again; and Docs take twice the time.
    """

    def __init__(self) -> None:
        # The same tokenizer that ja_ginza's configuration names (Sudachi, split mode C).
        self._japanese: Any = spacy.blank("ja", config={"nlp": {"tokenizer": {"split_mode": "C"}}}).tokenizer
        self._read = lru_cache(_READ_MOST)(self._tokens)

    def words(self, text: str) -> list[str]:
        """Normalised content words, in order."""
        return [token.norm for token in self._read(text) if not token.tag.startswith(_FUNCTION)]

    def terms(self, text: str) -> list[str]:
        """What BM25 sees: content words that tell questions apart; all words when nothing else is left."""
        words = self.words(text)
        return [word for word in words if word not in _EMPTY] or words

    def sounds(self, text: str) -> list[str]:
        """Pairs and triples of kana of the reading: へんぴんのそうりょう and 変品の送料 meet 返品の送料."""
        parts = (token.reading or token.surface for token in self._read(text) if token.tag[:4] != "補助記号")
        kana = str(jaconv.kata2hira("".join(parts)))
        return [kana[i : i + n] for n in (2, 3) for i in range(max(1, len(kana) - n + 1))]

    def kana(self, text: str) -> str:
        """As it is read, in hiragana; what has no kanji stays as it is written (山田タロウです → やまだタロウです)."""
        tokens = self._read(text)
        return "".join(
            str(jaconv.kata2hira(token.reading)) if _KANJI.search(token.surface) and token.reading else token.surface
            for token in tokens
        )

    def _tokens(self, text: str) -> list[Any]:
        found = self._japanese._get_dtokens(self._japanese.tokenizer.tokenize(text), need_sub_tokens=False)
        return list(get_dtokens_and_spaces(found, text)[0])
