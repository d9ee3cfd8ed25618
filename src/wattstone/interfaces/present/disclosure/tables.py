"""Tables of a climate report: units that can be read, each number a link to its figure, with its state beside it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from wattstone.base.units import UnknownUnit
from wattstone.disclosure.statement import FigureState, Names, Shown
from wattstone.interfaces.present.content import Cell, Head
from wattstone.interfaces.present.content import Table as Grid
from wattstone.interfaces.present.disclosure.pivot import by_year, few_years
from wattstone.interfaces.present.disclosure.words import state_words
from wattstone.interfaces.present.languages import Language, counter, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.names import kind_name, opened
from wattstone.interfaces.present.numbers import every, scale, unit_at
from wattstone.interfaces.present.programme.shares import is_share, share_words
from wattstone.interfaces.present.programme.tables import cell_text, heading, in_language, unit_words
from wattstone.programme.report import Column, Table
from wattstone.programme.units import times

__all__ = ["ALONE", "AT_FIGURE", "MARKS", "cell_words", "figure_grid", "is_ours", "tabled"]

AT_FIGURE: Final = "@figure"
"""At the end of the name of a column that holds ids of figures."""

MARKS: Final[Mapping[FigureState, str]] = {"current": "", "stale": "†", "restated": "‡", "missing": ""}
"""Signs behind numbers of a table whose state the note below it says."""

ALONE: Final = "°"
"""Sign behind a text that nobody has translated."""

_ROWS = 24
_NAMED = 4  # of several in a cell
_FEW = 3  # rows of which it is worth saying once what all of them say
_OF_PERSONS = ("id", "owner", "names", "site", "supplier")  # columns whose texts are names that persons gave
_IDS: Final = re.compile(r"[^\s,]+(?:, [^\s,]+){4,}")
_WHOLE, _MOST = 1000.0, 1000.0
"""Tonnes and megawatt-hours at most: what a table compares from large to small stands in one unit that holds both."""


def figure_grid(table: Table, figures: Mapping[str, Shown], lang: Language, names: Names | None = None) -> Grid:
    """A table's rows as cells.

    Parameters
    ----------
    table : programme.report.Table
        A column `NAME@figure` beside `NAME` holds the ids of the figures shown.
    figures : mapping of str to Shown
        By id.
    lang : {'en', 'zh'}
    names : Names or None
        Texts of persons: those that are not there in the language have a sign that the note explains.

    Returns
    -------
    content.Table
        A column of numbers is in the unit that fits its largest; what is stale or restated has a sign that the note
        explains; words stand for what is not known.
    """
    t = translator(lang)
    table, fewer = few_years(by_year(in_language(table, lang)))
    frame, lone = table.rows, frozenset(text for text, told in (names or {}).items() if lang not in told)
    shown = [one for one in table.columns if one.name in frame.columns and not _shaped(frame, one.name)]
    alike = _alike(shown, frame)
    shown = [one for one in shown if one.name not in alike]
    sizes = _sizes(shown, frame)
    scaled = {one.name: _scaled(one, sizes, frame, lang) for one in shown}
    rows: list[tuple[Cell, ...]] = []
    states: set[FigureState] = set()
    for row in frame.head(_ROWS).iter_rows(named=True):
        found = {one.name: figures.get(str(row.get(one.name + AT_FIGURE) or "")) for one in shown}
        states |= {one.state for one in found.values() if one is not None}
        cells = (_cell(row[one.name], one, scaled[one.name], found[one.name], lang) for one in shown)
        rows.append(tuple(_marked(cell, row[one.name], one, lone) for cell, one in zip(cells, shown, strict=True)))
    heads = tuple(Head(scaled[one.name].head, scaled[one.name].numeric) for one in shown)
    of_all = {name: frame[name].to_list()[0] for name in alike}
    told = [t("{place}: {found}", place=_label(one, lang), found=_said_of_all(of_all[name], one, lone, lang))
            for name, one in alike.items() if of_all[name] not in (None, "", [])]  # fmt: skip
    told += [t("other years are in the workbook")] if fewer else []
    told += _remarks(states, frame.height - len(rows), lang)
    told += [f"{ALONE} {t('not translated')}"] if any(_is_lone(cell) for row in rows for cell in row) else []
    return Grid(heads, tuple(rows), t("; ").join(told), t(table.title))


def _marked(cell: Cell, value: Any, column: Column, lone: frozenset[str]) -> Cell:
    """A cell with a sign where it holds a text of persons that is not there in the language."""
    said = isinstance(value, str) and value in lone and value not in column.labels
    return replace(cell, text=cell.text + ALONE) if said else cell


def _is_lone(cell: Cell) -> bool:
    return not cell.numeric and cell.text.endswith(ALONE)


def _said_of_all(value: Any, column: Column, lone: frozenset[str], lang: Language) -> str:
    t, text = translator(lang), _text(value, column, lang)
    return t("{text} (not translated)", text=text) if isinstance(value, str) and value in lone else text


def _alike(columns: Sequence[Column], frame: pl.DataFrame) -> dict[str, Column]:
    """Columns of texts that say the same in every row: said once, below the table."""
    if frame.height < _FEW:
        return {}
    return {
        one.name: one
        for one in columns[1:]
        if frame.schema[one.name] in (pl.String, pl.List(pl.String))
        and frame[one.name].n_unique() == 1
        and one.name + AT_FIGURE not in frame.columns
    }


@dataclass(frozen=True)
class _Scaled:
    """How a column is shown: its head, what its values are divided by."""

    head: str
    divisor: float
    numeric: bool


def _shaped(frame: pl.DataFrame, name: str) -> bool:
    return isinstance(frame.schema[name], pl.Binary | pl.Object)


def _scaled(column: Column, sizes: Mapping[str, float], frame: pl.DataFrame, lang: Language) -> _Scaled:
    numeric = frame.schema[column.name].is_numeric()
    if not numeric or not column.unit or f"[{column.unit}]" in column.label:
        return _Scaled(heading(column, lang) if column.unit else _label(column, lang), 1.0, numeric)
    divisor = min(scale(column.unit, sizes[column.unit])[0], _MOST)
    unit = unit_words(column.unit, lang) if divisor == 1 else unit_at(column.unit, divisor)
    named = _label(column, lang)
    return _Scaled(f"{named} [{unit}]" if unit else named, divisor, numeric=True)


_LABELS: Final[Mapping[str, str]] = {
    "Carrier": mark("Energy carrier"), "Group": mark("Kind of risk or opportunity"), "Number": mark("How many"),
    "Edition": mark("Edition of the source"), "Model": mark("Model of the scenario"), "Amount": mark("Amount of money"),
    "Per": mark("Each year or once"), "Opportunities": mark("Climate opportunities"),
    "Threshold": mark("Threshold of exposure"), "Out of": mark("Denominator of the share"), "Form": mark("Form of it"),
    "Part": mark("Part of the whole"),
}  # fmt: skip
"""Heads of columns that mean something else in other rooms, where they have other words in Chinese."""


def _label(column: Column, lang: Language) -> str:
    t = translator(lang)
    return t(_LABELS.get(column.label, column.label) if lang == "zh" else column.label)


def _sizes(columns: Sequence[Column], frame: pl.DataFrame) -> dict[str, float]:
    """The largest value by unit: columns of a unit are compared, so that they have one scale."""
    found: dict[str, float] = {}
    for one in columns:
        if one.unit and frame.schema[one.name].is_numeric():
            held = [abs(value) for value in frame[one.name].cast(pl.Float64) if value is not None and value == value]
            found[one.unit] = max([found.get(one.unit, 0.0), *held])
    return found


def _cell(value: Any, column: Column, how: _Scaled, figure: Shown | None, lang: Language) -> Cell:
    link, mark = (figure.id or None, MARKS[figure.state]) if figure is not None else (None, "")
    if isinstance(value, float) and math.isfinite(value):
        share = is_share(column.label, column.unit)
        text = share_words(value, lang) if share else tabled(value / how.divisor)
        return Cell(text + mark + _band(value, column, how, figure, lang), link, numeric=True)
    return Cell(_text(value, column, lang, numeric=how.numeric) + mark, link, numeric=how.numeric)


def _band(value: float, column: Column, how: _Scaled, figure: Shown | None, lang: Language) -> str:
    """The 90 % interval behind a value that has one, in the unit of its column."""
    if figure is None or figure.interval is None or figure.value is None:
        return ""
    try:
        scale_ = 1.0 if column.unit in (None, figure.unit) else times(figure.unit, column.unit or "")
    except (UnknownUnit, ValueError):
        return ""
    if not math.isclose(value, figure.value * scale_, rel_tol=1e-9):
        return ""  # it says an end of the interval itself
    say = share_words if is_share(column.label, column.unit) else _plain
    low, high = (say(end * scale_ / how.divisor, lang) for end in figure.interval)
    t = translator(lang)
    return t(" ({interval})", interval=t("{lower} to {upper}", lower=low, upper=high))


def _plain(value: float, lang: Language) -> str:
    return tabled(value)


def cell_words(value: Any, column: Column, lang: Language) -> str:
    """What a table says in a cell that holds no number."""
    return _text(value, column, lang)


def _text(value: Any, column: Column, lang: Language, *, numeric: bool = False) -> str:
    """What is no number: of several things the first few; nothing where a text is not there."""
    if isinstance(value, list | tuple):
        named = [cell_text(one, column.labels, lang) for one in value]  # pyright: ignore[reportUnknownVariableType]
        return listed(named, lang, most=_NAMED)
    if value in (None, "") and not numeric:
        return ""
    if isinstance(value, str) and value not in column.labels:
        return _words(value, column, lang)
    return cell_text(value, column.labels, lang)


def _words(value: str, column: Column, lang: Language) -> str:
    """A text: ids stay as they are, words of ours are said in the language."""
    if column.name == "carrier":
        return opened(kind_name(value, lang))
    if _IDS.fullmatch(value):
        return listed(value.split(", "), lang, most=_NAMED)
    t = translator(lang)
    return t(value) if is_ours(value, column) else value


def is_ours(value: str, column: Column) -> bool:
    """Whether a text may be a word of ours: it begins with a capital, and its column is not one of names.

    Examples
    --------
    >>> is_ours("Heat", Column("what", "What")), is_ours("heat", Column("id", "Id")), is_ours("", Column("a", "A"))
    (True, False, False)
    """
    return value[:1].isupper() and column.name not in _OF_PERSONS


def tabled(value: float) -> str:
    """A number of a table in a report: whole from a thousand on, with four figures below; the evidence has all.

    Examples
    --------
    >>> [tabled(one).replace("\N{NARROW NO-BREAK SPACE}", " ") for one in (57_969.4, 812.345, 0.0198765, 40.0)]
    ['57 969', '812.3', '0.01988', '40']
    """
    if abs(value) >= _WHOLE:
        return every(float(round(value)))
    return every(float(f"{value:.4g}"))


def _remarks(states: set[FigureState], more: int, lang: Language) -> list[str]:
    """What the signs mean, and how many rows are left out."""
    n = counter(lang)
    told = [f"{MARKS[state]} {state_words(state, lang)}" for state in MARKS if MARKS[state] and state in states]
    if more > 0:
        told.append(
            n("and {count} more row: the workbook has it", "and {count} more rows: the workbook has them", more)
        )
    return told
