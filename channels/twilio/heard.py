"""What a caller did: said something, pressed keys, or neither."""

from __future__ import annotations

from dataclasses import dataclass

_UNSURE = 0.3  # recognition below this is not believed; none given is none known


@dataclass(frozen=True)
class Heard:
    """`confidence` None: not known. Keys may be several where a number was asked for."""

    speech: str = ""
    keys: str = ""
    confidence: float | None = None

    @property
    def unsure(self) -> bool:
        """Whether the recogniser itself does not believe it."""
        return not self.keys and self.confidence is not None and 0 < self.confidence < _UNSURE
