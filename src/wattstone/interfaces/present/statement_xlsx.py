"""The statement as a workbook whose totals are formulas over its lines, with cells that say whether they agree."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_cells import Formula, Sheet
from wattstone.interfaces.present.statement_more_sheets import (
    change_sheet,
    checks_sheet,
    factors_sheet,
    findings_sheet,
    instruments_sheet,
    intensities_sheet,
    notes_sheet,
    restatements_sheet,
    series_sheet,
    sure_sheet,
)
from wattstone.interfaces.present.statement_sheets import (
    Checks,
    apart_sheet,
    chain_sheet,
    gases_sheet,
    lines_sheet,
    sites_sheet,
    totals_sheet,
)
from wattstone.interfaces.present.statement_stream import ColumnRows, filled
from wattstone.interfaces.present.tokens import tokens
from wattstone.interfaces.present.xlsx import cell_text
from wattstone.inventory.statement import GhgStatement
from wattstone.workflows.whole_files import written_whole

MOST = 1_000_000  # lines: a sheet holds 1 048 576 rows, and sums over fewer lines than there are would be wrong
_FORMATS = {"large": "#,##0.00", "small": "0.000000"}
_SAMPLE = 200  # rows that decide on the width of a column


def write_statement_xlsx(statement: GhgStatement, path: Path, lang: Language) -> None:
    """Write the workbook.

    Parameters
    ----------
    statement : GhgStatement
        The complete inventory.
    path : Path
        The file. It is replaced in one step: either the old file or the whole new one is there.
    lang : {'en', 'zh'}

    Raises
    ------
    InputRefused
        If there are more lines than a sheet can hold.

    Notes
    -----
    Formulas come without results; a spreadsheet computes them when it opens the file. They are made of places alone,
    never of names or ids, so that no text can become part of one; a text that looks like a formula is shown as text.
    """
    if statement.lines.height > MOST:
        raise InputRefused([_too_many(statement.lines.height, path)])
    t = translator(lang)
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "Wattstone"
    workbook.properties.title = t("Greenhouse gas inventory {year}", year=statement.year)
    workbook.properties.created = workbook.properties.modified = statement.generated.replace(tzinfo=None)
    workbook.calculation.fullCalcOnLoad = True
    banner = (
        t("Simulated data. These figures rest on data that were generated; nobody emitted this.")
        if statement.simulated
        else ""
    )
    long: dict[str, ColumnRows] = {}
    formats: dict[str, int] = {}
    for at, sheet in enumerate(_sheets(StatementBook(statement), 2 if banner else 1, lang), start=1):
        target = workbook.create_sheet(sheet.title)
        if isinstance(sheet.rows, ColumnRows):
            long[f"xl/worksheets/sheet{at}.xml"] = sheet.rows
            formats = {name: _format(target, text) for name, text in _FORMATS.items()}
        _write(target, sheet, banner)
    with written_whole(path) as partial, TemporaryFile(dir=partial.parent) as heads:
        workbook.save(heads)
        filled(heads, partial, long, formats)


def _too_many(count: int, path: Path) -> Finding:
    return Finding(
        code="statement.workbook.lines",
        place=str(path),
        found="the inventory has {count} lines",
        params={"most": MOST},
        count=count,
        expected="{most} lines at most, which is what a sheet can hold",
        remedy="write CSV or JSON instead",
    )


def _sheets(book: StatementBook, top: int, lang: Language) -> list[Sheet]:
    """All sheets in the order in which they are read; each refers only to what is made before it."""
    checks: Checks = []
    lines = lines_sheet(book, top, lang)
    totals, places = totals_sheet(book, lines, checks, lang)
    sites = sites_sheet(book, lines, totals, places, checks, lang)
    gases = gases_sheet(book, totals, places, checks, lang)
    chain = chain_sheet(book, lines, totals, places, checks, lang)
    restated = restatements_sheet(book, top, lang)
    series = series_sheet(book, restated, checks, lang)
    change = change_sheet(book, top, checks, lang)
    return [
        totals,
        lines,
        sites,
        gases,
        chain,
        instruments_sheet(book, top, lang),
        apart_sheet(book, top, lang),
        series,
        restated,
        change,
        intensities_sheet(book, top, lang),
        sure_sheet(book, top, lang),
        checks_sheet(checks, top, lang),
        findings_sheet(book, top, lang),
        factors_sheet(book, top, lang),
        notes_sheet(book, top, lang),
    ]


def _write(target: Any, sheet: Sheet, banner: str) -> None:
    """Fill a sheet of openpyxl, whose own types say nothing of one that is only written."""
    target.freeze_panes = f"A{sheet.first}"
    for place, width in enumerate(_widths(sheet), start=1):
        target.column_dimensions[get_column_letter(place)].width = width
    look = tokens()
    if banner:
        target.append([_styled(target, banner, Font(bold=True, color=look.colour("watch").removeprefix("#")))])
    bold = Font(bold=True, color=look.colour("ink").removeprefix("#"))
    target.append([_styled(target, head, bold) for head in sheet.heads])
    if isinstance(sheet.rows, ColumnRows):
        return  # they are put in when the workbook is written
    for row in sheet.rows:
        target.append([_value(target, value) for value in row])


def _format(target: Any, text: str) -> int:
    """The number of a cell format in the workbook."""
    cell: Any = WriteOnlyCell(target, 0.0)
    cell.number_format = text
    return int(cell.style_id)


def _styled(target: Any, text: str, font: Font) -> Any:
    cell: Any = WriteOnlyCell(target, cell_text(text))
    cell.font = font
    cell.alignment = Alignment(wrap_text=False, vertical="top")
    return cell


def _value(target: Any, value: Any) -> Any:
    if isinstance(value, str):
        return cell_text(value)
    if isinstance(value, Formula):
        cell: Any = WriteOnlyCell(target, f"={value.text}")
        cell.number_format = _FORMATS["large"]
        return cell
    if isinstance(value, float):
        cell = WriteOnlyCell(target, value)
        cell.number_format = _FORMATS["large" if abs(value) >= 1 else "small"]
        return cell
    return value


def _widths(sheet: Sheet) -> list[float]:
    widths: list[float] = []
    for place, head in enumerate(sheet.heads):
        shown = [row[place] for row in sheet.rows[:_SAMPLE] if place < len(row)]
        texts = [head, *(str(one) for one in shown if isinstance(one, str | int))]
        widths.append(min(max(max(_breadth(text) for text in texts) + 2.0, 12.0), 60.0))
    return widths


def _breadth(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
