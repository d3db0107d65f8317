"""The sentence encoders: what they say of alike questions, and what no text may do to them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from bot.language.e5 import E5, MOST_TOKENS
from bot.language.e5_file import E5File
from bot.language.e5_tokens import Unigram
from bot.language.encoders import QUERY_LIMIT, E5Encoder, EncoderAway, UseEncoder
from bot.language.vectors import VectorCache
from tests.hostile import FLOODS

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def e5() -> E5Encoder:
    encoder = E5Encoder()
    encoder.load()
    assert encoder.ready
    return encoder


@pytest.fixture(scope="module")
def model() -> E5:
    return E5()


def test_alike_questions_lie_close(e5: E5Encoder) -> None:
    fee, price, weather = e5.encode(["送料はいくらですか", "配送料金を教えて", "明日の天気は"])
    assert np.linalg.norm(fee) == pytest.approx(1, abs=1e-5)
    assert fee @ price > fee @ weather


def test_until_it_is_loaded_it_is_away() -> None:
    with pytest.raises(EncoderAway):
        E5Encoder().encode(["送料"])


def test_another_file_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"GGUF" + bytes(400))
    with pytest.raises(ValueError, match="no E5 model"):
        E5File(tmp_path / "model.bin")


def test_no_flood_holds_an_encoder_or_breaks_its_vectors(e5: E5Encoder) -> None:
    use = UseEncoder()
    use.encode(["準備"])
    for text in FLOODS:
        for encode in (e5.encode, use.encode):
            start = time.thread_time()
            vector = encode([text])[0]
            assert time.thread_time() - start < 1, text[:20]
            assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3), text[:20]


def test_no_text_can_say_the_marks_of_the_model(model: E5) -> None:
    known = model._file.vocabulary()
    said = model._tokeniser.ids("<s></s><pad><unk>送料")
    assert {known.begin, known.end, known.pad}.isdisjoint(said[1:-1])
    assert (said[0], said[-1]) == (known.begin, known.end)


def test_the_words_of_a_question_are_pieces_of_the_vocabulary(model: E5) -> None:
    pieces = list(model._file.pieces())
    said = [pieces[id] for id in model._tokeniser.ids("query: 送料は  いくらですか")[1:-1]]
    assert "".join(said) == "▁query:▁送料は▁いくらですか"
    assert "送料" in said


def test_no_kanji_is_read_as_latin_letters() -> None:
    """A str's hash is of its buffer: 業 (two bytes) would be mi (two letters), in some processes."""
    file = E5File()
    pieces = list(file.pieces())
    kanji = [piece for piece in pieces if len(piece) == 1 and "一" <= piece <= "龠"]
    tokeniser = Unigram(file)
    for some in range(0, len(kanji), 100):
        text = "".join(kanji[some : some + 100])
        assert "".join(pieces[id] for id in tokeniser.ids(text)[1:-1]).lstrip("\u2581") == text


def test_more_tokens_than_the_model_has_places_for_are_left_out(model: E5) -> None:
    text = "返 品 " * MOST_TOKENS
    assert len(model._tokeniser.ids(text)) > MOST_TOKENS
    assert np.linalg.norm(model.vector(text)) == pytest.approx(1, abs=1e-5)


def test_a_question_is_cut_and_stays_the_same_question(e5: E5Encoder) -> None:
    text = "送料を教えてください。" * 30
    whole, cut = e5.encode([text, text[:QUERY_LIMIT]])
    assert (whole == cut).all()


def test_vectors_are_encoded_once(tmp_path: Path) -> None:
    calls: list[list[str]] = []

    def encode(texts: list[str]) -> np.ndarray:
        calls.append(texts)
        return np.ones((len(texts), 4), dtype=np.float32)

    cache = VectorCache(tmp_path / "v.db")
    for some in cache.missing("use", ["一", "二", "一"]):
        cache.add("use", some, encode)
    again = VectorCache(tmp_path / "v.db")
    assert again.missing("use", ["一", "二"]) == []
    assert again.missing("e5", ["一"]) == [["一"]]
    assert again.known("use", ["二"])["二"].tolist() == [1, 1, 1, 1]
    assert calls == [["一", "二"]]


def test_missing_are_the_texts_without_a_vector_each_once_in_order(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "v.db")
    texts = [f"文{number % 900}" for number in range(1000)]
    cache.add("use", texts[:900:3], lambda some: np.ones((len(some), 4), dtype=np.float32))
    there = cache.known("use", texts)
    wanted = [text for text in dict.fromkeys(texts) if text not in there]
    assert len(wanted) == 600
    assert cache.missing("use", texts, step=7) == [wanted[start : start + 7] for start in range(0, 600, 7)]
    assert cache.halves("use", [texts[3], texts[0], texts[3]]).shape == (3, 4)
    with pytest.raises(KeyError):
        cache.halves("use", texts)
    cache.close()
