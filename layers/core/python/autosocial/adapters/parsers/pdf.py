"""Reads PDF, page by page: with pypdf, which knows its limits, and with pdfium, which reads more."""

from collections.abc import Iterator
from pathlib import Path

from autosocial.adapters.parsers.findings import RefusedError
from autosocial.knowledge.extraction import MAX_PAGES, Block, Extraction, reflow
from autosocial.knowledge.model import Cause


def read_with_pypdf(path: Path) -> Extraction:
    """Return the paragraphs of each page."""
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, LimitReachedError, WrongPasswordError

    try:
        reader = PdfReader(path)
        # Many files are locked against changes only, with an empty password for reading.
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedError(Cause.DOCUMENT_ENCRYPTED)
        count = reader.get_num_pages()
        _check_count(count)
        blocks = [
            block
            for number, page in enumerate(reader.pages, start=1)
            for block in _page(page.extract_text(), number)
        ]
    except (FileNotDecryptedError, WrongPasswordError) as error:
        raise RefusedError(Cause.DOCUMENT_ENCRYPTED) from error
    except LimitReachedError as error:
        raise RefusedError(Cause.DOCUMENT_UNSAFE) from error
    return Extraction(blocks, pages=count)


def read_with_pdfium(path: Path) -> Extraction:
    """Return the paragraphs of each page."""
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(path)
    count = len(document)
    _check_count(count)
    blocks: list[Block] = []
    for number in range(count):
        page = document[number]
        text_page = page.get_textpage()
        blocks += _page(text_page.get_text_bounded(), number + 1)
        text_page.close()
        page.close()
    return Extraction(blocks, pages=count)


def _check_count(count: int) -> None:
    if count > MAX_PAGES:
        raise RefusedError(Cause.DOCUMENT_TOO_LARGE)


def _page(text: str, number: int) -> Iterator[Block]:
    for paragraph in reflow(text.splitlines()):
        yield Block(paragraph, page=number)
