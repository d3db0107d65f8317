"""Fits the gate's coefficients on the articles themselves: a fifth of all sentences held out at a time.

Prints what belongs into bot/language/thresholds.yml, with how well it separates on held-out questions.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from bench.language import Workbench, ready_articles
from bot.language import gate
from bot.language.dialogue import (
    ELSEWHERE,
    QUESTION,
    VAGUE,
    DialogueClassifier,
    asked,
    examples,
    outside,
    train,
    unclear,
)
from bot.language.firms import Firms
from bot.language.index import Index, build
from bot.language.selector import Query, rank
from bot.language.understand import CUSTOMERS, as_e5_reads
from kb.article import Article, Scope
from nihongo.japan_time import today
from nihongo.normalise import normalise
from settings import ROOT

FOLDS = 5
FIRMS = Firms()
CANDIDATES = 3  # of each question that are learned from
COMMON = ["covered", "asked", "strange", "gap", "agree", "one_word", "length", "firm"]
HEARD = ["ours", "outside", "unclear"]
USE = ["use_question", "use_sentence", "use_passage", "use_question_gap", "learned", "learned_gap", *HEARD]
E5 = ["e5_question", "e5_sentence", "e5_passage", "e5_question_gap", "e5_passage_gap"]
E5 += ["turned_question", "turned_sentence", "turned_passage", "turned_question_gap", "turned_passage_gap"]
COLD = ["near", "gap", "agree"]  # of few features, so that they carry over to other collections
MODELS = {"full": COMMON + USE + E5, "light": COMMON + USE, "words": COMMON, "cold": COLD, "cold_light": COLD}
WITH_E5 = ("full", "cold")
ABOUT = ["firm", "strange", "length", "best"]


@dataclass(frozen=True)
class Row:
    found: dict[str, float]
    about: dict[str, float]
    right: bool
    place: int
    question: int
    kind: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kb", type=Path, default=ROOT / "kb" / "articles", help="folder of article files")


def run(args: argparse.Namespace) -> dict[str, Any]:
    articles = [article for article in ready_articles(args.kb) if article.scope is not Scope.STAFF_ONLY]
    with Workbench() as bench:
        rows = {name: list(_rows(bench, articles, name)) for name in MODELS}
    fitted = {name: _fitted(found, MODELS[name]) for name, found in rows.items()}
    fitted["elsewhere heard"] = _elsewhere(rows["light"], MODELS["light"], ABOUT + HEARD)
    fitted["elsewhere words"] = _elsewhere(rows["words"], MODELS["words"], ABOUT)
    return fitted


def _rows(bench: Workbench, articles: list[Article], model: str) -> Iterator[Row]:
    number = 0
    for fold in range(FOLDS):
        kept = [_without(article, None if model.startswith("cold") else fold) for article in articles]
        index, classifier = bench.filled(build(kept, bench.tokeniser)), _classifier(bench, kept, fold)
        for text, gold, kind in _questions(articles, fold):
            number += 1
            query = bench.query(normalise(text), use=model != "words", e5=False)
            query = as_e5_reads(bench.e5, query) if model in WITH_E5 else query
            query = replace(query, firm=FIRMS.named(query.text, index))
            if query.use is not None:
                heard = classifier.intents(query.text, query.use)
                query = replace(query, kinds={intent.name: intent.probability for intent in heard})
            yield from _learned(index, query, gold, number, kind)


def _classifier(bench: Workbench, kept: list[Article], fold: int) -> DialogueClassifier:
    """Which has not heard what is held out either."""
    rows = [(normalise(text), intent) for intent, texts in examples().items() for text in texts]
    for name, texts in ((QUESTION, asked(kept)), *((n, _others(texts, fold)) for n, texts in _none_of_ours().items())):
        rows += [(normalise(text), name) for text in texts]
    return train(list(dict(row for row in rows if row[0]).items()), bench.vectors)


def _none_of_ours() -> dict[str, list[str]]:
    return {ELSEWHERE: outside(), VAGUE: unclear()}


def _others(texts: list[str], fold: int) -> list[str]:
    return [text for i, text in enumerate(texts) if i % FOLDS != fold]


def _questions(articles: list[Article], fold: int) -> Iterator[tuple[str, str, str]]:
    for article in articles:
        yield from ((text, article.id, QUESTION) for text in article.phrasings[fold::FOLDS])
    for name, texts in _none_of_ours().items():
        yield from ((text, "", name) for text in texts[fold::FOLDS] if normalise(text))


def _without(article: Article, fold: int | None) -> Article:
    """Without the phrasings held out, or without any: as on the first day of a collection."""
    kept = () if fold is None else tuple(_others(list(article.phrasings), fold))
    return article.copy(update={"phrasings": kept})


def _learned(index: Index, query: Query, gold: str, number: int, kind: str) -> Iterator[Row]:
    ranking = rank(index, query, index.surfacing(today(), CUSTOMERS))
    about = gate.elsewhere_features(index, query, 0.0)
    for place, row in enumerate(ranking.top(CANDIDATES)):
        found = gate.features(index, query, ranking, row)
        yield Row(found, about, index.articles[row].id == gold, place, number, kind)


def _fitted(rows: list[Row], names: list[str]) -> dict[str, Any]:
    _, right, guessed, model = _gate(rows, names)
    place, inside = np.array([row.place for row in rows]), np.array([row.kind == QUESTION for row in rows])
    top = place == 0
    return {
        "coefficients": _coefficients(model, names),
        "hit@1": round(float(right[top & inside].mean()), 4),
        "ece": _calibration_error(guessed[top], right[top]),
        "at": {str(limit): _at(guessed[top], right[top], limit) for limit in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)},
    }


def _gate(rows: list[Row], names: list[str]) -> tuple[Any, Any, Any, LogisticRegression]:
    """Features, truth, what a model that never saw the row guesses, and the model of all rows."""
    x = np.array([[row.found.get(name, 0.0) for name in names] for row in rows])
    right, question = np.array([row.right for row in rows]), np.array([row.question for row in rows])
    model = LogisticRegression(C=1.0, max_iter=1000)
    guessed = cross_val_predict(model, x, right, groups=question, cv=GroupKFold(FOLDS), method="predict_proba")[:, 1]
    return x, right, guessed, model.fit(x, right)


def _elsewhere(rows: list[Row], gate_names: list[str], names: list[str]) -> dict[str, Any]:
    """How to tell what is none of ours from questions, whatever the best article, and from what is unclear."""
    guessed = _gate(rows, gate_names)[2]
    left = [(row, p) for row, p in zip(rows, guessed, strict=True) if row.place == 0]
    x = np.array([[(row.about | {"best": p})[name] for name in names] for row, p in left])
    truth = np.array([row.kind == ELSEWHERE for row, _ in left])
    model = LogisticRegression(C=1.0, max_iter=1000, class_weight="balanced")
    told = cross_val_predict(model, x, truth, cv=FOLDS, method="predict_proba")[:, 1] >= 0.5
    return {
        "coefficients": _coefficients(model.fit(x, truth), names),
        "declined": {kind: _share(told, left, kind) for kind in (ELSEWHERE, VAGUE, QUESTION)},
    }


def _share(told: Any, left: list[tuple[Row, float]], kind: str) -> str:
    of_kind = np.array([row.kind == kind for row, _ in left])
    return f"{int(told[of_kind].sum())} of {int(of_kind.sum())}"


def _coefficients(model: LogisticRegression, names: list[str]) -> dict[str, float]:
    found = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    return found | {"bias": round(float(model.intercept_[0]), 3)}


def _at(guessed: Any, right: Any, limit: float) -> dict[str, float]:
    """Of the top candidates: how many pass this threshold, and how many of those are right."""
    passed = guessed >= limit
    return {"passed": int(passed.sum()), "right": round(float(right[passed].mean()), 3) if passed.any() else 0.0}


def _calibration_error(guessed: Any, right: Any) -> float:
    bins = np.minimum((guessed * 10).astype(int), 9)
    return float(sum(abs(guessed[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)))
