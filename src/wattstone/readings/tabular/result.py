"""A table of readings as a stream: what `read` returns."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter
from wattstone.readings.problems import Problems, quoted
from wattstone.readings.schema import READINGS, REGISTERS
from wattstone.readings.tabular.clocks import settle_double
from wattstone.readings.tabular.convert import SHIFT, Converter
from wattstone.readings.tabular.csv import CsvTable
from wattstone.readings.tabular.duplicates import DuplicateGuard
from wattstone.readings.tabular.mapping import Mapping
from wattstone.readings.tabular.registry import Meters
from wattstone.readings.tabular.zones import is_zone


class Table(Protocol):
    """Named columns of text, whatever file they come from."""

    names: tuple[str, ...]

    def chunks(self, used: tuple[str, ...]) -> Iterator[pl.DataFrame]:
        """Frames with the columns asked for and `_row`."""
        ...


def open_table(path: Path, mapping: Mapping, problems: Problems) -> Table:
    """The table that a mapping describes."""
    if mapping.format == "xlsx":
        from wattstone.readings.tabular.xlsx import XlsxTable

        return XlsxTable(path, mapping, problems)
    return CsvTable(path, mapping, problems)


class TabularReadings:
    """Readings of one file, streamed block by block.

    What is wrong is gathered while the file is read, and raised when the last block has been given: whoever writes the
    blocks away must be able to drop them, as a lake does with a write that is not committed.

    Parameters
    ----------
    path : Path
    mapping : Mapping
    zone : str or None
        The clock of stamps that carry no offset, where the mapping does not name one.
    """

    def __init__(self, path: Path, mapping: Mapping, *, zone: str | None = None) -> None:
        self.path, self.mapping = path, mapping
        self._zone = mapping.zone or zone
        self._problems: Problems | None = None
        self._meters: Meters | None = None
        self._met: Meters | None = None

    @property
    def readings(self) -> Iterator[pl.DataFrame]:
        """Blocks of interval readings (schema `READINGS`); each access begins the file again.

        Raises
        ------
        InputRefused
            After the last block, with every finding, if one of them is an error.
        """
        return iter(()) if self.mapping.reading == "register" else self._pass()

    @property
    def registers(self) -> Iterator[pl.DataFrame]:
        """Blocks of a cumulative counter (schema `REGISTERS`); empty for interval readings. Raises as `readings`."""
        return self._pass() if self.mapping.reading == "register" else iter(())

    @property
    def meters(self) -> tuple[Meter, ...]:
        """The meters met in the file; reads it if that has not been done."""
        if self._meters is None:
            self._run()
        assert self._meters is not None
        return self._meters.meters()

    @property
    def met(self) -> tuple[Meter, ...]:
        """The meters met so far, in a reading that ended or not; nothing is read for them."""
        return () if self._met is None else self._met.meters()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, errors and warnings alike; reads the file if that has not been done."""
        if self._problems is None:
            try:
                self._run()
            except InputRefused as refused:
                return refused.findings
        assert self._problems is not None
        return self._problems.findings

    def _run(self) -> None:
        for _ in self._pass():
            pass

    def _pass(self) -> Iterator[pl.DataFrame]:
        problems = Problems(self.path)
        table = open_table(self.path, self.mapping, problems)
        used = self._check(table, problems)
        meters = self._met = Meters(self.mapping, self.path, problems)
        converter = Converter(self.mapping, zone=self._zone or "UTC", meters=meters, problems=problems)
        guard = DuplicateGuard(problems)
        double: list[pl.DataFrame] = []
        rows = 0
        try:
            for chunk in table.chunks(used):
                frame = converter.convert(chunk)
                rows += chunk.height
                twice = pl.col(SHIFT) > 0
                double.append(frame.filter(twice))
                if (given := guard.admit(frame.filter(~twice))).height:
                    yield self._out(given)
            yield from self._settle(converter, guard, double, used)
        except InputRefused as refused:
            raise InputRefused(
                [*problems.findings, *(one for one in refused.findings if one not in problems.findings)]
            ) from refused
        self._note_empty(converter, problems, rows)
        problems.raise_if_refused()
        self._meters, self._problems = meters, problems

    def _settle(
        self, converter: Converter, guard: DuplicateGuard, double: list[pl.DataFrame], used: tuple[str, ...]
    ) -> Iterator[pl.DataFrame]:
        """What was held back until the end: the hour that the clock shows twice, and stamps out of order."""
        held = pl.concat(double) if double else pl.DataFrame()
        if held.height:
            guard.hold(
                settle_double(held, descending=converter.upward < 0, zone=self._zone or "UTC", problems=guard.problems)
            )

        def again() -> Iterator[pl.DataFrame]:
            quiet = Problems(self.path)
            second = Converter(
                self.mapping, zone=self._zone or "UTC", meters=Meters(self.mapping, self.path, quiet), problems=quiet
            )
            for chunk in open_table(self.path, self.mapping, quiet).chunks(used):
                yield second.convert(chunk).filter(pl.col(SHIFT) == 0)

        for frame in guard.settle(again):
            if frame.height:
                yield self._out(frame)

    def _out(self, frame: pl.DataFrame) -> pl.DataFrame:
        at = pl.col("start").cast(pl.Datetime("us"))
        if self.mapping.reading == "register":
            return frame.select("meter_id", at.alias("at"), "value").cast(dict(REGISTERS))  # pyright: ignore[reportArgumentType]
        return frame.select("meter_id", at, "seconds", "value").cast(dict(READINGS))  # pyright: ignore[reportArgumentType]

    def _check(self, table: Table, problems: Problems) -> tuple[str, ...]:
        """Columns and zone of the mapping against the file, before a row is read."""
        used = self.mapping.columns.named()
        for name in used:
            if table.names.count(name) != 1:
                problems.add(
                    "readings.column.missing" if name not in table.names else "readings.column.twice",
                    column=name,
                    found="the file has {times} columns of this name; its columns are {names}",
                    expected="one column of this name",
                    remedy="rename the columns of the file, or set columns in the mapping",
                    params={"times": table.names.count(name), "names": quoted(", ".join(table.names), 300)},
                )
        self._check_zone(problems)
        problems.raise_if_refused()
        return used

    def _check_zone(self, problems: Problems) -> None:
        from wattstone.readings.tabular.stamps import is_zoned

        if self._zone is None and is_zoned(self.mapping.stamp_format):
            return
        if self._zone is None or not is_zone(self._zone):
            problems.add(
                "readings.zone.unknown" if self._zone else "readings.zone.missing",
                found="the time zone {zone} is not known"
                if self._zone
                else "the time zone of the stamps is not stated",
                expected="an IANA name such as Europe/Berlin, UTC, or an offset such as +08:00",
                remedy="give --zone, or set zone in the mapping",
                params={"zone": quoted(self._zone)},
            )

    def _note_empty(self, converter: Converter, problems: Problems, rows: int) -> None:
        if converter.empty and rows:
            problems.add(
                "readings.value.empty",
                count=converter.empty,
                severity="warning",
                found="{count} {count:cell holds|cells hold} no reading",
                expected="a reading in each",
                remedy="nothing needs to be done: they are gaps, and never counted as zero",
            )
        if not rows or (not converter.meters.seen and not problems.refused):
            problems.add(
                "readings.file.empty",
                found="the table has no readings",
                expected="at least one reading",
                remedy="check that the export has finished and that the right sheet or file was given",
            )


def read(path: Path, mapping: Mapping, *, zone: str | None = None) -> TabularReadings:
    """Read a table of readings by its mapping.

    Parameters
    ----------
    path : Path
        CSV (plain, `.gz`, or a `.zip` of one file) or XLSX; never written to, nor anything beside it.
    mapping : Mapping
        Detected, or read from a mapping file.
    zone : str or None
        The clock of stamps that carry no offset, where the mapping does not name one: the site's zone.

    Returns
    -------
    TabularReadings
        Reads nothing until its blocks, meters or findings are asked for.
    """
    return TabularReadings(Path(path), mapping, zone=zone)
