"""Reads text and CSV: bytes to characters by byte order mark, UTF-8 or detection, then paragraphs or rows."""

import codecs
import csv
from pathlib import Path

from autosocial.knowledge.extraction import Block, Extraction, reflow, table_rows

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t|"
_SNIFFED_CHARS = 20_000


def read_text(path: Path) -> Extraction:
    """Return the paragraphs of a plain text."""
    return Extraction([Block(paragraph) for paragraph in reflow(decoded(path.read_bytes()).splitlines())])


def read_csv(path: Path) -> Extraction:
    """Return one block per row."""
    text = decoded(path.read_bytes())
    csv.field_size_limit(1_000_000)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))
    return Extraction([Block(row) for row in table_rows(rows)])


def decoded(data: bytes) -> str:
    """Return the characters of ``data``."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _detected(data)


def _detected(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return str(best) if best is not None else data.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    try:
        return csv.Sniffer().sniff(text[:_SNIFFED_CHARS], _DELIMITERS).delimiter
    except csv.Error:
        first = text.partition("\n")[0]
        return max(_DELIMITERS, key=first.count) if first else ","
