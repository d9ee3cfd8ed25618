"""From totals to the figures of meters: energy, scope 1, scope 2 on both bases of time, cost.

`inventory.consolidation` adds them up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from wattstone.base import local_months, local_year
from wattstone.inventory.attribution import Attribution
from wattstone.inventory.frames import FIGURE, interval, null, texts, with_ids
from wattstone.inventory.plan import Plan
from wattstone.inventory.sums import MEMBER
from wattstone.rates import EmissionFactor

LOCATION, HOURLY, ANNUAL = "scope2.location", "scope2.location.hourly", "scope2.location.annual"
METHOD = 1


@dataclass(frozen=True)
class Evidence:
    """Ids of what the figures rest on.

    Parameters
    ----------
    slices : mapping
        By meter id: the slice of its readings in the year (`slice:...`).
    intensities : mapping
        By region: the slice of its hourly intensities.
    gases : mapping
        By region: `CO2` or `CO2e`, what the intensities count.
    variances : mapping
        By meter id: variance of the year's filled energy, where readings were filled; NaN where it is not known.
    filled : str or None
        How gaps were filled, in words; None where nothing was.
    """

    slices: Mapping[str, str]
    intensities: Mapping[str, str] = field(default_factory=dict[str, str])
    gases: Mapping[str, str] = field(default_factory=dict[str, str])
    variances: Mapping[str, float] = field(default_factory=dict[str, float])
    filled: str | None = None


def metered_members(plan: Plan, months: pl.DataFrame, attribution: Attribution, evidence: Evidence) -> pl.DataFrame:
    """What every meter counted, emitted and cost in a year: the members that the totals are made of.

    Parameters
    ----------
    plan : Plan
        Meters and year.
    months : polars.DataFrame
        Schema `METER_MONTHS`, one row a meter and month.
    attribution : Attribution
        Published factors by meter.
    evidence : Evidence
        What the figures name as their inputs.

    Returns
    -------
    polars.DataFrame
        Schema `FIGURE` and the columns of `sums.MEMBER`.
    """
    energy = with_ids(_energy(plan, months, evidence))
    scopes = _scopes(plan, energy, attribution, evidence)
    costs = _costs(plan, energy)
    return pl.concat([energy.select(*FIGURE, *MEMBER), scopes, costs])


def _streams(plan: Plan, evidence: Evidence) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "meter": one.key,
                "meter_id": one.meter.id,
                "site_id": one.site.id,
                "zone": one.site.zone,
                "kind": one.kind,
                "role": one.role,
                "unit": one.unit,
                "counted": one.counted.counted,
                "left_out": None if one.counted.counted else one.counted.reason,
                "region": plan.region_of(one.site) if one.role == "grid" else None,
                "slice": evidence.slices.get(one.meter.id),
                "filled": evidence.variances.get(one.meter.id, 0.0),
            }
            for one in plan.streams
        ],
        schema={
            "meter": pl.Int32,
            **dict.fromkeys(("meter_id", "site_id", "zone", "kind", "role", "unit"), pl.String),
            "counted": pl.Boolean,
            **dict.fromkeys(("left_out", "region", "slice"), pl.String),
            "filled": pl.Float64,
        },
    )


def _periods(plan: Plan) -> pl.DataFrame:
    """The year and its months on each clock."""
    rows = [
        (zone, number, f"{plan.year}" if not number else f"{plan.year}-{number % 100:02}", span.start, span.end)
        for zone in plan.zones
        for number, span in (
            (0, local_year(plan.year, zone)),
            *((plan.year * 100 + month, span) for month, span in enumerate(local_months(plan.year, zone), start=1)),
        )
    ]
    schema = {
        "zone": pl.String,
        "month": pl.Int32,
        "period": pl.String,
        "start": pl.Datetime("us"),
        "end": pl.Datetime("us"),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _energy(plan: Plan, months: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """What each meter counted in the year and in each month; the columns of the totals ride along."""
    streams = _streams(plan, evidence)
    inside = months.filter(pl.col("month") // 100 == plan.year)
    whole = (
        inside.group_by("meter", maintain_order=True)
        .agg(pl.exclude("month").sum())
        .with_columns(pl.lit(0, pl.Int32).alias("month"))
    )
    both = pl.concat([whole.select(inside.columns), inside])
    silent = streams.join(whole, on="meter", how="anti").select("meter", pl.lit(0, pl.Int32).alias("month"))
    held = pl.concat([both, silent], how="diagonal").join(streams, on="meter", maintain_order="left")
    length = (pl.col("end") - pl.col("start")).dt.total_seconds()
    absent = pl.col("rows").is_null() | (pl.col("rows") == pl.col("gaps"))
    share = pl.col("estimated") / pl.col("energy")
    stem = pl.col("unit").replace_strict({"kWh": "energy.", "kg": "mass."}, default="volume.", return_dtype=pl.String)
    return (
        held.join(_periods(plan), on=["zone", "month"], maintain_order="left")
        .sort("meter", "month", maintain_order=True)
        .with_columns(
            (stem + pl.col("kind")).alias("name"),
            (pl.lit("meter:") + pl.col("meter_id")).alias("subject"),
            pl.when(~absent).then("energy").alias("value"),
            pl.when(absent).then(pl.format("no readings in {}", "period")).alias("reason"),
            null().alias("basis"),
            pl.lit(f"energy/{METHOD}").alias("method"),
            pl.when(share.is_finite()).then(share).otherwise(0.0).fill_null(0.0).alias("estimated"),
            (pl.col("seconds") / length).fill_null(0.0).alias("coverage"),
            pl.concat_list(
                pl.when(pl.col("left_out").is_null())
                .then(texts())
                .otherwise(pl.concat_list(pl.format("not in the totals: {}", "left_out"))),
                pl.when((pl.col("estimated") != 0).fill_null(False))
                .then(texts(*([f"gaps filled: {evidence.filled}"] if evidence.filled else [])))
                .otherwise(texts()),
            ).alias("notes"),
            pl.when(pl.col("slice").is_null()).then(texts()).otherwise(pl.concat_list("slice")).alias("inputs"),
            pl.when(pl.col("month") == 0).then("filled").otherwise(0.0).alias("variance"),
            absent.alias("absent"),
        )
        .with_columns(*interval())
    )


def _scopes(plan: Plan, energy: pl.DataFrame, attribution: Attribution, evidence: Evidence) -> pl.DataFrame:
    """Scope 1 of fuels; scope 2 of electricity, heat and cooling: by the hour, by factor, as reported."""
    factors = _factors(attribution)
    # A site without any reading in the year emitted nothing that is known: it lacks readings, not a factor.
    quiet = energy.group_by("site_id").agg(pl.col("absent").all()).filter("absent").select("site_id", quiet=True)
    energy = energy.join(quiet, on="site_id", how="left", maintain_order="left")
    fuel = _by_factor(energy.filter(pl.col("role") == "fuel"), factors, "scope1")
    bought = energy.filter(pl.col("role").is_in(["grid", "network"]))
    annual = _by_factor(bought, factors, ANNUAL)
    hourly = _by_hour(bought.filter(pl.col("role") == "grid"), evidence)
    reported = _reported(hourly, annual)
    networks = annual.filter(pl.col("kind").is_in(["heat", "cooling"]))
    beside = with_ids(networks.with_columns(pl.lit(HOURLY).alias("name"), pl.lit("annual").alias("basis")))
    return pl.concat([fuel, reported, pl.concat([hourly, beside]), annual])


def _factors(attribution: Attribution) -> pl.DataFrame:
    rows = [
        (name, one.value, one.unit, f"factor:{one.id}", None, list(one.notes))
        if isinstance(one, EmissionFactor)
        else (name, None, "kg CO2e", None, str(one), list[str]())
        for name, one in attribution.factors.items()
    ]
    schema = {"meter_id": pl.String, "factor": pl.Float64, "per": pl.String, "factor_id": pl.String, "why": pl.String}
    return pl.DataFrame(rows, schema={**schema, "said": pl.List(pl.String)}, orient="row")


def _by_factor(energy: pl.DataFrame, factors: pl.DataFrame, name: str) -> pl.DataFrame:
    """Energy times the published factor of its region and year."""
    found = energy.join(factors, on="meter_id", maintain_order="left")
    known = pl.col("factor").is_not_null()
    own = pl.concat_list(pl.format("figure:{}", "id"))
    closed = pl.col("quiet").fill_null(value=False)
    rows = found.with_columns(
        pl.lit(name).alias("name"),
        (pl.col("value") * pl.col("factor")).alias("value"),
        (pl.col("owned") * pl.col("factor")).alias("owned"),
        (pl.col("variance") * pl.col("factor") ** 2).fill_null(0.0).alias("variance"),
        pl.col("per").alias("unit"),
        pl.when(closed).then("reason").otherwise(pl.coalesce("why", "reason")).alias("reason"),
        pl.lit("annual" if name == ANNUAL else None, pl.String).alias("basis"),
        pl.lit(f"{name}/{METHOD}").alias("method"),
        pl.concat_list("notes", "said").alias("notes"),
        pl.when(known).then(pl.concat_list(own, "factor_id")).otherwise(own).alias("inputs"),
        (pl.col("absent") & (known | closed)).alias("absent"),
    )
    return with_ids(rows.with_columns(*interval())).select(*FIGURE, *MEMBER)


def _by_hour(energy: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Energy times the intensity of its hour, where the workspace has hourly intensities of the grid."""
    served = pl.col("region").is_not_null()
    dark = pl.col("dark").fill_null(0) > 0
    lacking = pl.format(
        "hourly intensities of {} are missing for {} of {} intervals, or these are longer than an hour",
        "region",
        "dark",
        "rows",
    )
    gas = pl.col("region").replace_strict(dict(evidence.gases), default="CO2e", return_dtype=pl.String)
    grid = pl.col("region").replace_strict(dict(evidence.intensities), default=None, return_dtype=pl.String)
    own = pl.concat_list(pl.format("figure:{}", "id"))
    said = pl.format("CO2 alone: the intensities of {} count no other gas", "region")
    said_too = pl.concat_list("notes", pl.concat_list(said))
    rows = energy.with_columns(
        pl.lit(HOURLY).alias("name"),
        pl.when(served & ~dark & ~pl.col("absent")).then("emitted").alias("value"),
        pl.col("emitted_owned").alias("owned"),
        pl.format("kg {}", gas).alias("unit"),
        pl.when(~served)
        .then(pl.lit("the workspace has no hourly intensities of this grid"))
        .when(dark)
        .then(lacking)
        .otherwise("reason")
        .alias("reason"),
        pl.lit("hourly").alias("basis"),
        pl.lit(f"{HOURLY}/{METHOD}").alias("method"),
        pl.when(gas == "CO2").then(said_too).otherwise("notes").alias("notes"),
        pl.when(grid.is_not_null()).then(pl.concat_list(own, grid)).otherwise(own).alias("inputs"),
        (pl.col("absent") & served).alias("absent"),
        (pl.col("variance") * (pl.col("emitted") / pl.col("energy")).fill_nan(0.0) ** 2)
        .fill_null(0.0)
        .alias("variance"),
    )
    return with_ids(rows.with_columns(*interval())).select(*FIGURE, *MEMBER)


def _reported(hourly: pl.DataFrame, annual: pl.DataFrame) -> pl.DataFrame:
    """The hourly figure where the year has one, else the one by published factor; the basis says which."""
    whole = hourly.filter(pl.col("period").str.len_chars() == 4)
    good = whole.filter(pl.col("value").is_not_null() | pl.col("absent"))["subject"]
    by_hour = hourly.filter(pl.col("subject").is_in(good.implode()))
    other = annual.filter(~pl.col("subject").is_in(good.implode()))
    chosen = pl.concat([by_hour, other])
    rows = chosen.with_columns(
        pl.lit(LOCATION).alias("name"),
        pl.lit(f"{LOCATION}/{METHOD}").alias("method"),
        pl.concat_list(pl.format("figure:{}", "id")).alias("inputs"),
    )
    return with_ids(rows)


def _costs(plan: Plan, energy: pl.DataFrame) -> pl.DataFrame:
    """Cost of energy, with the standing charges and the blocks of the tariff in force."""
    from wattstone.inventory.costs import with_charges

    priced = [one.meter.id for one, tariff in zip(plan.streams, plan.positions.tariff, strict=True) if tariff >= 0]
    rows = with_charges(plan, energy.filter(pl.col("meter_id").is_in(priced)))
    bad = pl.col("unpriced").fill_null(0) > 0
    share = pl.col("owned") / pl.col("energy")
    rows = rows.with_columns(
        pl.format("cost.{}", "kind").alias("name"),
        pl.when(~bad & ~pl.col("absent")).then("charged").alias("value"),
        (pl.col("charged") * pl.when(share.is_finite()).then(share).otherwise(1.0)).alias("owned"),
        pl.col("currency").alias("unit"),
        pl.when(bad)
        .then(pl.format("the tariff has no price for {} intervals with energy", "unpriced"))
        .otherwise("reason")
        .alias("reason"),
        pl.lit(f"cost/{METHOD}").alias("method"),
        pl.concat_list(pl.concat_list(pl.format("figure:{}", "id")), pl.col("tariff_ids")).alias("inputs"),
        pl.lit(0.0).alias("variance"),
        null(pl.Float64).alias("lower"),
        null(pl.Float64).alias("upper"),
    )
    return with_ids(rows).select(*FIGURE, *MEMBER)


__all__ = ["ANNUAL", "HOURLY", "LOCATION", "Evidence", "metered_members"]
