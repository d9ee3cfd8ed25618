"""What contracts cover of the electricity of a year, as figures, with who served what as their evidence."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from wattstone.base import Period
from wattstone.inventory.frames import FIGURE, null, texts, with_ids
from wattstone.inventory.hourly_matching import Matched
from wattstone.inventory.market_based import MarketBased
from wattstone.inventory.market_rows import MARKET
from wattstone.inventory.sums import ORGANISATION

__all__ = ["ANNUAL", "HOURLY", "allocation_evidence", "annual_figures", "hourly_figure"]

ANNUAL, HOURLY = "match.annual", "match.hourly"
"""Shares of the electricity of a year that contracts cover: by the year, and hour by hour."""
_METHOD = 1
_SUMS = ("energy", "served", "mixed", "averaged")


def allocation_evidence(market: MarketBased, grids: Mapping[str, str], year: int) -> tuple[str, dict[str, Any]]:
    """Which instrument served how much of which site, and what the rest took, as evidence.

    Parameters
    ----------
    market : MarketBased
        Of the year.
    grids : mapping of str to str
        By site: the grid that it hangs on.
    year : int
        Of the inventory.

    Returns
    -------
    tuple of (id, content)
        `grids`: by carrier and grid the energy, what of it instruments serve, what takes the residual mix, what the
        average [kWh], and emissions by both methods [kg], null where they are not known. `uses`: by instrument and
        site [kWh, kg]. `refused`: of what was generated for the year, by instrument, why it carries no
        claim.
    """
    held = market.allocation
    of = pl.col("site_id").replace_strict(dict(grids), default="", return_dtype=pl.String)
    sums = market.sites.group_by("carrier", of.alias("grid"), maintain_order=True).agg(
        pl.len().alias("sites"),
        *(pl.col(name).sum() for name in _SUMS),
        *(
            pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)
            for name in ("value", "location")
        ),
    )
    uses = held.uses.group_by("instrument", "site_id", "carrier", maintain_order=True).agg(
        pl.col("energy", "owned").sum(), (pl.col("owned") * pl.col("factor")).sum().alias("value")
    )
    content: dict[str, Any] = {
        "kind": "allocation",
        "year": year,
        "grids": sums.sort("carrier", "grid").to_dicts(),
        "uses": uses.sort("instrument", "site_id", "carrier").to_dicts(),
        "refused": [
            {"instrument": name, "why": "; ".join(one.why for one in failed)}
            for name, failed in sorted(held.refused.items())
            if all(one.criterion != "vintage" for one in failed)
        ],
    }
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
    return f"allocation:{digest[:20]}", content


def annual_figures(market: MarketBased, figures: pl.DataFrame, year: int, allocation: str) -> pl.DataFrame:
    """The share of the electricity that instruments cover by the year, of each site and of the organisation.

    Parameters
    ----------
    market : MarketBased
        Of the year.
    figures : polars.DataFrame
        Schema `FIGURE`, with the market-based emissions of the same subjects, which they rest on.
    year : int
        Of the inventory.
    allocation : str
        Id of the evidence that says who served what.

    Returns
    -------
    polars.DataFrame
        Schema `FIGURE`: `match.annual` [%]. There is none of a subject that used no electricity.
    """
    power = market.sites.filter(pl.col("carrier") == "electricity").select("site_id", "energy", "served")
    sites = power.select(pl.format("site:{}", "site_id").alias("subject"), "energy", "served")
    every = power.select(pl.lit(ORGANISATION).alias("subject"), pl.col("energy").sum(), pl.col("served").sum())
    emitted = figures.filter((pl.col("name") == MARKET) & (pl.col("period") == str(year)))
    rows = pl.concat([every, sites]).filter(pl.col("energy") > 0)
    rows = rows.join(
        emitted.select("subject", "id", "period", "start", "end", "coverage", "estimated"),
        on="subject",
        maintain_order="left",
    )
    of_whole = (
        pl.when(pl.col("subject") == ORGANISATION).then(pl.lit([allocation])).otherwise(pl.lit([], pl.List(pl.String)))
    )
    return with_ids(
        rows.with_columns(
            pl.lit(ANNUAL).alias("name"),
            (100 * pl.col("served") / pl.col("energy")).alias("value"),
            pl.lit("%").alias("unit"),
            null(pl.Float64).alias("lower"),
            null(pl.Float64).alias("upper"),
            null().alias("reason"),
            null().alias("basis"),
            pl.lit(f"{ANNUAL}/{_METHOD}").alias("method"),
            texts().alias("notes"),
            pl.concat_list(pl.format("figure:{}", "id"), of_whole).alias("inputs"),
        )
    ).select(list(FIGURE))


def hourly_figure(
    matched: Matched, span: Period, year: int, *, inputs: Iterable[str], left_out: Mapping[str, str]
) -> pl.DataFrame:
    """The share of the electricity that was generated for it in the same hour, of the organisation.

    Parameters
    ----------
    matched : Matched
        Sums over the year.
    span : Period
        The year, on the clock of the organisation.
    year : int
        Of the inventory.
    inputs : iterable of str
        Ids of the slices of readings and of the instruments.
    left_out : mapping of str to str
        By id of an instrument that names a meter: why it counts for nothing.

    Returns
    -------
    polars.DataFrame
        Schema `FIGURE`, one row: `match.hourly` [%], with the share of hours in which all generation is known.
    """
    hours = matched.hours + matched.unknown
    notes = [f"contract {name} counts for nothing: {why}" for name, why in sorted(left_out.items())]
    if matched.unknown:
        notes.append(f"{matched.unknown} of {hours} hours are left out, as generation in them is not known")
    if matched.gaps:
        notes.append(f"{matched.gaps} hours of single sites without readings are left out")
    score = matched.score
    row = {
        "name": HOURLY,
        "subject": ORGANISATION,
        "period": str(year),
        "start": span.start,
        "end": span.end,
        "value": None if score is None else 100 * score,
        "unit": "%",
        "lower": None,
        "upper": None,
        "reason": "no use of electricity is known in hours of which the generation is known" if score is None else None,
        "basis": None,
        "method": f"{HOURLY}/{_METHOD}",
        "estimated": 0.0,
        "coverage": matched.hours / hours if hours else 0.0,
        "notes": notes,
        "inputs": sorted(set(inputs)),
    }
    schema = {name: of for name, of in FIGURE.items() if name != "id"}
    return with_ids(pl.DataFrame([row], schema=schema, orient="row")).select(list(FIGURE))
