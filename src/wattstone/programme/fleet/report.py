"""The report on vehicles: sold ones over their lives, own ones in a year, charging by hour, comparisons."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.fleet.checks import wrong
from wattstone.programme.fleet.energy import per_km
from wattstone.programme.fleet.life import distances
from wattstone.programme.fleet.own import hour_lines, own_lines
from wattstone.programme.fleet.pairs import compared
from wattstone.programme.fleet.sold import Factors, Sold, sold
from wattstone.programme.held import held
from wattstone.programme.report import Chart, Line, ModuleReport, Said

__all__ = ["build"]

_LIMITS: Final = (
    Said("Emissions of use are a forecast: distance, life, driving and coming grids are those that were entered."),
    Said("Another grid, size, range or real-world factor gives another break-even distance: read it with its inputs."),
    Said("Marginal effects of charging on the grid are not computed; factors are averages by location."),
    Said(
        "Own vehicles here are added to nothing: the inventory counts their fuel and electricity by its activities, "
        "and category 11 holds sold vehicles alone."
    ),
)

_COMPARISONS: Final = 3
"""Said at most in sentences."""


def build(
    entries: Mapping[str, pl.DataFrame], year: int, factors: Factors, *, beside: tuple[Finding, ...] = ()
) -> ModuleReport:
    """The report of a year.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.
    year : int
        Of sale.
    factors : Factors
        Of fuel, electricity and refrigerants.
    beside : tuple of Finding
        What was found by holding entries against other parts of the workspace.

    Returns
    -------
    ModuleReport
    """
    models, use = held(entries, "vehicle_model"), held(entries, "vehicle_use")
    energy, life = per_km(models), distances(models, use)
    sales = held(entries, "vehicle_sales").filter(pl.col("year") == year)
    made = sold(sales, models, energy, life, use, factors, year)
    pairs = compared(held(entries, "vehicle_comparison"), models, energy, life, factors, year)
    own = tuple(own_lines(held(entries, "own_vehicle").filter(pl.col("year") == year), factors, year))
    hours = tuple(hour_lines(held(entries, "charging_hour"), year))
    return ModuleReport(
        module="fleet", title="Vehicles", period=str(year),
        says=(*_says(made, sales, own, year), *pairs.says[:_COMPARISONS]),
        lines=(*(made.lines if sales.height else ()), *own, *hours, *pairs.lines),
        tables=(*(made.tables if sales.height else ()), *pairs.tables),
        charts=(*(_bars(made) if sales.height else ()), *pairs.charts),
        findings=(*wrong(entries), *beside), limits=_LIMITS, called=dict(_called(sales, models)),
    )  # fmt: skip


def _called(sales: pl.DataFrame, models: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Sold vehicles by model and market; the year stands beside them already."""
    named = sales.join(models.select(pl.col("id").alias("model"), "name"), on="model", how="left")
    for entry, model, name, market in named.select("entry", "model", "name", "market").iter_rows():
        yield f"entry:{entry}", f"{name or model}, {market}"


def _says(made: Sold, sales: pl.DataFrame, own: tuple[Line, ...], year: int) -> Iterator[Said]:
    if sales.is_empty():
        yield Said("No vehicles sold in {year} are entered.", {"year": year})
    else:
        total = next(one for one in made.lines if one.name == "fleet.category_11")
        units = int(sales["units"].sum())
        if total.value is None:
            yield Said("{units} vehicles were sold in {year}; what they emit in use cannot be told yet.",
                       {"units": units, "year": year})  # fmt: skip
        else:
            yield Said(
                "The {units} vehicles sold in {year} emit {tonnes} t CO2e in use over their whole life (category 11).",
                {"units": units, "year": year, "tonnes": round(total.value / 1000)},
            )
    if own:
        yield Said("Own vehicles stand apart, in scopes 1 and 2 of the year.")


def _bars(made: Sold) -> tuple[Chart, ...]:
    notes = {
        "sold": ("tank_to_wheel", Said("Whole life of the vehicles sold in the year, tank to wheel, by model.")),
        "charged": ("electricity", Said("Whole life of the vehicles sold in the year, generation, by model.")),
    }
    return tuple(
        Chart(id=one.id, title=one.title, mark="grouped" if one.rows["market"].n_unique() > 1 else "bar", table=one.id,
              x="model", y=notes[one.id][0], series="market", note=notes[one.id][1])
        for one in made.tables
    )  # fmt: skip
