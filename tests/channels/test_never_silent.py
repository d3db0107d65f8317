"""What a customer types or presses on the way to a person is answered, the bot's to answer, or kept for the agent."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from channels.people import People
from conversation.turns import Turns
from conversation.words import Kind, Speaker, TalkingTo, Word
from handoff import store
from handoff.buttons import CALLBACK, CALLBACK_CHANGE, CANCEL, KEEP_WAITING, LEAVE_MESSAGE
from handoff.queue_settings import QueueSettings
from stores import METADATA, AsyncRedis, open_sql
from tests.handoff.callback_room import CallbackRoom
from tests.handoff.room import Time, make_room

HOURS = {"open": (2026, 11, 24, 10, 0), "lunch": (2026, 11, 24, 12, 10), "night": (2026, 11, 24, 20, 0)}
TEXTS = yaml.safe_load(Path(__file__).with_name("never_silent.yml").read_text())
COMMANDS = (CANCEL, LEAVE_MESSAGE, CALLBACK, CALLBACK_CHANGE, KEEP_WAITING)  # of buttons that stood there before
ACTS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(TEXTS)),
    st.tuples(st.just("press"), st.integers(0, 4)),
    st.tuples(st.just("press_old"), st.sampled_from(COMMANDS)),
    st.tuples(st.just("wait"), st.sampled_from([30, 150, 4000])),
)


@pytest.fixture
def engine(sqlite_url: str) -> Engine:
    engine = open_sql(sqlite_url)
    METADATA.create_all(engine)
    store.save_queue(engine, QueueSettings("general", "総合", patience_seconds=100))
    return engine


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(HOURS)), st.booleans(), st.lists(ACTS, min_size=1, max_size=10))
async def test_nothing_is_met_with_silence(
    redis_client: AsyncRedis, engine: Engine, hours: str, somebody: bool, acts: list[tuple[str, Any]]
) -> None:
    time = Time()
    time.move_to(*HOURS[hours])
    caller = CallbackRoom(make_room(redis_client, time), engine, cid=f"c-{uuid.uuid4()}")
    await caller.clock._ledger.prepare()
    if somebody:
        await caller.room.ready("a1", chats=0)  # there, but with no hand free
    people = People(caller.room.stream, Turns(caller.room.stream), caller.room.queue, caller.reception)
    await caller.come()
    for act, what in acts:
        if act == "wait":
            time.now += what
            await caller.clock.tick()
            continue
        word = await spoken(caller, act, what)
        before = await told(caller)
        mine = await people.attend(word, await caller.room.stream.state(caller.cid))
        new = (await told(caller))[len(before) :]
        if not mine:
            assert not new, (word.text, new)  # the bot answers
        elif not new:
            ticket = await caller.room.queue.of_conversation(caller.cid)
            kept = ticket is not None and ticket.talking_to is not TalkingTo.BOT
            assert kept and word.kind is Kind.MESSAGE, word.text
        else:
            assert len(new) == 1 or word.meta.get("command") == LEAVE_MESSAGE, (word.text, new)


async def spoken(caller: CallbackRoom, act: str, what: Any) -> Word:
    words = await caller.room.stream.since(caller.cid)
    offered = next((word.choices for word in reversed(words) if word.choices), ())
    if act == "press" and offered:
        choice = offered[what % len(offered)]
        return await caller.word(choice.title, choice.command)
    return await caller.word("ボタン", what) if act == "press_old" else await caller.word(str(what))


async def told(caller: CallbackRoom) -> list[str]:
    words = await caller.room.stream.since(caller.cid)
    return [word.text for word in words if word.speaker is Speaker.SYSTEM and word.shown]
