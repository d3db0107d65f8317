"""The real action server as a process of its own, on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from settings import ROOT


@contextmanager
def running(folder: Path) -> Iterator[SimpleNamespace]:
    """`python -m actions` with the environment of the test; gives its `url` and `process`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "actions.log").open("w")
    environment = {**os.environ, "ACTIONS_PORT": str(port), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "actions"], env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/readyz", process, log.name)
        yield SimpleNamespace(url=f"http://127.0.0.1:{port}/webhook", base=f"http://127.0.0.1:{port}", process=process)
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def _wait(url: str, process: subprocess.Popen[bytes], log: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(Path(log).read_text()) from None
            time.sleep(0.05)
