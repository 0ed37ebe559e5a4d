"""Reads Markdown by its tokens: headings, paragraphs, list items, code, tables. HTML in it stays out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autosocial.adapters.parsers.plain import decoded
from autosocial.knowledge.extraction import Block, Extraction, table_rows

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = "---"


def read_markdown(path: Path) -> Extraction:
    """Return the blocks of a Markdown text."""
    from markdown_it import MarkdownIt

    text = _without_front_matter(decoded(path.read_bytes()))
    tokens = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).parse(text)
    return Extraction(list(_blocks(tokens)))


def _without_front_matter(text: str) -> str:
    if not text.startswith(f"{_FRONT_MATTER}\n"):
        return text
    head, closing, body = text[len(_FRONT_MATTER) + 1 :].partition(f"\n{_FRONT_MATTER}\n")
    return body if closing and head else text


def _blocks(tokens: Sequence["Token"]) -> Iterator[Block]:
    level = 0
    rows: list[list[str]] | None = None
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "table_open":
            rows = []
        elif token.type == "tr_open" and rows is not None:
            rows.append([])
        elif token.type == "table_close" and rows is not None:
            yield from (Block(row) for row in table_rows(rows))
            rows = None
        elif token.type == "inline" and rows is not None:
            rows[-1].append(_text(token))
        elif token.type in {"inline", "fence", "code_block"}:
            yield Block(_text(token), level=level)
            level = 0


def _text(token: "Token") -> str:
    if not token.children:
        return token.content
    return "".join(_piece(child) for child in token.children)


def _piece(token: "Token") -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " " if token.type == "softbreak" else "\n"
    # An image's content is its alternative text.
    return token.content if token.type in {"text", "code_inline", "image"} else ""
