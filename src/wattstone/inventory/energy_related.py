"""Category 3 of scope 3 from energy that scopes 1 and 2 have already: upstream of fuels and of energy, losses of grids.

Every fuel that is burnt was produced and transported before, every kilowatt-hour was made of fuel that was, and a part
of it is lost on the way [1]_. The amounts are those of the meters and the bills; only the factors are others.

References
----------
.. [1] GHG Protocol, "Corporate Value Chain (Scope 3) Accounting and Reporting Standard," WRI and WBCSD, 2011,
   table 5.4, category 3, activities a to c.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from wattstone.base import Finding, NotComputable
from wattstone.inventory.activities import ActivityMembers
from wattstone.inventory.activity_asks import Answer
from wattstone.inventory.activity_groups import GROUPS, KEYS
from wattstone.inventory.attribution import Attribution
from wattstone.inventory.frames import FIGURE, Z90, texts, with_ids
from wattstone.inventory.lines import Z95
from wattstone.inventory.plan import Plan
from wattstone.inventory.sums import MEMBER
from wattstone.portfolio.kinds import kind_of
from wattstone.rates import EmissionFactor
from wattstone.rates.activity_lookup import ActivityAsk

__all__ = [
    "UPSTREAM",
    "answerable",
    "billed_energy",
    "energy_related",
    "metered_energy",
    "traced",
    "with_energy_related",
]

UPSTREAM: Final = ("fuel_upstream", "electricity_upstream", "electricity_losses")
"""Kinds of activities that this makes, and that one's own lines of take the place of."""

_FUELS: Final = ("fuel", "vehicle_fuel")
_MADE: Final = {
    "electricity": (
        ("electricity_upstream", "electricity"),
        ("electricity_upstream", "electricity_losses"),
        ("electricity_losses", "electricity"),
    ),
    "heat": (("electricity_upstream", "heat"), ("electricity_upstream", "heat_losses"), ("electricity_losses", "heat")),
}
_CARRIERS: Final = {"electricity": "electricity", "electricity_vehicle": "electricity", "heat": "heat", "steam": "heat"}
_SAID = "computed from the energy of scopes 1 and 2"
_BASES: Final = {"gross": "kWh_gross", "net": "kWh_net"}


def billed_energy(groups: pl.DataFrame) -> pl.DataFrame:
    """Energy of activity records, as groups that ask for the factors of category 3.

    Parameters
    ----------
    groups : polars.DataFrame
        Schema `activity_groups.GROUPS`, of all kinds.

    Returns
    -------
    polars.DataFrame
        The same schema. What is stated in kg CO2e has no amount, and energy of sites that are not one's own belongs to
        their category: neither is in it.
    """
    own = groups.filter(~pl.col("told") & (pl.col("category") == 0)).with_columns(
        pl.lit(None, pl.String).alias("factor"), pl.lit("average").alias("method")
    )
    fuels = own.filter(pl.col("kind").is_in(_FUELS)).with_columns(pl.lit("fuel_upstream").alias("kind"))
    carried = own.filter(pl.col("kind").is_in(list(_CARRIERS))).with_columns(
        pl.col("kind").replace_strict(_CARRIERS, return_dtype=pl.String)
    )
    return pl.concat([fuels, _asking(carried)]).select(list(GROUPS))


def metered_energy(plan: Plan, members: pl.DataFrame, attribution: Attribution) -> pl.DataFrame:
    """Energy of the meters that stand in the totals, as groups, with the figure that each rests on.

    Parameters
    ----------
    plan : Plan
        Meters and year.
    members : polars.DataFrame
        Of meters, from `figures.metered_members`.
    attribution : Attribution
        On which calorific value a meter of fuel counts.

    Returns
    -------
    polars.DataFrame
        Schema `GROUPS` and `source`, `figure:ID`.
    """
    meters = pl.DataFrame(
        [
            (f"meter:{one.meter.id}", *what)
            for one in plan.streams
            if one.counted.counted
            and (what := _asked(one.kind, one.role, one.unit, attribution.factors.get(one.meter.id)))
        ],
        schema=dict.fromkeys(("subject", "as", "what", "in"), pl.String()),
        orient="row",
    )
    used = members.filter(
        pl.col("counted")
        & pl.col("value").is_not_null()
        & pl.col("period").str.starts_with(str(plan.year))
        & pl.col("name").str.contains(r"^(energy|volume|mass)\.")
    )
    size = pl.col("value").abs()
    half = (pl.col("upper") - pl.col("value")) / Z90 * Z95
    month = pl.col("period").str.replace("-", "").cast(pl.Int32)
    rows = used.join(meters, on="subject", maintain_order="left").select(
        "site_id",
        pl.col("as").alias("kind"),
        pl.col("what").alias("item"),
        pl.lit("average").alias("method"),
        pl.lit(value=False).alias("told"),
        pl.col("in").alias("unit"),
        *(pl.lit(None, pl.String).alias(name) for name in ("region", "factor", "supplier")),
        pl.lit(0).alias("category"),
        pl.when(month > 9999).then(month).otherwise(0).alias("month"),
        "value",
        "owned",
        size.alias("size"),
        (pl.col("estimated") * size).alias("estimated"),
        *(pl.lit(0.0).alias(name) for name in ("document", "quality", "judged")),
        (half**2).fill_null(0.0).alias("error"),
        pl.when(half.is_null()).then(size).otherwise(0.0).alias("unsure"),
        pl.lit(1).alias("rows"),
        pl.format("figure:{}", "id").alias("source"),
    )
    fuels = rows.filter(pl.col("kind") == "fuel_upstream")
    both = pl.concat([fuels, _asking(rows.filter(pl.col("kind") != "fuel_upstream"))])
    return both.select(*(pl.col(name).cast(dtype) for name, dtype in GROUPS.items()), "source")


def _asked(kind: str, role: str | None, unit: str, factor: object) -> tuple[str, str, str] | None:
    """What a meter asks for: a kind of category 3 or a carrier, an item, a unit."""
    if role in ("grid", "network"):
        return (kind, "", unit) if kind in _MADE else None
    known = kind_of(kind)
    if role != "fuel" or known is None or known.fuel is None:
        return None
    if unit == "kWh":
        basis = factor.basis if isinstance(factor, EmissionFactor) else None
        return None if basis is None else ("fuel_upstream", known.fuel, _BASES[basis])
    return "fuel_upstream", known.fuel, unit


def _asking(carried: pl.DataFrame) -> pl.DataFrame:
    """Energy of a carrier once for each factor that it asks for."""
    pairs = [(carrier, kind, item) for carrier, made in _MADE.items() for kind, item in made]
    table = pl.DataFrame(pairs, schema=dict.fromkeys(("kind", "as", "what"), pl.String()), orient="row")
    return (
        carried.join(table, on="kind", maintain_order="left")
        .with_columns(pl.col("as").alias("kind"), pl.col("what").alias("item"))
        .select(carried.columns)
    )


def energy_related(groups: Iterable[pl.DataFrame], own: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Energy as what category 3 asks for, without the sites that have lines of their own of the same kind.

    Parameters
    ----------
    groups : iterable of polars.DataFrame
        From `billed_energy` and `metered_energy`.
    own : polars.DataFrame
        Schema `GROUPS`: the activity records of the year.

    Returns
    -------
    polars.DataFrame
        Schema `GROUPS`.
    tuple of Finding
        Warnings: where nothing is computed, because there are lines.
    """
    every = pl.concat([one.select(list(GROUPS)) for one in groups])
    mine = own.filter(pl.col("kind").is_in(UPSTREAM)).select("site_id", "kind").unique()
    left = every.join(mine, on=["site_id", "kind"], how="semi").select("site_id", "kind").unique()
    found = [
        Finding(
            code="scope3.own_upstream",
            place=kind,
            found="{count} {count:site has|sites have} lines of their own, and nothing is computed beside them",
            expected="one of the two",
            remedy="withdraw the lines where the energy of scopes 1 and 2 is to be used",
            count=count,
            severity="warning",
        )
        for kind, count in left.group_by("kind").len().sort("kind").iter_rows()
    ]
    rest = every.join(mine, on=["site_id", "kind"], how="anti", maintain_order="left")
    sums = [name for name in GROUPS if name not in KEYS]
    added = rest.group_by(KEYS, maintain_order=True).agg(pl.col(*sums).sum()).sort(KEYS, nulls_last=True)
    return added.select(pl.col(name).cast(dtype) for name, dtype in GROUPS.items()), tuple(found)


def answerable(
    held: pl.DataFrame, asks: Mapping[tuple[str | None, ...], ActivityAsk], answers: Mapping[ActivityAsk, Answer]
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Groups that have a factor; the others are told and left out, since their energy is in scopes 1 and 2 anyway.

    Parameters
    ----------
    held, asks
        From `activity_asks.asks_of`.
    answers : mapping of ActivityAsk
        To each of them.

    Returns
    -------
    polars.DataFrame
        Schema `GROUPS`.
    tuple of Finding
        Warnings: what has no factor, once a reason.
    """
    names = ("kind", "item", "unit", "region", "factor", "site_region", "country", "sector")
    bad = [(*key, str(answers[ask])) for key, ask in asks.items() if isinstance(answers[ask], NotComputable)]
    table = pl.DataFrame(bad, schema=dict.fromkeys((*names, "why"), pl.String()), orient="row")
    lacking = held.join(table, on=list(names), how="inner", nulls_equal=True, maintain_order="left")
    by = (
        lacking.filter(pl.col("month") == 0)
        .group_by("kind", "item", "why", maintain_order=True)
        .agg(pl.col("site_id").n_unique())
    )
    found = tuple(
        Finding(
            code="scope3.no_upstream",
            place=f"{kind}/{item}",
            found="nothing is computed of the energy of {count} {count:site|sites}: {why}",
            expected="a factor of what happens before the energy is used",
            remedy="put your own factor into factors/, or say in the decision on category 3 what it leaves out",
            params={"why": why},
            count=count,
            severity="warning",
        )
        for kind, item, why, count in by.iter_rows()
    )
    good = held.join(table, on=list(names), how="anti", nulls_equal=True, maintain_order="left")
    return good.select(list(GROUPS)), found


def traced(made: ActivityMembers, sources: pl.DataFrame, year: int) -> ActivityMembers:
    """Members that name the energy they rest on.

    Parameters
    ----------
    made : ActivityMembers
        Of the groups of category 3, without slices.
    sources : polars.DataFrame
        `site_id`, `kind`, `item`, `month`, `source`: figures of meters and slices of records.
    year : int
        Calendar year.
    """
    month = pl.col("month") % 100
    named = sources.select(
        pl.format("activity:{}/{}/{}", "site_id", "kind", "item").alias("subject"),
        pl.when(month == 0)
        .then(pl.lit(str(year)))
        .otherwise(pl.format("{}-{}", pl.lit(str(year)), month.cast(pl.String).str.zfill(2)))
        .alias("period"),
        "source",
    )
    by = named.group_by("subject", "period").agg(pl.col("source").drop_nulls().unique().sort())
    rows = made.members.join(by, on=["subject", "period"], how="left", maintain_order="left").with_columns(
        pl.concat_list(pl.coalesce("source", texts()), "inputs").alias("inputs"),
        pl.concat_list("notes", texts(_SAID)).alias("notes"),
    )
    return replace(made, members=with_ids(rows).select(*FIGURE, *MEMBER))


def with_energy_related(activities: ActivityMembers, made: ActivityMembers, told: Iterable[Finding]) -> ActivityMembers:
    """Activities and what category 3 adds to them, as one."""
    masses = pl.concat([activities.masses, made.masses])
    known = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in ("mass", "value")]
    return replace(
        activities,
        members=pl.concat([activities.members, made.members]),
        lines=pl.concat([activities.lines, made.lines]),
        masses=masses.group_by("scope", "category", "gas", maintain_order=True).agg(known),
        refused=(*activities.refused, *made.refused, *told),
        factors={**activities.factors, **made.factors},
    )
