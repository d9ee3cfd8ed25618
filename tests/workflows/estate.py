"""Small estates for tests: datasets written as folders, and the command line run on them in this process."""

import contextlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.interfaces.cli.app import run

Values = Sequence[float | None]


@dataclass(frozen=True)
class Said:
    """What a command left behind: exit code, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        assert self.out.count("\n") == 1, f"more than one line on standard output: {self.out[:200]}"
        return json.loads(self.out)


def wattstone(*arguments: object, code: int | None = 0) -> Said:
    """Run one command; `code` is the exit code that it must have."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        left = run([str(argument) for argument in arguments])
    if code is not None:
        assert left == code, f"exit code {left}: {err.getvalue()}{out.getvalue()[:2000]}"
    return Said(left, out.getvalue(), err.getvalue())


def readings(
    meter: str,
    values: Values,
    *,
    site: str = "A",
    kind: str = "electricity",
    unit: str = "kWh",
    start: datetime = datetime(2019, 1, 1),
    step: timedelta = timedelta(hours=1),
) -> pl.DataFrame:
    """Rows of one meter at a fixed step, in the form of a dataset; a value of None is a row with a gap."""
    stamps = pl.datetime_range(
        start, start + step * (len(values) - 1), step, time_unit="us", time_zone="UTC", eager=True
    )
    return pl.DataFrame(
        {
            "site_id": [site] * len(values),
            "meter_id": [meter] * len(values),
            "kind": [kind] * len(values),
            "unit": [unit] * len(values),
            "timestamp": stamps,
            "value": pl.Series(list(values), dtype=pl.Float64),
        }
    )


def year(value: float | Sequence[float], hours: int = 8760) -> list[float]:
    """A year of hours that repeat some values."""
    cycle = [float(one) for one in (value if isinstance(value, Sequence) else [value])]
    return [cycle[at % len(cycle)] for at in range(hours)]


def dataset(folder: Path, *frames: pl.DataFrame, **tables: pl.DataFrame | Sequence[Mapping[str, Any]]) -> Path:
    """Write a dataset folder: readings, and other tables by name (`sites`, `meters`, `weather`, `intensity`)."""
    folder.mkdir(parents=True, exist_ok=True)
    pl.concat(frames).write_parquet(folder / "readings.parquet")
    for name, rows in tables.items():
        frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(list(rows))
        file = "grid_carbon_intensity" if name == "intensity" else name
        frame.write_parquet(folder / f"{file}.parquet")
    return folder


def intensity(
    values: Values, *, start: datetime = datetime(2019, 1, 1), step: timedelta = timedelta(hours=1)
) -> pl.DataFrame:
    """Intensities of the grid at a fixed step."""
    stamps = pl.datetime_range(
        start, start + step * (len(values) - 1), step, time_unit="us", time_zone="UTC", eager=True
    )
    return pl.DataFrame({"timestamp": stamps, "kg_co2_per_kwh": pl.Series(list(values), dtype=pl.Float64)})


def workspace(folder: Path, *sources: Path, settings: Sequence[object] = ()) -> Path:
    """A workspace with some datasets taken in."""
    wattstone("init", folder, *settings)
    for source in sources:
        wattstone("ingest", folder, source)
    return folder


@dataclass(frozen=True)
class Figures:
    """The figures of a JSON document, to be asked for by name and subject."""

    rows: tuple[dict[str, Any], ...]

    def row(self, name: str, subject: str = "organisation") -> dict[str, Any]:
        """The one figure of that name and subject."""
        found = [row for row in self.rows if (row["name"], row["subject"]) == (name, subject)]
        assert len(found) == 1, f"{len(found)} figures {name} of {subject}"
        return found[0]

    def __call__(self, name: str, subject: str = "organisation") -> float:
        row = self.row(name, subject)
        assert row["value"] is not None, f"{name} of {subject}: {row['reason']}"
        return row["value"]

    def reason(self, name: str, subject: str = "organisation") -> str:
        """Why a figure has no value."""
        row = self.row(name, subject)
        assert row["value"] is None
        return row["reason"]

    def has(self, name: str, subject: str = "organisation") -> bool:
        """Whether there is such a figure."""
        return any((row["name"], row["subject"]) == (name, subject) for row in self.rows)


def inventory(folder: Path, of: int, *options: object) -> Figures:
    """The inventory of a year, as the command line tells machines."""
    said = wattstone("inventory", folder, "--year", of, "--json", *options).json
    assert said["year"] == of
    return Figures(tuple(said["figures"]))


def stored(folder: Path, of: int) -> pl.DataFrame:
    """The figures of a year as they are recorded, months and all."""
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.workflows.inventory import current_figures

    opened = open_workspace(folder)
    try:
        return current_figures(opened.lake, of)
    finally:
        opened.close()


def utc(*parts: int) -> datetime:
    """A moment in UTC with its zone."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]
