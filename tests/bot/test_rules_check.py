"""What a supervisor is told of a slip in the three rule files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import conduct
from bot.language import complexity
from bot.rules_check import rule_problems
from nihongo import abusive

FILES = {"complex_yml": complexity.RULES, "abuse_yml": abusive.WORDS, "conduct_yml": conduct.RULES}


def test_the_files_of_the_product_are_in_order() -> None:
    assert rule_problems() == []


@pytest.mark.parametrize(
    ("file", "was", "becomes", "told"),
    [
        ("conduct_yml", "then: end", "then: stop", "次のどれかにしてください：end, supervisor"),
        ("conduct_yml", "warn: 2", "warn: 2.5", "0から100までの整数"),
        ("conduct_yml", "warn: 2", "warn: true", "0から100までの整数"),
        ("conduct_yml", "  keeps: 0.7", "  keeps: 1.7", "0から1までの数"),
        ("conduct_yml", "  limit: 2.0\n", "", "「limit」がありません"),
        ("conduct_yml", "  keeps: 0.7", "  keeps: 0.7\n  forgets: 1", "「forgets」という項目はありません"),
        ("conduct_yml", "at_once: [threat]", "at_once: [thraet]", "次のどれか"),
        ("complex_yml", "reason: complex_topic", "reason: complicated", "次のどれか"),
        ("complex_yml", "    - (けが|怪我", "    - ((けが|怪我", "正規表現として読めません"),
        ("complex_yml", "    - (けが|怪我", "    - |(けが|怪我", "YAMLとして読めません"),
        ("abuse_yml", "  - アホ毛", "  - (バカ)?\n  - アホ毛", "どんな文にも当たってしまいます"),
        ("abuse_yml", "harmless:", "harmles:", "「harmless」がありません"),
        ("abuse_yml", "kinds:", "kind:", "「kinds」がありません"),
        ("abuse_yml", "  threat:", "\tthreat:", "YAMLとして読めません"),
        ("abuse_yml", "  threat:", "   threat:", "YAMLとして読めません"),
        ("abuse_yml", "  - アホ毛", "  - うんこ: x\n  - アホ毛", "引用符"),
        ("abuse_yml", "  - アホ毛", "  - 110\n  - アホ毛", "引用符"),
        ("abuse_yml", "  - アホ毛", "  - ＦＡＸ\n  - アホ毛", "「ＦＡＸ」は"),
        ("abuse_yml", "  - アホ毛", "  - VISA[\\S]\n  - アホ毛", "「VISA」は"),
        ("abuse_yml", "  - アホ毛", "  - ﾊﾞｶ\n  - アホ毛", "決して当たりません"),
        ("abuse_yml", "  - アホ毛", "    - アホ毛", "字下げ"),
        ("complex_yml", "\nwish_for_a_person:", "\nwish:", "「wish_for_a_person」がありません"),
        ("complex_yml", "  as: accident", "  as: accidents", "次のどれかにしてください：accident"),
        ("complex_yml", "\naccident:", "\nlegal:", "「legal」が二度"),
        (
            "complex_yml",
            "  reason: complex_topic",
            "  reason: complex_topic\n  reason: complex_topic",
            "「reason」が二度",
        ),
    ],
)
def test_a_slip_is_told_with_file_and_line(tmp_path: Path, file: str, was: str, becomes: str, told: str) -> None:
    text = FILES[file].read_text(encoding="utf-8")
    assert was in text
    changed = tmp_path / FILES[file].name
    changed.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    problems = rule_problems(**{file: changed})
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith(f"{changed.name}:") and problem.split(":")[1].isdigit() for problem in problems)


@pytest.mark.parametrize("file", FILES)
def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path, file: str) -> None:
    changed = tmp_path / FILES[file].name
    changed.write_bytes("# words\n# 言葉\n".encode("shift_jis"))
    (problem,) = rule_problems(**{file: changed})
    assert problem.startswith(f"{changed.name}:2: ") and "UTF-8" in problem


def test_the_line_is_the_one_of_the_slip(tmp_path: Path) -> None:
    lines = conduct.RULES.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, 1) if "then: end" in line)
    changed = tmp_path / "conduct.yml"
    changed.write_text("\n".join(lines).replace("then: end", "then: stop"), encoding="utf-8")
    (problem,) = rule_problems(conduct_yml=changed)
    assert problem.startswith(f"conduct.yml:{number}: ")
