"""The short-lived token of a link sent by SMS: it opens the web chat at one public article, nothing else."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from contextlib import suppress

from channels.errors import Refusal
from channels.intake import Intake
from channels.links import signed
from conversation.stream import ConversationStream
from conversation.words import Choice, TalkingTo
from kb.article import Article

SECONDS = 2 * 3600
_BYTES = 12  # of the signature: an SMS is short


class Resume:
    """Signs the article and the time; says nothing of who was sent it, as a number proves nobody."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._secret, self._clock = secret, clock

    def issue(self, article_id: str) -> str:
        """`<expiry, hexadecimal>-<signature>`: fit for a query and for a message id."""
        expires = f"{int(self._clock()) + SECONDS:x}"
        return f"{expires}-{self._signature(article_id, expires)}"

    def opens(self, article_id: str, token: str) -> bool:
        """Whether this token of ours, not yet expired, was made for this article."""
        expires, _, signature = token.partition("-")
        right = self._signature(article_id, expires)
        return hmac.compare_digest(signature.encode(), right.encode()) and int(expires, 16) > self._clock()

    def _signature(self, article_id: str, expires: str) -> str:
        signature = signed(self._secret, "resume", f"{article_id}|{expires}".encode(), _BYTES)
        return base64.urlsafe_b64encode(signature).decode()


def chosen(article: Article) -> Choice:
    """The article as if its title had been pressed."""
    return Choice(article.title, f"/choose_article{json.dumps({'article_id': article.id})}", article.id)


async def show(stream: ConversationStream, intake: Intake, conversation_id: str, article: Article, token: str) -> None:
    """The web talk begins, or goes on, with this article; once a token, and not while people have the talk."""
    state = await stream.state(conversation_id)
    if state.get("talking_to", TalkingTo.BOT.value) == TalkingTo.BOT.value:
        with suppress(Refusal):  # the chat is open all the same
            await intake.press(conversation_id, f"link-{token}", chosen(article), {"came_by": "sms_link"})
