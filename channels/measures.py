"""What /metrics tells of one door."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_FAST = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_SLOW = (0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 5, 8, 12)


class Measures:
    """A registry of its own, so that several doors fit into one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        names = {"registry": self._registry, "namespace": "door"}
        self.ack_seconds = Histogram("ack_seconds", "Frame received to ack", buckets=_FAST, **names)
        self.sockets = Gauge("sockets", "Open web sockets", **names)
        self.refused = Counter("refused", "Requests and frames refused", ["code"], **names)
        self._turns = Counter("turns", "Customer words dealt with", ["outcome"], **names)
        self._turn_seconds = Histogram("turn_seconds", "Time for one customer word", buckets=_SLOW, **names)

    def turn(self, outcome: str, seconds: float) -> None:
        self._turns.labels(outcome).inc()
        self._turn_seconds.observe(seconds)

    def text(self) -> bytes:
        return bytes(generate_latest(self._registry))
