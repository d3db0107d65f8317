"""A start with the same rows loads the dialogue classifier instead of training it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.language import service, trained
from bot.language.dialogue import DialogueClassifier, train
from bot.language.encoders import Vectors
from bot.language.service import LanguageService
from bot.language.vectors import VectorCache
from kb.article import Answer, Article

ROWS = [("返品したい", "faq"), ("送料はいくらですか", "faq"), ("ありがとう", "thanks"), ("助かりました", "thanks")]
ARTICLE = Article(id="returns", title="返品したい", category="返品", answer=Answer(web="承ります。"))


def vectors(texts: list[str]) -> Vectors:
    """As different as the texts are, and the same for the same text."""
    rows = [np.random.default_rng(sum(text.encode())).standard_normal(16) for text in texts]
    return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


@pytest.fixture
def classifier() -> DialogueClassifier:
    return train(ROWS, vectors)


def test_what_is_loaded_says_the_same(classifier: DialogueClassifier, tmp_path: Path) -> None:
    trained.save(classifier, tmp_path / "dialogue.npz", "key")
    loaded = trained.load(tmp_path / "dialogue.npz", "key")
    assert loaded
    for text in ["返品", "ありがとうございます", "zzz"]:
        assert loaded.intents(text, vectors([text])[0]) == classifier.intents(text, vectors([text])[0])


def test_other_rows_have_another_key() -> None:
    assert trained.key_of(ROWS) == trained.key_of(list(ROWS))
    assert trained.key_of(ROWS) != trained.key_of([*ROWS, ("やあ", "greet")])


def test_another_key_loads_nothing(classifier: DialogueClassifier, tmp_path: Path) -> None:
    trained.save(classifier, tmp_path / "dialogue.npz", "key")
    assert trained.load(tmp_path / "dialogue.npz", "other") is None


@pytest.mark.parametrize("keep", [0, 10, 400, -30])
def test_a_broken_file_loads_nothing(classifier: DialogueClassifier, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "dialogue.npz"
    trained.save(classifier, path, "key")
    path.write_bytes(path.read_bytes()[:keep])
    assert trained.load(path, "key") is None


def test_a_folder_that_cannot_be_written_is_survived(classifier: DialogueClassifier, tmp_path: Path) -> None:
    trained.save(classifier, tmp_path / "missing" / "dialogue.npz", "key")
    assert trained.load(tmp_path / "missing" / "dialogue.npz", "key") is None


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(service, "training_rows", lambda _talk, _questions: ROWS)
    yield


@pytest.mark.model
async def test_a_second_start_does_not_train(small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await _started(tmp_path)
    monkeypatch.setattr(service, "train", None)  # would raise
    second = await _started(tmp_path)
    assert first.classes == second.classes
    assert np.array_equal(first.model.weights, second.model.weights)


async def _started(folder: Path) -> DialogueClassifier:
    one = LanguageService(VectorCache(folder / "v.db"), lambda: date(2026, 11, 22), e5=False)
    try:
        await one.follow(1, [ARTICLE])
        assert one.understander.dialogue
        return one.understander.dialogue
    finally:
        await one.stop()
