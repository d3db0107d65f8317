"""What axe-core finds on a page, of the serious kind."""

from __future__ import annotations

import importlib.util
import os
import warnings

import pytest
from playwright.async_api import Page

_GRAVE = ("serious", "critical")
_MISSING = "NOT CHECKED WITH AXE: axe-playwright-python of requirements.lock is not installed (make setup)"


async def findings(page: Page) -> list[str]:
    """One line a rule and place; empty when all is well, or, but for CI=true, where axe is not installed yet."""
    if importlib.util.find_spec("axe_playwright_python") is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_MISSING)
        warnings.warn(_MISSING, stacklevel=1)
        return []
    from axe_playwright_python.async_playwright import Axe

    found = await Axe().run(page, options={"resultTypes": ["violations"]})
    broken = [rule for rule in found.response["violations"] if rule["impact"] in _GRAVE]
    return [f"{rule['id']}: {node['target']} {node['html'][:160]}" for rule in broken for node in rule["nodes"]]
