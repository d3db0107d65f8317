"""What people read from this room (mask labels, editors' hints, readings), kept in words.yml beside the code."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

_FILE = Path(__file__).with_name("words.yml")


@cache
def section(name: str) -> dict[str, str]:
    """One section of words.yml, read once per process."""
    found = YAML(typ="safe").load(_FILE)[name]
    return {str(key): str(value) for key, value in found.items()}
