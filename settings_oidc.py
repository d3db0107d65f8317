"""The settings of the company's accounts: which need each other, and roles as they are written there."""

from __future__ import annotations

from typing import Any

from address import unread_on_the_way
from desk.staff import Role


def missing(values: dict[str, Any]) -> str:
    """The setting without which the company's accounts, as they are set, cannot work."""
    if not values["oidc_issuer"]:
        return "" if values["password_sign_in"] else "oidc_issuer"
    needed = ["oidc_client_id", "oidc_client_secret", *(["oidc_roles"] if values["oidc_roles_claim"] else [])]
    if values["oidc_roles"]:
        needed.append("oidc_roles_claim")
    return next((name for name in needed if not values[name]), "") or _desk_in_clear(values["desk_public_url"])


def roles_by_value(text: str) -> dict[str, frozenset[Role]]:
    """OIDC_ROLES as a table. Values may hold anything but a semicolon, roles nothing but their names."""
    pairs = [part.rpartition("=") for part in text.split(";") if part.strip()]
    return {_named(value): frozenset(roles_listed(roles)) for value, _, roles in pairs}


def roles_listed(text: str) -> list[Role]:
    """A comma list of roles; ValueError: there is no such role."""
    return [Role(part.strip()) for part in text.split(",") if part.strip()]


def _desk_in_clear(url: str) -> str:
    """The address to which the issuer sends people back must not be read on the way."""
    return "" if unread_on_the_way(url) else "desk_public_url"


def scopes_right(text: str) -> bool:
    return "openid" in text.split() and text.isascii() and text.isprintable()


def roles_right(text: str) -> bool:
    return all(roles_by_value(text).values())


def default_roles_right(text: str) -> bool:
    """Nobody becomes an admin just by having an account of the company."""
    return Role.ADMIN not in roles_listed(text)


def _named(value: str) -> str:
    if not value.strip():
        raise ValueError
    return value.strip()
