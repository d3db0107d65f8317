"""Words as SMS: laws over any words, and what an answer, choices and a person's words look like."""

from __future__ import annotations

import re

import regex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from channels.twilio.compose import Manner
from conversation.words import Choice, Kind, Speaker, Word
from kb.article import Answer, Article
from nihongo.sms import ADVISED, LONGEST, units

SHOP = Manner("ツバメ生活堂", "0120-000-000", "https://help.example")
ONE_WAY = Manner("ツバメ生活堂", "0120-000-000", "https://help.example", one_way=True)
NAME = "【ツバメ生活堂】"
_PIECES = st.sampled_from(
    [
        "送料は550円です。",
        "、",
        "\n",
        "\n\n",
        "👨‍👩‍👧‍👦",
        "𠮷",
        "が",
        "か\u3099",
        "🇯🇵",
        "ａｂｃ",
        "あ" * 40,
        "abc ",
        "。",
        "？",
        "👍🏽",
    ]
)
_TEXTS = st.lists(_PIECES, max_size=60).map("".join)
_TITLES = st.lists(st.text("あいう。？1 ", min_size=1, max_size=120), max_size=6)


class Shelf(dict[str, Article]):
    pass


def word(text: str, titles: tuple[str, ...] = (), **fields: object) -> Word:
    choices = tuple(Choice(title, "/x") for title in titles)
    return Word("sms-1", Speaker.BOT, text, "1:1", choices=choices, **fields)  # type: ignore[arg-type]


def article(web: str, sms: str = "") -> Shelf:
    return Shelf(fee=Article(id="fee", title="送料", category="配送", answer=Answer(web=web, sms=sms)))


@given(_TEXTS)
def test_no_piece_is_too_long_and_no_letter_cut_or_lost(text: str) -> None:
    pieces = SHOP.bodies(text)
    assert all(piece.startswith(NAME) and units(piece) <= LONGEST for piece in pieces)
    joined = [piece.removeprefix(NAME) for piece in pieces]
    letters = [letter for piece in joined for letter in regex.findall(r"\X", piece) if letter.strip()]
    assert letters == [letter for letter in regex.findall(r"\X", text) if letter.strip()]


@given(_TEXTS.filter(str.strip), _TITLES)
def test_choices_stand_whole_at_the_end(text: str, titles: list[str]) -> None:
    pieces = SHOP.texts([word(text, tuple(titles))], Shelf())
    assert all(piece.startswith(NAME) and units(piece) <= LONGEST for piece in pieces)
    lines = [line for piece in pieces for line in piece.removeprefix(NAME).split("\n")]
    wanted = [f"{number} {title}" for number, title in enumerate(titles, 1)]
    assert not wanted or [line.rstrip() for line in lines[-len(wanted) :]] == [line.rstrip() for line in wanted]


@given(_TEXTS.filter(str.strip), _TITLES)
def test_one_way_never_offers_choices_and_always_says_where_to_go(text: str, titles: list[str]) -> None:
    pieces = ONE_WAY.texts([word(text, tuple(titles))], Shelf())
    assert all(piece.startswith(NAME) and units(piece) <= LONGEST for piece in pieces)
    assert all(part in pieces[-1] for part in ("https://help.example/", "0120-000-000", "返信できません"))
    assert not any(f"\n1 {title}" in "".join(pieces) for title in titles if title.strip())


def test_no_words_no_text() -> None:
    assert SHOP.texts([word("  "), word("", kind=Kind.STATE)], Shelf()) == []
    assert SHOP.texts([Word("sms-1", Speaker.CUSTOMER, "質問", "1")], Shelf()) == []
    assert SHOP.bodies("") == []


def test_the_wording_for_sms_is_sent_as_it_was_written() -> None:
    shelf = article("**550円**です。", "送料は550円_です_。\n* 沖縄は1,100円")
    (text,) = SHOP.texts([word(shelf["fee"].answer.sms, article_id="fee")], shelf)
    assert text == f"{NAME}送料は550円_です_。\n* 沖縄は1,100円"


def test_without_one_the_web_answer_is_sent_without_marks() -> None:
    shelf = article("送料は**550円**です。\n\n[くわしく](https://shop.example/fee)をご覧ください。")
    (text,) = SHOP.texts([word(shelf["fee"].wording("sms"), article_id="fee")], shelf)
    assert text == f"{NAME}送料は550円です。\nくわしく https://shop.example/fee をご覧ください。"


def test_a_long_web_answer_is_shortened_at_a_sentence_with_a_link() -> None:
    shelf = article("".join(f"これは{number}番目のご説明の文です。" for number in range(60)))
    (text,) = SHOP.texts([word(shelf["fee"].wording("sms"), article_id="fee")], shelf)
    assert re.fullmatch(NAME + r"(これは\d+番目のご説明の文です。)+…続きはこちら https://help.example/faq/fee", text)
    assert ADVISED - 40 < units(text) - units(NAME) <= ADVISED


def test_a_persons_words_carry_the_name_and_are_left_as_they_are() -> None:
    said = Word("sms-1", Speaker.AGENT, "画面の**赤い**ボタンを押してください。", "a:1", meta={"agent": "山田 花子"})
    assert SHOP.texts([said], Shelf()) == [f"{NAME}山田：画面の**赤い**ボタンを押してください。"]


def test_the_choices_that_were_offered_last_are_the_ones_shown() -> None:
    (text,) = SHOP.texts([word("どれですか？", ("送料", "返品")), word("お待ちください。")], Shelf())
    assert text == f"{NAME}どれですか？\nお待ちください。\n1 送料\n2 返品"


def test_paragraphs_do_not_rain_empty_lines() -> None:
    (text,) = SHOP.texts([word("一つめ。\n\n\n二つめ。"), word("三つめ。")], Shelf())
    assert text == f"{NAME}一つめ。\n二つめ。\n三つめ。"
