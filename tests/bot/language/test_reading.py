"""Articles are read once; a sample of the questions does for the dialogue classifier, the shop's are all there."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.language.dialogue import _QUESTIONS_MOST, QUESTION, asked, examples, rough, training_rows
from bot.language.index import build
from bot.language.reading import Reader
from bot.language.sampling import even
from kb.article import Answer, Article
from nihongo.normalise import normalise


class Characters:
    """A tokeniser that counts how often it reads a text."""

    def __init__(self) -> None:
        self.read: Counter[str] = Counter()

    def terms(self, text: str) -> list[str]:
        self.read[text] += 1
        return list(text)

    def sounds(self, text: str) -> list[str]:
        return [text[i : i + 2] for i in range(len(text))]


def article(id: str, title: str, *phrasings: str) -> Article:
    return Article(
        id=id, title=title, category="配送", phrasings=phrasings, answer=Answer(web=f"{title}のご案内です。")
    )


FEE, BACK = article("fee", "送料はいくらですか", "配送料"), article("back", "返品したい")


def test_each_text_is_read_once_until_it_is_forgotten() -> None:
    tokeniser = Characters()
    reader = Reader(tokeniser)
    for articles in ((FEE,), (FEE, BACK), (FEE.copy(update={"id": "other"}),)):
        build(articles, reader)
    texts = {text: n for text, n in tokeniser.read.items() if text}
    assert set(texts.values()) == {1}
    assert len(texts) == 5
    reader.keep([BACK])
    assert [known is None for known in reader.known([FEE, BACK])] == [True, False]
    build((FEE, BACK), reader)
    assert tokeniser.read["配送料"] == 2
    assert tokeniser.read["返品したい"] == 1


def test_one_article_weighs_the_same_alone_and_after_others() -> None:
    reader = Reader(Characters())
    build((BACK,), reader)
    late, fresh = build((FEE, BACK), reader), build((FEE, BACK), Characters())
    for words in (["送", "料"], ["返", "品"], ["品", "無"]):
        assert late.words.scores(words).tolist() == fresh.words.scores(words).tolist()
        assert [late.asked.has(0, word) for word in words] == [fresh.asked.has(0, word) for word in words]


@given(st.integers(0, 400), st.integers(1, 60))
def test_an_even_sample_is_all_or_so_many_at_even_distances(count: int, most: int) -> None:
    rows = even(count, most)
    assert len(rows) == min(count, most)
    gaps = {after - before for before, after in zip(rows, rows[1:], strict=False)}
    assert not gaps or (min(gaps) >= 1 and max(gaps) - min(gaps) <= 1)
    assert all(0 <= row < count for row in rows)


def test_the_classifier_learns_from_every_question_of_the_shop(shop_articles: list[Article]) -> None:
    taught = {text for text, _ in training_rows(examples(), asked(shop_articles))}
    assert {normalise(text) for text in asked(shop_articles)} <= taught


def test_of_many_questions_it_learns_from_a_sample_of_all() -> None:
    questions = [f"{number}番の商品はいつ届きますか" for number in range(40_000)]
    taught = [text for text, name in training_rows(examples(), questions) if name == QUESTION]
    ours = [text for text in taught if text.endswith("番の商品はいつ届きますか")]
    assert 0.9 * _QUESTIONS_MOST <= len(ours) <= _QUESTIONS_MOST
    assert len(taught) <= len(ours) + len(rough())
    assert questions.index(ours[-1]) > 39_900
