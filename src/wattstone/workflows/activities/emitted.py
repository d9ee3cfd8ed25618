"""What became of single lines: what each emits by the factors at hand, and the recorded figures that hold it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.inventory.activities import activity_members
from wattstone.inventory.activity_asks import Answer, asks_of
from wattstone.inventory.activity_groups import activity_groups
from wattstone.portfolio import Organisation, Site
from wattstone.rates import load_factors
from wattstone.rates.activity_lookup import activity_factors
from wattstone.workflows.inventory.record import FIGURES, last_run
from wattstone.workflows.workspace import Workspace

__all__ = ["BECAME", "Emitted", "Held", "emitted_by", "figures_of", "subject_of"]

BECAME: Final[dict[str, pl.DataType]] = {
    "line_id": pl.String(),
    "scope": pl.Int8(),  # 1, 2, 3; 0 stands apart
    "category": pl.Int8(),  # of scope 3
    "amount": pl.Float64(),  # the organisation's share of the days in the year; null where emissions are stated
    "unit": pl.String(),
    "factor": pl.Float64(),  # kg CO2e a unit; null where emissions are stated
    "factor_id": pl.String(),  # null where emissions are stated
    "value": pl.Float64(),  # kg CO2e, the organisation's share; null where it cannot be computed
    "biogenic": pl.Float64(),  # kg CO2, apart
}


@dataclass(frozen=True, kw_only=True)
class Emitted:
    """What lines emit in a year.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `BECAME`; more than one row where a line is split between places of the boundary. Lines of days on which
        their site is outside the boundary have none.
    refused : tuple of Finding
        Why some cannot be computed, or are left out.
    factors : mapping
        By `factor:ID`.
    """

    lines: pl.DataFrame
    refused: tuple[Finding, ...] = ()
    factors: Mapping[str, Answer] = field(default_factory=dict[str, Answer])


@dataclass(frozen=True)
class _Bounds:
    organisation: Organisation
    year: int
    sites: tuple[Site, ...]


def emitted_by(workspace: Workspace, lines: pl.DataFrame, year: int) -> Emitted:
    """What each of some lines emits in a year, by the factors, sites and exceptions of now; nothing is written.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    lines : polars.DataFrame
        Schema `ACTIVITY`; a page of them, not a whole year.
    year : int
        Calendar year.

    Returns
    -------
    Emitted
    """
    records = workspace.records
    bounds = _Bounds(records.organisation(), year, tuple(records.sites()))
    try:
        table = load_factors(workspace.factor_files)
    except InputRefused as refused:
        return Emitted(lines=pl.DataFrame(schema=BECAME), refused=tuple(refused.findings))
    accepted = {one.factor_id: one.reason for one in records.exceptions()}
    # Groups are kept apart by their method, which asks for no factor: with ids in its place there is one a line.
    apart = lines.with_columns(pl.col("line_id").alias("method"))
    groups = activity_groups(bounds, apart)
    _, asks = asks_of(bounds, groups, frozenset(accepted))
    made = activity_members(bounds, groups, activity_factors(table, asks.values()), {}, accepted=accepted)
    rows = made.lines.rename({"method": "line_id"}).select(pl.col(name).cast(kind) for name, kind in BECAME.items())
    return Emitted(lines=rows, refused=made.refused, factors=made.factors)


@dataclass(frozen=True, kw_only=True)
class Held:
    """Figures of a recorded inventory that hold lines.

    Parameters
    ----------
    figures : polars.DataFrame
        Columns subject, name, id, value, unit.
    taken : datetime or None
        When the newest run of the year was made, UTC; None where there is none.
    """

    figures: pl.DataFrame
    taken: datetime | None


def subject_of(site: str, kind: str, item: str) -> str:
    """What the figures of an activity are about.

    Examples
    --------
    >>> subject_of("HQ", "fuel", "diesel"), subject_of("HQ", "biogenic", "")
    ('activity:HQ/fuel/diesel', 'activity:HQ/biogenic')
    """
    return f"activity:{site}/{kind}/{item}" if item else f"activity:{site}/{kind}"


def figures_of(workspace: Workspace, pairs: pl.DataFrame, year: int) -> Held:
    """The recorded figures of activities in a year.

    Parameters
    ----------
    workspace : Workspace
        Whose; figures of sites that whoever asks does not see are left out.
    pairs : polars.DataFrame
        Columns site_id, kind, item: of which activities.
    year : int
        Calendar year.

    Returns
    -------
    Held
    """
    names = ("subject", "name", "period")
    schema = {"subject": pl.String, "name": pl.String, "id": pl.String, "value": pl.Float64, "unit": pl.String}
    held = workspace.lake.scan(FIGURES, parts=[year])
    run = last_run(workspace.lake, year) if held is not None else None
    if held is None or run is None:
        return Held(figures=pl.DataFrame(schema=schema), taken=None)
    item = pl.when(pl.col("item") != "").then(pl.format("/{}", "item")).otherwise(pl.lit(""))
    wanted = pairs.select(pl.format("activity:{}/{}{}", "site_id", "kind", item).alias("subject")).unique()
    mine = held.filter(
        pl.col("subject").str.starts_with("activity:")
        & (pl.col("period") == str(year))
        & ~pl.col("name").str.ends_with(".annual")  # what scope 2 was before hours; the reported one rests on it
    )
    rows = mine.join(wanted.lazy(), on="subject", how="semi").select(*names, "id", "value", "unit", "method", "run")
    newest = rows.collect().sort("run", maintain_order=True).unique(names, keep="last", maintain_order=True)
    figures = newest.filter(pl.col("method") != "withdrawn").select(list(schema)).sort("subject", "name")
    return Held(figures=figures, taken=_moment(run))


def _moment(run: Mapping[str, Any]) -> datetime | None:
    when = run.get("when")
    return datetime.fromisoformat(str(when)).replace(tzinfo=None) if when else None
