"""Real processes on a small VAR_DIR: nothing outlives `run`, whoever is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from run import lock, program
from run.product import wait_until
from run.remains import end_remains
from run.supervisor import _listened
from settings import ROOT

# A `run` of two programs: `polite` leaves a note when it is asked to end, as Redis saves its last words.
RUN = """
import sys, time
from pathlib import Path
from run.processes import Process, control_socket, supervisor_config
from run.supervisor import Supervisor
from settings import Settings

folder = Path(sys.argv[1])
settings = Settings(_env_file=None, var_dir=folder)
polite = f"trap 'echo saved > {folder}/note; exit' TERM; echo $$ > {folder}/polite.pid; while :; do sleep 0.05; done"
plain = f"echo $$ > {folder}/plain.pid; exec sleep 600"
programs = [Process("polite", ["/bin/sh", "-c", polite]), Process("plain", ["/bin/sh", "-c", plain])]
supervisor = Supervisor(supervisor_config(settings, programs), folder, control_socket(settings), print)
for program in programs:
    supervisor.start(program.name)
time.sleep(600)
"""


def lives(pid: int) -> bool:
    """Whether this process runs (one that is dead but not yet buried does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Run:
    """The small run above, as a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen([sys.executable, "-c", RUN, str(folder)], cwd=ROOT)
        wait_until(lambda: all(self.pid(name) for name in ("supervisord", "polite", "plain")))

    def pid(self, name: str) -> int:
        try:
            return int((self.folder / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return 0

    @property
    def pids(self) -> list[int]:
        return [self.pid(name) for name in ("supervisord", "polite", "plain")]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    made = Run(tmp_path)
    pids = made.pids
    yield made
    made.process.kill()
    made.process.wait()
    for pid in filter(lives, pids):
        os.kill(pid, signal.SIGKILL)


def test_a_socket_without_a_listener_is_no_sign_of_life(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    assert not _listened(path)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))
        assert path.exists() and not _listened(path)
        bound.listen()
        assert _listened(path)


def test_nothing_outlives_a_killed_run(run: Run) -> None:
    pids = run.pids
    run.process.kill()
    wait_until(lambda: not any(map(lives, pids)))
    assert (run.folder / "note").read_text() == "saved\n"


def test_programs_end_with_a_killed_supervisor(run: Run) -> None:
    pids = run.pids
    os.kill(run.pid("supervisord"), signal.SIGKILL)
    wait_until(lambda: not any(map(lives, pids)))
    assert (run.folder / "note").read_text() == "saved\n"


@pytest.mark.slow
def test_the_next_start_ends_what_is_left_gracefully(run: Run) -> None:
    pids, told = run.pids, []
    end_remains(run.folder, told.extend)
    assert told == ["plain", "polite", "supervisord"]
    wait_until(lambda: not any(map(lives, pids)))  # init may take a moment to bury them
    assert (run.folder / "note").read_text() == "saved\n"
    end_remains(run.folder, lambda names: pytest.fail(f"still there: {names}"))


def test_what_does_not_listen_is_killed_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("run.remains.PATIENCE_SECONDS", 0.1)
    deaf = ["/bin/sh", "-c", f"trap '' TERM; touch {tmp_path}/deaf; while :; do sleep 0.05; done"]
    line = program.command(lock.folder(tmp_path) / "deaf", deaf)
    with subprocess.Popen(line, cwd=ROOT, start_new_session=True) as process:
        wait_until((tmp_path / "deaf").exists)
        end_remains(tmp_path, lambda _names: None)
        assert process.wait(10) == -signal.SIGKILL


def test_one_run_a_folder(tmp_path: Path) -> None:
    hold = "import sys, time; from pathlib import Path; from run.lock import only_run\n"
    hold += "with only_run(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    first = subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None and first.stdout.readline() == "held\n"
    with pytest.raises(lock.AlreadyRunning) as refused, lock.only_run(tmp_path):
        pytest.fail("a second one")
    assert refused.value.pid == first.pid
    first.kill()
    first.wait()
    with lock.only_run(tmp_path):
        assert lock.living(tmp_path) == {}
