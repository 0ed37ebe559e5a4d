"""What parsers hand over (blocks), and the one normalised text with offsets made from it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_TEXT_CHARS = 5_000_000
MAX_PAGES = 2_000
_SEPARATOR = "\n\n"
_HEADING_CHARS = 200
_SPACES = re.compile(r"[^\S\n]+")
_SENTENCE_END = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_BULLET = re.compile(r"^(?:[-*•–▪◦·]|\(?\d{1,3}[.)]|[a-z][.)])\s")
_KEPT_CONTROLS = frozenset("\n\t")
# PDFs are set with them; nobody searches with them. Other compatibility forms carry meaning (m², ½).
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (level 1 to 6), or a paragraph, list item, note or table row (level 0), of one page."""

    text: str
    page: int | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a parser found: blocks in reading order, and the number of pages where the format has pages."""

    blocks: Sequence[Block]
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A block at its place in the normalised text, with the path of headings above it."""

    start: int
    end: int
    page: int | None
    heading: str
    level: int


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """The text of a whole document; every section is a slice of it."""

    text: str
    sections: Sequence[Section]


def normalise(blocks: Iterable[Block]) -> NormalisedText:
    """Return one clean text of all blocks, with each block's offsets, page and heading path."""
    parts: list[str] = []
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    position = 0
    for block in blocks:
        text = clean(block.text)
        if not text:
            continue
        if block.level:
            path = [entry for entry in path if entry[0] < block.level]
            path.append((block.level, " ".join(text.split())))
        if parts:
            parts.append(_SEPARATOR)
            position += len(_SEPARATOR)
        end = position + len(text)
        sections.append(Section(position, end, block.page, _heading(path), block.level))
        parts.append(text)
        position = end
    return NormalisedText("".join(parts), tuple(sections))


def clean(text: str) -> str:
    """Return text in composed form without controls, invisible characters and runs of blanks."""
    spelled = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LIGATURES)
    composed = unicodedata.normalize("NFC", spelled)
    visible = "".join(char for char in composed if _is_visible(char))
    lines = (_SPACES.sub(" ", line).strip() for line in visible.split("\n"))
    return "\n".join(line for line in lines if line)


def reflow(lines: Iterable[str]) -> list[str]:
    """Return the paragraphs that the lines of a page make up: wrapped lines joined, hyphens undone."""
    paragraphs: list[str] = []
    current = ""
    rows = [clean(line) for line in lines]
    width = max((len(row) for row in rows), default=0)
    for row in rows:
        if not row:
            paragraphs.append(current)
            current = ""
        elif current and _BULLET.match(row):
            paragraphs.append(current)
            current = row
        else:
            current = _joined(current, row)
        if current and _ends_paragraph(row, width):
            paragraphs.append(current)
            current = ""
    paragraphs.append(current)
    return [paragraph for paragraph in paragraphs if paragraph]


def table_rows(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return one line per row that can be read by itself: with the column names where the table has them."""
    cells = [[" ".join(clean(cell).split()) for cell in row] for row in rows]
    filled = [row for row in cells if any(row)]
    header = _header(filled)
    if header is None:
        return [" | ".join(cell for cell in row if cell) for row in filled]
    named = []
    for row in filled[1:]:
        pairs = zip(header, row, strict=False)
        named.append("; ".join(f"{name}: {cell}" for name, cell in pairs if cell))
    return [line for line in named if line]


def _header(rows: Sequence[Sequence[str]]) -> Sequence[str] | None:
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    first = rows[0]
    worded = all(cell and len(cell) <= 60 and not cell.replace(".", "").isdigit() for cell in first)
    if not worded or len(set(first)) < len(first) or any(len(row) > len(first) for row in rows[1:]):
        return None
    return first


def _heading(path: Sequence[tuple[int, str]]) -> str:
    return " > ".join(title for _, title in path)[:_HEADING_CHARS].rstrip()


def _is_visible(char: str) -> bool:
    if char in _KEPT_CONTROLS:
        return True
    # Cc controls, Cf invisible (zero width, bidi, tags), Cs surrogates, Co private, Cn unassigned.
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _joined(current: str, row: str) -> str:
    if current.endswith("-") and len(current) > 1 and current[-2].islower() and row[:1].islower():
        return current[:-1] + row
    return f"{current} {row}" if current else row


def _ends_paragraph(row: str, width: int) -> bool:
    return bool(_SENTENCE_END.search(row)) and len(row) < width * 0.8
