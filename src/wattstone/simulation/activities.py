"""What the simulated property manager does beside what meters count: bills, ledgers and lists of each year.

Amounts follow the size of each site by rates that are assumptions (`data/activities.toml`). Site k does not depend on
how many follow it, and the same plan gives the same records.
"""

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.inventory.scope3 import Decision
from wattstone.simulation.estate import Blueprint, blueprint
from wattstone.simulation.plan import Plan, stream

__all__ = ["NOTE", "PEOPLE", "activities", "decisions", "own_factors"]

Floats = npt.NDArray[np.float64]

NOTE = "simulated"
PEOPLE = 2500.0
"""Floor area for each employee of the property manager. [m2]"""
_FEWEST = 4.0  # employees of a site
_WOBBLE = 0.06  # of a line about its share of the year, standard deviation of the logarithm
_PEDIGREE = ("technology", "time", "geography", "completeness", "reliability")
_DIGITS = 1

COLUMNS: dict[str, pl.DataType] = {
    "line_id": pl.String(),
    "site_id": pl.String(),
    "kind": pl.String(),
    "item": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),
    "amount": pl.Float64(),
    "unit": pl.String(),
    "method": pl.String(),
    "supplier": pl.String(),
    "stated": pl.Float64(),
    "estimated": pl.String(),
    **dict.fromkeys(_PEDIGREE, pl.Int8()),
    "activity_uncertainty": pl.Float64(),
    "investee": pl.String(),
    "held": pl.Float64(),
    "note": pl.String(),
}
"""Columns of the records, as `wattstone activity import` takes them."""


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("wattstone.simulation").joinpath("data", "activities.toml").read_text(encoding="utf-8"))


def activities(plan: Plan) -> pl.DataFrame:
    """The records of all sites and years.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    polars.DataFrame
        Schema `COLUMNS`, ordered by year, site and line.
    """
    sites = tuple(blueprint(plan, index) for index in range(plan.sites))
    parts = [_lines(plan, sites, one) for one in _data()["activity"]]
    parts += [_stated(plan, one) for one in _data()["stated"]]
    return pl.concat(parts).sort("start", "site_id", "line_id")


def own_factors(plan: Plan) -> pl.DataFrame:
    """The property manager's own factors: made up, and marked so.

    Parameters
    ----------
    plan : Plan
        Each of its years has a row of every factor.

    Returns
    -------
    polars.DataFrame
        The columns of a file of own factors, all text.
    """
    served = {one["factor"]: one for one in _data()["activity"] if "factor" in one}
    rows = [
        {
            "id": f"{name}-{year}",
            "name": served.get(name, one).get("item", ""),
            "scope": "3",
            "category": served.get(name, one)["kind"],
            "region": "CN",
            "year": str(year),
            "value": str(one["value"]),
            "unit": f"kgCO2e/{one['unit']}",
            "gas": "CO2e",
            "gwp_set": "AR5",
            "source": f"Simulated: {one['name']}, of no supplier and no statistics",
            "source_year": str(year),
            "licence": "CC0-1.0",
            "confidence": "A",
            "remark": "simulated",
        }
        for name, one in _data()["factors"].items()
        for year in plan.calendar_years
    ]
    return pl.DataFrame(rows)


def decisions() -> dict[int, tuple[Decision, str]]:
    """What is decided of each category of scope 3: `computed`, `not_estimated` or `not_applicable`, and the reason."""
    return {int(number): (one["decision"], one["reason"]) for number, one in _data()["decisions"].items()}


def _sizes(per: str, sites: Sequence[Blueprint]) -> Floats:
    """How many of what a rate is per each site has."""
    found = {
        "site": [1.0 for _ in sites],
        "area": [one.area for one in sites],
        "employee": [max(_FEWEST, round(one.area / PEOPLE)) for one in sites],
    }
    return np.array(found[per])


def _lines(plan: Plan, sites: Sequence[Blueprint], one: dict[str, Any]) -> pl.DataFrame:
    """The records of one activity: amounts as sites by years by lines, and a row for each."""
    draws, years, times = stream(plan, "activity", one["id"]), plan.years, one["times"]
    size = np.exp(one["spread"] * draws.standard_normal((plan.sites, 1)))
    trend = (1 + one["trend"]) ** np.arange(-years + 1, 1)
    a_year = one["rate"] * _sizes(one["per"], sites)[:, None] * size * trend
    periods = [_period(year, number, times) for year in plan.calendar_years for number in range(times)]
    wobble = np.exp(_WOBBLE * stream(plan, "lines", one["id"]).standard_normal((plan.sites, len(periods))))
    parts = np.array(one.get("season", [1 / times] * times)) * wobble.reshape(plan.sites, years, times)
    amounts = (a_year[:, :, None] * (parts / parts.sum(axis=2, keepdims=True))).reshape(plan.sites, -1).round(_DIGITS)
    chosen = [
        (site, row)
        for site, row in zip(sites, amounts, strict=True)
        if site.type in one["where"]
        and site.index % one.get("every", 1) == one.get("first", 0)
        and one.get("unless") not in site.extras
    ]
    frame = pl.DataFrame(
        {
            "line_id": [f"{site.id}-{one['id']}-{start:%Y-%m}" for site, _ in chosen for start, _ in periods],
            "site_id": [site.id for site, _ in chosen for _ in periods],
            "start": [start for _ in chosen for start, _ in periods],
            "end": [end for _ in chosen for _, end in periods],
            "amount": np.concatenate([row for _, row in chosen]) if chosen else np.empty(0),
        },
        schema_overrides={"line_id": pl.String(), "site_id": pl.String(), "start": pl.Date(), "end": pl.Date()},
    )
    return _said(frame, one)


def _stated(plan: Plan, one: dict[str, Any]) -> pl.DataFrame:
    """A line a year of what somebody else states, at the first site."""
    last = plan.calendar_years[-1]
    rows = [
        {
            "line_id": f"sim-0001-{one['id']}-{year}-01",
            "site_id": "sim-0001",
            "start": date(year, 1, 1),
            "end": date(year, 12, 31),
            "stated": round(one["value"] * (1 + one["trend"]) ** (year - last)),
        }
        for year in plan.calendar_years
    ]
    frame = pl.DataFrame(rows, schema_overrides={"stated": pl.Float64()})
    return _said(frame, {"method": "supplier", "unit": "kg CO2e", **one})


def _said(frame: pl.DataFrame, one: dict[str, Any]) -> pl.DataFrame:
    """The columns that are alike in all lines of an activity; what it does not say is null."""
    alike: dict[str, Any] = {
        "kind": one["kind"],
        "item": one.get("item", ""),
        "unit": one["unit"],
        "method": one.get("method", "average"),
        "supplier": f"Simulated {one['id']} firm" if one.get("method") == "spend" else None,
        "estimated": "yes" if one.get("estimated") else "no",
        **dict(zip(_PEDIGREE, one.get("quality", [None] * len(_PEDIGREE)), strict=True)),
        "activity_uncertainty": one.get("sure"),
        "investee": one.get("investee"),
        "held": one.get("held"),
        "note": f"{NOTE}: {one['note']}" if "note" in one else NOTE,
    }
    missing = {name: value for name, value in alike.items() if name not in frame.columns}
    missing |= {name: None for name in COLUMNS if name not in frame.columns and name not in missing}
    return frame.with_columns(**{name: pl.lit(value, COLUMNS[name]) for name, value in missing.items()}).select(
        pl.col(name).cast(dtype) for name, dtype in COLUMNS.items()
    )


def _period(year: int, number: int, times: int) -> tuple[date, date]:
    """First and last day of the n-th of so many equal parts of a year."""
    months = 12 // times
    start = date(year, 1 + number * months, 1)
    after = date(year + (number + 1) * months // 12, (number + 1) * months % 12 + 1, 1)
    return start, after - timedelta(days=1)
