"""Opening, resuming and ending web conversations."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from channels.errors import Refusal
from channels.tokens import Contact, Tokens
from conversation import ending
from conversation.stream import ConversationStream

State = dict[str, str]


@dataclass(frozen=True)
class Opened:
    conversation_id: str
    token: str
    expires: float
    resumed: bool
    identified: bool
    phone: str = ""  # that the shop has signed


class Sessions:
    def __init__(
        self, stream: ConversationStream, tokens: Tokens, idle_hours: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._stream, self.tokens, self._clock = stream, tokens, clock
        self._idle = idle_hours * 3600

    async def open(self, resume: object, identity: object, **about: str) -> Opened:
        """The conversation of the last token when it still goes on and is this customer's, else a new one."""
        contact = self.tokens.contact(identity)
        known = self.tokens.renewable(resume)
        state = await self._stream.state(known) if known else {}
        resumed = known is not None and not self.over(state) and _same(state, contact)
        conversation_id = known if known and resumed else f"web-{secrets.token_hex(12)}"
        fields = {} if resumed else {"channel": "web", "opened_at": f"{self._clock():.3f}"}
        fields |= {name: value for name, value in about.items() if value and (name == "page" or not resumed)}
        if contact:
            fields |= {"contact": contact.id, "contact_name": contact.name}
        if fields:
            await self._stream.set_state(conversation_id, **fields)
        token, expires = self.tokens.issue(conversation_id)
        return Opened(conversation_id, token, expires, resumed, contact is not None, contact.phone if contact else "")

    async def going_on(self, conversation_id: str) -> State:
        """The state of a conversation that is not over. Raises Refusal."""
        return self.still_on(await self._stream.state(conversation_id))

    def still_on(self, state: State) -> State:
        """The same state. Raises Refusal when the talk is over."""
        if self.over(state):
            raise Refusal("conversation_over")
        return state

    def over(self, state: State) -> bool:
        """Ended or silent for too long; one whose ticket is open goes on: a person has it, will answer or call."""
        if not state or state.get("ended_at"):
            return True
        if state.get("ticket"):
            return False
        last = float(state.get("last_at") or state.get("opened_at") or 0)
        return self._clock() - last > self._idle

    async def end(self, conversation_id: str) -> None:
        """The customer closes the talk. From now on nobody is fetched for them."""
        await ending.close(self._stream, conversation_id, self._clock())

    async def tell_end(self, conversation_id: str) -> None:
        """Every tab is told."""
        await ending.tell(self._stream, conversation_id)


def _same(state: State, contact: Contact | None) -> bool:
    """Whether the talk may be shown to this customer: a shared browser must not show one member's to another."""
    return contact is None or state.get("contact", contact.id) == contact.id
