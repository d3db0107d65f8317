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
from pydantic import PydanticValueError, ValidationError
from pydantic.fields import ModelField

import settings_twilio
from address import networks, unread_on_the_way
from settings_oidc import default_roles_right, roles_right, scopes_right

# Longest path that fits sockaddr_un, in bytes; a deeper checkout keeps its sockets in a short directory instead.
SOCKET_PATH_LIMIT = 100
SECRET_LENGTH = 16
SECRETS = ("secret_key", "connector_secret", "identity_key", "oidc_client_secret")
# Secrets with a shape of their own: hidden in what is said of them.
_HIDDEN = (*SECRETS, "twilio_auth_token", "twilio_auth_token_next")
_REDIS = ("redis", "rediss", "unix")
_POSTGRESQL = ("postgresql", "postgresql+psycopg2")


class MissingSecret(PydanticValueError):
    """A secret that must not have a default where others reach us. `name`: the field."""

    code = "missing_secret"
    msg_template = "{name} is missing"


class Unwritable(PydanticValueError):
    """VAR_DIR cannot be written. `name`: the field, `detail`: what the system says."""

    code = "unwritable"
    msg_template = "{detail}"


class Incomplete(PydanticValueError):
    """A setting that others make necessary. `name`: the field."""

    code = "incomplete"
    msg_template = "{name} is needed"


def wrong(name: str, text: str) -> bool:
    """Whether this value can be seen to be unusable; the empty default of an address or a secret is not."""
    try:
        return not _SHAPES[name](text)
    except ValueError:
        return True


def told(name: str, value: object, remedy: str = "", **fields: object) -> str:
    """The line of a wrong setting; `remedy` is a key of settings.yml, by default the one of the setting."""
    return _line(name, str(value), words()[remedy or name].format(**fields))


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
    if name in _HIDDEN:
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
    "oidc_scopes": scopes_right,
    "oidc_roles": roles_right,
    "oidc_default_roles": default_roles_right,
    "allowed_origins": _origins,
    "trusted_proxies": _networks,
    "privacy_url": _privacy,
    "shop_name": _some_text,
    "shop_phone": _some_text,
    "twilio_account_sid": settings_twilio.account_right,
    "twilio_auth_token": settings_twilio.token_right,
    "twilio_auth_token_next": settings_twilio.token_right,
    "twilio_sender": settings_twilio.sender_right,
    "twilio_voice_number": settings_twilio.number_right,
    "twilio_api_base_url": settings_twilio.base_right,
    "voice_name": settings_twilio.voice_right,
    "voice_speech_timeout": settings_twilio.timeout_right,
    **dict.fromkeys(SECRETS, _secret),
}
SHAPED = tuple(_SHAPES)
