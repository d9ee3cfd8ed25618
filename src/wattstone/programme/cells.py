"""Tables of entries as values: every cell is looked at, and all that is wrong is told at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, cast

import polars as pl

from wattstone.base import UnknownUnit
from wattstone.programme.kinds import DTYPES, SITE, RecordField, RecordKind
from wattstone.programme.units import times
from wattstone.readings.activities.days import Order, either_order, order_of, span
from wattstone.readings.activities.known import bare_of
from wattstone.readings.cells import Cells
from wattstone.readings.problems import Problems
from wattstone.readings.sheets import Headers, Sheet
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.words import folded

__all__ = ["KEPT_TEXT", "PLACE", "Named", "headers_of", "read_cells", "text_of"]

PLACE: Final = "_place"
KEPT_TEXT: Final = r"^'+[=+\-@＝＋－＠]"
"""A text with an apostrophe before what a spreadsheet would run: tables that are taken out have it, and it is no part
of what is said. One that says so itself has another before it."""

_SHARE: Final = "write a share of one as 0.42 or 42 %"
_YEARS: Final = (1900, 2200)
_ID: Final = r"^[^\s/:~\x00-\x1f=+\-@＝＋－＠](?:[^/:~\x00-\x1f]{0,118}[^\s/:~\x00-\x1f])?$"
_KEY: Final = r"^[^\x00-\x1f]{1,400}$"
_FORMULA: Final = r"^[=+\-@＝＋－＠]"  # a spreadsheet that is given it as text would run it


@dataclass(frozen=True, kw_only=True)
class Named:
    """What entries may name.

    Parameters
    ----------
    sites : mapping of str to str
        Name by id.
    refs : mapping of str to collection of str
        Ids of what is there, by what fields refer `to`.
    labels : mapping of str to str
        Labels in another language by the English ones.
    """

    sites: Mapping[str, str] = field(default_factory=dict[str, str])
    refs: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])
    labels: Mapping[str, str] = field(default_factory=dict[str, str])

    def site(self, text: str) -> str | None:
        """The id of a site that is named by its id, or by a name that no other site has."""
        bare = bare_of(text)
        if bare in self.sites:
            return bare
        wanted = text.strip().casefold()
        found = [one for one, name in self.sites.items() if name and name.strip().casefold() == wanted]
        return found[0] if len(found) == 1 else None


def text_of(value: Any) -> str:
    """A value as a cell of a table has it, from which it is read back exactly.

    Parameters
    ----------
    value : Any
        Of a field of any type; of TOML, JSON or a frame.

    Examples
    --------
    >>> text_of(None), text_of(True), text_of(2.0), text_of(0.1 + 0.2), text_of(["a", "b"]), text_of(date(2024, 5, 1))
    ('', 'yes', '2', '0.30000000000000004', 'a; b', '2024-05-01')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list | tuple):
        return "; ".join(map(str, cast("Sequence[Any]", value)))
    return value.isoformat() if isinstance(value, date) else str(value)


def headers_of(kind: RecordKind, labels: Mapping[str, str] | None = None) -> Headers:
    """How the columns of a kind are called.

    Parameters
    ----------
    kind : RecordKind
        Whose.
    labels : mapping of str to str or None
        Labels in another language by the English ones.
    """
    told = labels or {}
    names = {one.name: (one.label, *one.headers, *filter(None, [told.get(one.label)])) for one in kind.fields}
    return Headers(names, least=min(2, len(names)), code="entry")


def read_cells(kind: RecordKind, sheet: Sheet, named: Named, problems: Problems) -> pl.DataFrame:
    """Read the entries of a table.

    Parameters
    ----------
    kind : RecordKind
        Whose fields they have.
    sheet : Sheet
        Text; columns that it does not have say nothing.
    named : Named
        What entries may name.
    problems : Problems
        With the place of the sheet; takes all that is wrong.

    Returns
    -------
    polars.DataFrame
        The fields that the table has, `_row` and `_place`; of use only where no problem is an error.
    """
    cells = Cells(sheet, problems, "entry")
    columns: dict[str, pl.Series] = {}
    for one in kind.fields:
        if one.name in sheet.titles:
            if one.required:
                _lacking(one, cells)
            columns[one.name] = _column(kind, one, cells, named).cast(DTYPES[one.type]).alias(one.name)
    return pl.DataFrame([*columns.values(), cells.rows[ROW]]).with_columns(pl.lit(sheet.place).alias(PLACE))


def _column(kind: RecordKind, one: RecordField, cells: Cells, named: Named) -> pl.Series:
    match one.type:
        case "number" | "integer" | "part" | "year":
            return _bounded(one, cells, _number(one, cells))
        case "date":
            return _day(one, cells)
        case "choice":
            return _choice(one, cells, named)
        case "flag":
            return cells.answer(one.name)
        case "site":
            return _site(one, cells, named)
        case "ref":
            return _ref(one, cells, named)
        case "list" if one.to == SITE:
            return _sites(one, cells, named)
        case "list":
            texts = cells.text(one.name)
            return cells.mapped(texts, _list, pl.List(pl.String))
        case _:
            texts = cells.text(one.name)
            if not kind.key and one.name == kind.fields[0].name:
                _usable(one, cells)
            if kind.key == (one.name,):
                _harmless(one, cells)
            return texts


def _number(one: RecordField, cells: Cells) -> pl.Series:
    if one.type == "part":
        return cells.part(one.name)
    values = cells.number(one.name) * _scale(one, cells)
    if one.type in ("integer", "year"):
        cells.wrong(
            "entry.whole", (values != values.round()).fill_null(value=False), one.name,
            found="{count:row|rows} {rows}: no whole {count:number|numbers}: {texts}",
            expected="a whole number",
            remedy="write it without a fraction",
        )  # fmt: skip
        return values.round().cast(DTYPES[one.type], strict=False)
    return values


def _scale(one: RecordField, cells: Cells) -> float:
    """The field's unit in that which its header names."""
    said = cells.brackets.get(one.name, "")
    if not said or (one.unit is not None and folded(said) == folded(one.unit)):
        return 1.0
    if one.unit is None:
        cells.wrong(
            "entry.unitless", cells.text(one.name).is_not_null(), one.name,
            found="'{unit}' stands with the number",
            expected="the number alone: another field says what it counts, or nothing does",
            remedy="write it in full and without a unit, as 5000000 for 5 million",
            unit=said,
        )  # fmt: skip
        return 1.0
    try:
        return times(said, one.unit)
    except (UnknownUnit, ValueError):
        cells.wrong(
            "entry.unit", cells.text(one.name).is_not_null(), one.name,
            found="the header names the unit '{unit}'",
            expected="{expected_unit}, or a unit that can be converted into it",
            remedy="convert the numbers, and correct the header",
            unit=said, expected_unit=one.unit,
        )  # fmt: skip
        return 1.0


def _bounded(one: RecordField, cells: Cells, values: pl.Series) -> pl.Series:
    least, most = one.least, one.most
    if one.type == "part":  # a share of one, where the kind says nothing else
        least, most = 0.0 if least is None else least, 1.0 if most is None else most
    if one.type == "year":
        least, most = least or _YEARS[0], most or _YEARS[1]
    plain = values.cast(pl.Float64)
    bad = plain.is_infinite() | plain.is_nan()
    if least is not None:
        bad |= plain < least
    if most is not None:
        bad |= plain > most
    if one.above is not None:
        bad |= plain <= one.above
    cells.wrong(
        "entry.bounds", bad.fill_null(value=False), one.name,
        found="{count:row|rows} {rows}: out of bounds: {texts}",
        expected="{bounds}",
        remedy=_SHARE if one.type == "part" else "correct the number, and look at its unit",
        bounds=_bounds(least, most, one.above, one.unit),
    )  # fmt: skip
    return values


def _bounds(least: float | None, most: float | None, above: float | None, unit: str | None) -> str:
    """As an interval, which reads the same in every language.

    Examples
    --------
    >>> _bounds(0.0, None, None, "ha"), _bounds(None, 1.0, 0.0, None)
    ('[0, ∞) ha', '(0, 1]')
    """
    low = f"({above:g}" if above is not None and (least is None or above >= least) else None
    low = low or ("(-∞" if least is None else f"[{least:g}")
    high = "∞)" if most is None else f"{most:g}]"
    return f"{low}, {high}" + (f" {unit}" if unit and unit != "1" else "")


def _day(one: RecordField, cells: Cells) -> pl.Series:
    texts = cells.text(one.name)
    order: Order | None = order_of(texts.drop_nulls().unique().to_list())
    if order is None:
        either = [text for text in texts.drop_nulls().unique() if either_order(text)]
        cells.wrong(
            "entry.day_order", texts.is_in(either), one.name,
            found="nobody can say which is the day and which the month: {texts}",
            expected="days as 2024-03-31",
            remedy="write the year first",
        )  # fmt: skip
    days = cells.read(one.name, lambda text: _single(text, order or "dmy"), pl.Date)
    cells.wrong(
        "entry.day", days.is_null() & texts.is_not_null(), one.name,
        found="{count:row|rows} {rows}: no {count:day|days}: {texts}",
        expected="a day as 2024-03-31",
        remedy="write year, month and day",
    )  # fmt: skip
    return days


def _single(text: str, order: Order) -> date | None:
    found = span(text, order)
    return found[0] if found is not None and found[0] == found[1] else None


def _choice(one: RecordField, cells: Cells, named: Named) -> pl.Series:
    known = {folded(value): value for value in one.choices}
    for value, label in one.choices.items():
        for said in (label, named.labels.get(label, label)):
            known.setdefault(folded(said), value)

    def read(text: str) -> str | None:
        return known.get(folded(bare_of(text))) or known.get(folded(text))

    values = cells.read(one.name, read, pl.String)
    cells.wrong(
        "entry.choice", values.is_null() & cells.text(one.name).is_not_null(), one.name,
        found="{count:row|rows} {rows}: nothing that can be chosen: {texts}",
        expected="one of {choices}",
        remedy="take one of them",
        choices=", ".join(one.choices),
    )  # fmt: skip
    return values


def _site(one: RecordField, cells: Cells, named: Named) -> pl.Series:
    return _known_site(one, cells, named.site)


def _sites(one: RecordField, cells: Cells, named: Named) -> pl.Series:
    """A list of sites: all of them are known, or it is none."""

    def read(text: str) -> str | None:
        found = [named.site(each) for each in _list(text)]
        return None if None in found else "; ".join(filter(None, found))

    return cells.mapped(_known_site(one, cells, read), _list, pl.List(pl.String))


def _known_site(one: RecordField, cells: Cells, read: Callable[[str], str | None]) -> pl.Series:
    """What is read of cells that name sites; a finding where they name what is none."""
    told = cells.read(one.name, read, pl.String)
    cells.wrong(
        "entry.site_unknown", told.is_null() & cells.text(one.name).is_not_null(), one.name,
        found="{count:row|rows} {rows}: there is no such site: {texts}",
        expected="the id of a site of the workspace, or its name where no other has it",
        remedy="declare the site with `wattstone site`, or correct the cell",
    )  # fmt: skip
    return told


def _ref(one: RecordField, cells: Cells, named: Named) -> pl.Series:
    there = set(named.refs.get(one.to or "", ()))

    def read(text: str) -> str | None:
        return next((each for each in (text, bare_of(text)) if each in there), None)

    values = cells.read(one.name, read, pl.String)
    cells.wrong(
        "entry.ref_unknown", values.is_null() & cells.text(one.name).is_not_null(), one.name,
        found="{count:row|rows} {rows}: there is none of this id: {texts}",
        expected="the id of an entry of kind {to} that is there",
        remedy="enter that first, or correct the id",
        to=one.to or "",
    )  # fmt: skip
    return values


def _list(text: str) -> list[str]:
    return [one.strip() for one in text.replace("；", ";").split(";") if one.strip()]


def _usable(one: RecordField, cells: Cells) -> None:
    texts = cells.text(one.name)
    cells.wrong(
        "entry.id", (~texts.str.contains(_ID)).fill_null(value=False), one.name,
        found="{count:row|rows} {rows}: not usable as {count:an id|ids}: {texts}",
        expected="at most 120 characters without / : and ~, the first of them none of = + - @",
        remedy="write a number or a short name, or leave it empty",
    )  # fmt: skip


def _harmless(one: RecordField, cells: Cells) -> None:
    """Others name the entry by it, in the lists of templates too."""
    texts = cells.text(one.name)
    cells.wrong(
        "entry.id_sign", (~texts.str.contains(_KEY) | texts.str.contains(_FORMULA)).fill_null(value=False), one.name,
        found="{count:row|rows} {rows}: not usable as {count:a name|names} of {count:an entry|entries}: {texts}",
        expected="at most 400 characters on one line that begin with none of = + - @",
        remedy="write it without that sign",
    )  # fmt: skip


def _lacking(one: RecordField, cells: Cells) -> None:
    cells.wrong(
        "entry.lacking", cells.text(one.name).is_null(), one.name,
        found="{count:row|rows} {rows}: {what} is not said",
        expected="a value",
        remedy="fill it in, or take the row out",
        what=one.label,
    )  # fmt: skip
