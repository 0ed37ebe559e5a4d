"""Reads DOCX: with docx2python, which sees headers, notes and text boxes, and with mammoth."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autosocial.adapters.parsers.html import html_blocks
from autosocial.knowledge.extraction import Block, Extraction, table_rows

# docx2python's marks for what is not text: note references, images, and the labels of notes.
_MARK = re.compile(r"----(?:footnote|endnote)\d+----|----Image alt text---->([^<]*)<|----[\w./-]+\.\w+----")
_NOTE_LABEL = re.compile(r"^\s*(?:footnote|endnote)-?\d+\)\s*")
_HEADING = re.compile(r"^(?:heading|berschrift|überschrift|titre|titolo|t[ií]?tulo)\s*(\d)$", re.IGNORECASE)
_TITLES = frozenset({"title", "titel", "titre", "titolo", "ttulo", "titulo", "título", "puesto"})


def read_with_docx2python(path: Path) -> Extraction:
    """Return headers, body, footers and notes."""
    from docx2python import docx2python

    with docx2python(path) as document:
        blocks = [
            *_once(_blocks(document.header_pars)),
            *_blocks(document.body_pars),
            *_once(_blocks(document.footnotes_pars)),
            *_once(_blocks(document.endnotes_pars)),
            *_once(_blocks(document.footer_pars)),
        ]
    return Extraction(blocks)


def read_with_mammoth(path: Path) -> Extraction:
    """Return body and notes, for files that docx2python cannot read."""
    import mammoth  # type: ignore[import-untyped]

    with path.open("rb") as file:
        return Extraction(html_blocks(mammoth.convert_to_html(file).value))


def _once(blocks: Iterator[Block]) -> Iterator[Block]:
    """Leave out repeats: every section of a document has its own copy of header and footer."""
    seen: set[str] = set()
    for block in blocks:
        # A heading style in a header is decoration, not the document's structure.
        plain = Block(block.text)
        if plain.text not in seen:
            seen.add(plain.text)
            yield plain


def _blocks(tables: Sequence[Any]) -> Iterator[Block]:
    for rows in tables:
        if len(rows) == 1 and len(rows[0]) == 1:
            yield from (_block(paragraph) for paragraph in rows[0][0])
        else:
            texts = [[" ".join(_text(paragraph) for paragraph in cell) for cell in row] for row in rows]
            yield from (Block(row) for row in table_rows(texts))


def _block(paragraph: Any) -> Block:
    return Block(_text(paragraph), level=_level(str(paragraph.style or "")))


def _level(style: str) -> int:
    if style.lower() in _TITLES:
        return 1
    found = _HEADING.match(style)
    return min(6, max(1, int(found.group(1)))) if found else 0


def _text(paragraph: Any) -> str:
    text = "".join(str(run) for run in paragraph.run_strings)
    return _NOTE_LABEL.sub("", _MARK.sub(lambda mark: mark.group(1) or "", text))
