"""Redis keys of the desk."""

from __future__ import annotations


def session(token_hash: str) -> str:
    """String: a session as JSON, by the hash of its cookie; expires when idle."""
    return f"desk:session:{token_hash}"


def sessions_of(user_id: str) -> str:
    """Set: token hashes of a user's sessions, so that all can be ended at once."""
    return f"desk:sessions:{user_id}"


def attempts(what: str, who: str) -> str:
    """Counter of failed sign-ins of a name or an address; expires."""
    return f"desk:attempts:{what}:{who}"


def company_sign_in(state_hash: str) -> str:
    """String: a sign-in that is at the issuer just now, as JSON, by the hash of its state; expires after 10 minutes."""
    return f"desk:oidc:{state_hash}"


def revealed(user_id: str, number: str) -> str:
    """String that lives while this user is shown the telephone number of a callback."""
    return f"desk:revealed:{user_id}:{number}"


def noted(digest: str) -> str:
    """String that lives for a while after a note on an article: the same note again (a double click) is not filed."""
    return f"desk:noted:{digest}"


# What /readyz writes and reads back.
READY = "desk:ready"
