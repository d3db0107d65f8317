"""What an article looks like to customers, and what the check says of it, while it is being typed."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

from desk.editor_form import Values, read
from kb.check import check_article
from kb.check_article import PHRASINGS, SMS_SEGMENTS
from kb.dictionary import beside
from kb.editing import place_of
from kb.files import Loaded
from kb.problem import Problem
from kb.source import Source
from nihongo.plain import render_html
from nihongo.reading import speakable
from nihongo.sms import segments, units

_LETTERS_A_SECOND = 6.5  # of a synthetic voice reading Japanese


def preview(given: Values, kb_dir: Path) -> dict[str, Any]:
    """The three wordings as they are met, the spoken one as the telephone reads it; works for anything typed."""
    speech = speakable(given["speech"], beside(kb_dir))
    phrasings = [line for line in given["phrasings"].splitlines() if line.strip()]
    return {
        "web": render_html(given["web"]),
        "sms": {
            "text": given["sms"].strip(),
            "segments": segments(given["sms"].strip()),
            "units": units(given["sms"].strip()),
            "most": SMS_SEGMENTS,
        },
        "speech": {
            "text": speech,
            "seconds": math.ceil(len(speech) / _LETTERS_A_SECOND),
        },
        "phrasings": {"count": len(phrasings), "least": PHRASINGS},
    }


def problems(given: Values, loaded: Loaded, kb_dir: Path, today: date) -> list[Problem]:
    """What the check says of the article as typed."""
    found = read(given, Path(given["id"] or "new"))
    if not isinstance(found, Source):
        return found
    return check_article(loaded, found.article, place_of(kb_dir, loaded, found.article), today)


def shown(problem: Problem) -> dict[str, str]:
    """A problem for the page: `field` is the name of the form's field."""
    field = problem.field.removeprefix("answer.").split(".")[0]
    return {"field": field, "severity": problem.severity.value, "message": problem.message}
