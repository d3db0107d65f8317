"""The people of a journey. A Customer's screen keeps what was really shown, to be held against the VOC rows."""

from __future__ import annotations

import asyncio
import html
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp

PATIENCE = 40.0
PASSWORD = "a long pass phrase for the tests"


async def until(found: Callable[[], Any], news: asyncio.Event, what: Callable[[], str]) -> Any:
    """The first true answer of `found`, asked again at every piece of news."""

    async def look() -> Any:
        while not (answer := found()):
            news.clear()
            await news.wait()
        return answer

    try:
        return await asyncio.wait_for(look(), PATIENCE)
    except asyncio.TimeoutError:
        raise AssertionError(f"did not come: {what()}") from None


class Screen:
    """What a customer was really shown: seq → message frame, as displayed."""

    def __init__(self) -> None:
        self.screen: dict[int, dict[str, Any]] = {}
        self.conversation_id = ""

    def show(self, frame: dict[str, Any]) -> None:
        assert "command" not in json.dumps(frame), "a command left the server"
        known = self.screen.setdefault(frame["seq"], frame)
        assert known["text"] == frame["text"], "one number, two texts"

    def lines(self) -> list[dict[str, Any]]:
        return [frame for _, frame in sorted(self.screen.items())]

    def of(self, speaker: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["from"] == speaker]

    def talk(self) -> list[str]:
        return [f"{frame['seq']} {frame['from']}: {frame['text'][:60]}" for frame in self.lines()]

    def exchanges(self) -> dict[str, list[tuple[str, str]]]:
        """exchange id → (speaker, text) in the order displayed."""
        found: dict[str, list[tuple[str, str]]] = {}
        for frame in self.lines():
            found.setdefault(frame["exchange_id"], []).append((frame["from"], frame["text"]))
        return found


class Customer(Screen):
    """Somebody on the website: the widget's protocol, one socket."""

    def __init__(self, http: aiohttp.ClientSession, door: str) -> None:
        super().__init__()
        self._http, self._door = http, door
        self.states: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.acks: dict[str, int] = {}
        self.typing: list[str] = []
        self._news = asyncio.Event()
        self.token = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    async def arrive(self, **wishes: Any) -> Customer:
        """Opens (or, with resume=token, takes up) a conversation and the socket."""
        headers = {"Origin": self._door}
        async with self._http.post(f"{self._door}/api/web/sessions", json=wishes, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            session = await answer.json()
        self.conversation_id, self.token = session["conversation_id"], session["token"]
        await self.connect()
        return self

    async def connect(self) -> None:
        since = max(self.screen, default=0)
        self._socket = await self._http.ws_connect(f"{self._door}/api/web/socket", headers={"Origin": self._door})
        await self._socket.send_json({"type": "hello", "v": 1, "token": self.token, "since": since})
        self._reader = asyncio.create_task(self._read(self._socket))

    async def reload(self) -> None:
        """The page is loaded anew: the screen is empty until the server shows it again."""
        await self.leave()
        self.screen.clear()
        await self.arrive(resume=self.token)

    async def leave(self) -> None:
        if self._socket:
            await self._socket.close()
        if self._reader:
            await asyncio.gather(self._reader, return_exceptions=True)

    async def say(self, text: str) -> str:
        """Sends a message and waits for its ack; gives its id."""
        return await self._send({"type": "message", "text": text})

    async def over(self) -> None:
        await self._until(lambda: any(state.get("over") for state in self.states), "the end of the talk")

    async def choose(self, title: str) -> str:
        """Presses the newest button with this title, once it is there."""

        def offered() -> str | None:
            newest = sorted(self.screen, reverse=True)
            choices = [choice for seq in newest for choice in self.screen[seq]["choices"]]
            return next((choice["payload"] for choice in choices if title in choice["title"]), None)

        payload = await self._until(offered, f"a button {title!r}")
        return await self._send({"type": "choice", "payload": payload})

    async def shown(self, piece: str, speaker: str | None = None, after: int = 0) -> dict[str, Any]:
        """Waits until a line with this piece is on the screen; gives its frame."""

        def found() -> dict[str, Any] | None:
            for seq, frame in sorted(self.screen.items()):
                if seq > after and piece in frame["text"] and speaker in (None, frame["from"]):
                    return frame
            return None

        return await self._until(found, f"{piece!r} from {speaker}")

    async def answered(self, message_id: str) -> dict[str, Any]:
        """Waits for a word of bot or system in the exchange of this message."""

        def found() -> dict[str, Any] | None:
            for _, frame in sorted(self.screen.items()):
                if frame["exchange_id"] == message_id and frame["from"] != "customer":
                    return frame
            return None

        return await self._until(found, f"an answer to {message_id}")

    async def talking_to(self, whom: str) -> dict[str, Any]:
        return await self._until(
            lambda: next((s for s in self.states[-1:] if s["talking_to"] == whom), None), f"talking to {whom}"
        )

    async def _send(self, frame: dict[str, Any]) -> str:
        message_id = str(uuid.uuid4())
        assert self._socket is not None
        await self._socket.send_json({**frame, "id": message_id})
        await self._until(lambda: message_id in self.acks, f"ack of {frame}")
        return message_id

    async def _until(self, found: Callable[[], Any], what: str) -> Any:
        return await until(found, self._news, lambda: f"{what}; screen: {self.talk()} errors: {self.errors}")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frame = json.loads(message.data)
            kind = frame["type"]
            if kind == "message":
                self.show(frame)
            elif kind == "state":
                self.states.append(frame)
            elif kind == "ack":
                self.acks[frame["id"]] = frame["seq"]
            elif kind == "error":
                self.errors.append(frame)
            elif kind == "typing":
                self.typing.append(frame["from"])
            self._news.set()


class Agent:
    """A member of staff at the desk: the page's own forms and socket."""

    def __init__(self, desk: str, name: str, display_name: str) -> None:
        self._desk, self.name, self.display_name = desk, name, display_name
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Origin": desk})
        self.words: list[dict[str, Any]] = []
        self.acks: dict[str, int] = {}
        self.refusals: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    async def sign_in(self, password: str) -> Agent:
        async with self.http.post(f"{self._desk}/login", data={"name": self.name, "password": password}) as answer:
            assert answer.status == 200 and "/login" not in str(answer.url), await answer.text()
        return self

    async def press(self, path: str, **fields: str) -> tuple[int, str]:
        """Sends a form of the page `/inbox` with its token; gives the status and the page that follows."""
        async with self.http.get(f"{self._desk}/inbox") as page:
            token = re.search(r'name="csrf" (?:content|value)="([^"]+)"', await page.text())
        assert token, "no token on the page"
        async with self.http.post(f"{self._desk}{path}", data={"csrf": token[1], **fields}) as answer:
            return answer.status, await answer.text()

    async def read(self, number: str) -> str:
        """The ticket's page."""
        async with self.http.get(f"{self._desk}/inbox/{number}") as page:
            assert page.status == 200
            return await page.text()

    async def claim(self, number: str) -> str:
        return (await self.press(f"/inbox/{number}/claim"))[1]

    async def open(self, number: str) -> Agent:
        """Opens the talk's page: transcript and live words."""
        self._socket = await self.http.ws_connect(f"{self._desk}/inbox/socket?ticket={number}")
        self._reader = asyncio.create_task(self._read(self._socket))
        return self

    async def say(self, text: str, said_id: str | None = None) -> str:
        said_id = said_id or str(uuid.uuid4())
        assert self._socket is not None
        await self._socket.send_json({"type": "say", "id": said_id, "text": text})
        await self._until(lambda: said_id in self.acks, f"ack of {text!r}; refused: {self.refusals}")
        return said_id

    async def reads(self, piece: str) -> dict[str, Any]:
        return await self._until(
            lambda: next((w for w in self.words if piece in w.get("text", "")), None), f"{piece!r} at the desk"
        )

    async def leave(self) -> None:
        if self._socket:
            await self._socket.close()
        if self._reader:
            await asyncio.gather(self._reader, return_exceptions=True)
        await self.http.close()

    async def _until(self, found: Callable[[], Any], what: str) -> Any:
        return await until(found, self._news, lambda: f"{what}; words: {self.words[-5:]} refused: {self.refusals}")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frame = json.loads(message.data)
            if frame["type"] == "word":
                self.words.append(frame)
            elif frame["type"] == "ack":
                self.acks[frame["id"]] = frame["seq"]
            elif frame["type"] == "error":
                self.refusals.append(frame)
            self._news.set()


def summary_of(page: str) -> dict[str, str]:
    """The three lines beside a talk, by their names."""
    found = re.search(r'<section class="summary">.*?<dl>(.*?)</dl>', page, re.DOTALL)
    assert found, "no summary"
    return {name: html.unescape(text) for name, text in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", found[1])}
