"""The gate of a collection without phrasings: told by what sentences of others score in the same index."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.language.cohort import Cohort, sentences
from bot.language.understand import Understander
from bot.language.understanding import Decision
from tests.bot.language.conftest import HERE, table

TODAY = date(2026, 11, 22)
SURFACES = (Decision.ANSWER, Decision.CLARIFY, Decision.HAND_OFF)
VIEWS = ("e5_passage", "turned_passage", "use_passage", "use_question")
scores = st.floats(-1, 1).map(lambda score: round(score, 3))


@given(st.lists(scores, min_size=3, max_size=20, unique=True), scores, st.floats(0.1, 50), st.floats(-9, 9))
def test_other_units_of_a_score_change_nothing(told: list[float], mine: float, unit: float, shift: float) -> None:
    def near(scale: float, zero: float) -> float | None:
        cohort = Cohort.of(dict.fromkeys(VIEWS, scale * score + zero) for score in told)
        return cohort.nearness({name: np.array([scale * mine + zero]) for name in VIEWS}, 0)

    assert near(unit, shift) == pytest.approx(near(1, 0), rel=0.02, abs=0.02)


def test_without_e5_use_tells_and_without_both_nothing_does() -> None:
    cohort = Cohort(dict.fromkeys(VIEWS, (0.0, 1.0)))
    views = {"e5_passage": np.array([4.0]), "turned_passage": np.array([2.0])}
    alone = {"use_passage": np.array([1.0]), "use_question": np.array([0.0])}
    assert cohort.nearness(views | alone, 0) == 3.0
    assert cohort.nearness(alone, 0) == 0.5
    assert cohort.nearness({"words": np.array([9.0])}, 0) is None


@pytest.mark.model
def test_on_its_first_day_the_shop_lets_others_questions_be(first_day: Understander) -> None:
    texts = [str(text) for text in yaml.safe_load((HERE / "outside_unseen.yml").read_text(encoding="utf-8"))]
    assert not set(texts) & set(sentences())
    found = [first_day.understand(text, {}, TODAY) for text in texts]
    surfaced = [one.text for one in found if one.decision in SURFACES]
    assert len(surfaced) <= 0.10 * len(texts), surfaced


@pytest.mark.model
def test_on_its_first_day_the_shop_finds_half_of_what_is_asked(first_day: Understander) -> None:
    rows = [(text, id) for id, texts in table("rephrasings.yml").items() for text in texts]
    found = [(first_day.understand(text, {}, TODAY), id) for text, id in rows]
    shown = [id in [c.article_id for c in one.candidates[:3]] for one, id in found if one.decision in SURFACES]
    wrong = [one.text for one, id in found if one.decision is Decision.ANSWER and one.candidates[0].article_id != id]
    assert sum(shown) >= 0.5 * len(rows)
    assert len(wrong) <= 0.05 * len(rows), wrong
