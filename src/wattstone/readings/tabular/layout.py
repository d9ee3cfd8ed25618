"""What the columns of a sample are: header, times, meters, values; long, wide or matrix."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from wattstone.readings.tabular import stamps, words
from wattstone.readings.tabular.csv import name_columns
from wattstone.readings.tabular.mapping import Columns, Layout
from wattstone.readings.tabular.numbers import NULLS, is_number
from wattstone.readings.tabular.registry import known_unit, split_unit
from wattstone.readings.tabular.sniff import Row, Sample

MATRIX_TIMES = 8  # columns named by a time of day from which a table counts as a matrix
_HEADER_LOOK = 200


@dataclass(frozen=True)
class Column:
    """A column of the sample: its name, its cells without empty ones, and what they could be."""

    name: str
    cells: tuple[str, ...]
    stamp: stamps.StampFormat | None = None
    time: str | None = None
    numeric: bool = False

    @property
    def title(self) -> str:
        """The name without a unit."""
        return split_unit(self.name)[0] or self.name


@dataclass(frozen=True)
class Frame:
    """The sample with its header found.

    Parameters
    ----------
    columns : tuple of Column
    rows : tuple of Row
        Data rows.
    skip : int
        Lines before the header.
    header : bool
    skip_after : int
        Rows between header and data.
    units : mapping of str to str
        Unit of each column, where a row below the header gives them.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    skip: int
    header: bool
    skip_after: int
    units: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Roles:
    """Which column is what.

    Parameters
    ----------
    layout : {'long', 'wide', 'matrix'}
    columns : Columns
    values : tuple of Column
        The columns that hold readings.
    stamp : Column
        The column of times or dates.
    """

    layout: Layout
    columns: Columns
    values: tuple[Column, ...]
    stamp: Column


def find_header(sample: Sample) -> Frame | None:
    """The header and the data rows of a sample; None where no row has a time and a number.

    Parameters
    ----------
    sample : Sample
    """
    rows = [row for row in sample.rows if any(cell.strip() for cell in row.cells)]
    first = next((index for index, row in enumerate(rows[:_HEADER_LOOK]) if _is_data(row)), None)
    if first is None:
        return None
    above = first - 1
    units: dict[str, str] = {}
    if above >= 1 and _is_units(rows[above]) and len(rows[above - 1].cells) > 1:
        above -= 1
    header = above >= 0 and sum(bool(cell.strip()) for cell in rows[above].cells) > 1
    width = max(len(rows[above].cells) if header else 0, len(rows[first].cells) if not header else 0, 1)
    names = name_columns(list(rows[above].cells) if header else [], width)
    skip = rows[above].line - 1 if header else rows[first].line - 1
    skip_after = _between(sample, rows[above].line, rows[first].line) if header else 0
    if header and skip_after and _is_units(rows[first - 1]):
        units = {
            name: cell.strip("[]() ")
            for name, cell in zip(names, rows[first - 1].cells, strict=False)
            if known_unit(cell.strip("[]() "))
        }
    data = tuple(rows[first:])
    return Frame(_columns(names, data), data, skip, header, skip_after, units)


def _between(sample: Sample, above: int, first: int) -> int:
    """Rows between the header and the first data row, blank ones included, as the reader counts them."""
    return sum(1 for row in sample.rows if above < row.line < first)


def _is_data(row: Row) -> bool:
    """Whether a row has a time, and something else that is a number or a null."""
    cells = [cell.strip() for cell in row.cells]
    if len(cells) < 2 or not any(cells):
        return False
    times = [index for index, cell in enumerate(cells) if cell and _is_time(cell)]
    return bool(times) and any(
        index != times[0] and (is_number(cell) or cell in NULLS or not cell or cell.startswith("="))
        for index, cell in enumerate(cells)
    )


def has_time(row: Row) -> bool:
    """Whether a cell of a row is a time."""
    return any(cell.strip() and _is_time(cell.strip()) for cell in row.cells)


def _is_time(cell: str) -> bool:
    if cell.isdigit() and len(cell) not in (8, 10, 12, 13, 14):
        return False
    if cell.isdigit() and len(cell) in (10, 13):
        return stamps.stamp_format([cell]) is not None
    return any(True for _ in stamps.shapes(" ".join(cell.split()))) or _is_serial(cell)


def _is_serial(cell: str) -> bool:
    return (
        "." in cell
        and len(cell) > 6
        and stamps.stamp_format([cell], times=True) is not None
        and cell[:2] in ("42", "43", "44", "45", "46", "47")
    )


def _is_units(row: Row) -> bool:
    filled = [cell.strip("[]() ") for cell in row.cells if cell.strip("[]() ")]
    named = [cell for cell in filled if known_unit(cell)]
    return bool(named) and len(filled) - len(named) <= 2


def _columns(names: tuple[str, ...], rows: Sequence[Row]) -> tuple[Column, ...]:
    return tuple(
        _column(name, [row.cells[index] for row in rows if index < len(row.cells)]) for index, name in enumerate(names)
    )


def _column(name: str, cells: list[str]) -> Column:
    filled = tuple(cell.strip() for cell in cells if cell.strip())
    given = tuple(cell for cell in filled if cell not in NULLS)
    numbers = sum(times for cell, times in Counter(given).items() if is_number(cell) or cell.startswith("="))
    # A header that names a unit holds readings, however many texts stand among them: the reader names those.
    numeric = bool(numbers) and (numbers >= 0.8 * len(given) or split_unit(name)[1] is not None)
    timely = words.says(name, (*words.TIME, *words.START, *words.END)) or name.startswith("#")
    stamp = stamps.stamp_format(given, times=timely) if timely or not numeric else None
    time = stamps.time_format(given) if stamp is None and (timely or not numeric) else None
    return Column(name, filled, stamp, time, numeric)


def find_roles(frame: Frame) -> Roles | None:
    """Which column is what; None where no column holds times, or none readings.

    Parameters
    ----------
    frame : Frame
    """
    timed = [column for column in frame.columns if column.stamp is not None]
    if not timed:
        return None
    stamp = best_stamp(timed)
    rest = [column for column in frame.columns if column.stamp is None]
    slots = [column for column in rest if stamps.minutes(column.name) is not None]
    assert stamp.stamp is not None
    dated = "%H" not in stamp.stamp.format and "%I" not in stamp.stamp.format and not stamp.stamp.zoned
    texts = [column for column in rest if not column.numeric or column.name == _named(rest, words.METER, words.SITE)]
    labels = _labels(texts)
    used = {name for name in labels.values() if name is not None}
    if len(slots) >= MATRIX_TIMES and dated:
        named = tuple(column.name for column in slots)
        return Roles(
            "matrix", Columns.model_validate({"date": stamp.name, "values": named, **labels}), tuple(slots), stamp
        )
    clock = next((column for column in rest if column.time is not None), None) if dated else None
    times: dict[str, str | None] = (
        {"date": stamp.name, "time": clock.name} if clock else {"timestamp": stamp.name, "end": _end_of(stamp, timed)}
    )
    values = [column for column in rest if column.numeric and column is not clock and column.name not in used]
    values = [column for column in values if not _is_bookkeeping(column)] or [
        column for column in values if words.says(column.name, words.VALUE)
    ]
    if not values:
        return None
    single = _single_value(values, labels)
    if single is not None:
        return Roles("long", Columns.model_validate({"value": single.name, **times, **labels}), (single,), stamp)
    named = tuple(column.name for column in values)
    return Roles("wide", Columns.model_validate({"values": named, **times, **labels}), tuple(values), stamp)


def _single_value(values: list[Column], labels: dict[str, str | None]) -> Column | None:
    """The one column of readings of a long table; None for a wide one."""
    if len(values) == 1:
        named = labels["meter"] or labels["site"] or _is_generic(values[0])
        return values[0] if named else None
    if labels["meter"] is None:
        return None
    said = [column for column in values if words.says(column.title, words.VALUE)]
    return said[0] if len(said) == 1 and split_unit(said[0].name)[1] is None else None


def _is_generic(column: Column) -> bool:
    """Whether a header says what is measured and not by which meter: `Usage (kWh)`, `kWh`, `Gas [m3]`.

    Every word of it must: `Main electricity` names a meter.
    """
    name = split_unit(column.name)[0]
    parts = [part for part in re.split(r"[\W_]+", name) if part]
    said = (words.says(part, words.VALUE) or words.kind_in(part) is not None for part in parts)
    return name.startswith("#") or all(said)


def best_stamp(timed: list[Column]) -> Column:
    """The column of times: the start of an interval, else UTC, else the first."""
    for wanted in (words.START, ("utc",)):
        if (found := next((one for one in timed if words.says(one.name, wanted)), None)) is not None:
            return found
    plain = [one for one in timed if not words.says(one.name, words.END)]
    return (plain or timed)[0]


def _end_of(stamp: Column, timed: list[Column]) -> str | None:
    if not words.says(stamp.name, words.START):
        return None
    return next(
        (
            one.name
            for one in timed
            if one is not stamp and words.says(one.name, words.END) and one.stamp == stamp.stamp
        ),
        None,
    )


def _is_bookkeeping(column: Column) -> bool:
    name = words.folded(column.title)
    return any(
        name == word or (not word.isascii() and word == name) or name.endswith(" " + word) for word in words.NOT_VALUES
    )


def _named(columns: Sequence[Column], *groups: tuple[str, ...]) -> str | None:
    """A numeric column that holds names all the same, for its header says so (`Meter number`)."""
    for group in groups:
        for column in columns:
            if (
                words.says(column.name, group)
                and split_unit(column.name)[1] is None
                and not words.says(column.name, words.REGISTER)
            ):
                return column.name
    return None


def _labels(texts: list[Column]) -> dict[str, str | None]:
    """Columns of text by role; a column that is left over names the meter, if it has few values."""
    roles: dict[str, str | None] = {"meter": None, "site": None, "kind": None, "unit": None}
    taken: set[str] = set()
    for column in texts:
        cells = set(column.cells[:500])
        if cells and all(known_unit(cell) for cell in cells) and roles["unit"] is None:
            roles["unit"] = column.name
            taken.add(column.name)
    for role, group in (("meter", words.METER), ("site", words.SITE), ("kind", words.KIND)):
        for column in texts:
            if column.name not in taken and words.says(column.name, group):
                roles[role] = column.name
                taken.add(column.name)
                break
    if roles["kind"] is None:
        for column in texts:
            cells = set(column.cells[:500])
            if column.name not in taken and cells and all(words.kind_in(cell) for cell in cells):
                roles["kind"] = column.name
                taken.add(column.name)
                break
    if roles["meter"] is None and roles["site"] is None:
        left = [one for one in texts if one.name not in taken and one.cells and not one.time]
        left = [one for one in left if not _is_bookkeeping(one) and 2 * len(set(one.cells)) <= len(one.cells) + 2]
        roles["meter"] = left[0].name if left and len(left[0].cells) > 1 else None
    return roles
