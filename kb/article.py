"""The noun of this room: an Article is one thing we know (FAQ記事). Schema for editors: docs/articles.md."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel, Extra, Field, validator

# What YAML cannot hold in plain sight, and marks nobody sees.
_UNWRITABLE = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Scope(str, Enum):
    SELF_SERVICE = "self_service"  # the bot answers
    HAND_OFF = "hand_off"  # the bot says nothing of the content and fetches a person
    STAFF_ONLY = "staff_only"  # agents see it, customers never


class Status(str, Enum):
    DRAFT = "draft"  # being written; never published
    READY = "ready"  # goes into the next release


class Answer(BaseModel):
    """One answer in the manner of each channel: Markdown, plain text, words to be read aloud."""

    web: str = ""
    sms: str = ""
    speech: str = ""

    @validator("web", "sms", "speech")
    def _tidy(cls, text: str) -> str:
        lines = _UNWRITABLE.sub("", _BREAKS.sub("\n", text)).expandtabs(4).split("\n")
        return "\n".join(line.rstrip() for line in lines).strip()

    class Config:
        extra = Extra.forbid
        frozen = True


class Article(BaseModel):
    """One FAQ article, as it lies in its file and in a release."""

    id: str = Field(regex=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    title: str = Field(min_length=1, max_length=120)
    status: Status = Status.READY
    scope: Scope = Scope.SELF_SERVICE
    reason: str | None = None  # hand_off only: which reason the ticket carries
    category: str = Field(min_length=1, max_length=40)
    keywords: tuple[str, ...] = ()
    phrasings: tuple[str, ...] = ()
    answer: Answer = Answer()
    related: tuple[str, ...] = ()
    owner: str = ""
    review_by: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    version: int = 1
    updated_by: str = ""
    updated_at: datetime | None = None

    @validator("title", "reason", "category", "owner", "updated_by", pre=True)
    def _one_line(cls, text: Any) -> Any:
        return _line(text)

    @validator("keywords", "phrasings", "related", pre=True)
    def _filled_lines(cls, texts: Any) -> Any:
        if not isinstance(texts, (list, tuple)):
            return texts
        return [line for line in map(_line, texts) if line != ""]

    @validator("review_by", "valid_from", "valid_until", pre=True)
    def _written_day(cls, day: Any) -> Any:
        # pydantic would take 2027 for seconds since 1970.
        if isinstance(day, str) and not _DAY.fullmatch(day):
            raise ValueError("YYYY-MM-DD")
        return day

    class Config:
        extra = Extra.forbid
        frozen = True

    def valid_on(self, day: date) -> bool:
        """Whether it may be used on this day (both ends included)."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    @property
    def answers_customers(self) -> bool:
        return self.scope is Scope.SELF_SERVICE

    def wording(self, channel: str) -> str:
        """The answer for `web`, `sms` or `voice`; that for the web where there is none of its own."""
        return {"sms": self.answer.sms, "voice": self.answer.speech}.get(channel) or self.answer.web


def _line(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    return _UNWRITABLE.sub("", _BREAKS.sub(" ", text).replace("\n", " ").replace("\t", " ")).strip()
