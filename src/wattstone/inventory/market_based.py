"""Scope 2 by the market-based method: instruments by their rates, the rest by residual mix or grid average."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from wattstone.base import NotComputable
from wattstone.inventory.allocation import Allocation, allocate
from wattstone.inventory.criteria import Case
from wattstone.inventory.frames import FIGURE, interval, null, texts, with_ids
from wattstone.inventory.instruments import Instrument
from wattstone.inventory.statement import INSTRUMENTS
from wattstone.inventory.sums import MEMBER
from wattstone.rates import EmissionFactor

MARKET = "scope2.market"
METHOD = 1

Residual = Callable[[str | None, str | None, int], EmissionFactor | NotComputable]
"""Region, country and year give the residual mix per kWh, or why there is none."""

SITE_MARKET: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "carrier": pl.String(),
    "energy": pl.Float64(),  # kWh of the organisation's share
    "served": pl.Float64(),  # kWh of it that instruments serve
    "value": pl.Float64(),  # kg of it; null where it cannot be computed
    "factor": pl.Float64(),  # kg per kWh
}

WHOLLY = "contractual instruments serve all of it"
PARTLY = "contractual instruments serve a part of it"
MIXED = "what no instrument serves takes the residual mix"
NO_MIX = "no residual mix is known, so the location-based factor stands in its place"
IDLE = "there was nothing left that it could serve"
_COLUMNS = [*(name for name in FIGURE if name != "id"), *MEMBER]


@dataclass(frozen=True, kw_only=True)
class MarketBased:
    """Scope 2 by the market-based method.

    Parameters
    ----------
    members : polars.DataFrame
        Schema `FIGURE` and the columns of `MEMBER`, named `scope2.market`: every subject, by month and year.
    sites : polars.DataFrame
        Schema `SITE_MARKET`: the year, with the market-based factor of each site.
    allocation : Allocation
        What serves what, what is left, how each instrument was judged.
    instruments : polars.DataFrame
        Schema `statement.INSTRUMENTS`.
    evidence : mapping
        Content of the instruments and factors that the figures name, by id.
    """

    members: pl.DataFrame
    sites: pl.DataFrame
    allocation: Allocation
    instruments: pl.DataFrame
    factors: Mapping[str, EmissionFactor]
    evidence: Mapping[str, dict[str, Any]]

    @property
    def annual_match(self) -> float | None:
        """The share of the organisation's electricity that instruments serve by the year; None without any."""
        power = self.sites.filter(pl.col("carrier") == "electricity")
        whole = float(power["energy"].sum())
        return float(power["served"].sum()) / whole if whole > 0 else None


def market_members(
    energy: pl.DataFrame,
    instruments: Sequence[Instrument],
    case: Case,
    *,
    places: Mapping[str, tuple[str | None, str | None]],
    residual: Residual,
    claimed: Mapping[str, float] | None = None,
) -> MarketBased:
    r"""Scope 2 of a year by the market-based method [1]_.

    Parameters
    ----------
    energy : polars.DataFrame
        Schema `SITE_ENERGY`: with what each row emits by the location-based method.
    instruments : sequence of Instrument
        Those in force, in any order.
    case : Case
        Year, countries, policy.
    places : mapping
        By site: its grid region and country.
    residual : callable
        The residual mix of electricity of a region, country and year.
    claimed : mapping or None
        By instrument: what other years claim of it. [kWh]

    Returns
    -------
    MarketBased

    Notes
    -----
    With :math:`E` the energy of a month, :math:`a_i` what instrument :math:`i` serves of it, and :math:`f_r` the factor
    of the residual mix or, where there is none, the location-based one:

    .. math:: M = \sum_i a_i f_i + \left(E - \sum_i a_i\right) f_r

    References
    ----------
    .. [1] M. Sotos, "GHG Protocol Scope 2 Guidance," World Resources Institute, 2015, ch. 6, tables 6.3 and 7.1.
    """
    allocation = allocate(energy, instruments, case, claimed)
    answers = {place: residual(*place, case.year) for place in set(places.values())}
    mixes = {site: answers[place] for site, place in places.items()}
    rows = _rows(energy, allocation, instruments, _mixes(mixes))
    parts = with_ids(_figures(rows.filter(~pl.col("whole"))))
    members = pl.concat([with_ids(_years(rows, parts)), parts]).select(*FIGURE, *MEMBER)
    named = set(members["inputs"].explode(empty_as_null=False).drop_nulls())
    used = {f"factor:{one.id}": one for one in answers.values() if isinstance(one, EmissionFactor)}
    return MarketBased(
        members=members,
        sites=_sites(rows),
        allocation=allocation,
        instruments=_listed(instruments, allocation),
        factors={key: one for key, one in used.items() if key in named},
        evidence={one.evidence: instrument_evidence(one) for one in instruments if one.evidence in named},
    )


def instrument_evidence(one: Instrument) -> dict[str, Any]:
    """An instrument as evidence: all that was said of it.

    Parameters
    ----------
    one : Instrument
        As it was declared.
    """
    said = one.model_dump(mode="json", exclude_none=True)
    return {**said, "what": said["kind"], "kind": "instrument"}


def _mixes(mixes: Mapping[str, EmissionFactor | NotComputable]) -> pl.DataFrame:
    """The residual mix of each site, or why there is none."""
    rows = [
        (site, one.value, one.unit, f"factor:{one.id}", list(one.notes), None)
        if isinstance(one, EmissionFactor)
        else (site, None, None, None, list[str](), str(one))
        for site, one in mixes.items()
    ]
    text = dict.fromkeys(("mix_unit", "mix_id"), pl.String)
    schema = {"site_id": pl.String, "mix": pl.Float64, **text, "mix_notes": pl.List(pl.String), "no_mix": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _rows(
    energy: pl.DataFrame, allocation: Allocation, instruments: Sequence[Instrument], mixes: pl.DataFrame
) -> pl.DataFrame:
    """Each row of energy with what serves it, what is open of it, and what the open part emits."""
    ids = pl.DataFrame(
        [(one.id, one.evidence) for one in instruments],
        schema={"instrument": pl.String, "evidence": pl.String},
        orient="row",
    )
    cell = ["site_id", "carrier", "month"]
    named = (
        allocation.uses.join(ids, on="instrument", maintain_order="left")
        .group_by(cell, maintain_order=True)
        .agg(pl.col("evidence").unique(maintain_order=True).alias("served_by"))
    )
    rows = (
        energy.join(allocation.cells, on=cell, how="left", maintain_order="left")
        .join(named, on=cell, how="left", maintain_order="left")
        .join(mixes, on="site_id", how="left", maintain_order="left")
    )
    power = pl.col("carrier") == "electricity"
    share, share_others = _part("owned", "need_owned"), _part_of_others()
    others, there = pl.col("energy") - pl.col("owned"), pl.col("energy").is_not_null()
    return (
        rows.with_columns(
            *(pl.when(power).then(name).alias(name) for name in ("mix", "mix_unit", "mix_id", "no_mix")),
            (pl.col("emitted_owned") * share).alias("own_served"),
            ((pl.col("emitted") - pl.col("emitted_owned")) * share_others).alias("others_served"),
            (pl.col("served_owned") * share).alias("own_energy_served"),
            others.alias("others"),
        )
        .with_columns(
            _rest(pl.col("owned"), pl.col("location_owned"), pl.col("open_owned")).alias("own_rest"),
            _rest(pl.col("others"), pl.col("location") - pl.col("location_owned"), pl.col("open")).alias("others_rest"),
            (_open("owned", "open_owned") | _open("others", "open")).alias("rests"),
        )
        .with_columns(
            pl.when(there).then(pl.col("own_served") + pl.col("own_rest")).alias("own_value"),
            pl.when(there)
            .then(pl.col("own_served") + pl.col("own_rest") + pl.col("others_served") + pl.col("others_rest"))
            .alias("sum"),
        )
    )


def _part(of: str, need: str) -> pl.Expr:
    """A row's part of what its cell needs; of no need, nothing."""
    return pl.when(pl.col(need) > 0).then(pl.col(of) / pl.col(need)).otherwise(0.0)


def _part_of_others() -> pl.Expr:
    need = pl.col("need") - pl.col("need_owned")
    return pl.when(need > 0).then((pl.col("energy") - pl.col("owned")) / need).otherwise(0.0)


def _open(energy: str, share: str) -> pl.Expr:
    return (pl.col(energy) != 0) & (pl.col(share) > 0)


def _rest(energy: pl.Expr, location: pl.Expr, share: pl.Expr) -> pl.Expr:
    """What the open part emits: by the residual mix, else as by location; null where neither is known."""
    known = pl.when(pl.col("mix").is_not_null()).then(energy * pl.col("mix")).otherwise(location)
    return pl.when((share > 0) & (energy != 0)).then(known * share).otherwise(0.0)


def _figures(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as figures, of a month, or of a year of which no months are known."""
    mixed, rests = pl.col("mix").is_not_null(), pl.col("rests").fill_null(False)
    fell_back = rests & ~mixed
    unit = pl.when(rests).then(pl.when(mixed).then("mix_unit").otherwise("unit")).otherwise(pl.lit("kg CO2e"))
    empty = texts()
    served = pl.col("served_by").list.len().fill_null(0) > 0
    return (
        rows.with_columns(
            pl.lit(MARKET).alias("name"),
            pl.col("sum").alias("value"),
            pl.col("own_value").alias("owned"),
            pl.coalesce(pl.when(pl.col("sum").is_not_null()).then(unit), "mix_unit", "unit").alias("unit"),
            pl.when(pl.col("sum").is_null()).then("reason").alias("reason"),
            null().alias("basis"),
            pl.lit(f"{MARKET}/{METHOD}").alias("method"),
            pl.concat_list(
                pl.when(fell_back).then("location_notes").otherwise("notes"),
                pl.when(served & rests).then(texts(PARTLY)).when(served).then(texts(WHOLLY)).otherwise(empty),
                pl.when(rests & mixed).then(pl.concat_list(texts(MIXED), "mix_notes")).otherwise(empty),
                pl.when(fell_back & pl.col("no_mix").is_not_null())
                .then(pl.concat_list(pl.format(f"{NO_MIX}: {{}}", "no_mix")))
                .otherwise(empty),
            )
            .list.unique(maintain_order=True)
            .alias("notes"),
            pl.concat_list(
                "inputs",
                pl.col("served_by").fill_null(empty),
                pl.when(fell_back).then("location_inputs").otherwise(empty),
                pl.when(rests & mixed).then(pl.concat_list("mix_id")).otherwise(empty),
            ).alias("inputs"),
            pl.lit(True).alias("counted"),
            (pl.col("absent") & (mixed | ~pl.col("blocked"))).alias("absent"),
            (pl.col("variance") * (pl.col("sum") / pl.col("energy")).fill_nan(0.0) ** 2)
            .fill_null(0.0)
            .alias("variance"),
        )
        .with_columns(*interval())
        .select(*_COLUMNS)
    )


def _years(rows: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Years as the sums of their months, which they name as their inputs."""
    missing = pl.col("value").is_null()
    stuck = missing & ~pl.col("absent")
    sums = parts.group_by("subject", maintain_order=True).agg(
        pl.when(stuck.any()).then(None).when(missing.all()).then(None).otherwise(pl.col("value").sum()).alias("value"),
        pl.col("owned").filter(~missing).sum().alias("months_owned"),
        pl.col("unit").filter(~missing).min().alias("sum_unit"),  # a part of CO2 alone makes the whole CO2 alone
        pl.col("unit").first().alias("any_unit"),
        pl.coalesce(pl.col("reason").filter(stuck).first(), pl.col("reason").first()).alias("why"),
        pl.col("notes").filter(~missing).explode(empty_as_null=False).unique(maintain_order=True).alias("said"),
        pl.format("figure:{}", "id").alias("months"),
        pl.col("absent").all().alias("silent"),
    )
    whole = rows.filter("whole").join(sums, on="subject", how="inner", maintain_order="left")
    scale = (pl.col("value") / pl.col("energy")).fill_nan(0.0)
    return (
        whole.with_columns(
            pl.lit(MARKET).alias("name"),
            pl.col("months_owned").alias("owned"),
            pl.coalesce("sum_unit", "any_unit").alias("unit"),
            pl.when(pl.col("value").is_null()).then("why").alias("reason"),
            null().alias("basis"),
            pl.lit(f"{MARKET}/{METHOD}").alias("method"),
            pl.col("said").list.drop_nulls().alias("notes"),
            pl.col("months").alias("inputs"),
            pl.lit(True).alias("counted"),
            pl.col("silent").alias("absent"),
            (pl.col("variance") * scale**2).fill_null(0.0).alias("variance"),
        )
        .with_columns(*interval())
        .select(*_COLUMNS)
    )


def _sites(rows: pl.DataFrame) -> pl.DataFrame:
    """The year by site and carrier, with the market-based factor."""
    parts = rows.filter(~pl.col("whole") & pl.col("energy").is_not_null())
    sums = parts.group_by("site_id", "carrier").agg(
        pl.col("owned").sum().alias("energy"),
        pl.col("own_energy_served").sum().alias("served"),
        pl.when(pl.col("own_value").is_null().any()).then(None).otherwise(pl.col("own_value").sum()).alias("value"),
    )
    factor = pl.when(pl.col("energy") > 0).then(pl.col("value") / pl.col("energy"))
    return sums.with_columns(factor.alias("factor")).sort("site_id", "carrier").select(list(SITE_MARKET))


def _listed(instruments: Sequence[Instrument], allocation: Allocation) -> pl.DataFrame:
    """What each instrument served by site; one that served nothing in a row of its own, with the reason."""
    refused = allocation.refused
    by_site = allocation.uses.group_by("instrument", "site_id").agg(
        pl.col("owned").sum().alias("energy"), pl.col("factor").first()
    )
    idle = set(allocation.balance.filter(pl.col("used") == 0)["instrument"])
    spent = {one.id: IDLE for one in instruments if one.id in idle}
    why = spent | {name: "; ".join(one.why for one in failed) for name, failed in refused.items()}
    kinds = pl.DataFrame(
        [(one.id, one.kind, one.id not in refused, why.get(one.id), one.factor) for one in instruments],
        schema={
            "instrument": pl.String,
            "kind": pl.String,
            "accepted": pl.Boolean,
            "reason": pl.String,
            "rate": pl.Float64,
        },
        orient="row",
    )
    rows = kinds.join(by_site, on="instrument", how="left")
    return (
        rows.with_columns(pl.col("energy").fill_null(0.0), pl.coalesce("factor", "rate").alias("factor"))
        .with_columns((pl.col("energy") * pl.col("factor")).alias("value"))
        .sort("instrument", "site_id")
        .select(list(INSTRUMENTS))
    )
