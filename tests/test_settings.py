"""Wrong settings are told by the name of the variable, with what it must be, and end the program."""

from __future__ import annotations

import pytest

import settings


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DOOR_PORT", "99999", "DOOR_PORT=99999: 1 から 65535 までの整数"),
        ("METRICS_PORT", "x", "METRICS_PORT=x: 1 から 65532 までの整数"),
        ("TURN_SECONDS", "0", "TURN_SECONDS=0: 1 から 60 までの数"),
        ("RAW_TEXT_DAYS", "-3", "RAW_TEXT_DAYS=-3: 1 から 3650 までの整数"),
        ("TRUSTED_PROXIES", "proxy", "TRUSTED_PROXIES=proxy: 127.0.0.1/32,10.0.0.0/8 のように"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL=LOUD: DEBUG, INFO, WARNING のどれか"),
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
    assert told in str(ended.value) and "環境変数か" in str(ended.value)


@pytest.mark.parametrize("name", [name for name in settings.Settings.__fields__ if name.endswith("_port")])
def test_every_port_has_a_range(name: str) -> None:
    field = settings.Settings.__fields__[name].field_info
    assert field.ge == 1 and field.le is not None and field.le <= 65_535
