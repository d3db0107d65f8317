"""What a text costs."""

from __future__ import annotations

import pytest

from channels.simulate.segments import segments


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("あ" * 70, 1),
        ("あ" * 71, 2),
        ("あ" * 134, 2),
        ("あ" * 135, 3),
        ("a" * 70 + "あ", 2),
        ("𠮷" * 35, 1),
        ("𠮷" * 36, 2),
        ("あ" * 66 + "𠮷" + "あ" * 66, 3),  # the character that takes two is not cut at the 67th place
        ("あ" * 66 + "い𠮷" + "あ" * 65, 2),
    ],
)
def test_segments(text: str, parts: int) -> None:
    assert segments(text) == parts
