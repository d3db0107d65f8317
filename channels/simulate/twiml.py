"""Reads TwiML as strictly as Twilio, and says where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from channels.simulate.schema import SMS, VOICE, Rule
from channels.simulate.signing import Answer, TwimlError, WebhookError
from channels.simulate.speech import LANGUAGE, check_say

_TEXT = {"Say", "Play", "Redirect", "Dial", "Number", "Queue", "Enqueue", "Task", "Message", "Body", "Media", "Sms"} | {
    *("Conference", "Client", "Sip", "Sim", "Application", "WhatsApp", "Identity", "Room", "Autopilot"),
}
_XML = {"text/xml", "application/xml", "application/twiml+xml", "text/twiml"}
_BOOLEANS = {
    *("actionOnEmptyResult", "bargeIn", "profanityFilter", "enhanced", "playBeep", "transcribe", "answerOnBridge"),
    *("hangupOnStar", "sequential", "dtmfDetection", "partialPrompts", "preemptible"),
}
_NUMBERS = {"timeout", "numDigits", "maxLength", "length", "loop", "timeLimit", "maxSpeechTime", "maxQueueSize"}
_WAITING = {"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"}
_BEFORE_BRIDGE = {"Play", "Say", "Pause", "Redirect"}
_MOST_HINTS, _LONGEST_HINT = 500, 100


def voice(answer: Answer, *, may_be_empty: bool = False) -> Element:
    """The document of a call. An empty one drops the caller."""
    document = parse(answer.body, content(answer), VOICE)
    if not len(document) and not may_be_empty:
        raise TwimlError(f"{answer.url}: <Response/> says nothing and drops the caller")
    return document


def sms(answer: Answer) -> Element:
    """The document that answers a text message; an empty one answers nothing."""
    return parse(answer.body, content(answer), SMS)


def content(answer: Answer) -> str:
    """The place of an answer that is TwiML by its status and type."""
    if not 200 <= answer.status < 300:
        raise WebhookError(f"{answer.url}: answered {answer.status} (11200)")
    if answer.content_type not in _XML:
        raise TwimlError(f"{answer.url}: content type {answer.content_type} is not XML (12300)")
    return answer.url


def parse(body: bytes, place: str, rule: Rule) -> Element:
    """Well-formed and known in all its parts."""
    if not body.startswith(b"<"):
        raise TwimlError(f"{place}: does not begin with `<` (12100)")
    try:
        document = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise TwimlError(f"{place}: not well-formed: {error} (12100)") from None
    if document.tag != "Response":
        raise TwimlError(f"{place}: the document is <{document.tag}>, not <Response> (12102)")
    _check(document, rule, f"{place}: Response")
    return document


def check_waiting(document: Element, place: str) -> None:
    """Who waits in a queue hears only some verbs."""
    _only(document, _WAITING, f"{place}: a waitUrl")


def check_before_bridge(document: Element, place: str) -> None:
    """Who is taken from a queue hears only some verbs."""
    _only(document, _BEFORE_BRIDGE, f"{place}: the url of a <Queue>")


def _only(document: Element, verbs: set[str], place: str) -> None:
    for child in document:
        if child.tag not in verbs:
            raise TwimlError(f"{place} may not hold <{child.tag}> (12200)")


def _check(element: Element, rule: Rule, place: str) -> None:
    for name, value in element.attrib.items():
        if name not in rule.attributes:
            raise TwimlError(f"{place}: unknown attribute {name!r} (12200)")
        _check_value(name, value, place)
    if element.tag not in _TEXT and not _speaks(place) and _text_between(element):
        raise TwimlError(f"{place}: text outside a verb: {_text_between(element)!r}")
    _CHECKS.get(str(element.tag), _no_more)(element, place)
    for child in element:
        below = rule.children.get(str(child.tag))
        if below is None:
            raise TwimlError(f"{place}: <{child.tag}> may not stand here (12200)")
        _check(child, below, f"{place} > {child.tag}")


def _speaks(place: str) -> bool:
    return " > Say" in place


def _text_between(element: Element) -> str:
    return ((element.text or "") + "".join(child.tail or "" for child in element)).strip()


def _check_value(name: str, value: str, place: str) -> None:
    if name in _BOOLEANS and value not in ("true", "false"):
        raise TwimlError(f"{place}: {name}={value!r} is neither true nor false")
    if name in _NUMBERS and not re.fullmatch(r"[0-9]+", value):
        raise TwimlError(f"{place}: {name}={value!r} is not a number")
    if name == "speechTimeout" and value != "auto" and not re.fullmatch(r"[1-9]\d*", value):
        raise TwimlError(f"{place}: speechTimeout={value!r} is neither auto nor a number")
    if name == "method" and value not in ("GET", "POST"):
        raise TwimlError(f"{place}: method={value!r}")


def _no_more(element: Element, place: str) -> None:
    pass


def _check_gather(gather: Element, place: str) -> None:
    inputs = gather.get("input", "dtmf").split()
    if not inputs or set(inputs) - {"dtmf", "speech"}:
        raise TwimlError(f"{place}: input={gather.get('input')!r}")
    if "speech" in inputs and gather.get("language", "en-US") != LANGUAGE:
        raise TwimlError(f"{place}: hears speech as {gather.get('language', 'en-US')}, not as {LANGUAGE}")
    hints = [hint.strip() for hint in gather.get("hints", "").split(",")]
    if len(hints) > _MOST_HINTS or max(map(len, hints)) > _LONGEST_HINT:
        raise TwimlError(f"{place}: more than {_MOST_HINTS} hints, or one longer than {_LONGEST_HINT}")
    if gather.get("enhanced") == "true" and gather.get("speechModel") != "phone_call":
        raise TwimlError(f"{place}: enhanced needs speechModel phone_call")
    if gather.get("numDigits") == "0":
        raise TwimlError(f"{place}: numDigits is 0")


def _check_redirect(redirect: Element, place: str) -> None:
    if not (redirect.text or "").strip():
        raise TwimlError(f"{place}: leads nowhere (11100)")


def _check_dial(dial: Element, place: str) -> None:
    if not len(dial) and not (dial.text or "").strip():
        raise TwimlError(f"{place}: dials nobody")


_CHECKS: dict[str, Callable[[Element, str], None]] = {
    "Say": check_say,
    "Gather": _check_gather,
    "Redirect": _check_redirect,
    "Dial": _check_dial,
}
