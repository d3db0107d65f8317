"""complex.yml by its table; editors may add rows."""

from __future__ import annotations

import pytest

from bot.language.complexity import Complexity
from handoff.ticket import Reason
from nihongo.normalise import normalise
from tests.bot.language.conftest import table

RULES = Complexity()
SAFETY = {"life": "life", "accident": "accident", "calm": "none"}
ROWS = [(text, kind) for kind, texts in table("complex_matters.yml").items() for text in texts]
ROWS += [(text, kind) for kind, texts in table("dangers.yml").items() for text in texts]
ROWS += [(text, kind) for group, kind in SAFETY.items() for text in table("safety.yml")[group]]


@pytest.mark.parametrize(("text", "kind"), ROWS)
def test_a_complex_matter_is_told_by_its_words(text: str, kind: str) -> None:
    matter = RULES.of(normalise(text))
    assert (matter.kind if matter else "none") == kind


@pytest.mark.parametrize("text", [text for text, kind in ROWS if kind != "none"])
def test_its_evidence_is_what_the_customer_said_and_its_reason_one_of_the_tickets(text: str) -> None:
    matter = RULES.of(normalise(text))
    assert matter and matter.evidence
    assert all(words in normalise(text) for words in matter.evidence)
    assert Reason(matter.reason)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("電話の対応がひどい", "対応がひどい"),
        ("対応が悪かったので返金して", "対応が悪かった"),
        ("誠意がない090-1234-5678", "誠意"),
        ("本当に腹が立つ", "腹が立つ"),
    ],
)
def test_words_are_quoted_with_their_ending_and_no_more(text: str, quoted: str) -> None:
    matter = RULES.of(normalise(text))
    assert matter and matter.evidence[0] == quoted
