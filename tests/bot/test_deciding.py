"""What is decided without Rasa: intents, misses, class paths, what the shelf offers."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path

import pytest
import yaml

from bot.check import check_class_paths
from bot.intents import intent_of
from bot.language import complexity
from bot.language.understanding import ACCIDENT, Decision, Understanding
from bot.misses import Misses
from bot.offers import Shelf, button
from kb.release import Release
from settings import ROOT
from tests.bot.conftest import article
from tests.bot.language_server import answer

pytestmark = pytest.mark.model

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES = [
    rule for path in sorted((ROOT / "data/rules").glob("*.yml")) for rule in yaml.safe_load(path.read_text())["rules"]
]


@pytest.mark.parametrize("decision", list(Decision))
def test_every_decision_has_an_intent_of_the_domain(decision: Decision) -> None:
    assert intent_of(Understanding("", decision, "greet", 1.0)) in DOMAIN["intents"]


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_every_intent_has_a_rule_of_its_own(intent: str) -> None:
    assert any(rule["steps"][0].get("intent") == intent for rule in RULES)


def test_every_button_leads_to_an_intent() -> None:
    buttons = [b for variants in DOMAIN["responses"].values() for one in variants for b in one.get("buttons", ())]
    assert {b["payload"].removeprefix("/") for b in buttons} <= set(DOMAIN["intents"])


def test_the_conversation_never_expires_in_rasa_and_session_start_stays_rasas_own() -> None:
    assert DOMAIN["session_config"]["session_expiration_time"] == 0
    assert "action_session_start" not in DOMAIN["actions"]


def test_strong_feeling_is_met_with_an_apology() -> None:
    assert intent_of(Understanding("", Decision.HAND_OFF, "faq", 1.0, reason="negative_emotion")) == "complaint"


@pytest.mark.parametrize(
    ("text", "article_id", "intent"),
    [
        ("今日やってる？", "contact-hours", "ask_hours"),
        ("何時まで？", "contact-hours", "ask_hours"),
        ("年末年始の営業は", "contact-hours", "ask_hours"),
        ("昼休みは何時から", "contact-hours", "ask_hours"),
        ("祝日は休み？", "contact-hours", "ask_hours"),
        ("営業時間", "contact-hours", "faq_answer"),
        ("平日は何時から何時までですか", "contact-hours", "faq_answer"),
        ("受取カウンターは土曜日やってますか", "pickup-hours", "faq_answer"),
        ("今日届きますか", "delivery-days", "faq_answer"),
    ],
)
def test_the_calendar_answers_for_a_day_what_the_article_tells_in_general(
    text: str, article_id: str, intent: str
) -> None:
    assert intent_of(answer(text, article_id)) == intent


def test_the_articles_that_the_calendar_stands_in_for_are_there() -> None:
    known = {path.stem for path in (ROOT / "kb/articles").rglob("*.yml")}
    assert set(yaml.safe_load((ROOT / "bot/hours.yml").read_text(encoding="utf-8"))["articles"]) <= known


@pytest.mark.parametrize(
    ("said", "enough"),
    [
        (["faq_rephrase"], False),
        (["faq_rephrase", "faq_rephrase"], True),
        (["faq_rephrase", "faq_answer", "faq_rephrase"], False),
        (["faq_rephrase", "greet", "faq_rephrase"], True),
        (["faq_clarify", "none_of_these", "faq_clarify", "none_of_these"], True),
        (["faq_rephrase", "faq_answer"] * 2 + ["faq_rephrase"], True),
    ],
)
def test_when_misses_are_enough(said: list[str], enough: bool) -> None:
    misses = Misses()
    for intent in said:
        misses = misses.after(intent)
    assert misses.enough is enough


def test_the_class_paths_of_the_rasa_files_are_right() -> None:
    assert check_class_paths() == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("voc.broker.VocBroker", "no class VocBrokr"),
        ("voc.broker.VocBroker", "there is no module voc.brokr"),
    ],
)
def test_a_misspelt_class_path_is_told_with_file_line_and_remedy(tmp_path: Path, written: str, told: str) -> None:
    wrong = told.split()[-1] if "module" not in told else "voc.brokr.VocBroker"
    wrong = wrong if "." in wrong else f"voc.broker.{wrong}"
    for name in ("config.yml", "credentials.yml", "endpoints.yml"):
        (tmp_path / name).write_text((ROOT / name).read_text().replace(written, wrong))
    for room in ("bot", "channels", "voc"):
        (tmp_path / room).symlink_to(ROOT / room)
    problems = check_class_paths(tmp_path)
    assert len(problems) == 1
    assert problems[0].startswith("endpoints.yml:")
    assert told in problems[0]


def test_the_shelf_shows_only_what_customers_may_see_today() -> None:
    kept = [
        article("a", category="配送"),
        article("b", scope="staff_only"),
        article("c", valid_until="2026-01-01"),
        article("d", category="返品", title="返品？"),
    ]
    release = Release(3, {one.id: one for one in kept}, datetime.now(timezone.utc), "t", "t", "h")
    shelf = Shelf(release, date(2026, 6, 1))
    assert [one.id for one in shelf.some(["d", "b", "c", "a", "a", "x"], 3)] == ["d", "a"]
    assert shelf.get("b") is None
    assert shelf.topics() == "配送・返品"
    assert shelf.example() == "返品？"
    assert button(kept[0])["payload"] == '/choose_article{"article_id": "a"}'
    assert Shelf(None, date(2026, 6, 1)).some(["a"], 3) == []


def test_who_speaks_of_dying_gets_no_apology() -> None:
    found = Understanding("", Decision.HAND_OFF, "faq", 1.0, reason="negative_emotion", matter="life")
    assert intent_of(found) == "life_at_risk"


def test_an_accident_has_an_intent_of_its_own_and_the_rules_its_kind() -> None:
    found = Understanding("", Decision.HAND_OFF, "faq", 1.0, reason="complex_topic", matter=ACCIDENT)
    assert intent_of(found) == "accident"
    assert ACCIDENT in yaml.safe_load(complexity.RULES.read_text(encoding="utf-8"))
