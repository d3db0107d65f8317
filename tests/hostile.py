"""Texts as the internet sends them: what broke encoders, parsers or terminals somewhere."""

from __future__ import annotations

from hypothesis import strategies as st

EXPANDING = "\ufdfa\ufdfb\u3316㍿㌫ﷴ"  # one character becomes up to eighteen under NFKC
ALPHABETS = {
    "surrogates": "\ud800\udbff\udc00\udfff",
    "emoji": "👨\u200d👩👧🏽❤\ufe0f🏴🇯🇵\U000e0067\U000e007f",
    "bidi": "\u202a\u202e\u2066\u2069\u200f\u061cאبم",
    "unseen": "\u200b\u200c\u200d\ufeff\u2060\u00ad\u3164\u115f",
    "zalgo": "ạ́̂͢҉가\u0301\u0489\u20dd\u3099\u309a",
    "expanding": EXPANDING,
    "private": "\ue000\uf8ff\U000f0000\U0010fffd\uffff\ufdd0",
    "controls": "\x00\x07\x1b[\r\n\t\x7f\x85\u2028",
    "digits": "0123456789０９①⑳〇一二億兆,.-ー",
    "brackets": "([{<「『【（［｛<>}])」』】",
    "kana": "あアｱﾞ゛ーっッゃヴぁ〜~",
    "marks": "!?！？。、…・*_-/／\\#&%$'\"=|",
    "sentence": "返品したい送料はいくら株式会社弁護士じゃなくてではなくとか、。？",
}
MIXED = "".join(ALPHABETS.values())
FLOODS = [
    *(letter * 600 for letter in sorted(set(MIXED))),
    *((alphabet * 600)[:1200] for alphabet in ALPHABETS.values()),
    "a" + "\u0301" * 5000,
    "１" * 500 + "万",
    "1-" * 400,
    "1 " * 400,
    "1," * 400,
    "〇一" * 300,
    "(" * 600 + ")" * 600,
    "</s><s><mask><pad><unk>" * 30,
    "送料はいくらですか？" * 100,
    "返品ではなく" * 100,
    "返品と" * 300,
]


def texts(most: int = 600) -> st.SearchStrategy[str]:
    """One alphabet, or several, or a short piece again and again; empty ones too."""
    one = st.sampled_from(sorted(ALPHABETS.values())).flatmap(lambda letters: st.text(letters, max_size=most))
    flood = st.builds(lambda piece, times: (piece * times)[:most], st.text(MIXED, max_size=6), st.integers(1, most))
    return st.one_of(st.text(max_size=most), st.text(MIXED, max_size=most), one, flood)
