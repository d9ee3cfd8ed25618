"""A year's activities from the lake to members of the inventory, a few hundred sites at a time.

Each batch of sites is read once: its lines are hashed site by site, and added up by what they ask for. Factors are
looked up once for each distinct ask, whatever number of lines and sites ask it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from wattstone.base.threads import in_order
from wattstone.inventory.activities import ActivityMembers, activity_members
from wattstone.inventory.activity_asks import asks_of
from wattstone.inventory.activity_groups import GROUPS, Bounds, activity_groups, added_up
from wattstone.portfolio import Organisation, Site
from wattstone.rates import EmissionFactor, FactorTable
from wattstone.rates.activity_lookup import activity_factors
from wattstone.readings.activities.schema import ACTIVITY
from wattstone.workflows.activities.proved import as_entered
from wattstone.workflows.activities.slices import ActivitySlice, slice_content, slices_of_lines
from wattstone.workflows.activities.table import ACTIVITIES
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = ["MONTHLY", "ComputedActivities", "batches_of", "compute_activities"]

BATCH: Final = 120_000
"""Lines that are in memory at a time, about."""
MONTHLY: Final = 250_000
"""Where a year has more lines than this, its months are not figures of their own."""


@dataclass(frozen=True, kw_only=True)
class ComputedActivities:
    """What a year's activities emitted, and what that rests on.

    Parameters
    ----------
    computed : ActivityMembers
        Members, lines, gases, and what has no factor.
    evidence : dict of str to dict
        Content of every slice and factor that the members name, by id.
    version : int
        Of the table of activities that was read; -1 where there is none.
    rows : int
        Lines of the year.
    groups : polars.DataFrame
        Schema `activity_groups.GROUPS`: the lines added up by what they ask for.
    """

    computed: ActivityMembers
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    version: int = -1
    rows: int = 0
    groups: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=GROUPS))


@dataclass(frozen=True)
class _Bounds:
    organisation: Organisation
    year: int
    sites: tuple[Site, ...]


def compute_activities(
    workspace: Workspace,
    year: int,
    table: FactorTable,
    exceptions: Mapping[str, str],
    version: int | None = None,
    *,
    bounds: Bounds | None = None,
) -> ComputedActivities:
    """Compute what the activities of a year emitted; nothing is written.

    Parameters
    ----------
    workspace : Workspace
        Whole: the lines of all sites are read.
    year : int
        Calendar year.
    table : FactorTable
        Factors, own ones among them.
    exceptions : mapping of str to str
        What was accepted by name, and why.
    version : int or None
        Of the table of activities; the newest where None.
    bounds : Bounds or None
        Organisation, year and sites, as a `Plan` has them; read from the records where None.

    Returns
    -------
    ComputedActivities
    """
    records, lake = workspace.records, workspace.lake
    at = lake.version(ACTIVITIES) if version is None else version
    held = bounds or _Bounds(records.organisation(), year, records.sites())
    slices, asked = _read(lake, held, at)
    _, asks = asks_of(held, asked, frozenset(exceptions))
    answers = activity_factors(table, asks.values())
    content = slice_content(slices, year, at)
    by_site = {str(one["site"]): key for key, one in content.items()}
    computed = activity_members(held, asked, answers, by_site, accepted=exceptions)
    return ComputedActivities(
        computed=computed,
        evidence={**content, **_factors(computed)},
        version=at,
        rows=sum(one.rows for one in slices),
        groups=asked,
    )


def _read(lake: Lake, bounds: Bounds, version: int) -> tuple[list[ActivitySlice], pl.DataFrame]:
    """Hash and add up the lines of a year, one batch while the next is read."""
    counts = _counts(lake, bounds.year, version)
    months = sum(count for _, count in counts) <= MONTHLY

    def one(lines: pl.DataFrame) -> tuple[list[ActivitySlice], pl.DataFrame]:
        return slices_of_lines(lines), activity_groups(bounds, lines, months=months)

    slices: list[ActivitySlice] = []
    groups: list[pl.DataFrame] = []
    with in_order(one, batches_of(lake, bounds.year, version, counts)) as done:
        for hashed, added in done:
            slices += hashed
            groups.append(added)
    return slices, added_up(groups)


def _factors(computed: ActivityMembers) -> dict[str, dict[str, Any]]:
    from wattstone.workflows.inventory.compute import factor_evidence

    return {key: factor_evidence(one) for key, one in computed.factors.items() if isinstance(one, EmissionFactor)}


def _parts(year: int) -> list[int]:
    return [year - 1, year]


def _of_year(year: int) -> pl.Expr:
    return (pl.col("start").dt.year() <= year) & (pl.col("end").dt.year() >= year)


def _counts(lake: Lake, year: int, version: int) -> list[tuple[str, int]]:
    """The sites that have lines of a year, replaced ones too, by id, and how many."""
    scan = lake.scan(ACTIVITIES, parts=_parts(year), version=version) if version >= 0 else None
    if scan is None:
        return []
    found = scan.filter(_of_year(year)).group_by("site_id").agg(pl.len()).collect(engine="streaming")
    return [(site, count) for site, count in found.sort("site_id").iter_rows()]


def batches_of(
    lake: Lake, year: int, version: int, counts: Sequence[tuple[str, int]] | None = None
) -> Iterator[pl.DataFrame]:
    """The lines in force of a year, some sites at a time, all lines of a site together.

    A line to which documents alone were attached since is given as it was entered: no figure changes by them.

    Parameters
    ----------
    lake : Lake
        Whole.
    year : int
        Lines of which at least a day lies in it.
    version : int
        Of the table.
    counts : sequence of (str, int) or None
        Sites by id and their lines, where they are known.

    Yields
    ------
    polars.DataFrame
        Schema `ACTIVITY`, by site and line id.
    """
    scan = lake.scan(ACTIVITIES, parts=_parts(year), version=version) if version >= 0 else None
    if scan is None:
        return
    gone = scan.filter(pl.col("replaces").is_not_null()).select(pl.col("replaces").alias("line_id")).collect()
    wanted = scan.filter(_of_year(year))
    for first, last in _ranges(_counts(lake, year, version) if counts is None else counts):
        rows = wanted.filter(pl.col("site_id").is_between(pl.lit(first), pl.lit(last))).select(list(ACTIVITY)).collect()
        if gone.height:
            rows = as_entered(rows.filter(~pl.col("withdrawn")).join(gone, on="line_id", how="anti"), rows)
        if rows.height:
            yield rows.sort("site_id", "line_id")


def _ranges(counts: Sequence[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """First and last site of each batch."""
    begin, held = 0, 0
    for at, (_, count) in enumerate(counts):
        held += count
        if held >= BATCH or at == len(counts) - 1:
            yield counts[begin][0], counts[at][0]
            begin, held = at + 1, 0
