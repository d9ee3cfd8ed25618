"""Dataset folders: readings, and where present sites, meters, weather and grid carbon intensity, as Parquet.

The form is that of `docs/reference/datasets.md`. Without a meters table, meters are declared from the readings and
marked so. Opening a folder costs its hash; it is read when something in it is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Site
from wattstone.readings.dataset_meters import meters_of
from wattstone.readings.described import FEW, batches, describe, open_parquet, row_count, whole
from wattstone.readings.incoming import Extra, Incoming, content_key
from wattstone.readings.meter_table import factors_of, models_of
from wattstone.readings.tables import placed_intensity, sites_from, table_of

_TABLES = ("readings", "meters", "sites")
_EXTRAS = (("weather", "weather.parquet"), ("intensity", "grid_carbon_intensity.parquet"))


def is_dataset(path: Path) -> bool:
    """Whether a folder has the form of a dataset."""
    return path.is_dir() and (path / "readings.parquet").is_file()


def read_dataset(folder: Path) -> Incoming:
    """Open a dataset folder.

    Parameters
    ----------
    folder : pathlib.Path
        With `readings.parquet`.

    Returns
    -------
    Incoming
        `extras` are `weather` and `intensity` where the folder has them. Its callables raise `InputRefused` with
        everything that is wrong with the folder, at once.
    """
    dataset = _Dataset(folder)
    files = [folder / f"{name}.parquet" for name in _TABLES]
    return Incoming(
        name=f"{folder.name}/readings.parquet",
        key=content_key(*(file for file in files if file.is_file())),
        sites=lambda: dataset.content.sites,
        meters=lambda: models_of(dataset.content.meters),
        meter_table=lambda: dataset.content.meters,
        chunks=lambda: dataset.chunks(register=False),
        registers=lambda: dataset.chunks(register=True),
        rows=row_count(folder / "readings.parquet"),
        fixed_intervals=lambda: dataset.content.fixed,
        unsure=lambda: dataset.content.unsure,
        findings=lambda: dataset.content.findings,
        extras={name: dataset.beside(name, file) for name, file in _EXTRAS if (folder / file).is_file()},
        tariffs=_tariffs(folder),
        files=(folder / "readings.parquet",),
    )


def _tariffs(folder: Path) -> dict[str, str]:
    """Tariff files of the folder: `tariff.toml`, or several `tariff-NAME.toml`."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("tariff*.toml"))}


@dataclass(frozen=True)
class _Content:
    """What a folder says beside its rows."""

    sites: tuple[Site, ...]
    meters: pl.DataFrame
    fixed: frozenset[str]
    unsure: frozenset[str]
    findings: tuple[Finding, ...]
    extras: dict[str, pl.DataFrame]


class _Dataset:
    """A folder that is read when it is asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._readings = folder / "readings.parquet"
        self._place = f"{folder.name}/readings.parquet"

    @cached_property
    def content(self) -> _Content:
        """Everything but the rows; raises with all findings."""
        folder, found = self._folder, list[Finding]()
        described = describe(self._readings, self._place, found)
        tables = {name: table_of(folder, name, found) for name in ("sites", "meters", "weather", "intensity")}
        sites = sites_from(tables["sites"], folder, found)
        if described is None:
            raise InputRefused(found)
        table = tables["meters"]
        meters = meters_of(described, table, sites, folder.name, found)
        unknown = sorted(set(meters["site_id"].unique().to_list()) - {site.id for site in sites})
        if unknown and tables["sites"] is not None:
            found.append(_undeclared_sites(folder, unknown))
        extras = {name: frame for name, _ in _EXTRAS if (frame := tables[name]) is not None}
        if "intensity" in extras:
            extras["intensity"] = placed_intensity(extras["intensity"], sites, folder, found)
        fixed = _fixed(table)
        few = described.meters.filter(pl.col("steps").fill_null(0) < FEW)
        found += _lengthless(few.filter(pl.col("seconds").is_null()), fixed, meters, self._place)
        if any(finding.severity == "error" for finding in found):
            raise InputRefused(found)
        return _Content(sites, meters, fixed, frozenset(few["meter_id"].to_list()) - fixed, tuple(found), extras)

    def beside(self, name: str, file: str) -> Extra:
        """A table beside the readings."""
        path, sites = self._folder / file, self._folder / "sites.parquet"
        # An intensity without a region is that of the sites' country, so that it depends on their table too.
        files = [path, sites] if name == "intensity" and sites.is_file() else [path]
        return Extra(
            name=f"{self._folder.name}/{file}", key=content_key(*files), read=lambda: self.content.extras[name]
        )

    def chunks(self, *, register: bool) -> Iterator[pl.DataFrame]:
        """Rows in canonical units; a NaN is a gap."""
        meters = self.content.meters
        wanted = meters.filter((pl.col("reading") == "register").fill_null(False) == register)
        if wanted.is_empty():
            return
        table = wanted.select(
            pl.col("id").cast(pl.Categorical).alias("meter_id"),
            factors_of(wanted),
            pl.col("interval_seconds").fill_null(3600).alias("seconds"),
        )
        value = (pl.col("value").cast(pl.Float64).fill_nan(None) * pl.col("factor")).alias("value")
        stamp = pl.col("timestamp").alias("at" if register else "start")
        length = () if register else (pl.col("seconds"),)
        with whole(self._place):
            for batch in batches(open_parquet(self._readings), ("meter_id", "timestamp", "value")):
                rows = batch.lazy().join(table.lazy(), on="meter_id", how="left", maintain_order="left")
                if wanted.height < meters.height:
                    rows = rows.filter(pl.col("factor").is_not_null())
                yield rows.select("meter_id", stamp, *length, value).collect()


def _fixed(table: pl.DataFrame | None) -> frozenset[str]:
    """Meters whose interval length the meters table declares."""
    if table is None or "interval_minutes" not in table.columns:
        return frozenset()
    return frozenset(table.filter(pl.col("interval_minutes").is_not_null())["meter_id"].to_list())


def _lengthless(few: pl.DataFrame, fixed: frozenset[str], meters: pl.DataFrame, place: str) -> list[Finding]:
    """Meters with one reading each do not show how long it lasts."""
    counters = meters.filter(pl.col("reading") == "register")["id"]
    names = few.filter(~pl.col("meter_id").is_in(counters.implode()))["meter_id"].sort().to_list()
    names = [name for name in names if name not in fixed]
    if not names:
        return []
    return [
        Finding(
            code="dataset.meter.interval.unknown",
            place=f"{place}, meter '{names[0]}'" + (f" and {len(names) - 1} more" if len(names) > 1 else ""),
            found="a meter with one reading does not show how long the reading lasts; what the workspace knows of the "
            "meter serves, and one hour where it knows nothing",
            count=len(names),
            expected="a column interval_minutes in meters.parquet, or more readings",
            remedy="add the column if the reading is of another length",
            severity="warning",
        )
    ]


def _undeclared_sites(folder: Path, sites: list[str]) -> Finding:
    return Finding(
        code="dataset.site.undeclared",
        place=f"{folder.name}/sites.parquet",
        found="{count} {count:site of the readings is|sites of the readings are} not in the sites table, among "
        "them '{name}'",
        params={"name": sites[0]},
        count=len(sites),
        expected="every site with its country and zone",
        remedy="add the sites to the table: without a country no factor can be found for them",
        severity="warning",
    )
