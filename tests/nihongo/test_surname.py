"""Surnames: never a full name where only the surname is to be read."""

from __future__ import annotations

import pytest

from nihongo.surname import first_part, surname


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("ヤマダ ハナコ", "ヤマダ"),
        ("ヤマダ", "ヤマダ"),
        ("ワタナベ", "ワタナベ"),
        ("ヤマダハナコ", ""),
        ("山田　花子", "山田"),
        ("山田", "山田"),
        ("山田花子", ""),
        ("佐々木 健", "佐々木"),
        ("Hanako Yamada", ""),
        ("", ""),
    ],
)
def test_a_customers(name: str, read: str) -> None:
    assert surname(name) == read


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("山田 花子", "山田"),
        ("加藤", "加藤"),
        ("長谷川", "長谷川"),
        ("Bob Smith", "Bob Smith"),
        ("山田 (窓口)", "山田 (窓口)"),
    ],
)
def test_an_agents(name: str, read: str) -> None:
    assert first_part(name) == read
