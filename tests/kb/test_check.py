"""Each rule of the check finds its fault and leaves a good article alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.article import Article
from kb.check import check, check_article, start_problems
from kb.files import load
from kb.problem import Severity
from kb.render import render
from settings import ROOT

Make = Callable[..., Article]
TODAY = date(2027, 1, 15)


def write(kb_dir: Path, article: Article, name: str | None = None) -> Path:
    path = kb_dir / "delivery" / (name or f"{article.id}.yml")
    path.write_text(render(article), encoding="utf-8")
    return path


def codes(kb_dir: Path) -> list[str]:
    return [problem.code for problem in check(load(kb_dir), TODAY)]


def test_the_articles_of_the_shop_have_no_error() -> None:
    assert start_problems(ROOT / "kb" / "articles") == []


def test_good_articles_have_no_problem(kb_dir: Path) -> None:
    assert codes(kb_dir) == []


WEB = "**550円**です。"


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ({"answer": {"web": WEB, "sms": "あ" * 201, "speech": "はい。"}}, None, None),
        ({"answer": {"web": WEB, "sms": "あ" * 202, "speech": "はい。"}}, "sms_long", Severity.ERROR),
        ({"answer": {"web": WEB, "sms": "はい。", "speech": "https://a.example へ"}}, "unspeakable", Severity.ERROR),
        ({"answer": {"web": WEB, "sms": "はい。"}}, "missing_speech", Severity.ERROR),
        ({"answer": {"web": WEB, "speech": "はい。"}}, "missing_sms", Severity.ERROR),
        ({"answer": {"sms": "はい。", "speech": "はい。"}}, "missing_web", Severity.ERROR),
        ({"answer": {"web": "送料は**5%**です", "sms": "はい。", "speech": "はい。"}}, "bold_left", Severity.ERROR),
        (
            {"answer": {"web": "[ここ](javascript:alert(1))", "sms": "はい。", "speech": "はい。"}},
            "unsafe_link",
            Severity.ERROR,
        ),
        (
            {"answer": {"web": "[ここ](http://a.example/)", "sms": "はい。", "speech": "はい。"}},
            "unsafe_link",
            Severity.ERROR,
        ),
        ({"answer": {"web": "<b>太字</b>", "sms": "はい。", "speech": "はい。"}}, "bare_image", Severity.WARNING),
        ({"related": ["nowhere"]}, "dead_related", Severity.ERROR),
        ({"related": ["a"]}, "related_self", Severity.WARNING),
        ({"related": ["free-shipping"]}, None, None),
        ({"scope": "hand_off", "answer": {}}, "hand_off_reason", Severity.ERROR),
        ({"scope": "hand_off", "answer": {}, "reason": "because"}, "bad_reason", Severity.ERROR),
        ({"scope": "hand_off", "answer": {}, "reason": "complex_topic"}, None, None),
        ({"scope": "hand_off", "reason": "complex_topic"}, "hand_off_wording", Severity.WARNING),
        ({"scope": "staff_only", "answer": {"web": WEB}, "phrasings": []}, None, None),
        ({"phrasings": ["一つだけ"]}, "few_phrasings", Severity.WARNING),
        (
            {"phrasings": ["送料", "そうりょう？", "ソウリョウ", "料金", "配送料", "送る代金"]},
            "repeated_phrasing",
            None,
        ),
        ({"phrasings": ["free-shippingの聞き方 その一！", *"あいうえ"]}, "duplicate_phrasing", Severity.ERROR),
        ({"title": "FREE-SHIPPINGについて教えて？"}, "duplicate_phrasing", Severity.ERROR),
        ({"review_by": "2027-01-14"}, "overdue", Severity.WARNING),
        ({"review_by": "2027-01-15"}, None, None),
        ({"review_by": None}, "no_review", Severity.WARNING),
        ({"valid_until": "2027-01-14"}, "expired", Severity.WARNING),
        ({"valid_until": "2027-01-15"}, None, None),
        ({"valid_from": "2027-02-01"}, "not_yet", Severity.WARNING),
        ({"valid_from": "2027-02-01", "valid_until": "2027-01-31"}, "valid_order", Severity.ERROR),
        ({"owner": ""}, "no_owner", Severity.WARNING),
    ],
)
def test_a_rule_finds_its_fault(
    kb_dir: Path, make: Make, changes: dict[str, object], code: str | None, severity: Severity | None
) -> None:
    path = write(kb_dir, make("a", **changes))
    found = [problem for problem in check(load(kb_dir), TODAY) if problem.file == path]
    assert {problem.code for problem in found} == ({code} if code else set())
    assert severity is None or {problem.severity for problem in found} == {severity}


def test_the_line_is_that_of_the_fault(kb_dir: Path, make: Make) -> None:
    path = write(kb_dir, make("a", phrasings=["一", "二", "三", "四", "free-shippingの聞き方その一"]))
    (problem,) = (problem for problem in check(load(kb_dir), TODAY) if problem.file == path)
    assert "free-shippingの聞き方その一" in path.read_text(encoding="utf-8").splitlines()[problem.line - 1]


def test_two_files_with_one_id_are_both_told(kb_dir: Path, make: Make) -> None:
    write(kb_dir, make("shipping-fee", title="別の題", phrasings=list("あいうえお")), "copy.yml")
    found = check(load(kb_dir), TODAY)
    assert sorted((problem.file.name, problem.code) for problem in found) == [
        ("copy.yml", "duplicate_id"),
        ("copy.yml", "id_not_file"),
        ("shipping-fee.yml", "duplicate_id"),
    ]


def test_customers_are_not_led_to_what_staff_alone_may_see(kb_dir: Path, make: Make) -> None:
    write(kb_dir, make("inside", scope="staff_only"))
    write(kb_dir, make("a", related=["inside"]))
    assert codes(kb_dir) == ["related_hidden"]


def test_a_draft_stops_nothing(kb_dir: Path, make: Make) -> None:
    write(kb_dir, make("a", status="draft", answer={}))
    found = check(load(kb_dir), TODAY)
    assert found
    assert not any(problem.stops for problem in found)
    assert start_problems(kb_dir) == []


def test_errors_stop_the_start_with_file_line_and_remedy(kb_dir: Path, make: Make) -> None:
    path = write(kb_dir, make("a", related=["nowhere"]))
    (problem,) = start_problems(kb_dir)
    assert problem.startswith(f"{path}:")
    assert "消してください" in problem


def test_an_empty_directory_stops_the_start(tmp_path: Path) -> None:
    assert len(start_problems(tmp_path)) == 1


def test_an_unsaved_article_is_checked_against_the_others(kb_dir: Path, make: Make) -> None:
    loaded = load(kb_dir)
    path = kb_dir / "delivery" / "shipping-fee.yml"
    same = make("shipping-fee")
    assert check_article(loaded, same, path, TODAY) == []
    clash = same.copy(update={"title": "free-shippingについて教えて"})
    assert [problem.field for problem in check_article(loaded, clash, path, TODAY)] == ["title"]


def test_a_draft_may_be_wrong_in_any_field_and_stops_nothing(kb_dir: Path, make: Make) -> None:
    write(kb_dir, make(id="good"))
    (kb_dir / "half.yml").write_text("id: half\ntitle: 書きかけ\nstatus: draft\ncategory: 配送\nfoo: 1\n")
    found = [problem for problem in check(load(kb_dir), TODAY) if problem.file.name == "half.yml"]
    assert found and all(problem.draft and not problem.stops for problem in found)
    assert start_problems(kb_dir) == []
