"""Which dialogue intent a message is (greet, thanks, yes, a person …), or none: asked of us, of others, of nobody.

Kernel ridge regression over USE vectors and character n-grams: closed form, so it is trained in seconds (and kept on
disk, see trained.py), and its leave-one-out scores, which calibrate the probabilities, come with it. E5 is no view of
it: it would cost every turn 7 ms or more. Nor are the bot's last words: data/nlu has none, and the rules read them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.language.encoders import Vectors
from bot.language.ridge import Ridge, fit
from bot.language.sampling import even
from kb.article import Article, Scope
from nihongo.normalise import normalise

NLU = Path(__file__).resolve().parents[2] / "data" / "nlu"
OUTSIDE, UNCLEAR = Path(__file__).with_name("outside.yml"), Path(__file__).with_name("unclear.yml")
ROUGH = Path(__file__).with_name("questions.yml")
# The classes of what is not talk: asked of the articles, of others (weather, another shop), nobody can tell of what.
QUESTION, ELSEWHERE, VAGUE = "faq", "outside", "unclear"
NOT_TALK = frozenset({QUESTION, ELSEWHERE, VAGUE})
_RIDGE = 0.3
# Of USE's 512 directions, those in which the rows differ most. Left-out log loss by 512 .4798, by 256 .4793, by 128
# .4832; talk kept .767, .772, .780; others told from the shop's AUC .9843, .9839, .9829. 256 take half the memory and
# less than half the time.
_DIRECTIONS = 256
_QUESTIONS_MOST = 4000  # of the articles; the kernel takes the square of all texts, and more tell talk no better
_TEMPERATURES = np.geomspace(1.0, 30.0, 25)
_EXAMPLE = re.compile(r"^\s*-\s+(.*\S)\s*$", re.MULTILINE)

Encode = Callable[[list[str]], Vectors]


@dataclass(frozen=True)
class Intent:
    name: str
    probability: float


@dataclass(frozen=True)
class DialogueClassifier:
    classes: tuple[str, ...]
    directions: Vectors
    model: Ridge
    temperature: float

    def intents(self, text: str, use: Vectors) -> list[Intent]:
        """All intents, likeliest first, QUESTION among them."""
        odds = _softmax(self.temperature * self.model.scores(text, use @ self.directions))
        return [Intent(self.classes[i], float(odds[i])) for i in np.argsort(-odds)]


def train(rows: list[tuple[str, str]], encode: Encode) -> DialogueClassifier:
    """rows: (normalised text, class)."""
    texts, names = [text for text, _ in rows], [name for _, name in rows]
    classes = tuple(sorted(set(names)))
    truth = np.array([[name == kind for kind in classes] for name in names], dtype=np.float32)
    use = encode(texts)
    directions = np.ascontiguousarray(np.linalg.eigh(use.T @ use)[1][:, : -_DIRECTIONS - 1 : -1])
    model, left_out = fit(texts, use @ directions, truth, _RIDGE * _rarity(names))
    temperature = _calibrated(left_out, truth.argmax(axis=1)) if left_out is not None else 8.0
    return DialogueClassifier(classes, directions, model, temperature)


def examples(folder: Path = NLU) -> dict[str, list[str]]:
    """intent -> its phrasings, from Rasa's own files."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.yml")):
        for item in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).get("nlu", []):
            if "intent" in item:
                found.setdefault(item["intent"], []).extend(_EXAMPLE.findall(item.get("examples", "")))
    return found


def asked(articles: Iterable[Article]) -> list[str]:
    """What customers ask of these articles. Those for a person are left to talk: 苦情 is a complaint and an article."""
    return [text for a in articles if a.scope is Scope.SELF_SERVICE for text in (a.title, *a.phrasings)]


def outside(path: Path = OUTSIDE) -> list[str]:
    """Sentences that no article answers."""
    kinds = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return [str(text) for texts in kinds.values() for text in texts]


def unclear(path: Path = UNCLEAR) -> list[str]:
    """Sentences that could be about anything, and noise."""
    return outside(path)


def rough(path: Path = ROUGH) -> list[str]:
    """Questions of the shop that sound like something else: angrily put, or a story."""
    return outside(path)


def training_rows(talk: Mapping[str, list[str]], questions: list[str]) -> list[tuple[str, str]]:
    """(text, class): what is said in talk, and what is asked of the articles, of others, of nobody can tell what."""
    questions = [questions[row] for row in even(len(questions), _QUESTIONS_MOST)]
    rows = {normalise(text): intent for intent, texts in talk.items() for text in texts}
    for name, texts in ((QUESTION, [*questions, *rough()]), (ELSEWHERE, outside()), (VAGUE, unclear())):
        for text in filter(None, map(normalise, texts)):
            rows.setdefault(text, name)
    return list(rows.items())


def _rarity(names: list[str]) -> Vectors:
    """Every class weighs the same: an example of a large one is trusted less."""
    count = Counter(names)
    return np.array([count[name] * len(count) / len(names) for name in names])


def _calibrated(scores: Any, truth: Any) -> float:
    """The temperature at which the left-out examples' probabilities are likeliest."""
    rows = np.arange(len(truth))
    loss = [-np.log(_softmax(t * scores)[rows, truth] + 1e-9).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(loss))])


def _softmax(scores: Any) -> Any:
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)
