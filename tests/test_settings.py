"""Wrong settings are told by the name of the variable, with what it must be, and end the program."""

from __future__ import annotations

from pathlib import Path

import pytest

import settings
import settings_oidc
from desk.staff import Role


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DOOR_PORT", "99999", "DOOR_PORT=99999: 1 から 65535 までの整数"),
        ("METRICS_PORT", "x", "METRICS_PORT=x: 1 から 65532 までの整数"),
        ("TURN_SECONDS", "0", "TURN_SECONDS=0: 1 から 60 までの数"),
        ("RAW_TEXT_DAYS", "-3", "RAW_TEXT_DAYS=-3: 1 から 3650 までの整数"),
        ("TRUSTED_PROXIES", "proxy", "TRUSTED_PROXIES=proxy: 127.0.0.1/32,10.0.0.0/8 のように"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL=LOUD: DEBUG, INFO, WARNING のどれか"),
        ("REDIS_URL", "foo", "REDIS_URL=foo: redis://"),
        ("REDIS_URL", "redis://:pass@h:x", "REDIS_URL=redis://***@h:x: "),
        ("REDIS_URL", "redis://me:p/a:pass@h", "REDIS_URL=redis://***@h: "),
        ("DATABASE_URL", "mysql://me:pass@h/x", "DATABASE_URL=mysql://***@h/x: postgresql://"),
        ("DATABASE_URL", "sqlite:///:memory:", "DATABASE_URL=sqlite:///:memory:: "),
        ("LANGUAGE_SOCKET", "/tmp/" + "長" * 40, "長すぎます。100 バイト以内"),  # noqa: S108
        ("PUBLIC_URL", "notaurl", "PUBLIC_URL=notaurl: https://chat.example.jp のように"),
        ("PUBLIC_URL", "https://", "PUBLIC_URL=https://: "),
        ("ALLOWED_ORIGINS", "foo,,http://a/b", "ALLOWED_ORIGINS=foo,,http://a/b: https://"),
        ("ALLOWED_ORIGINS", "https://a.example,http://a/b", "ALLOWED_ORIGINS="),
        ("ALLOWED_ORIGINS", "*", "ALLOWED_ORIGINS=*: "),
        ("PRIVACY_URL", "javascript:alert(1)", "PRIVACY_URL=javascript:alert(1): https://"),
        ("PRIVACY_URL", "//elsewhere.example", "PRIVACY_URL=//elsewhere.example: "),
        ("SHOP_NAME", " ", "SHOP_NAME= : 空にできません"),
        ("SHOP_PHONE", "", "SHOP_PHONE=: 空にできません"),
        ("SECRET_KEY", "short-secret", "SECRET_KEY=***: 短すぎます。推測できない文字列を 16 文字以上"),
        ("CONNECTOR_SECRET", "a", "CONNECTOR_SECRET=***: 短すぎます"),
        ("IDENTITY_KEY", "a", "IDENTITY_KEY=***: 短すぎます"),
        (
            "DESK_PUBLIC_URL",
            "https://desk.example/x",
            "DESK_PUBLIC_URL=https://desk.example/x: https://desk.example.jp",
        ),
        ("DESK_PUBLIC_URL", "https://a.example,https://b.example", "DESK_PUBLIC_URL="),
        ("OIDC_ISSUER", "http://login.example", "OIDC_ISSUER=http://login.example: 会社のアカウントの発行元"),
        ("OIDC_ISSUER", "https://me:pass@login.example", "OIDC_ISSUER=https://***@login.example: "),
        ("OIDC_ISSUER", "https://login.example?x", "OIDC_ISSUER="),
        ("OIDC_CLIENT_SECRET", "short-secret", "OIDC_CLIENT_SECRET=***: 短すぎます"),
        ("OIDC_SCOPES", "profile email", "OIDC_SCOPES=profile email: openid を含む"),
        ("OIDC_ROLES", "desk=boss", "OIDC_ROLES=desk=boss: desk-agents=agent;"),
        ("OIDC_ROLES", "desk=", "OIDC_ROLES=desk=: "),
        ("OIDC_ROLES", "=agent", "OIDC_ROLES==agent: "),
        ("OIDC_ROLES", "agent", "OIDC_ROLES=agent: "),
        ("OIDC_DEFAULT_ROLES", "agent,admin", "OIDC_DEFAULT_ROLES=agent,admin: agent,editor のように"),
        ("PASSWORD_SIGN_IN", "false", "OIDC_ISSUER=: 会社のアカウントの発行元"),
        ("PASSWORD_SIGN_IN", "perhaps", "PASSWORD_SIGN_IN=perhaps: true か false"),
        ("VAR_DIR", "/dev/null", "VAR_DIR=/dev/null: 書き込めるフォルダ"),
        ("VAR_DIR", "/proc/x", "VAR_DIR=/proc/x: 書き込めるフォルダ"),
        ("DOOR_HOST", "0.0.0.0", "SECRET_KEY=: 受付の画面を外に開くときは"),  # noqa: S104
    ],
)
def test_a_wrong_setting_ends_the_program_with_its_remedy(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr(settings.Settings.Config, "env_file", None)
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        settings.read()
    said = str(ended.value)
    assert told in said and "環境変数か" in said and "pass@" not in said and "short-secret" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "rediss://me:p%2Fa@ss@redis.example:6380/1"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("DATABASE_URL", "postgresql://me@db.example/shop"),
        ("DATABASE_URL", "postgresql+psycopg2://postgres:@/postgres?host=/tmp/pg"),
        ("DATABASE_URL", "sqlite:////srv/shop.db"),
        ("PUBLIC_URL", "https://chat.example.jp/"),
        ("ALLOWED_ORIGINS", "https://shop.example, http://localhost:3000/"),
        ("PRIVACY_URL", "/guide/プライバシー#chat"),
        ("PRIVACY_URL", "https://shop.example/privacy?lang=ja"),
        ("IDENTITY_KEY", "i" * 16),
        ("TRUSTED_PROXIES", ""),
        ("REDIS_URL", ""),
    ],
)
def test_what_can_be_used_is_taken(name: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setattr(settings.Settings.Config, "env_file", None)
    monkeypatch.setenv(name, value)
    assert value in (getattr(settings.read(), name.lower()), "")


COMPANY = {
    "OIDC_ISSUER": "https://login.example/realms/shop",
    "OIDC_CLIENT_ID": "desk",
    "OIDC_CLIENT_SECRET": "c" * 32,
    "OIDC_ROLES_CLAIM": "groups",
    "OIDC_ROLES": "a=agent; CN=lead,O=shop = supervisor, editor",
    "PASSWORD_SIGN_IN": "false",
    "DESK_PUBLIC_URL": "https://desk.example/",
}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OIDC_CLIENT_ID", "", "OIDC_CLIENT_ID=: OIDC_ISSUER を設定するときは"),
        ("OIDC_CLIENT_SECRET", "", "OIDC_CLIENT_SECRET=: OIDC_ISSUER を設定するときは"),
        ("OIDC_ROLES", "", "OIDC_ROLES=: desk-agents=agent"),
        ("OIDC_ROLES_CLAIM", "", "OIDC_ROLES_CLAIM=: "),
        ("DESK_PUBLIC_URL", "http://desk.example", "DESK_PUBLIC_URL=http://desk.example: "),
        ("DESK_PUBLIC_URL", "http://localhost:8081", ""),
        ("OIDC_ISSUER", "http://127.0.0.1:9000", ""),
        ("OIDC_ISSUER", "http://[::1]:9000", ""),
        ("OIDC_ISSUER", "http://127.0.0.1.example", "OIDC_ISSUER="),
        ("PASSWORD_SIGN_IN", "true", ""),
    ],
)
def test_the_companys_accounts_need_all_of_their_settings(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings.Settings.Config, "env_file", None)
    for key, kept in {**COMPANY, name: value, "VAR_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(key, kept)
    if told:
        with pytest.raises(SystemExit) as ended:
            settings.read()
        assert told in str(ended.value)
    else:
        assert str(getattr(settings.read(), name.lower())).lower() == value


def test_values_of_the_roles_claim_may_hold_commas_and_equals_signs() -> None:
    agents, leads = frozenset({Role.AGENT}), frozenset({Role.SUPERVISOR, Role.EDITOR})
    assert settings_oidc.roles_by_value(COMPANY["OIDC_ROLES"]) == {"a": agents, "CN=lead,O=shop": leads}


def test_lines_of_the_env_file_that_set_nothing_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("MESAGE_LIMIT=5\nshop_name=店\nQQQ=1\n")
    monkeypatch.setattr(settings.Settings.Config, "env_file", str(file))
    misspelt, unknown = settings.unknown_lines()
    assert "MESAGE_LIMIT" in misspelt and "MESSAGE_LIMIT の書きまちがい" in misspelt
    assert "QQQ" in unknown and "README.md" in unknown


@pytest.mark.parametrize("name", [name for name in settings.Settings.__fields__ if name.endswith("_port")])
def test_every_port_has_a_range(name: str) -> None:
    field = settings.Settings.__fields__[name].field_info
    assert field.ge == 1 and field.le is not None and field.le <= 65_535
