"""Green power and certificates that the simulated property manager bought for some of its sites."""

import math
from datetime import date
from typing import Any

import polars as pl

from wattstone.simulation.estate import blueprint
from wattstone.simulation.plan import Plan

__all__ = ["COLUMNS", "contracts"]

COLUMNS: dict[str, pl.DataType] = {
    **dict.fromkeys(("id", "kind", "carrier", "market"), pl.String()),
    **dict.fromkeys(("vintage_start", "vintage_end"), pl.Date()),
    "volume": pl.Float64(),
    "factor": pl.Float64(),
    **dict.fromkeys(("factor_source", "scheme", "technology", "supplier", "tracking_system", "serials"), pl.String()),
    "retired_on": pl.Date(),
    **dict.fromkeys(("retired_for", "sites", "exclusive", "note"), pl.String()),
}
"""Columns of the contracts, as `wattstone contract import` takes them."""

CERTIFICATE = 1000  # kWh
_GREEN_POWER = 0.4  # of what an office took from the grid, in the last year alone
_CERTIFIED = 0.6  # of what a residential compound took, in every year
_EVERY = {"office": 4, "residential": 10}


def contracts(plan: Plan, electricity: pl.DataFrame) -> pl.DataFrame:
    """Contracts of all years: green power for one office in some, green certificates for one compound in some.

    Parameters
    ----------
    plan : Plan
    electricity : polars.DataFrame
        What the sites took from the grid, with `site_id`, `year` and `kwh`.

    Returns
    -------
    polars.DataFrame
        Schema `COLUMNS`; empty where no site has one.
    """
    taken = {(site, year): kwh for site, year, kwh in electricity.select("site_id", "year", "kwh").rows()}
    rows: list[dict[str, Any]] = []
    for index in range(plan.sites):
        site = blueprint(plan, index)
        if index % _EVERY.get(site.type, plan.sites + 1):
            continue
        for year in plan.calendar_years if site.type == "residential" else plan.calendar_years[-1:]:
            share = _CERTIFIED if site.type == "residential" else _GREEN_POWER
            count = math.floor(share * (taken.get((site.id, year)) or 0.0) / CERTIFICATE)
            if count:
                rows.append(_row(site.id, year, count, green_power=site.type == "office"))
    return pl.DataFrame(rows, schema=COLUMNS)


def _row(site: str, year: int, count: int, *, green_power: bool) -> dict[str, Any]:
    name, technology = ("green-power", "solar") if green_power else ("certificates", "wind")
    return {
        "id": f"{site}-{name}-{year}",
        "kind": "green_power" if green_power else "green_certificate",
        "carrier": "electricity",
        "market": "CN",
        "vintage_start": date(year, 1, 1),
        "vintage_end": date(year, 12, 31),
        "volume": float(count * CERTIFICATE),
        "factor": 0.0,
        "factor_source": f"certificates of {technology} power (simulated)",
        "scheme": "GEC",
        "technology": technology,
        "supplier": "Simulated solar park" if green_power else "Simulated wind park",
        "tracking_system": "simulated register",
        "serials": f"{site}-{year}-0000001..{site}-{year}-{count:07d}",
        "retired_on": date(year + 1, 2, 20),
        "retired_for": "Simulated property manager",
        "sites": site,
        "exclusive": "yes",
        "note": "simulated",
    }
