"""The stand-in against Twilio's own description of its API, as the installed SDK (made from it) knows it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallContext, CallInstance, CallList
from twilio.rest.api.v2010.account.message import MessageInstance, MessageList
from twilio.rest.api.v2010.account.recording import RecordingContext, RecordingInstance

from channels.simulate import fields
from channels.simulate.twilio import Twilio
from tests.channels.simulate.door import ACCOUNT, TOKEN, Door, asked

MOBILE, SMS = "+819012345678", "+15005550006"
OURS = Path(__file__).parents[3] / "channels" / "twilio"
SENT_BY_US = {
    ("messages", "create_async"): (MessageList.create_async, fields.SEND),
    ("messages", "list_async"): (MessageList.list_async, fields.LIST),
    ("calls", "create_async"): (CallList.create_async, fields.PLACE),
    ("calls", "update_async"): (CallContext.update_async, fields.CHANGE),
    ("recordings", "delete_async"): (RecordingContext.delete_async, fields.Fields(frozenset(), frozenset())),
}


class Caught(HttpClient):  # type: ignore[misc]
    """Keeps what the SDK would send."""

    def __init__(self) -> None:
        self.sent: set[str] = set()

    def request(self, method: str, url: str, params: Any = None, data: Any = None, *_: Any, **__: Any) -> Response:
        self.sent = set(params or data)
        return Response(200 if method == "GET" else 201, '{"messages": []}')


class Read(dict[str, Any]):
    """A resource that notes what the SDK reads of it."""

    def __init__(self, resource: dict[str, Any]) -> None:
        super().__init__(resource)
        self.read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        return super().get(key, default)


def with_all(method: Callable[..., Any]) -> Any:
    names = set(inspect.signature(method).parameters) - {"self", "limit", "page_size"}
    return method(**dict.fromkeys(names, "x"))


@pytest.mark.parametrize(
    ("allowed", "method"),
    [
        (fields.SEND, lambda client: client.messages.create),
        (fields.PLACE, lambda client: client.calls.create),
        (fields.CHANGE, lambda client: client.calls("CA1").update),
    ],
)
def test_the_fields_known_are_those_that_the_sdk_sends(allowed: fields.Fields, method: Callable[[Client], Any]) -> None:
    caught = Caught()
    with_all(method(Client(ACCOUNT, TOKEN, http_client=caught)))
    assert caught.sent == allowed.known and allowed.heeded < allowed.known


def test_the_filters_known_are_those_that_the_sdk_sends() -> None:
    caught = Caught()
    messages = Client(ACCOUNT, TOKEN, http_client=caught).messages
    messages.page(**dict.fromkeys(set(inspect.signature(messages.page).parameters), "x"))
    assert caught.sent == fields.LIST.known == fields.LIST.heeded


def chain(call: ast.Call) -> list[str]:
    """The names on the way to what is called: self.twilio.calls(sid).update_async → update_async, calls, …"""
    names, node = [], call.func
    while isinstance(node, (ast.Attribute, ast.Call)):
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return names or [""]


def asks_twilio(names: list[str]) -> bool:
    verbs = {"create", "update", "list", "stream", "fetch", "delete"}
    return names[0].removesuffix("_async") in verbs and names[1:2] in (["messages"], ["calls"], ["recordings"])


def test_what_the_door_sends_is_real_and_played() -> None:
    seen = set()
    for file in OURS.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and asks_twilio(names := chain(call)):
                method, allowed = SENT_BY_US[names[1], names[0]]
                given = {str(keyword.arg) for keyword in call.keywords}
                assert given <= set(inspect.signature(method).parameters), file
                assert {fields.field(key) for key in given - {"limit"}} <= allowed.heeded, file
                seen.add((names[1], names[0]))
    assert seen == set(SENT_BY_US)


async def test_resources_have_the_fields_that_the_sdk_reads(twilio: Twilio, door: Door, client: Client) -> None:
    door.says("voice", "<Record/>")
    call = await twilio.call()
    await call.record()
    await client.messages.create_async(to=MOBILE, from_=SMS, body="あ")
    kept = next(iter(twilio.recordings.kept))
    for path, kind in (
        (f"Messages/{twilio.sent[0].sid}.json", MessageInstance),
        (f"Calls/{call.sid}.json", CallInstance),
        (f"Recordings/{kept}.json", RecordingInstance),
    ):
        resource = Read(await asked(client, "GET", path))
        kind(client.api.v2010, resource, ACCOUNT)
        assert resource.read == set(resource) and resource["uri"].endswith(path)
        numbers = {name for name, value in resource.items() if isinstance(value, (int, float))}
        assert numbers <= {"channels", "error_code"}  # all others are strings, the counts too
