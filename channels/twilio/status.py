"""What Twilio tells of a text after it was taken: any number of times, in any order."""

from __future__ import annotations

from channels.twilio.sender import tell_lost
from channels.twilio.signature import Params
from conversation.stream import ConversationStream
from conversation.texts import State, Texts

# MessageStatus → state, and from which states it leads there: never back.
_MOVES = {
    "sent": (State.SENT, (State.SENDING,)),
    "delivered": (State.DELIVERED, (State.SENDING, State.SENT)),
    "read": (State.DELIVERED, (State.SENDING, State.SENT)),
    "undelivered": (State.UNDELIVERED, (State.SENDING, State.SENT)),
    "failed": (State.FAILED, (State.SENDING, State.SENT)),
}


async def take(stream: ConversationStream, texts: Texts, conversation_id: str, key: str, params: Params) -> None:
    """`key` names the text, by the address that we gave for its reports (signed with the rest)."""
    state, states = _MOVES.get(params.get("MessageStatus", ""), (None, ()))
    if state is None:
        return
    code = params.get("ErrorCode", "")
    error = int(code) if code.isdecimal() else 0
    changes = {"state": state.value, "sid": params.get("MessageSid", ""), "error": error}
    moved = await texts.move(conversation_id, key, states, **changes)
    if moved and moved.state.lost:
        await tell_lost(stream, conversation_id, moved)
    elif moved:
        await stream.announce(conversation_id)  # the desk shows it
