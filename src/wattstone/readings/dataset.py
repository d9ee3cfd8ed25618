"""Dataset folders: readings, and where present sites, meters, weather and grid carbon intensity, as Parquet.

The form is that of `docs/datasets.md`. Without a meters table, meters are declared from the readings and marked so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from wattstone.base import Finding, InputRefused, UnknownUnit, unit
from wattstone.portfolio import Meter, Site, canonical_kind, kind_of
from wattstone.portfolio.kinds import REGISTER_SUFFIX
from wattstone.readings.incoming import CHUNK, Extra, Incoming, content_key
from wattstone.readings.tables import sites_from, tables_of

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("site_id", "meter_id", "kind", "unit", "timestamp", "value")
_DWELLINGS = {"household", "dwelling", "home", "apartment", "flat"}


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
        `extras` holds the frames `weather` and `intensity` where the folder has them.

    Raises
    ------
    InputRefused
        With everything that is wrong, at once.
    """
    found: list[Finding] = []
    described = _describe(folder, found)
    tables = tables_of(folder, found)
    sites = sites_from(tables.get("sites"), folder, found)
    if described is None:
        raise InputRefused(found)
    meters = _meters(described, tables.get("meters"), sites, folder, found)
    known = {site.id for site in sites}
    added = tuple(Site(id=name) for name in sorted({meter.site_id for meter in meters} - known))
    if added and tables.get("sites") is not None:
        found.append(_undeclared_sites(folder, added))
    if "intensity" in tables:
        tables["intensity"] = _placed(tables["intensity"], (*sites, *added), folder, found)
    if any(finding.severity == "error" for finding in found):
        raise InputRefused(found)
    files = [folder / f"{name}.parquet" for name in ("readings", "meters")]
    return Incoming(
        name=f"{folder.name}/readings.parquet",
        key=content_key(*(file for file in files if file.is_file())),
        sites=(*sites, *added),
        meters=lambda: meters,
        chunks=lambda: _chunks(folder / "readings.parquet", meters, register=False),
        registers=(lambda: _chunks(folder / "readings.parquet", meters, register=True))
        if any(meter.reading == "register" for meter in meters)
        else None,
        rows=described.rows,
        fixed_intervals=_fixed(tables.get("meters")),
        findings=lambda: tuple(found),
        extras={
            name: Extra(name=f"{folder.name}/{file}", key=content_key(folder / file), frame=tables[name])
            for name, file in (("weather", "weather.parquet"), ("intensity", "grid_carbon_intensity.parquet"))
            if name in tables
        },
        tariffs=_tariffs(folder),
    )


def _fixed(table: pl.DataFrame | None) -> frozenset[str]:
    """Meters whose interval length the meters table declares."""
    if table is None or "interval_minutes" not in table.columns:
        return frozenset()
    return frozenset(table.filter(pl.col("interval_minutes").is_not_null())["meter_id"])


def _tariffs(folder: Path) -> dict[str, str]:
    """Tariff files of the folder: `tariff.toml`, or several `tariff-NAME.toml`."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("tariff*.toml"))}


@dataclass(frozen=True)
class _Described:
    """What the readings say of the meters: one row a meter, with the steps between its stamps."""

    rows: int
    meters: pl.DataFrame  # meter_id, site_id, kind, unit, seconds


def _describe(folder: Path, found: list[Finding]) -> _Described | None:
    """Check columns and types, and list the meters with what the rows say of them, in one pass."""
    path = folder / "readings.parquet"
    place = f"{folder.name}/readings.parquet"
    file = _open(path, place, found)
    if file is None or not _columns_fit(file.schema_arrow, place, found):
        return None
    if file.metadata.num_rows == 0:
        found.append(
            Finding(
                code="dataset.empty",
                place=place,
                found="the file has columns but no rows",
                expected="one row a reading",
                remedy="check the export that wrote it",
            )
        )
        return None
    seen = pl.concat([_seen(batch) for batch in _batches(file, COLUMNS[:5])])
    meters = (
        seen.group_by("meter_id", "site_id", "kind", "unit")
        .agg(pl.col("seconds").drop_nulls().mode().min().alias("seconds"))
        .sort("meter_id")
    )
    _one_of_each(meters, place, found)
    return _Described(file.metadata.num_rows, meters)


def _open(path: Path, place: str, found: list[Finding]) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path, memory_map=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        found.append(
            Finding(
                code="file.unreadable",
                place=place,
                found="this is not a whole Parquet file ({error})",
                params={"error": " ".join(str(error).split())[:200]},
                expected="a Parquet file with its footer",
                remedy="copy or export the file again: it may have been cut off",
            )
        )
        return None


def _columns_fit(schema: "pa.Schema", place: str, found: list[Finding]) -> bool:
    import pyarrow as pa

    missing = [name for name in COLUMNS if name not in schema.names]
    found += [
        Finding(
            code="dataset.column.missing",
            place=f"{place}, column '{name}'",
            found="there is no such column among {names}",
            params={"names": ", ".join(schema.names)},
            expected="the columns " + ", ".join(COLUMNS),
            remedy="rename or add the column, or load the file as CSV with a mapping",
        )
        for name in missing
    ]
    wrong: list[tuple[str, str]] = []
    for name in set(COLUMNS) - set(missing):
        kind = schema.field(name).type
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        if name == "timestamp":
            fits, wanted = pa.types.is_timestamp(plain) and plain.tz is not None, "a timestamp with the zone UTC"
        elif name == "value":
            fits, wanted = pa.types.is_floating(plain) or pa.types.is_integer(plain), "a number"
        else:
            fits, wanted = (
                pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_string_view(plain),
                "text",
            )
        if not fits:
            wrong.append((name, wanted))
            found.append(
                Finding(
                    code="dataset.column.type",
                    place=f"{place}, column '{name}'",
                    found="the column holds {type}",
                    params={"type": str(kind)},
                    expected=wanted,
                    remedy="write the column with that type; times without a zone cannot be placed on a clock",
                )
            )
    return not missing and not wrong


def _batches(file: Any, columns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """Bounded batches, text columns as categories, times as naive UTC."""
    dictionaries = [name for name in columns if name in COLUMNS[:4]]
    for batch in file.iter_batches(batch_size=CHUNK, columns=list(columns)):
        frame = pl.DataFrame(batch)
        yield frame.with_columns(
            pl.col(dictionaries).cast(pl.Categorical),
            pl.col("timestamp").dt.convert_time_zone("UTC").dt.replace_time_zone(None).cast(pl.Datetime("us")),
        )


def _seen(batch: pl.DataFrame) -> pl.DataFrame:
    """One row a run of one meter's rows: who it is, and the usual step between its stamps."""
    same = pl.col("meter_id") == pl.col("meter_id").shift(1)
    steps = batch.lazy().with_columns(
        pl.when(same).then(pl.col("timestamp").diff().dt.total_seconds()).alias("seconds")
    )
    usual = (
        steps.filter(pl.col("seconds") > 0)
        .group_by("meter_id", "seconds")
        .len()
        .sort("len", "seconds", descending=[True, False])
        .group_by("meter_id", maintain_order=True)
        .first()
        .select("meter_id", "seconds")
    )
    who = batch.lazy().select(COLUMNS[:4]).unique()
    return who.join(usual, on="meter_id", how="left").with_columns(pl.col(pl.Categorical).cast(pl.String)).collect()


def _one_of_each(meters: pl.DataFrame, place: str, found: list[Finding]) -> None:
    """A meter has one site, one kind and one unit."""
    for column in ("site_id", "kind", "unit"):
        several = meters.group_by("meter_id").agg(pl.col(column).unique().sort()).filter(pl.col(column).list.len() > 1)
        found += [
            Finding(
                code=f"dataset.meter.{column}",
                place=f"{place}, meter '{name}'",
                found="its rows name {count} values of {column}: {values}",
                params={"column": column, "values": ", ".join(map(str, values))},
                count=len(values),
                expected="one for each meter",
                remedy="give each of them a meter of its own",
            )
            for name, values in several.iter_rows()
        ]
    for column in ("meter_id", "site_id", "kind", "unit"):
        if meters[column].null_count():
            found.append(
                Finding(
                    code="dataset.null",
                    place=f"{place}, column '{column}'",
                    found="some rows have no {column}",
                    params={"column": column},
                    expected="a value in every row",
                    remedy="fill the column in or take those rows out",
                )
            )


def _meters(
    described: _Described, table: pl.DataFrame | None, sites: tuple[Site, ...], folder: Path, found: list[Finding]
) -> tuple[Meter, ...]:
    """Meters as the table declares them, else as the readings show them."""
    use = {site.id: (site.type or "").lower() for site in sites}
    declared = {row["meter_id"]: row for row in table.iter_rows(named=True)} if table is not None else {}
    meters: list[Meter] = []
    for seen in described.meters.drop_nulls(["meter_id", "site_id", "kind", "unit"]).iter_rows(named=True):
        row = declared.get(seen["meter_id"])
        if table is not None and row is None:
            found.append(_undeclared_meter(folder, seen["meter_id"]))
            continue
        found += _disagreements(folder, seen, row or {})
        meter = _meter(folder, seen, row or {}, found, personal=use.get(seen["site_id"]) in _DWELLINGS)
        if meter is not None:
            meters.append(meter)
    silent = set(declared) - set(described.meters["meter_id"])
    meters += [
        meter
        for name in sorted(silent)
        if (row := declared[name]).get("site_id") and row.get("kind") and row.get("unit")
        if (meter := _meter(folder, row, row, found, personal=use.get(row["site_id"]) in _DWELLINGS)) is not None
    ]
    return tuple(meters)


def _meter(
    folder: Path, seen: dict[str, Any], row: dict[str, Any], found: list[Finding], *, personal: bool
) -> Meter | None:
    """One meter from what the table says of it and what its rows show."""
    kind = canonical_kind(seen["kind"])
    place = f"{folder.name}, meter '{seen['meter_id']}'"
    try:
        measure = unit(seen["unit"])
    except UnknownUnit:
        measure = None
        if kind_of(kind) is not None:
            found.append(
                Finding(
                    code="meter.unit.unknown",
                    place=place,
                    found="the unit '{unit}' is not known",
                    params={"unit": seen["unit"]},
                    expected="a unit of {kind}, as kWh or m3",
                    remedy="correct the unit, or convert the values to a known one",
                )
            )
            return None
    minutes = row.get("interval_minutes")
    try:
        return Meter(
            id=seen["meter_id"],
            site_id=seen["site_id"],
            kind=kind,
            unit=seen["unit"],
            reading="register"
            if kind.endswith(REGISTER_SUFFIX)
            else row.get("reading") or ("power" if measure is not None and measure.quantity == "power" else "interval"),
            direction=row.get("direction") or "import",
            multiplier=row.get("multiplier") or 1.0,
            sign=row.get("sign") or 1,
            parent_id=row.get("parent_id"),
            space_id=row.get("space_id"),
            basis=row.get("basis") or row.get("calorific_basis") or (measure.basis if measure else None),
            interval_seconds=int(minutes * 60) if minutes else seen.get("seconds"),
            rollover=row.get("rollover"),
            personal=bool(row.get("personal", personal)),
            derived_from=row.get("derived_from"),
            simulated=bool(row.get("simulated", False)),
            declared="table" if row else "readings",
        )
    except ValueError as error:
        found.append(
            Finding(
                code="meter.invalid",
                place=place,
                found="its description cannot be used: {error}",
                params={"error": " ".join(str(error).split())[:300]},
                expected="values as docs/reference/datasets.md lists them",
                remedy="correct the row in the meters table",
            )
        )
        return None


def _disagreements(folder: Path, seen: dict[str, Any], row: dict[str, Any]) -> list[Finding]:
    """Where the meters table and the readings say different things of one meter."""
    return [
        Finding(
            code=f"dataset.meter.{column}.differs",
            place=f"{folder.name}, meter '{seen['meter_id']}'",
            found="the meters table says {column} '{table}', the readings say '{readings}'",
            params={"column": column, "table": row[column], "readings": seen[column]},
            expected="the same in both",
            remedy="correct whichever is wrong",
        )
        for column in ("site_id", "kind", "unit")
        if row.get(column) is not None and row[column] != seen[column]
    ]


def _placed(intensity: pl.DataFrame, sites: tuple[Site, ...], folder: Path, found: list[Finding]) -> pl.DataFrame:
    """Intensities without a region belong to the one country of the sites, which is said."""
    if not intensity["region"].null_count():
        return intensity
    countries = sorted({site.country for site in sites if site.country})
    place = f"{folder.name}/grid_carbon_intensity.parquet"
    if len(countries) == 1:
        found.append(
            Finding(
                code="intensity.region.assumed",
                place=place,
                found="the table names no grid region; the country of all sites, {country}, serves",
                params={"country": countries[0]},
                expected="a column region",
                remedy="add the column if the intensities are of another grid",
                severity="warning",
            )
        )
        return intensity.with_columns(pl.col("region").fill_null(countries[0]))
    found.append(
        Finding(
            code="intensity.region.missing",
            place=place,
            found="the table names no grid region, and the sites are in {count} countries ({countries})",
            params={"countries": ", ".join(countries) or "none is given"},
            count=len(countries),
            expected="a column region, or sites in one country",
            remedy="add a column region with the country or grid region of each row",
        )
    )
    return intensity


def _undeclared_meter(folder: Path, name: str) -> Finding:
    return Finding(
        code="dataset.meter.undeclared",
        place=f"{folder.name}/readings.parquet, meter '{name}'",
        found="the readings name a meter that meters.parquet does not declare",
        expected="every meter of the readings in the meters table",
        remedy="add a row for it to meters.parquet, or leave the meters table out",
    )


def _undeclared_sites(folder: Path, sites: tuple[Site, ...]) -> Finding:
    return Finding(
        code="dataset.site.undeclared",
        place=f"{folder.name}/sites.parquet",
        found="{count} sites of the readings are not in the sites table, among them '{name}'",
        params={"name": sites[0].id},
        count=len(sites),
        expected="every site with its country and zone",
        remedy="add the sites to the table: without a country no factor can be found for them",
        severity="warning",
    )


def _chunks(path: Path, meters: tuple[Meter, ...], *, register: bool) -> Iterator[pl.DataFrame]:
    """Rows in canonical units; a NaN is a gap."""
    import pyarrow.parquet as pq

    wanted = [meter for meter in meters if (meter.reading == "register") == register]
    if not wanted:
        return
    table = pl.DataFrame(
        {
            "meter_id": [meter.id for meter in wanted],
            "factor": [_factor(meter) for meter in wanted],
            "seconds": pl.Series([meter.interval_seconds or 3600 for meter in wanted], dtype=pl.Int32),
        }
    ).with_columns(pl.col("meter_id").cast(pl.Categorical))
    all_of_them = len(wanted) == len(meters)
    for batch in _batches(pq.ParquetFile(path), ("meter_id", "timestamp", "value")):
        rows = batch.lazy().join(table.lazy(), on="meter_id", how="left", maintain_order="left")
        if not all_of_them:
            rows = rows.filter(pl.col("factor").is_not_null())
        value = (pl.col("value").cast(pl.Float64).fill_nan(None) * pl.col("factor")).alias("value")
        stamp = pl.col("timestamp").alias("at" if register else "start")
        columns = (
            (pl.col("meter_id"), stamp, value) if register else (pl.col("meter_id"), stamp, pl.col("seconds"), value)
        )
        yield rows.select(columns).collect()


def _factor(meter: Meter) -> float:
    """What a delivered value is multiplied by, to stand in the canonical unit of an interval."""
    try:
        measure = unit(meter.unit)
    except UnknownUnit:
        return 1.0  # an unknown kind in an unknown unit is kept as delivered
    hours = (meter.interval_seconds or 3600) / 3600 if meter.reading == "power" else 1.0
    return measure.factor * hours
