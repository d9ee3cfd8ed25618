"""Logs of machines: a table with a column of times and columns of numbers, on one regular grid.

A meter's readings go to the lake; what a logger recorded of a compressor station or a chiller plant for some weeks
(powers, flows, pressures, temperatures) is read here as it is, for an assessment of its own.
"""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.readings.incoming import file_hash
from wattstone.readings.parquet import read_parquet
from wattstone.readings.problems import Problems, quoted
from wattstone.readings.source import head
from wattstone.readings.tabular import stamps, words
from wattstone.readings.tabular.clocks import instants, settle_double
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.detection import sample_of, written
from wattstone.readings.tabular.layout import Frame, best_stamp, find_header
from wattstone.readings.tabular.mapping import Columns, Mapping
from wattstone.readings.tabular.numbers import NULLS, NumberStyle, is_number, number_style
from wattstone.readings.tabular.result import open_table
from wattstone.readings.tabular.timed import column_of_numbers, with_starts
from wattstone.readings.tabular.zones import clock as clock_of
from wattstone.readings.tabular.zones import is_zone

Floats = NDArray[np.float64]

__all__ = ["Log", "read_log"]

PARQUET_MAGIC = b"PAR1"
FEW = 5  # steps whose middle may well be a gap
MOST_STEPS = 40_000_000  # a year by the second is 31.5 million


@dataclass(frozen=True, eq=False)
class Log:
    """What a logger recorded.

    Parameters
    ----------
    name : str
        Of the file.
    sha256 : str
        Of its content.
    start : datetime
        Start of the first step, naive UTC.
    seconds : int
        Length of a step: the usual distance of two rows. [s]
    columns : mapping of str to (t,) array
        By header; NaN where a row or a cell is missing.
    findings : tuple of Finding
        Warnings: gaps, rows that came twice.
    """

    name: str
    sha256: str
    start: datetime
    seconds: int
    columns: Table[str, Floats]
    findings: tuple[Finding, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps the grid has."""
        return next(iter(self.columns.values())).size

    @property
    def hours(self) -> float:
        """Length of a step. [h]"""
        return self.seconds / 3600

    @property
    def end(self) -> datetime:
        """End of the last step, naive UTC."""
        return self.start + self.steps * timedelta(seconds=self.seconds)


def read_log(path: Path, wanted: Sequence[str], *, zone: str | None = None) -> Log:
    """Read some columns of a log: CSV, XLSX or Parquet.

    Parameters
    ----------
    path : Path
        With one column of times and the wanted ones.
    wanted : sequence of str
        Headers of the columns of numbers.
    zone : str or None
        The clock of times that carry no offset.

    Returns
    -------
    Log
        Sorted; where two rows lie in one step the mean counts.

    Raises
    ------
    InputRefused
        If a column is missing, or cells are no times or numbers; with every finding.
    """
    path = Path(path)
    problems = Problems(path)
    wanted = tuple(dict.fromkeys(wanted))
    if head(path, len(PARQUET_MAGIC)) == PARQUET_MAGIC:
        rows = _from_parquet(path, wanted, zone, problems)
    else:
        rows = _from_table(path, wanted, zone, problems)
    problems.raise_if_refused()
    return _on_grid(path, rows, wanted, problems)


def _from_parquet(path: Path, wanted: Sequence[str], zone: str | None, problems: Problems) -> pl.DataFrame:
    table = read_parquet(path)
    timed = [name for name, kind in table.schema.items() if isinstance(kind, pl.Datetime)]
    _missing(wanted, table.columns, problems)
    if not timed:
        _no_times(problems)
    _known_zone(zone, needed=False, problems=problems)
    odd = [name for name in wanted if name in table.columns and not table.schema[name].is_numeric()]
    for name in odd:
        problems.add(
            "readings.value.invalid",
            column=name,
            found="the column is of type {type}",
            expected="numbers",
            remedy="write the column as numbers",
            params={"type": str(table.schema[name])},
        )
    problems.raise_if_refused()
    at = pl.col(timed[0]).dt.cast_time_unit("us")
    own = table.schema[timed[0]]
    if isinstance(own, pl.Datetime) and own.time_zone is not None:
        at = at.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    frame = table.select(at.alias("start"), *(pl.col(name).cast(pl.Float64) for name in wanted))
    if isinstance(own, pl.Datetime) and own.time_zone is None and zone is not None:
        frame = frame.drop_nulls("start")
        utc = instants(frame["start"].to_physical().to_numpy(), zone).utc
        frame = _settled(frame.with_columns(pl.Series("start", utc).cast(pl.Datetime("us"))), zone, problems)
    return frame


def _from_table(path: Path, wanted: Sequence[str], zone: str | None, problems: Problems) -> pl.DataFrame:
    sample, sheet = sample_of(path)
    frame = find_header(sample)
    timed = [column for column in frame.columns if column.stamp is not None] if frame else []
    if frame is None or not timed:
        _no_times(problems)
        problems.raise_if_refused()
        raise AssertionError
    stamp = best_stamp([column for column in timed if column.name not in wanted] or timed)
    assert stamp.stamp is not None
    mapping = Mapping(
        **written(sample, sheet, frame, _style(frame, wanted)),
        nulls=NULLS,
        layout="wide",
        columns=Columns(timestamp=stamp.name, values=tuple(wanted)),
        stamp_format=stamp.stamp.format,
        zone="UTC" if words.says(stamp.name, ("utc", "gmt")) else None,
    )
    clock = mapping.zone or zone
    _known_zone(clock, needed=not stamps.is_zoned(mapping.stamp_format), problems=problems)
    table = open_table(path, mapping, problems)
    _missing(wanted, table.names, problems)
    problems.raise_if_refused()
    chunks = table.chunks((stamp.name, *wanted))
    rows = pl.concat([_rows(chunk, mapping, wanted, clock or "UTC", problems) for chunk in chunks])
    return rows if clock is None or stamps.is_zoned(mapping.stamp_format) else _settled(rows, clock, problems)


def _settled(rows: pl.DataFrame, zone: str, problems: Problems) -> pl.DataFrame:
    """Rows of an hour that the clock shows twice, taken for its first pass so far, told apart by their order."""
    if not rows.height or not len(clock_of(zone).breaks):
        return rows
    local = rows["start"].dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    shift = pl.Series("shift", instants(local.to_physical().to_numpy(), zone).shift)
    held = rows.with_columns(shift).with_row_index(ROW, offset=2).filter(pl.col("shift") != 0)
    if not held.height:
        return rows
    held = held.with_columns(pl.col("start").to_physical(), meter_id=pl.lit(""))
    descending = bool(rows["start"][0] > rows["start"][-1])
    told = settle_double(held, descending=descending, zone=zone, problems=problems)
    told = told.with_columns(pl.col("start").cast(pl.Datetime("us"))).select(rows.columns)
    return pl.concat([rows.filter(shift == 0), told])


def _style(frame: Frame, wanted: Sequence[str]) -> NumberStyle:
    cells = [cell for column in frame.columns if column.name in wanted for cell in column.cells if is_number(cell)]
    return number_style(cells) or NumberStyle(".", "", certain=True)


def _rows(chunk: pl.DataFrame, mapping: Mapping, wanted: Sequence[str], zone: str, problems: Problems) -> pl.DataFrame:
    chunk, start = with_starts(chunk, mapping, zone, problems)
    return pl.DataFrame(
        {"start": start, **{name: column_of_numbers(chunk, name, mapping, problems) for name in wanted}}
    )


def _on_grid(path: Path, rows: pl.DataFrame, wanted: Sequence[str], problems: Problems) -> Log:
    rows = rows.drop_nulls("start").sort("start")
    steps = rows["start"].diff().drop_nulls()
    steps = steps.filter(steps > timedelta(0))
    if not len(steps):
        problems.add(
            "readings.file.empty",
            found="the log has {count} {count:row|rows} of different times",
            expected="at least two rows",
            remedy="check the export",
            count=rows["start"].n_unique(),
        )
    problems.raise_if_refused()
    usual = _usual(steps.dt.total_milliseconds().to_numpy())
    first: datetime = rows["start"][0]
    place = ((rows["start"] - first).dt.total_milliseconds().to_numpy() + 500 * usual) // (1000 * usual)
    count = int(place[-1]) + 1
    if count > MOST_STEPS:
        problems.add(
            "readings.log.span",
            found="at {seconds} s a step the times span {steps} steps",
            expected="at most {most} steps",
            remedy="correct times that are years off, or cut the log",
            params={"seconds": usual, "steps": count, "most": MOST_STEPS},
        )
    problems.raise_if_refused()
    _told(place, count, usual, problems)
    columns = {name: _means(place, rows[name].to_numpy().astype(np.float64), count) for name in wanted}
    return Log(path.name, file_hash(path), first, usual, columns, problems.findings)


def _usual(steps: NDArray[np.int64]) -> int:
    """The usual distance of two rows: that of most, else that of the middle, as a clock may jitter. [s]"""
    seconds, count = np.unique(steps // 1000, return_counts=True)
    most = int(np.argmax(count))
    if steps.size < FEW or 2 * count[most] > steps.size:
        return max(int(seconds[most]), 1)
    return max(round(float(np.median(steps)) / 1000), 1)


def _means(place: NDArray[np.int64], values: Floats, count: int) -> Floats:
    """Mean of the known values of each step; NaN where there is none."""
    known = np.isfinite(values)
    sums = np.bincount(place[known], weights=values[known], minlength=count)
    times = np.bincount(place[known], minlength=count)
    return np.divide(sums, times, out=np.full(count, np.nan), where=times > 0)


def _told(place: NDArray[np.int64], count: int, seconds: int, problems: Problems) -> None:
    distinct = np.unique(place).size
    if distinct < count:
        problems.add(
            "readings.log.gaps",
            found="{count} of {total} steps of {seconds} s have no row",
            expected="a row for each step",
            remedy="nothing, if the logger stood still: the steps count as not known",
            count=count - distinct,
            params={"total": count, "seconds": seconds},
            severity="warning",
        )
    if distinct < place.size:
        problems.add(
            "readings.log.twice",
            found="{count} {count:row lies|rows lie} in a step of {seconds} s that has a row already",
            expected="one row for each step",
            remedy="nothing, if the logger was faster for a while: the mean counts",
            count=place.size - distinct,
            params={"seconds": seconds},
            severity="warning",
        )


def _missing(wanted: Sequence[str], there: Sequence[str], problems: Problems) -> None:
    for name in wanted:
        if list(there).count(name) != 1:
            problems.add(
                "readings.column.missing",
                column=name,
                found="the file has {times} columns of this name; it has {there}",
                expected="one",
                remedy="name a column as the header of the file has it",
                params={"times": list(there).count(name), "there": ", ".join(map(quoted, there[:30]))},
            )


def _no_times(problems: Problems) -> None:
    problems.add(
        "readings.time.none",
        found="no column of times was found",
        expected="a header row, and a column of times as 2025-03-01 14:00",
        remedy="add one, or name the columns in the first row",
    )


def _known_zone(zone: str | None, *, needed: bool, problems: Problems) -> None:
    if (zone is None and needed) or (zone is not None and not is_zone(zone)):
        problems.add(
            "readings.zone.missing" if zone is None else "readings.zone.unknown",
            found="the time zone of the stamps is {zone}",
            expected="an IANA name such as Europe/Berlin, UTC, or an offset such as +08:00",
            remedy="name the zone in the header, as 'Time (UTC)', or set it",
            params={"zone": "not stated" if zone is None else quoted(zone)},
        )
