"""What is promised of one queue, see queues.yml."""

from __future__ import annotations

from dataclasses import dataclass

GENERAL = "general"


@dataclass(frozen=True)
class QueueSettings:
    """`reasons`: of the tickets that come here (values of Reason)."""

    name: str
    title: str
    target_percent: int = 80
    target_seconds: int = 60
    offer_seconds: int = 20
    patience_seconds: int = 180
    callbacks_per_slot: int = 2
    reasons: tuple[str, ...] = ()
