"""The widget as the one file that pages load: the modules of `manifest`, in that order, inside one function."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[a-z]+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(async )?(function|class|const)\b)", re.MULTILINE)
_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
_INDENT = re.compile(r"^[ ]+|\n(?=\n)", re.MULTILINE)


@cache
def bundle() -> bytes:
    """What `GET /widget.js` answers."""
    names = (HERE / "manifest").read_text().split()
    parts = [_module((HERE / name).read_text()) for name in names]
    return ('(() => {\n"use strict";\n' + "".join(parts) + "})();\n").encode()


@cache
def etag() -> str:
    """Strong ETag of the bundle, with its quotes."""
    return f'"{hashlib.sha256(bundle()).hexdigest()[:20]}"'


def _module(source: str) -> str:
    """One module without its imports, exports, comment lines and indentation (no module has multi-line text)."""
    for pattern in (_IMPORT, _EXPORT, _COMMENT, _INDENT):
        source = pattern.sub("", source)
    return source
