"""Twilio's no: its HTTP statuses, codes and the body of its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from channels.simulate.signing import Params


@dataclass(frozen=True)
class Refused:
    """A request that was refused, with Twilio's code."""

    code: int
    status: int
    message: str
    params: Params


class Refusal(Exception):
    """Twilio says no: HTTP status, its own code, its words."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def body(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def not_found(path: str) -> Refusal:
    return Refusal(404, 20404, f"The requested resource {path} was not found")
