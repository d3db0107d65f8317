"""Where a yes that opens the answer fits what was asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.language.understand import Understander

pytestmark = pytest.mark.model
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("代引きは使えますか", {}, True),
        ("代引きの手数料はいくらですか", {}, False),
        ("置き配で代引きにできますか", {}, False),
        ("沖縄は？", {"article": "payment-cod"}, False),
        ("代引きも使えます？", {"article": "shipping-fee-islands", "question": "沖縄は？"}, False),
        ("代引きは使えますか", {"article": "shipping-fee", "question": "送料はいくらですか"}, True),
        ("沖縄でも使える？", {"article": "payment-cod", "question": "代引きの手数料"}, False),
        ("領収書を発行してもらえますか", {}, True),
        ("コンビニ払いはできますか？領収書は？", {}, False),
    ],
)
def test_a_yes_fits_what_adds_no_condition(
    understander: Understander, text: str, context: dict[str, Any], expected: bool
) -> None:
    assert understander.understand(text, context, TODAY).assent is expected
