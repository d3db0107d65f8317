"""Recordings that Twilio keeps, and what it reports of them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any

from channels.simulate.numbers import new_sid
from channels.simulate.refusals import not_found
from channels.simulate.signing import Params

_FORMAT = struct.pack("<HHIIHH", 7, 1, 8000, 8000, 1, 8)
SILENCE = (
    b"RIFF" + struct.pack("<I", 44) + b"WAVEfmt " + struct.pack("<I", 16) + _FORMAT + b"data\x08\0\0\0" + b"\xff" * 8
)
"""A millisecond of µ-law silence, 8 kHz, as a WAV file."""


@dataclass(frozen=True)
class Recording:
    """One recording of a call."""

    call_sid: str
    url: str
    seconds: int
    source: str
    channels: int
    sid: str
    begun: datetime

    def told(self) -> Params:
        """The fields of its status callback, without the call's own."""
        return {
            "RecordingSid": self.sid,
            "RecordingUrl": self.url,
            "RecordingStatus": "completed",
            "RecordingDuration": str(self.seconds),
            "RecordingChannels": str(self.channels),
            "RecordingStartTime": format_datetime(self.begun),
            "RecordingSource": self.source,
            "RecordingTrack": "both",
            "ErrorCode": "0",
        }


@dataclass
class Recordings:
    """All recordings; `base_url` is our REST API's."""

    account_sid: str
    base_url: str = ""
    kept: dict[str, Recording] = field(default_factory=dict)

    def make(self, call_sid: str, seconds: int, source: str, channels: int = 1) -> Recording:
        sid = new_sid("RE")
        url = f"{self.base_url}/2010-04-01/Accounts/{self.account_sid}/Recordings/{sid}"
        self.kept[sid] = Recording(call_sid, url, seconds, source, channels, sid, datetime.now(timezone.utc))
        return self.kept[sid]

    def delete(self, sid: str) -> None:
        self.resource(sid)
        del self.kept[sid]

    def resource(self, sid: str) -> dict[str, Any]:
        """As Twilio's API shows it."""
        found = self.kept.get(sid)
        path = f"/2010-04-01/Accounts/{self.account_sid}/Recordings/{sid}"
        if found is None:
            raise not_found(f"{path}.json")
        return {
            "sid": sid,
            "account_sid": self.account_sid,
            "call_sid": found.call_sid,
            "conference_sid": None,
            "duration": str(found.seconds),
            "channels": found.channels,
            "source": found.source,
            "status": "completed",
            "date_created": format_datetime(found.begun),
            "date_updated": format_datetime(found.begun),
            "start_time": format_datetime(found.begun),
            "api_version": "2010-04-01",
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "encryption_details": None,
            "uri": f"{path}.json",
            "media_url": found.url,
            "subresource_uris": {
                "add_on_results": f"{path}/AddOnResults.json",
                "transcriptions": f"{path}/Transcriptions.json",
            },
        }
