"""Redis keys of the door. Keys of one conversation share the `{id}` tag."""

from __future__ import annotations


def rate(what: str, who: str, window: int) -> str:
    """Counter of one limit in one minute (`window` is epoch seconds // 60); lives two minutes."""
    return f"rate:{what}:{{{who}}}:{window}"


# What /readyz writes and reads back.
READY = "door:ready"


def talk(name: str) -> str:
    """The conversation of a sender and a number of ours (`name`: their hash) by SMS."""
    return f"sms:talk:{{{name}}}"


def message(sid: str) -> str:
    """In which conversation a message of Twilio's was taken."""
    return f"sms:message:{{{sid}}}"


def linked(name: str) -> str:
    """How many links were sent to a number (`name`: its hash) in this hour."""
    return f"sms:linked:{{{name}}}"


# That some screen may show a code (lives as long as the newest of them).
CODES = "codes"


def code(name: str) -> str:
    """The conversation in which a code (`name`: its keyed hash) is shown."""
    return f"code:{{{name}}}"


def code_of(conversation_id: str) -> str:
    """The name of the code that the conversation's page shows."""
    return f"conv:{{{conversation_id}}}:code"


def code_tries(conversation_id: str) -> str:
    """How many codes were tried in a call."""
    return f"conv:{{{conversation_id}}}:code_tries"


def customer(name: str) -> str:
    """The web conversation of the customer whose number (`name`: its keyed hash) the shop has signed."""
    return f"customer:{{{name}}}"


def call(conversation_id: str) -> str:
    """JSON of the Call: how far it has come."""
    return f"conv:{{{conversation_id}}}:call"


def answered(conversation_id: str, turn: int) -> str:
    """The Call after a turn (JSON), for when Twilio asks again; `?` while it is being made."""
    return f"conv:{{{conversation_id}}}:call:{turn}"


def relay(conversation_id: str) -> str:
    """The socket of ConversationRelay that has this call: its session."""
    return f"conv:{{{conversation_id}}}:call:relay"


def dialled(conversation_id: str, claim: str) -> str:
    """That the agent of this claim was called; `?`, for some seconds, while a door does it."""
    return f"conv:{{{conversation_id}}}:dialled:{claim}"


def legs(conversation_id: str) -> str:
    """Hash: claim -> SID of the agent's call that rings or talks for it."""
    return f"conv:{{{conversation_id}}}:legs"


def called_out(conversation_id: str, wish_id: str) -> str:
    """That an agent who wished to call the customer pressed 1; with `:<result>`: that this came of it."""
    return f"conv:{{{conversation_id}}}:out:{wish_id}"


def connected(conversation_id: str) -> str:
    """JSON: the claim whose agent was put through last, and the number of the last word before."""
    return f"conv:{{{conversation_id}}}:connected"
