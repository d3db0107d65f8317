"""The dictionary of readings that editors keep beside their articles: where it lies, what is wrong in it."""

from __future__ import annotations

from pathlib import Path

from kb.problem import Problem, Severity, reason, say
from nihongo.readings import faults, section_names


def beside(kb_dir: Path) -> Path:
    """`kb/articles` → `kb/readings.yml`; it need not be there."""
    return kb_dir.parent / "readings.yml"


def problems(file: Path) -> list[Problem]:
    """What the telephone leaves out of it. Nothing of it stops anything: our own readings are used then."""
    known = "、".join(section_names())
    return [
        Problem(
            file,
            fault.line,
            Severity.WARNING,
            say("readings", fault=say(fault.code, name=fault.name, detail=reason(fault.detail), known=known)),
            fault.code,
        )
        for fault in faults(file)
    ]
