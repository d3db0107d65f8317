"""The audit log is read in words."""

from __future__ import annotations

import pytest

from desk.audit_words import Names, shown
from desk.store import Entry

NAMES = Names({"general": "総合受付"}, {"1": "山田"}, {"return-how": "返品の手続き方法を教えてください"})


@pytest.mark.parametrize(
    ("action", "written", "read"),
    [
        ("talk.read", "12345675", "1234-5675"),
        ("talk.closed", "12345675: follow_up", "1234-5675：後日あらためて対応"),
        ("talk.transferred", "12345675: agent:1", "1234-5675：山田"),
        ("talk.transferred", "12345675: queue:general", "1234-5675：総合受付"),
        ("talk.assigned", "12345675: 鈴木", "1234-5675：鈴木"),
        ("callback.tried", "12345675: no_answer", "1234-5675：不在"),
        ("task.done", "1234-5675: recovery", "1234-5675：お詫び・回復"),
        ("work.changed", "ready", "受付可"),
        ("work.changed", "break:lunch", "離席中：昼休み"),
        ("calendar.saved", "*/* v3", "すべての窓口：すべてのチャネル（第3版）"),
        ("calendar.removed", "general/web", "総合受付：ウェブチャット"),
        ("article.saved", "return-how v4", "「返品の手続き方法を教えてください」（第4版）"),
        ("article.noted", "return-how", "「返品の手続き方法を教えてください」"),
        ("article.noted", "12345675", "1234-5675"),
        ("article.deleted", "gone-since v2", "gone-since（第2版）"),
        ("queue.saved", "general", "総合受付"),
        ("queue.serving", "1: general,care 2", "山田：総合受付・care（同時に2件）"),
        ("queue.serving", "9: * 3", "9：すべての窓口（同時に3件）"),
        ("user.invited", "agent,editor", "オペレーター・編集者"),
        ("user.changed", "suzuki: stopped", "suzuki：利用停止"),
        ("user.changed", "suzuki: agent", "suzuki：オペレーター"),
        ("company.refused", "nonce", "別のサインインのIDトークン"),
        ("company.link_refused", "password", "パスワードを確認できず"),
        ("canned.saved", "ごあいさつ", "ごあいさつ"),
    ],
)
def test_codes_are_read_as_words(action: str, written: str, read: str) -> None:
    assert shown(Entry(1.0, "1", "yamada", action, written, "-"), NAMES) == read
