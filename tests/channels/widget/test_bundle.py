"""The one file that pages load: small, complete, asks nobody but its own door; its sentences are in words.js."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from channels.widget.bundle import HERE, bundle, etag

MODULES = sorted(HERE.glob("*.js"))
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def test_it_is_under_30_kilobytes_gzipped() -> None:
    assert len(gzip.compress(bundle(), 6)) < 30_000


def test_every_module_is_in_the_manifest_after_what_it_imports() -> None:
    names = (HERE / "manifest").read_text().split()
    assert sorted(names) == [path.name for path in MODULES]
    for name in names:
        for wanted in re.findall(r'from "\./([a-z]+\.js)"', (HERE / name).read_text()):
            assert names.index(wanted) < names.index(name), f"{name} imports {wanted}"


def test_no_module_syntax_is_left_and_no_name_is_taken_twice() -> None:
    text = bundle().decode()
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)
    names = [name for path in MODULES for name in top_level(path)]
    assert sorted(names) == sorted(set(names))


def top_level(path: Path) -> list[str]:
    return re.findall(r"^(?:export )?(?:async )?(?:const|function|class) (\w+)", path.read_text(), re.MULTILINE)


def test_no_other_server_is_named() -> None:
    hosts = set(re.findall(r"https?://([\w.-]+)", bundle().decode()))
    assert hosts <= {"www.w3.org"}  # the name space of SVG


def test_nothing_parses_html() -> None:
    text = bundle().decode()
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert way not in text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_sentences_are_kept_in_words(path: Path) -> None:
    if path.name == "words.js":
        return
    code = re.sub(r"//.*", "", path.read_text())
    allowed = {"・"}  # a bullet that editors type
    assert not [char for char in JAPANESE.findall(code) if char not in allowed]


def test_every_word_is_used_and_every_used_word_exists() -> None:
    known = set(re.findall(r"^  (\w+):", (HERE / "words.js").read_text(), re.MULTILINE))
    code = "".join(path.read_text() for path in MODULES if path.name != "words.js")
    used = set(re.findall(r"WORDS\.(\w+)", code))
    # looked up by what they name
    by_name = {"system", "bot", "customer", "sending", "waiting", "sent", "failed", "stale", "lost"}
    assert used <= known
    assert known <= used | by_name


def test_the_etag_is_of_the_content() -> None:
    assert re.fullmatch(r'"[0-9a-f]{20}"', etag())
    assert bundle() is bundle()
