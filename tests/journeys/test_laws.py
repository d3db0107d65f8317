"""The laws find what breaks them (they are held against real screens elsewhere)."""

from __future__ import annotations

import pytest

from handoff.sentences import say
from tests.journeys import laws
from tests.journeys.people import Screen

TAKEN, TAKEN_OVER = (("system", say("events.assigned", agent=name), "") for name in ("山田", "鈴木"))
HANDED_ON, ENDED = (("system", say(f"events.{name}"), "") for name in ("transferred", "ended"))


def screen(*lines: tuple[str, str, str]) -> Screen:
    shown = Screen()
    for seq, (speaker, text, name) in enumerate(lines, 1):
        shown.show({"seq": seq, "from": speaker, "text": text, "name": name})
    return shown


def agent(name: str) -> tuple[str, str, str]:
    return "agent", "はい。", name


BOT = ("bot", "送料は550円です。", "")


def test_each_speaks_in_their_turn() -> None:
    laws.one_voice(screen(BOT, TAKEN, agent("山田"), HANDED_ON, TAKEN_OVER, agent("鈴木"), ENDED, BOT))


@pytest.mark.parametrize(
    "lines",
    [
        (agent("山田"),),
        (TAKEN, BOT),
        (TAKEN, agent("鈴木")),
        (TAKEN, HANDED_ON, agent("山田")),
        (TAKEN, HANDED_ON, BOT),
        (TAKEN, TAKEN_OVER, agent("山田")),
        (TAKEN, ENDED, agent("山田")),
    ],
)
def test_two_voices_are_found(lines: tuple[tuple[str, str, str], ...]) -> None:
    with pytest.raises(AssertionError, match="had the talk"):
        laws.one_voice(screen(*lines))


def test_one_number_with_two_texts_is_found() -> None:
    shown = screen(BOT)
    with pytest.raises(AssertionError, match="two texts"):
        shown.show({"seq": 1, "from": "bot", "text": "別の文"})
