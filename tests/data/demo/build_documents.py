# /// script
# requires-python = ">=3.11"
# dependencies = ["python-docx==1.2.0"]
# ///
"""Makes the two demo documents from source texts: ``uv run --script tests/data/demo/build_documents.py``.

The PDF is printed by Chromium, the DOCX written by python-docx; both results are committed.
"""

import subprocess
from pathlib import Path

from docx import Document

HERE = Path(__file__).parent
SOURCE = HERE / "source"


def build_pdf() -> None:
    target = HERE / "steady-ground-handbook.pdf"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    page = (SOURCE / "handbook.html").as_uri()
    subprocess.run(["chromium", *flags, f"--print-to-pdf={target}", page], check=True, capture_output=True)


def build_docx() -> None:
    document = Document()
    document.core_properties.title = "Guía de alimentación y hábitos diarios"
    document.core_properties.author = "Maya Rivers"
    document.core_properties.language = "es"
    rows: list[list[str]] = []
    for line in (SOURCE / "guia.md").read_text(encoding="utf-8").splitlines() + [""]:
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not set(cells[0]) <= {"-"}:
                rows.append(cells)
            continue
        if rows:
            _add_table(document, rows)
            rows = []
        _add_line(document, line)
    document.save(HERE / "guia-de-habitos.docx")


def _add_line(document: Document, line: str) -> None:
    mark, _, text = line.partition(" ")
    if line.startswith("#"):
        if mark == "##":
            document.add_page_break()
        document.add_heading(text, level=len(mark) - 1)
    elif line:
        document.add_paragraph(line)


def _add_table(document: Document, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


if __name__ == "__main__":
    build_pdf()
    build_docx()
