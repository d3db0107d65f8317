"""A clock that tests move: every process of a product goes by it (moved/sitecustomize.py); Redis keeps its own."""

from __future__ import annotations

import struct
import time
from datetime import datetime
from pathlib import Path

from nihongo.japan_time import TOKYO


class MovedClock:
    """The machine's clock and what was let pass; only ever forward, as time does."""

    def __init__(self, file: Path) -> None:
        self._file, self._ahead = file, 0.0
        self.began = self.now()
        file.write_bytes(struct.pack("d", self._ahead))

    @property
    def environment(self) -> dict[str, str]:
        """What makes the processes of a product go by this clock."""
        return {"PYTHONPATH": str(Path(__file__).with_name("moved")), "MOVED_CLOCK": str(self._file)}

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self._ahead, TOKYO)

    def pass_seconds(self, seconds: float) -> None:
        assert seconds >= 0, "time does not go back"
        self._ahead += seconds
        with self._file.open("r+b") as file:  # in place: the processes have it mapped
            file.write(struct.pack("d", self._ahead))

    def pass_until(self, moment: datetime) -> None:
        self.pass_seconds((moment - self.now()).total_seconds())
