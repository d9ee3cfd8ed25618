"""Detection: from a file that nobody has described to a mapping, with what is in doubt."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.base import Finding, Unit
from wattstone.portfolio.kinds import REGISTER_SUFFIX
from wattstone.readings.problems import Problems, quoted
from wattstone.readings.source import ZIP_MAGIC, head, zip_names
from wattstone.readings.tabular import stamps, words
from wattstone.readings.tabular.convert import Converter
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.lacking import no_table
from wattstone.readings.tabular.layout import Frame, Roles, find_header, find_roles
from wattstone.readings.tabular.mapping import ColumnMeter, Mapping, Reading
from wattstone.readings.tabular.numbers import NULLS, NumberStyle, is_number, number_style
from wattstone.readings.tabular.registry import Meters, known_unit, split_unit
from wattstone.readings.tabular.sniff import Sample, sniff_csv
from wattstone.readings.tabular.timing import Doubts, find_timing
from wattstone.readings.tabular.zones import is_zone

CONFIDENT = 0.75
_US = 1_000_000
_ZONE = re.compile(r"\b(UTC|GMT)(?:\s*([+-]\d{1,2}(?::?\d{2})?))?\b|\b([A-Z][a-z]+/[A-Z][A-Za-z_]+)\b")
_EXPORTED = re.compile(r"(?i)exports?|exported|导出")


@dataclass(frozen=True)
class Detection:
    """How a file seems to be written.

    Parameters
    ----------
    mapping : Mapping
    confidence : float
        0 to 1; from `CONFIDENT` on it may be applied without asking.
    doubts : tuple of Finding
        Warnings: choices that the file does not decide.
    preview : DataFrame
        The first rows as they would be read (schema `READINGS`), local stamps taken for UTC where no zone is known.
    """

    mapping: Mapping
    confidence: float
    doubts: tuple[Finding, ...]
    preview: pl.DataFrame


def detect(path: Path, *, zone: str | None = None, unit: str | None = None, kind: str | None = None) -> Detection:
    """Find out how a table of readings is written.

    Parameters
    ----------
    path : Path
        CSV (plain, `.gz`, or a `.zip` of one file) or XLSX.
    zone : str or None
        The clock that the preview is made with, where the file names none.
    unit, kind : str or None
        Of the readings, where no column says it; then neither is in doubt.

    Returns
    -------
    Detection

    Raises
    ------
    InputRefused
        If the file is empty, broken, a bomb, or no table of times and numbers.
    """
    path = Path(path)
    doubts = Doubts(path)
    sample, sheet = _sample(path, doubts)
    frame = find_header(sample)
    roles = None if frame is None else find_roles(frame)
    if frame is None or roles is None:
        raise no_table(path, sample, frame)
    mapping = _mapping(path, sample, frame, roles, sheet, doubts, _Said(unit, kind))
    return Detection(mapping, doubts.confidence, doubts.problems.findings, _preview(path, mapping, frame, zone))


def sample_of(path: Path) -> tuple[Sample, str | None]:
    """Rows of a table, and the sheet that they are from; None for CSV.

    Raises
    ------
    InputRefused
        If the file is empty, broken or a bomb.
    """
    return _sample(path, Doubts(path))


def written(sample: Sample, sheet: str | None, frame: Frame, style: NumberStyle) -> dict[str, Any]:
    """The fields of a mapping that say how any table is written, whatever is in it."""
    return {
        "format": "csv" if sheet is None else "xlsx",
        "sheet": sheet,
        "encoding": sample.encoding,
        "delimiter": sample.delimiter,
        "quote": sample.quote,
        "skip": frame.skip,
        "header": frame.header,
        "skip_after": frame.skip_after,
        "decimal": style.decimal,
        "thousands": style.thousands,
    }


def _sample(path: Path, doubts: Doubts) -> tuple[Sample, str | None]:
    if head(path, 4) == ZIP_MAGIC and "xl/workbook.xml" in zip_names(path):
        from wattstone.readings.tabular.xlsx import sniff_xlsx

        sample, sheet, others = sniff_xlsx(path)
        if others:
            doubts.add(
                "readings.sheet.several",
                0.8,
                found="the workbook has other sheets with content ({others}); sheet {sheet} is taken",
                expected="one sheet of readings",
                field="sheet",
                others=quoted(", ".join(others), 200),
                sheet=quoted(sheet),
            )
        return sample, sheet
    sample = sniff_csv(path)
    if sample.guessed:
        doubts.add(
            "readings.csv.encoding.guessed",
            0.95,
            found="the encoding is taken for {encoding}",
            expected="UTF-8",
            field="encoding",
            encoding=sample.encoding,
        )
    return sample, None


@dataclass(frozen=True)
class _Said:
    """What a person says of the whole table."""

    unit: str | None
    kind: str | None


def _mapping(
    path: Path, sample: Sample, frame: Frame, roles: Roles, sheet: str | None, doubts: Doubts, said: _Said
) -> Mapping:
    style = _style(roles, doubts)
    draft = Mapping.model_construct(
        **Mapping(
            **written(sample, sheet, frame, style),
            nulls=_nulls(roles),
            layout=roles.layout,
            columns=roles.columns,
            stamp_format=_stamp_format(roles, doubts),
            time_format=_time_format(frame, roles),
            zone=_zone(roles),
        ).__dict__
    )
    units = _units(frame, roles, doubts, said.unit)
    changes = {"unit": units.common, "wide": units.wide, "reading": _reading(frame, units, roles)}
    changes |= {"kind": said.kind or _kind(path, roles, units, doubts)}
    draft = draft.model_copy(update=changes)
    table = text_frame(frame)
    draft = draft.model_copy(update=find_timing(table, draft, roles, doubts))
    return Mapping.model_validate(draft.model_dump())


def text_frame(frame: Frame) -> pl.DataFrame:
    """The sample's data rows as the readers give them."""
    names = list(dict.fromkeys(column.name for column in frame.columns))
    places = [[column.name for column in frame.columns].index(name) for name in names]
    head_rows = [row for row in frame.rows if row.line > 0]
    data = {
        name: [(row.cells[place].strip() or None) if place < len(row.cells) else None for row in head_rows]
        for name, place in zip(names, places, strict=True)
    }
    return pl.DataFrame(data, schema=dict.fromkeys(names, pl.String())).with_columns(
        pl.Series(ROW, [row.line for row in head_rows], dtype=pl.Int64)
    )


def _style(roles: Roles, doubts: Doubts) -> NumberStyle:
    cells = [cell for column in roles.values for cell in column.cells if cell not in NULLS and is_number(cell)]
    style = number_style(cells) or _majority(cells)
    if not style.certain:
        doubts.add(
            "readings.decimal.ambiguous",
            0.6,
            found="every number could be read with decimal comma or decimal point; {decimal} is taken as the decimal",
            expected="a number that only one reading fits",
            field="decimal",
            decimal=quoted(style.decimal),
        )
    return style


def _majority(cells: list[str]) -> NumberStyle:
    """The style of most numbers, where not all agree; the reader names the others."""
    styles = Counter(found for cell in cells if (found := number_style([cell])) is not None and found.certain)
    return styles.most_common(1)[0][0] if styles else NumberStyle(".", "", certain=True)


def _nulls(roles: Roles) -> tuple[str, ...]:
    met = {cell for column in roles.values for cell in column.cells if cell in NULLS}
    return tuple(token for token in NULLS if token in met)


def _stamp_format(roles: Roles, doubts: Doubts) -> str:
    stamp = roles.stamp.stamp
    assert stamp is not None
    if not stamp.others:
        return stamp.format
    choices = (stamp.format, *stamp.others)
    likely = _by_steps(roles, choices)
    if likely is not None:
        return likely
    american = "%p" in stamp.format
    chosen = next((one for one in choices if one.startswith("%m")), choices[0]) if american else choices[0]
    doubts.add(
        "readings.date.ambiguous",
        0.5,
        found="no row decides the order of day and month: {cell} is taken as {format}, and {other} fits as well",
        expected="a day above 12 in at least one row",
        field="stamp_format",
        cell=quoted(roles.stamp.cells[0]),
        format=quoted(chosen),
        other=quoted(next(one for one in choices if one != chosen)),
    )
    return chosen


def _by_steps(roles: Roles, choices: tuple[str, ...]) -> str | None:
    """The one order of day and month in which some days follow each other.

    Where there is one stamp a day, the same dates may be days in one order and months in the other: then none.
    """
    cells = pl.Series("stamp", list(dict.fromkeys(roles.stamp.cells)))
    following: list[str] = []
    monthly = False
    for one in choices:
        times = stamps.parse(cells, one).drop_nulls()
        days = times.dt.truncate("1d").unique().sort()
        steps = days.diff().drop_nulls().dt.total_days()
        if (steps == 1).any():
            following.append(one)
        monthly |= len(days) == len(times) and bool(steps.is_between(28, 31).all())
    return following[0] if len(following) == 1 and not monthly else None


def _time_format(frame: Frame, roles: Roles) -> str:
    clock = next((column for column in frame.columns if column.name == roles.columns.time), None)
    return (clock.time if clock else None) or "%H:%M"


def _zone(roles: Roles) -> str | None:
    """A zone that a header names: `Time (UTC+8)`, `Timestamp [Europe/London]`."""
    for name in (roles.columns.timestamp, roles.columns.date, roles.columns.time):
        match = _ZONE.search((name or "").replace("_", " ").replace("utc", "UTC"))
        if match is not None:
            text = match[3] or (f"UTC{match[2]}" if match[2] else "UTC")
            if is_zone(text):
                return text
    return None


@dataclass(frozen=True)
class _Units:
    common: str | None
    wide: dict[str, ColumnMeter]
    found: tuple[Unit, ...]


def _units(frame: Frame, roles: Roles, doubts: Doubts, said: str | None) -> _Units:
    """Units from a column, from what a person says, a row below the header, or the headers themselves."""
    if roles.columns.unit is not None:
        cells = next(column.cells for column in frame.columns if column.name == roles.columns.unit)
        return _Units(None, {}, tuple(one for cell in dict.fromkeys(cells) if (one := known_unit(cell)) is not None))
    wide: dict[str, ColumnMeter] = {}
    found: list[Unit] = []
    for column in roles.values if roles.layout != "matrix" else ():
        header = known_unit(frame.units.get(column.name, "")) or split_unit(column.name)[1]
        if header is not None:
            found.append(header)
        if roles.layout == "wide":
            wide[column.name] = ColumnMeter(unit=header.name if header else None, kind=_kind_of(column.title, header))
    found = found or _units_elsewhere(frame)
    given = known_unit(said or "")
    if given is not None and len({one.name for one in found}) < 2:  # what columns say each for themselves holds
        if found and found[0].name != given.name:
            doubts.add(
                "readings.unit.overruled",
                1.0,
                found="the table says {stated}, and is read as {unit}, as you say",
                expected="one unit",
                field="unit",
                stated=found[0].name,
                unit=given.name,
            )
        found = [given]
    if not found and said is None:
        doubts.add(
            "readings.unit.missing",
            0.3,
            found="the unit of the readings is not stated",
            expected="a unit in the header, as 'Consumption [kWh]', or a column of units",
            field="unit",
        )
    names = {one.name for one in found}
    common = found[0].name if len(names) == 1 else None
    trimmed = {name: one.model_copy(update={"unit": None}) if common else one for name, one in wide.items()}
    return _Units(common, {name: one for name, one in trimmed.items() if one != ColumnMeter()}, tuple(found))


def _units_elsewhere(frame: Frame) -> list[Unit]:
    """A unit that any other header carries in brackets, such as the date of a matrix: `Date [kWh]`."""
    return [one for column in frame.columns if (one := split_unit(column.name)[1]) is not None and "[" in column.name][
        :1
    ]


def _reading(frame: Frame, units: _Units, roles: Roles) -> Reading:
    if any(one.quantity == "power" for one in units.found):
        return "power"
    kinds = set(next((column.cells for column in frame.columns if column.name == roles.columns.kind), ()))
    if kinds and all(kind.endswith(REGISTER_SUFFIX) for kind in kinds):
        return "register"
    if any(words.says(column.title, words.REGISTER) for column in roles.values):
        return "register"
    return "interval"


def _kind_of(text: str, measured: Unit | None) -> str | None:
    """The kind that a header speaks of, where its unit can measure that."""
    if measured is not None and measured.quantity == "reactive energy":
        return "reactive_energy"
    return words.kind_in(text)


def _kind(path: Path, roles: Roles, units: _Units, doubts: Doubts) -> str | None:
    """The kind of what has none by its column: from a header or the file's name, else assumed from the unit."""
    if roles.columns.kind is not None:
        return None
    if roles.layout == "wide" and len(units.wide) == len(roles.values) and all(one.kind for one in units.wide.values()):
        return None
    texts = [column.title for column in roles.values if roles.layout == "long"]
    stem = _EXPORTED.sub(" ", path.name.split(".")[0])  # a file is called `export` for being one
    for text in (*texts, roles.columns.meter or "", stem):
        measured = units.found[0] if units.found else None
        if text and (kind := _kind_of(text, measured)) is not None:
            return kind
    electric = units.found and all(one.quantity in ("energy", "power", "reactive energy") for one in units.found)
    kind = "electricity" if electric else "unknown"
    unsaid = [column.name for column in roles.values if not units.wide.get(column.name, ColumnMeter()).kind]
    whose = quoted(", ".join(unsaid), 200) if roles.layout == "wide" else "the meters"
    doubts.add(
        "readings.kind.assumed",
        0.85,
        found="what {whose} measure is not stated; {kind} is assumed",
        expected="a column, header or file name that says electricity, gas, water, heat",
        field="kind",
        whose=whose,
        kind=quoted(kind),
    )
    return kind


def _preview(path: Path, mapping: Mapping, frame: Frame, zone: str | None) -> pl.DataFrame:
    quiet = Problems(path)
    used = zone if zone is not None and is_zone(zone) else None
    converter = Converter(
        mapping, zone=mapping.zone or used or "UTC", meters=Meters(mapping, path, quiet), problems=quiet
    )
    table = text_frame(frame).head(20).select(*mapping.columns.named(), ROW)
    rows = converter.convert(table)
    return rows.select("meter_id", pl.col("start").cast(pl.Datetime("us")), "seconds", "value").head(20)
