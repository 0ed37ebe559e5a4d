"""Office files for tests, made from nothing: good, locked, damaged and hostile."""

import struct
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = ("header1", "footer1", "footnotes", "endnotes", "styles")
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
_END_OF_CHAIN, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def docx(*, body: str | None = None, main_type: str = f"{_WORD}.document.main+xml") -> bytes:
    """Return a DOCX with a header, footer, notes, a text box, a table, headings and paragraphs."""
    return packed(docx_members(body=body, main_type=main_type))


def docx_members(
    *, body: str | None = None, main_type: str = f"{_WORD}.document.main+xml"
) -> dict[str, bytes]:
    """Return the members of the container."""
    members = {
        "[Content_Types].xml": _content_types(main_type),
        "_rels/.rels": _relations({"document": "word/document.xml"}, kind="officeDocument"),
        "word/_rels/document.xml.rels": _relations({name: f"{name}.xml" for name in _PARTS}),
        "word/document.xml": _document(body if body is not None else _BODY),
        "word/header1.xml": _part("hdr", _paragraph("Studio Aurora, header line")),
        "word/footer1.xml": _part("ftr", _paragraph("Footer: call 555 0100")),
        "word/footnotes.xml": _part("footnotes", _note("footnote", "The note says bring a towel.")),
        "word/endnotes.xml": _part("endnotes", _note("endnote", "The end note thanks everybody.")),
        "word/styles.xml": _part("styles", _style("Heading1", "heading 1") + _style("Heading2", "heading 2")),
    }
    return {name: text.encode() for name, text in members.items()}


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return the container of ``members``."""
    output = BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as container:
        for name, data in members.items():
            container.writestr(name, data)
    return output.getvalue()


def macro_docx() -> bytes:
    """Return a macro-enabled document that was renamed to .docx."""
    return packed({**docx_members(main_type=MACRO_TYPE), "word/vbaProject.bin": b"macro"})


def hostile_docx(declaration: str) -> bytes:
    """Return a DOCX whose main part begins with a document type ``declaration``."""
    members = docx_members()
    main = members["word/document.xml"].decode().removeprefix(_DECLARATION)
    members["word/document.xml"] = f"{_DECLARATION}{declaration}{main}".encode()
    return packed(members)


EXTERNAL_ENTITY = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BILLION_LAUGHS = (
    '<!DOCTYPE w:document [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY a{n} "{"&a" * 10};">' for n in range(9))
    + "]>"
)


def inflating_docx(*, megabytes: int = 200) -> bytes:
    """Return a small DOCX with a comment that unpacks to ``megabytes``."""
    comment = b"<!--" + b" " * (megabytes << 20) + b"-->"
    return packed({**docx_members(), "word/comments.xml": comment})


def lying_docx() -> bytes:
    """Return an inflating DOCX whose directory claims that its members are small."""
    data = bytearray(inflating_docx(megabytes=40))
    place = data.rfind(b"PK\x01\x02")
    while place >= 0:
        size = struct.unpack_from("<I", data, place + 24)[0]
        if size > 1 << 20:
            struct.pack_into("<I", data, place + 24, 1000)
        place = data.rfind(b"PK\x01\x02", 0, place)
    return bytes(data)


def locked_office_file() -> bytes:
    """Return a compound file as Office writes it for a password: its stream is ``EncryptedPackage``."""
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        bytes(16),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        _END_OF_CHAIN,
        0,
        _END_OF_CHAIN,
        0,
    )
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    content = b"\x07" * 4096
    chain = [*range(3, 10), _END_OF_CHAIN]
    fat = struct.pack("<128I", _FAT, _END_OF_CHAIN, *chain, *[_FREE] * (126 - len(chain)))
    root = _entry("Root Entry", kind=5, child=1, start=_END_OF_CHAIN, size=0)
    stream = _entry("EncryptedPackage", kind=2, child=_FREE, start=2, size=len(content))
    directory = root + stream + _entry("", kind=0, child=_FREE, start=0, size=0) * 2
    return header + fat + directory + content


def pptx() -> bytes:
    """Return slides with a title, a group in a group, a table and speaker's notes."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Breathing"
    inner = slide.shapes.add_group_shape().shapes.add_group_shape()
    box = inner.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
    box.text_frame.text = "Grouped words about calm."
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(3), Inches(4), Inches(1)).table
    for row, cells in enumerate([("Class", "Hour"), ("Yin", "18:00")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    slide.notes_slide.notes_text_frame.text = "Speak slowly here."
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Sleep"
    output = BytesIO()
    deck.save(output)
    return output.getvalue()


def xlsx() -> bytes:
    """Return a workbook with two shown sheets and a hidden one."""
    import datetime as dt

    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    output = BytesIO()
    workbook = Workbook(output, {"in_memory": True})
    prices = workbook.add_worksheet("Prices")
    for row, cells in enumerate([("Course", "Price", "Sold"), ("Yoga", 20, True), ("Pilates", 22.5, False)]):
        prices.write_row(row, 0, cells)
    dates = workbook.add_worksheet("Dates")
    dates.write(0, 0, "Opening day")
    dates.write_datetime(0, 1, dt.date(2026, 5, 4), workbook.add_format({"num_format": "yyyy-mm-dd"}))
    hidden = workbook.add_worksheet("Internal")
    hidden.write(0, 0, "margin secret")
    hidden.hide()
    workbook.close()
    return output.getvalue()


def _entry(name: str, *, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    length = len(encoded) + 2 if name else 0
    return struct.pack(
        "<64sHBBIII16sIQQIQ", encoded, length, kind, 1, _FREE, _FREE, child, bytes(16), 0, 0, 0, start, size
    )


def _content_types(main_type: str) -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{name.rstrip("1")}+xml"/>'
        for name in _PARTS
    )
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main_type}"/>{overrides}</Types>'
    )


def _relations(targets: Mapping[str, str], *, kind: str = "") -> str:
    each = "".join(
        f'<Relationship Id="{name}" Type="{_R}/{kind or name.rstrip("1")}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _part(root: str, content: str) -> str:
    return f'{_DECLARATION}<w:{root} xmlns:w="{_W}" xmlns:r="{_R}">{content}</w:{root}>'


def _document(body: str) -> str:
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
        '<w:footerReference w:type="default" r:id="footer1"/></w:sectPr>'
    )
    return _part("document", f"<w:body>{body}{section}</w:body>")


def _paragraph(text: str, *, style: str = "", extra: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r>{extra}</w:p>"


def _note(kind: str, text: str) -> str:
    return f'<w:{kind} w:id="2">{_paragraph(text)}</w:{kind}>'


def _style(style_id: str, name: str) -> str:
    return f'<w:style w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{name}"/></w:style>'


def _row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"


_BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
    f"{_paragraph('Box: doors open at seven.')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
_BODY = (
    _paragraph("Welcome", style="Heading1")
    + _paragraph("We teach yoga by the sea.", extra='<w:r><w:footnoteReference w:id="2"/></w:r>')
    + _paragraph("Prices", style="Heading2")
    + f"<w:tbl>{_row('Course', 'Price')}{_row('Yoga', '20 euros')}</w:tbl>"
    + _paragraph("Ask us anything.", extra=_BOX)
)
