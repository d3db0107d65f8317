"""E5's child may die or overrun its time; nobody waits for it twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.language.encoders import E5Encoder, EncoderAway
from bot.language.vectors import VectorCache

pytestmark = pytest.mark.model


@pytest.fixture
def e5() -> Iterator[E5Encoder]:
    encoder = E5Encoder("query", deadline=5)
    assert encoder.wait(30)
    yield encoder
    encoder.stop()


def test_alike_questions_lie_close(e5: E5Encoder) -> None:
    fee, price, weather = e5.encode(["送料はいくらですか", "配送料金を教えて", "明日の天気は"])
    assert np.linalg.norm(fee) == pytest.approx(1, abs=0.01)
    assert fee @ price > fee @ weather


def test_a_killed_child_is_away_and_then_back(e5: E5Encoder) -> None:
    assert e5.pid
    os.kill(e5.pid, signal.SIGKILL)
    with pytest.raises(EncoderAway):
        e5.encode(["送料"])
    assert e5.wait(30)
    assert e5.encode(["送料"]).shape == (1, 384)


def test_a_child_over_its_time_is_replaced(e5: E5Encoder) -> None:
    first = e5.pid
    assert first
    os.kill(first, signal.SIGSTOP)
    e5._deadline = 0.2
    start = time.monotonic()
    with pytest.raises(EncoderAway):
        e5.encode(["送料"])
    assert time.monotonic() - start < 2
    e5._deadline = 5
    assert e5.wait(30)
    assert e5.pid != first


def test_text_that_aborts_the_engine_is_made_harmless(e5: E5Encoder) -> None:
    before = e5.pid
    e5.encode(["\ufdfa" * 1000, "", "\x00", "\ud800", "あ" * 100_000])
    assert e5.pid == before


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
