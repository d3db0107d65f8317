"""A Survey is what a customer says of one talk with a person: whether it solved the matter, and what effort it was."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import Any

from conversation.words import Choice, Kind, Word
from handoff.sentences import say, several
from nihongo.choice import ordinal
from nihongo.normalise import compare_key

SCALE, DIRECTION = "1-5", "low_is_good"
_COMMAND = "/survey"
_GRADES = 5


class Step(str, Enum):
    """The question that is open."""

    SOLVED = "solved"
    CES = "ces"  # customer effort score
    OVER = ""


@dataclass(frozen=True)
class Answer:
    """To which question, and what."""

    step: Step
    value: bool | int


@dataclass(frozen=True)
class Survey:
    """`asked_seq` is the number of the word that asks; `answers`: what each message of the customer answered."""

    number: str
    conversation_id: str
    channel: str
    asked_at: float
    step: Step = Step.SOLVED
    asked_seq: int = 0
    answered_at: float | None = None
    solved: bool | None = None
    ces: int | None = None
    answers: dict[str, str] = field(default_factory=dict)

    def answered(self, answer: Answer, message_id: str, at: float) -> Survey:
        """With what a message of the customer says."""
        told = replace(self, answered_at=at, answers=self.answers | {message_id: answer.step.value})
        if answer.step is Step.SOLVED:
            return replace(told, solved=bool(answer.value))
        return replace(told, ces=int(answer.value))

    def row(self) -> dict[str, Any]:
        """As SQL has it."""
        names = ("number", "conversation_id", "channel", "asked_at", "answered_at", "solved", "ces")
        return {name: getattr(self, name) for name in names} | {"scale": SCALE, "direction": DIRECTION}

    def to_json(self) -> str:
        return json.dumps(asdict(self) | {"step": self.step.value}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Survey:
        data = json.loads(text)
        return cls(**data | {"step": Step(data["step"])})


def question(step: Step, channel: str) -> str:
    """In the manner of the channel."""
    return say(f"survey.{channel}.{step.value}")


def choices(step: Step, number: str) -> tuple[Choice, ...]:
    """The answers as buttons."""
    if step is Step.SOLVED:
        titles = {say("survey.choices.yes"): True, say("survey.choices.no"): False}
        return tuple(Choice(title, _command(number, step, value)) for title, value in titles.items())
    grades = enumerate(several("survey.choices.ces"), 1)
    return tuple(Choice(title, _command(number, step, grade)) for grade, title in grades)


def pressed(command: str | None) -> tuple[str, Answer] | None:
    """The ticket's number and the answer that a button means."""
    if not command or not command.startswith(f"{_COMMAND}{{"):
        return None
    told = json.loads(command.removeprefix(_COMMAND))
    return told["number"], Answer(Step(told["step"]), told["value"])


def typed(word: Word, step: Step) -> Answer | None:
    """The answer in a message that was written instead."""
    if word.kind is not Kind.MESSAGE:
        return None
    if step is Step.CES:
        place = ordinal(word.text, _GRADES)
        return None if place is None else Answer(step, place + 1)
    key = _without_thanks(compare_key(word.text))
    for name, value in (("yes", True), ("no", False)):
        if step is Step.SOLVED and key in map(compare_key, several(f"survey.heard.{name}")):
            return Answer(step, value)
    return None


def _without_thanks(key: str) -> str:
    for thanks in map(compare_key, several("survey.heard.thanks")):
        key = key.removeprefix(thanks).removesuffix(thanks)
    return key


def _command(number: str, step: Step, value: bool | int) -> str:
    return _COMMAND + json.dumps({"number": number, "step": step.value, "value": value})
