"""Text messages: those that the product sent, and what Twilio reports of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any

from channels.simulate.fields import MESSAGE_STATUSES
from channels.simulate.numbers import alphanumeric, new_sid, takes_no_texts, valid
from channels.simulate.refusals import Refusal
from channels.simulate.segments import segments
from channels.simulate.signing import Answer, Params, Webhooks

LONGEST = 1600
_NOT_YET = {"queued", "accepted", "scheduled", "sending", "canceled", "failed"}


@dataclass
class Sent:
    """A message that Twilio accepted."""

    to: str
    sender: str
    body: str
    status_callback: str = ""
    direction: str = "outbound-api"
    sid: str = field(default_factory=lambda: new_sid("SM"))
    status: str = "queued"
    error_code: int | None = None
    at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    updated: datetime | None = None
    left: datetime | None = None

    @property
    def num_segments(self) -> int:
        return segments(self.body)

    def becomes(self, status: str, error_code: int | None) -> None:
        if status not in MESSAGE_STATUSES:
            raise ValueError(f"{status!r} is no status of a message")
        self.status, self.error_code, self.updated = status, error_code, datetime.now(timezone.utc)
        if status not in _NOT_YET:
            self.left = self.left or self.updated

    def resource(self, account_sid: str) -> dict[str, Any]:
        """As Twilio's API shows it."""
        path = f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "status": self.status,
            "direction": self.direction,
            "num_segments": str(self.num_segments),
            "num_media": "0",
            "error_code": self.error_code,
            "error_message": "Unknown error" if self.error_code else None,
            "messaging_service_sid": None,
            "date_created": format_datetime(self.at),
            "date_updated": format_datetime(self.updated or self.at),
            "date_sent": format_datetime(self.left) if self.left else None,
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"{path}.json",
            "subresource_uris": {"media": f"{path}/Media.json"},
        }


@dataclass
class Messages:
    """All messages that the product sent, and the rules they were taken by."""

    account_sid: str
    senders: set[str]
    webhooks: Webhooks
    spawn: Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]
    changed: Callable[[], None]
    auto_report: bool = True
    sent: list[Sent] = field(default_factory=list)
    opted_out: set[str] = field(default_factory=set)
    landlines: set[str] = field(default_factory=set)

    def accept(self, params: Params, direction: str = "outbound-api") -> Sent:
        """Takes a message or raises the Refusal that Twilio would answer."""
        self._check(params)
        callback = params.get("StatusCallback", "")
        sent = Sent(params["To"], params["From"], params["Body"], callback, direction)
        self.sent.append(sent)
        self.changed()
        if self.auto_report:
            self.spawn(self.deliver(sent))
        return sent

    def _check(self, params: Params) -> None:
        to, sender, body = params.get("To", ""), params.get("From", ""), params.get("Body", "")
        if not to:
            raise Refusal(400, 21604, "A 'To' phone number is required.")
        if not sender:
            raise Refusal(400, 21603, "A 'From' phone number is required.")
        if not body:
            raise Refusal(400, 21602, "Message body is required.")
        if not valid(to):
            raise Refusal(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        if sender not in self.senders and not alphanumeric(sender):
            raise Refusal(400, 21606, f"The 'From' phone number {sender} is not a valid message-capable number.")
        if len(body) > LONGEST:
            raise Refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if to in self.opted_out:
            raise Refusal(400, 21610, "Attempt to send to unsubscribed recipient")
        if to in self.landlines or takes_no_texts(to):
            raise Refusal(400, 21614, f"'To' number is not a valid mobile number: {to}")

    def find(self, sid: str) -> Sent | None:
        return next((sent for sent in self.sent if sent.sid == sid), None)

    async def deliver(self, sent: Sent) -> None:
        """What Twilio reports of a message that arrives."""
        await self.report(sent, "sent")
        await self.report(sent, "delivered")

    async def report(self, sent: Sent, status: str, error_code: int | None = None, times: int = 1) -> list[Answer]:
        """Posts a signed status callback, as often as told; to nobody, where none was asked for."""
        sent.becomes(status, error_code)
        self.changed()
        if not sent.status_callback:
            return []
        params = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": sent.sender,
            "To": sent.to,
            "MessageSid": sent.sid,
            "SmsSid": sent.sid,
            "MessageStatus": status,
            "SmsStatus": status,
        } | ({"ErrorCode": str(error_code)} if error_code else {})
        url = self.webhooks.absolute(sent.status_callback)
        answers = [await self.webhooks.send(url, params, token=f"{sent.sid}:{status}") for _ in range(times)]
        self.changed()
        return answers
