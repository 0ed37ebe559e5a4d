"""Every format through the real parsers in their child process, and what hostile files come to."""

from dataclasses import replace

import psutil
import pytest

from autosocial.adapters.parsers.child import DEFAULT_ATTEMPTS, Attempt, ChildParser, Limits
from autosocial.knowledge.extraction import normalise
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.model import Cause, DocumentRefusedError
from tests.data.documents import office_files, pdf_files

MARKDOWN = b"""---
title: x
---
# Prices
Yoga *costs*
20 euros.

| A | B |
|---|---|
| 1 | 2 |

```
code
```
"""
PAGE = """<html><head><title>Aurora</title><style>p{}</style></head><body><nav>Home</nav><h2>Prices</h2>
<p>Yoga <b>costs</b><br>20&nbsp;euros.</p><script>evil()</script><!-- hidden -->
<table><tr><th>Class</th><th>Hour</th></tr><tr><td>Yin</td><td>18</td></tr></table>
<p hidden>x</p></body></html>"""

HELLO_PDF = pdf_files.pdf([["Hello."]])


def parsed(data, kind, **options):
    return ChildParser(**options)(data, kind)


def shown(data, kind):
    return [(block.text, block.level) for block in parsed(data, kind).blocks]


def refusal(data, kind, **options):
    with pytest.raises(DocumentRefusedError) as refused:
        parsed(data, kind, **options)
    return refused.value.cause


def only(parser, kind, **limits):
    return {kind: (Attempt(parser, replace(Limits(), **limits)),)}


def test_pdf_text_comes_with_its_pages():
    found = parsed(pdf_files.pdf([["Yoga costs 20 euros.", "Every month."], ["Página dos."]]), FileKind.PDF)
    assert found.pages == 2
    assert [(block.text, block.page) for block in found.blocks] == [
        ("Yoga costs 20 euros. Every month.", 1),
        ("Página dos.", 2),
    ]


@pytest.mark.parametrize("parser", ["pypdf", "pdfium"])
def test_both_pdf_parsers_read_the_same_words(parser):
    data = pdf_files.pdf([["One two three."], ["Four (five) six."]])
    found = parsed(data, FileKind.PDF, attempts=only(parser, FileKind.PDF))
    assert [block.text for block in found.blocks] == ["One two three.", "Four (five) six."]


def test_a_pdf_that_is_only_locked_against_changes_is_read():
    assert "Locked words" in parsed(pdf_files.locked_pdf(user_password=""), FileKind.PDF).blocks[0].text


def test_docx_comes_with_header_footer_notes_text_box_and_table():
    text = normalise(parsed(office_files.docx(), FileKind.DOCX).blocks).text
    for wanted in (
        "Studio Aurora, header line",
        "Footer: call 555 0100",
        "The note says bring a towel.",
        "The end note thanks everybody.",
        "Box: doors open at seven.",
        "Course: Yoga; Price: 20 euros",
        "We teach yoga by the sea.",
    ):
        assert text.count(wanted) == 1
    assert "----" not in text


def test_docx_headings_have_their_level():
    headings = [(b.text, b.level) for b in parsed(office_files.docx(), FileKind.DOCX).blocks if b.level]
    assert headings == [("Welcome", 1), ("Prices", 2)]


def test_docx_is_read_by_the_second_parser_when_the_first_cannot():
    text = normalise(
        parsed(office_files.docx(), FileKind.DOCX, attempts=only("mammoth", FileKind.DOCX)).blocks
    ).text
    assert "We teach yoga by the sea." in text
    assert "The note says bring a towel." in text


def test_pptx_comes_with_groups_tables_and_notes_by_slide():
    found = parsed(office_files.pptx(), FileKind.PPTX)
    assert found.pages == 2
    assert [(block.text, block.page, block.level) for block in found.blocks] == [
        ("Breathing", 1, 1),
        ("Grouped words about calm.", 1, 0),
        ("Class: Yin; Hour: 18:00", 1, 0),
        ("Speak slowly here.", 1, 0),
        ("Sleep", 2, 1),
    ]


def test_xlsx_rows_can_be_read_by_themselves_and_hidden_sheets_stay_hidden():
    assert shown(office_files.xlsx(), FileKind.XLSX) == [
        ("Prices", 1),
        ("Course: Yoga; Price: 20; Sold: True", 0),
        ("Course: Pilates; Price: 22.5; Sold: False", 0),
        ("Dates", 1),
        ("Opening day | 2026-05-04", 0),
    ]


def test_html_is_what_a_reader_sees():
    assert shown(PAGE.encode(), FileKind.HTML) == [
        ("Aurora", 1),
        ("Home", 0),
        ("Prices", 2),
        ("Yoga costs 20 euros.", 0),
        ("Class: Yin; Hour: 18", 0),
        ("x", 0),
    ]


def test_html_in_another_charset_and_without_end_is_read():
    page = '<meta charset="iso-8859-1"><p>¿Cuánto cuesta?'.encode("latin-1")
    assert shown(page, FileKind.HTML) == [("¿Cuánto cuesta?", 0)]
    assert shown(b"<div>" * 20_000 + b"deep", FileKind.HTML)[-1][0] == "deep"


def test_markdown_loses_its_marks_but_not_its_structure():
    assert shown(MARKDOWN, FileKind.MARKDOWN) == [
        ("Prices", 1),
        ("Yoga costs 20 euros.", 0),
        ("A: 1; B: 2", 0),
        ("code\n", 0),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_is_read_in_its_encoding(encoding):
    text = (
        "La sesión de mañana cuesta 20 €, ¿de acuerdo? Después habrá té en el jardín."
        "\n\nHasta luego, señor Núñez."
    )
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    assert [block.text for block in parsed(data, FileKind.TEXT).blocks] == text.split("\n\n")


def test_csv_is_read_with_its_own_delimiter_and_quotes():
    data = b'Course;Price;Note\n"Yoga; evening";20;"two\nlines"\n'
    assert shown(data, FileKind.CSV) == [("Course: Yoga; evening; Price: 20; Note: two lines", 0)]


@pytest.mark.parametrize(
    ("data", "kind", "cause"),
    [
        (pdf_files.locked_pdf(user_password="secret"), FileKind.PDF, Cause.DOCUMENT_ENCRYPTED),
        (pdf_files.pdf_without_text(), FileKind.PDF, Cause.NO_TEXT_FOUND),
        (pdf_files.inflating_pdf(), FileKind.PDF, Cause.DOCUMENT_UNSAFE),
        (pdf_files.overlong_pdf(), FileKind.PDF, Cause.DOCUMENT_TOO_LARGE),
        (pdf_files.overlong_pdf(admits=1), FileKind.PDF, Cause.DOCUMENT_TOO_LARGE),
        (pdf_files.pdf([["Hi"]] * 9)[:400], FileKind.PDF, Cause.DOCUMENT_CORRUPT),
        (b"%PDF-1.7\n" + b"nonsense " * 99, FileKind.PDF, Cause.DOCUMENT_CORRUPT),
        (office_files.docx()[:-40], FileKind.DOCX, Cause.DOCUMENT_CORRUPT),
        (office_files.pptx()[:5000], FileKind.PPTX, Cause.DOCUMENT_CORRUPT),
        (office_files.xlsx()[:3000], FileKind.XLSX, Cause.DOCUMENT_CORRUPT),
        (b"<html></html>", FileKind.HTML, Cause.NO_TEXT_FOUND),
        (b"![](x.png)", FileKind.MARKDOWN, Cause.NO_TEXT_FOUND),
    ],
)
def test_what_cannot_be_read_has_a_cause(data, kind, cause):
    assert refusal(data, kind) is cause


# No file is endless on every machine: what takes a minute here takes a second elsewhere. A parser can be.
ENDLESS = {"works": "while True: pass", "waits": "import signal; signal.pause()"}


@pytest.fixture(params=ENDLESS)
def endless_pypdf(request, tmp_path, monkeypatch):
    """Put a pypdf before the real one, for children as well, that never comes to an end."""
    (tmp_path / "pypdf.py").write_text(ENDLESS[request.param])
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("endless_pypdf")
def test_a_child_that_hangs_is_killed_and_the_worker_lives():
    before = psutil.Process().children()
    hanging = only("pypdf", FileKind.PDF, seconds=1)
    assert refusal(HELLO_PDF, FileKind.PDF, attempts=hanging) is Cause.DOCUMENT_UNSAFE
    assert parsed(b"Still here.", FileKind.TEXT).blocks
    assert psutil.Process().children() == before


def test_a_child_that_eats_memory_is_stopped():
    greedy = only("text", FileKind.TEXT, memory_mb=160)
    data = b"word " * 4_000_000
    assert refusal(data, FileKind.TEXT, attempts=greedy) is Cause.DOCUMENT_UNSAFE
    assert parsed(b"Still here.", FileKind.TEXT).blocks


@pytest.mark.usefixtures("endless_pypdf")
def test_the_second_parser_gets_what_a_killed_first_one_leaves():
    first = Attempt("pypdf", Limits(seconds=1), hands_on=True)
    attempts = {FileKind.PDF: (first, DEFAULT_ATTEMPTS[FileKind.PDF][1])}
    assert [block.text for block in parsed(HELLO_PDF, FileKind.PDF, attempts=attempts).blocks] == ["Hello."]


@pytest.mark.parametrize("make", [office_files.docx, office_files.xlsx, lambda: pdf_files.pdf([["Hi"]])])
def test_a_damaged_file_is_read_or_refused_and_nothing_else(make):
    whole = make()
    kinds = {b"%PDF": FileKind.PDF}
    kind = kinds.get(whole[:4]) or (FileKind.XLSX if b"xl/" in whole else FileKind.DOCX)
    for place in range(10, len(whole), len(whole) // 4):
        damaged = whole[:place] + b"\xff\x00\xff\x00" + whole[place + 4 :]
        try:
            parsed(damaged, kind)
        except DocumentRefusedError as refused:
            assert refused.cause in set(Cause)
