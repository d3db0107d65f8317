"""`python -m channels.simulate call|sms`: phone the bot or write to it from a terminal."""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import dataclass

from channels.simulate.terminal import Lines, e164, phone, words, write
from channels.simulate.twilio import Twilio
from settings import read

PORT = 9180
"""The product finds us by TWILIO_API_BASE_URL=http://127.0.0.1:9180."""


@dataclass(frozen=True)
class Account:
    """What the product and its Twilio share."""

    sid: str
    token: str
    url: str
    public_url: str


def main(arguments: list[str] | None = None) -> None:
    settings = read()
    local = f"http://localhost:{settings.door_port}"
    given = asked(arguments, local, settings.public_url or local)
    sid, token = settings.twilio_account_sid, settings.twilio_auth_token
    if not sid or not token:
        sys.exit(words("problem.account"))
    try:
        asyncio.run(simulate(given, Account(sid, token, given.url, given.public_url)))
    except OSError:
        sys.exit(words("problem.port", port=PORT))
    except KeyboardInterrupt:
        sys.exit(0)


async def simulate(given: argparse.Namespace, account: Account, port: int = PORT) -> None:
    """Runs until the call is over or nothing more is typed."""
    numbers = {"sms_number": given.number, "voice_number": given.number}
    twilio = Twilio(account.sid, account.token, account.url, public_url=account.public_url, **numbers)
    twilio.board.pace = given.pace
    lines = Lines()
    async with twilio.running(port):
        lines.read(sys.stdin)
        talk = phone if given.what == "call" else write
        await talk(twilio, e164(given.sender), lines, _show)
        twilio.errors.clear()  # they were shown


def _show(line: str) -> None:
    print(line, flush=True)


def asked(arguments: list[str] | None, local: str, public: str) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        "python -m channels.simulate",
        description=words("help.about"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=("call", "sms"), help=f"call: {words('help.call')} / sms: {words('help.sms')}")
    parser.add_argument("--from", dest="sender", default="090-1234-5678", help=words("help.from"))
    parser.add_argument("--url", default=local, help=words("help.url"))
    parser.add_argument("--public-url", default=public, help=words("help.public_url"))
    parser.add_argument("--number", default="+815031234567", help=words("help.number"))
    parser.add_argument("--pace", type=float, default=0.1, help=words("help.pace"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
