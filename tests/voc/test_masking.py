"""What leaves for SQL names nobody."""

from __future__ import annotations

import pytest

from tests.voc.conftest import NameList
from voc.masking import AWAY_SECONDS, Masker, by_surroundings, without


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("田中様のご注文", "【氏名】様のご注文"),
        ("鈴木一郎と申します。", "【氏名】と申します。"),
        ("名前は佐藤花子です", "名前は【氏名】です"),
        ("氏名：山本 太郎", "氏名：【氏名】"),
        ("高橋 健二さんに届きました", "【氏名】さんに届きました"),
        ("スミスさんへ", "【氏名】さんへ"),
        ("お客様の荷物の様子", "お客様の荷物の様子"),
        ("皆様へ。担当者さん、業者さん、店員さん", "皆様へ。担当者さん、業者さん、店員さん"),
        ("同様に多様な模様です。氏名の変更。摂氏20度", "同様に多様な模様です。氏名の変更。摂氏20度"),
        ("データがちゃんと届きません", "データがちゃんと届きません"),
    ],
)
def test_names_are_known_by_their_surroundings_but_common_words_stay(text: str, masked: str) -> None:
    assert without(text, by_surroundings(text)) == masked
    assert without(masked, by_surroundings(masked)) == masked


def test_a_label_is_never_cut_by_a_name() -> None:
    assert without("【電話番号】の佐藤", [(1, 3), (7, 9)]) == "【電話番号】の【氏名】"
    assert without("佐藤花子", [(0, 4), (2, 4)]) == "【氏名】"


async def test_patterns_and_names_are_masked_together_and_the_shops_number_stays() -> None:
    masker = Masker(NameList("佐藤花子"), allow=["0120-000-123"])
    (masked,) = await masker.mask(["佐藤花子、０９０－１２３４－５６７８です。0120-000-123にかけました"])
    assert masked.text == "【氏名】、【電話番号】です。0120-000-123にかけました"
    assert masked.names


async def test_while_the_language_process_is_away_the_rest_is_masked_and_it_is_left_alone_for_a_while() -> None:
    now = 0.0
    names = NameList("佐藤花子")
    masker = Masker(names, clock=lambda: now)
    names.away = True
    (masked,) = await masker.mask(["佐藤花子です。鈴木様へ。090-1234-5678"])
    assert (masked.text, masked.names) == ("佐藤花子です。【氏名】様へ。【電話番号】", False)
    names.away = False
    assert not (await masker.mask(["佐藤花子"]))[0].names
    now = AWAY_SECONDS + 1
    assert (await masker.mask(["佐藤花子"]))[0].text == "【氏名】"


async def test_a_nul_which_postgresql_refuses_is_dropped() -> None:
    assert (await Masker(None).mask(["a\0b"]))[0].text == "ab"
