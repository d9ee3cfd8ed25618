"""Scope 2 by the market-based method: instruments by their rates, the rest by residual mix or grid average."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from wattstone.base import NotComputable
from wattstone.inventory.allocation import Allocation, allocate
from wattstone.inventory.criteria import Case
from wattstone.inventory.frames import FIGURE, with_ids
from wattstone.inventory.instruments import Instrument
from wattstone.inventory.market_rows import market_figures, market_rows, market_years, mix_table
from wattstone.inventory.statement import INSTRUMENTS
from wattstone.inventory.sums import MEMBER
from wattstone.rates import EmissionFactor

Residual = Callable[[str | None, str | None, int], EmissionFactor | NotComputable]
"""Region, country and year give the residual mix per kWh, or why there is none."""

SITE_MARKET: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "carrier": pl.String(),
    "energy": pl.Float64(),  # kWh of the organisation's share
    "served": pl.Float64(),  # kWh of it that instruments serve
    "mixed": pl.Float64(),  # kWh of it that takes the residual mix
    "averaged": pl.Float64(),  # kWh of it that takes the location-based factor, as no residual mix is known
    "value": pl.Float64(),  # kg of it; null where it cannot be computed
    "location": pl.Float64(),  # kg of it by the location-based method; null where that cannot be computed
    "factor": pl.Float64(),  # kg per kWh
}

IDLE = "there was nothing left that it could serve"


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
    rows = market_rows(energy, allocation, instruments, mix_table(mixes))
    parts = with_ids(market_figures(rows.filter(~pl.col("whole"))))
    members = pl.concat([with_ids(market_years(rows, parts)), parts]).select(*FIGURE, *MEMBER)
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


def _sites(rows: pl.DataFrame) -> pl.DataFrame:
    """The year by site and carrier, with the market-based factor."""
    parts = rows.filter(~pl.col("whole") & pl.col("energy").is_not_null())
    open_ = pl.col("owned") - pl.col("own_energy_served")
    mixed, averaged = pl.col("mix").is_not_null(), pl.col("mix").is_null() & pl.col("location_owned").is_not_null()
    sums = parts.group_by("site_id", "carrier", maintain_order=True).agg(
        pl.col("owned").sum().alias("energy"),
        pl.col("own_energy_served").sum().alias("served"),
        open_.filter(mixed).sum().alias("mixed"),
        open_.filter(averaged).sum().alias("averaged"),
        _whole_sum("own_value").alias("value"),
        _whole_sum("location_owned").alias("location"),
    )
    factor = pl.when(pl.col("energy") > 0).then(pl.col("value") / pl.col("energy"))
    return sums.with_columns(factor.alias("factor")).sort("site_id", "carrier").select(list(SITE_MARKET))


def _whole_sum(name: str) -> pl.Expr:
    """A sum that is not known where a part of it is not."""
    return pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum())


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
