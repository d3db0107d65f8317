"""What a setting may look like, and the line that tells a wrong one: variable, value without its secrets, remedy."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import yaml
from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic.fields import ModelField

from address import networks, unread_on_the_way
from desk.staff import Role

# Longest path that fits sockaddr_un, in bytes; a deeper checkout keeps its sockets in a short directory instead.
SOCKET_PATH_LIMIT = 100
SECRET_LENGTH = 16
SECRETS = ("secret_key", "connector_secret", "identity_key", "oidc_client_secret")
_REDIS = ("redis", "rediss", "unix")
_POSTGRESQL = ("postgresql", "postgresql+psycopg2")


def wrong(name: str, text: str) -> bool:
    """Whether this value can be seen to be unusable; the empty default of an address or a secret is not."""
    try:
        return not _SHAPES[name](text)
    except ValueError:
        return True


def told(name: str, value: object, remedy: str = "", **fields: object) -> str:
    """The line of a wrong setting; `remedy` is a key of settings.yml, by default the one of the setting."""
    return _line(name, str(value), words()[remedy or name].format(**fields))


def missing_for_oidc(values: dict[str, Any]) -> str:
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


def problems(error: ValidationError, fields: dict[str, ModelField], env_file: str | None) -> list[str]:
    """Each wrong setting by the name of its variable, with what it must be."""
    given = {**_lines_of(env_file), **os.environ}
    return [_problem(dict(found), fields, given) for found in error.errors()]


def unknown(names: Iterable[str], env_file: str | None) -> list[str]:
    """Lines of `.env` that set nothing, each with the setting whose name is nearest."""
    known, found = [name.upper() for name in names], []
    for name in _lines_of(env_file):
        if name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, 1)
            found.append(words()["misspelt" if near else "unknown"].format(name=name, near="".join(near)))
    return found


def words() -> dict[str, str]:
    return dict(yaml.safe_load(Path(__file__).with_name("settings.yml").read_text(encoding="utf-8")))


def _lines_of(env_file: str | None) -> dict[str, str | None]:
    return dotenv_values(env_file) if env_file else {}


def _problem(found: dict[str, Any], fields: dict[str, ModelField], given: dict[str, str | None]) -> str:
    context = found.get("ctx", {})
    name = str(context.get("name") or found["loc"][0])
    value = given.get(name.upper(), given.get(name)) or ""
    return _line(name, value, _remedy(found, name, fields[name], context))


def _line(name: str, value: str, remedy: str) -> str:
    return words()["problem"].format(name=name.upper(), value=_without_secrets(name, value), remedy=remedy)


def _remedy(found: dict[str, Any], name: str, field: ModelField, context: dict[str, Any]) -> str:
    low, high = field.field_info.ge, field.field_info.le
    if found["type"] == "value_error.missing_secret":
        return words()["secret"]
    if found["type"] == "value_error.incomplete":
        return words()[name]
    if low is not None:
        kind = words()["integer" if issubclass(field.type_, int) else "number"]
        return words()["range"].format(low=low, high=high, kind=kind)
    if "permitted" in context:
        return words()["one_of"].format(known=", ".join(context["permitted"]))
    remedy = "short_secret" if name in SECRETS else name if name in words() else "other"
    return words()[remedy].format(detail=found["msg"], least=SECRET_LENGTH)


def _without_secrets(name: str, value: str) -> str:
    """User and password of an address are hidden up to the last @, as they may hold any sign."""
    if name in SECRETS:
        return "***" if value else ""
    if not name.endswith(("_url", "_origins", "_issuer")):
        return value
    value = re.sub(r"^([\w+.-]*:?//)?.*@", lambda found: f"{found[1] or ''}***@", value)
    return re.sub(r"(password=)[^&\s]*", r"\1***", value)


def _redis(url: str) -> bool:
    parts = urlsplit(url)
    named = bool(parts.path) if parts.scheme == "unix" else bool(parts.hostname) and _port_is_one(parts)
    return not url or (parts.scheme in _REDIS and named)


def _database(url: str) -> bool:
    if url.startswith("sqlite:///"):
        return url.removeprefix("sqlite:///") not in ("", ":memory:")  # one for all processes: a file
    return not url or (urlsplit(url).scheme in _POSTGRESQL and "://" in url and _port_is_one(urlsplit(url)))


def _port_is_one(parts: SplitResult) -> bool:
    return parts.port is None or parts.port > 0  # .port raises ValueError by itself


def _socket(path: str) -> bool:
    return len(os.fsencode(path)) <= SOCKET_PATH_LIMIT


def _page(url: str) -> bool:
    parts = urlsplit(url)
    plain = url.isprintable() and not re.search(r"[\s<>\"'\\@]", url)
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and _port_is_one(parts)


def _public(url: str) -> bool:
    return not url or (_page(url) and not re.search("[?#]", url))


def _issuer(url: str) -> bool:
    return _public(url) and len(url) <= 255 and (not url or unread_on_the_way(url))


def _desk_in_clear(url: str) -> str:
    """The address to which the issuer sends people back must not be read on the way."""
    return "" if unread_on_the_way(url) else "desk_public_url"


def _scopes(text: str) -> bool:
    return "openid" in text.split() and text.isascii() and text.isprintable()


def _roles(text: str) -> bool:
    return all(roles_by_value(text).values())


def _default_roles(text: str) -> bool:
    """Nobody becomes an admin just by having an account of the company."""
    return Role.ADMIN not in roles_listed(text)


def _named(value: str) -> str:
    if not value.strip():
        raise ValueError
    return value.strip()


def _one_origin(text: str) -> bool:
    return not text or ("," not in text and _origins(text))


def _origins(text: str) -> bool:
    """As browsers send them: without a path, names in ASCII."""
    parts = [part.strip() for part in text.split(",")]
    return not text or all(part.isascii() and _page(part) and re.fullmatch(r"\w+://[^/?#]+/?", part) for part in parts)


def _privacy(url: str) -> bool:
    own = url.startswith("/") and not url.startswith("//")
    return _page(f"http://own.example{url}" if own else url)


def _networks(text: str) -> bool:
    networks(text)
    return True


def _secret(text: str) -> bool:
    return not text or len(text.strip()) >= SECRET_LENGTH


def _some_text(text: str) -> bool:
    return bool(text.strip())


_SHAPES: dict[str, Callable[[str], bool]] = {
    "redis_url": _redis,
    "database_url": _database,
    "language_socket": _socket,
    "public_url": _public,
    "desk_public_url": _one_origin,
    "oidc_issuer": _issuer,
    "oidc_scopes": _scopes,
    "oidc_roles": _roles,
    "oidc_default_roles": _default_roles,
    "allowed_origins": _origins,
    "trusted_proxies": _networks,
    "privacy_url": _privacy,
    "shop_name": _some_text,
    "shop_phone": _some_text,
    **dict.fromkeys(SECRETS, _secret),
}
SHAPED = tuple(_SHAPES)
