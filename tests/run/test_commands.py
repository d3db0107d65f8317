"""`python -m run` as an operator types it, where nothing is started."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from run import lock
from run.__main__ import main
from settings import ROOT


@pytest.fixture(autouse=True)
def var_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("REDIS_URL", "DATABASE_URL", "LANGUAGE_SOCKET"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    return tmp_path


def test_a_second_run_on_the_same_folder_is_refused_at_once(var_dir: Path) -> None:
    with lock.only_run(var_dir):
        done = subprocess.run([sys.executable, "-m", "run"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stdout == ""
    assert f"プロセス {os.getpid()}" in done.stderr and "already running" in done.stderr


@pytest.mark.parametrize("target", ["madoguchi.tar.gz", "/nonexistent/x.tar.gz"])
def test_a_backup_of_a_stopped_product_says_so(target: str, var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["run", "backup", str(var_dir / target)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert "make run で起動してから" in str(ended.value) and not (var_dir / target).exists()


def test_a_backup_that_cannot_be_written_says_so(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], var_dir: Path
) -> None:
    (var_dir / "redis.sock").symlink_to(redis_url.removeprefix("unix://"))
    monkeypatch.setattr(sys, "argv", ["run", "backup", "/nonexistent/x.tar.gz"])
    assert main() == 1
    assert "/nonexistent/x.tar.gz にバックアップを書き込めません" in capsys.readouterr().err


def test_a_backup_holds_the_articles_and_how_words_are_read(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, var_dir: Path
) -> None:
    (var_dir / "redis.sock").symlink_to(redis_url.removeprefix("unix://"))
    for folder in ("redis", "kb/articles"):
        (var_dir / folder).mkdir(parents=True)
    (var_dir / "kb" / "readings.yml").write_text("words: {代引き: だいびき}\n", encoding="utf-8")
    monkeypatch.setenv("KB_DIR", str(var_dir / "kb" / "articles"))
    monkeypatch.setattr(sys, "argv", ["run", "backup", str(var_dir / "kept.tar.gz")])
    assert main() == 0
    with tarfile.open(var_dir / "kept.tar.gz") as kept:
        assert {"var/madoguchi.db", "articles", "readings.yml"} <= set(kept.getnames())


def test_a_backup_of_servers_of_ones_own_says_so(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setattr(sys, "argv", ["run", "backup"])
    assert main() == 1
    assert "自前のサーバー" in capsys.readouterr().err
