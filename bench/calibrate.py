"""Fits the gate's coefficients on the articles themselves: a fifth of the phrasings held out at a time.

Prints what belongs into bot/language/thresholds.yml, with how well it separates on held-out questions.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from bench.language import Workbench, ready_articles
from bot.language import gate
from bot.language.dialogue import outside
from bot.language.index import Index, build
from bot.language.selector import rank
from bot.language.understand import CUSTOMERS, allowed
from kb.article import Article, Scope
from nihongo.normalise import normalise
from settings import ROOT

FOLDS = 5
CANDIDATES = 3  # of each question that are learned from
COMMON = ["covered", "asked", "strange", "gap", "agree", "one_word", "length"]
USE = ["use_question", "use_sentence", "use_passage", "use_question_gap"]
E5 = ["e5_question", "e5_sentence", "e5_passage", "e5_question_gap", "e5_passage_gap"]
MODELS = {"full": COMMON + USE + E5, "light": COMMON + USE, "words": COMMON}

Row = tuple[dict[str, float], bool, int, int, bool]  # features, right, rank, question, whether an article answers it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kb", type=Path, default=ROOT / "kb" / "articles", help="folder of article files")


def run(args: argparse.Namespace) -> dict[str, Any]:
    articles = [article for article in ready_articles(args.kb) if article.scope is not Scope.STAFF_ONLY]
    with Workbench() as bench:
        rows = {name: list(_rows(bench, articles, name)) for name in MODELS}
    return {name: _fitted(found, MODELS[name]) for name, found in rows.items()}


def _rows(bench: Workbench, articles: list[Article], model: str) -> Iterator[Row]:
    number = 0
    for fold in range(FOLDS):
        index = bench.filled(build([_without(article, fold) for article in articles], bench.tokeniser))
        for text, gold in _questions(articles, fold):
            number += 1
            yield from _learned(bench, index, text, gold, model, number)


def _questions(articles: list[Article], fold: int) -> Iterator[tuple[str, str]]:
    for article in articles:
        yield from ((text, article.id) for text in article.phrasings[fold::FOLDS])
    yield from ((text, "") for text in outside())


def _without(article: Article, fold: int) -> Article:
    kept = tuple(text for i, text in enumerate(article.phrasings) if i % FOLDS != fold)
    return article.copy(update={"phrasings": kept})


def _learned(bench: Workbench, index: Index, text: str, gold: str, model: str, number: int) -> Iterator[Row]:
    query = bench.query(normalise(text), use=model != "words", e5=model == "full")
    ranking = rank(index, query, allowed(index, date.today(), CUSTOMERS))
    for place, row in enumerate(ranking.top(CANDIDATES)):
        yield gate.features(index, query, ranking, row), index.articles[row].id == gold, place, number, bool(gold)


def _fitted(rows: list[Row], names: list[str]) -> dict[str, Any]:
    x = np.array([[found.get(name, 0.0) for name in names] for found, *_ in rows])
    right, place, question, inside = (np.array([row[i] for row in rows]) for i in (1, 2, 3, 4))
    model = LogisticRegression(C=1.0, max_iter=1000)
    guessed = cross_val_predict(model, x, right, groups=question, cv=GroupKFold(FOLDS), method="predict_proba")[:, 1]
    model.fit(x, right)
    coefficients = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    coefficients["bias"] = round(float(model.intercept_[0]), 3)
    top = place == 0
    return {
        "coefficients": coefficients,
        "hit@1": round(float(right[top & inside].mean()), 4),
        "ece": _calibration_error(guessed[top], right[top]),
        "at": {str(limit): _at(guessed[top], right[top], limit) for limit in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)},
    }


def _at(guessed: Any, right: Any, limit: float) -> dict[str, float]:
    """Of the top candidates: how many pass this threshold, and how many of those are right."""
    passed = guessed >= limit
    return {"passed": int(passed.sum()), "right": round(float(right[passed].mean()), 3) if passed.any() else 0.0}


def _calibration_error(guessed: Any, right: Any) -> float:
    bins = np.minimum((guessed * 10).astype(int), 9)
    return float(sum(abs(guessed[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)))
