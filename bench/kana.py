"""Questions written another way: all in kana, as misread, with old kanji → hit@1 and hit@3 against the original.

The shop's phrasings, a fifth at a time held out of articles and classifier, asked as they stand and rewritten.
`kana`: all in kana, by the tokeniser's reading; the articles were read by the same dictionary, so its misreadings are
on both sides and the figure is a little too good. With `--mozc`: `misread`, a word as people misread it, beside
`read`, the same word in its right reading; `variant`, kanji in their old or other forms. Without E5, which the shop's
own turns do not ask. What the dictionary itself does with mozc's lists is in bench/sounds.py.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bench.bootstrap import OPTIONS, Outcomes, add_options, against, compared, intervals, means
from bench.inputs import inputs, settings
from bench.language import Workbench, ready_articles, rows_of
from bench.sounds import meetings, reading, readings
from bot.language.index import build
from bot.language.understand import Understander
from kb.article import Article, Scope
from nihongo.japan_time import today
from settings import ROOT

FOLDS = 5
HITS = (1, 3)
FILES = ("kana_to_kanji.tsv", "misreadings.tsv", "kanji_variants.tsv")
_KANJI, _LATIN = re.compile("[一-龠々]"), re.compile("[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]")
Rewriting = Callable[[str], str]
"""Gives the text itself where there is nothing to rewrite."""


class Asked(NamedTuple):
    """At which place (from 1; 0: not at all) the article came for the original, for the text rewritten this way."""

    way: str
    original: int
    rewritten: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mozc", type=Path, help=f"folder with {', '.join(FILES)}")
    parser.add_argument("--kb", type=Path, default=ROOT / "kb" / "articles", help="folder of article files")
    parser.add_argument("--folds", type=int, default=FOLDS, help=f"how many of the {FOLDS} fifths are asked")
    add_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    with Workbench() as bench:
        ways = rewritings(bench, args.mozc)
        asked = [one for fold in range(args.folds) for one in _asked(bench, ready_articles(args.kb), fold, ways)]
        result = {"phrasings": figures(asked)}
        if args.mozc:
            kana, misread, _ = (rows_of(args.mozc / name) for name in FILES)
            result |= {"meetings": meetings(bench.tokeniser, kana), "readings": readings(bench.tokeniser, misread)}
    by_text = {f"{way} {name}": of for way, mine in by_way(asked).items() for name, of in outcomes(mine).items()}
    result |= against(by_text, args)
    files = inputs(args.kb, *(args.mozc / name for name in FILES if args.mozc))
    return result | {"inputs": files, "settings": settings(folds=args.folds, **OPTIONS)}


def rewritings(bench: Workbench, mozc: Path | None) -> dict[str, Rewriting]:
    def kana(text: str) -> str:
        return reading(bench.tokeniser, text) if _KANJI.search(text) and not _LATIN.search(text) else text

    if mozc is None:
        return {"kana": kana}
    misread, variants = rows_of(mozc / "misreadings.tsv"), rows_of(mozc / "kanji_variants.tsv")
    return {
        "kana": kana,
        "misread": replacing({row["word"]: row["wrong_reading"] for row in misread}),
        "read": replacing({row["word"]: row["right_reading"] for row in misread}),
        "variant": replacing({row["standard"]: row["variant"] for row in variants}),
    }


def replacing(words: dict[str, str]) -> Rewriting:
    """Every occurrence of these words, the longest first."""
    known = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)")
    return lambda text: known.sub(lambda match: words[match[0]], text)


def held_out(articles: list[Article], fold: int) -> Iterator[tuple[str, str]]:
    """(phrasing, article id) of every fifth phrasing of what answers customers."""
    for article in articles:
        if article.scope is Scope.SELF_SERVICE:
            yield from ((text, article.id) for text in article.phrasings[fold::FOLDS])


def without(article: Article, fold: int) -> Article:
    kept = (text for i, text in enumerate(article.phrasings) if i % FOLDS != fold)
    return article.copy(update={"phrasings": tuple(kept)})


def figures(asked: list[Asked]) -> dict[str, Any]:
    """By way of writing: `n`, shares of original and rewritten, `change`: the rewritten less the original."""
    found = {}
    for way, mine in by_way(asked).items():
        by_text = outcomes(mine)
        pairs = ({f"hit@{k}": by_text[f"{name} hit@{k}"] for k in HITS} for name in ("rewritten", "original"))
        found[way] = {"n": len(mine)} | means(by_text) | {"interval": intervals(by_text), "change": compared(*pairs)}
    return found


def by_way(asked: list[Asked]) -> dict[str, list[Asked]]:
    return {way: [one for one in asked if one.way == way] for way in dict.fromkeys(one.way for one in asked)}


def outcomes(asked: list[Asked]) -> Outcomes:
    return {f"original hit@{k}": [int(0 < one.original <= k) for one in asked] for k in HITS} | {
        f"rewritten hit@{k}": [int(0 < one.rewritten <= k) for one in asked] for k in HITS
    }


def _asked(bench: Workbench, articles: list[Article], fold: int, ways: dict[str, Rewriting]) -> Iterator[Asked]:
    kept = [without(article, fold) for article in articles]
    understander = bench.understander(bench.filled(build(kept, bench.tokeniser), e5=False))
    understander.dialogue = bench.dialogue(kept)
    for text, id in held_out(articles, fold):
        original: int | None = None
        for way, rewrite in ways.items():
            if (rewritten := rewrite(text)) != text:
                original = _place(understander, text, id) if original is None else original
                yield Asked(way, original, _place(understander, rewritten, id))


def _place(understander: Understander, text: str, id: str) -> int:
    """Among the candidates that the whole understander gives, from 1; 0 when it is none of them."""
    found = [one.article_id for one in understander.understand(text, {}, today()).candidates]
    return found.index(id) + 1 if id in found else 0
