"""A sample that is the same every time, spread over all."""

from __future__ import annotations

import numpy as np


def even(count: int, most: int) -> list[int]:
    """All of `count` rows in order, or `most` of them at even distances."""
    return list(range(count)) if count <= most else [int(at) for at in np.arange(most) * count // most]
