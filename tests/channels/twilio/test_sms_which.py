"""はい to several choices: asked again, by number; where yes says which, it is taken."""

from __future__ import annotations

from typing import Any

import pytest

from channels.simulate.twilio import Twilio
from conversation.words import Choice
from tests.channels.staging import SOLVED, Connector
from tests.channels.twilio.texting import NAME, got

pytestmark = pytest.mark.usefixtures("release")
FEE = Choice("送料はいくらですか？", '/choose_article{"article_id": "shipping-fee"}', "shipping-fee")
DAYS = Choice("何日で届きますか？", '/choose_article{"article_id": "delivery-days"}', "delivery-days")
NONE, PERSON, FINE = (
    Choice("どれでもない", "/none"),
    Choice("担当者と話す", "/request_agent"),
    Choice("大丈夫です", "/deny"),
)
NUMBERED = "1 送料はいくらですか？\n2 何日で届きますか？\n3 どれでもない"


def offering(connector: Connector, *choices: Choice) -> None:
    """Whatever is asked, the bot offers these; and it says so of a button."""

    async def play(rasa: Connector, turn: dict[str, Any]) -> None:
        if turn["command"]:
            await rasa.say(turn, f"{turn['command']}です。")
        else:
            await rasa.say(turn, f"「{turn['text']}」ですね。", "どうなさいますか？", choices=choices)

    connector.play = play


@pytest.mark.parametrize("yes", ["はい", "ハイ。", "お願いします", "はい、お願いします"])
async def test_a_yes_to_several_is_asked_which(twilio: Twilio, connector: Connector, yes: str) -> None:
    offering(connector, FEE, DAYS, NONE)
    await twilio.text("送料について")
    await got(twilio, 1)
    await twilio.text(yes)
    again = (await got(twilio, 2))[1]
    assert again.startswith(f"{NAME}恐れ入りますが") and "番号でご返信ください" in again and again.endswith(NUMBERED)
    await twilio.text("２")
    assert "delivery-days" in (await got(twilio, 3))[2]
    assert [turn["command"] for turn in connector.turns] == [None, DAYS.command]


async def test_it_is_asked_again_as_often_as_need_be(twilio: Twilio, connector: Connector) -> None:
    offering(connector, FEE, DAYS, NONE)
    await twilio.text("送料について")
    for count in (2, 3):
        await got(twilio, count - 1)
        await twilio.text("はい")
        assert (await got(twilio, count))[-1].endswith(NUMBERED)


@pytest.mark.parametrize("choices", [SOLVED, (PERSON,), (FEE, PERSON, FINE), ()])
async def test_a_yes_that_says_enough_goes_to_the_bot(
    twilio: Twilio, connector: Connector, choices: tuple[Choice, ...]
) -> None:
    offering(connector, *choices)
    await twilio.text("送料について")
    await got(twilio, 1)
    await twilio.text("はい")
    assert "番号でご返信" not in (await got(twilio, 2))[1]
    assert len(connector.turns) == 2


async def test_another_question_is_a_question(twilio: Twilio, connector: Connector) -> None:
    offering(connector, FEE, DAYS, NONE)
    await twilio.text("送料について")
    await got(twilio, 1)
    await twilio.text("はい、返品したいです")
    assert "返品したい" in (await got(twilio, 2))[1]
