"""Lists as Twilio's API gives them: page by page, each with the address of the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yarl import URL

from channels.simulate.messages import Sent
from channels.simulate.refusals import Refusal

_LONGEST = 1000
_ISO = "%Y-%m-%dT%H:%M:%SZ"


def page(name: str, found: list[dict[str, Any]], url: URL) -> dict[str, Any]:
    """The page that the address asks for. The token tells where it begins; its number is only repeated."""
    size, number = _number(url, "PageSize", 50, 1, _LONGEST), _number(url, "Page", 0, 0)
    start = _after(found, url.query.get("PageToken", ""))
    shown = found[start : start + size]
    more = start + size < len(found)
    before = found[max(0, start - size) - 1]["sid"] if start > size else ""
    return {
        name: shown,
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(shown) - 1),
        "uri": str(url),
        "first_page_uri": _address(url, size, 0),
        "next_page_uri": _address(url, size, number + 1, shown[-1]["sid"]) if more else None,
        "previous_page_uri": _address(url, size, max(0, number - 1), before) if start else None,
    }


def _number(url: URL, name: str, usual: int, least: int, most: int | None = None) -> int:
    text = url.query.get(name, str(usual))
    if not text.isdecimal() or int(text) < least or (most and int(text) > most):
        raise Refusal(400, 20001, f"{name} {text} is not valid")
    return int(text)


def _after(found: list[dict[str, Any]], token: str) -> int:
    """Where the page begins: behind the one that the token names."""
    if not token:
        return 0
    for at, one in enumerate(found):
        if token == f"PA{one['sid']}":
            return at + 1
    raise Refusal(400, 20001, f"PageToken {token} is not valid")


def _address(url: URL, size: int, number: int, after: str = "") -> str:
    token = {"PageToken": f"PA{after}"} if after else {}
    kept = {name: value for name, value in url.query.items() if name != "PageToken"}
    return str(url.with_query(kept | {"PageSize": str(size), "Page": str(number)} | token))


def asked_for(sent: Sent, query: Mapping[str, str]) -> bool:
    """Whether a message is among those that a list's filters let pass; one that has not left has no date to pass by."""
    if query.get("To", sent.to) != sent.to or query.get("From", sent.sender) != sent.sender:
        return False
    dates = {sign: query[f"DateSent{sign}"] for sign in ("", "<", ">") if f"DateSent{sign}" in query}
    return not dates or (sent.left is not None and all(_passes(sent.left, *date) for date in dates.items()))


def _passes(left: datetime, sign: str, asked: str) -> bool:
    """Without a sign a day is asked for, whatever its hour. The API knows seconds, no parts of them."""
    text = left.strftime(_ISO)[: 10 if not sign else len(asked)]
    return text == asked[:10] if not sign else text <= asked if sign == "<" else text >= asked
