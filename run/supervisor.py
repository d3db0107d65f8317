"""The supervisor as a child of ours: start programs in stages, hear of deaths, stop everything."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
import xmlrpc.client
from collections.abc import Callable
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from run import lock, program
from run.processes import child_environment
from settings import ROOT

LOCK = "supervisord"  # its lock's name
_EXITED = re.compile(r"exited: (\S+) \((.*)\)")
_GAVE_UP = re.compile(r"gave up: (\S+) ")


class Supervisor:
    """supervisord with a configuration text. `on_death(name, how)` is called when a program died by itself."""

    def __init__(self, config: str, folder: Path, control: Path, on_death: Callable[[str, str], None]) -> None:
        path = folder / "supervisord.conf"
        path.write_text(config)
        control.unlink(missing_ok=True)
        self._on_death, self._stopping = on_death, False
        self._errors = folder / "log" / "supervisord.log"
        self._child = self._spawn([sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(path)], folder)
        transport: Any = SupervisorTransport(None, None, f"unix://{control}")
        self._rpc = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()
        self._wait_for(control)

    def _spawn(self, command: list[str], folder: Path) -> subprocess.Popen[str]:
        """Its errors go to a file: were they in the pipe, it would die of complaining that we, the reader, are gone."""
        self._errors.parent.mkdir(parents=True, exist_ok=True)
        with self._errors.open("w") as errors:
            return subprocess.Popen(
                program.command(lock.folder(folder) / LOCK, command),
                cwd=ROOT,
                env=child_environment(),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def start(self, name: str) -> None:
        """Starts a program without waiting for it."""
        with self._lock:
            self._rpc.supervisor.startProcess(name, False)

    def states(self) -> dict[str, str]:
        """name → RUNNING, STARTING, BACKOFF, FATAL, STOPPED …"""
        with self._lock:
            found: Any = self._rpc.supervisor.getAllProcessInfo()
        return {info["name"]: info["statename"] for info in found}

    def stop(self, seconds: float = 30) -> None:
        """Stops every program, then the supervisor; Redis goes last (its priority)."""
        self._stopping = True
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self._child.kill()

    def alive(self) -> bool:
        return self._child.poll() is None

    def _wait_for(self, path: Path) -> None:
        """The socket's file is there a moment before anybody listens on it, so that it is no sign of life."""
        deadline = time.monotonic() + 10
        while not _listened(path):
            if time.monotonic() > deadline or not self.alive():
                self.stop()
                raise RuntimeError(f"supervisord did not start:\n{self._errors.read_text()}")
            time.sleep(0.02)

    def _listen(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if self._stopping:
                continue
            if match := _EXITED.search(line) or _GAVE_UP.search(line):
                self._on_death(match[1], match[2] if match.re is _EXITED else "FATAL")
            elif "Error" in line:
                print(line.rstrip(), file=sys.stderr)


def _listened(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asking:
        return asking.connect_ex(str(path)) == 0
