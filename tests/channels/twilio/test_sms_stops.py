"""Who wants no SMS: the words for it, Twilio's own, and that nothing is sent to them."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from channels.simulate.numbers import new_sid
from channels.simulate.twilio import Twilio
from channels.tables import STOPS
from channels.twilio.stops import keyword
from conversation.stream import ConversationStream
from conversation.texts import State
from settings import Settings
from stores import open_sql
from tests.channels.staging import Connector
from tests.channels.twilio.texting import CUSTOMER, NAME, got, outbox, states, talks, until

pytestmark = pytest.mark.usefixtures("release", "connector")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("停止", "stop"), ("配信停止", "stop"), ("解除", "stop"), ("STOP", "stop"), ("ＳＴＯＰ", "stop"),
        ("stop", "stop"), ("ストップ", "stop"), (" 停止。 ", "stop"), ("配信停止してください", "stop"),
        ("再開", "start"), ("ＳＴＡＲＴ", "start"), ("HELP", "help"), ("ヘルプ", "help"), ("ﾍﾙﾌﾟ", "help"),
        ("停止の方法は？", "help"), ("停止します", "stop"),
        ("定期便を停止したい", None), ("停止 再開", None), ("STOPボタン", None),
        ("キャンセル", None), ("ヘルプを見たい", None), ("", None), ("1", None),
    ],
)  # fmt: skip
def test_only_the_word_alone_is_a_keyword(text: str, means: str | None) -> None:
    assert keyword(text) == means


async def test_stop_is_confirmed_once_and_nothing_more_is_sent(
    twilio: Twilio, stream: ConversationStream, connector: Connector
) -> None:
    reply = await twilio.text("停止")
    assert len(reply.messages) == 1 and reply.messages[0].startswith(NAME) and "停止しました" in reply.messages[0]
    assert connector.turns == [] and await talks(stream) == []
    await twilio.text("送料はいくら")
    (text,) = await until(stream, states(State.STOPPED))
    assert text.error == 21610 and len(twilio.sent) == 1  # the confirmation
    (name,) = await talks(stream)
    assert [word.meta["undelivered"]["state"] for word in await stream.since(name) if "undelivered" in word.meta] == [
        "stopped"
    ]


async def test_start_lets_texts_through_again(twilio: Twilio, stream: ConversationStream) -> None:
    await twilio.text("停止")
    assert "再開しました" in (await twilio.text("再開")).messages[0]
    await twilio.text("送料はいくら")
    await until(stream, states(State.DELIVERED))


async def test_a_stop_that_comes_again_does_not_undo_a_start(twilio: Twilio, stream: ConversationStream) -> None:
    sid = new_sid("SM")
    replies = await asyncio.gather(*(twilio.text("停止", sid=sid) for _ in range(4)))
    assert sum(len(reply.messages) for reply in replies) == 1
    await twilio.text("再開")
    assert (await twilio.text("停止", sid=sid)).messages == []
    await twilio.text("送料はいくら")
    await until(stream, states(State.DELIVERED))


async def test_what_twilio_has_replied_to_is_obeyed_in_silence(twilio: Twilio, stream: ConversationStream) -> None:
    assert (await twilio.text("やめて", OptOutType="STOP")).messages == []
    await twilio.text("送料はいくら")
    await until(stream, states(State.STOPPED))
    assert (await twilio.text("つかいたい", OptOutType="START")).messages == []
    await twilio.text("いつ届く")
    await until(stream, states(State.STOPPED, State.DELIVERED))
    assert (await twilio.text("なに", OptOutType="HELP")).messages == []
    assert len(await outbox(stream)) == 2


async def test_help_says_what_one_can_do(twilio: Twilio, connector: Connector) -> None:
    (said,) = (await twilio.text("ヘルプ")).messages
    assert said.startswith(NAME) and "「停止」" in said and "「担当者」" in said and "0120" in said
    assert connector.turns == []


async def test_a_stop_in_the_middle_of_a_talk_holds_back_what_is_not_sent_yet(
    twilio: Twilio, stream: ConversationStream
) -> None:
    twilio.fail_next(1, 429)
    await twilio.text("送料はいくら")
    await until(stream, lambda texts: any(text.tries for text in texts))
    await twilio.text("配信停止")
    await until(stream, states(State.STOPPED))


async def test_the_list_tells_nobody_a_number(twilio: Twilio, settings: Settings) -> None:
    await twilio.text("停止")
    engine = open_sql(settings.database_url)
    with engine.connect() as connection:
        (row,) = connection.execute(sa.select(STOPS)).all()
    engine.dispose()
    assert CUSTOMER[-8:] not in row.number and len(row.number) == 24


async def test_others_are_not_touched(twilio: Twilio, connector: Connector) -> None:
    await twilio.text("停止", sender="+819099990000")
    await twilio.text("定期便を停止したい")
    assert "定期便を停止したい" in (await got(twilio, 2))[1]
    assert connector.turns[0]["text"] == "定期便を停止したい"
