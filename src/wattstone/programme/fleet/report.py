"""The report on vehicles: sold ones over their lives, own ones in a year, charging by hour, comparisons."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import polars as pl

from wattstone.programme.fleet.charging import charged
from wattstone.programme.fleet.checks import wrong
from wattstone.programme.fleet.energy import per_km
from wattstone.programme.fleet.life import distances
from wattstone.programme.fleet.pairs import compared
from wattstone.programme.fleet.sold import Factors, Sold, sold
from wattstone.programme.held import held, rests_on
from wattstone.programme.report import Chart, Line, ModuleReport, Said

__all__ = ["build"]

_LIMITS: Final = (
    Said("Emissions of use are a forecast: distance, life, driving and coming grids are those that were entered."),
    Said("Another grid, size, range or real-world factor gives another break-even distance: read it with its inputs."),
    Said("Marginal effects of charging on the grid are not computed; factors are averages by location."),
    Said(
        "Own vehicles here are part of scopes 1 and 2 as the inventory counts them, and are never added to category 11."
    ),
)


def build(entries: Mapping[str, pl.DataFrame], year: int, factors: Factors) -> ModuleReport:
    """The report of a year.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind.
    year : int
        Of sale.
    factors : Factors
        Of fuel, electricity and refrigerants.

    Returns
    -------
    ModuleReport
    """
    models, use = held(entries, "vehicle_model"), held(entries, "vehicle_use")
    energy, life = per_km(models), distances(models, use)
    sales = held(entries, "vehicle_sales").filter(pl.col("year") == year)
    made = sold(sales, models, energy, life, factors, year)
    pairs = compared(held(entries, "vehicle_comparison"), models, energy, life, factors, year)
    own = tuple(_own(held(entries, "own_vehicle").filter(pl.col("year") == year), factors, year))
    hours = tuple(_hours(held(entries, "charging_hour"), year))
    return ModuleReport(
        module="fleet", title="Vehicles", period=str(year), says=tuple(_says(made, sales, own, year)),
        lines=(*(made.lines if sales.height else ()), *own, *hours, *pairs.lines),
        tables=(*((made.table,) if sales.height else ()), *pairs.tables),
        charts=(*(_bars(made) if sales.height else ()), *pairs.charts),
        findings=tuple(wrong(entries)), limits=_LIMITS,
    )  # fmt: skip


def _says(made: Sold, sales: pl.DataFrame, own: tuple[Line, ...], year: int) -> Iterator[Said]:
    if sales.is_empty():
        yield Said("No vehicles sold in {year} are entered.", {"year": year})
    else:
        total = next(one for one in made.lines if one.name == "fleet.category_11")
        units = f"{int(sales['units'].sum()):,}"
        if total.value is None:
            yield Said("{units} vehicles were sold in {year}; what they emit in use cannot be told yet.",
                       {"units": units, "year": year})  # fmt: skip
        else:
            yield Said(
                "The {units} vehicles sold in {year} emit {tonnes} t CO2e in use over their whole life (category 11).",
                {"units": units, "year": year, "tonnes": f"{total.value / 1000:,.0f}"},
            )
    if own:
        yield Said("Own vehicles stand apart, in scopes 1 and 2 of the year.")


def _bars(made: Sold) -> tuple[Chart, ...]:
    note = Said("Whole life of the vehicles sold in the year, tank to wheel, by model.")
    return (
        Chart(id="sold", title="Fuel burnt in sold vehicles", mark="bar", table="sold", x="model", y="tank_to_wheel",
              series="market", note=note),
        Chart(id="charged", title="Electricity of sold vehicles", mark="bar", table="sold", x="model", y="electricity",
              series="market", note=Said("Whole life of the vehicles sold in the year, generation, by model.")),
    )  # fmt: skip


def _own(own: pl.DataFrame, factors: Factors, year: int) -> Iterator[Line]:
    if own.is_empty():
        return
    fuels = factors.fuels.select("fuel", "market", pl.col("tank_to_wheel").alias("factor_l"), pl.col("factor"))
    everywhere = fuels.filter(pl.col("market") == "*").drop("market").unique("fuel")
    place = fuels.filter(pl.col("market") != "*").rename({"market": "region"})
    both = own.join(place, on=["fuel", "region"], how="left").join(everywhere, on="fuel", how="left", suffix="_all")
    grid = factors.grid.filter(pl.col("year") == year).select("region", pl.col("kg_per_kwh"))
    both = both.join(grid, on="region", how="left").with_columns(
        (pl.col("fuel_l").fill_null(0.0) * pl.coalesce("factor_l", "factor_l_all")).alias("burnt"),
        (pl.col("kwh_elsewhere") * pl.col("kg_per_kwh")).alias("bought"),
        (pl.col("kwh_at_site") * pl.col("kg_per_kwh")).alias("metered"),
    )
    inputs = rests_on("own_vehicle", own["hash"])
    used = both.filter(pl.col("fuel_l") > 0)
    no_fuel = used.filter(pl.col("burnt").is_null())["fuel"].unique().sort().to_list()
    lacks = Said("no factor of fuel for {what}; enter fleet_fuel", {"what": ", ".join(map(str, no_fuel))})
    yield _own_line("scope_1", "Own vehicles, scope 1: fuel", used, "burnt", year, inputs, lacks if no_fuel else None)
    for name, column, amount, label in (
        ("scope_2", "bought", "kwh_elsewhere", "Own vehicles, scope 2: charged elsewhere"),
        ("scope_2_in_sites", "metered", "kwh_at_site", "Own vehicles: charged behind meters of sites"),
    ):
        drawn = both.filter(pl.col(amount) > 0)
        none = drawn.filter(pl.col(column).is_null())["region"].fill_null("-").unique().sort().to_list()
        lacks = Said("no average factor of electricity of {year} for {what}; enter fleet_grid",
                     {"year": year, "what": ", ".join(map(str, none))}) if none else None  # fmt: skip
        within = (Said("part of the sites' electricity already, so it is not added to anything"),)
        notes = within if name == "scope_2_in_sites" else ()
        yield _own_line(name, label, drawn, column, year, inputs, lacks, notes)


def _own_line(
    name: str, label: str, rows: pl.DataFrame, column: str, year: int, inputs: tuple[str, ...], lacks: Said | None,
    notes: tuple[Said, ...] = (),
) -> Line:  # fmt: skip
    return Line(
        name=f"fleet.own.{name}", label=label, value=None if lacks else float(rows[column].sum()), unit="kg CO2e",
        period=str(year), method="fleet.own/1", inputs=inputs, reason=lacks, notes=notes,
    )  # fmt: skip


def _hours(hours: pl.DataFrame, year: int) -> Iterator[Line]:
    for profile in hours["profile"].unique().sort():
        rows = hours.filter(pl.col("profile") == profile).sort("hour")
        inputs, subject = rests_on("charging_hour", rows["hash"]), f"entry:{profile}"
        factors = rows["kg_per_kwh"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        one = charged(rows["kwh"].to_numpy().astype(np.float64), factors)
        lacks = None
        if not np.isfinite(one.factor):
            lacks = Said("an hour in which electricity is drawn has no factor, or nothing is drawn")
        elif rows.height < 24:
            lacks = Said("the profile has {count} of 24 hours", {"count": rows.height})
        for name, label, value in (
            ("factor", "Electricity by the hours of charging", one.factor),
            ("flat", "The same, drawn evenly", one.flat),
        ):  # fmt: skip
            yield Line(
                name=f"fleet.charging.{name}", label=label,
                value=None if lacks or not np.isfinite(value) else value, unit="kg CO2e/kWh", period=str(year),
                method="fleet.charging/1", inputs=inputs, subject=subject,
                reason=lacks or (None if np.isfinite(value) else Said("not every hour has a factor")),
            )  # fmt: skip
