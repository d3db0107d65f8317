"""What editors are told about texts for the voice, and how text for the eye is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nihongo.speech import LONGEST, speakable, unspeakable
from nihongo.words import section


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("送料は全国一律550円です。3980円以上で無料になります！よろしいですか？", []),
        ("電話番号は、0120、000、123です。", []),
        ("9時30分から17時まで、第2、第4土曜日は休みです。", []),
        ("詳しくはhttps://shop.example/faq をご覧ください。", [("url", "https://shop.example/faq")]),
        ("info@shop.exampleへ。", [("email", "info@shop.example")]),
        ("**無料**です。", [("markdown", "**無料**")]),
        ("[こちら](https://shop.example)です。", [("markdown", "[こちら](https://shop.example)")]),
        ("9:30からです。", [("time", "9:30")]),
        ("0120-000-123です。", [("number", "0120-000-123")]),
        ("09012345678です。", [("number", "09012345678")]),
        ("550円（税込）です。", [("bracket", "（"), ("bracket", "）")]),
        ("「返品」です。", [("bracket", "「"), ("bracket", "」")]),
        ("10％です。", [("symbol", "％")]),
        ("1〜3日、沖縄・離島です。", [("symbol", "〜"), ("symbol", "・")]),
        ("FAQとＰＤＦです。", [("latin", "FAQ"), ("latin", "ＰＤＦ")]),
        ("ありがとうございます😀", [("emoji", "😀")]),
        ("あ" * (LONGEST + 1), [("too_long", str(LONGEST + 1))]),
    ],
)
def test_the_editor_is_told_each_stumbling_block_once(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(finding.key, finding.piece) for finding in unspeakable(text)] == expected


def test_a_finding_reads_as_a_japanese_hint_with_the_piece() -> None:
    (finding,) = unspeakable("9:30からです。")
    assert finding.message == "時刻「9:30」は「9時30分」のように書いてください。"


@given(st.text(max_size=80))
def test_every_finding_has_a_message(text: str) -> None:
    assert all(section("unspeakable")[finding.key] and finding.message for finding in unspeakable(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:30〜17:00", "9時半から17時まで"),
        ("1〜3日でお届けします。", "1から3日でお届けします。"),
        ("14-16時", "14から16時"),
        ("20％オフ", "20パーセントオフ"),
        ("3,980円（税込）です。", "3980円、税込です。"),
        ("お電話は0120-000-123へ。", "お電話は0120、000、123へ。"),
        ("0312345678", "03、1234、5678"),
        ("2026/11/22まで", "2026年11月22日まで"),
        ("11/22まで", "11月22日まで"),
        ("**送料**は[こちら](https://shop.example/fee)。", "送料はこちら。"),
        ("https://shop.example/fee をご覧ください", "こちらをご覧ください"),
        ("「マイページ」から", "マイページから"),
        ("FAQとPayPay", "エフエーキューとペイペイ"),
        ("5kgで100V", "5キロで100ボルト"),
        ("- 袋\n- 箱", "袋。箱"),
        ("沖縄・離島", "沖縄、離島"),
        ("ありがとうございます😀。", "ありがとうございます。"),
        ("10℃", "10度"),
    ],
)
def test_text_for_the_eye_is_read_as_people_say_it(text: str, expected: str) -> None:
    assert speakable(text).lstrip("・") == expected


@settings(deadline=None)
@given(st.text(st.characters() | st.sampled_from("送料は550円です。、（）〜：:％/-0123456789*[]#FAQ😀"), max_size=80))
def test_a_reading_holds_no_sign_that_a_voice_stumbles_over(text: str) -> None:
    keys = {finding.key for finding in unspeakable(speakable(text))}
    assert not keys & {"url", "email", "markdown", "bracket", "symbol", "emoji", "time"}


def test_a_word_of_the_editors_dictionary_can_be_read(tmp_path: Path) -> None:
    own = tmp_path / "readings.yml"
    own.write_text("words: {CLUB-T: クラブティー}\n", encoding="utf-8")
    assert [finding.piece for finding in unspeakable("CLUB-Tと、CLUBの会員です。", own)] == ["CLUB"]
    assert [finding.piece for finding in unspeakable("CLUB-Tです。")] == ["CLUB-T"]
