"""Passwords as argon2id hashes. Slow on purpose: call from threads."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200
_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    return _HASHER.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Takes as long for an unknown name (None) as for a known one, so that names cannot be found out by time."""
    try:
        return _HASHER.verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
