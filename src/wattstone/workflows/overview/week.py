"""A meter's load in a week, with what is doubtful about it, thinned to what a chart can show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.base import Period
from wattstone.inventory.virtual import VirtualMeter, virtual_meters, virtual_rows
from wattstone.portfolio import Meter
from wattstone.readings.partitions import part_period, parts_of
from wattstone.readings.schema import Flag
from wattstone.workflows.access import Act, require
from wattstone.workflows.access.guard import acting
from wattstone.workflows.ingest.derived import LATEST, READINGS
from wattstone.workflows.overview.memory import Memory
from wattstone.workflows.overview.places import Places, places_of, stored_unit
from wattstone.workflows.overview.sight import sees_meter, sees_personal
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["WEEK", "MeterWeek", "meter_week"]

WEEK: dict[str, pl.DataType] = {
    "start": pl.Datetime("us"),  # naive UTC
    "seconds": pl.Int64(),  # that the row stands for
    "value": pl.Float64(),  # mean power [kW], or flow [m3/h]; of a personal meter a day's quantity; null in a gap
    "low": pl.Float64(),  # least and most of the intervals that the row stands for
    "high": pl.Float64(),
    "flags": pl.Int16(),  # all flags of these intervals, a sum of `readings.schema.Flag`
    "state": pl.String(),  # measured, estimated, doubtful, gap
}


@dataclass(frozen=True, eq=False, kw_only=True)
class MeterWeek:
    """Readings of a meter between two local midnights.

    Parameters
    ----------
    meter_id, site_id, kind : str
        Which.
    unit : str
        Of the values: `kW`, `m3/h`; `kWh`, `m3` where only days are shown.
    quantity : float or None
        Sum of what is shown [kWh, m3]; None where nothing was measured.
    zone : str
        Of the site's clock.
    start, end : datetime
        Naive UTC.
    rows : polars.DataFrame
        Schema `WEEK`, in order of time; gaps are rows without a value.
    native : int or None
        The usual length of its intervals. [s]
    per : int
        How many intervals a row stands for at most; 1 where nothing is thinned.
    readings, gaps, doubtful, estimated : int
        Intervals with a value, without, flagged, filled.
    daily : bool
        Whether only days are shown, because the readings are personal and one may not see them.
    first, last : datetime or None
        Of all its readings, naive UTC, to page to.
    """

    meter_id: str
    site_id: str
    kind: str
    unit: str
    quantity: float | None
    zone: str
    start: datetime
    end: datetime
    rows: pl.DataFrame
    native: int | None
    per: int
    readings: int
    gaps: int
    doubtful: int
    estimated: int
    daily: bool
    first: datetime | None
    last: datetime | None


_RATES = {"kWh": "kW", "m3": "m3/h", "kg": "kg/h"}
_DOUBTFUL = int(Flag.MISSING_ZERO | Flag.SPIKE | Flag.STUCK | Flag.NEGATIVE | Flag.RESET | Flag.FUTURE)
_LONGEST = 400  # d
_ROWS: dict[str, pl.DataType] = {
    "meter": pl.Int32(),
    "start": pl.Datetime("us"),
    "seconds": pl.Int32(),
    "value": pl.Float64(),
    "flags": pl.Int16(),
}


def meter_week(
    workspace: Workspace, meter_id: str, start: date | None = None, *, days: int = 7, width: int = 700
) -> MeterWeek | None:
    """The load of a meter.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    meter_id : str
        Which; None is returned where there is none, or one may not see it.
    start : date or None
        First local day; that of the week up to the last reading where None.
    days : int
        1 to 400.
    width : int
        Of the chart in pixels; no more rows than that are returned.

    Returns
    -------
    MeterWeek or None
        A personal meter's days alone, where the actor may not see more.

    Raises
    ------
    ValueError
        If the days or the width make no chart.
    Forbidden
        If the actor may not read.
    """
    if not 1 <= days <= _LONGEST or width < 10:
        raise ValueError(f"{days} days on {width} pixels make no chart; 1 to {_LONGEST} days on 10 pixels and more do")
    require(workspace.actor, Act.READ)
    places = places_of(workspace)
    meter = places.meter(meter_id)
    if meter is None or not sees_meter(workspace, meter):
        return None
    # The guard hides personal rows; sums of their days are shown, so that all rows of the meter are read here.
    lake = acting(workspace, Act.READ).lake
    zone = places.sites[meter.site_id].tz
    virtual = _virtual(places, meter)
    names = _terms(places, meter, virtual)
    files = lake.addresses(READINGS)
    first, last = _ends(lake, files, list(names.values()))
    begin = start or _week_up_to(last, zone, days)
    span = Period(_midnight(begin, zone), _midnight(begin + timedelta(days=days), zone))
    rows = _rows(files, names, span)
    if virtual and rows.height:
        rows = virtual_rows(rows, virtual).filter(pl.col("meter") == places.key(meter.id))
    personal = meter.personal or any((one := places.meter(name)) is not None and one.personal for name in names)
    daily = personal and not sees_personal(workspace, meter.site_id)
    return _week(meter, rows, span, zone, daily=daily, width=width, ends=(first, last))


def _virtual(places: Places, meter: Meter) -> tuple[VirtualMeter, ...]:
    """Of a virtual meter, all virtual ones of its site, each after those that it names."""
    if meter.expression is None:
        return ()
    table = places.meters.filter((pl.col("site_id") == meter.site_id) & pl.col("expression").is_not_null())
    meters = [one for name in table["id"] if (one := places.meter(name)) is not None]
    keys = {str(name): int(key) for name, key in places.meters.select("id", "key").iter_rows()}
    return virtual_meters(meters, keys)


def _terms(places: Places, meter: Meter, virtual: tuple[VirtualMeter, ...]) -> dict[str, int]:
    """Keys of the meters whose readings are wanted: its own, or those that virtual meters are computed from."""
    if not virtual:
        return {meter.id: places.key(meter.id)}
    made = {one.key for one in virtual}
    return {name: key for one in virtual for name, key in one.terms if key not in made}


Files = Mapping[int, tuple[str, ...]]
"""Addresses of the readings' files by partition, asked for once: each question to the lake looks for new commits."""


def _ends(lake: Lake, files: Files, keys: list[int]) -> tuple[datetime | None, datetime | None]:
    """From the first partition of the readings to the last value of the meter."""
    latest = lake.files(LATEST)
    if not files or not latest:
        return None, None
    rows = _latest.get(latest, lambda: _by_meter(lake))
    known = [one for key in keys if (one := rows.get(key)) is not None]
    return part_period(min(files)).start, max(known, default=None)


_latest: Memory[dict[int, datetime]] = Memory(most=4, seconds=3600.0)


def _by_meter(lake: Lake) -> dict[int, datetime]:
    """When each meter told its last value; files never change once they are named."""
    held = lake.scan(LATEST)
    return {} if held is None else dict(held.select("meter", "start").collect().iter_rows())


def _week_up_to(last: datetime | None, zone: ZoneInfo, days: int) -> date:
    end = datetime.now(UTC) if last is None else last.replace(tzinfo=UTC)
    return end.astimezone(zone).date() - timedelta(days=days - 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)


def _rows(files: Files, names: dict[str, int], span: Period) -> pl.DataFrame:
    """Readings whose intervals begin inside the span, from the partitions and row groups that hold them."""
    paths = [path for part in sorted(parts_of(span, files)) for path in files[part]]
    if not paths or not names:
        return pl.DataFrame(schema=_ROWS)
    keys = list(names.values())
    own = pl.col("meter") == keys[0] if len(keys) == 1 else pl.col("meter").is_in(keys)
    scan = pl.scan_parquet(paths, hive_partitioning=False, glob=False, cache=False)
    # By meter alone: to look at the clock as well, the reader would unpack it for everybody in a group of rows.
    rows = scan.filter(own).select(list(_ROWS)).collect()
    return rows.filter((pl.col("start") >= span.start) & (pl.col("start") < span.end)).sort("start")


def _week(
    meter: Meter,
    rows: pl.DataFrame,
    span: Period,
    zone: ZoneInfo,
    *,
    daily: bool,
    width: int,
    ends: tuple[datetime | None, datetime | None],
) -> MeterWeek:
    stored, steps = stored_unit(meter), _steps(rows)
    known = np.isfinite(steps.value)
    native = _usual(steps.seconds)
    if daily:
        shown, per = _by_day(rows, zone), 1
    else:
        shown, per = _thinned(steps, native, width, hourly=stored in _RATES)
    return MeterWeek(
        meter_id=meter.id,
        site_id=meter.site_id,
        kind=meter.kind,
        unit=stored if daily else _RATES.get(stored, stored),
        quantity=float(steps.value[known].sum()) if known.any() and stored in _RATES else None,
        zone=zone.key,
        start=span.start,
        end=span.end,
        rows=shown,
        native=native,
        per=per,
        readings=int(known.sum()),
        gaps=_gaps(int(steps.seconds[known].sum()), span, native, ends[1]),
        doubtful=int((known & ((steps.flags & _DOUBTFUL) > 0)).sum()),
        estimated=int((known & ((steps.flags & int(Flag.ESTIMATED)) > 0)).sum()),
        daily=daily,
        first=ends[0],
        last=ends[1],
    )


@dataclass(frozen=True)
class _Steps:
    """Intervals as arrays: a week has hundreds of them, and a query of its own for each number would take longer."""

    start: npt.NDArray[np.datetime64]
    seconds: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    flags: npt.NDArray[np.int64]


def _steps(rows: pl.DataFrame) -> _Steps:
    return _Steps(
        start=rows["start"].to_numpy().astype("datetime64[us]"),
        seconds=rows["seconds"].to_numpy().astype(np.int64),
        value=np.nan_to_num(rows["value"].to_numpy().astype(np.float64), nan=np.nan),
        flags=np.nan_to_num(rows["flags"].to_numpy().astype(np.float64)).astype(np.int64),
    )


def _usual(seconds: npt.NDArray[np.int64]) -> int | None:
    """The most frequent length of an interval, the shortest of several."""
    if not len(seconds):
        return None
    lengths, counts = np.unique(seconds, return_counts=True)
    return int(lengths[counts.argmax()])


def _gaps(covered: int, span: Period, native: int | None, last: datetime | None) -> int:
    """Intervals without a value, up to the last reading of the meter."""
    if native is None:
        return 0
    end = min(span.end, last + timedelta(seconds=native)) if last is not None else span.end
    owed = max((end - span.start).total_seconds(), 0.0)
    return max(round((owed - covered) / native), 0)


def _thinned(steps: _Steps, native: int | None, width: int, *, hourly: bool) -> tuple[pl.DataFrame, int]:
    """Mean, least and most of as many neighbouring intervals as one pixel shows, gaps between them as rows."""
    if native is None:
        return pl.DataFrame(schema=WEEK), 1
    power = replace(steps, value=steps.value * 3600 / steps.seconds if hourly else steps.value)
    whole = _with_holes(power)
    per = -(-len(whole.start) // width)
    at = np.arange(0, len(whole.start), per)
    known = np.isfinite(whole.value)
    weight = np.add.reduceat(np.where(known, whole.seconds, 0), at)
    total = np.add.reduceat(np.where(known, whole.value * whole.seconds, 0.0), at)
    mean = np.divide(total, weight, out=np.full(len(at), np.nan), where=weight > 0)
    flags = np.bitwise_or.reduceat(whole.flags, at)
    columns = {
        "start": whole.start[at],
        "seconds": np.add.reduceat(whole.seconds, at),
        "value": pl.Series(mean, nan_to_null=True),
        "low": pl.Series(np.fmin.reduceat(whole.value, at), nan_to_null=True),
        "high": pl.Series(np.fmax.reduceat(whole.value, at), nan_to_null=True),
        "flags": flags.astype(np.int16),
        "state": _states(np.isnan(mean), flags).tolist(),
    }
    return pl.DataFrame(columns, schema=WEEK), per


def _with_holes(steps: _Steps) -> _Steps:
    """With a step without a value for each stretch between two intervals that nothing covers."""
    end = steps.start + steps.seconds.astype("timedelta64[s]")
    after = (steps.start[1:] - end[:-1]) // np.timedelta64(1, "s")
    hole = np.flatnonzero(after > 0)
    return _Steps(
        start=np.insert(steps.start, hole + 1, end[hole]),
        seconds=np.insert(steps.seconds, hole + 1, after[hole]),
        value=np.insert(steps.value, hole + 1, np.nan),
        flags=np.insert(steps.flags, hole + 1, 0),
    )


def _states(gap: npt.NDArray[np.bool_], flags: npt.NDArray[np.int64]) -> npt.NDArray[np.str_]:
    """In words; of several intervals what is worst."""
    doubtful, estimated = ((flags & bits) > 0 for bits in (_DOUBTFUL, int(Flag.ESTIMATED)))
    return np.select([gap, doubtful, estimated], ["gap", "doubtful", "estimated"], "measured")


def _by_day(rows: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """Sums of local days, in the unit of the readings."""
    local = pl.col("start").dt.replace_time_zone("UTC").dt.convert_time_zone(zone.key)
    day = local.dt.truncate("1d").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    value = pl.col("value")
    return (
        rows.group_by(day.alias("start"), maintain_order=True)
        .agg(
            pl.col("seconds").sum().cast(pl.Int64),
            pl.when(value.count() > 0).then(value.sum()).alias("value"),
            pl.col("flags").bitwise_or(),
        )
        .with_columns(pl.lit(None, pl.Float64).alias("low"), pl.lit(None, pl.Float64).alias("high"))
        .with_columns(_state())
        .select(list(WEEK))
        .cast(WEEK)  # pyright: ignore[reportArgumentType]
    )


def _state() -> pl.Expr:
    """Of days, in words."""
    estimated, doubtful = ((pl.col("flags") & bits) > 0 for bits in (int(Flag.ESTIMATED), _DOUBTFUL))
    words = pl.when(doubtful).then(pl.lit("doubtful")).when(estimated).then(pl.lit("estimated"))
    words = pl.when(pl.col("value").is_null()).then(pl.lit("gap")).otherwise(words.otherwise(pl.lit("measured")))
    return words.alias("state")
