"""The report on green revenue and indicators."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from wattstone.programme.held import held
from wattstone.programme.indicators.checks import wrong
from wattstone.programme.indicators.commitments import by_year, progress
from wattstone.programme.indicators.lines import (
    commitment_lines,
    green_lines,
    indicator_lines,
    people_lines,
    safety_lines,
)
from wattstone.programme.indicators.linked import (
    commitments_linked,
    green_linked,
    people_linked,
    safety_linked,
    values_linked,
)
from wattstone.programme.indicators.pace import paces
from wattstone.programme.indicators.people import workforce
from wattstone.programme.indicators.safety import rates
from wattstone.programme.indicators.tables import charts, tables
from wattstone.programme.indicators.taxonomy import assessed, by_objective, counted, kpis
from wattstone.programme.indicators.years import across, against_parts
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import ModuleReport, Said

__all__ = ["build"]

_ORDER: Final = {name: place for place, name in enumerate(record_kind("taxonomy_item").field("kpi").choices)}

_LIMITS: Final = (
    Said("Whether an activity meets the criteria of a taxonomy is as its claim says; no criterion is tested here."),
    Said("No catalogue of green activities is part of Wattstone; eligible is what is claimed to be in the catalogue."),
    Said("Money that was spent shows that a promise of spending is kept, not that it had an effect."),
    Said("Rates of injuries from few cases say little; their intervals show how little."),
    Said("Water balances of sites are in the report on waste and circular economy."),
)


def build(entries: Mapping[str, pl.DataFrame], year: int, at: date | None = None) -> ModuleReport:
    """The report of a year.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind: those of the module.
    year : int
    at : date or None
        Spending up to that day; up to the end of the year where None.

    Returns
    -------
    ModuleReport
    """
    on = min(at or date(year, 12, 31), date(year, 12, 31))
    findings = tuple(wrong(entries))
    items, totals = _of(held(entries, "taxonomy_item"), year), _of(held(entries, "taxonomy_total"), year)
    told = assessed(_of(held(entries, "taxonomy_claim"), year), items, held(entries, "taxonomy"))
    shares = kpis(counted(told), totals).sort("taxonomy", pl.col("kpi").replace_strict(_ORDER, return_dtype=pl.Int8))
    promised, spending = held(entries, "commitment"), held(entries, "spending")
    kept = progress(promised.filter(pl.col("start") <= on), spending, on)
    safety = rates(_of(held(entries, "safety_year"), year), ["group"])
    people = workforce(held(entries, "workforce"), ["year"])
    values = across(held(entries, "indicator_value"), held(entries, "indicator")).filter(pl.col("year") <= year)
    parts = against_parts(held(entries, "indicator_value"), held(entries, "indicator")).filter(pl.col("year") <= year)
    lines = (
        *green_lines(shares, told, year),
        *commitment_lines(kept, spending, on),
        *safety_lines(safety, year),
        *people_lines(_of(people, year), year),
        *indicator_lines(_of(values, year), year),
    )
    pace_tables, pace_charts = paces(by_year(promised, spending, on), kept)
    rows = {
        "green": green_linked(shares),
        "claims": told.with_columns(pl.col("held_back").fill_null("none")),
        "objectives": by_objective(told),
        "commitments": commitments_linked(kept),
        "safety": safety_linked(safety),
        "safety_sites": rates(_of(held(entries, "safety_year"), year), ["site", "group"]),
        "people": people_linked(people.filter(pl.col("year") <= year).sort("year"), year),
        "values": values_linked(_readable(values), "value", year),
        "parts": values_linked(parts, "total", year),
    }
    return ModuleReport(
        module="indicator",
        title="Green revenue and indicators",
        period=str(year),
        says=_says(shares, kept, _of(values, year), on),
        lines=lines,
        tables=(*tables(rows), *pace_tables),
        charts=(*(drawn := charts(rows))[:1], *pace_charts, *drawn[1:]),
        findings=findings,
        limits=_LIMITS,
        first=_first(shares, kept),
    )


def _of(frame: pl.DataFrame, year: int) -> pl.DataFrame:
    return frame.filter(pl.col("year") == year)


def _first(shares: pl.DataFrame, kept: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """Shares of turnover that are aligned, and what is spent of commitments: two of each."""
    turnover = shares.filter(kpi="turnover")["taxonomy"].head(2)
    return (
        *(("indicator.green.turnover.aligned_share", f"entry:{one}") for one in turnover),
        *(("indicator.commitment.spent", f"entry:{one}") for one in kept["commitment"].head(2)),
    )


def _readable(values: pl.DataFrame) -> pl.DataFrame:
    """Changes in per cent, and a dash where nothing is said or counted in no unit."""
    return values.with_columns(
        change=(pl.col("change") * 100).round(1),
        explained=pl.col("explained").fill_null("–"),
        unit=pl.col("unit").replace("1", "–"),
    )


def _says(shares: pl.DataFrame, kept: pl.DataFrame, values: pl.DataFrame, on: date) -> tuple[Said, ...]:
    said: list[Said] = []
    turnover = shares.filter((pl.col("kpi") == "turnover") & pl.col("aligned_share").is_not_null())
    said += [
        Said(
            "By {taxonomy}, {aligned:.1%} of turnover is aligned and {eligible:.1%} eligible.",
            {
                "taxonomy": one["taxonomy"],
                "aligned": one["aligned_share"],
                "eligible": one["eligible_share"],
            },
        )
        for one in turnover.iter_rows(named=True)
    ]
    said += [
        Said(
            "Of {commitment}, {part:.0%} is spent when {elapsed:.0%} of its time has passed, on {day}.",
            {
                "commitment": one["commitment"],
                "part": one["spent"] / one["amount"],
                "elapsed": one["elapsed"],
                "day": on.isoformat(),
            },
        )
        for one in kept.iter_rows(named=True)
    ]
    said.append(Said("Indicators with a value for the year: {count}.", {"count": values.height}))
    return tuple(said)
