"""Person names in customers' words, for masking: GiNZA's NER, the dictionary's name words, and what stands around them.

On ner_wikipedia (`python -m bench masking --ner … --limit 1500`), NER alone finds .63 of the names whole, name words
alone .64, all together .87 at a precision of .64: a company called after a person is masked too, which harms nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import spacy

Span = tuple[int, int, str]
Range = tuple[int, int]
_UNUSED = [
    *("parser", "attribute_ruler", "morphologizer", "compound_splitter", "bunsetu_recognizer"),
    *("strings", "lookups"),
]
LONGEST = 200  # characters looked through at once, 100 ms at most: a customer's question may be waiting
_NAME = "名詞-固有名詞-人名"
_KANJI = re.compile(r"[一-龥々ヶノ]+$")
_MARKS = 8  # at the end of a sentence; more are a piece of their own
_PIECE = re.compile(rf"[^。！？!?\n]{{1,{LONGEST - _MARKS}}}[。！？!?\n]{{0,{_MARKS}}}|[。！？!?\n]{{1,{LONGEST}}}")
_READING = re.compile("[ァ-ヴー]+")
_FOREIGN = re.compile(r"(?:[ァ-ヴー]+|[A-Z][A-Za-z.]*)$")
_JOINTS = "・=＝.-"
_LONGEST_RUN = 5  # letters of a Japanese full name


class NameFinder:
    """1 ms for a sentence without any name-like word, 20 ms for others. SudachiPy: one thread at a time."""

    def __init__(self) -> None:
        # The network goes by hashes: the 480,000 strings that belong to them would cost 120 MB.
        self._nlp: Any = spacy.load("ja_ginza", exclude=_UNUSED)
        for _, part in self._nlp.pipeline:
            for layer in part.model.walk():
                layer.ops.use_blis = False  # numpy's products take two thirds of the time

    def spans(self, text: str) -> list[Span]:
        """(start, end, "person") in order, without overlaps."""
        return [span for place, piece in pieces(text) for span in self.spans_of(piece, place)]

    def spans_of(self, piece: str, place: int) -> list[Span]:
        """The same of one piece, as places in the whole text."""
        doc = self.read(piece)
        for network in self.networks if doc else ():
            doc = network(doc)
        return self.found(doc, place) if doc else []

    def read(self, piece: str) -> Any:
        """The piece as a Doc for the networks; None: nothing in it may be a name."""
        doc = self._nlp.make_doc(piece.encode("utf-8", "replace").decode())  # "?" for each lone surrogate
        return doc if any(_may_name(token) for token in doc) else None

    @property
    def networks(self) -> list[Callable[[Any], Any]]:
        """What a Doc goes through, each 10 to 15 ms: a customer's question may come between two."""
        return [network for _, network in self._nlp.pipeline]

    def found(self, doc: Any, place: int) -> list[Span]:
        """The spans of a piece that went through all networks, as places in the whole text."""
        found = [(entity.start_char, entity.end_char) for entity in doc.ents if entity.label_ == "Person"]
        for rule in (_name_words, _foreign_chains, _kanji_runs):
            found += rule(list(doc))
        whole = _joined(_widened(doc.text, span) for span in found)
        return [(start + place, end + place, "person") for start, end in whole]


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """(place, sentences together no longer than LONGEST)."""
    place, piece = 0, ""
    for match in _PIECE.finditer(text):
        if piece and len(piece) + len(match[0]) > LONGEST:
            yield place, piece
            piece = ""
        place, piece = (place if piece else match.start()), piece + match[0]
    if piece:
        yield place, piece


def _may_name(token: Any) -> bool:
    """Proper nouns, foreign words, and words that the dictionary does not know (nobody knows their reading)."""
    if token.tag_.startswith("名詞-固有名詞"):
        return True
    if not token.tag_.startswith("名詞-普通名詞-一般"):  # キャンセル is a noun of doing
        return False
    return bool(_FOREIGN.match(token.text)) or not _READING.fullmatch(token.morph.get("Reading", [""])[0])


def _name_words(tokens: list[Any]) -> Iterator[Range]:
    """Surnames and given names of the dictionary, those side by side as one."""
    for run in _runs(tokens, lambda token: token.tag_.startswith(_NAME)):
        if len(run) > 1 or len(run[0]) > 1:  # 光, 翼, 鶴 alone are words
            yield _range(run)


def _foreign_chains(tokens: list[Any]) -> Iterator[Range]:
    """ジョン・スミス: joined katakana or Latin words of which the dictionary knows one as a name."""
    for run in _runs(tokens, lambda token: bool(_FOREIGN.match(token.text)) or token.text in _JOINTS):
        words = [token for token in run if token.text not in _JOINTS]
        if len(words) > 1 and len(words) < len(run) and any(token.tag_.startswith(_NAME) for token in words):
            yield words[0].idx, words[-1].idx + len(words[-1])


def _kanji_runs(tokens: list[Any]) -> Iterator[Range]:
    """小+野寺, 山+根明: a short run of kanji nouns that holds a name word is a name that was cut wrongly."""
    for run in _runs(tokens, _may_be_part):
        start, end = _range(run)
        if len(run) > 1 and end - start <= _LONGEST_RUN and any(token.tag_.startswith(_NAME) for token in run):
            yield start, end


def _may_be_part(token: Any) -> bool:
    noun = token.tag_.startswith(("名詞", "接頭辞")) and not token.tag_.startswith("名詞-数詞")
    return noun and bool(_KANJI.match(token.text))


def _runs(tokens: list[Any], belongs: Any) -> Iterator[list[Any]]:
    """Neighbouring tokens that belong, without a gap between them."""
    run: list[Any] = []
    for token in tokens:
        if belongs(token) and (not run or run[-1].idx + len(run[-1]) == token.idx):
            run.append(token)
            continue
        if run:
            yield run
        run = [token] if belongs(token) else []
    if run:
        yield run


def _range(run: list[Any]) -> Range:
    return run[0].idx, run[-1].idx + len(run[-1])


def _widened(text: str, span: Range) -> Range:
    """Over the rest of a katakana word: half a name must not stay."""
    start, end = span
    while start > 0 and _katakana(text[start - 1]) and _katakana(text[start]):
        start -= 1
    while end < len(text) and _katakana(text[end]) and _katakana(text[end - 1]):
        end += 1
    return start, end


def _katakana(letter: str) -> bool:
    return "ァ" <= letter <= "ヴ" or letter in "ー・=＝"


def _joined(spans: Iterator[Range]) -> list[Range]:
    found: list[Range] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
