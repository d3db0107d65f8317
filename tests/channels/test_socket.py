"""The web chat's contract over the socket."""

from __future__ import annotations

from tests.channels.staging import Client, Connector, page


async def test_a_question_is_acked_shown_and_answered(door: Client, connector: Connector) -> None:
    tab = await page(door, page="https://shop.example/item/1")
    message_id = await tab.ask("送料はいくら？")
    ack = await tab.kind("ack")
    assert ack == {"type": "ack", "id": message_id, "seq": 1}
    answer = await tab.word("解決しましたか？")
    assert [choice["title"] for choice in answer["choices"]] == ["はい", "いいえ", "担当者と話す"]
    assert answer["exchange_id"] == message_id
    assert connector.turns[0]["page"] == "https://shop.example/item/1"
    assert [seq for seq, _, _ in tab.messages] == [1, 2, 3]
