"""`python -m bot try "送料はいくら？"`: what the bot makes of a sentence, for editors and the curious."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from bot.language.client import LanguageAway, ask_once
from bot.language.understanding import Understanding
from nihongo.japan_time import today
from settings import Settings, read

LABELS = Path(__file__).with_name("labels.yml")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    trying = commands.add_parser("try", help="show decision, reason, best articles and time")
    trying.add_argument("text", help="what a customer says")
    trying.add_argument("--files", action="store_true", help="ask the article files, not what is live")
    trying.set_defaults(run=_try)
    asked = parser.parse_args(arguments)
    return int(asked.run(read(), asked))


def _try(settings: Settings, asked: argparse.Namespace) -> int:
    labels = yaml.safe_load(LABELS.read_text(encoding="utf-8"))
    start = time.perf_counter()
    found = None if asked.files else _from_process(settings, asked.text)
    if found is None:
        print(labels["from_files"], file=sys.stderr)
        found = _from_files(settings, asked.text)
    for line in lines(found, (time.perf_counter() - start) * 1000, labels):
        print(line)
    return 0


def lines(found: Understanding, ms: float, labels: dict[str, Any]) -> list[str]:
    """The Understanding as an editor reads it."""
    decision = labels["decisions"][found.decision.value]
    said = [
        f"{labels['decision']}: {decision}  ({found.intent}, {labels['confidence']} {found.confidence:.2f})",
        f"{labels['reason']}: {labels['reasons'].get(found.reason, found.reason)} {'・'.join(found.evidence)}"
        if found.reason
        else "",
        f"{labels['matter']}: {found.matter}" if found.matter else "",
        f"{labels['abuse']}: {found.abuse} {'・'.join(found.abuse_words)}".rstrip() if found.abusive else "",
        f"{labels['candidates']}:" if found.candidates else "",
    ]
    for place, one in enumerate(found.candidates, 1):
        scope = labels["scopes"][one.scope]
        said.append(
            f"  {place}. {one.probability:.2f}  {one.score:+.2f}  {one.title}  [{one.article_id}] {scope}".rstrip()
        )
    parts = "  ".join(f"{name} {spent:.1f}" for name, spent in found.ms.items())
    said.append(f"{labels['time']}: {sum(found.ms.values()):.1f} ms  ({parts})  {labels['whole']} {ms:.0f} ms")
    said.append(
        f"{labels['release']}: {found.release or labels['no_release']}" + (labels["reduced"] if found.reduced else "")
    )
    return [line for line in said if line]


def _from_process(settings: Settings, text: str) -> Understanding | None:
    """What the running language process says; nothing when it is away or has no release."""
    try:
        found = Understanding.from_dict(ask_once(settings.language_socket, "understand", text=text, context={}))
    except LanguageAway:
        return None
    return found if found.release else None


def _from_files(settings: Settings, text: str) -> Understanding:
    from bot.language.local import understand_files  # loads GiNZA and the encoders: only when needed

    return asyncio.run(understand_files(text, settings.kb_dir, settings.var_dir, today()))


if __name__ == "__main__":
    sys.exit(main())
