"""The action server: health, and the address it listens on."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
import yaml

from settings import ROOT
from tests.actions.server import running


@pytest.mark.slow
def test_the_server_knows_the_domains_actions_and_is_healthy(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"REDIS_URL": redis_url, "VAR_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    with running(tmp_path) as server:
        for path in ("/healthz", "/readyz", "/health"):
            assert urllib.request.urlopen(server.base + path).status == 200
        known = {one["name"] for one in json.load(urllib.request.urlopen(server.base + "/actions"))}
        listening = _addresses(server.process.pid)
    assert known == set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["actions"])
    assert listening == {"0100007F"}  # 127.0.0.1 only


def _addresses(pid: int) -> set[str]:
    """Addresses on which the process listens (hexadecimal, as /proc tells them)."""
    sockets = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if "socket:" in str(link.readlink())}
    inodes = {name.removeprefix("socket:[").removesuffix("]") for name in sockets}
    lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {line[1].split(":")[0] for line in lines if line[3] == "0A" and line[9] in inodes}
