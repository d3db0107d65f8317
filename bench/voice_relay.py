"""The streamed telephone, for `python -m bench voice`: time from a caller's last word to the first sentence (relay)."""

from __future__ import annotations

import asyncio
from typing import Any

from bench.customer import questions, spread
from channels.simulate.call import Call
from channels.simulate.twilio import Twilio
from channels.twilio.words import say
from run.product import Product
from settings import Settings

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "token-of-the-measurement"
ENVIRONMENT = {
    "VOICE_MODE": "relay",
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_SENDER": "+815012345678",
    "TWILIO_API_BASE_URL": "http://127.0.0.1:9",  # nothing is sent
}
BUDGET_MS = 150.0  # p95, one call at a time
_WARM_UP, _EACH = 20, 10
_FILLERS = (say("voice.filler"), say("voice.filler_again"))


def measure(running: Product, turns: int = 200, parallel: tuple[int, ...] = (1, 20)) -> dict[str, Any]:
    """Of a product started with `ENVIRONMENT`: milliseconds to the first token, for so many calls at a time."""
    return asyncio.run(_measure(running, turns, parallel))


async def _measure(running: Product, turns: int, parallel: tuple[int, ...]) -> dict[str, Any]:
    texts = questions(Settings().kb_dir, _WARM_UP + turns * len(parallel))
    twilio = Twilio(ACCOUNT, TOKEN, running.door, public_url=running.settings.public_url)
    found: dict[str, Any] = {"budget_p95_ms": BUDGET_MS}
    async with twilio.running():
        await _calls(twilio, texts[:_WARM_UP], 1)
        for number, at_once in enumerate(parallel):
            begin = _WARM_UP + number * turns
            found[f"relay_{at_once}_calls"] = await _calls(twilio, texts[begin : begin + turns], at_once)
    return found


async def _calls(twilio: Twilio, texts: list[str], at_once: int) -> dict[str, Any]:
    waiting, times, fillers = list(texts), [], 0

    async def caller() -> None:
        nonlocal fillers
        while waiting:
            call = await twilio.call()
            for _ in range(min(_EACH, len(waiting))):
                if not waiting or call.state != "relay":  # handed to a person: the next call asks on
                    break
                first = await _asks(call, waiting.pop())
                times.extend([first[1] * 1000] if first else [])
                fillers += bool(first and first[0] in _FILLERS)
            await call.hang_up()

    await asyncio.gather(*(caller() for _ in range(at_once)))
    return {**spread(times), "n": len(times), "first_was_a_filler": fillers}


async def _asks(call: Call, text: str) -> tuple[str, float] | None:
    """The first token of whatever is said and its seconds, once the whole answer is there; none where the call went to
    the queue, whose webhook says it."""
    relay, heard = call.relay, len(call.heard)
    assert relay is not None
    tokens = len(relay.tokens)
    await call.say(text)
    await call.until(lambda _: call.state != "relay" or any(line not in _FILLERS for line in call.heard[heard:]), 30)
    return next((token for token in relay.tokens[tokens:] if token[0]), None)
