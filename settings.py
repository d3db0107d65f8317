"""Our one typed settings object: read once per process by its `__main__`, then passed in.

Every default works on a laptop without an account. The table in README.md is held against this file by a test.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, root_validator, validator
from pydantic.fields import ModelField

import settings_check
import settings_oidc
import settings_twilio
from address import Network, loopback, networks
from settings_check import Incomplete, MissingSecret, Unwritable

ROOT = Path(__file__).resolve().parent


class Settings(settings_twilio.TwilioSettings):
    """Where things are and how the product behaves; each field is an environment variable of the same name."""

    # Where things are
    var_dir: Path = Field(
        default=ROOT / "var", description="Everything the running product writes: stores, sockets, logs, secrets"
    )
    kb_dir: Path = Field(default=ROOT / "kb" / "articles", description="The article files that editors change")
    calendar_seed: Path = Field(
        default=ROOT / "handoff" / "calendar.yml",
        description="Business hours for the first start; afterwards SQL has them",
    )
    redis_url: str = Field(
        default="", description="Redis >= 6.2; empty: an embedded server in VAR_DIR (append-only file on)"
    )
    database_url: str = Field(default="", description="PostgreSQL as postgresql://…; empty: SQLite in VAR_DIR")
    language_socket: str = Field(default="", description="Unix socket of the language process; empty: in VAR_DIR")
    door_host: str = Field(default="127.0.0.1", description="Address the front door listens on")
    door_port: int = Field(
        default=8080, ge=1, le=65_535, description="Port of the front door (web chat, Twilio, help pages)"
    )
    desk_host: str = Field(default="127.0.0.1", description="Address the desk listens on")
    desk_port: int = Field(default=8081, ge=1, le=65_535, description="Port of the desk (staff)")
    rasa_host: str = Field(default="127.0.0.1", description="Private address of Rasa")
    rasa_port: int = Field(default=5005, ge=1, le=65_535, description="Private port of Rasa")
    actions_host: str = Field(default="127.0.0.1", description="Private address of the action server")
    actions_port: int = Field(default=5055, ge=1, le=65_535, description="Private port of the action server")
    metrics_port: int = Field(
        default=9100,
        ge=1,
        le=65_532,
        description="First loopback port for /metrics and /healthz of processes without a web server",
    )
    public_url: str = Field(
        default="", description="The door's address as customers see it; empty: http://localhost:DOOR_PORT"
    )

    desk_public_url: str = Field(
        default="", description="The desk's address as staff see it, without a path; empty: http://localhost:DESK_PORT"
    )

    # Secrets: on loopback they are made once and kept in VAR_DIR/secrets; elsewhere they must be given
    secret_key: str = Field(
        default="",
        description="Signs chat and staff sessions (16 characters or more); required when a host is not loopback",
    )
    connector_secret: str = Field(
        default="",
        description="Shared by the door and Rasa (16 characters or more); required when a host is not loopback",
    )
    identity_key: str = Field(
        default="",
        description="The shop signs `identity` tokens with it (HS256, 16 characters or more); empty: identity is off",
    )

    # Staff sign in with the company's accounts (docs/operations.md)
    oidc_issuer: str = Field(
        default="", description="Issuer of the company's accounts (OpenID Connect, https); empty: passwords only"
    )
    oidc_client_id: str = Field(default="", description="The desk's client id at the issuer")
    oidc_client_secret: str = Field(default="", description="The desk's client secret at the issuer")
    oidc_scopes: str = Field(default="openid profile email", description="Scopes asked for, with spaces between")
    oidc_roles_claim: str = Field(
        default="",
        description="Claim of the ID token that gives the roles at every sign-in; empty: the desk's own roles hold",
    )
    oidc_roles: str = Field(
        default="", description="Roles by value of the claim: `desk-agents=agent;desk-leads=supervisor,editor`"
    )
    oidc_default_roles: str = Field(
        default="", description="Comma list of roles for people who have none otherwise; empty: they are refused"
    )
    password_sign_in: bool = Field(
        default=True, description="Whether staff may sign in with passwords too; false needs OIDC_ISSUER"
    )

    # The web chat
    allowed_origins: str = Field(
        default="", description="Comma list of pages that may embed the chat; empty: the door's own pages"
    )
    trusted_proxies: str = Field(
        default="", description="Comma list of proxy networks whose X-Forwarded-For is believed"
    )
    message_limit: int = Field(
        default=500, ge=10, le=4_000, description="Longest customer message in characters; longer is politely refused"
    )
    session_messages_per_minute: int = Field(
        default=30, ge=1, le=1_000_000, description="Messages a conversation may send in a minute"
    )
    address_sessions_per_minute: int = Field(
        default=60, ge=1, le=1_000_000, description="Conversations one address may open in a minute"
    )
    conversation_idle_hours: int = Field(
        default=24, ge=1, le=720, description="Silence after which a web conversation is over"
    )
    reopen_hours: float = Field(
        default=24, ge=0, le=720, description="Hours after a ticket's end in which asking again goes on from it"
    )
    turn_seconds: float = Field(
        default=8.0, ge=1, le=60, description="How long the customer waits before the graceful line is said"
    )

    # Lifetimes of raw text (docs/operations.md): after them only masked VOC rows remain
    raw_text_days: int = Field(default=30, ge=1, le=3_650, description="Conversation streams and trackers in Redis")
    voc_days: int = Field(default=730, ge=1, le=36_500, description="Masked VOC rows in SQL")

    # Words and looks
    shop_name: str = Field(default="ツバメ生活堂", description="Name of the shop on pages and in sentences")
    shop_phone: str = Field(default="0120-000-123", description="Telephone number given when nothing else works")
    privacy_url: str = Field(default="/privacy", description="Where the chat's privacy link leads")
    log_level: Literal["DEBUG", "INFO", "WARNING"] = Field(
        default="INFO", description="DEBUG, INFO, WARNING; customers' words are never logged at INFO"
    )

    class Config:
        env_file = ".env"
        allow_mutation = False

    @validator("var_dir", "kb_dir", "calendar_seed")
    def _absolute(cls, path: Path) -> Path:
        return path if path.is_absolute() else (ROOT / path).resolve()

    @validator(*settings_check.SHAPED)
    def _usable(cls, text: str, field: ModelField) -> str:
        if settings_check.wrong(field.name, text):
            raise ValueError
        return text

    @root_validator(skip_on_failure=True)
    def _complete(cls, values: dict) -> dict:  # type: ignore[type-arg]
        for key in ("secret_key", "connector_secret"):
            if not values[key]:
                if not _all_loopback(values):
                    raise MissingSecret(name=key)
                try:
                    values[key] = _kept_secret(values["var_dir"], key)
                except OSError as error:
                    raise Unwritable(name="var_dir", detail=error) from error
        if missing := settings_twilio.missing(values):
            raise Incomplete(name=missing)
        if not values["public_url"]:
            values["public_url"] = f"http://localhost:{values['door_port']}"
        if not values["desk_public_url"]:
            values["desk_public_url"] = f"http://localhost:{values['desk_port']}"
        if missing := settings_oidc.missing(values):
            raise Incomplete(name=missing)
        if not values["redis_url"]:
            values["redis_url"] = f"unix://{own_socket(values['var_dir'], 'redis.sock')}"
        if not values["language_socket"]:
            values["language_socket"] = str(own_socket(values["var_dir"], "language.sock"))
        if not values["database_url"]:
            values["database_url"] = f"sqlite:///{values['var_dir'] / 'madoguchi.db'}"
        return values

    @property
    def embedded_redis(self) -> bool:
        """Whether we run the Redis server ourselves (its socket lies in our own directory)."""
        return self.redis_url == f"unix://{own_socket(self.var_dir, 'redis.sock')}"

    @property
    def proxies(self) -> tuple[Network, ...]:
        return tuple(networks(self.trusted_proxies))

    @property
    def rasa_url(self) -> str:
        return f"http://{self.rasa_host}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        return f"http://{self.actions_host}:{self.actions_port}/webhook"

    @property
    def origins(self) -> list[str]:
        """Pages that may open a chat: as set, else the door's own addresses."""
        if self.allowed_origins:
            return [origin.strip().rstrip("/") for origin in self.allowed_origins.split(",") if origin.strip()]
        own = [f"http://localhost:{self.door_port}", f"http://127.0.0.1:{self.door_port}"]
        return [*own, self.public_url.rstrip("/")]


def read() -> Settings:
    """The settings for a command or a process; what is wrong is said in words, and the program ends (exit code 1)."""
    try:
        return Settings()
    except ValidationError as error:
        found = settings_check.problems(error, Settings.__fields__, Settings.Config.env_file)
        sys.exit("\n".join([*found, settings_check.words()["where"]]))


def unknown_lines() -> list[str]:
    """What is said of lines of `.env` that set nothing."""
    return settings_check.unknown(Settings.__fields__, Settings.Config.env_file)


def _all_loopback(values: dict) -> bool:  # type: ignore[type-arg]
    hosts = [values[f"{name}_host"] for name in ("door", "desk", "rasa", "actions")]
    return all(loopback(host) for host in hosts)


def _kept_secret(var_dir: Path, name: str) -> str:
    """A secret made at the first start and kept with owner-only rights; safe when processes start together."""
    path = var_dir / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{name}.{secrets.token_hex(4)}")
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def own_socket(var_dir: Path, name: str) -> Path:
    """Where a socket of ours lies unless a setting says otherwise."""
    path = var_dir / name
    if len(os.fsencode(path)) <= settings_check.SOCKET_PATH_LIMIT:
        return path
    import hashlib

    return Path("/tmp") / f"madoguchi-{hashlib.sha256(str(var_dir).encode()).hexdigest()[:12]}" / name
