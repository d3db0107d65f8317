"""Why a customer came, in the agent's words; abuse for supervisors only, and folded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desk.reasons import Line, abusive_numbers, label, why
from desk.staff import Role
from handoff.ticket import URGENT, Packet, Reason, State, Ticket
from tests.desk.room import Floor
from tests.desk.test_inbox import page

EARLIER = {"kind": "earlier", "number": "12345675", "reason": "complaint_recovery"}


def ticket(reason: Reason, *signs: dict[str, Any], evidence: tuple[str, ...] = ()) -> Ticket:
    packet = Packet(evidence=evidence, signs=signs)
    return Ticket("12345675", "c1", "web", reason, State.WAITING, 1.0, "m1", packet=packet)


@pytest.mark.parametrize(
    ("sign", "line"),
    [
        (
            {"kind": "words", "matter": "complaint", "words": ["対応が悪い", "誠意"]},
            Line("苦情にあたるお言葉「対応が悪い」「誠意」"),
        ),
        (
            {"kind": "words", "matter": "complaint", "words": ["対応が悪い"], "said": ["電話の対応が悪いです"]},
            Line("苦情にあたるお言葉「電話の対応が悪いです」"),
        ),
        ({"kind": "score", "score": 0.934}, Line("苦情と判断した確かさ 93%")),
        ({"kind": "article", "words": ["個人情報の削除"]}, Line("担当者が承る記事「個人情報の削除」")),
        ({"kind": "misses", "count": 2}, Line("お答えできなかった回数 2回")),
        (
            {"kind": "mood", "signs": ["unsolved", "repeated"], "words": ["さっきも言った"], "message": 7},
            Line("ご不満のしるし：「解決しない」とのご回答・同じご質問の繰り返し「さっきも言った」", message=7),
        ),
        (
            {"kind": "abuse", "category": "threat", "words": ["火をつけてやる"], "message": 9},
            Line("迷惑行為のおそれ：脅迫", "「火をつけてやる」", 9),
        ),
        (
            {"kind": "words", "matter": "complaint", "words": ["くたばれ"]},
            Line("苦情にあたるお言葉", "「くたばれ」"),
        ),
        (EARLIER, Line("この会話の前の受付 1234-5675（苦情・不手際の回復）")),
    ],
)
def test_each_sign_is_a_line(sign: dict[str, Any], line: Line) -> None:
    assert why(ticket(Reason.COMPLAINT_RECOVERY, sign)).lines == (line,)


def test_the_headline_quotes_the_calmer_words() -> None:
    said = {"kind": "words", "matter": "complaint", "words": ["対応が悪い", "くたばれ", "誠意", "謝罪を"]}
    found = why(ticket(Reason.COMPLAINT_RECOVERY, said))
    assert found.headline == "苦情・不手際の回復（「対応が悪い」「誠意」など）"
    alone = why(ticket(Reason.COMPLAINT_RECOVERY, {"kind": "words", "matter": "complaint", "words": ["誠意"]}))
    assert alone.headline == "苦情・不手際の回復（「誠意」）"
    assert why(ticket(Reason.ABUSE)).headline == "迷惑行為のおそれ"
    life = {"kind": "words", "matter": "life", "words": ["死にたいです"]}
    assert why(ticket(Reason.NEGATIVE_EMOTION, life)).headline == "命に関わるお話（「死にたいです」）"


def test_danger_stands_in_the_place_of_the_reason() -> None:
    body = replace(
        ticket(Reason.COMPLEX_TOPIC, {"kind": "words", "matter": "accident", "words": ["煙"]}), priority=URGENT
    )
    assert (label(body), why(body).headline) == ("緊急：身の危険のおそれ", "緊急：身の危険のおそれ（「煙」）")
    life = ticket(Reason.NEGATIVE_EMOTION, {"kind": "words", "matter": "life", "words": ["死にたいです"]})
    assert label(replace(life, priority=URGENT)) == "緊急：命に関わるお話"
    assert label(replace(body, priority=URGENT - 1)) == "込み入ったご用件"


def test_the_headline_of_a_mood_quotes_what_let_it_spill_over() -> None:
    turns = [
        {"kind": "mood", "signs": ["words"], "words": ["さっきも言った"], "message": 3},
        {"kind": "mood", "signs": ["words"], "words": ["話にならない"], "message": 5},
        {"kind": "mood", "signs": ["unsolved"], "words": [], "message": 7},
    ]
    assert why(ticket(Reason.NEGATIVE_EMOTION, *turns)).headline == "ご不満・強い感情（「話にならない」）"


def test_a_ticket_of_an_older_version_shows_its_evidence() -> None:
    assert why(ticket(Reason.COMPLEX_TOPIC, evidence=("けが",))).lines == (Line("けが"),)
    assert Ticket.from_json(ticket(Reason.ABUSE, EARLIER).to_json()).packet.signs == (EARLIER,)


def test_numbers_of_abuse() -> None:
    packet = Packet(signs=({"kind": "abuse", "category": "tone", "words": [], "message": 3}, EARLIER))
    assert abusive_numbers(packet) == {3}


@pytest.fixture
async def abused(floor: Floor) -> Ticket:
    floor.add("yamada", Role.AGENT)
    floor.add("kato", Role.SUPERVISOR, display_name="加藤")
    sign = {"kind": "abuse", "category": "insult", "words": ["クズ野郎"], "message": 1}
    return await floor.ticket(reason=Reason.ABUSE, packet=Packet(question="このクズ野郎", signs=(sign,)))


async def test_an_agent_sees_that_abuse_waits_for_a_supervisor_and_nothing_of_it(floor: Floor, abused: Ticket) -> None:
    await floor.sign_in("yamada")
    shown = await page(floor, f"/inbox/{abused.number}")
    assert "責任者（スーパーバイザー）が応対する受付です" in shown
    assert "クズ" not in shown and "応対を開始する" not in shown
    async with await floor.post(f"/inbox/{abused.number}/claim") as answer:
        assert answer.status == 403
    found = await floor.desk.queue.get(abused.number)
    assert found and found.state is State.WAITING


async def test_a_supervisor_claims_it_talks_and_closes(floor: Floor, abused: Ticket) -> None:
    await floor.sign_in("kato")
    shown = await page(floor, f"/inbox/{abused.number}")
    assert "要 責任者応対" in shown and "迷惑行為のおそれ：暴言・侮辱" in shown and 'href="#word-1"' in shown
    assert shown.count("data-unfold") == 3  # the question, in the summary too, and the words: behind buttons
    async with await floor.post(f"/inbox/{abused.number}/claim") as answer:
        assert answer.status == 303
    assert "data-composer" in await page(floor, f"/inbox/{abused.number}")
    record = {"category": "配送/送料/金額の確認", "disposition": "not_for_us", "resolved": "unknown"}
    async with await floor.post(f"/inbox/{abused.number}/close", **record) as answer:
        assert answer.status == 303
    closed = await floor.desk.queue.get(abused.number)
    assert closed and closed.state is State.CLOSED


async def test_a_supervisor_who_is_no_agent_claims_nothing_else(floor: Floor) -> None:
    floor.add("kato", Role.SUPERVISOR)
    await floor.sign_in("kato")
    usual = await floor.ticket()
    async with await floor.post(f"/inbox/{usual.number}/claim") as answer:
        assert answer.status == 403


async def test_abusive_words_are_marked_for_folding_in_list_and_transcript(floor: Floor) -> None:
    floor.add("yamada", Role.AGENT)
    await floor.sign_in("yamada")
    sign = {"kind": "abuse", "category": "tone", "words": [], "message": 1}
    waiting = await floor.ticket(packet=Packet(question="送料は？このクズ野郎", signs=(sign,)))
    await floor.customer("c1", "くたばれ", "c1-3")
    async with floor.client.ws_connect(
        f"/inbox/socket?ticket={waiting.number}", headers={"Origin": floor.origin}
    ) as ws:
        folded: dict[int, bool] = {}
        rows: list[dict[str, Any]] = []
        while not rows or len(folded) < 5:
            frame = await ws.receive_json(timeout=10)
            if frame["type"] == "word" and "folded" in frame:
                folded[frame["seq"]] = frame["folded"]
            rows = frame.get("rows") or rows
    assert [seq for seq, hides in folded.items() if hides] == [1, max(folded)]  # by the bot's sign, and by its words
    assert [(row["folded"], row["for_supervisor"]) for row in rows] == [(True, False)]
