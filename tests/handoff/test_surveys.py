"""After a talk with a person the customer is asked once, and what they say is kept."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from conversation.words import Speaker, Word
from handoff import after_store, keys
from handoff.ledger import Ledger
from handoff.sentences import say
from handoff.survey import Step, question, typed
from handoff.surveys import ONCE_SECONDS
from handoff.tables import SURVEYS
from handoff.ticket import Reason, Ticket
from tests.handoff.room import Room

SOLVED, EFFORT = "解決しましたか", "お手間"


async def talked(room: Room, cid: str = "c1", exchange: str = "x1", **more: object) -> Ticket:
    """A talk that its agent has just ended."""
    ticket = await room.ask(cid, exchange, **more)
    await room.queue.claim(ticket.number, "a1", "山田")
    return await room.queue.end_talk(ticket.number, "a1")


async def hear(room: Room, word: Word) -> bool:
    return await room.queue.surveys.hear(word, await room.stream.state(word.conversation_id))


async def write(room: Room, text: str, message_id: str, cid: str = "c1") -> bool:
    return await hear(room, await room.say(cid, text, message_id))


async def press(room: Room, title: str, message_id: str, cid: str = "c1") -> bool:
    words = await room.stream.since(cid)
    command = next(one.command for word in reversed(words) for one in word.choices if one.title == title)
    return await hear(room, await room.say(cid, title, message_id, command))


async def rows(room: Room, engine: Engine) -> list[dict[str, object]]:
    """What SQL has, once the ledger has written."""
    ledger = Ledger(room.redis, engine)
    await ledger.prepare()
    await ledger.write()
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(SURVEYS)).mappings()]


@pytest.mark.parametrize("end", ["end_talk", "return_to_bot", "close"])
async def test_however_the_talk_ends_the_customer_is_asked_once(room: Room, end: str) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    more = ["resolved"] if end == "close" else []
    await getattr(room.queue, end)(ticket.number, "a1", *more)
    await room.queue.close(ticket.number, "a1", "resolved")  # the write-up, where there was one
    await room.redis.delete(keys.told("c1", ticket.number))
    await room.queue.telling.tell("c1", ticket.number)  # told again, as after a crash
    last = (await room.lines())[-1]
    assert SOLVED in last and len([line for line in await room.lines() if SOLVED in line]) == 1


async def test_both_answers_are_kept_with_scale_and_direction(room: Room, sql: Engine) -> None:
    ticket = await talked(room)
    assert await press(room, "はい", "m1")
    assert EFFORT in (await room.lines())[-1]
    room.time.now += 5
    assert await press(room, "2", "m2")
    assert (await room.lines())[-1] == say("survey.thanks.said")
    assert await rows(room, sql) == [
        {
            "number": ticket.number,
            "conversation_id": "c1",
            "channel": "web",
            "asked_at": room.time() - 5,
            "answered_at": room.time(),
            "solved": True,
            "ces": 2,
            "scale": "1-5",
            "direction": "low_is_good",
        }
    ]


@pytest.mark.parametrize("written", ["はい", "解決しました。ありがとうございました。", "いいえ、まだです"])
@pytest.mark.parametrize("grade", ["3", "３", "3です"])
async def test_answers_may_be_typed(room: Room, sql: Engine, written: str, grade: str) -> None:
    await talked(room, channel="sms")
    assert await write(room, written, "m1") and await write(room, grade, "m2")
    (row,) = await rows(room, sql)
    assert (row["solved"], row["ces"]) == (not written.startswith("いいえ"), 3)


async def test_a_word_that_is_heard_again_changes_nothing(room: Room, sql: Engine) -> None:
    """The door died behind the answer: the turn is carried out again."""
    await talked(room)
    first = await room.say("c1", "はい", "m1")
    assert await hear(room, first) and await hear(room, first)
    second = await room.say("c1", "4", "m2")
    assert await hear(room, second)
    lines = await room.lines()
    assert await hear(room, second) and await hear(room, first)
    assert await room.lines() == lines
    (row,) = await rows(room, sql)
    assert (row["solved"], row["ces"]) == (True, 4)


async def test_another_question_ends_the_asking_for_good(room: Room, sql: Engine) -> None:
    await talked(room)
    assert not await write(room, "送料はいくらですか", "m1")
    assert not await write(room, "はい", "m2")
    assert await press(room, "いいえ", "m3")  # the old button still counts
    assert (await room.lines())[-1] == say("survey.thanks.unsolved")
    assert len([line for line in await room.lines() if EFFORT in line]) == 0
    (row,) = await rows(room, sql)
    assert (row["solved"], row["ces"]) == (False, None)


async def test_a_customer_who_changes_their_mind_is_believed(room: Room, sql: Engine) -> None:
    await talked(room)
    assert await press(room, "はい", "m1") and await press(room, "いいえ", "m2") and await press(room, "2", "m3")
    (row,) = await rows(room, sql)
    assert (row["solved"], row["ces"]) == (False, 2)


async def test_what_was_said_before_the_question_is_no_answer(room: Room) -> None:
    before = await room.say("c1", "はい", "m0")
    await talked(room)
    assert not await hear(room, before)
    assert await write(room, "はい", "m1")


async def test_nobody_is_asked_twice_a_day(room: Room) -> None:
    await talked(room)
    room.time.now += 60
    await talked(room, exchange="x2")
    asked = [line for line in await room.lines() if SOLVED in line]
    assert len(asked) == 1
    assert 0 < await room.redis.ttl(keys.asked("c1")) <= ONCE_SECONDS
    await room.redis.delete(keys.asked("c1"))  # the day is over
    await talked(room, exchange="x3")
    assert len([line for line in await room.lines() if SOLVED in line]) == 2


async def test_a_known_contact_is_asked_once_over_all_conversations(room: Room) -> None:
    for cid in ("c1", "c2"):
        await room.stream.set_state(cid, contact="shop:42")
        await talked(room, cid, f"{cid}-x")
    assert SOLVED in (await room.lines("c1"))[-1] and SOLVED not in (await room.lines("c2"))[-1]
    assert "shop:42" not in str(await room.redis.keys("*"))


@pytest.mark.parametrize("more", [{"reason": Reason.ABUSE}])
async def test_some_are_not_asked(room: Room, more: dict[str, object]) -> None:
    await talked(room, **more)
    assert not [line for line in await room.lines() if SOLVED in line]


async def test_who_has_left_is_not_asked(room: Room) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")
    await room.stream.set_state("c1", ended_at="1.0")
    await room.queue.end_talk(ticket.number, "a1")
    assert not [line for line in await room.lines() if SOLVED in line]


async def test_who_waits_for_a_person_again_is_not_asked(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = await room.ask()
    await room.queue.claim(ticket.number, "a1", "山田")

    async def late(*_: object) -> None:
        return

    with monkeypatch.context() as patch:
        patch.setattr(room.queue.telling, "tell", late)
        await room.queue.end_talk(ticket.number, "a1")
        await room.ask(exchange="x2")
    await room.queue.telling.tell("c1", ticket.number)
    assert not [line for line in await room.lines() if SOLVED in line]


async def test_a_new_ticket_ends_the_asking(room: Room) -> None:
    await talked(room)
    await room.ask(exchange="x2")
    assert not await write(room, "はい", "m1")


async def test_an_older_note_does_not_take_answers_back(room: Room, sql: Engine) -> None:
    ticket = await talked(room)
    asked = await room.queue.surveys.get("c1", ticket.number)
    await press(room, "はい", "m1")
    assert asked
    await room.redis.xadd(keys.SURVEYS, {"survey": asked.to_json()})
    assert (await rows(room, sql))[0]["solved"] is True


async def test_answers_wait_while_sql_is_away(room: Room, sql: Engine) -> None:
    lost = Ledger(room.redis, sa.create_engine("sqlite:////absent/none.db", future=True))
    await lost.prepare()
    await talked(room)
    await press(room, "はい", "m1")
    with pytest.raises(sa.exc.SQLAlchemyError):
        await lost.write()
    assert await lost.backlog() == 5  # opened, claimed, ended; asked, answered
    assert [row["solved"] for row in await rows(room, sql)] == [True]
    assert await lost.backlog() == 0


async def test_forgetting_leaves_no_survey(room: Room, sql: Engine) -> None:
    await room.stream.set_state("c1", contact="shop:42")
    await talked(room)
    await rows(room, sql)
    await room.queue.forget("c1")
    assert await room.redis.keys("*asked*") + await room.redis.keys("surveyed*") == []
    assert not await room.redis.exists(keys.surveys("c1"))
    assert "survey" not in await room.stream.state("c1")
    assert after_store.forget(sql, "c1") == 1 and await rows(room, sql) == []


def test_the_words_for_the_telephone_can_be_spoken() -> None:
    for step in (Step.SOLVED, Step.CES):
        text = question(step, "voice")
        assert text.endswith("。") and not set("「」（）〜？/") & set(text)


@pytest.mark.parametrize("text", ["送料は3,000円ですか", "6", "0", "はい", "3つ買いました"])
def test_what_is_no_grade_is_none(text: str) -> None:
    assert typed(Word("c1", Speaker.CUSTOMER, text, "m1"), Step.CES) is None
