"""The dialogue classifier on disk, so that a start with the same rows need not train it: 5 s -> 0.2 s."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bot.language.dialogue import DialogueClassifier
from bot.language.grams import Gathered, Grams
from bot.language.ridge import Ridge

log = logging.getLogger(__name__)
_CODE = [Path(__file__).with_name(f"{name}.py") for name in ("dialogue", "ridge", "grams", "trained")]


def key_of(rows: list[tuple[str, str]]) -> str:
    """Changes with the rows that the classifier is trained on and with the code that trains it."""
    key = hashlib.blake2b(json.dumps(rows).encode(), digest_size=16)
    for path in _CODE:
        key.update(path.read_bytes())
    return key.hexdigest()


def save(classifier: DialogueClassifier, path: Path, key: str) -> None:
    """As a whole or not at all. A disk that cannot be written costs the next start its seconds, no more."""
    model, fresh = classifier.model, path.with_suffix(".fresh.npz")
    assert isinstance(model.grams, Gathered), "eighteen classes are few"
    grams = model.grams.grams
    arrays = {
        "classes": np.array(classifier.classes),
        "directions": classifier.directions,
        "temperature": classifier.temperature,
        "use_rows": model.use_rows,
        "weights": model.weights,
        "names": np.array(json.dumps(grams.names)),  # numpy's texts lose what they end in
        "idf": grams.idf,
        "gram_weights": model.grams.weights,
    }
    try:
        np.savez(fresh, key=key, **arrays)
        fresh.replace(path)
    except OSError as error:
        log.warning("the dialogue classifier is not kept: %s", error)


def load(path: Path, key: str) -> DialogueClassifier | None:
    """What was saved under this key; nothing when there is none or the file cannot be read."""
    try:
        with np.load(path) as found:
            if str(found["key"]) != key:
                return None
            grams = Gathered(Grams(json.loads(str(found["names"])), found["idf"]), found["gram_weights"])
            model = Ridge(found["use_rows"], found["weights"], grams)
            temperature = float(found["temperature"])
            return DialogueClassifier(tuple(found["classes"].tolist()), found["directions"], model, temperature)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        log.warning("the kept dialogue classifier is not readable: %s", error)
        return None
