"""What people read from this room, kept in words.yml beside the code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@cache
def words() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(Path(__file__).with_name("words.yml")))
