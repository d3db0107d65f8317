"""Read by every Python process that has this folder in its PYTHONPATH: `time.time` runs ahead by what a file says."""

import mmap
import os
import struct
import time
from pathlib import Path


def _move(real=time.time) -> None:
    with Path(os.environ["MOVED_CLOCK"]).open("rb") as file:
        ahead = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)
    time.time = lambda: real() + struct.unpack("d", ahead[:8])[0]


if "MOVED_CLOCK" in os.environ:
    _move()
