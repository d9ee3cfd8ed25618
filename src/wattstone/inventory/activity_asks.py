"""Which factor serves which group of activity lines: one ask for all that are alike."""

from collections.abc import Mapping, Sequence

import polars as pl

from wattstone.base import NotComputable
from wattstone.inventory.activity_groups import Bounds
from wattstone.inventory.attribution import sector_of
from wattstone.inventory.lines import Z95
from wattstone.rates import EmissionFactor
from wattstone.rates.activity_lookup import ActivityAsk
from wattstone.rates.gwp import OUTSIDE_KYOTO, gas_group

__all__ = ["Answer", "asks_of", "with_answers"]

Answer = EmissionFactor | NotComputable
_ASKED = ("kind", "item", "unit", "region", "factor", "site_region", "country", "sector")
_THREE = ("CO2", "CH4", "N2O")
_ANSWER: dict[str, pl.DataType] = {
    **dict.fromkeys(_ASKED, pl.String()),
    **dict.fromkeys(("per", "co2", "ch4", "n2o", "other", "biogenic", "factor_sd"), pl.Float64()),
    **dict.fromkeys(("factor_id", "factor_key", "emits", "why"), pl.String()),
    "said": pl.List(pl.String()),
    "partly": pl.Boolean(),  # biogenic CO2 of it is not known
    "montreal": pl.Boolean(),  # CFCs and HCFCs alone, which stand apart from the scopes
}


def asks_of(
    bounds: Bounds, groups: pl.DataFrame, exceptions: frozenset[str]
) -> tuple[pl.DataFrame, dict[tuple[str | None, ...], ActivityAsk]]:
    """What factors are asked for.

    Parameters
    ----------
    bounds : Bounds
        The organisation, its sites and the year.
    groups : polars.DataFrame
        Schema `GROUPS`.
    exceptions : frozenset of str
        What was accepted by name.

    Returns
    -------
    polars.DataFrame
        The groups, with grid region, country and sector of their site.
    dict
        From these columns (`kind`, `item`, `unit`, `region`, `factor`, `site_region`, `country`, `sector`) to the ask.
    """
    places = pl.DataFrame(
        [(site.id, site.grid_region, site.country, sector_of(site)) for site in bounds.sites],
        schema=dict.fromkeys(("site_id", "site_region", "country", "sector"), pl.String()),
        orient="row",
    )
    held = groups.join(places, on="site_id", how="left", maintain_order="left")
    asked = held.filter(~pl.col("told")).select(_ASKED).unique(maintain_order=True)
    gwp_set, year = bounds.organisation.gwp_set, bounds.year
    asks: dict[tuple[str | None, ...], ActivityAsk] = {}
    for row in asked.iter_rows():
        kind, item, unit, said, factor, site_region, site_country, sector = row
        region, country = _place(said, site_region, site_country)
        asks[row] = ActivityAsk(
            kind=kind, item=item, unit=unit, region=region, country=country, year=year, gwp_set=gwp_set,
            exceptions=exceptions, sector=sector or "commercial", factor=factor,
        )  # fmt: skip
    return held, asks


def _place(said: str | None, region: str | None, country: str | None) -> tuple[str | None, str | None]:
    """Region and country: those that the line names, else those of the site."""
    if not said:
        return region, country
    nation = said.split("-", 1)[0]
    known = nation if len(nation) == 2 and nation.isalpha() and nation.isupper() else country
    return (None, said) if said == nation == known else (said, known)


def with_answers(
    groups: pl.DataFrame,
    asks: Mapping[tuple[str | None, ...], ActivityAsk],
    factors: Mapping[ActivityAsk, Answer],
    accepted: Mapping[str, str],
) -> pl.DataFrame:
    """Groups with the factor that serves each, or the reason why none does.

    Parameters
    ----------
    groups, asks
        From `asks_of`.
    factors : mapping of ActivityAsk
        Answers.
    accepted : mapping of str to str
        Why lesser factors were accepted.

    Returns
    -------
    polars.DataFrame
        With columns per (kg CO2e a unit), co2, ch4, n2o (kg of the gas a unit), other (kg CO2e), biogenic (kg CO2),
        factor_sd, factor_id, factor_key, emits, why, said, partly, montreal. What is stated has the factor 1.
    """
    rows = [(*key, *_answered(factors[ask], accepted)) for key, ask in asks.items()]
    table = pl.DataFrame(rows, schema=_ANSWER, orient="row")
    held = groups.join(table, on=list(_ASKED), how="left", nulls_equal=True, maintain_order="left")
    told = pl.col("told")
    whose = pl.coalesce("supplier", "site_id")
    return held.with_columns(
        pl.when(told).then(1.0).otherwise("per").alias("per"),
        pl.when(told).then(pl.format("stated/{}", whose)).otherwise("factor_key").alias("factor_key"),
        pl.when(told & (pl.col("kind") == "biogenic"))
        .then(pl.lit("kg CO2"))
        .when(told)
        .then(pl.lit("kg CO2e"))
        .otherwise("emits")
        .alias("emits"),
        pl.when(told).then(0.0).otherwise("biogenic").alias("biogenic"),
        pl.when(told).then(pl.lit(value=False)).otherwise("partly").alias("partly"),
        pl.coalesce("said", pl.lit([], pl.List(pl.String))).alias("said"),
    )


def _answered(one: Answer, accepted: Mapping[str, str]) -> tuple[object, ...]:
    if isinstance(one, NotComputable):
        return (*(None,) * 7, None, None, "kg CO2e", str(one), list[str](), False, False)
    gases = _gases(one)
    spread = None if one.uncertainty is None else one.uncertainty / Z95
    notes = [*one.notes, *_accepted(one, accepted)]
    return (
        one.value, *gases, one.biogenic or 0.0, spread, f"factor:{one.id}", one.source_key or one.id, one.unit, None,
        notes, one.biogenic is None, _of_montreal(one),
    )  # fmt: skip


def _of_montreal(one: EmissionFactor) -> bool:
    """Whether all its gases are CFCs and HCFCs; a blend that holds others counts as a whole."""
    return bool(one.by_gas) and all(gas_group(gas) == OUTSIDE_KYOTO for gas in one.by_gas)


def _accepted(one: EmissionFactor, accepted: Mapping[str, str]) -> Sequence[str]:
    """The reasons for which somebody accepted what a factor rests on."""
    rows = [row.id for row in (*one.parts, *one.conversions) if row.confidence == "C"]
    return [f"{name} accepted: {accepted[name]}" for name in (*rows, one.set) if rows and name in accepted]


def _gases(one: EmissionFactor) -> tuple[float | None, float | None, float | None, float | None]:
    """Masses of CO2, CH4 and N2O a unit, and the CO2e of all other gases; null where there is a total alone."""
    if not one.by_gas:
        return None, None, None, None
    three = [one.by_gas.get(gas) for gas in _THREE]
    if all(mass is None for mass in three):
        return 0.0, 0.0, 0.0, one.value
    return three[0], three[1], three[2], 0.0 if set(one.by_gas) <= set(_THREE) else None
