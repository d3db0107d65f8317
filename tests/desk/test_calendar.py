"""The calendar's page: who may, what it shows, saving, two editors, and that customers are told at once."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from desk import store
from desk.app import make_app
from desk.staff import Role
from handoff import calendar_store
from handoff.tables import CALENDARS
from nihongo.japan_time import TOKYO
from settings import Settings
from tests.desk.room import Floor
from tests.desk.test_calendar_form import form

pytestmark = pytest.mark.slow  # of all in a minute: left to `make test`

THURSDAY = datetime(2026, 11, 26, 17, 40, tzinfo=TOKYO)


@pytest.fixture
async def floor(desk_settings: Settings, aiohttp_client: Any) -> Floor:
    floor = Floor(await aiohttp_client(make_app(desk_settings, clock=lambda: THURSDAY.timestamp())))
    calendar_store.seed(floor.desk.engine)
    floor.add("boss", Role.SUPERVISOR)
    floor.add("agent", Role.AGENT)
    await floor.sign_in("boss")
    return floor


async def sent(floor: Floor, path: str = "/calendar", queue: str = "*", channel: str = "*", **more: Any) -> Any:
    fields = {"queue": queue, "channel": channel, "version": "1", **form(), **more}
    return await floor.post(path, **fields)


def saved(floor: Floor, queue: str = "*", channel: str = "*") -> Any:
    return calendar_store.load_one(floor.desk.engine, (queue, channel))


async def test_the_page_shows_the_week_the_days_and_what_customers_are_told(floor: Floor) -> None:
    page = await (await floor.client.get("/calendar")).text()
    for shown in (
        'name="mon" value="09:00-12:00, 13:00-18:00"',
        'name="buffer" value="30"',
        'name="until.0" value="01-03"',
        "お取り次ぎ終了・担当者は応対中",
        "次は11月27日(金)9時から承ります。",
        "次は11月27日、金曜日の、9時から承ります。",
        "09:00〜12:00<br>13:00〜17:30",
        "09:00〜12:00<br>13:00〜18:00",
    ):
        assert shown in page
    assert page.count("（土）") == page.count("（日）") == 2


async def test_the_preview_names_holidays_and_reasons(desk_settings: Settings, aiohttp_client: Any) -> None:
    new_year = datetime(2026, 12, 25, 10, tzinfo=TOKYO).timestamp()
    floor = Floor(await aiohttp_client(make_app(desk_settings, clock=lambda: new_year)))
    calendar_store.seed(floor.desk.engine)
    floor.add("boss", Role.SUPERVISOR)
    await floor.sign_in("boss")
    page = await (await floor.client.get("/calendar")).text()
    assert "<small>元日</small>" in page and page.count("<small>年末年始休業</small>") == 6


async def test_saving_holds_at_once_and_is_recorded(floor: Floor) -> None:
    assert not await floor.desk.calendar.is_open(THURSDAY)
    answer = await sent(floor, buffer="１０分", thu="9:00〜18:00")
    assert answer.status == 303 and answer.headers["Location"] == "/calendar?queue=*&channel=*&done=saved"
    schedule, version = saved(floor)
    assert (schedule.buffer, version) == (10, 2)
    assert await floor.desk.calendar.is_open(THURSDAY)
    assert ("boss", "calendar.saved", "*/* v2") in [
        (entry.user_name, entry.action, entry.object) for entry in store.entries(floor.desk.engine)
    ]
    assert "保存しました。" in await (await floor.client.get(answer.headers["Location"])).text()


async def test_what_is_wrong_is_told_and_nothing_typed_is_lost(floor: Floor) -> None:
    answer = await sent(floor, mon="9:00-<b>", buffer="abc", **{"day.1": "いつか", "note.1": "周年祭"})
    page = await answer.text()
    assert answer.status == 422
    for kept in ('value="9:00-&lt;b&gt;"', 'value="abc"', 'value="いつか"', 'value="周年祭"', 'value="12-29"'):
        assert kept in page
    assert page.count('aria-invalid="true"') == 3 and "月曜日：「9:00-&lt;b&gt;」" in page
    assert saved(floor)[1] == 1


async def test_a_day_that_cannot_be_read_is_not_shown_as_closed(floor: Floor) -> None:
    before = (await (await floor.client.get("/calendar")).text()).split("これからの2週間</h2>")[1]
    after = await (await sent(floor, fri="9:00-<b>")).text()
    assert after.split("これからの2週間</h2>")[1] == before and "いま使われている内容です" in after


async def test_looking_saves_nothing(floor: Floor) -> None:
    answer = await sent(floor, fri="10:00-15:00", look="1")
    page = await answer.text()
    assert answer.status == 200 and "まだ保存していません" in page and "10:00〜14:30" in page
    assert saved(floor)[1] == 1


async def test_of_two_editors_the_second_sees_what_the_first_saved(floor: Floor) -> None:
    assert (await sent(floor, mon="10:00-15:00", **{"day.1": "2026-12-01", "note.1": "棚卸し"})).status == 303
    late = await sent(floor, tue="11:00-16:00")
    page = await late.text()
    assert late.status == 409 and 'value="11:00-16:00"' in page
    moved = page.split('id="moved"')[1].split("</section>")[0]
    assert "<dt>月曜日</dt><dd>10:00-15:00</dd>" in moved and "棚卸し" in moved
    assert saved(floor)[0].week["tue"] == saved(floor)[0].week["wed"]
    assert (await sent(floor, tue="11:00-16:00", version="2")).status == 303
    assert saved(floor)[1] == 3


async def test_of_many_who_save_at_once_one_wins(floor: Floor) -> None:
    codes = [one.status for one in await asyncio.gather(*(sent(floor, note=str(number)) for number in range(6)))]
    assert sorted(codes) == [303] + [409] * 5 and saved(floor)[1] == 2


async def test_a_calendar_of_one_channel_and_back(floor: Floor) -> None:
    page = await (await floor.client.get("/calendar?queue=general&channel=voice")).text()
    assert "この組み合わせだけのカレンダーは、まだありません" in page and 'name="version" value="0"' in page
    assert (await sent(floor, channel="voice", queue="general", version="0", thu="17:00-20:00")).status == 303
    assert (await sent(floor, channel="voice", queue="general", version="0")).status == 409
    assert await floor.desk.calendar.is_open(THURSDAY, "general", "voice")
    assert "総合受付・電話</a>" in await (await floor.client.get("/calendar")).text()
    assert not await floor.desk.calendar.is_open(THURSDAY, "general", "web")
    stale = await sent(floor, "/calendar/remove", channel="voice", queue="general", version="7")
    assert stale.headers["Location"].endswith("done=moved")
    gone = await sent(floor, "/calendar/remove", channel="voice", queue="general")
    assert gone.headers["Location"].endswith("done=removed")
    assert not await floor.desk.calendar.is_open(THURSDAY, "general", "voice")


async def test_the_most_general_calendar_stays(floor: Floor) -> None:
    assert (await sent(floor, "/calendar/remove")).status == 400
    assert saved(floor)[1] == 1


async def test_agents_read_and_do_not_write(floor: Floor) -> None:
    await floor.sign_in("agent")
    page = await (await floor.client.get("/calendar")).text()
    assert 'class="bare stack" disabled' in page and "保存する" not in page
    assert (await sent(floor)).status == 403


@pytest.mark.parametrize("query", ["queue=nobody", "channel=fax", "queue=%3Cb%3E"])
async def test_unknown_queues_and_channels_are_refused(floor: Floor, query: str) -> None:
    assert (await floor.client.get(f"/calendar?{query}")).status == 400


async def test_when_sql_fails_nothing_typed_is_lost(floor: Floor) -> None:
    CALENDARS.drop(floor.desk.engine)
    answer = await sent(floor, mon="10:00-15:00")
    assert answer.status == 503 and 'value="10:00-15:00"' in await answer.text()
