"""Frames of text to readings: stamps, numbers, units, intervals, and the meters that they belong to."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from wattstone.readings.problems import Problems, quoted
from wattstone.readings.tabular import stamps
from wattstone.readings.tabular.clocks import Instants, instants
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.mapping import Mapping
from wattstone.readings.tabular.numbers import numbers
from wattstone.readings.tabular.registry import Meters
from wattstone.readings.tabular.zones import US

SHIFT = "shift"
OUT = {
    "meter_id": pl.String(),
    "start": pl.Int64(),
    "seconds": pl.Int32(),
    "value": pl.Float64(),
    SHIFT: pl.Int64(),
    ROW: pl.Int64(),
}
_YEARS = (
    int(np.datetime64("1950-01-02", "us").astype(np.int64)),
    int(np.datetime64("2099-12-30", "us").astype(np.int64)),
)
_STEPS = {"day": "1d", "month": "1mo", "year": "1y"}


@dataclass(frozen=True)
class Timed:
    """Rows whose time is known: frame, start and length; `keep` says which rows of the block they are."""

    start: pl.Series
    seconds: pl.Series
    shift: pl.Series


class Converter:
    """Turns blocks of text into readings, by one mapping.

    Parameters
    ----------
    mapping : Mapping
    zone : str
        The clock of stamps without an offset.
    meters : Meters
        Where meters are noted as they are met.
    problems : Problems
    """

    def __init__(self, mapping: Mapping, *, zone: str, meters: Meters, problems: Problems) -> None:
        self.mapping, self.zone, self.meters, self.problems = mapping, zone, meters, problems
        self.upward = 0
        self.empty = 0
        self._intervals: dict[str, int] = {}

    def convert(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A block of text as readings.

        Parameters
        ----------
        frame : DataFrame
            Columns of text and `_row`.

        Returns
        -------
        DataFrame
            `meter_id`, `start` [us UTC], `seconds`, `value`, `shift` (above 0 where the clock showed the time
            twice) and `_row`.
        """
        if not frame.height:
            return pl.DataFrame(schema=OUT)
        if self.mapping.layout == "long":
            return self._long(frame)
        if self.mapping.layout == "wide":
            return self._wide(frame)
        return self._matrix(frame)

    def _long(self, frame: pl.DataFrame) -> pl.DataFrame:
        columns = self.mapping.columns
        assert columns.value is not None
        values, wrong = self._values(frame, columns.value)
        frame, values = _pick(frame, values.is_not_null() & ~wrong, values)
        self.empty += len(wrong) - frame.height - int(wrong.sum())
        local, known = self.local(frame, columns.timestamp or columns.date or "")
        frame, values, local = frame.filter(known), values.filter(known), local.filter(known)
        found = self.meters.rows(frame)
        self._follow(local)
        seconds = self._seconds(local, found["meter_id"], frame)
        return self._finish(found["meter_id"], local, seconds, values * found["factor"], frame[ROW])

    def _wide(self, frame: pl.DataFrame) -> pl.DataFrame:
        columns = self.mapping.columns
        local, known = self.local(frame, columns.timestamp or columns.date or "")
        frame, local = frame.filter(known), local.filter(known)
        self._follow(local)
        parts: list[pl.DataFrame] = []
        for column in columns.values:
            values, wrong = self._values(frame, column)
            here, given, stamp = _pick(frame, values.is_not_null() & ~wrong, values, local)
            self.empty += len(values) - len(given) - int(wrong.sum())
            found = self.meters.rows(here, column=column)
            seconds = self._seconds(stamp, found["meter_id"], here)
            parts.append(self._finish(found["meter_id"], stamp, seconds, given * found["factor"], here[ROW]))
        return pl.concat(parts) if parts else pl.DataFrame(schema=OUT)

    def _matrix(self, frame: pl.DataFrame) -> pl.DataFrame:
        columns = self.mapping.columns
        day, known = self.local(frame, columns.date or columns.timestamp or "")
        frame, day = frame.filter(known), day.filter(known)
        parts: list[pl.DataFrame] = []
        for column in columns.values:
            values, wrong = self._values(frame, column)
            here, given, stamp = _pick(frame, values.is_not_null() & ~wrong, values, day)
            self.empty += len(values) - len(given) - int(wrong.sum())
            time = stamps.minutes(column) or 0.0
            text = here.with_columns(stamp + round(time * 60 * US), given.alias("_value"))
            parts.append(text.rename({stamp.name: "_local"}) if stamp.name in text.columns else text)
        every = pl.concat(parts).sort(ROW, "_local", maintain_order=True) if parts else frame.clear()
        if not every.height:
            return pl.DataFrame(schema=OUT)
        found = self.meters.rows(every)
        local = every["_local"]
        self._follow(local)
        seconds = self._seconds(local, found["meter_id"], every)
        return self._finish(
            found["meter_id"], local, seconds, every["_value"] * found["factor"], every[ROW], lenient=True
        )

    def _values(self, frame: pl.DataFrame, column: str) -> tuple[pl.Series, pl.Series]:
        """Numbers of a column, and which cells are none; those are noted."""
        mapping = self.mapping
        values, wrong = numbers(
            frame[column], decimal=mapping.decimal, thousands=mapping.thousands, nulls=mapping.nulls
        )
        if wrong.any():
            self._note_wrong(frame.filter(wrong), column)
        return values, wrong

    def _note_wrong(self, bad: pl.DataFrame, column: str) -> None:
        formula = pl.col(column).str.starts_with("=")
        formulas, texts = bad.filter(formula), bad.filter(~formula)
        self.problems.rows(
            "readings.formula",
            formulas[ROW],
            cells=formulas[column],
            column=column,
            found="{count} {count:cell holds|cells hold} a formula, as {cell} in {count:row|rows} {rows}",
            expected="numbers",
            remedy="paste the column as values and save the file again",
        )
        self.problems.rows(
            "readings.value.invalid",
            texts[ROW],
            cells=texts[column],
            column=column,
            found="{count} {count:cell is no number|cells are no numbers}: {texts} in {count:row|rows} {rows}",
            expected="numbers with decimal {decimal} and thousands {thousands}, or one of the mapping's nulls"
            if self.mapping.thousands
            else "numbers with decimal {decimal}, or one of the mapping's nulls",
            remedy="correct the cells; if such a text means that there is no reading, name it in the mapping, as "
            "nulls = [{texts}], and it is a gap; if it is a number of another style, set decimal and thousands",
            params={"decimal": quoted(self.mapping.decimal), "thousands": quoted(self.mapping.thousands)},
        )

    def local(self, frame: pl.DataFrame, column: str) -> tuple[pl.Series, pl.Series]:
        """Stamps as microseconds, local or UTC as the format has them, and which rows have one."""
        mapping = self.mapping
        cells, one = frame[column], mapping.stamp_format
        if mapping.columns.time is not None and mapping.layout != "matrix":
            cells = pl.select(
                pl.concat_str(cells.str.strip_chars(), pl.lit(" "), frame[mapping.columns.time].str.strip_chars())
            ).to_series()
            one = f"{one} {mapping.time_format}"
        times = stamps.parse(cells, one)
        if mapping.midnight == "previous":
            midnight = times.dt.time() == pl.Series([0]).cast(pl.Time)
            times = pl.select(pl.when(midnight).then(times.dt.offset_by("1d")).otherwise(times)).to_series()
        local = times.to_physical().alias("_local")
        known = times.is_not_null() & local.is_between(*_YEARS).fill_null(value=False)
        if not known.all():
            self._note_times(frame.filter(~known), cells.filter(~known), column, one)
        return local, known

    def _note_times(self, bad: pl.DataFrame, cells: pl.Series, column: str, one: str) -> None:
        self.problems.rows(
            "readings.time.invalid",
            bad[ROW],
            cells=cells,
            column=column,
            found="{count} {count:cell is no time|cells are no times} that {count:exists|exist} between 1950 "
            "and 2099, as {cell}",
            expected="times in the format {format}",
            remedy="correct the cells, delete rows that are no readings, or set stamp_format in the mapping",
            params={"format": quoted(one)},
        )

    def _follow(self, local: pl.Series) -> None:
        """Follow whether the file runs upward or downward in time."""
        steps = np.sign(np.diff(local.to_numpy()))
        self.upward += int(steps.sum())

    def _seconds(self, local: pl.Series, meter: pl.Series, frame: pl.DataFrame) -> pl.Series | None:
        """Length of each interval [us], where it does not come from the calendar."""
        mapping = self.mapping
        if mapping.reading == "register":
            return pl.Series([0], dtype=pl.Int64).new_from_index(0, len(local))
        if isinstance(mapping.interval, int):
            return pl.Series([mapping.interval * US], dtype=pl.Int64).new_from_index(0, len(local))
        if isinstance(mapping.interval, str):
            return None
        if mapping.columns.end is not None:
            ends, known = self.local(frame, mapping.columns.end)
            return (ends.fill_null(0) - local) if known.all() else pl.Series([0]).new_from_index(0, len(local))
        return self._from_steps(local, meter, frame)

    def _from_steps(self, local: pl.Series, meter: pl.Series, frame: pl.DataFrame) -> pl.Series:
        """The commonest step of each meter, once it has been seen."""
        steps = (
            pl.DataFrame({"meter_id": meter, "local": local})
            .with_columns(step=pl.col("local").diff().over("meter_id").abs())
            .filter(pl.col("step") > 0)
            .group_by("meter_id")
            .agg(pl.col("step").mode().min())
        )
        for name, step in steps.iter_rows():
            self._intervals.setdefault(name, step)
        known = meter.replace_strict(self._intervals, default=None, return_dtype=pl.Int64)
        if known.null_count():
            self.problems.add(
                "readings.interval.unknown",
                row=frame.filter(known.is_null())[ROW][0],
                count=known.null_count(),
                found="{count} {count:reading is of a meter that is|readings are of meters that are} seen only "
                "once, so that the interval is not known",
                expected="an interval",
                remedy="set interval in the mapping",
            )
        return known.fill_null(0)

    def _finish(
        self,
        meter: pl.Series,
        local: pl.Series,
        length: pl.Series | None,
        values: pl.Series,
        rows: pl.Series,
        *,
        lenient: bool = False,
    ) -> pl.DataFrame:
        """Instants, lengths and canonical values of rows that are sound."""
        mapping = self.mapping
        at, length_us = self._instants(local, length)
        gap = at.gap if not stamps.is_zoned(mapping.stamp_format) else np.zeros(len(local), dtype=np.bool_)
        seconds = length_us // US
        start = at.utc - (
            length_us if mapping.stamp == "end" and length is not None and mapping.reading != "register" else 0
        )
        if mapping.reading == "power":
            values = values * (seconds / 3600.0)
        sound = (seconds > 0) | (mapping.reading == "register")
        result = pl.DataFrame(
            {
                "meter_id": meter,
                "start": start,
                "seconds": seconds.astype(np.int32),
                "value": values,
                SHIFT: at.shift,
                ROW: rows,
            },
            schema=OUT,
        )
        if gap.any():
            self._note_gap(result.filter(pl.Series(gap)), lenient=lenient)
        return result.filter(pl.Series(sound & ~gap))

    def _instants(
        self, local: pl.Series, length: pl.Series | None
    ) -> tuple[Instants, np.ndarray[tuple[int], np.dtype[np.int64]]]:
        zone = "UTC" if stamps.is_zoned(self.mapping.stamp_format) else self.zone
        if length is not None:
            return instants(local.to_numpy(), zone), length.to_numpy().astype(np.int64)
        step = _STEPS[str(self.mapping.interval)]
        stamp = local.cast(pl.Datetime("us"))
        end = self.mapping.stamp == "end"
        first = stamp.dt.offset_by(f"-{step}") if end else stamp
        last = stamp if end else stamp.dt.offset_by(step)
        begin, finish = (instants(one.to_physical().to_numpy(), zone) for one in (first, last))
        plain = Instants(begin.utc, np.zeros_like(begin.shift), np.zeros_like(begin.gap))
        return plain, finish.utc - begin.utc

    def _note_gap(self, bad: pl.DataFrame, *, lenient: bool) -> None:
        """Times that the clock skipped; zeros that fill up a table of fixed width are left out with a warning."""
        filler = bad.filter(pl.col("value") == 0) if lenient else bad.clear()
        real = bad.filter(pl.col("value") != 0) if lenient else bad
        for frame, severity in ((filler, "warning"), (real, "error")):
            if frame.height:
                self.problems.add(
                    f"readings.time.gap.{severity}" if severity == "warning" else "readings.time.gap",
                    row=frame[ROW][0],
                    count=frame.height,
                    severity="warning" if severity == "warning" else "error",
                    found="{count} {count:reading is at a time|readings are at times} that the clock of {zone} "
                    "skips; the first would be {time} UTC",
                    expected="times that exist on that clock",
                    remedy="if the file is in UTC or in standard time all year, set zone in the mapping",
                    params={"zone": self.zone, "time": str(frame["start"].cast(pl.Datetime("us"))[0])},
                )


def _pick(frame: pl.DataFrame, mask: pl.Series, *series: pl.Series) -> tuple[pl.DataFrame, *tuple[pl.Series, ...]]:
    """Rows of a frame and of series beside it; nothing is copied where all stay."""
    if mask.all():
        return frame, *series
    return frame.filter(mask), *(one.filter(mask) for one in series)
