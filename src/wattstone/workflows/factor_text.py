"""A table of factors as an office saves it, brought to the form in which a workspace keeps its own factors.

Offices save tables with semicolons or tabs, with decimal commas, and in the encoding of their country. What these mean
is settled here; what a factor may be is settled by `wattstone.rates`, of the text that this makes.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wattstone.base import Finding, InputRefused
from wattstone.rates.table import COLUMNS, EXTRA

__all__ = ["OPTIONAL", "standard_text"]

_ALL = (*COLUMNS, *EXTRA)
OPTIONAL = frozenset({"name", "scope", "gwp_set", "source_year", "licence", "remark"})
"""Columns that a table may leave out; they are empty then."""
_DELIMITERS = (",", ";", "\t")
_PLAIN = re.compile(r"[+-]?\d*\.?\d*(?:[eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")


# By code: what was found, what was expected, what to do.
_TEXTS = {
    "workbook": ("it is a workbook or a document", "a table as CSV", "save the sheet as CSV, and send that"),
    "text": ("it is no text", "a table as CSV, in UTF-8 best", "save it again as CSV"),
    "header": (
        "its first row names none of the columns",
        "a first row with {columns}",
        "begin with the template",
    ),
    "empty": ("there is no row below the first", "a factor a row", "write one"),
    "missing": ("no column {columns}", "the columns {all}", "add them to the first row"),
    "strange": (
        "the column {columns} is not known",
        "the columns {all}",
        "remove it, or write what it says under remark",
    ),
    "twice": ("the column {columns} stands there twice", "each column once", "remove one of them"),
    "formula": ("{value} is a formula", "a value", "paste the table as values, and save it again"),
    "wide": (
        "more cells than the first row",
        "one cell for each column",
        "put texts that hold the divider into quotation marks",
    ),
    "decimal": (
        "{value} could be read in two ways",
        "one way of writing decimals in the whole column",
        "write decimals with a point, and thousands without a divider",
    ),
}


@dataclass(frozen=True)
class _Table:
    """Cells by row; `places` says in which column of the file each column stands."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    places: dict[str, int]
    width: int
    delimiter: str


def standard_text(content: bytes, *, name: str) -> str:
    """A table of factors as UTF-8 with commas, decimal points and all columns; rows keep their numbers.

    Parameters
    ----------
    content : bytes
        Of the file.
    name : str
        Of the file, for findings.

    Returns
    -------
    str

    Raises
    ------
    InputRefused
        With everything that keeps it from being read: no table, columns that are missing or not known, rows that are
        too long, formulas, numbers that could be read in two ways.
    """
    text = _decoded(content, name)
    table = _table(text, name)
    found = [*_formulas(table, name), *_widths(table, name)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    kept = (*COLUMNS, *(column for column in EXTRA if column in table.places))
    writer.writerow(kept)
    at = 1
    points = _points(table)
    for number, cells in table.rows:
        out.write("\n" * (number - at - 1))  # blank rows stay, so that findings name the rows of the file
        row = {column: cells[place] if place < len(cells) else "" for column, place in table.places.items()}
        value, doubt = _value(row["value"], table.delimiter, points=points)
        if doubt:
            found.append(_finding("decimal", f"{name}, row {number}, column 'value'", value=repr(row["value"])))
        sure, doubtful = _value(row.get("uncertainty", ""), table.delimiter, points=points)
        if doubtful:
            cell = repr(row["uncertainty"])
            found.append(_finding("decimal", f"{name}, row {number}, column 'uncertainty'", value=cell))
        said = {**row, "value": value, "uncertainty": sure}
        writer.writerow([said.get(column, "") for column in kept])
        at = number
    if found:
        raise InputRefused(found)
    return out.getvalue()


def _decoded(content: bytes, name: str) -> str:
    from wattstone.readings.tabular.sniff import sniff_encoding

    if content.startswith((b"PK", b"%PDF", b"\xd0\xcf")):
        raise InputRefused([_finding("workbook", name)])
    try:
        text = content.decode(sniff_encoding(content)[0])
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise InputRefused([_finding("text", name)])
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _table(text: str, name: str) -> _Table:
    read = max((_rows(text, one) for one in _DELIMITERS), key=lambda one: _known(one[1]))
    delimiter, rows = read
    if not rows or not _known(rows):
        raise InputRefused([_finding("header", name, columns=", ".join(COLUMNS))])
    heads = [_folded(cell) for cell in rows[0][1]]
    required = [one for one in COLUMNS if one not in OPTIONAL]
    missing = [one for one in required if one not in heads]
    strange = [cell.strip() for cell, head in zip(rows[0][1], heads, strict=True) if head and head not in _ALL]
    twice = [head for head, count in Counter(heads).items() if head in _ALL and count > 1]
    found = [
        _finding(code, f"{name}, row {rows[0][0]}", columns=", ".join(names), all=", ".join(COLUMNS))
        for code, names in (("missing", missing), ("strange", strange), ("twice", twice))
        if names
    ]
    if found:
        raise InputRefused(found)
    if len(rows) == 1:
        raise InputRefused([_finding("empty", name)])
    places = {column: heads.index(column) for column in _ALL if column in heads}
    return _Table(tuple(rows[1:]), places, len(heads), delimiter)


def _rows(text: str, delimiter: str) -> tuple[str, list[tuple[int, tuple[str, ...]]]]:
    """Rows that hold something, each with the line in which it ends, as a finding names it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, tuple(" ".join(cell.split()) for cell in cells)) for cells in reader]
    except csv.Error:
        return delimiter, []
    return delimiter, [(number, cells) for number, cells in rows if any(cells)]


def _known(rows: Sequence[tuple[int, tuple[str, ...]]]) -> int:
    return sum(_folded(cell) in COLUMNS for cell in rows[0][1]) if rows else 0


def _folded(cell: str) -> str:
    """A head as it is meant: `GWP set` is `gwp_set`."""
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def _formulas(table: _Table, name: str) -> Iterator[Finding]:
    """Cells that a spreadsheet would run, or that hold what it computed last."""
    for number, cells in table.rows:
        for column, place in table.places.items():
            if place < len(cells) and cells[place].startswith(("=", "@")):
                at = f"{name}, row {number}, column '{column}'"
                yield _finding("formula", at, value=repr(cells[place][:60]))


def _widths(table: _Table, name: str) -> Iterator[Finding]:
    for number, cells in table.rows:
        if any(cells[table.width :]):
            yield _finding("wide", f"{name}, row {number}")


def _points(table: _Table) -> bool:
    """Whether no value has a decimal comma, so that points can only be decimal points."""
    place = table.places["value"]
    return not any(place < len(cells) and "," in cells[place] for _, cells in table.rows)


def _value(cell: str, delimiter: str, *, points: bool) -> tuple[str, bool]:
    """A value with a decimal point, and whether it could be read in two ways."""
    if delimiter == "," or points:
        leading = cell.lstrip("+-").startswith("0,")
        return (cell.replace(",", "."), False) if leading else (cell, _COMMA.fullmatch(cell) is not None)
    if _COMMA.fullmatch(cell):
        return cell.replace(",", "."), False
    if _GROUPED.fullmatch(cell):
        return cell.replace(".", "").replace(",", "."), False
    return cell, "." in cell and _PLAIN.fullmatch(cell) is not None


def _finding(code: str, place: str, **params: Any) -> Finding:
    found, expected, remedy = _TEXTS[code]
    return Finding(code=f"factors.{code}", place=place, found=found, expected=expected, remedy=remedy, params=params)
