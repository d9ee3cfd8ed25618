"""An estate: one row a site, with what is known of it, of its year and of what is wasted there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from wattstone.portfolio import Site
from wattstone.workflows.access import Act, require
from wattstone.workflows.detect.table import TABLE as FINDINGS
from wattstone.workflows.ingest.derived import LATEST
from wattstone.workflows.inventory.partitions import TOTALS
from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.overview.columns import comparable, figure_years, is_bought, joined, summed_up, yearly
from wattstone.workflows.overview.freshness import last_readings, quality_of, waste_of
from wattstone.workflows.overview.index import Index
from wattstone.workflows.overview.months import months_together
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.peers import FEW_PEERS, with_peers
from wattstone.workflows.overview.places import DECLARED, places_of
from wattstone.workflows.overview.sight import sites_seen
from wattstone.workflows.overview.totals import totals_of, totals_of_rows
from wattstone.workflows.workspace import Workspace

__all__ = ["FEW_PEERS", "SITES", "Estate", "Stamp", "cut", "estate_of", "stamp_of"]

SITES: dict[str, pl.DataType] = {
    "id": pl.String(),
    "name": pl.String(),
    "type": pl.String(),
    "country": pl.String(),
    "city": pl.String(),
    "address": pl.String(),
    "zone": pl.String(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "floor_area": pl.Float64(),  # m2
    "simulated": pl.Boolean(),
    "meters": pl.Int64(),
    "measures": pl.Int64(),
    # of the year of the estate; a column NAME of a figure has NAME.id, NAME.lower, NAME.upper beside it
    "energy": pl.Float64(),  # kWh, bought of all carriers but those of `volume.KIND` and `mass.KIND`
    "location": pl.Float64(),  # kg CO2e, scope 1 and scope 2 by location
    "market": pl.Float64(),  # kg CO2e, scope 1 and scope 2 by market; null while no contract says
    "location_before": pl.Float64(),  # a year before, where both years can be compared
    "energy_before": pl.Float64(),
    "intensity.location": pl.Float64(),  # kg CO2e m-2
    "co2_alone": pl.Boolean(),  # whether a factor of its bought energy counts CO2 alone, and no CH4 and N2O
    "coverage": pl.Float64(),  # least of the energy figures, 0 to 1
    "estimated": pl.Float64(),  # largest of the energy figures, 0 to 1
    # beside others
    "peer_group": pl.String(),
    "peer_by": pl.String(),  # what the group shares: `type, country, climate`, `type, country`, `type, climate`, `type`
    "peers": pl.Int64(),  # sites of the group with an intensity
    "peer_middle": pl.Float64(),  # their median, kWh m-2
    "peer_percentile": pl.Float64(),  # 0 (least) to 100; null with fewer than FEW_PEERS
    # how good and how fresh
    "quality": pl.Float64(),  # share of the year with readings that nothing is doubtful about, 0 to 1
    "last_reading": pl.Datetime("us"),  # naive UTC
    "silent": pl.Int64(),  # meters that stopped while others went on
    # what is wasted, of the newest run of the detection, without what was dismissed or done
    "findings": pl.Int64(),
    "findings_energy": pl.Float64(),  # kWh
    "findings_kg": pl.Float64(),  # kg CO2e a year
    "findings_kg_lower": pl.Float64(),
    "findings_kg_upper": pl.Float64(),
    "findings_money": pl.Float64(),  # a year
    "findings_money_lower": pl.Float64(),
    "findings_money_upper": pl.Float64(),
    "findings_currency": pl.String(),
}
"""Columns that are always there. Columns of figures follow, as far as the workspace has them: `scope1`,
`scope2.location`, `scope2.market`, `scope3`, `energy.KIND`, `volume.KIND`, `cost.KIND`, `intensity.energy`,
`degree_days.heating`, `degree_days.cooling`, each with `.id`, `.lower` and `.upper`."""


@dataclass(frozen=True, order=True)
class Stamp:
    """What an estate rests on: whatever of it changes makes another estate.

    Parameters
    ----------
    records : int
        Revision of what the records say of places, measures and findings.
    tables : tuple of (str, int)
        Versions of the lake's tables.
    """

    records: int
    tables: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        """For names of files and ETags."""
        return "-".join([str(self.records), *(str(version) for _, version in self.tables)])


@dataclass(frozen=True, eq=False, kw_only=True)
class Estate:
    """The sites that somebody may see.

    Parameters
    ----------
    year : int or None
        Of the figures: the newest year with an inventory; None where there is none.
    years : tuple of int
        Years with an inventory, the newest first.
    frame : polars.DataFrame
        A row a site, by id: columns `SITES`, then those of figures.
    totals : mapping of str to Number
        Of these sites: `energy`, `location`, `market`, `scope1`, `scope2.location`, `findings_kg`, `findings_money`...
    whole : bool
        Whether these are all sites of the organisation; else the totals are sums of the sites one may see.
    currency : str
        Of the organisation.
    newest : datetime or None
        The last reading of any meter, naive UTC, as text in ISO form.
    stamp : Stamp
        What it rests on.
    months : polars.DataFrame or None
        Emissions of the whole organisation by month, as `months.months_together` makes them; None for a part of it.
    """

    year: int | None
    years: tuple[int, ...]
    frame: pl.DataFrame
    totals: Mapping[str, Number]
    whole: bool
    currency: str
    newest: str | None
    stamp: Stamp
    months: pl.DataFrame | None = None

    @cached_property
    def index(self) -> Index:
        """What lists are cut by."""
        return Index(self.frame)

    @cached_property
    def known(self) -> Mapping[str, Number]:
        """Sums over the sites of which something is known, where a total of all of them may not be."""
        return totals_of(self.frame) if self.whole else self.totals

    def row(self, site_id: str) -> dict[str, object] | None:
        """The row of one site; None where one may not see it or there is none."""
        rows = self.frame.filter(pl.col("id") == site_id)
        return rows.row(0, named=True) if rows.height else None


_TABLES = (FIGURES, FINDINGS, LATEST, TOTALS)
_RECORDS = (*DECLARED, "measures", "board")
_PLACE = ("id", "name", "type", "country", "city", "address", "zone", "latitude", "longitude", "floor_area",
          "simulated")  # fmt: skip


def stamp_of(workspace: Workspace) -> Stamp:
    """What an estate would rest on now; cheap enough to be asked at every request."""
    tables = tuple((name, workspace.lake.version(name)) for name in _TABLES)
    return Stamp(workspace.records.revision(*_RECORDS), tables)


def estate_of(workspace: Workspace, *, year: int | None = None) -> Estate:
    """Make the estate of a workspace, as far as its actor may see it.

    Parameters
    ----------
    workspace : Workspace
        Guarded where somebody is restricted.
    year : int or None
        The newest with an inventory where None.

    Raises
    ------
    Forbidden
        If the actor may not read.
    """
    require(workspace.actor, Act.READ)
    stamp = stamp_of(workspace)
    years = figure_years(workspace.lake)
    wanted = year if year in years else next(iter(years), None) if year is None else None
    sites, every_meter = _declared(workspace)
    meters = every_meter.select("key", "id", "site_id", "interval_seconds")
    rows = yearly(workspace.lake, wanted) if wanted is not None else pl.DataFrame()
    frame = _beside(workspace, _places(workspace, sites), meters, wanted)
    if wanted is not None:
        frame = _of_year(frame, rows, wanted)
    frame = with_peers(frame)
    currency = workspace.records.organisation().currency
    last = frame["last_reading"].max()
    made = Estate(
        year=wanted,
        years=years,
        frame=_arranged(frame),
        totals={},
        whole=True,
        currency=currency,
        newest=None if last is None else str(last).replace(" ", "T"),
        stamp=stamp,
        months=months_together(workspace.lake, wanted, None) if wanted is not None else None,
    )
    made = replace(made, totals=totals_of_rows(made.frame, rows, wanted) if wanted else totals_of(made.frame))
    return cut(made, sites_seen(workspace))


def cut(estate: Estate, sites: frozenset[str] | None) -> Estate:
    """The part of an estate that somebody may see; its totals are sums over these sites.

    Parameters
    ----------
    estate : Estate
        Whole.
    sites : frozenset of str or None
        Whose; None for all.
    """
    if sites is None:
        return estate
    # What a site's peers use tells of places that one may not see: only their middle and number are kept.
    frame = estate.frame.filter(pl.col("id").is_in(sorted(sites)))
    last = frame["last_reading"].max()
    newest = None if last is None else str(last).replace(" ", "T")
    return replace(estate, frame=frame, totals=totals_of(frame), whole=False, newest=newest, months=None)


def _declared(workspace: Workspace) -> tuple[Sequence[Site], pl.DataFrame]:
    """Sites and meters that the actor sees; those of all are kept from one estate to the next."""
    if workspace.behind is not None:
        return workspace.records.sites(), workspace.records.meter_table()
    places = places_of(workspace)
    return tuple(places.sites.values()), places.meters


def _places(workspace: Workspace, sites: Sequence[Site]) -> pl.DataFrame:
    columns = {name: [getattr(site, name) for site in sites] for name in _PLACE}
    frame = pl.DataFrame(columns, schema={name: SITES[name] for name in _PLACE}).sort("id")
    names = [one.site_id for one in workspace.records.measures()]
    count = (
        pl.DataFrame({"id": names}, schema={"id": pl.String})
        .group_by("id")
        .agg(pl.len().cast(pl.Int64).alias("measures"))
    )
    return frame.join(count, on="id", how="left", maintain_order="left").with_columns(pl.col("measures").fill_null(0))


def _beside(workspace: Workspace, frame: pl.DataFrame, meters: pl.DataFrame, year: int | None) -> pl.DataFrame:
    """How many meters, how fresh and how good they are, what is wasted."""
    last = last_readings(workspace, meters).group_by("site_id").agg(
        pl.col("start").max().alias("last_reading"), pl.col("silent").sum().cast(pl.Int64)
    )  # fmt: skip
    parts = [meters.group_by("site_id").agg(pl.len().cast(pl.Int64).alias("meters")), last, waste_of(workspace)]
    if year is not None:
        parts.append(quality_of(workspace, meters, year))
    for part in parts:
        frame = frame.join(part, left_on="id", right_on="site_id", how="left", maintain_order="left")
    looked = dict(workspace.lake.newest(FINDINGS) or {})
    counts = ["meters", "silent", *(["findings"] if looked else [])]  # a count of nothing is 0 once it was looked for
    return frame.with_columns(pl.col(name).fill_null(0) for name in counts)


def _of_year(frame: pl.DataFrame, rows: pl.DataFrame, year: int) -> pl.DataFrame:
    sites = rows.filter(pl.col("site_id").is_not_null())
    now, before = (sites.filter(pl.col("period") == str(one)) for one in (year, year - 1))
    frame = joined(frame, now)
    bought = [name for name in sites["name"].unique() if is_bought(name)]
    alike = comparable(rows, year).with_columns(alike=pl.lit(value=True))
    before = before.join(alike, on=["name", "site_id"], how="left", maintain_order="left").with_columns(
        pl.when("alike").then("value").alias("value")
    )
    sums = {"energy": bought, "location": ["scope1", "scope2.location"]}
    for into, names in sums.items():
        frame = frame.join(
            summed_up(now, names, into), left_on="id", right_on="site_id", how="left", maintain_order="left"
        )
        earlier = summed_up(before, names, "was").select("site_id", "was", pl.col("was.of").alias("was.names"))
        frame = frame.join(earlier, left_on="id", right_on="site_id", how="left", maintain_order="left")
        same = pl.col("was.names") == pl.col(f"{into}.of")
        frame = frame.with_columns(pl.when(same).then("was").alias(f"{into}_before")).drop("was", "was.names")
    market = _market(now)
    frame = frame.join(market, left_on="id", right_on="site_id", how="left", maintain_order="left")
    frame = frame.join(_co2_alone(now), left_on="id", right_on="site_id", how="left", maintain_order="left")
    energy = now.filter(pl.col("name").is_in(bought))
    good = energy.group_by("site_id").agg(pl.col("coverage").min(), pl.col("estimated").max())
    frame = frame.join(good, left_on="id", right_on="site_id", how="left", maintain_order="left")
    area = pl.col("floor_area")
    per_area = [(pl.col(f"location{end}") / area).alias(f"intensity.location{end}") for end in ("", ".lower", ".upper")]
    return frame.with_columns(per_area)


def _co2_alone(now: pl.DataFrame) -> pl.DataFrame:
    """Whether scope 2 of a site, or a part of it, was counted by factors without CH4 and N2O: unit or method say so."""
    lesser = (pl.col("unit") == "kg CO2") | pl.col("method").str.contains("count CO2 alone", literal=True)
    mine = now.filter(pl.col("name").is_in(["scope2.location", "scope2.market"]) & pl.col("value").is_not_null())
    return mine.group_by("site_id").agg((lesser & (pl.col("value") != 0)).any().alias("co2_alone"))


def _market(now: pl.DataFrame) -> pl.DataFrame:
    """Scope 1 and scope 2 by market; where a site has scope 2 by location and none by market, it is not known."""
    both = summed_up(now, ["scope1", "scope2.market"], "market").drop("market.of", "market.ids")
    by_location = now.filter(pl.col("name") == "scope2.location")["site_id"]
    by_market = now.filter(pl.col("name") == "scope2.market")["site_id"]
    unknown = pl.col("site_id").is_in(by_location.implode()) & ~pl.col("site_id").is_in(by_market.implode())
    return both.filter(~unknown)


def _arranged(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that are always there, in their order, and those of figures after them."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in SITES.items() if name not in frame.columns]
    frame = frame.with_columns(missing).with_columns(pl.col(name).cast(kind) for name, kind in SITES.items())
    rest = [name for name in frame.columns if name not in SITES]
    return frame.select(*SITES, *rest)
