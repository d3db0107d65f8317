"""The bench of intents, over a handful of rows."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from bench import intents

ROWS = {
    "alarm": ["七時に起こして", "アラームを八時に", "目覚ましを六時にセット", "明日九時に起こして"],
    "weather": ["明日の天気は", "今日は雨が降る", "週末の天気を教えて", "東京の天気予報"],
}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.tsv"
    lines = [f"{text}\t\t{name}" for name, texts in ROWS.items() for text in texts]
    path.write_text("\n".join(["text\tprev_assistant\tintent", *lines]), encoding="utf-8")
    return path


def asked(table: Path, *more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    intents.add_arguments(parser)
    return parser.parse_args(["--train", str(table), "--test", str(table), *more])


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))


@pytest.mark.model
@pytest.mark.parametrize("views", ["use", "production"])
def test_rows_it_was_trained_on_are_right(table: Path, views: str) -> None:
    found = intents.run(asked(table, "--views", views))
    assert (found["accuracy"], found["macro_f1"], found["n"]) == (1.0, 1.0, 8)
    assert found["interval"]["accuracy"] == [1.0, 1.0]
    assert found["views"] == ["use", "characters"]


@pytest.mark.model
def test_few_rows_are_drawn_as_often_as_asked(table: Path) -> None:
    found = intents.run(asked(table, "--views", "use", "--shots", "2", "--seeds", "3"))
    assert (found["shots"], len(found["seeds"]["accuracies"])) == (2, 3)
    assert found["accuracy"] == pytest.approx(found["seeds"]["mean"], abs=1e-3)
    assert found["interval"]["accuracy"][0] <= found["accuracy"] <= found["interval"]["accuracy"][1]
