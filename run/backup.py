"""A copy of everything that the embedded product knows, made while it runs: SQL, Redis, articles, secrets."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from kb.dictionary import beside
from settings import Settings
from stores import open_redis_sync


class NotEmbedded(Exception):
    """Redis or SQL is a server of the operator's own."""


def backup(settings: Settings, target: Path) -> None:
    """A .tar.gz of `var/`, `articles/` and `readings.yml`. Raises NotEmbedded, and RedisError when nothing runs."""
    if not settings.embedded_redis or not settings.database_url.startswith("sqlite:///"):
        raise NotEmbedded
    redis = open_redis_sync(settings.redis_url)
    redis.ping()
    with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
        var = Path(folder) / "var"
        var.mkdir()
        _copy_sqlite(Path(settings.database_url.removeprefix("sqlite:///")), var)
        _copy_redis(redis, settings.var_dir / "redis", var / "redis")
        for name in ("secrets", "spool"):
            if (settings.var_dir / name).exists():
                shutil.copytree(settings.var_dir / name, var / name)
        with tarfile.open(target, "w:gz") as archive:
            archive.add(var, "var")
            archive.add(settings.kb_dir, "articles")
            if (readings := beside(settings.kb_dir)).exists():
                archive.add(readings, readings.name)
    target.chmod(0o600)  # it holds secrets and customers' words


def _copy_sqlite(source: Path, var: Path) -> None:
    with sqlite3.connect(source) as live, sqlite3.connect(var / source.name) as copy:
        live.backup(copy)


def _copy_redis(redis: Any, source: Path, target: Path) -> None:
    """The append-only files, with rewriting held off meanwhile so that manifest and files belong together."""
    share = redis.config_get("auto-aof-rewrite-percentage")["auto-aof-rewrite-percentage"]
    redis.config_set("auto-aof-rewrite-percentage", 0)
    try:
        while redis.info("persistence")["aof_rewrite_in_progress"]:
            time.sleep(0.05)
        shutil.copytree(source, target)
    finally:
        redis.config_set("auto-aof-rewrite-percentage", share)
