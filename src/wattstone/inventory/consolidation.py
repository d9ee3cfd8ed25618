"""From members to an inventory: sites, the organisation, scope 3 of its categories, and the totals of all scopes.

Each level is the sum of the one below, and names it as its input. What cannot be computed is listed with the reason.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl

from wattstone.base import local_year
from wattstone.inventory.figures import ANNUAL, HOURLY, LOCATION
from wattstone.inventory.frames import FIGURE, null, texts, with_ids
from wattstone.inventory.plan import Plan
from wattstone.inventory.sums import ORGANISATION, lesser_note, lesser_of, notes_of, roots, summed, told_reasons
from wattstone.inventory.uncertainty.intervals import named_intervals
from wattstone.inventory.uncertainty.sure import with_intervals
from wattstone.portfolio.control import is_split

MARKET, SCOPE3 = "scope2.market", "scope3"
NOT_YET = "not computed yet"
_CATEGORY = r"^scope3\.\d+$"
_TOTALS = {"total.location": ("scope1", LOCATION, SCOPE3), "total.market": ("scope1", MARKET, SCOPE3)}


def consolidated(
    plan: Plan, members: pl.DataFrame, lines: pl.DataFrame | None = None, *, promised: Sequence[int] = ()
) -> pl.DataFrame:
    """All figures of a year.

    Parameters
    ----------
    plan : Plan
        Sites and year.
    members : polars.DataFrame
        Schema `FIGURE` and the columns of `sums.MEMBER`: of meters, of activity records, of contracts.
    lines : polars.DataFrame or None
        Schema `lines.LINES`, with `basis` where scope 2 is there on both: with them totals have intervals in which a
        factor is one error, wherever it is used, and say how much of them is of unknown uncertainty.

    promised : sequence of int
        Categories of scope 3 that are decided as computed: where there are none, the reason names them.

    Returns
    -------
    polars.DataFrame
        Schema `FIGURE`: the members, the sums of sites and of the organisation, `scope3` where there are categories of
        it, and with that of the organisation `total.location` and `total.market` of it and of every site.
    """
    counted = members.filter("counted")
    intervals = _intervals(lines)
    part = plan.organisation.approach == "equity share"  # a site's own figures are of the whole site

    def sure(figures: pl.DataFrame, *, scaled: bool = False) -> pl.DataFrame:
        return figures if intervals is None else with_intervals(figures, intervals, str(plan.year), scaled=scaled)

    sites = sure(summed(counted, "site_id", kinds=True), scaled=part)
    organisation = sure(summed(sites, None, kinds=False, note=_consolidated(plan)))
    sums = pl.concat([frame.select(list(FIGURE)) for frame in (organisation, sites)])
    scope3 = sure(_added(sums.filter(pl.col("name").str.contains(_CATEGORY)), SCOPE3))
    parts = pl.concat([sums, scope3])
    # Where the organisation has scope 3, a site without lines of it has its scopes 1 and 2 as its total.
    whole = scope3.filter(pl.col("subject") == ORGANISATION).select("period")
    totals = [
        sure(_added(parts.filter(pl.col("name").is_in(of)).join(whole, on="period", how="semi"), name))
        for name, of in _TOTALS.items()
    ]
    there = set(parts.filter((pl.col("period") == str(plan.year)) & (pl.col("subject") == ORGANISATION))["name"])
    rest = _not_there(plan, there, promised)
    return pl.concat([one.select(list(FIGURE)) for one in (sums, scope3, *totals, rest, members)])


def _intervals(lines: pl.DataFrame | None) -> pl.DataFrame | None:
    """Intervals of the totals by name; None without lines."""
    return None if lines is None or lines.is_empty() else named_intervals(lines)


def _added(parts: pl.DataFrame, name: str) -> pl.DataFrame:
    """The sum of different figures of a subject and period; without a value where one of them has none."""
    missing = pl.col("value").is_null()
    because = pl.format(
        "{} of {} parts cannot be computed ({}): {}", "missing", "parts", "lacking", told_reasons("reasons")
    )
    spread = pl.col("upper") - pl.col("value")
    sums = parts.group_by("subject", "period", maintain_order=True).agg(
        pl.col("start").min(),
        pl.col("end").max(),
        pl.when(~missing.any()).then(pl.col("value").sum()).alias("value"),
        missing.sum().alias("missing"),
        pl.len().alias("parts"),
        pl.col("name").filter(missing).str.join(", ").alias("lacking"),
        roots(pl.col("reason").filter(missing)).alias("reasons"),
        ((pl.col("estimated") * pl.col("value")).sum() / pl.col("value").sum()).alias("estimated"),
        (spread**2).sum().sqrt().alias("half"),
        spread.is_null().sum().alias("open"),
        pl.col("coverage").mean(),
        notes_of(pl.col("notes")),
        lesser_of(pl.col("value")).sum().alias("lesser"),
        pl.format("figure:{}", "id").alias("inputs"),
    )
    half = pl.when((pl.col("half") > 0) & (pl.col("open") == 0)).then("half")
    return with_ids(
        sums.with_columns(
            pl.lit(name).alias("name"),
            pl.lit("kg CO2e").alias("unit"),
            pl.when(pl.col("missing") > 0).then(because).alias("reason"),
            (pl.col("value") - half).alias("lower"),
            (pl.col("value") + half).alias("upper"),
            null().alias("basis"),
            pl.lit("sum/1").alias("method"),
            pl.when(pl.col("estimated").is_finite()).then("estimated").otherwise(0.0).fill_null(0.0).alias("estimated"),
            pl.concat_list(pl.coalesce("notes", texts()), lesser_note(pl.col("lesser"))).alias("notes"),
        )
    ).select(list(FIGURE))


def _consolidated(plan: Plan) -> str | None:
    """What the organisation's sums say of shares, where it does not have the whole of every site throughout."""
    if not any(map(is_split, plan.sites)):
        return None
    counted = "its share of each site" if plan.organisation.approach == "equity share" else "all of the sites it held"
    return f"consolidated by {plan.organisation.approach}: {counted}, from day to day"


def _no_scope3(promised: Sequence[int]) -> str:
    """Why there is no scope 3: nobody decided anything, or what was decided has no records."""
    if not promised:
        return NOT_YET
    if len(promised) == 1:
        return f"category {promised[0]} is decided as computed, but the year has no activity records of it"
    named = ", ".join(map(str, sorted(promised)))
    return f"categories {named} are decided as computed, but the year has no activity records of them"


def _not_there(plan: Plan, there: set[str], promised: Sequence[int]) -> pl.DataFrame:
    """What an inventory has and this one cannot show: no meters of the kind, or not computed so far."""
    span = local_year(plan.year, plan.organisation.zone)
    lacking = {
        "scope1": "the workspace has no meters of fuel that stand in the totals",
        **dict.fromkeys(
            (LOCATION, HOURLY, ANNUAL, MARKET),
            "the workspace has no meters of electricity, heat or cooling that stand in the totals",
        ),
    }
    reasons = {name: reason for name, reason in {**lacking, SCOPE3: _no_scope3(promised)}.items() if name not in there}
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "subject": ORGANISATION,
            "period": str(plan.year),
            "start": span.start,
            "end": span.end,
            "unit": "kg CO2e",
            "reason": reason,
            "method": f"{name}/0",
            "estimated": 0.0,
            "notes": [],
            "inputs": [],
        }
        for name, reason in reasons.items()
    ]
    return with_ids(pl.DataFrame(rows, schema={name: dtype for name, dtype in FIGURE.items() if name != "id"}))
