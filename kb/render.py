"""An article as YAML: what the editor did not touch keeps its place, its comments and its manner of writing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from kb.article import Article
from kb.source import Source, parse

_IN_ONE_LINE = ("keywords", "related")
_OPTIONAL = ("reason",)  # left out when empty


def render(article: Article, old: str = "") -> str:
    """The file's text; read back it is exactly this article, whatever the texts in it hold."""
    for text in (_onto(article, old), _onto(article, ""), _quoted(article)):
        if read_back(text) == article:
            return text
    raise ValueError(f"article {article.id} cannot be written as YAML")


def read_back(text: str) -> Article | None:
    """The article in this text, None when it holds none."""
    found = parse(text, Path("."))
    return found.article if isinstance(found, Source) else None


def _onto(article: Article, old: str) -> str:
    before = read_back(old) if old else None
    document = _yaml().load(old) if before else CommentedMap()
    for name in Article.__fields__:
        new = getattr(article, name)
        if before and name in document and getattr(before, name) == new:
            continue
        if name in _OPTIONAL and new is None:
            document.pop(name, None)
        else:
            _set(document, name, new)
    return _dump(document)


def _set(document: CommentedMap, name: str, new: Any) -> None:
    if name == "answer":
        inner = document.setdefault("answer", CommentedMap())
        for channel, text in new.dict().items():
            if text or channel in inner:
                inner[channel] = _text(text)
        if not inner:
            del document["answer"]
    elif isinstance(new, tuple):
        document[name] = _list(document.get(name), new, flow=name in _IN_ONE_LINE)
    elif name == "updated_at":
        document[name] = new.isoformat() if new else None
    else:
        document[name] = _text(new.value if hasattr(new, "value") else new)


def _list(old: Any, new: Sequence[str], flow: bool) -> Any:
    if not isinstance(old, CommentedSeq):
        old = CommentedSeq()
        (old.fa.set_flow_style if flow else old.fa.set_block_style)()
    was = [str(item) for item in old]
    for kind, start, end, new_start, new_end in reversed(SequenceMatcher(None, was, new, False).get_opcodes()):
        if kind == "equal":
            continue
        for _ in range(start, end):
            del old[start]
        for offset, item in enumerate(new[new_start:new_end]):
            old.insert(start + offset, item)
    return old


def _text(value: Any) -> Any:
    return LiteralScalarString(value + "\n") if isinstance(value, str) and "\n" in value else value


def _quoted(article: Article) -> str:
    """The plainest form: every text in quotes."""
    document = CommentedMap()
    for name in Article.__fields__:
        _set(document, name, getattr(article, name))
    return _dump(_in_quotes(document))


def _in_quotes(value: Any) -> Any:
    if isinstance(value, dict):
        return CommentedMap((key, _in_quotes(item)) for key, item in value.items())
    if isinstance(value, list):
        return [_in_quotes(item) for item in value]
    return DoubleQuotedScalarString(value.removesuffix("\n")) if isinstance(value, str) else value


def _dump(document: Any) -> str:
    out = io.StringIO()
    _yaml().dump(document, out)
    return out.getvalue()


def _yaml() -> Any:
    yaml: Any = YAML()
    yaml.width = 100_000  # never folds a sentence
    yaml.allow_unicode = True
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(type(None), _null)
    return yaml


def _null(representer: Any, _value: None) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")
