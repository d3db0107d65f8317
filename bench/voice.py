"""`python -m bench voice`: webhook to TwiML under parallel calls on a product of its own, and readings by a table."""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import socket
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from bench import voice_relay
from bench.customer import questions, spread
from bench.turns import product
from channels.simulate.twilio import Twilio
from nihongo.aloud import parts, pieces
from settings import Settings

ROWS = Path(__file__).with_name("voice") / "readings.yml"
ACCOUNT, TOKEN, SENDER = "AC" + "0" * 32, "token-of-the-measurement", "+815012345678"
_TURNS = 5  # questions a call
_UNHEARD = re.compile(r"[、。,.!?・「」\s]")
_UNTIL = re.compile("(?<=[日時分半曜])まで")
_MISSES_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--calls", type=int, nargs="*", default=[1, 20, 100], help="how many calls at once, each in turn"
    )
    parser.add_argument("--pause", type=float, default=2.0, help="mean seconds until a caller speaks again; 0: at once")
    parser.add_argument("--wrong", action="store_true", help="every reading that differs; no calls")


def run(args: argparse.Namespace) -> dict[str, Any]:
    if args.wrong:
        return {"readings": readings(ROWS, shown=None)}
    port = _free_port()
    own = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_SENDER": SENDER,
        "TWILIO_API_BASE_URL": f"http://127.0.0.1:{port}",
    }
    with product(**own) as (running, _):
        found = asyncio.run(_measure(running.settings.public_url, port, args.calls, args.pause))
    with product(**voice_relay.ENVIRONMENT) as (running, _):
        streamed = voice_relay.measure(running)
    return {"webhooks": found, "relay": streamed, "readings": readings(ROWS)}


async def _measure(door: str, port: int, sizes: list[int], pause: float) -> dict[str, Any]:
    twilio = Twilio(ACCOUNT, TOKEN, door, sms_number=SENDER)
    async with twilio.running(port):
        texts = questions(Settings().kb_dir, _TURNS * (sum(sizes) + 4))
        await _calls(twilio, 4, texts, 0)  # warm
        return {str(size): await _calls(twilio, size, texts[_TURNS * 4 :], pause) for size in sizes}


async def _calls(twilio: Twilio, size: int, texts: list[str], pause: float) -> dict[str, Any]:
    """All of them at once; each speaks again some time after it was answered, as people do."""
    moments = random.Random(0)

    async def one(number: int) -> tuple[list[float], float]:
        call = await twilio.call(f"+8190{number:08}")
        for text in texts[number * _TURNS : (number + 1) * _TURNS]:
            await asyncio.sleep(moments.uniform(0, 2 * pause))
            if call.state == "gathering":
                await call.say(text)
        await call.hang_up()
        return call.latencies, call.longest_silence

    made = await asyncio.gather(*(one(number) for number in range(size)))
    latencies = [seconds * 1000 for times, _ in made for seconds in times]
    return {**spread(latencies), "n": len(latencies), "longest_silence_s": round(max(quiet for _, quiet in made), 2)}


def readings(path: Path, shown: int | None = _MISSES_SHOWN) -> dict[str, Any]:
    """How many texts of a table are said as one of the accepted readings, pauses aside."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    wrong = [row for row in rows if _heard(row["text"]) not in {_bare(said) for said in row["said"]}]
    told = [{"text": row["text"], "said": heard(row["text"]), "wanted": row["said"]} for row in wrong[:shown]]
    return {"rows": len(rows), "right": len(rows) - len(wrong), "wrong": told}


def heard(text: str) -> str:
    return "".join(piece.text or piece.digits for part in parts(text).parts for piece in pieces(part))


def _heard(text: str) -> str:
    return _bare(heard(text))


def _bare(text: str) -> str:
    """Pauses aside; 9時から18時 and 9時から18時まで are both right."""
    return _UNTIL.sub("", _UNHEARD.sub("", unicodedata.normalize("NFKC", text)))


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
