"""The complete inventory of a year: taken, recorded, and put together as a statement."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.inventory.checks import Checked
from wattstone.inventory.covered import ANNUAL, HOURLY
from wattstone.inventory.document import FACTORS, SITES
from wattstone.inventory.emission_intensity import METHOD as INTENSITIES
from wattstone.inventory.scope3 import decisions, in_force
from wattstone.inventory.statement import APART, CHANGE, TOTALS, GhgStatement, Tested
from wattstone.inventory.statement_lines import statement_gases, statement_lines
from wattstone.inventory.sums import ORGANISATION
from wattstone.inventory.uncertainty.dominance import dominant
from wattstone.inventory.uncertainty.intervals import named_intervals
from wattstone.rates import EmissionFactor
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.change import year_change
from wattstone.workflows.inventory.compute import Computed
from wattstone.workflows.inventory.run import Inventory, take_inventory
from wattstone.workflows.release import check_computed
from wattstone.workflows.restatement import recalculated_series, restatements
from wattstone.workflows.workspace import Workspace

_TOTAL = r"^(scope1|scope2\.(location|market)|scope3(\.\d+)?|total\.(location|market))$"
_BESIDE = ("biogenic", "avoided", "scope2.unknown", "outside_kyoto")


def take_complete(
    workspace: Workspace,
    year: int,
    *,
    write: bool = True,
    who: str = "user",
    inflation: Mapping[str, float] | None = None,
) -> GhgStatement:
    """Take the inventory of a year and put its statement together.

    Parameters
    ----------
    workspace : Workspace
        Readings, activity records, contracts, decisions.
    year : int
        Calendar year on the clocks of the sites.
    write : bool
        Whether the figures are recorded.
    who : str
        Whose claims of certificates the year's are.
    inflation : mapping or None
        By how much prices rose since the year before, as for `workflows.change.year_change`: the effect of prices on
        what is counted by spend. [%]

    Returns
    -------
    GhgStatement

    Raises
    ------
    InputRefused
        As `take_inventory`.
    """
    workspace = acting(workspace, Act.RUN, EVERYWHERE)
    return statement_of(workspace, take_inventory(workspace, year, write=write, who=who), inflation=inflation)


def statement_of(
    workspace: Workspace, inventory: Inventory, *, inflation: Mapping[str, float] | None = None
) -> GhgStatement:
    """Gather what the statement of a year shows; nothing is computed again but what only it shows.

    Parameters
    ----------
    workspace : Workspace
        With decisions, restatements and releases.
    inventory : Inventory
        Of the year, with the year before that it was compared with.
    inflation : mapping or None
        As for `take_complete`. [%]

    Returns
    -------
    GhgStatement
    """
    computed, year = inventory.computed, inventory.year
    plan, lines = computed.plan, computed.joined.lines
    organisation = plan.organisation
    figures = inventory.figures
    said = in_force(workspace.records.scope3_decisions(), year)
    market = computed.joined.market
    change, untold = _change(workspace, computed, figures, inflation)
    return GhgStatement(
        organisation=organisation.name,
        year=year,
        zone=organisation.zone if organisation.zone != "UTC" or not plan.zones else plan.zones[0],
        gwp_set=organisation.gwp_set,
        approach=organisation.approach,
        currency=organisation.currency,
        base_year=organisation.base_year,
        simulated=any(one.meter.simulated for one in plan.streams) or any(site.simulated for site in plan.sites),
        generated=datetime.now(UTC),
        totals=_totals(figures, computed.joined.bases, year),
        lines=statement_lines(lines, market.members, figures, year),
        gases=statement_gases(lines, computed.joined.activities.computed.masses, organisation.gwp_set),
        apart=_apart(figures, year),
        decisions=decisions(lines, said),
        instruments=market.instruments,
        series=recalculated_series(workspace),
        restatements=_restated(workspace),
        change=change,
        dominant=_dominant(computed),
        before=_totals(figures, computed.joined.bases.clear(), year - 1),
        intensities=_intensities(figures, year),
        sites=_sites(computed),
        factors=_factors(computed),
        checked=_checked(workspace, computed),
        findings=(*computed.joined.activities.computed.refused, *untold),
        hourly_match=_matched(figures, HOURLY, year),
        annual_match=_matched(figures, ANNUAL, year),
    )


def _totals(figures: pl.DataFrame, lines: pl.DataFrame, year: int) -> pl.DataFrame:
    """Totals of the organisation and its sites, with the quality of what they rest on."""
    subject = pl.col("subject")
    held = figures.filter(
        (pl.col("period") == str(year))
        & pl.col("name").str.contains(_TOTAL)
        & ((subject == ORGANISATION) | subject.str.starts_with("site:"))
    )
    rated = named_intervals(lines).select("name", "subject", "quality")
    return held.join(rated, on=["name", "subject"], how="left", maintain_order="left").select(
        pl.col(name).cast(dtype) for name, dtype in TOTALS.items()
    )


def _apart(figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """What stands beside the totals."""
    held = figures.filter(
        (pl.col("period") == str(year)) & (pl.col("subject") == ORGANISATION) & pl.col("name").is_in(_BESIDE)
    )
    rows = held.with_columns(pl.col("name").alias("what"), pl.col("notes").list.join("; ").alias("note"))
    return rows.select(pl.col(name).cast(dtype) for name, dtype in APART.items())


def _change(
    workspace: Workspace, computed: Computed, figures: pl.DataFrame, inflation: Mapping[str, float] | None
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """The change against the year before; where it cannot be told, why."""
    year = computed.plan.year
    both = None if computed.before is None else (computed.before, computed)
    if figures.filter(pl.col("period") == str(year - 1)).is_empty():
        return pl.DataFrame(schema=CHANGE), ()
    try:
        return year_change(workspace, year, inflation=inflation, computed=both).effects().select(list(CHANGE)), ()
    except InputRefused as refused:
        return pl.DataFrame(schema=CHANGE), tuple(refused.findings)


def _restated(workspace: Workspace) -> pl.DataFrame:
    from wattstone.inventory.ledger import restatements_frame

    return restatements_frame(restatements(workspace))


def _checked(workspace: Workspace, computed: Computed) -> tuple[Tested, ...]:
    return tuple(map(_tested, check_computed(workspace, computed)))


def _tested(one: Checked) -> Tested:
    if one.waived is None:
        return Tested(state=one.severity, finding=one.finding)
    passed = one.waived
    return Tested(state="let pass", finding=one.finding, who=passed.waived_by, reason=passed.reason, at=passed.at)


def _matched(figures: pl.DataFrame, name: str, year: int) -> float | None:
    """A recorded share of the electricity that contracts cover, 0 to 1; None where it is no figure of the year."""
    mine = (pl.col("name") == name) & (pl.col("subject") == ORGANISATION) & (pl.col("period") == str(year))
    held = figures.filter(mine)["value"]
    return held[0] / 100 if len(held) and held[0] is not None else None


def _intensities(figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """Emissions over floor area and over what was stated, as they are recorded."""
    held = figures.filter((pl.col("period") == str(year)) & (pl.col("method") == INTENSITIES))
    rows = held.with_columns(pl.lit(None, pl.Float64).alias("quality"))
    return rows.select(pl.col(name).cast(dtype) for name, dtype in TOTALS.items())


def _sites(computed: Computed) -> pl.DataFrame:
    rows = [
        (site.id, site.name, site.type, site.floor_area, site.country, site.zone, site.grid_region)
        for site in computed.plan.sites
    ]
    return pl.DataFrame(rows, schema=SITES, orient="row")


def _dominant(computed: Computed) -> pl.DataFrame:
    """What the uncertainty comes from; a factor by the name of its rows."""
    found = dominant(computed.joined.lines.filter(pl.col("scope") > 0)).frame
    names = {one.source_key: one.parts[0].name for one in _used(computed).values() if one.source_key and one.parts}
    source = pl.col("source")
    return found.with_columns(
        pl.when(pl.col("what") == "factor").then(source.replace(names)).otherwise(source).alias("source")
    )


def _used(computed: Computed) -> dict[str, EmissionFactor]:
    """Every factor that the year rests on, by id."""
    joined = computed.joined
    return {
        one.id: one
        for one in (
            *computed.attribution.used(),
            *joined.activities.computed.factors.values(),
            *joined.market.factors.values(),
        )
        if isinstance(one, EmissionFactor)
    }


def _factors(computed: Computed) -> pl.DataFrame:
    """The rows of all factors that the year rests on, once each."""
    used = _used(computed)
    rows: list[tuple[Any, ...]] = []
    for key in sorted(used):
        one = used[key]
        for row in (*one.parts, *one.conversions):
            said = "; ".join(one.notes) if row in one.parts else row.remark
            year = int(row.source_year) if str(row.source_year).isdigit() else None
            rows.append(
                (
                    row.id, row.name, row.value, row.unit, row.gas, row.gwp_set, row.source, year, row.licence,
                    row.confidence, said,
                )
            )  # fmt: skip
    return pl.DataFrame(rows, schema=FACTORS, orient="row").unique("id", keep="first", maintain_order=True)
