"""`make fuzz`: coverage-guided texts (atheris) through what reads customers' words; one reader a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

READERS = ("normalise", "mask", "questions", "complexity", "tokens", "encoders")
ROOT = Path(__file__).resolve().parents[2]


def main(seconds: int, readers: tuple[str, ...]) -> int:
    """Each reader for `seconds`; 1 when any broke, with its text in var/fuzz/."""
    failed = []
    for reader in readers:
        found = ROOT / "var" / "fuzz" / reader
        (found / "corpus").mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.fuzz.target", reader, str(found / "corpus")]
        options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=5", "-rss_limit_mb=4096"]
        options += [f"-artifact_prefix={found}/", "-verbosity=0", "-print_final_stats=1"]
        print(f"fuzz {reader}: {seconds} s", flush=True)
        if subprocess.run([*command, *options], cwd=ROOT, check=False).returncode:
            failed.append(reader)
    print(f"broke: {', '.join(failed)} (texts in var/fuzz/)" if failed else "nothing broke")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), tuple(sys.argv[2:]) or READERS))
