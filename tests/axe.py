"""What axe-core finds on a page, of the serious kind."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

_GRAVE = ("serious", "critical")


async def findings(page: Page) -> list[str]:
    """One line a rule and place; empty when all is well. Skipped where axe is not installed yet (`make setup`)."""
    axe = pytest.importorskip("axe_playwright_python.async_playwright")
    found = await axe.Axe().run(page, options={"resultTypes": ["violations"]})
    broken = [rule for rule in found.response["violations"] if rule["impact"] in _GRAVE]
    return [f"{rule['id']}: {node['target']} {node['html'][:160]}" for rule in broken for node in rule["nodes"]]
