"""An answer's Markdown as plain text (SMS, logs, previews) and as safe HTML (editor's preview, public help pages)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_TEXT_TAGS = {"p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "a", "ul", "ol", "li"}
_TAGS = _TEXT_TAGS | {"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
_SCHEMES = {"https", "http", "mailto", "tel"}
_BLANK_LINES = re.compile(r"\n{3,}")


def plain(markdown: str, links: bool = False) -> str:
    """The words without the marks; with `links`, each address stands behind its words."""
    lines = "".join(_blocks(_MARKDOWN.parse(markdown), links)).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def render_html(markdown: str) -> str:
    """HTML that can be shown: known tags, links that leave in a new window and carry nothing with them."""
    whole = markdown.encode(errors="replace").decode()  # nh3 refuses lone surrogates
    return nh3.clean(
        _MARKDOWN.render(whole),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _blocks(tokens: Iterable[Token], links: bool) -> Iterable[str]:
    lists: list[int | None] = []  # open lists, outermost first: the last number given, None for bullets
    for token in tokens:
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            lists.append(None if kind.startswith("bullet") else int(token.attrs.get("start", 1)) - 1)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            yield "" if lists else "\n"
        elif kind == "list_item_open":
            lists[-1] = None if lists[-1] is None else lists[-1] + 1
            yield "　" * (len(lists) - 1) + ("・" if lists[-1] is None else f"{lists[-1]}. ")
        elif kind == "inline":
            yield "".join(_inline(token.children or [], links))
        elif kind in ("code_block", "fence"):
            yield token.content + "\n"
        else:
            yield _after(kind, bool(lists))


def _after(kind: str, in_list: bool) -> str:
    if kind in ("paragraph_close", "heading_close"):
        return "\n" if in_list else "\n\n"
    return {"td_close": "　", "th_close": "　", "tr_close": "\n", "table_close": "\n"}.get(kind, "")


def _inline(tokens: Iterable[Token], links: bool) -> Iterable[str]:
    target = ""
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.type == "link_open":
            target = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            yield f" {target} " if links else ""
        else:
            yield token.content
