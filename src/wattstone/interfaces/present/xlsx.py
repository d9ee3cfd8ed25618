"""The inventory as a workbook: numbers as numbers, units in the heads, text that is never run."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from wattstone.interfaces.present.book import ORGANISATION, Book
from wattstone.interfaces.present.content import Report
from wattstone.interfaces.present.languages import Language, Translate, say_reason, translator
from wattstone.interfaces.present.names import figure_name, flag_name, kind_name, opened, type_name
from wattstone.interfaces.present.numbers import LEVEL, MINUS, THIN, percent, written
from wattstone.interfaces.present.safe import harmless
from wattstone.interfaces.present.tokens import tokens
from wattstone.inventory.document import InventoryDocument
from wattstone.workflows.whole_files import written_whole

LIMIT = 200_000  # rows of a sheet; a program opens more than that slowly or, above 1 048 576, not at all
_LONGEST = 32_767  # characters that a cell holds
_SAMPLE = 200  # rows that decide on the width of a column


@dataclass(frozen=True)
class _Sheet:
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    left_out: int = 0


def write_xlsx(document: InventoryDocument, path: Path, lang: Language) -> None:
    """Write the workbook.

    Parameters
    ----------
    document : InventoryDocument
        The inventory.
    path : Path
        The file. It is replaced in one step: either the old file or the whole new one is there.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    book = Workbook(write_only=True)
    book.properties.creator = "Wattstone"
    book.properties.title = t("Greenhouse gas inventory {year}", year=document.year)
    book.properties.created = book.properties.modified = document.generated.replace(tzinfo=None)
    banner = (
        t("Simulated data. These readings were generated; no building used this energy.") if document.simulated else ""
    )
    for sheet in _sheets(document, lang):
        _write(book.create_sheet(sheet.title), sheet, banner, t)
    with written_whole(path) as partial:
        book.save(partial)


def report_book(report: Report, *, made: datetime) -> bytes:
    """The tables of a report as a workbook, a sheet each; those behind its charts too.

    Parameters
    ----------
    report : Report
        In one language.
    made : datetime
        Naive UTC.
    """
    t, book, taken = translator(report.lang), Workbook(write_only=True), set[str]()
    book.properties.creator = "Wattstone"
    book.properties.title = report.title
    book.properties.created = book.properties.modified = made
    drawings = (*((report.lead,) if report.lead else ()), *(one for part in report.sections for one in part.drawings))
    named = [(one.title, one.table) for one in drawings]
    named += [(table.title or part.title, table) for part in report.sections for table in part.tables]
    for title, table in named:
        rows = [[_number(cell.text) if cell.numeric else cell.text for cell in row] for row in table.rows]
        sheet = _Sheet(_sheet_title(title, taken), [head.text for head in table.heads], rows)
        _write(book.create_sheet(sheet.title), sheet, report.banner, t)
    if not named:
        book.create_sheet(_sheet_title(report.title, taken))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class BookSheet:
    """A sheet: its title, its heads, its rows of numbers and texts."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]


def sheets_book(title: str, sheets: Sequence[BookSheet], *, banner: str, made: datetime, lang: Language) -> bytes:
    """Sheets as a workbook.

    Parameters
    ----------
    title : str
        Of the whole.
    sheets : sequence of BookSheet
        No more than `LIMIT` rows of each are written; a line below says how many more there are.
    banner : str
        Above each; may be empty.
    made : datetime
        When.
    lang : {'en', 'zh'}
    """
    t, book, taken = translator(lang), Workbook(write_only=True), set[str]()
    book.properties.creator, book.properties.title = "Wattstone", title
    book.properties.created = book.properties.modified = made.replace(tzinfo=None)
    for one in sheets:
        sheet = _Sheet(_sheet_title(one.title, taken), one.heads, one.rows[:LIMIT], max(0, len(one.rows) - LIMIT))
        _write(book.create_sheet(sheet.title), sheet, banner, t)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_title(title: str, taken: set[str]) -> str:
    """A title that a sheet may have: short, without signs that programs refuse, and the only one of its kind."""
    bare = re.sub(r"[\[\]:*?/\\']", " ", ILLEGAL_CHARACTERS_RE.sub(" ", title)).strip()[:31] or "-"
    name, count = bare, 1
    while name.lower() in taken:
        count += 1
        name = f"{bare[: 30 - len(str(count))]} {count}"
    taken.add(name.lower())
    return name


def _number(text: str) -> float | str:
    """A number as it is shown, as one; what is none stays a text."""
    try:
        return float(text.replace(THIN, "").replace(MINUS, "-"))
    except ValueError:
        return text


def _write(target: Any, sheet: _Sheet, banner: str, t: Translate) -> None:
    """Fill a sheet of openpyxl, whose own types say nothing of one that is only written."""
    above = 2 if banner else 1
    target.freeze_panes = f"A{above + 1}"
    for place, width in enumerate(_widths(sheet), start=1):
        target.column_dimensions[get_column_letter(place)].width = width
    ink = tokens()
    bold = Font(bold=True, color=ink.colour("ink").removeprefix("#"))
    if banner:
        target.append([_styled(target, banner, Font(bold=True, color=ink.colour("watch").removeprefix("#")))])
    target.append([_styled(target, head, bold) for head in sheet.heads])
    for row in sheet.rows:
        target.append([_value(target, value) for value in row])
    if sheet.left_out:
        note = t("{count} more rows are in the CSV file.", count=sheet.left_out)
        target.append([_styled(target, note, Font(italic=True))])


def _styled(target: Any, text: str, font: Font) -> Any:
    cell: Any = WriteOnlyCell(target, cell_text(text))
    cell.font = font
    cell.alignment = Alignment(wrap_text=False, vertical="top")
    return cell


def _value(target: Any, value: Any) -> Any:
    if isinstance(value, str):
        return cell_text(value)
    if isinstance(value, float):
        cell: Any = WriteOnlyCell(target, value)
        cell.number_format = "#,##0" if abs(value) >= 1000 else "#,##0.00" if abs(value) >= 1 else "0.000000"
        return cell
    return value


def cell_text(text: str) -> str:
    """A text as a cell holds it: no sign that programs refuse, nothing that they would run, not too long."""
    return harmless(ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text))[:_LONGEST]


def _widths(sheet: _Sheet) -> Iterator[float]:
    for place, head in enumerate(sheet.heads):
        texts = [str(row[place]) for row in sheet.rows[:_SAMPLE] if row[place] is not None]
        longest = max((_breadth(text) for text in [head, *texts]), default=8)
        yield min(max(longest + 2, 9), 60)


def _breadth(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _sheets(document: InventoryDocument, lang: Language) -> Iterator[_Sheet]:
    t = translator(lang)
    book = Book(document)
    yield _inventory(book, lang)
    yield _wide(book, lang, t("Sites"), months=False)
    yield _wide(book, lang, t("Months"), months=True)
    yield _evidence(book, lang)
    yield _factors(document, lang)
    yield _absent(book, lang)
    if document.quality is not None:
        yield _quality(book, document.quality, lang)
    yield _sources(document, lang)


def _inventory(book: Book, lang: Language) -> _Sheet:
    t = translator(lang)
    own = book.document.figures.filter((pl.col("subject") == ORGANISATION) & (pl.col("period") == book.year))
    rows = [
        (
            opened(figure_name(row["name"], lang)),
            row["value"],
            written(row["unit"]),
            row["lower"],
            row["upper"],
            row["estimated"],
            say_reason(row["reason"], lang),
            row["basis"],
            row["name"],
            row["id"],
        )
        for row in own.sort("name").iter_rows(named=True)
    ]
    heads = (
        t("Figure"),
        str(book.document.year),
        t("Unit"),
        t("{level} interval, lower", level=percent(LEVEL, lang)),
        t("{level} interval, upper", level=percent(LEVEL, lang)),
        t("Estimated share [0 to 1]"),
        t("Reason"),
        t("Basis"),
        t("Name"),
        t("Id"),
    )
    return _Sheet(t("Inventory"), heads, rows)


def _wide(book: Book, lang: Language, title: str, *, months: bool) -> _Sheet:
    """A row per site (or per subject and month), a column per figure and unit."""
    t = translator(lang)
    subject, period = pl.col("subject"), pl.col("period")
    chosen = (
        ~subject.str.starts_with("meter:") & period.str.starts_with(f"{book.year}-")
        if months
        else subject.str.starts_with("site:") & (period == book.year)
    )
    figures = book.document.figures.filter(chosen).sort("subject", "period", "name")
    columns = figures.select("name", "unit").unique().sort("name", "unit").rows()
    table = figures.with_columns(column=pl.col("name") + "\t" + pl.col("unit")).pivot(
        "column", index=["subject", "period"], values="value", aggregate_function="first", maintain_order=True
    )
    table = table.select("subject", "period", *(f"{name}\t{unit}" for name, unit in columns))
    heads = [f"{opened(figure_name(name, lang))} [{written(unit)}]" for name, unit in columns]
    shown = table.head(LIMIT)
    sites = {row["site_id"]: row for row in book.document.sites.iter_rows(named=True)}
    rows = [[*_place(book, row, sites, lang, months=months), *row[2:]] for row in shown.iter_rows()]
    place = [t("For"), t("Month")] if months else [t("Site"), t("Id"), t("Type"), t("Floor area [m²]"), t("Country")]
    return _Sheet(title, [*place, *heads], rows, table.height - shown.height)


def _place(
    book: Book, row: tuple[Any, ...], sites: dict[str, dict[str, Any]], lang: Language, *, months: bool
) -> list[Any]:
    if months:
        return [book.subject(row[0], lang), row[1]]
    ident = row[0].removeprefix("site:")
    site = sites.get(ident, {"type": None, "floor_area": None, "country": None})
    return [book.site(ident), ident, type_name(site["type"], lang), site["floor_area"], site["country"]]


def _evidence(book: Book, lang: Language) -> _Sheet:
    """Every figure; where there are too many, those of the organisation and of years first."""
    t = translator(lang)
    names = {name: opened(figure_name(name, lang)) for name in book.document.figures["name"].unique()}
    order = book.document.figures.sort(
        pl.col("subject") != ORGANISATION, pl.col("period").str.len_chars(), "period", "subject", "name"
    )
    shown = order.head(LIMIT)
    heads = (
        t("Figure"),
        t("For"),
        t("Period"),
        t("Value"),
        t("Unit"),
        t("{level} interval, lower", level=percent(LEVEL, lang)),
        t("{level} interval, upper", level=percent(LEVEL, lang)),
        t("Estimated share [0 to 1]"),
        t("Basis"),
        t("Reason"),
        t("Method"),
        t("Id"),
    )
    columns = ["name", "subject", "period", "value", "unit", "lower", "upper", "estimated", "basis"]
    columns += ["reason", "method", "id"]
    rows = [
        (names[row[0]], book.subject(row[1], lang), *row[2:9], say_reason(row[9], lang), *row[10:])
        for row in shown.select(columns).iter_rows()
    ]
    return _Sheet(t("Evidence"), heads, rows, order.height - shown.height)


def _factors(document: InventoryDocument, lang: Language) -> _Sheet:
    t = translator(lang)
    columns = {
        "name": t("Factor"),
        "value": t("Value"),
        "unit": t("Unit"),
        "gas": t("Gas"),
        "gwp_set": t("Global warming potentials"),
        "source": t("Source"),
        "source_year": t("Year of the source"),
        "licence": t("Licence"),
        "confidence": t("Confidence"),
        "notes": t("Notes"),
        "id": t("Id"),
    }
    return _Sheet(t("Factors"), list(columns.values()), document.factors.select(list(columns)).rows())


def _absent(book: Book, lang: Language) -> _Sheet:
    t = translator(lang)
    absent = book.absent()
    names = {entry.name: opened(figure_name(entry.name, lang)) for entry in absent}
    rows = [
        (names[entry.name], book.subject(entry.subject, lang), say_reason(entry.reason, lang), entry.id)
        for entry in absent[:LIMIT]
    ]
    heads = (t("Figure"), t("For"), t("Reason"), t("Id"))
    return _Sheet(t("Not computed"), heads, rows, len(absent) - len(rows))


def _quality(book: Book, quality: pl.DataFrame, lang: Language) -> _Sheet:
    t = translator(lang)
    flags = [name for name, kind in quality.schema.items() if kind.is_integer()]
    heads = [t("Meter"), t("Site"), t("Kind"), t("Score [0 to 1]"), t("Missing [0 to 1]")]
    heads += [opened(flag_name(flag, lang)) for flag in flags]
    shown = quality.sort("score", "meter_id").select("meter_id", "site_id", "kind", "score", "gaps", *flags)
    rows = [(row[0], book.site(row[1]), kind_name(row[2], lang), *row[3:]) for row in shown.head(LIMIT).iter_rows()]
    return _Sheet(t("Quality"), heads, rows, shown.height - len(rows))


def _sources(document: InventoryDocument, lang: Language) -> _Sheet:
    t = translator(lang)
    heads = (t("File"), t("Rows"), t("First"), t("Last"), "SHA-256", t("Batch"))
    return _Sheet(t("Data"), heads, document.sources.select("file", "rows", "first", "last", "sha256", "batch").rows())
