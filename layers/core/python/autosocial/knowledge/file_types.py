"""The kinds of file the knowledge base takes, told by name; what is inside is inspection's business."""

import re
import unicodedata
from enum import StrEnum

from autosocial.kernel.errors import InvalidError

MAX_NAME_CHARS = 200


class FileKind(StrEnum):
    """A kind of document we can read."""

    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"
    CSV = "csv"


EXTENSIONS = {
    "pdf": FileKind.PDF,
    "docx": FileKind.DOCX,
    "pptx": FileKind.PPTX,
    "xlsx": FileKind.XLSX,
    "html": FileKind.HTML,
    "htm": FileKind.HTML,
    "md": FileKind.MARKDOWN,
    "markdown": FileKind.MARKDOWN,
    "txt": FileKind.TEXT,
    "csv": FileKind.CSV,
}
MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.HTML: "text/html",
    FileKind.MARKDOWN: "text/markdown",
    FileKind.TEXT: "text/plain",
    FileKind.CSV: "text/csv",
}
OOXML_MAIN_PARTS = {
    FileKind.DOCX: "wordprocessingml.document.main+xml",
    FileKind.PPTX: "presentationml.presentation.main+xml",
    FileKind.XLSX: "spreadsheetml.sheet.main+xml",
}


def clean_name(name: str) -> str:
    """Return a file name fit to be shown: no path, no control characters, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(" " if unicodedata.category(char) in {"Cc", "Cf", "Cs"} else char for char in last)
    shown = " ".join(visible.split())[-MAX_NAME_CHARS:]
    if not shown.strip(". "):
        raise InvalidError("The file needs a name.", code="name_invalid")
    return shown


def kind_of_name(name: str) -> FileKind:
    """Return the kind that the name's ending promises.

    Raises:
        InvalidError: we do not take files of that ending.
    """
    stem, dot, ending = name.rpartition(".")
    kind = EXTENSIONS.get(ending.lower()) if dot and stem else None
    if kind is None:
        allowed = ", ".join(sorted(EXTENSIONS))
        raise InvalidError(f"This type of file is not allowed. Allowed: {allowed}.", code="type_not_allowed")
    return kind
