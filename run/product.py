"""The whole product as a child process, with a directory and ports of its own: for journeys and measures."""

from __future__ import annotations

import os
import random
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

from run.processes import answers, control_socket, processes
from settings import ROOT, Settings

START_SECONDS = 600  # training and first vectors included, on a loaded machine; otherwise about 20
_READY = "/ ready"


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on; the last ones of a block of four are kept free for metrics."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def free_block() -> int:
    """The first of four neighbouring free ports (metrics of language, -, voc, clock), other ones for each caller, and
    below those that the system gives to whoever asks for any."""
    for start in random.sample(range(19_100, 32_000, 10), 1290):
        try:
            for port in range(start, start + 4):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return start
    raise RuntimeError("no free ports")


def wait_until(happened: Callable[[], Any], seconds: float = 30, what: str = "") -> Any:
    """The first true answer of `happened`; AssertionError when it does not come in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := happened():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"did not happen within {seconds} s: {what or happened}")


class Product:
    """`make run` in a folder of its own. `lines` is what the operator saw."""

    def __init__(self, folder: Path, **environment: str) -> None:
        names = ("DOOR_PORT", "DESK_PORT", "RASA_PORT", "ACTIONS_PORT")
        ports = {name: str(port) for name, port in zip(names, free_ports(len(names)), strict=True)}
        self.environment = {**ports, "VAR_DIR": str(folder), "METRICS_PORT": str(free_block()), **environment}
        self.settings = Settings(**{name.lower(): value for name, value in self.environment.items()})  # type: ignore[arg-type]
        self.lines: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    @property
    def door(self) -> str:
        return f"http://127.0.0.1:{self.settings.door_port}"

    @property
    def desk(self) -> str:
        return f"http://127.0.0.1:{self.settings.desk_port}"

    def start(self) -> Product:
        self.lines = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "run"],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            wait_until(self._up_or_over, START_SECONDS, "the product is up")
            assert self.said(_READY), "the start was stopped"
        except AssertionError as error:
            self.stop()
            raise AssertionError("\n".join([str(error), *self.lines]) + self.logs()) from None
        return self

    def stop(self) -> int:
        """Ctrl-C, as the operator would; gives the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(60)

    def kill(self, name: str) -> int:
        """kill -9 of one process; gives its pid."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_for_rebirth(self, name: str, old_pid: int, seconds: float = 90) -> None:
        """Until another pid runs under this name."""
        wait_until(lambda: self.pid(name) not in (0, old_pid), seconds, f"{name} is back")

    def wait_until_ready(self, name: str, seconds: float = 90) -> None:
        """Until the process answers at its readiness address."""
        url = next(process.ready for process in processes(self.settings, Path()) if process.name == name)
        wait_until(lambda: answers(url), seconds, f"{name} is ready")

    def pid(self, name: str) -> int:
        return int(self._rpc().supervisor.getProcessInfo(name)["pid"])

    def freeze(self, name: str) -> None:
        """SIGSTOP: the process is there but does not answer."""
        os.kill(self.pid(name), signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        os.kill(self.pid(name), signal.SIGCONT)

    def said(self, piece: str) -> bool:
        return any(piece in line for line in self.lines)

    def logs(self, tail: int = 40) -> str:
        found = sorted((self.settings.var_dir / "log").glob("*.log"))
        return "".join(f"\n== {path.name}\n" + "\n".join(path.read_text().splitlines()[-tail:]) for path in found)

    def _up_or_over(self) -> bool:
        assert self._process is not None
        return self.said(_READY) or self._process.poll() is not None

    def _rpc(self) -> Any:
        transport: Any = SupervisorTransport(None, None, f"unix://{control_socket(self.settings)}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)

    def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        self.lines.extend(line.rstrip() for line in iter(self._process.stdout.readline, ""))
