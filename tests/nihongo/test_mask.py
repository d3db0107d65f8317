"""Personal numbers and addresses: the table, and the laws that hold for any text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nihongo.mask import holds_card, mask_patterns, mask_spans, without_card_sentences, without_cards
from nihongo.words import section

ROWS = YAML(typ="safe").load(Path(__file__).with_name("mask_table.yml"))

PIECES = st.sampled_from(
    [
        "090",
        "-1234",
        "5678",
        "〇九〇",
        "【電話番号】",
        "【",
        "】",
        "電話",
        "番号",
        "会員番号",
        "は",
        "TB",
        "12345678",
        "M1234567",
    ]
    + [
        "4111",
        " 1111",
        "@",
        "a.com",
        "taro",
        "アットマーク",
        "東京都",
        "渋谷区",
        "1-2-3",
        "丁目",
        "番地",
        "1",
        "2",
        "記号",
    ]
    + [
        "マンション",
        "203号室",
        "〒",
        "150",
        "-",
        "0001",
        "口座",
        "普通",
        "パスワード",
        "abc1",
        "生年月日",
        "1980年1月2日",
    ]
    + [
        "生まれ",
        "マイナンバー",
        "123456789018",
        "、",
        "。",
        "ー",
        "の",
        "㈠",
        "㏠",
        "ﾊﾟ",
        "\u0301",
        "\u200b",
        "＋８１",
        "昭和",
    ]
    + ["円", "注文", " ", "カード番号", "½", "①", "\n"]
)
TEXTS = st.lists(PIECES | st.characters(), max_size=24).map("".join)


def test_the_table_is_wide_enough() -> None:
    assert len(ROWS) >= 150
    assert sum(row["text"] == row["expect"] for row in ROWS) >= 50


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["text"]))
def test_each_row_of_the_table_is_masked_as_expected(row: dict[str, str]) -> None:
    assert mask_patterns(row["text"]) == row["expect"]
    assert mask_patterns(row["expect"]) == row["expect"]


@pytest.mark.slow
@given(TEXTS)
@example("150@½a.comアットマークTBのa.com1½番地生まれ")
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask_patterns(text)
    assert mask_patterns(once) == once


@given(TEXTS)
def test_spans_stand_in_order_apart_and_inside_and_the_rest_is_kept(text: str) -> None:
    rest, last = [], 0
    for span in mask_spans(text):
        assert last <= span.start < span.end <= len(text)
        assert span.kind in section("mask_labels")
        rest += [text[last : span.start], section("mask_labels")[span.kind]]
        last = span.end
    assert "".join([*rest, text[last:]]) == mask_patterns(text)


@given(
    st.integers(10**7, 10**8 - 1),
    st.sampled_from(["090", "080", "070", "050"]),
    st.sampled_from(["", "-", " ", "－", "ー", "　"]),
)
def test_every_mobile_number_in_every_grouping_is_masked(rest: int, head: str, sep: str) -> None:
    number = f"{head}{sep}{str(rest)[:4]}{sep}{str(rest)[4:]}"
    wide = number.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    assert mask_patterns(f"電話は{number}です") == mask_patterns(f"電話は{wide}です") == "電話は【電話番号】です"


@given(st.integers(10**14, 10**15 - 1).filter(lambda n: str(n)[0] in "23456"))
def test_every_sixteen_digit_number_with_a_right_check_digit_is_masked(body: int) -> None:
    digits = [int(d) for d in str(body)]
    total = sum(d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits))
    number = f"{body}{-total % 10}"
    grouped = "-".join(number[i : i + 4] for i in range(0, 16, 4))
    assert mask_patterns(number) == mask_patterns(grouped) == "【カード番号】"


@pytest.mark.parametrize("written", ["0120-000-123", "０１２０（０００）１２３", "0120000123", "+81 120-000-123"])
def test_the_shops_own_number_stays_however_it_is_written(written: str) -> None:
    text = f"窓口は{written}、私は090-1234-5678です"
    assert mask_patterns(text, allow={"0120-000-123"}) == f"窓口は{written}、私は【電話番号】です"


def test_the_shops_own_mail_address_stays() -> None:
    text = "Info@shop.exampleへtaro@example.comから"
    assert mask_patterns(text, allow={"info@shop.example"}) == "Info@shop.exampleへ【メール】から"


def test_spans_point_into_the_original_text() -> None:
    text = "ﾃﾞﾝﾜは０９０－１２３４－５６７８です"
    (span,) = mask_spans(text)
    assert (span.kind, text[span.start : span.end]) == ("phone", "０９０－１２３４－５６７８")


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "a",
        "a.",
        "アットマーク",
        "アット",
        "ドット",
        "1 ",
        "09-",
        "市",
        "市1-2-",
        "一二三",
        "1丁目",
        "会員番号 ",
        "1番地ハイツ",
    ]
    + [
        "電話 の",
        "(",
        "a@",
        "4111 ",
        "a ドット ",
        "記号1",
        "パスワードは「",
        "2026-11-22 ",
        "【電話番号",
        "渋谷区神宮前",
        "ﾊﾟ",
        "\u0301",
    ],
)
def test_ten_thousand_characters_of_anything_take_linear_time(piece: str) -> None:
    """Doubling the text may cost about twice as much, never its square; generous, for a busy machine."""
    text = piece * (10_000 // len(piece))
    mask_patterns(text[:100])  # loads words and patterns
    assert _seconds(text) < max(8 * _seconds(text[: len(text) // 2]), 0.5)


def _seconds(text: str) -> float:
    start = time.process_time()
    mask_patterns(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111111111111111です", "【カード番号】です"),
        ("4111/1111/1111/1111です", "【カード番号】です"),
        ("４１１１／１１１１／１１１１／１１１１", "【カード番号】"),
        ("四一一一 一一一一 一一一一 一一一一です", "【カード番号】です"),
        ("四一一一一一一一一一一一一一一一", "【カード番号】"),
        ("4111一1111一1111一1111", "【カード番号】"),
        ("2026/11/25、2026/12/27、2027/01/05", "2026/11/25、2026/12/27、2027/01/05"),
        ("番号は４１１１－１１１１－１１１１－１１１１、期限は12/27", "番号は【カード番号】、期限は12/27"),
        ("3782 822463 10005", "【カード番号】"),
        ("090-1234-5678の山田です", "090-1234-5678の山田です"),
        ("4111-1111-1111-1112", "4111-1111-1111-1112"),
        ("T4111111111111111", "T4111111111111111"),
        ("", ""),
    ],
)
def test_card_numbers_are_told_from_all_else(text: str, masked: str) -> None:
    assert without_cards(text) == masked
    assert holds_card(text) is (masked != text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("カードは4111 1111 1111 1111です。送料はいくらですか?", "送料はいくらですか?"),
        ("送料はいくらですか?カードは4111-1111-1111-1111", "送料はいくらですか?"),
        ("カードは4111 1111 1111 1111です", "カードは4111 1111 1111 1111です"),
        ("注文番号は12345です。届きません。", "注文番号は12345です。届きません。"),
        ("", ""),
    ],
)
def test_the_sentence_of_a_card_number_is_no_question(text: str, kept: str) -> None:
    assert without_card_sentences(text) == kept
