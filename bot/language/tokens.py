"""Words of a Japanese sentence by GiNZA's tokeniser, as Sudachi's normalised forms (届く for とどく, 引っ越し for 引越し).

SudachiPy is not thread-safe: one Tokeniser a thread.
"""

from __future__ import annotations

from typing import Any

import spacy

# Parts of speech that say nothing of the matter: particles, auxiliaries, marks.
_FUNCTION = ("助詞", "助動詞", "補助記号", "空白", "記号")
# Content words that every question has; they would only add noise to BM25.
_EMPTY = frozenset(
    "為る 有る 居る 成る 下さる 頂く 出来る 仕方 良い 事 物 時 場合 教える 知る 何 何処 如何 どう 願う 方 御 言う 欲しい 此の 其の 此れ 其れ"
    " 思う 遣る 呉れる 貰う 致す 御座る 所 訳 すぐ 凄い 宜しい".split()
)


class Tokeniser:
    """GiNZA's tokeniser without its neural parts: 0.2 ms a sentence."""

    def __init__(self) -> None:
        # The same tokenizer that ja_ginza's configuration names (Sudachi, split mode C).
        self._nlp: Any = spacy.blank("ja", config={"nlp": {"tokenizer": {"split_mode": "C"}}})
        self._groups: dict[str, tuple[str, ...]] = {}

    def words(self, text: str) -> list[str]:
        """Normalised content words, in order."""
        return [token.norm_ for token in self._nlp(text) if not token.tag_.startswith(_FUNCTION)]

    def terms(self, text: str) -> list[str]:
        """What BM25 sees: content words that tell questions apart; all words when nothing else is left."""
        words = self.words(text)
        return [word for word in words if word not in _EMPTY] or words
