"""The broker never waits, never raises, and loses nothing while Redis is away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from voc.broker import VocBroker, entry_of
from voc.events import spooled

pytestmark = pytest.mark.model


class Given:
    """What the broker reads of Settings."""

    def __init__(self, redis_url: str, var_dir: Path) -> None:
        self.redis_url, self.var_dir = redis_url, var_dir


def user_event(message_id: str, intent: str | None = "greet") -> dict[str, Any]:
    parsed = {"intent": {"name": intent, "confidence": 0.9}, "understanding": {"decision": "talk", "release": 3}}
    return {
        "event": "user",
        "sender_id": "c1",
        "message_id": message_id,
        "text": "ひみつ",
        "timestamp": 5.0,
        "parse_data": parsed,
        "metadata": {"model_id": "m"},
    }


@pytest.mark.parametrize(
    "event",
    [{}, {"event": "bot", "text": "x"}, user_event("m", None), {"event": "user", "sender_id": "c", "parse_data": None}],
)
def test_other_events_and_words_rasa_was_only_told_of_are_left_out(event: dict[str, Any]) -> None:
    assert entry_of(event) is None


async def test_one_entry_a_message_however_often_rasa_publishes_it(
    redis_url: str, redis_client: Any, tmp_path: Path
) -> None:
    broker = VocBroker(Given(redis_url, tmp_path))  # type: ignore[arg-type]
    for message_id in ("m1", "m1", "m2"):
        broker.publish(user_event(message_id))
    await broker.close()
    entries = [json.loads(fields["json"]) for _, fields in await redis_client.xrange("events")]
    assert [entry["message_id"] for entry in entries] == ["m1", "m2"]
    assert entries[0]["decision"] == "talk"
    assert "ひみつ" not in json.dumps(entries, ensure_ascii=False)


async def test_while_redis_is_away_events_go_to_whole_files_for_the_writer(tmp_path: Path) -> None:
    broker = VocBroker(Given(f"unix://{tmp_path}/nobody.sock", tmp_path))  # type: ignore[arg-type]
    broker.publish(user_event("m1"))
    broker.publish(user_event("m2"))
    await broker.close()
    with spooled(tmp_path / "spool") as events:
        assert sorted(events["c1"]) == ["m1", "m2"]
    with spooled(tmp_path / "spool") as events:
        assert events == {}


def test_without_a_loop_it_goes_to_a_file_and_nonsense_is_swallowed(tmp_path: Path) -> None:
    broker = VocBroker.__new__(VocBroker)
    import asyncio

    asyncio.run(_made(broker, tmp_path))
    broker.publish(user_event("m1"))
    broker.publish({"event": "user", "parse_data": "nonsense", "message_id": "x"})
    with spooled(tmp_path / "spool") as events:
        assert list(events["c1"]) == ["m1"]


async def _made(broker: VocBroker, folder: Path) -> None:
    broker.__init__(Given("unix:///nobody.sock", folder))  # type: ignore[misc,arg-type]
