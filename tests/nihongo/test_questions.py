"""Where one message holds two questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nihongo.normalise import normalise
from nihongo.questions import does_again, questions, tells_on

TABLE = yaml.safe_load(Path(__file__).with_name("questions_table.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row["text"])[:20])
def test_the_questions_of_a_message(row: dict[str, Any]) -> None:
    assert questions(normalise(row["text"])) == row["parts"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("開けちゃったんだけど", True),
        ("もう使ってしまったんですが", True),
        ("沖縄なんですけど。", True),
        ("箱を捨ててもうたんやけど", True),
        ("開けちゃった", True),
        ("14日過ぎてしまいました", True),
        ("笑っちゃった", False),
        ("開けた", False),
        ("開けちゃったけど返品できますか", False),
        ("先月の終わりにそちらで買った炊飯器の箱を開けちゃったんだけど", False),
    ],
)
def test_a_statement_that_leaves_open_what_is_asked(text: str, expected: bool) -> None:
    assert tells_on(normalise(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("終わった注文をもう一度したい", True),
        ("同じものをもう1回買いたい", True),
        ("もう一度お願いします", False),
        ("もう一度説明してほしい", False),
        ("今の話をもう一回", False),
    ],
)
def test_what_is_to_be_done_again_is_not_to_be_said_again(text: str, expected: bool) -> None:
    assert does_again(normalise(text)) is expected
