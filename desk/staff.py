"""Who works at the desk, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(str, Enum):
    AGENT = "agent"  # talks with customers
    EDITOR = "editor"  # writes articles
    APPROVER = "approver"  # makes them public
    SUPERVISOR = "supervisor"  # reads the VOC, watches the queue
    ADMIN = "admin"  # lets people in; nothing else


TAKES_CALLS = frozenset({Role.AGENT, Role.SUPERVISOR})


@dataclass(frozen=True)
class User:
    """Someone of the staff. `name` is typed to sign in; `display_name` is what customers and colleagues read."""

    id: str
    name: str
    display_name: str
    roles: frozenset[Role]

    def may(self, allowed: frozenset[Role]) -> bool:
        return bool(self.roles & allowed)
