"""A call as Twilio's API shows it."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from channels.simulate.call import Call

_BELOW = ("Events", "Notifications", "Payments", "Recordings", "Siprec", "Streams")
_EMPTY = ("phone_number_sid", "price", "answered_by", "forwarded_from", "group_sid", "caller_name", "trunk_sid")


def shown(call: Call) -> dict[str, Any]:
    """The resource. What takes time here takes none, so a call is as long as what was heard in it."""
    path = f"/2010-04-01/Accounts/{call.board.account_sid}/Calls/{call.sid}"
    return (
        dict.fromkeys(_EMPTY)
        | _times(call)
        | {
            "sid": call.sid,
            "account_sid": call.board.account_sid,
            "parent_call_sid": call.parent.sid if call.parent else None,
            "to": call.to,
            "to_formatted": call.to,
            "from": call.sender,
            "from_formatted": call.sender,
            "status": call.status,
            "direction": call.direction,
            "queue_time": "0",
            "price_unit": "USD",
            "stir_verstat": None,
            "api_version": "2010-04-01",
            "uri": f"{path}.json",
            "subresource_uris": {name.lower(): f"{path}/{name}.json" for name in _BELOW},
        }
    )


def _times(call: Call) -> dict[str, str | None]:
    made, ended = format_datetime(call.made), format_datetime(call.ended or call.made)
    whole = call.status == "completed"
    return {
        "date_created": made,
        "date_updated": ended,
        "start_time": None if call.status == "queued" else made,
        "end_time": ended if whole else None,
        "duration": str(int(call.clock)) if whole else None,
    }
