"""Tells what a file is by its content, and refuses what is not safe to hand to a parser."""

import codecs
import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from autosocial.knowledge.file_types import OOXML_MAIN_PARTS, FileKind
from autosocial.knowledge.model import MAX_DOCUMENT_BYTES, Cause, DocumentRefusedError

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 150
RATIO_MATTERS_ABOVE = 20 * 1024 * 1024
MAX_XML_MEMBER_BYTES = 150 * 1024 * 1024
_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Formats that people rename or pick by mistake; none of them is text we could read.
_FOREIGN = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"II*\x00",
    b"MM\x00*",
    b"\x7fELF",
    b"MZ",
    b"\x1f\x8b",
    b"BZh",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\xfd7zXZ\x00",
    b"ID3",
    b"OggS",
    b"SQLite format 3\x00",
    b"{\\rtf",
    b"%!PS",
)
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_STEP = 1024 * 1024


def inspect_content(data: bytes, kind: FileKind) -> None:
    """Check that ``data`` is a safe file of the promised kind.

    Raises:
        DocumentRefusedError: it is not; its cause says why.
    """
    if not data:
        raise DocumentRefusedError(Cause.DOCUMENT_EMPTY)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise DocumentRefusedError(Cause.DOCUMENT_TOO_LARGE)
    if kind is FileKind.PDF:
        _inspect_pdf(data)
    elif kind in OOXML_MAIN_PARTS:
        _inspect_office(data, kind)
    else:
        _inspect_text(data)


def _inspect_pdf(data: bytes) -> None:
    if b"%PDF-" not in data[:1024]:
        raise DocumentRefusedError(Cause.TYPE_MISMATCH)


def _inspect_text(data: bytes) -> None:
    if not data.strip():
        raise DocumentRefusedError(Cause.DOCUMENT_EMPTY)
    foreign = data.startswith((*_FOREIGN, *_ZIP, _OLE2)) or b"%PDF-" in data[:16]
    wide = data.startswith(_WIDE_BOMS)
    if foreign or (not wide and len(_CONTROL_BYTES.findall(data[:_STEP])) > len(data[:_STEP]) // 1000):
        raise DocumentRefusedError(Cause.TYPE_MISMATCH)


def _inspect_office(data: bytes, kind: FileKind) -> None:
    if data.startswith(_OLE2):
        encrypted = _ENCRYPTED_PACKAGE in data
        raise DocumentRefusedError(Cause.DOCUMENT_ENCRYPTED if encrypted else Cause.TYPE_MISMATCH)
    if not data.startswith(_ZIP):
        raise DocumentRefusedError(Cause.TYPE_MISMATCH)
    try:
        with ZipFile(BytesIO(data)) as container:
            members = container.infolist()
            _check_members(members)
            content_types = _content_types(container)
            _check_type(content_types, kind)
            _check_unpacked(container, packed=len(data))
    except DocumentRefusedError:
        raise
    except Exception as error:  # zipfile leaks struct.error, zlib.error, EOFError and more on damaged files
        raise DocumentRefusedError(Cause.DOCUMENT_CORRUPT) from error


def _check_members(members: list[ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise DocumentRefusedError(Cause.DOCUMENT_UNSAFE)
    for member in members:
        if member.flag_bits & 0x1:
            raise DocumentRefusedError(Cause.DOCUMENT_ENCRYPTED)
        if member.filename.startswith("/") or ".." in member.filename.split("/"):
            raise DocumentRefusedError(Cause.DOCUMENT_UNSAFE)
        if member.filename.lower().endswith("vbaproject.bin"):
            raise DocumentRefusedError(Cause.DOCUMENT_UNSAFE)


def _content_types(container: ZipFile) -> str:
    try:
        with container.open("[Content_Types].xml") as member:
            return member.read(_STEP).decode("utf-8", "replace")
    except KeyError as error:
        raise DocumentRefusedError(Cause.TYPE_MISMATCH) from error


def _check_type(content_types: str, kind: FileKind) -> None:
    if "macroEnabled" in content_types:
        raise DocumentRefusedError(Cause.DOCUMENT_UNSAFE)
    if OOXML_MAIN_PARTS[kind] not in content_types:
        raise DocumentRefusedError(Cause.TYPE_MISMATCH)


def _check_unpacked(container: ZipFile, *, packed: int) -> None:
    """Unpack and count, because the sizes that a container declares may lie."""
    total = 0
    for member in container.infolist():
        is_xml = member.filename.lower().endswith((".xml", ".rels"))
        size = 0
        for piece in _pieces(container, member):
            if is_xml and not size and _DOCTYPE.search(piece.replace(b"\0", b"")):
                raise DocumentRefusedError(Cause.DOCUMENT_UNSAFE)
            size += len(piece)
            _check_size(total + size, packed=packed, xml_size=size if is_xml else 0)
        total += size


def _pieces(container: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    with container.open(member) as stream:
        while piece := stream.read(_STEP):
            yield piece


def _check_size(total: int, *, packed: int, xml_size: int) -> None:
    inflated = total > RATIO_MATTERS_ABOVE and total > packed * MAX_RATIO
    if inflated or total > MAX_UNPACKED_BYTES or xml_size > MAX_XML_MEMBER_BYTES:
        raise DocumentRefusedError(Cause.DOCUMENT_UNSAFE)
