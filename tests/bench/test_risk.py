"""Risk against coverage."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.risk import STEPS, curve, draw


def test_the_surest_are_covered_first() -> None:
    found = curve([0.9, 0.2, 0.8, 0.1], [True, False, True, False])
    assert [(one["coverage"], one["wrong"], one["from"]) for one in found["points"]] == [
        (0.25, 0.0, 0.9),
        (0.5, 0.0, 0.8),
        (0.75, 0.3333, 0.2),
        (1.0, 0.5, 0.1),
    ]
    assert found["aurc"] == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4, abs=1e-4)


def test_a_probability_that_tells_nothing_is_not_flattered_by_the_order_of_the_file() -> None:
    said, right = [0.5] * 10, [True] * 5 + [False] * 5
    assert curve(said, right) == curve(said, right[::-1])
    assert curve(said, right)["points"][0]["wrong"] == 1.0


def test_many_messages_give_a_short_list_and_none_an_empty_one() -> None:
    assert len(curve([i / 1000 for i in range(1000)], [True] * 1000)["points"]) == STEPS
    assert curve([], []) == {"aurc": 0.0, "points": []}


@pytest.mark.slow
def test_it_is_drawn_as_png(tmp_path: Path) -> None:
    draw(curve([0.9, 0.2], [True, False])["points"], tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
