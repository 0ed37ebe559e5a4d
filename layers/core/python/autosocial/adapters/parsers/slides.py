"""Reads PPTX, slide by slide: titles, text, tables, groups at any depth, and the speaker's notes."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from autosocial.knowledge.extraction import Block, Extraction, table_rows


def read_slides(path: Path) -> Extraction:
    """Return the blocks of every slide; a slide counts as a page."""
    from pptx import Presentation

    slides = list(Presentation(str(path)).slides)
    blocks = [block for number, slide in enumerate(slides, start=1) for block in _slide(slide, number)]
    return Extraction(blocks, pages=len(slides))


def _slide(slide: Any, number: int) -> Iterator[Block]:
    title = slide.shapes.title
    if title is not None and title.has_text_frame and title.text_frame.text.strip():
        yield Block(" ".join(title.text_frame.text.split()), page=number, level=1)
    title_id = title.shape_id if title is not None else None
    for shape in _flat(slide.shapes):
        if shape.shape_id != title_id:
            yield from (Block(text, page=number) for text in _texts(shape))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from (Block(text, page=number) for text in _paragraphs(slide.notes_slide.notes_text_frame))


def _flat(shapes: Iterable[Any]) -> Iterator[Any]:
    waiting = list(reversed(list(shapes)))
    while waiting:
        shape = waiting.pop()
        members = getattr(shape, "shapes", None)
        if members is not None:
            waiting += reversed(list(members))
        else:
            yield shape


def _texts(shape: Any) -> Iterator[str]:
    if getattr(shape, "has_table", False):
        yield from table_rows([[cell.text for cell in row.cells] for row in shape.table.rows])
    elif shape.has_text_frame:
        yield from _paragraphs(shape.text_frame)


def _paragraphs(frame: Any) -> Iterator[str]:
    for paragraph in frame.paragraphs:
        # A vertical tab is PowerPoint's line break inside a paragraph.
        text = paragraph.text.replace("\v", " ").strip()
        if text:
            yield text
