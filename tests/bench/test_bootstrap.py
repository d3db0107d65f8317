"""Intervals of shares, and pairs of runs held against each other."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import pytest

from bench.bootstrap import add_options, against, compared, intervals, means


def test_the_interval_is_the_binomial_one() -> None:
    found = intervals({"hit": [1] * 30 + [0] * 70})["hit"]
    assert found is not None
    width = 1.96 * np.sqrt(0.3 * 0.7 / 100)
    assert found[0] == pytest.approx(0.3 - width, abs=0.015) and found[1] == pytest.approx(0.3 + width, abs=0.015)


def test_the_same_outcomes_give_the_same_interval() -> None:
    outcomes = {"hit": [random.random() < 0.5 for _ in range(50)]}
    assert intervals(outcomes) == intervals(outcomes)


def test_what_does_not_count_is_left_out_of_share_and_interval() -> None:
    outcomes = {"right": [1, 1, 1, 0, *[None] * 96]}
    found = intervals(outcomes)["right"]
    assert means(outcomes) == {"right": 0.75}
    assert found is not None and found[1] == 1.0 and found[0] < 0.75


def test_a_share_of_nothing_is_nought_without_an_interval() -> None:
    assert means({"right": [None, None], "none": []}) == {"right": 0.0, "none": 0.0}
    assert intervals({"right": [None, None], "none": []}) == {"right": None, "none": None}


def test_pairs_show_a_difference_that_single_intervals_hide() -> None:
    """Ten of 200 better and none worse: the two intervals overlap, that of the difference does not reach nought."""
    before, after = [1] * 100 + [0] * 100, [1] * 110 + [0] * 90
    one, other = intervals({"hit": before})["hit"], intervals({"hit": after})["hit"]
    assert one and other and one[1] > other[0]
    assert compared({"hit": after}, {"hit": before})["hit"]["beyond"]
    assert compared({"hit": before}, {"hit": after})["hit"]["difference"] == -0.05


def test_as_many_better_as_worse_is_no_difference() -> None:
    assert not compared({"hit": [1, 0] * 50}, {"hit": [0, 1] * 50})["hit"]["beyond"]


def test_outcomes_are_kept_and_compared_by_a_later_run(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    assert against({"hit": [0, 0, None]}, parser.parse_args(["--keep", str(tmp_path / "kept.json")])) == {}
    later = parser.parse_args(["--against", str(tmp_path / "kept.json")])
    assert against({"hit": [1, 1, None]}, later)["against"]["hit"]["difference"] == 1.0
    with pytest.raises(SystemExit, match="other queries"):
        against({"hit": [1, 1]}, later)
