"""Reads XLSX with calamine, sheet by sheet; each row can be read by itself."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from autosocial.adapters.parsers.findings import RefusedError
from autosocial.knowledge.extraction import Block, Extraction, table_rows
from autosocial.knowledge.model import Cause

_MAX_ROWS = 200_000


def read_sheets(path: Path) -> Extraction:
    """Return the visible sheets' rows; a sheet's name is a heading."""
    from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise RefusedError(Cause.DOCUMENT_ENCRYPTED) from error
    visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    blocks: list[Block] = []
    for name in visible:
        rows = list(_rows(workbook, name))
        if rows:
            blocks += [Block(name, level=1), *(Block(row) for row in table_rows(rows))]
    return Extraction(blocks)


def _rows(workbook: object, name: str) -> Iterator[list[str]]:
    from python_calamine import CalamineWorkbook

    if not isinstance(workbook, CalamineWorkbook):
        raise TypeError("not a workbook")
    try:
        sheet = workbook.get_sheet_by_name(name)
    except Exception as error:
        # Charts and dialogs are listed among the sheets, and hold no cells.
        if "not a worksheet" in str(error).lower():
            return
        raise
    for number, row in enumerate(sheet.iter_rows()):
        if number >= _MAX_ROWS:
            raise RefusedError(Cause.DOCUMENT_TOO_LARGE)
        yield [_shown(cell) for cell in row]


def _shown(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time(0):
        return cell.date().isoformat()
    return str(cell)
