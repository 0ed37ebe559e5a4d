"""What is refused before any parser sees it, and what is not."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.inspection import inspect_content
from autosocial.knowledge.model import MAX_DOCUMENT_BYTES, Cause, DocumentRefusedError
from tests.data.documents import office_files, pdf_files

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def encrypted_member():
    data = bytearray(office_files.docx())
    # Bit 0 of the flags of the first member, in its own header and in the directory.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def escaping_member():
    members = office_files.docx_members()
    return office_files.packed({**members, "../outside.xml": b"<a/>"})


def too_many_members():
    output = BytesIO(office_files.docx())
    with ZipFile(output, "a") as container:
        for number in range(10_001):
            container.writestr(f"m/{number}", b"")
    return output.getvalue()


GOOD = {
    "a PDF": (pdf_files.pdf([["Hi"]]), FileKind.PDF),
    "a PDF after a little noise": (b"\n" * 900 + pdf_files.pdf([["Hi"]]), FileKind.PDF),
    "a DOCX": (office_files.docx(), FileKind.DOCX),
    "a PPTX": (office_files.pptx(), FileKind.PPTX),
    "an XLSX": (office_files.xlsx(), FileKind.XLSX),
    "a text": ("¿Cuánto cuesta?".encode(), FileKind.TEXT),
    "a text in Latin-1": ("¿Cuánto?".encode("latin-1"), FileKind.TEXT),
    "a text in UTF-16": ("Hello".encode("utf-16"), FileKind.TEXT),
    "a page": (b"<p>Hi</p>", FileKind.HTML),
    "a table": (b"a,b\n1,2\n", FileKind.CSV),
}
BAD = {
    "nothing": (b"", FileKind.PDF, Cause.DOCUMENT_EMPTY),
    "only blanks": (b" \n\t ", FileKind.TEXT, Cause.DOCUMENT_EMPTY),
    "too much": (b"a" * (MAX_DOCUMENT_BYTES + 1), FileKind.TEXT, Cause.DOCUMENT_TOO_LARGE),
    "a picture called .pdf": (PNG, FileKind.PDF, Cause.TYPE_MISMATCH),
    "a picture called .txt": (PNG, FileKind.TEXT, Cause.TYPE_MISMATCH),
    "a PDF called .txt": (pdf_files.pdf([["Hi"]]), FileKind.TEXT, Cause.TYPE_MISMATCH),
    "a program called .csv": (b"\x7fELF" + bytes(99), FileKind.CSV, Cause.TYPE_MISMATCH),
    "zero bytes called .md": (b"a\x00b\x00\x01" * 50, FileKind.MARKDOWN, Cause.TYPE_MISMATCH),
    "a text called .docx": (b"hello", FileKind.DOCX, Cause.TYPE_MISMATCH),
    "slides called .docx": (office_files.pptx(), FileKind.DOCX, Cause.TYPE_MISMATCH),
    "any container called .xlsx": (office_files.packed({"a": b"b"}), FileKind.XLSX, Cause.TYPE_MISMATCH),
    "an old binary Office file": (
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        FileKind.DOCX,
        Cause.TYPE_MISMATCH,
    ),
    "a password on an Office file": (
        office_files.locked_office_file(),
        FileKind.DOCX,
        Cause.DOCUMENT_ENCRYPTED,
    ),
    "a password inside the container": (encrypted_member(), FileKind.DOCX, Cause.DOCUMENT_ENCRYPTED),
    "macros": (office_files.macro_docx(), FileKind.DOCX, Cause.DOCUMENT_UNSAFE),
    "an external entity": (
        office_files.hostile_docx(office_files.EXTERNAL_ENTITY),
        FileKind.DOCX,
        Cause.DOCUMENT_UNSAFE,
    ),
    "a billion laughs": (
        office_files.hostile_docx(office_files.BILLION_LAUGHS),
        FileKind.DOCX,
        Cause.DOCUMENT_UNSAFE,
    ),
    "a zip bomb": (office_files.inflating_docx(), FileKind.DOCX, Cause.DOCUMENT_UNSAFE),
    "a way out of the container": (escaping_member(), FileKind.DOCX, Cause.DOCUMENT_UNSAFE),
    "too many members": (too_many_members(), FileKind.DOCX, Cause.DOCUMENT_UNSAFE),
    "sizes that lie": (office_files.lying_docx(), FileKind.DOCX, Cause.DOCUMENT_CORRUPT),
    "half a container": (office_files.docx()[:900], FileKind.DOCX, Cause.DOCUMENT_CORRUPT),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_pass(name):
    inspect_content(*GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_for_their_cause(name):
    data, kind, cause = BAD[name]
    with pytest.raises(DocumentRefusedError) as refused:
        inspect_content(data, kind)
    assert refused.value.cause is cause


def test_a_container_damaged_anywhere_is_judged_and_never_crashes():
    whole = office_files.docx()
    for place in range(0, len(whole), 37):
        damaged = whole[:place] + b"\xff\x00\xff" + whole[place + 3 :]
        try:
            inspect_content(damaged, FileKind.DOCX)
        except DocumentRefusedError as refusal:
            assert refusal.cause in set(Cause)
