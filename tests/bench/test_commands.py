"""`python -m bench` on small files of our own: one JSON object with the documented keys, and of what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bench.growth
import bench.language
from bench.__main__ import main
from bot.language.dialogue import training_rows
from tests.sharing import lent

pytestmark = pytest.mark.model
FAQ = [
    ("1", "引っ越したときの手続きを教えてください", "転入届を市民課の窓口に出してください。"),
    ("2", "図書館で本を借りたい", "利用カードを作ると十冊まで借りられます。"),
    ("3", "ごみの収集日はいつですか", "地区ごとに違います。収集日の表をご覧ください。"),
]
QUERIES = "query\tfaq_ids_correct\n転入届はどこに出しますか\t1\n本は何冊借りられますか\t2\nごみの日が知りたい\t3\n"


def few(talk: dict[str, list[str]], questions: list[str]) -> list[tuple[str, str]]:
    """Every eighth: here nothing is said of what the dialogue classifier learned."""
    return training_rows(talk, questions)[::8]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, vectors: Path) -> Iterator[Path]:
    """Files, and a VAR_DIR of its own with this run's vectors."""
    folder = tmp_path_factory.mktemp("bench")
    lines = [json.dumps({"faq_id": id, "question": question, "answer": answer}) for id, question, answer in FAQ]
    (folder / "faq.jsonl").write_text("\n".join(lines))
    (folder / "queries.tsv").write_text(QUERIES)
    (folder / "outside.tsv").write_text("text\nおすすめの映画はありますか\n宇宙の果てはどこですか\n")
    lent(vectors, folder / "var" / "vectors" / "bench.db")
    with pytest.MonkeyPatch.context() as patch:
        for module in (bench.growth, bench.language):
            patch.setattr(module, "training_rows", few)
        patch.setenv("VAR_DIR", str(folder / "var"))
        yield folder


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main([*map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_retrieval_and_a_later_run_against_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ("--articles", folder / "faq.jsonl", "--queries", folder / "queries.tsv")
    found = printed(capsys, "retrieval", *files, "--keep", folder / "kept.json")
    assert {"hit@1", "hit@3", "hit@10", "mrr", "n", "p50_ms", "p95_ms"} <= set(found)
    assert found["n"] == 3 and found["hit@3"] == 1.0
    assert set(found["inputs"]) == {"faq.jsonl", "queries.tsv"} and found["interval"]["hit@3"] == [1.0, 1.0]
    again = printed(capsys, "retrieval", *files, "--against", folder / "kept.json")
    assert again["against"]["hit@1"] == {"difference": 0.0, "interval": [0.0, 0.0], "beyond": False}


def test_gate_draws_its_curve(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ("--articles", folder / "faq.jsonl", "--queries", folder / "queries.tsv")
    png = folder / "curve.png"
    found = printed(capsys, "gate", *files, "--outside", folder / "outside.tsv", "--png", png)
    assert set(found["in"]) == {"right", "wrong", "clarified_right", "clarified_wrong", "declined"}
    assert sum(found["in"].values()) == 3 and found["out"]["n"] == 2 and "ece" in found
    assert found["risk_coverage"]["points"][-1]["coverage"] == 1.0 and png.stat().st_size > 0


def test_selector_over_articles_made_of_others_goes_on_from_its_vectors(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ("selector", "--queries", folder / "queries.tsv", "--from", folder / "faq.jsonl", "--articles", 30)
    found = printed(capsys, *made)
    assert (found["articles"], found["n"]) == (30, 3) and found["p95_ms"] > 0
    assert found["texts"]["questions"] == found["texts"]["passages"] == 30 and found["encoded"]["use"] > 30
    assert {"tokenise", "encode_use", "classifier"} <= set(found["seconds"])
    assert printed(capsys, *made)["encoded"] == {"use": 0}
