"""What was measured of the things that a plan plans: by meters called as they are, else as the site file says.

A plan speaks of `load`, `grid` and devices. The site file says which meters measure the load, and which measure PV:

    load = load meters - meters under minus
    pv   = -(its meters)                                      a plan counts generation as negative
    grid = load meters - meters of export under minus - meters of all PV

for what stands under minus besides export (a battery, a charger) is used behind the connection too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from wattstone.base import InputRefused, Period
from wattstone.readings.partitions import parts_of
from wattstone.workflows.ingest.derived import READINGS
from wattstone.workflows.overview.places import Places, places_of, stored_unit
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.dispatch.site_file import SiteFile

__all__ = ["Terms", "measured", "terms_of"]

Terms = Mapping[str, Mapping[str, float]]
"""By series of a plan: how often each meter counts."""

_FORMS = ("{1}", "{0}.{1}", "{0}-{1}", "{0}.{1}.read_back")


@dataclass(frozen=True)
class _Group:
    """Meters that add up to a load, and what is taken off."""

    load: Sequence[str]
    minus: Sequence[str]


def terms_of(workspace: Workspace, site_id: str, planned: pl.DataFrame) -> Terms:
    """Which meters measure what a plan plans.

    A meter stands for a device where its id is the device's, with or without the site before it: `SITE.DEVICE`,
    `SITE-DEVICE`; what was read back from a device (`SITE.DEVICE.read_back`) stands for it too. The rest is as the
    site file says. Series with a meter of a dwelling or a driver are left out.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    site_id : str
        Of the plan.
    planned : polars.DataFrame
        With columns series and kind.
    """
    places = places_of(workspace)
    mine = places.meters.filter(pl.col("site_id") == site_id)
    energy = {name: one for name in mine["id"] if (one := places.meter(name)) is not None and stored_unit(one) == "kWh"}
    kinds = dict(planned.select("series", "kind").unique().iter_rows())
    terms: dict[str, dict[str, float]] = {}
    for series, kind in kinds.items():
        for form in _FORMS:
            name = form.format(site_id, series)
            if name in places.rows and name in mine["id"]:
                turned = kind == "pv" and not form.endswith("read_back")
                terms.setdefault(series, {})[name] = -1.0 if turned else 1.0
                break
    for series, of in _declared(workspace, site_id, places).items():
        if series in kinds and of and all(name in energy for name in of):
            terms.setdefault(series, of)
    personal = set(mine.filter("personal")["id"])
    return {series: of for series, of in terms.items() if not personal & set(of)}


def _declared(workspace: Workspace, site_id: str, places: Places) -> dict[str, dict[str, float]]:
    """What the site file says of the load, of PV and of the connection."""
    from wattstone.dispatch.site_file import read_site
    from wattstone.workflows.dispatch.site import site_path

    path = site_path(workspace, site_id)
    try:
        file = read_site(path) if path.is_file() else None
    except InputRefused:
        file = None
    if file is None:
        return {}
    groups, sun = _groups(file), file.table.meters.pv
    out = {name for one in groups for name in one.minus if _exports(places, name)}
    load = _summed((one.load, 1.0) for one in groups)
    own = _with(load, ((one.minus, -1.0) for one in groups))
    grid = _with(load, [(sorted(out), -1.0), *((names, -1.0) for names in sun.values())])
    return {
        "load": own,
        "grid": grid,
        **{device: _summed([(names, -1.0)]) for device, names in sun.items()},
    }


def _groups(file: "SiteFile") -> list[_Group]:
    wanted = file.table.meters
    return [_Group(wanted.load, wanted.minus), *(_Group(one.load, one.minus) for one in file.table.building)]


def _exports(places: Places, name: str) -> bool:
    meter = places.meter(name)
    return meter is not None and (meter.direction == "export" or meter.kind.endswith("_export"))


def _summed(parts: Iterable[tuple[Sequence[str], float]]) -> dict[str, float]:
    return _with({}, parts)


def _with(known: Mapping[str, float], parts: Iterable[tuple[Sequence[str], float]]) -> dict[str, float]:
    """Sums of meters; what cancels out is left out."""
    total = dict(known)
    for names, sign in parts:
        for name in names:
            total[name] = total.get(name, 0.0) + sign
    return {name: times for name, times in total.items() if times}


def measured(workspace: Workspace, terms: Terms, steps: pl.Series) -> pl.DataFrame:
    """Mean power of each series in each step of a plan in which all of its meters were read.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    terms : mapping
        As `terms_of` gives them.
    steps : polars.Series
        Starts of the steps, ascending, naive UTC.

    Returns
    -------
    polars.DataFrame
        Columns start, series, actual. [kW]
    """
    empty = pl.DataFrame(schema={"start": pl.Datetime("us"), "series": pl.String, "actual": pl.Float64})
    if len(steps) < 2 or not terms:
        return empty
    width = steps[1] - steps[0]
    span = Period(steps[0], steps[-1] + width)
    scan = workspace.lake.scan(READINGS, parts=parts_of(span, workspace.lake.parts(READINGS)))
    if scan is None:
        return empty
    places = places_of(workspace)
    rows = [(series, places.key(name), times, len(of)) for series, of in terms.items() for name, times in of.items()]
    wanted = pl.DataFrame(
        rows, schema={"series": pl.String, "meter": pl.Int32, "times": pl.Float64, "of": pl.UInt32}, orient="row"
    )
    names = {name for of in terms.values() for name in of}
    energy = [places.key(name) for name in names if (one := places.meter(name)) and stored_unit(one) == "kWh"]
    power = _power(scan, wanted["meter"].unique().to_list(), energy, steps[0], span, width)
    return (
        wanted.join(power, on="meter")
        .group_by("start", "series")
        .agg((pl.col("times") * pl.col("power")).sum().alias("actual"), pl.len().alias("count"), pl.col("of").first())
        .filter(pl.col("count") == pl.col("of"))
        .select("start", "series", "actual")
    )


def _power(
    scan: pl.LazyFrame, meters: list[int], energy: list[int], first: object, span: Period, width: timedelta
) -> pl.DataFrame:
    """Mean power of each meter in each step, over time: energy by its duration, or what a device read back."""
    inside = (pl.col("start") >= span.start) & (pl.col("start") < span.end)
    rows = scan.filter(pl.col("meter").is_in(meters) & inside).select("meter", "start", "seconds", "value").collect()
    hour = pl.when(pl.col("meter").is_in(energy)).then(pl.col("value") * 3600 / pl.col("seconds"))
    since = (pl.col("start") - pl.lit(first)).dt.total_microseconds()
    length = width // timedelta(microseconds=1)
    step = pl.lit(first) + pl.duration(microseconds=since // length * length)
    return (
        rows.with_columns(hour.otherwise("value").alias("power"), step.alias("start"))
        .filter(pl.col("power").is_not_null() & pl.col("power").is_not_nan())
        .group_by("start", "meter")
        .agg((pl.col("power") * pl.col("seconds")).sum() / pl.col("seconds").sum())
    )
