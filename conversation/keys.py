"""Redis keys of the conversation. Keys of one conversation share the `{id}` tag, so Redis Cluster stays possible."""

from __future__ import annotations

# Global stream: "something happened in conversation X". Doors, the desk and the VOC writer read it. No text in it.
FEED = "feed"
# Global sorted set: conversations that may hold an unanswered customer word, scored by when to look (epoch seconds).
TURNS = "turns"
# Global sorted set: conversations that may have an SMS to send, scored by when to look (epoch seconds).
TEXTING = "texting"
# How far the feed has been read for SMS: the last entry up to which every conversation was looked at.
TEXTED_FEED = "texting:feed"
# Global sorted set: SIDs of recordings whose conversations were erased, to be deleted at Twilio, scored by when to try.
UNWANTED = "recordings:unwanted"
# Pub/sub channel of what is not kept: who is typing, JSON {"conversation_id", "from": customer | bot | agent}, and with
# "seen": true from the customer that `seen` of the conversation's hash has changed, and with "presence": true that a
# browser came, or that the last one went: `presence` then lives on for the grace below (a page that is opened anew).
TYPING = "typing"
GONE_AFTER_SECONDS = 3


def stream(conversation_id: str) -> str:
    """Redis stream of the words; entry id `<seq>-0`."""
    return f"conv:{{{conversation_id}}}:stream"


def state(conversation_id: str) -> str:
    """Hash: seq, asked, answered, exchange, synced, offered, talking_to, ticket, opened_by, channel, page, last_at …

    voice: user id of the agent who has the talk, or nothing.

    private: what the customer writes now is a name or a number that was asked for (see Word.meta).

    offered: number of the word whose choices may be typed; gone with the customer's next word.

    texted: number of the last word that was put into the outbox of SMS.

    came_from: of a call, the web conversation that the caller goes on with, proven by the code of its page.

    seen: number of the last word of a person that the customer's page has had on the screen.
    """
    return f"conv:{{{conversation_id}}}"


def ids(conversation_id: str) -> str:
    """Hash: message id -> seq, and `gone:<exchange>` for exchanges that were given up (late bot words are dropped)."""
    return f"conv:{{{conversation_id}}}:ids"


def choices(conversation_id: str) -> str:
    """Hash: opaque payload issued with a word -> JSON of the Choice and where it was offered."""
    return f"conv:{{{conversation_id}}}:choices"


def turn(conversation_id: str) -> str:
    """Lease of the door that carries out the turn."""
    return f"conv:{{{conversation_id}}}:turn"


def presence(conversation_id: str) -> str:
    """Set by the door with an expiry of half a minute while a browser of this conversation is connected."""
    return f"presence:{{{conversation_id}}}"


def texts(conversation_id: str) -> str:
    """Hash: key of an SMS -> JSON of the Text, with its state."""
    return f"conv:{{{conversation_id}}}:texts"


def texter(conversation_id: str) -> str:
    """Lease of the door that sends this conversation's SMS."""
    return f"conv:{{{conversation_id}}}:texter"
