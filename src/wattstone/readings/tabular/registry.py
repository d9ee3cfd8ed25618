"""Meters as they are met in a table: ids, units and kinds, row by row or column by column."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from wattstone.base import Unit, UnknownUnit, unit
from wattstone.portfolio import Meter, canonical_kind
from wattstone.portfolio.kinds import REGISTER_SUFFIX
from wattstone.readings.problems import Problems, quoted
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.mapping import ColumnMeter, Mapping

_BRACKETED = re.compile(r"\s*[\[(（【]([^\])）】]*)[\])）】]\s*$")
_FORBIDDEN = re.compile(r"[/:\x00-\x1f\x7f]+")
_SHORT = 0.5  # runs a row, from which on it does not pay to look runs up instead of rows
_UNIT_REMEDY = "correct the unit, or set unit in the mapping; docs/reference/mapping.md lists the units"


@dataclass(frozen=True)
class Seen:
    """A meter as the table describes it."""

    site: str
    kind: str
    unit: Unit


def meter_id(name: str) -> str:
    """A name as an id: without the characters that ids cannot hold, and never longer than 200.

    Examples
    --------
    >>> meter_id(" Block A / main ")
    'Block A - main'
    """
    return _FORBIDDEN.sub("-", name).strip()[:200].strip() or "meter"


def split_unit(name: str) -> tuple[str, Unit | None]:
    """A header as name and unit: `Consumption [kWh]`, `用电量(kWh)`, `main_kwh`, `kW`.

    Examples
    --------
    >>> name, measured = split_unit("Main [MWh]")
    >>> name, measured.name
    ('Main', 'MWh')
    """
    if (match := _BRACKETED.search(name)) is not None and (found := known_unit(match[1])) is not None:
        return name[: match.start()].strip(), found
    if (found := known_unit(name)) is not None:
        return "", found
    for separator in ("_", " ", "-", "/", "."):
        stem, mark, suffix = name.rpartition(separator)
        if mark and len(suffix) > 1 and (found := known_unit(suffix)) is not None:
            return stem.strip(" _-/,"), found
    return name, None


def known_unit(text: str) -> Unit | None:
    """The unit that a text names, or None."""
    if not 0 < len(text.strip()) <= 30 or text.strip() == "-":
        return None
    try:
        return unit(text)
    except UnknownUnit:
        return None


class Meters:
    """The meters of one table.

    Parameters
    ----------
    mapping : Mapping
    path : Path
        Its stem names what the table leaves unnamed.
    problems : Problems
    """

    def __init__(self, mapping: Mapping, path: Path, problems: Problems) -> None:
        self.mapping, self.problems = mapping, problems
        self.stem = meter_id(path.name.split(".")[0])
        self.seen: dict[str, Seen] = {}
        self._origin: dict[str, str] = {}
        self._known: dict[tuple[str | None, ...], tuple[str, float]] = {}

    def rows(self, frame: pl.DataFrame, *, column: str | None = None) -> pl.DataFrame:
        """For each row of a block the id of its meter and the factor to the canonical unit.

        Parameters
        ----------
        frame : (n, ...) DataFrame
        column : str or None
            With layout `wide`, the column that the readings are from.

        Returns
        -------
        (n, 2) DataFrame
            `meter_id` and `factor`.
        """
        columns = self.mapping.columns
        given = [name for name in (columns.meter, columns.site, columns.kind, columns.unit) if name is not None]
        if not given:
            name, factor = self._declare((None,) * 4, frame, column)
            one = pl.DataFrame(
                {"meter_id": [name], "factor": [factor]}, schema={"meter_id": pl.String, "factor": pl.Float64}
            )
            return one.select(pl.all().first().repeat_by(frame.height).explode()) if frame.height else one.clear()
        keys = list(dict.fromkeys(given))
        begins = _begins(frame.select(keys))
        if len(begins) > frame.height * _SHORT:
            return self._looked_up(frame, keys, column)
        runs = self._looked_up(frame[begins], keys, column)
        return runs[np.repeat(np.arange(len(begins)), np.diff(begins, append=frame.height))]

    def _looked_up(self, frame: pl.DataFrame, keys: list[str], column: str | None) -> pl.DataFrame:
        """The same for a frame in which columns say what the meter is."""
        columns = self.mapping.columns
        groups = frame.group_by(keys, maintain_order=True).agg(pl.col(ROW).first())
        declared = [
            self._declare(
                tuple(
                    row[name] if name is not None else None
                    for name in (columns.meter, columns.site, columns.kind, columns.unit)
                ),
                groups[index],
                column,
            )
            for index, row in enumerate(groups.iter_rows(named=True))
        ]
        names, factors = [one[0] for one in declared], [one[1] for one in declared]
        table = groups.select(keys).with_columns(
            pl.Series("meter_id_", names, dtype=pl.String), pl.Series("factor_", factors, dtype=pl.Float64)
        )
        joined = frame.select(keys).join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")
        return joined.select(meter_id="meter_id_", factor="factor_")

    def _declare(self, given: tuple[str | None, ...], first: pl.DataFrame, column: str | None) -> tuple[str, float]:
        """The id and factor of one combination of meter, site, kind and unit."""
        key = (*given, column)
        if key in self._known:
            return self._known[key]
        row = first[ROW][0] if first.height else None
        meter, site, kind, unit_name = (None if text is None else text.strip() or None for text in given)
        own = self.mapping.wide.get(column or "", ColumnMeter())
        stem, header_unit = split_unit(column) if column is not None else ("", None)
        measured = self._unit(unit_name or own.unit or self.mapping.unit, header_unit, row)
        what = canonical_kind(kind or own.kind or self.mapping.kind or "unknown")
        if what.endswith(REGISTER_SUFFIX) and self.mapping.reading != "register":
            self._refuse_register(what, row)
        where = meter_id(site or self.mapping.site or self.stem)
        name = self._name(meter, site, kind, own, stem or column, row)
        seen = Seen(where, what, measured or unit("count"))
        self._check(name, (meter or site or "") + "\0" + (column or ""), seen, row)
        self._known[key] = (name, measured.factor if measured else 1.0)
        return self._known[key]

    def _refuse_register(self, kind: str, row: int | None) -> None:
        self.problems.add(
            "readings.kind.register",
            row=row,
            found="the kind {kind} is a cumulative counter, and the mapping says reading = '{reading}'",
            expected="a file of counters with reading 'register', and no other readings in it",
            remedy="split the file by kind, and set reading in the mapping of each part",
            params={"kind": quoted(kind), "reading": self.mapping.reading},
        )

    def _name(
        self,
        meter: str | None,
        site: str | None,
        kind: str | None,
        own: ColumnMeter,
        column: str | None,
        row: int | None,
    ) -> str:
        if self.mapping.columns.meter is not None and meter is None:
            self.problems.add(
                "readings.meter.missing",
                row=row,
                column=self.mapping.columns.meter,
                found="a reading names no meter",
                expected="a meter in each row",
                remedy="fill the cells, or delete rows that are no readings",
            )
        own_name = own.meter or column
        parts = [part for part in (meter or (site and f"{site}-{kind}" if kind else site), own_name) if part]
        return meter_id("-".join(parts) or self.mapping.meter or self.stem)

    def _unit(self, name: str | None, header: Unit | None, row: int | None) -> Unit | None:
        if name is None:
            if header is None:
                self.problems.add(
                    "readings.unit.missing",
                    row=row,
                    found="the unit of the readings is not stated",
                    expected="a unit, such as kWh or m3",
                    remedy="set unit in the mapping",
                )
            return header
        found = known_unit(name)
        if found is None:
            self.problems.add(
                "readings.unit.unknown",
                row=row,
                found="the unit {unit} is not known",
                expected="a unit, such as kWh or m3",
                remedy=_UNIT_REMEDY,
                params={"unit": quoted(name)},
            )
        elif (found.quantity == "power") != (self.mapping.reading == "power"):
            self.problems.add(
                "readings.unit.power",
                row=row,
                found="the unit {unit} measures {quantity}, and the mapping says reading = '{reading}'",
                expected="a unit of power with reading 'power', and no other",
                remedy="set unit or reading in the mapping; a file that mixes both is to be split",
                params={"unit": found.name, "quantity": found.quantity, "reading": self.mapping.reading},
            )
        return found

    def _check(self, name: str, origin: str, seen: Seen, row: int | None) -> None:
        """One id is one meter."""
        known = self.seen.setdefault(name, seen)
        same = self._origin.setdefault(name, origin) == origin
        if same and (known.site, known.kind, known.unit.quantity) == (seen.site, seen.kind, seen.unit.quantity):
            return
        self.problems.add(
            "readings.meter.ambiguous",
            row=row,
            found="meter '{meter}' is described in two ways ({one}; {other})",
            expected="one site, kind and quantity for each meter, and names that differ in more than / and :",
            remedy="give the meters names of their own",
            params={"meter": name, "one": _describe(known), "other": _describe(seen)},
        )

    def meters(self) -> tuple[Meter, ...]:
        """All meters met so far."""
        seconds = self.mapping.interval if isinstance(self.mapping.interval, int) else None
        return tuple(
            Meter(
                id=name,
                site_id=seen.site,
                kind=seen.kind,
                unit=seen.unit.name,
                reading=self.mapping.reading,
                basis=seen.unit.basis,
                interval_seconds=None if self.mapping.reading == "register" else seconds,
                declared="readings",
            )
            for name, seen in self.seen.items()
        )


def _begins(keys: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Rows at which another combination begins than that of the row before."""
    other = keys.select(pl.any_horizontal(pl.all().ne_missing(pl.all().shift()))).to_series().to_numpy().copy()
    other[:1] = True
    return np.flatnonzero(other)


def _describe(seen: Seen) -> str:
    return f"site '{seen.site}', {seen.kind} in {seen.unit.name}"
