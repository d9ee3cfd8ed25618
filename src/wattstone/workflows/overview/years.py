"""Years of which there are readings, by the clocks of the sites that they are of."""

from datetime import datetime, timedelta

import polars as pl

from wattstone.base import Period
from wattstone.readings.partitions import part_period, parts_of
from wattstone.workflows.ingest.derived import READINGS
from wattstone.workflows.overview.memory import Memory
from wattstone.workflows.overview.places import places_of
from wattstone.workflows.overview.sight import sites_seen
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["reading_years"]

_APART = timedelta(hours=14)  # no clock is further from UTC
_memory: Memory[tuple[int, ...]] = Memory(most=64, seconds=3600.0)


def reading_years(workspace: Workspace) -> tuple[int, ...]:
    """Calendar years with readings of the sites that whoever acts may see, the newest first.

    A reading belongs to the year that its site's clock shows where its interval starts: the first hours of a year in
    Shanghai are stored as the last ones of the year before.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    """
    whole = workspace.behind or workspace
    sites = sites_seen(workspace)
    key = (str(workspace.root), whole.lake.version(READINGS), whole.records.revision(), sites)
    return _memory.get(key, lambda: _looked_up(whole, sites))


def _looked_up(whole: Workspace, sites: frozenset[str] | None) -> tuple[int, ...]:
    places = places_of(whole)
    zones = {one.id: one.zone for one in places.sites.values() if sites is None or one.id in sites}
    meters = places.meters.filter(pl.col("site_id").is_in(sorted(zones))).select(
        pl.col("key").cast(pl.Int32).alias("meter"),
        pl.col("site_id").replace_strict(zones, return_dtype=pl.String, default=None).alias("zone"),
    )
    stored = sorted({part_period(part).start.year for part in whole.lake.parts(READINGS)})
    known = {year for year in stored if _has(whole.lake, meters, year)}
    # A year that is known has neighbours that may be known by its first or last hours alone.
    for year in stored:
        if not {year - 1, year, year + 1} <= known:
            known |= _by_edges(whole.lake, meters, year)
    return tuple(sorted(known, reverse=True))


def _rows(lake: Lake, meters: pl.DataFrame, begin: datetime, end: datetime) -> pl.LazyFrame | None:
    """Readings of some meters between two moments, UTC."""
    parts = parts_of(Period(begin, end), lake.parts(READINGS))
    scan = lake.scan(READINGS, parts=parts) if parts else None
    if scan is None:
        return None
    inside = (pl.col("start") >= begin) & (pl.col("start") < end)
    return scan.select("meter", "start").filter(inside & pl.col("meter").is_in(meters["meter"].implode()))


def _has(lake: Lake, meters: pl.DataFrame, year: int) -> bool:
    """Whether there is a reading that lies in a year by every clock."""
    rows = _rows(lake, meters, datetime(year, 1, 1) + _APART, datetime(year + 1, 1, 1) - _APART)
    return rows is not None and rows.head(1).collect().height > 0


def _by_edges(lake: Lake, meters: pl.DataFrame, year: int) -> set[int]:
    """Local years of the readings around the turns of a year."""
    found: set[int] = set()
    for turn in (datetime(year, 1, 1), datetime(year + 1, 1, 1)):
        rows = _rows(lake, meters, turn - _APART, turn + _APART)
        if rows is None:
            continue
        held = rows.join(meters.lazy(), on="meter").select("zone", "start").unique().collect()
        for (zone,), mine in held.group_by("zone"):
            clock = mine["start"].dt.replace_time_zone("UTC").dt.convert_time_zone(str(zone))
            found |= set(clock.dt.year().unique().to_list())
    return found
