"""Lines of own vehicles in scopes 1 and 2, and of charging by the hour."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from wattstone.programme.fleet.charging import charged
from wattstone.programme.fleet.sold import Factors, shipped
from wattstone.programme.held import rests_on
from wattstone.programme.report import Line, Said

__all__ = ["hour_lines", "own_lines"]

_BY_LOCATION: Final = Said("by location, with the average factor of the year; contracts for electricity are not in it")
_NOT_ADDED: Final = Said(
    "added to nothing here: the inventory counts it where it is entered among its activities or metered"
)
_WITHIN: Final = Said("part of the sites' electricity already, so it is not added to anything")
_BASES: Final = {
    "average": Said("average factors by location; the figure stands beside category 11 and the inventory, in neither"),
    "marginal": Said("marginal factors: what one more kilowatt-hour causes; they belong in no inventory"),
    "market": Said("market-based factors: what was contracted; they are not compared with factors by location"),
    "": Said("the kind of these factors is not stated"),
}


def own_lines(own: pl.DataFrame, factors: Factors, year: int) -> Iterator[Line]:
    """Own vehicles of a year.

    Parameters
    ----------
    own : DataFrame
        Entries of the kind `own_vehicle` of that year.
    factors : Factors
        Fuel as it is entered, then as it ships; electricity as it ships for the inventory, then as it is entered.
    year : int

    Yields
    ------
    Line
        Scope 1, scope 2 of what is charged elsewhere, and beside them what is charged behind meters of sites.
    """
    if own.is_empty():
        return
    fuel, grid = _fuels(factors), _grid(factors, year)
    both = _with_fuel(own, fuel).join(grid, on="region", how="left").sort("entry").with_columns(
        (pl.col("fuel_l").fill_null(0.0) * pl.col("factor_l")).alias("burnt"),
        (pl.col("kwh_elsewhere") * pl.col("kg_per_kwh")).alias("bought"),
        (pl.col("kwh_at_site") * pl.col("kg_per_kwh")).alias("metered"),
    )  # fmt: skip
    used = both.filter(pl.col("fuel_l") > 0)
    no_fuel = used.filter(pl.col("burnt").is_null())["fuel"].unique().sort().to_list()
    lacks = Said("no factor of fuel for {what}; enter fleet_fuel", {"what": ", ".join(map(str, no_fuel))})
    yield _own_line(
        "scope_1", "Own vehicles, scope 1: fuel", used, "burnt", year, _rests(own, used, "fleet_fuel", "_f"),
        lacks if no_fuel else None, (_NOT_ADDED,),
    )  # fmt: skip
    for name, column, amount, label, notes in (
        ("scope_2", "bought", "kwh_elsewhere", "Own vehicles, scope 2: charged elsewhere", (_BY_LOCATION, _NOT_ADDED)),
        ("scope_2_in_sites", "metered", "kwh_at_site", "Own vehicles: charged behind meters of sites",
         (_BY_LOCATION, _WITHIN)),
    ):  # fmt: skip
        drawn = both.filter(pl.col(amount) > 0)
        none = drawn.filter(pl.col(column).is_null())["region"].fill_null("-").unique().sort().to_list()
        lacks = Said("no average factor of electricity of {year} for {what}; enter fleet_grid",
                     {"year": year, "what": ", ".join(map(str, none))}) if none else None  # fmt: skip
        yield _own_line(name, label, drawn, column, year, _rests(own, drawn, "fleet_grid", "_g"), lacks, notes)


def _fuels(factors: Factors) -> pl.DataFrame:
    """Factors of fuel: what is entered before what ships for own vehicles."""
    entered = factors.fuels.filter(pl.col("factor").is_null())
    ships = factors.own_fuels if factors.own_fuels is not None else factors.fuels.filter(pl.col("factor").is_not_null())
    known = entered["fuel"].unique().to_list()
    rests = (pl.col("hash").alias("hash_f"), pl.col("factor").alias("factor_f"))
    named = (pl.col("tank_to_wheel").alias("factor_l"), *rests)
    return pl.concat([
        one.select("fuel", pl.col("market").alias("region"), *named)
        for one in (entered, ships.filter(~pl.col("fuel").is_in(known)))
    ])  # fmt: skip


def _with_fuel(own: pl.DataFrame, fuel: pl.DataFrame) -> pl.DataFrame:
    """Rows with the factor of their fuel: that of the region before that of all markets."""
    everywhere = fuel.filter(pl.col("region") == "*").drop("region")
    both = own.join(fuel.filter(pl.col("region") != "*"), on=["fuel", "region"], how="left")
    both = both.join(everywhere, on="fuel", how="left", suffix="_all")
    return both.with_columns(pl.coalesce(one, f"{one}_all").alias(one) for one in ("factor_l", "hash_f", "factor_f"))


def _grid(factors: Factors, year: int) -> pl.DataFrame:
    """Electricity of the year by region: that of the inventory before what is entered."""
    entered = factors.grid.filter((pl.col("year") == year) & ~pl.col("region").is_in(factors.own["region"].to_list()))
    ships = factors.own.select("region", "kg_per_kwh", pl.lit(None, pl.String).alias("hash_g"),
                               pl.col("factor").alias("factor_g"))  # fmt: skip
    told = entered.select("region", "kg_per_kwh", pl.col("hash").alias("hash_g"), pl.col("factor").alias("factor_g"))
    return pl.concat([ships, told]).unique("region", keep="first", maintain_order=True)


def _rests(own: pl.DataFrame, rows: pl.DataFrame, kind: str, end: str) -> tuple[str, ...]:
    factor = rows.select(pl.col(f"factor{end}").alias("factor"))
    return (*rests_on("own_vehicle", own["hash"]), *rests_on(kind, rows[f"hash{end}"]), *shipped(factor))


def _own_line(
    name: str, label: str, rows: pl.DataFrame, column: str, year: int, inputs: tuple[str, ...], lacks: Said | None,
    notes: tuple[Said, ...],
) -> Line:  # fmt: skip
    return Line(
        name=f"fleet.own.{name}", label=label, value=None if lacks else float(rows[column].sum()), unit="kg CO2e",
        period=str(year), method="fleet.own/1", inputs=inputs, reason=lacks, notes=notes,
    )  # fmt: skip


def hour_lines(hours: pl.DataFrame, year: int) -> Iterator[Line]:
    """What a kilowatt-hour emits as each profile draws it, and drawn evenly.

    Parameters
    ----------
    hours : DataFrame
        Entries of the kind `charging_hour`; those of another year are left out.
    year : int

    Yields
    ------
    Line
    """
    hours = hours.filter(pl.col("year").is_null() | (pl.col("year") == year))
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
        elif rows["basis"].fill_null("").n_unique() > 1:
            lacks = Said("the profile mixes average, marginal and market-based factors")
        basis = rows["basis"].fill_null("")[0]
        for name, label, value in (
            ("factor", "Electricity by the hours of charging", one.factor),
            ("flat", "The same, drawn evenly", one.flat),
        ):  # fmt: skip
            yield Line(
                name=f"fleet.charging.{name}", label=label,
                value=None if lacks or not np.isfinite(value) else value, unit="kg CO2e/kWh", period=str(year),
                method="fleet.charging/1", inputs=inputs, subject=subject, notes=(_BASES[basis],),
                reason=lacks or (None if np.isfinite(value) else Said("not every hour has a factor")),
            )  # fmt: skip
