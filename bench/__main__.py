"""`python -m bench <subject>`: measures what we promise; `--json`: one JSON object on stdout, all else on stderr."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import bench


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="subject")
    wanted = (arguments if arguments is not None else sys.argv[1:])[:1]
    for name in subjects():
        # Only the one that is asked for is imported: each brings what it measures.
        module = load(name) if wanted in ([name], ["-h"], ["--help"]) else None
        command = commands.add_parser(name, help=(module.__doc__ or "").split("\n")[0] if module else None)
        command.add_argument("--json", action="store_true", help="one JSON object on stdout")
        if module:
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    asked = parser.parse_args(arguments)
    found = asked.run(asked)
    print(json.dumps(found, ensure_ascii=False, indent=None if asked.json else 2))
    return 0


def subjects() -> list[str]:
    """Modules of this room that measure something."""
    names = (module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
    return [name for name in names if "def add_arguments(" in _source(name)]


def load(name: str) -> ModuleType:
    return importlib.import_module(f"bench.{name}")


def _source(name: str) -> str:
    return Path(bench.__file__).with_name(f"{name}.py").read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
