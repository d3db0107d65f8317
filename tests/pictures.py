"""Pictures of pages. PICTURES=1 makes anew those that docs/screenshots has (an empty file is a wish for one more)."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from settings import ROOT

KEPT = ROOT / "docs" / "screenshots"
LARGEST = 150_000  # bytes


async def keep(page: Page, name: str, whole: bool = False) -> None:
    path = KEPT / f"{name}.png"
    if os.environ.get("PICTURES") == "1" and path.exists():
        save(await page.screenshot(full_page=whole), path)


def save(picture: bytes, path: Path) -> None:
    """In few colours: the file stays small."""
    shown = Image.open(BytesIO(picture)).convert("RGB")
    shown.quantize(palette=_commonest(shown), dither=Image.Dither.NONE).save(path, optimize=True)


def _commonest(shown: Image.Image) -> Image.Image:
    """A palette of the 256 colours there are most of, as they are."""
    counted = sorted(shown.getcolors(shown.width * shown.height) or [], reverse=True)[:256]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in counted for part in colour])
    return palette
