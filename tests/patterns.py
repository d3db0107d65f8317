"""Every pattern of a room, and texts made to hold it: its own matches again and again, broken off before the end."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import time
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import regex  # type: ignore[import-untyped]

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants as op
    import sre_parse

Pattern = Any  # re.Pattern or regex.Pattern
_KINDS = (re.Pattern, type(regex.compile("")))
_TRIES = 3


def patterns(modules: list[ModuleType]) -> dict[str, Pattern]:
    """Those that a module keeps, in its lists and tables too, by where they are."""
    return {
        f"{module.__name__}.{name}": pattern
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("__")
        for name, pattern in _inside(name, value)
    }


def modules_of(room: ModuleType) -> list[ModuleType]:
    names = (found.name for found in pkgutil.iter_modules(room.__path__) if found.name != "__main__")
    return [importlib.import_module(f"{room.__name__}.{name}") for name in names]


def floods(pattern: Pattern, length: int) -> list[str]:
    """Texts of this length."""
    rng, found = random.Random(0), []
    for sample in _samples(pattern, rng):
        for piece in (sample, sample[:-1], sample[:1], sample[: len(sample) // 2], sample[-1:]):
            if piece:
                times = length // len(piece) + 1
                found += [(piece * times)[:length], f"{piece * times}"[: length - 1] + "\n"]
        found.append((sample + "ん" * length)[:length])
    return found


def seconds(pattern: Pattern, text: str) -> float:
    """CPU time of looking through the whole text, the best of a few."""
    return min(_timed(pattern, text) for _ in range(_TRIES))


def _timed(pattern: Pattern, text: str) -> float:
    start = time.thread_time()
    for _ in pattern.finditer(text):
        pass
    return time.thread_time() - start


def _inside(name: str, value: Any) -> Iterator[tuple[str, Pattern]]:
    if isinstance(value, _KINDS):
        yield name, value
    elif isinstance(value, (list, tuple, set, frozenset)):
        for number, one in enumerate(value):
            yield from _inside(f"{name}[{number}]", one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _inside(f"{name}[{key!r}]", one)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for field in value.__dataclass_fields__:
            yield from _inside(f"{name}.{field}", getattr(value, field))


def _samples(pattern: Pattern, rng: random.Random) -> list[str]:
    try:
        tree = sre_parse.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    except (re.error, ValueError, AttributeError):  # what only `regex` reads
        return ["\u0301", "1.", "。", "👨\u200d", "あー", " ", "a\u0301"]
    return [_written(tree, rng) for _ in range(12)]


def _written(tree: Any, rng: random.Random) -> str:
    return "".join(_one(kind, value, rng) for kind, value in tree)


def _one(kind: Any, value: Any, rng: random.Random) -> str:
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.BRANCH:
        return _written(rng.choice(value[1]), rng)
    if kind is op.SUBPATTERN:
        return _written(value[-1], rng)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, inner = value
        return "".join(_written(inner, rng) for _ in range(min(most, least + rng.randrange(4))))
    if kind is op.IN:
        return _member(value, rng)
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return _written(value[1], rng) if rng.random() < 0.3 else ""
    return "あ" if kind is op.ANY else ""


def _member(value: Any, rng: random.Random) -> str:
    kind, found = rng.choice(value)
    if kind is op.RANGE:
        return chr(rng.randint(found[0], found[1]))
    if kind is op.LITERAL:
        return chr(found)
    return rng.choice("1aあ 、\n")
