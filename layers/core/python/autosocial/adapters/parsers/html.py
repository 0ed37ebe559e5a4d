"""Reads HTML: what a reader would see, block by block; scripts, styles and forms' machinery stay out."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from autosocial.knowledge.extraction import Block, Extraction, table_rows

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_UNSEEN = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "canvas",
    "iframe",
    "object",
    "select",
    "head",
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_NAMES = """
address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer form
header html li main nav ol p pre section summary table ul tr td th caption
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())


def read_html(path: Path) -> Extraction:
    """Return the blocks of a page; its title is the first heading unless a heading says the same."""
    return Extraction(html_blocks(path.read_bytes()))


def html_blocks(markup: str | bytes) -> list[Block]:
    """Return the blocks of HTML markup."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(markup, "lxml")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    for tag in soup.find_all(_UNSEEN):
        tag.decompose()
    blocks = list(_walk(soup))
    headings = {block.text for block in blocks if block.level}
    return [Block(title, level=1), *blocks] if title and title not in headings else blocks


def _walk(root: "BeautifulSoup | Tag") -> Iterator[Block]:
    """Walk without recursion, so that no depth of nesting can exhaust the stack."""
    from bs4.element import PreformattedString, Tag

    inline: list[str] = []
    stack: list[object] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Tag):
            if node.name in _HEADINGS or node.name == "table":
                yield from _flush(inline)
                yield from _leaf(node)
            else:
                _push(stack, node)
        elif isinstance(node, str) and not isinstance(node, PreformattedString):
            inline.append(str(node))
        elif node is _BREAK:
            yield from _flush(inline)
    yield from _flush(inline)


_BREAK = object()


def _push(stack: list[object], node: "Tag") -> None:
    children = list(reversed(node.contents))
    if node.name == "br":
        stack.append("\n")
    edges = node.name in _BLOCKS
    stack += [_BREAK, *children, _BREAK] if edges else children


def _leaf(node: "Tag") -> Iterator[Block]:
    if node.name in _HEADINGS:
        yield Block(node.get_text(" ", strip=True), level=_HEADINGS[node.name])
        return
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["td", "th"])] for row in node.find_all("tr")
    ]
    yield from (Block(row) for row in table_rows(rows))


def _flush(inline: list[str]) -> Iterator[Block]:
    text = " ".join("".join(inline).split())
    inline.clear()
    if text:
        yield Block(text)
