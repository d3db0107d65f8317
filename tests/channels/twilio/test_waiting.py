"""A caller who waits for an agent: the place is told, keys lead out, who waits long is asked how to go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa

from channels.simulate.twilio import Twilio
from handoff import calendar_store
from handoff.calendar import Calendar
from handoff.callback_dialogue import CallbackDialogue
from handoff.callbacks import Callbacks
from handoff.patience import Patience
from handoff.queues import Queues
from handoff.schedule import ANY, HOLIDAY, WEEKDAYS, Schedule, Window
from handoff.ticket import URGENT, State
from nihongo.japan_time import TOKYO
from settings import Settings
from stores import open_sql
from tests.channels.staging import Connector, door_in
from tests.channels.twilio.conftest import HEARS, ROADS, OpenLine
from tests.channels.twilio.phone_room import PhoneRoom, hands_over

pytestmark = [pytest.mark.usefixtures("release", "connector"), ROADS]


@pytest.fixture(autouse=True)
def people(connector: Connector) -> None:
    connector.play = hands_over


@pytest.fixture
def engine(settings: Settings) -> sa.engine.Engine:
    return open_sql(settings.database_url)


async def test_the_place_is_told_again_and_again(phones: PhoneRoom) -> None:
    first, ticket = await phones.caller()
    second, _ = await phones.caller(sender="+819087654321")
    assert "順番は、2番目です" in "".join(second.heard) and "2番目" in "".join(await second.wait())
    await phones.queue.cancel(ticket.number)
    assert "順番は、1番目です" in "".join(await second.wait())
    await first.wait()
    assert first.state in HEARS  # nobody is waited for: back with the bot
    await first.hang_up()
    await second.hang_up()


async def test_key_2_leads_back_to_the_bot(phones: PhoneRoom) -> None:
    caller, ticket = await phones.caller()
    heard = "".join(await caller.press("2"))
    assert "取り消しました" in heard and caller.state in HEARS
    assert (await phones.ticket(caller)).state is State.ABANDONED
    await caller.say("送料は")
    assert "送料はへのお答えです" in "".join(caller.heard)
    await caller.hang_up()


async def test_key_1_books_a_callback(phones: PhoneRoom) -> None:
    caller, ticket = await phones.caller()
    heard = "".join(await caller.press("1"))
    assert caller.state in HEARS and "日時" in heard, heard
    await caller.hang_up()


async def test_another_key_changes_nothing(phones: PhoneRoom) -> None:
    caller, ticket = await phones.caller()
    assert "順番は、1番目です" in "".join(await caller.press("7")) and caller.state == "queued"
    await caller.hang_up()


@pytest.mark.parametrize(
    ("windows", "told"),
    [
        ((Window("09:00", "18:00"),), "受付の終了時刻を過ぎて"),
        ((Window("09:00", "17:00"),), "受付時間を過ぎております"),
    ],
)
async def test_that_the_queue_has_closed_is_told(
    line: OpenLine,
    room: Callable[[Twilio], PhoneRoom],
    engine: sa.engine.Engine,
    windows: tuple[Window, ...],
    told: str,
) -> None:
    """At 17:40: nobody new is let in after 17:30."""
    at = datetime(2026, 11, 24, 17, 40, tzinfo=TOKYO).timestamp()
    phones = room(await line(lambda: at))
    caller, _ = await phones.caller()
    hours = Schedule(dict.fromkeys((*WEEKDAYS, HOLIDAY), windows), {}, 30)
    calendar_store.save(engine, ("general", ANY), hours, 0)
    door_in(phones.twilio.door).calendar.changed()  # type: ignore[attr-defined]
    assert told in "".join(await caller.wait()) and caller.state == "queued"
    await caller.hang_up()


async def test_who_waits_long_is_asked_how_to_go_on(phones: PhoneRoom, engine: sa.engine.Engine) -> None:
    caller, ticket = await phones.caller()
    dialogue = CallbackDialogue.on(engine, phones.queue, Calendar(engine), phones.stream)
    patience = Patience(Queues(engine), phones.stream, dialogue)
    await patience.ask([ticket], ticket.opened_at + 200)
    heard = "".join(await caller.wait())
    assert "いかがなさいますか" in heard and "1番、" in heard and caller.state == "queued"
    assert "自動応答に戻る方は2" not in heard  # the keys mean what was read out
    assert "番号を押してください" in heard and "番号を押すか" not in heard  # nobody listens to words in the queue
    stays = "".join(await caller.press("1"))
    assert caller.state == "queued", stays
    await caller.wait()
    await patience.ask([ticket], ticket.opened_at + 400)
    heard = "".join(await caller.wait())
    key = next(key for key in "1234" if f"{key}番、ご伝言を残す。" in heard)
    await caller.press(key)
    assert caller.state == "recording", caller.transcript()
    await caller.record(seconds=7, digits="#")
    found = await phones.ticket(caller)
    assert found.message_left
    await caller.hang_up()


async def test_who_hangs_up_has_left_the_queue(phones: PhoneRoom) -> None:
    caller, ticket = await phones.caller()
    await caller.hang_up()
    assert (await phones.ticket(caller)).state is State.ABANDONED


async def test_who_is_in_danger_is_called_although_they_hung_up(phones: PhoneRoom, engine: sa.engine.Engine) -> None:
    """They were told to call 119."""
    caller, ticket = await phones.caller()
    await phones.queue.move(ticket.number, "kato", URGENT)
    await caller.hang_up()
    found = await phones.ticket(caller)
    assert found.waits and found.callback_due and found.priority == URGENT
    callbacks = Callbacks(phones.queue, Calendar(engine), Queues(engine), engine)
    contact = await callbacks.contact(found)
    assert contact and contact.phone == caller.sender
