"""The stand-in for Twilio: one object for a test or the terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from aiohttp import web

from channels.simulate import twiml
from channels.simulate.call import Call
from channels.simulate.messages import Messages, Sent
from channels.simulate.numbers import ANONYMOUS, geography, new_sid
from channels.simulate.recordings import Recordings
from channels.simulate.refusals import Refusal, Refused
from channels.simulate.rest import Api, Failure
from channels.simulate.segments import segments
from channels.simulate.signing import Answer, Forgery, Params, Webhooks
from channels.simulate.switchboard import Switchboard
from tasks import end

_STOP = {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}
_START = {"START", "YES", "UNSTOP"}


@dataclass(frozen=True)
class Reply:
    """What a text message was answered with: the texts of <Message>, in order."""

    status: int
    body: bytes
    messages: list[str]


class Twilio:
    """Twilio on loopback; see channels/simulate for its parts: `api`, `texts`, `board`, `webhooks`, `recordings`."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        door_url: str,
        sms_number: str = "+15005550006",
        voice_number: str = "+815031234567",
        public_url: str | None = None,
    ) -> None:
        self.account_sid, self.sms_number, self.voice_number = account_sid, sms_number, voice_number
        self.url, self.sms_path, self.shown = "", "/twilio/sms", 0
        self.webhooks = Webhooks(auth_token, door_url, public_url or door_url)
        self.recordings = Recordings(account_sid)
        numbers = {sms_number, voice_number}
        self.board = Switchboard(account_sid, numbers, self.webhooks, self.recordings)
        self.texts = Messages(account_sid, {sms_number}, self.webhooks, self.board.spawn, self.board.changed)
        self.api = Api(account_sid, auth_token, self.texts, self.board, self.recordings)
        self.until = self.board.until
        self.report, self.deliver = self.texts.report, self.texts.deliver

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[Twilio]:
        """Listens on 127.0.0.1; what went wrong in the background and was not asked for is raised at the end."""
        runner = web.AppRunner(self.api.app(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self.url = self.recordings.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        await self.webhooks.open()
        try:
            yield self
            self.board.raise_errors()
        finally:
            self.api.close()
            await end(*self.board.tasks)
            await self.webhooks.close()
            await runner.cleanup()

    # What the test sees and sets.
    @property
    def sent(self) -> list[Sent]:
        return self.texts.sent

    @property
    def refused(self) -> list[Refused]:
        return self.api.refused

    @property
    def opted_out(self) -> set[str]:
        return self.texts.opted_out

    @property
    def landlines(self) -> set[str]:
        return self.texts.landlines

    @property
    def calls(self) -> list[Call]:
        return self.board.calls

    @property
    def errors(self) -> list[BaseException]:
        return self.board.errors

    @property
    def auto_report(self) -> bool:
        return self.texts.auto_report

    @auto_report.setter
    def auto_report(self, value: bool) -> None:
        self.texts.auto_report = value

    def fail_next(self, times: int, how: Failure) -> None:
        """The next REST requests fail: an HTTP status, `hang`, `drop` or `drop_after_accepting`."""
        self.api.failures.extend([how] * times)

    # Text messages.
    async def text(
        self,
        body: str,
        sender: str = "+819012345678",
        *,
        sid: str | None = None,
        tampered: bool = False,
        token: str | None = None,
        scheme_swap: bool = False,
        unsigned: bool = False,
        media: int = 0,
        **extra: str,
    ) -> Reply:
        """Somebody sends a text to our number. The same sid again is a duplicate."""
        params = self.text_fields(body, sender, sid or new_sid("SM"), media) | extra
        self._obey(body, sender)
        forgery = Forgery(tampered, token, scheme_swap, unsigned)
        url = self.webhooks.at_door(self.sms_path)
        answer = await self.webhooks.send(url, params, forgery=forgery, token=params["MessageSid"])
        if answer.status >= 300:
            return Reply(answer.status, answer.body, [])
        return Reply(answer.status, answer.body, self._replies(twiml.sms(answer), sender))

    def text_fields(self, body: str, sender: str, sid: str, media: int = 0) -> Params:
        """The form of an incoming text, as Twilio posts it."""
        own = {
            "ToCountry": "JP",
            "SmsMessageSid": sid,
            "NumMedia": str(media),
            "SmsSid": sid,
            "SmsStatus": "received",
            "Body": body,
            "To": self.sms_number,
            "NumSegments": str(max(1, segments(body))),
            "MessageSid": sid,
            "AccountSid": self.account_sid,
            "From": sender,
            "ApiVersion": "2010-04-01",
        }
        address = f"https://api.twilio.com/2010-04-01/Accounts/{self.account_sid}/Messages/{sid}/Media"
        pictures = {f"MediaUrl{n}": f"{address}/{new_sid('ME')}" for n in range(media)}
        kinds = {f"MediaContentType{n}": "image/jpeg" for n in range(media)}
        return geography("To", "From") | own | pictures | kinds

    def _obey(self, body: str, sender: str) -> None:
        """Twilio itself obeys the English words on a long code, and posts the message all the same."""
        word = body.strip().upper()
        if word in _STOP:
            self.opted_out.add(sender)
        elif word in _START:
            self.opted_out.discard(sender)

    def _replies(self, document: Element, sender: str) -> list[str]:
        found = []
        for message in document.iter("Message"):
            body = message.find("Body")
            text = ((body.text if body is not None else message.text) or "").strip()
            found.append(text)
            self._reply(message, text, sender)
        return found

    def _reply(self, message: Element, text: str, sender: str) -> None:
        callback = message.get("action") or message.get("statusCallback") or ""
        address = self.webhooks.absolute(callback, self.webhooks.at_door(self.sms_path)) if callback else ""
        params = {"To": message.get("to") or sender, "From": self.sms_number, "Body": text, "StatusCallback": address}
        try:
            self.texts.accept(params, "outbound-reply")
        except Refusal as refusal:
            self.refused.append(Refused(refusal.code, refusal.status, refusal.message, params))

    async def out_of_order(self, sent: Sent) -> list[Answer]:
        """The word that it arrived comes before the word that it left, and once more."""
        answers = await self.report(sent, "delivered")
        answers += await self.report(sent, "sent")
        sent.status = "delivered"
        return answers

    async def deliver_all(self) -> None:
        for sent in self.sent:
            if sent.status == "queued" and sent.status_callback:
                await self.deliver(sent)

    # Calls.
    async def call(
        self,
        sender: str = "+819012345678",
        *,
        tampered: bool = False,
        token: str | None = None,
        scheme_swap: bool = False,
        unsigned: bool = False,
        **extra: str,
    ) -> Call:
        """Somebody calls our number and listens until the bot does."""
        number = ANONYMOUS if sender == "anonymous" else sender
        forgery = Forgery(tampered, token, scheme_swap, unsigned)
        call = Call(self.board, number, self.voice_number, extra=extra, forgery=forgery)
        await self.board.ring(call)
        return call

    async def next_call(self, seconds: float = 10.0) -> Call:
        """The telephone that rings because of the product, as soon as one does."""

        def ringing() -> list[Call]:
            return [call for call in self.calls if call.state == "ringing"]

        await self.until(ringing, seconds)
        return ringing()[0]

    async def next_text(self, after: int = 0, seconds: float = 10.0) -> Sent:
        """The message that the product sends after the first `after` ones."""
        await self.until(lambda: len(self.sent) > after, seconds)
        return self.sent[after]

    async def again(self) -> Answer:
        """The last webhook once more: a duplicate."""
        return await self.webhooks.again()

    async def post(self, path: str, params: Params, forgery: Forgery | None = None, **more: Any) -> Answer:
        """Any webhook at the door, right or forged."""
        return await self.webhooks.send(self.webhooks.at_door(path), params, forgery=forgery or Forgery(), **more)
