"""Words of the conversation as a Prompt: read aloud, choices by key, a long answer in parts with 「続けますか」."""

from __future__ import annotations

import re
from dataclasses import replace

from channels.twilio.call import Call, Prompt, Then
from channels.twilio.compose import tells
from channels.twilio.words import say
from conversation.aloud import KEYS, aloud
from conversation.words import Choice, Word
from handoff.buttons import KEEP_WAITING
from nihongo.aloud import Reader
from nihongo.manner import said
from nihongo.normalise import compare_key

PERSON, REPEAT, BACK, MENU = "0", "#", "*", "9"
_AT_ONCE = 2  # parts of an answer that are said without asking

_GOODBYE, _HAPPY = "utter_goodbye", frozenset({"utter_glad", "utter_thanks"})  # after these silence is no trouble
_NUMBER = re.compile("(?<=[0-9])（.*）")  # 1（とても少ない）
_REQUEST, _NONE = "/request_agent", "/none_of_these"
_KEYS_NAMED = "番号を押すか"  # the sentence itself says that keys are heard
_PERSON_NAMED = "担当者、と"  # the sentence says how to call one


def told(call: Call, words: list[Word], reader: Reader, ends: str = "options_end") -> tuple[Call, Prompt]:
    """What these words are by telephone. A long answer leaves its rest, and what is asked behind it, in the call.
    `ends`: the sentence behind choices, which tells how they may be answered."""
    shown = [word for word in words if tells(word)]
    keys = options(shown[-1].choices) if shown else {}
    heard = [aloud(word, reader) for word in shown]
    lines, rest = _cut(heard)
    asks = _asked(shown[-1], heard[-1], keys, reader, ends) if shown else Prompt()
    last = words[-1].seq if words else call.told
    utters = {str(word.meta.get("utter")) for word in words}
    call = replace(call, told=last, rest=(), asks=None, solved=bool(utters & _HAPPY))
    if _GOODBYE in utters:
        return call, Prompt(tuple(lines), Then.HANG_UP)
    if not rest:
        return call, replace(asks, lines=(*lines, *asks.lines))
    return replace(call, rest=tuple(rest), asks=asks), going_on(lines)


def _asked(word: Word, heard: list[str], keys: dict[str, str], reader: Reader, ends: str) -> Prompt:
    """What is read out behind the last word (`heard`), and what of it is asked again after silence."""
    read = _read(word, reader, ends)
    spoken = tuple(line for _, lines in read for line in lines)
    offered = [number for number, _ in read if number]
    yes = keys[str(offered[0])] if len(offered) == 1 and len(keys) == 1 else ""
    return Prompt(spoken, keys=keys, yes=yes, question=(*heard, *spoken) if keys else ())


def asks_which_way(words: list[Word]) -> bool:
    """Whether who has a place in the queue is asked how to go on, and may keep it."""
    shown = [word for word in words if tells(word)]
    return bool(shown) and any(choice.command == KEEP_WAITING for choice in shown[-1].choices)


def begun(words: list[Word], reader: Reader) -> list[tuple[str, int]]:
    """Of an answer that is still being made the lines that are certain, each with the number of its word: what `told`
    will say begins with them."""
    shown = [word for word in words if tells(word)]
    heard = [aloud(word, reader) for word in shown]
    owners = [word.seq for word, lines in zip(shown, heard, strict=True) for _ in lines]
    return list(zip(_cut(heard)[0], owners, strict=False))


def going_on(lines: list[str]) -> Prompt:
    return Prompt((*lines, say("voice.go_on")), keys={"1": "go_on"})


def rest_of(call: Call) -> tuple[Call, Prompt]:
    """The next part of a long answer, and what was to be asked once there is no more."""
    lines, rest = list(call.rest[:_AT_ONCE]), call.rest[_AT_ONCE:]
    asks = call.asks or Prompt()
    if rest:
        return replace(call, rest=rest), going_on(lines)
    return replace(call, rest=(), asks=None), asks.after(*lines) if lines else asks.after(say("voice.no_rest"))


def options(choices: tuple[Choice, ...]) -> dict[str, str]:
    """What each key does: the choices in their order."""
    return {str(number): f"choice:{choice.payload}" for number, choice in enumerate(choices[:KEYS], 1)}


def _cut(words: list[list[str]]) -> tuple[list[str], list[str]]:
    """What is said now and what waits: of one long word its later parts, with all that comes behind it."""
    now: list[str] = []
    for at, lines in enumerate(words):
        if len(lines) > _AT_ONCE:
            behind = [line for later in words[at + 1 :] for line in later]
            return [*now, *lines[:_AT_ONCE]], [*lines[_AT_ONCE:], *behind]
        now += lines
    return now, []


def _read(word: Word, reader: Reader, ends: str) -> list[tuple[int, list[str]]]:
    """Number and lines of the choices that the sentence itself does not name. Beside articles only "none of these" is
    read: a person is always a key away."""
    text, articles = compare_key(word.text), any(choice.article_id for choice in word.choices)
    found = []
    for number, choice in enumerate(word.choices[:KEYS], 1):
        named = compare_key(choice.title) in text or (choice.command == _REQUEST and _PERSON_NAMED in word.text)
        named = named or _NUMBER.sub("", choice.title) == str(number)  # 「2番、2。」 tells nothing
        beside = articles and not choice.article_id and choice.command != _NONE
        if not named and not beside:
            line = say("voice.option", number=number, title=said(choice.title, "voice"))
            found.append((number, list(reader.parts(line))))
    if found and (articles or _KEYS_NAMED not in said(word.text, "voice")):
        found.append((0, [say("voice.menu_person" if articles else f"voice.{ends}")]))
    return found
