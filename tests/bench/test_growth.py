"""Articles made of others."""

from __future__ import annotations

import mmap
import time

import pytest

from bench.growth import Cost, counted, grown
from bot.language.index import build
from bot.language.tokens import Tokeniser
from kb.article import Answer, Article

SOURCE = [
    Article(
        id=f"a{i}",
        title=f"{what}はいくらですか",
        category=what,
        phrasings=(f"{what}を教えてください", f"{what}の金額が知りたい"),
        answer=Answer(web=f"{what}は全国で同じです。\n{what}の詳しい案内をご覧ください。"),
    )
    for i, what in enumerate(("送料", "返品の送料", "手数料"))
]


def test_no_text_and_no_id_comes_twice() -> None:
    made = grown(SOURCE, 60)
    texts = [text for article in made for text in (article.title, *article.phrasings)]
    assert len(made) == len({article.id for article in made}) == 60
    assert len(texts) == len(set(texts))
    assert len({article.answer.web for article in made}) == 60


def test_counts_are_those_of_the_sources_or_fewer_phrasings() -> None:
    index = build(grown(SOURCE, 20), Tokeniser())
    assert counted(index) == {"questions": 60, "sentences": 40, "passages": 20}
    assert {len(article.phrasings) for article in grown(SOURCE, 20, phrasings=1)} == {1}


def test_a_seed_makes_the_same_articles_and_another_others() -> None:
    assert grown(SOURCE, 20, seed=1) == grown(SOURCE, 20, seed=1) != grown(SOURCE, 20, seed=2)


@pytest.mark.slow
def test_a_part_is_timed_and_weighed() -> None:
    cost = Cost()
    with cost.part("work"):
        ends = time.process_time() + 0.05
        kept = mmap.mmap(-1, 200_000_000)  # of the system: no memory that was freed before is used again
        for start in range(0, len(kept), mmap.PAGESIZE):
            kept[start] = 1
        while time.process_time() < ends:
            pass
    with cost.part("nothing"):
        pass
    kept.close()
    assert cost.seconds["work"] >= 0.04 and cost.cpu_seconds["work"] >= 0.04 > cost.cpu_seconds["nothing"]
    assert cost.grown_mb["work"] > 150 > cost.grown_mb["nothing"]
