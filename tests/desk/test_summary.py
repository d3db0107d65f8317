"""Three lines for who takes over, and numbers that are shown only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from conversation.words import Kind, Speaker, Word
from desk import store
from desk.staff import Role
from desk.summary import Summary, summary
from handoff.ticket import Packet, Reason, State, Ticket
from tests.desk.room import PACKET, Floor
from tests.desk.test_inbox import page

SAID = ["鍋の返品について", "いいえ", "写真も撮りました。電話は090-1234-5678です"]


def told(words: Sequence[str] = SAID, **more: Any) -> Summary:
    options: dict[str, Any] = {"reason": Reason.REPEATED_MISS, "packet": PACKET, "first_seq": 1}
    ticket = Ticket("10000000", "c1", "web", state=State.WAITING, opened_at=0.0, exchange_id="x", **(options | more))
    said = [Word("c1", Speaker.CUSTOMER, text, f"m{n}", seq=n) for n, text in enumerate(words, start=1)]
    return summary(ticket, said, None)


def test_what_is_asked_what_was_tried_what_is_wanted() -> None:
    assert [(name, text) for name, text, _ in told().lines] == [
        ("ご用件", "届いた鍋が割れていました"),
        ("これまで", "「返品の手続き方法を教えてください」をご案内（解決しなかった）"),
        ("ご希望", "写真も撮りました。電話は【電話番号】です"),
    ]


def test_who_comes_back_from_the_survey_asked_before_it() -> None:
    def customer(text: str, seq: int) -> Word:
        return Word("c1", Speaker.CUSTOMER, text, f"m{seq}", seq=seq)

    thanks = Word(
        "c1", Speaker.SYSTEM, "ありがとうございました。", "m4:survey", exchange_id="m4", meta={"survey": "over"}
    )
    words = [customer("鍋の返品について", 1), customer("４", 4), replace(thanks, seq=5)]
    ticket = Ticket(
        "10000000",
        "c1",
        "web",
        state=State.WAITING,
        opened_at=0.0,
        exchange_id="x",
        reason=Reason.REPEAT_CONTACT,
        first_seq=3,
    )
    assert [text for _, text, _ in summary(ticket, words, None).lines][0] == "鍋の返品について"
    assert [text for _, text, _ in summary(replace(ticket, first_seq=1), words, None).lines][0] == "鍋の返品について"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["鍋が割れていました", "交換してほしいです", "はい", "4"], "交換してほしいです"),
        (
            ["送料は？", "いいえ", "返品の件で担当者と話したい", "山田です", "お願いします"],
            "返品の件で担当者と話したい",
        ),
        (["送料は？", "はい", "お願いします"], "担当者との会話"),
    ],
)
def test_what_is_wanted_is_said_by_the_clearest_message(words: list[str], wanted: str) -> None:
    packet = Packet(question="送料は？")
    shown = told(words, reason=Reason.CUSTOMER_REQUEST, packet=packet).lines
    assert [text for name, text, _ in shown if name == "ご希望"] == [wanted]


def test_who_only_asked_for_a_person_wants_one() -> None:
    only = told(["担当者と話したい"], reason=Reason.CUSTOMER_REQUEST, packet=Packet(question="担当者と話したい"))
    assert [text for _, text, _ in only.lines] == ["担当者と話したい", "まだ何もご案内していません", "担当者との会話"]


def test_words_of_an_earlier_ticket_are_not_told_again() -> None:
    assert "写真" not in str(told(first_seq=4).lines)


def test_what_was_written_for_a_callback_is_not_told() -> None:
    ticket = Ticket("10000000", "c1", "web", Reason.CUSTOMER_REQUEST, State.WAITING, 0.0, "x", packet=PACKET)
    name = Word("c1", Speaker.CUSTOMER, "ヤマダ タロウ", "m1", seq=1, meta={"private": True})
    assert "ヤマダ" not in str(summary(ticket, [name], None))


def test_what_hurts_is_folded_and_the_mood_goes_by_messages() -> None:
    signs = ({"kind": "mood", "message": 2, "signs": ["unsolved"], "words": []},)
    angry = told(["鍋の件", "いいえ", "このクズ野郎"], packet=Packet(question="このクズ野郎", signs=signs))
    assert angry.mood == (0, 1, 2)
    assert angry.lines[0][2] is True


@pytest.fixture
async def talking(floor: Floor) -> tuple[Floor, Ticket]:
    yamada = floor.add("yamada", Role.AGENT, display_name="山田")
    await floor.sign_in("yamada")
    ticket = await floor.ticket()
    return floor, await floor.desk.queue.claim(ticket.number, yamada.id, "山田")


async def test_the_page_has_the_summary(talking: tuple[Floor, Ticket]) -> None:
    floor, ticket = talking
    shown = await page(floor, f"/inbox/{ticket.number}")
    assert "要点" in shown and "をご案内（解決しなかった）" in shown and "総合受付" in shown


async def test_a_number_is_revealed_to_the_owner_and_recorded(talking: tuple[Floor, Ticket]) -> None:
    floor, ticket = talking
    said = await floor.customer("c1", "090-1234-5678、カードは4111 1111 1111 1111です", "c1-9")
    async with await floor.post(f"/inbox/{ticket.number}/words/{said.seq}") as answer:
        text = (await answer.json())["text"]
    assert "090-1234-5678" in text and "4111" not in text
    assert "talk.revealed" in [entry.action for entry in store.entries(floor.desk.engine, None)]
    async with await floor.post(f"/inbox/{ticket.number}/words/{said.seq + 1}") as answer:
        assert answer.status == 404
    await floor.desk.queue.release(ticket.number, str(ticket.owner))
    async with await floor.post(f"/inbox/{ticket.number}/words/{said.seq}") as answer:
        assert answer.status == 403


async def test_the_transcript_masks_and_says_so(talking: tuple[Floor, Ticket]) -> None:
    from desk.showing import shown_word

    floor, _ = talking
    said = await floor.customer("c1", "090-1234-5678です", "c1-9")
    line = shown_word(said, None)
    assert line and (line["text"], line["masked"]) == ("【電話番号】です", True)
    plain = await floor.customer("c1", "鍋です", "c1-10")
    assert not (shown_word(plain, None) or {})["masked"]
    assert said.kind is Kind.MESSAGE
