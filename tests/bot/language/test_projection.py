"""The projection on disk: what is loaded is what was saved, and a damaged file is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.language.projection import Projection, load


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    rng, path = np.random.default_rng(0), tmp_path / "projection.npz"
    means = (rng.standard_normal(size, dtype=np.float32) for size in (4, 3))
    Projection(*means, rng.standard_normal((7, 7), dtype=np.float32)).save(path, "key")
    return path


def test_what_is_loaded_is_what_was_saved(saved: Path) -> None:
    key, found = load(saved)
    assert (key, found and found.turn.shape) == ("key", (7, 7))


@pytest.mark.parametrize("keep", [0, 10, 400, -30])
def test_a_file_cut_short_is_none(saved: Path, keep: int) -> None:
    saved.write_bytes(saved.read_bytes()[:keep])
    assert load(saved) == ("", None)


def test_a_file_with_wrong_bytes_is_none(saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    middle = content.index(b"turn.npy") + 150
    content[middle] ^= 0xFF
    saved.write_bytes(content)
    assert load(saved) == ("", None)


def test_no_file_is_none(tmp_path: Path) -> None:
    assert load(tmp_path / "projection.npz") == ("", None)
