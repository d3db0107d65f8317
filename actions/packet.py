"""What an agent is told when a customer is handed over, read from Rasa's tracker and the conversation's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from actions.signs import signs
from bot.language.understanding import ACCIDENT
from conversation.words import Kind, Speaker, Word
from handoff.ticket import Packet, Reason, Ticket
from nihongo.mask import mask_patterns
from nihongo.quoting import evidence_in

Event = Mapping[str, Any]

# Where the Understanding gives no reason, what the customer said or pressed does.
_REASONS = {
    "request_agent": Reason.CUSTOMER_REQUEST,
    "complaint": Reason.COMPLAINT_RECOVERY,
    "faq_hand_off": Reason.COMPLEX_TOPIC,
    "faq_rephrase": Reason.REPEATED_MISS,
    "none_of_these": Reason.REPEATED_MISS,
    "affirm": Reason.LOW_CONFIDENCE,  # yes to 「担当者におつなぎしましょうか？」 after an answer that did not help
    "not_solved": Reason.LOW_CONFIDENCE,
    "deny": Reason.LOW_CONFIDENCE,
    "language_away": Reason.TOOL_FAILURE,
    "abuse": Reason.ABUSE,
    "leave_message": Reason.AFTER_HOURS,
}
# What bot/policies.py said before the handoff tells more than the message.
_SAID = {
    "utter_misses_to_person": Reason.REPEATED_MISS,
    "utter_mood_to_person": Reason.NEGATIVE_EMOTION,
    "utter_abuse_to_supervisor": Reason.ABUSE,
}
# Then the message that brought it tells more than the question before.
_FELT = frozenset({"utter_mood_to_person", "utter_abuse_to_supervisor"})
# What the bot tried, by the responses of domain.yml.
_TRIED = {"utter_rephrase": "rephrase", "utter_candidates": "clarify", "utter_related": "related"}
# About something an article may answer; what only asks for a person is not.
_QUESTIONS = frozenset({"faq_answer", "faq_clarify", "faq_rephrase", "faq_hand_off", ACCIDENT})
_VERDICTS = {"/solved": "solved", "/not_solved": "not_solved", "affirm": "solved", "deny": "not_solved"}


def reason_of(events: list[Event]) -> Reason:
    """Why a person is fetched: what the bot said last, the gate's reason, else what the customer said."""
    message = latest_user_event(events)
    for name in _utterances(since_latest(events)):
        if name in _SAID:
            return _SAID[name]
    found = understanding(message).get("reason")
    if found in {reason.value for reason in Reason}:
        return Reason(found)
    return _REASONS.get(intent_of(message), Reason.LOW_CONFIDENCE)


def packet(
    events: list[Event],
    words: list[Word],
    title_of: Callable[[str], str],
    slots: Mapping[str, Any] | None = None,
    earlier: Iterable[Ticket] = (),
) -> Packet:
    """events, slots: of the tracker; words: of the stream (the tracker forgets older turns); earlier: tickets of this
    conversation."""
    typed = [e for e in events if e.get("event") == "user" and not str(e.get("text") or "").startswith("/")]
    last, asked = _latest(typed), _latest(event for event in typed if _is_question(event))
    latest = latest_user_event(events)
    felt = latest is last and not _FELT.isdisjoint(_utterances(since_latest(events)))
    question = last if felt else asked or last
    told = last if understanding(last).get("evidence") else asked
    return Packet(
        question=mask_patterns(str(question.get("text") or "")),
        evidence=quoted(told),
        candidates=tuple(_candidate(one) for one in understanding(asked).get("candidates", ())),
        shown=tuple(shown(words, _verdicts_in_words(events), title_of)),
        page=str(next((word.meta["page"] for word in reversed(words) if word.meta.get("page")), "")),
        tried=tuple(dict.fromkeys(_TRIED[name] for name in _utterances(events) if name in _TRIED)),
        signs=tuple(signs(understanding(latest), quoted(latest), slots or {}, words, earlier)),
    )


def shown(words: Iterable[Word], verdicts: Mapping[str, str], title_of: Callable[[str], str]) -> list[dict[str, str]]:
    """Articles the bot showed, in order, with the customer's last word on each."""
    found: dict[str, dict[str, str]] = {}
    in_exchange: dict[str, str] = {}
    latest = ""
    for word in words:
        if word.speaker is Speaker.BOT and word.article_id:
            latest = in_exchange[word.exchange_id] = word.article_id
            found[latest] = {"article_id": latest, "title": title_of(latest), "verdict": "none"}
        elif verdict := _verdict(word, verdicts):
            about = word.exchange_id if word.kind is Kind.FEEDBACK else str(word.meta.get("offered_in", ""))
            article = in_exchange.get(about, latest)
            if article in found:
                found[article]["verdict"] = verdict
    return list(found.values())


def understanding(message: Event) -> dict[str, Any]:
    """The Understanding that a user event carries; empty for buttons."""
    return (message.get("parse_data") or {}).get("understanding") or {}


def quoted(message: Event) -> tuple[str, ...]:
    """The evidence that a message gives, in the sentences it stands in."""
    text, evidence = mask_patterns(str(message.get("text") or "")), understanding(message).get("evidence") or ()
    return tuple(dict.fromkeys(evidence_in(text, evidence)))


def latest_user_event(events: list[Event]) -> Event:
    return next((event for event in reversed(events) if event.get("event") == "user"), {})


def since_latest(events: list[Event]) -> list[Event]:
    """What came after the customer's latest message."""
    last = max((place for place, event in enumerate(events) if event.get("event") == "user"), default=0)
    return events[last:]


def _verdict(word: Word, verdicts: Mapping[str, str]) -> str | None:
    if word.speaker is not Speaker.CUSTOMER:
        return None
    if word.kind is Kind.FEEDBACK:
        return str(word.meta.get("value", "")) or None
    return _VERDICTS.get(word.meta.get("command", "")) or verdicts.get(word.message_id)


def _verdicts_in_words(events: list[Event]) -> dict[str, str]:
    """Message ids of 「はい」「いいえ」 typed right after 「解決しましたか？」."""
    found, asked = {}, False
    for event in events:
        if event.get("event") == "user":
            if asked and intent_of(event) in _VERDICTS and event.get("message_id"):
                found[str(event["message_id"])] = _VERDICTS[intent_of(event)]
            asked = False
        elif event.get("event") == "action" and event.get("name") != "action_listen":
            asked = event.get("name") == "utter_ask_solved"
    return found


def _latest(events: Iterable[Event]) -> Event:
    return next(iter([*events][-1:]), {})


def _is_question(message: Event) -> bool:
    return intent_of(message) in _QUESTIONS and bool(understanding(message).get("candidates"))


def _candidate(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("article_id", "title", "probability")}


def _utterances(events: list[Event]) -> list[str]:
    return [str(event.get("name")) for event in events if event.get("event") == "action"]


def intent_of(message: Event) -> str:
    return str(((message.get("parse_data") or {}).get("intent") or {}).get("name") or "")
