"""Of which data and which settings a figure is: short hashes, printed with it, so that like is compared with like."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.language.gate import THRESHOLDS
from bot.language.selector import WEIGHTS

SHORT = 12  # hexadecimal digits of a SHA-256


def inputs(*paths: Path | None) -> dict[str, str]:
    """Name of a file or folder → hash of its content; files of one name are told apart by their folders."""
    given = [path for path in paths if path]
    twice = Counter(path.name for path in given)
    return {f"{path.parent.name}/{path.name}" if twice[path.name] > 1 else path.name: content(path) for path in given}


def settings(**options: Any) -> dict[str, Any]:
    """Hashes of what decides in bot/language, with the bench's own options."""
    weights = json.dumps(WEIGHTS, sort_keys=True).encode()
    return {"thresholds.yml": content(THRESHOLDS), "selector.WEIGHTS": _short(weights), **options}


def content(path: Path) -> str:
    """Of a folder: one hash over the names and contents of all its files."""
    if path.is_file():
        return _short(path.read_bytes())
    files = sorted(file for file in path.rglob("*") if file.is_file())
    listed = [f"{file.relative_to(path).as_posix()} {content(file)}" for file in files]
    return _short("\n".join(listed).encode())


def _short(data: bytes) -> str:
    return sha256(data).hexdigest()[:SHORT]
