"""What the readings of a dataset folder say of themselves: columns, types, and who the meters are."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# pyarrow has no types.

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.readings.incoming import CHUNK

COLUMNS = ("site_id", "meter_id", "kind", "unit", "timestamp", "value")
FEW = 3  # steps; a meter with fewer does not show its usual step
_WHO = COLUMNS[:4]
_STEPS = 8  # different steps that are kept of one meter and batch
_EARLIEST, _LATEST = 1900, 2200  # years; what lies beyond is no reading
_COMMON = 0.5  # in a shuffled file, the shortest step that is so common beside the most common one is the interval


@dataclass(frozen=True)
class Described:
    """What the readings say of the meters.

    Parameters
    ----------
    rows : int
        How many there are.
    meters : polars.DataFrame
        One row a meter: meter_id, site_id, kind, unit, row (the first, from 1), seconds (usual step, null for none),
        steps (how often it is seen).
    """

    rows: int
    meters: pl.DataFrame


def describe(path: Path, place: str, found: list[Finding]) -> Described | None:
    """Check columns and types, and list the meters with what the rows say of them, in one pass.

    Parameters
    ----------
    path : pathlib.Path
        A Parquet file.
    place : str
        As messages call it.
    found : list of Finding
        Takes what is wrong.

    Returns
    -------
    Described or None
        None where the file cannot be used at all.
    """
    try:
        with whole(place):
            file = open_parquet(path)
            if not _columns_fit(file.schema_arrow, place, found):
                return None
            if file.metadata.num_rows == 0:
                found.append(_empty(place))
                return None
            meters = _meters(file, place, found)
    except InputRefused as refused:
        found += refused.findings
        return None
    _one_of_each(meters, place, found)
    return Described(file.metadata.num_rows, meters.unique("meter_id", keep="first", maintain_order=True))


def open_parquet(path: Path) -> Any:
    """A Parquet file whose pages are read when they are asked for."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(path, memory_map=False)


def row_count(path: Path) -> int | None:
    """Rows of a Parquet file by its footer; None where it has none."""
    import pyarrow as pa

    try:
        return int(open_parquet(path).metadata.num_rows)
    except (pa.ArrowException, OSError, ValueError):
        return None


@contextmanager
def whole(place: str) -> Generator[None]:
    """Refuse a Parquet file that turns out to be damaged, in its footer or in a page."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputRefused(
            [
                Finding(
                    code="file.unreadable",
                    place=place,
                    found="this is not a whole Parquet file ({error})",
                    params={"error": " ".join(str(error).split())[:200]},
                    expected="a Parquet file with its footer",
                    remedy="copy or export the file again: it may have been cut off",
                )
            ]
        ) from error


def batches(file: Any, columns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """Bounded batches, text columns as categories, times as naive UTC."""
    texts = [name for name in columns if name in _WHO]
    stamp = pl.col("timestamp").dt.convert_time_zone("UTC").dt.replace_time_zone(None).cast(pl.Datetime("us"))
    for batch in file.iter_batches(batch_size=CHUNK, columns=list(columns)):
        yield pl.DataFrame(batch).with_columns(pl.col(texts).cast(pl.Categorical), stamp)


def _empty(place: str) -> Finding:
    return Finding(
        code="dataset.empty",
        place=place,
        found="the file has columns but no rows",
        expected="one row a reading",
        remedy="check the export that wrote it",
    )


def _columns_fit(schema: Any, place: str, found: list[Finding]) -> bool:
    """Whether every column is there, once, and of a type that serves."""
    before = len(found)
    for name in COLUMNS:
        times = schema.names.count(name)
        if times != 1:
            found.append(_not_once(name, times, schema, place))
        elif (wanted := _wanted(name, schema.field(name).type)) is not None:
            found.append(_wrong_type(name, str(schema.field(name).type), wanted, place))
    return len(found) == before


def _not_once(name: str, times: int, schema: Any, place: str) -> Finding:
    return Finding(
        code="dataset.column.missing" if times == 0 else "dataset.column.twice",
        place=f"{place}, column '{name}'",
        found="there is no such column among {names}" if times == 0 else "there are {count} such columns among {names}",
        params={"names": ", ".join(schema.names)[:300], "wanted": ", ".join(COLUMNS)},
        count=max(times, 1),
        expected="the columns {wanted}, each once",
        remedy="rename or add the column, or load the file as CSV with a mapping",
    )


def _wanted(name: str, given: Any) -> str | None:
    """What a column should hold instead; None where it fits."""
    import pyarrow as pa

    plain = given.value_type if pa.types.is_dictionary(given) else given
    if name == "timestamp":
        return None if pa.types.is_timestamp(plain) and plain.tz is not None else "a timestamp with the zone UTC"
    if name == "value":
        fits = pa.types.is_floating(plain) or pa.types.is_integer(plain) or pa.types.is_decimal(plain)
        return None if fits else "a number"
    fits = pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_string_view(plain)
    return None if fits else "text"


def _wrong_type(name: str, given: str, wanted: str, place: str) -> Finding:
    remedies = {
        "timestamp": "write the column with that type; times without a zone cannot be placed on a clock",
        "value": "write the numbers as numbers; cells that are no number have to be mended or left empty first",
    }
    return Finding(
        code="dataset.column.type",
        place=f"{place}, column '{name}'",
        found="the column holds {type}",
        params={"type": given},
        expected=wanted,
        remedy=remedies.get(name, "write the column as text; a numeric id may have lost its leading zeros"),
    )


def _meters(file: Any, place: str, found: list[Finding]) -> pl.DataFrame:
    """One row a (meter, site, kind, unit), with the usual step between the meter's stamps."""
    who: list[pl.DataFrame] = []
    steps: list[pl.DataFrame] = []
    doubts: list[pl.DataFrame] = []
    row, grouped = 1, True
    for batch in batches(file, COLUMNS):
        doubts.append(_doubts(batch, row))
        named, counted, ordered = _seen(batch, row)
        who.append(named)
        steps.append(counted)
        grouped = grouped and ordered
        row += batch.height
    _odd_cells(pl.concat(doubts), place, found)
    usual = _usual(pl.concat(steps), grouped=grouped)
    names = pl.concat(who).group_by(_WHO).agg(pl.col("row").min()).sort("row")
    return names.join(usual, on="meter_id", how="left", maintain_order="left")


def _doubts(batch: pl.DataFrame, row: int) -> pl.DataFrame:
    """How many cells of a batch no reading can have, and the first row of each sort."""
    stamps, values = batch["timestamp"], batch["value"]
    first, last = stamps.min(), stamps.max()
    within = (
        isinstance(first, datetime) and isinstance(last, datetime) and _EARLIEST <= first.year <= last.year <= _LATEST
    )
    if within and not any(batch[name].null_count() for name in COLUMNS[:5]) and not _any_infinite(values):
        return pl.DataFrame(schema=_DOUBTS)
    year = pl.col("timestamp").dt.year()
    kinds = {
        **{name: pl.col(name).is_null() for name in COLUMNS[:5]},
        "year": (year < _EARLIEST) | (year > _LATEST),
        "infinite": pl.col("value").cast(pl.Float64).is_infinite(),
    }
    counted = batch.select(
        *(wrong.sum().cast(pl.Int64).alias(f"{name} count") for name, wrong in kinds.items()),
        *((wrong.arg_max().cast(pl.Int64) + row).alias(f"{name} first") for name, wrong in kinds.items()),
    ).row(0, named=True)
    return pl.DataFrame(
        [(name, counted[f"{name} count"], counted[f"{name} first"]) for name in kinds],
        schema=_DOUBTS,
        orient="row",
    )


_DOUBTS = {"what": pl.String, "count": pl.Int64, "first": pl.Int64}


def _any_infinite(values: pl.Series) -> bool:
    return values.dtype.is_float() and bool(values.is_infinite().any())


def _odd_cells(doubts: pl.DataFrame, place: str, found: list[Finding]) -> None:
    """Cells without which a row says nothing, and cells that no meter can have written."""
    texts = {
        "year": ("timestamp", "{count} {count:time lies|times lie} before 1900 or after 2200", "times of readings"),
        "infinite": ("value", "{count} {count:value is|values are} infinite", "finite numbers; a gap is null or NaN"),
    }
    real = doubts.filter(pl.col("count") > 0).group_by("what", maintain_order=True)
    for name, count, first in real.agg(pl.col("count").sum(), pl.col("first").min()).iter_rows():
        column, text, expected = texts.get(
            name, (name, "{count} {count:row has|rows have} no {column}", "a value in every row")
        )
        found.append(
            Finding(
                code="dataset.cell" if name in texts else "dataset.null",
                place=f"{place}, column '{column}'",
                found=text,
                params={"column": column},
                count=count,
                first=f"row {first}",
                expected=expected,
                remedy="correct those rows or take them out",
            )
        )


def _seen(batch: pl.DataFrame, row: int) -> tuple[pl.DataFrame, pl.DataFrame, bool]:
    """Who is in a batch, the most common steps of each meter, and whether its rows were in order."""
    ordered = _in_order(batch)
    rows = batch.lazy() if ordered else batch.lazy().sort("meter_id", "timestamp")
    same = pl.col("meter_id") == pl.col("meter_id").shift(1)
    seconds = pl.when(same).then(pl.col("timestamp").diff().dt.total_seconds())
    steps = (
        rows.select("meter_id", seconds.alias("seconds"))
        .filter(pl.col("seconds") > 0)
        .group_by("meter_id", "seconds")
        .len("steps")
        .sort("steps", "seconds", descending=[True, False])
        .group_by("meter_id", maintain_order=True)
        .head(_STEPS)
    )
    who = batch.lazy().with_row_index("row", offset=row).group_by(_WHO).agg(pl.col("row").min().cast(pl.Int64))
    named, counted = pl.collect_all([who, steps])
    plain = pl.col(pl.Categorical).cast(pl.String)
    return named.with_columns(plain), counted.with_columns(plain), ordered


def _in_order(batch: pl.DataFrame) -> bool:
    """Whether each meter's rows stand together, in order of time."""
    same = pl.col("meter_id") == pl.col("meter_id").shift(1)
    back = same & (pl.col("timestamp") < pl.col("timestamp").shift(1))
    runs, falls, meters = batch.select(
        (~same).sum().alias("runs") + 1, back.any().alias("falls"), pl.col("meter_id").n_unique().alias("meters")
    ).row(0)
    return runs == meters and not falls


def _usual(steps: pl.DataFrame, *, grouped: bool) -> pl.DataFrame:
    """The usual step of each meter: the most common one.

    In a file whose rows stand in no order, a batch holds a sample of a meter's stamps, and a multiple of the step may
    be a little more common than the step itself; the shortest of those that are about as common is then taken.
    """
    added = steps.group_by("meter_id", "seconds").agg(pl.col("steps").sum())
    most = pl.col("steps").max().over("meter_id")
    common = added.filter(pl.col("steps") >= (1.0 if grouped else _COMMON) * most)
    return common.sort("meter_id", "seconds").unique("meter_id", keep="first").select("meter_id", "seconds", "steps")


def _one_of_each(meters: pl.DataFrame, place: str, found: list[Finding]) -> None:
    """A meter has one site, one kind and one unit."""
    if meters["meter_id"].n_unique() == meters.height:
        return
    for column in ("site_id", "kind", "unit"):
        several = meters.group_by("meter_id").agg(pl.col(column).unique().sort(), pl.col("row").max())
        found += [
            Finding(
                code=f"dataset.meter.{column}",
                place=f"{place}, meter '{name}'",
                found="its rows name {count} values of {column}: {values}",
                params={"column": column, "values": ", ".join(map(str, values))},
                count=len(values),
                first=f"row {row}",
                expected="one for each meter",
                remedy="give each of them a meter of its own",
            )
            for name, values, row in several.filter(pl.col(column).list.len() > 1).sort("meter_id").iter_rows()
        ]
