"""The action of business hours on a real calendar: the day of the customer's text, and the wording of the channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import opened
from actions.business_hours import ActionBusinessHours
from handoff import calendar_store
from handoff.schedule import HOLIDAY, WEEKDAYS, Schedule, Window
from settings import Settings
from stores import METADATA, open_sql

EVERY_DAY = Schedule({day: (Window("09:00", "17:30"),) for day in (*WEEKDAYS, HOLIDAY)}, {})
EVENINGS = Schedule({day: (Window("18:00", "20:30"),) for day in (*WEEKDAYS, HOLIDAY)}, {})


@pytest.fixture
async def action(
    redis_url: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ActionBusinessHours]:
    engine = open_sql(sqlite_url)
    METADATA.create_all(engine)
    calendar_store.save(engine, ("*", "*"), EVERY_DAY, 0)
    calendar_store.save(engine, ("*", "voice"), EVENINGS, 0)
    engine.dispose()
    settings = Settings(redis_url=redis_url, database_url=sqlite_url, var_dir=tmp_path)
    monkeypatch.setattr(opened, "settings", lambda: settings)
    yield ActionBusinessHours()
    await opened.close()


@pytest.mark.parametrize(
    ("text", "channel", "said"),
    [
        ("平日は何時まで", "web", "毎日は、9時から17時30分まで、担当者が承ります。"),
        ("平日は何時まで", "voice", "毎日は、18時から20時半まで、担当者が承ります。"),
        ("平日は何時まで", None, "9時から17時30分まで"),
        ("昼休みは何時から", "sms", "お昼休みはいただいておりません。"),
        ("お盆は？", "web", "お盆の担当者の受付についてご案内します。"),
        ("営業時間", "web", "毎日は、9時から"),
        (None, "web", "承"),
    ],
)
async def test_the_calendar_of_the_channel_answers(
    action: ActionBusinessHours, text: str | None, channel: str | None, said: str
) -> None:
    user = {"event": "user", "text": text, "input_channel": channel, "parse_data": {}}
    tracker = Tracker("c1", {}, {"text": text}, [user], False, None, {}, "action_listen")
    dispatcher: Any = CollectingDispatcher()
    assert await action.run(dispatcher, tracker, {}) == []
    assert said in dispatcher.messages[0]["text"]
    assert dispatcher.messages[0]["metadata"] == {"decision": "talk", "intent": "ask_hours"}
