"""Lines of sold vehicles: category 11 with its parts, and well to wheel beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from wattstone.programme.fleet.use_phase import Grid, use_phase
from wattstone.programme.held import rests_on
from wattstone.programme.report import Column, Line, Said, Table

__all__ = ["Factors", "Sold", "sold"]

_RULE: Final = Said(
    "whole life of the vehicles sold in the year, never divided by its years (Scope 3 Standard, table 5.4; Technical "
    "Guidance, chapter 11)"
)
_PARTS: Final = {
    "tank_to_wheel": "Fuel burnt in the vehicles, tank to wheel",
    "electricity": "Generation of the electricity charged",
    "refrigerant": "Refrigerant lost in use",
}
_BESIDE: Final = {
    "fuel_upstream": "Fuel, well to tank",
    "electricity_upstream": "Electricity, upstream of the power plant and grid losses",
}


@dataclass(frozen=True, kw_only=True)
class Factors:
    """Factors of vehicles: entries and what ships, in one form.

    Parameters
    ----------
    fuels : DataFrame
        `fuel`, `market`, `tank_to_wheel`, `well_to_tank`, `hash` or `factor`.
    grid : DataFrame
        `region`, `year`, `kg_per_kwh`, `upstream_kg_per_kwh`, `hash` or `factor`.
    refrigerants : DataFrame
        `refrigerant`, `gwp`, `hash` or `factor`.
    mode : {'trajectory', 'year_of_sale'}
    scenario : str
        Of the grid.
    """

    fuels: pl.DataFrame
    grid: pl.DataFrame
    refrigerants: pl.DataFrame
    mode: Grid
    scenario: str

    def inputs(self, rows: pl.DataFrame) -> tuple[str, ...]:
        """What stands behind the factors that vehicles used."""
        first, last = rows["used_in"].min(), rows["used_in"].max()
        markets = rows["market"].unique().to_list()
        grid = self.grid.filter(pl.col("region").is_in(markets) & pl.col("year").is_between(first, last))
        fuels = self.fuels.filter(pl.col("market").is_in([*markets, "*"]))
        keys: list[str] = []
        for kind, frame in (("fleet_grid", grid), ("fleet_fuel", fuels), ("fleet_refrigerant", self.refrigerants)):
            keys += rests_on(kind, frame["hash"])
            keys += [f"factor:{one}" for one in frame["factor"].drop_nulls().unique().sort()]
        return (*keys, f"given:grid={self.mode}")


@dataclass(frozen=True, kw_only=True)
class Sold:
    """What sold vehicles come to: lines, and rows by model, market and year of use."""

    lines: tuple[Line, ...]
    rows: pl.DataFrame
    table: Table


def sold(
    sales: pl.DataFrame, models: pl.DataFrame, energy: pl.DataFrame, life: pl.DataFrame, factors: Factors, year: int
) -> Sold:
    """Category 11 of a year.

    Parameters
    ----------
    sales : DataFrame
        Entries of the kind `vehicle_sales` of that year.
    models, energy, life : DataFrame
    factors : Factors
    year : int

    Returns
    -------
    Sold
    """
    rows = use_phase(sales, energy, life, factors.fuels, factors.grid, mode=factors.mode)
    lost = _refrigerant(sales, models, factors)
    used = models.filter(pl.col("id").is_in(sales["model"].unique().to_list()))
    inputs = (
        *rests_on("vehicle_sales", sales["hash"]), *rests_on("vehicle_model", used["hash"]),
        *(factors.inputs(rows) if rows.height else ()),
    )  # fmt: skip
    gaps = {name: _gap(rows, name, factors) for name in (*_PARTS, *_BESIDE) if name in rows.columns}
    gaps["refrigerant"] = _lacking(lost)
    amounts = {name: None if gaps[name] else float(rows[name].sum()) for name in gaps if name in rows.columns}
    amounts["refrigerant"] = None if gaps["refrigerant"] else float(lost["kg"].sum())
    lines = [
        _line(f"category_11.{name}", label, amounts[name], gaps[name], year, inputs) for name, label in _PARTS.items()
    ]
    lines.append(_total("category_11", "Use of sold vehicles, category 11", _PARTS, amounts, gaps, year))
    lines += [
        _line(f"upstream.{name}", label, amounts[name], gaps[name], year, inputs) for name, label in _BESIDE.items()
    ]
    wheel = dict.fromkeys(("tank_to_wheel", "electricity", *_BESIDE), "")
    lines.append(_total("well_to_wheel", "Well to wheel of sold vehicles", wheel, amounts, gaps, year))
    return Sold(lines=tuple(lines), rows=rows, table=_table(rows, sales))


def _refrigerant(sales: pl.DataFrame, models: pl.DataFrame, factors: Factors) -> pl.DataFrame:
    lost = models.select(pl.col("id").alias("model"), "refrigerant", "refrigerant_lost_kg")
    both = sales.join(lost, on="model", how="left").join(
        factors.refrigerants, on="refrigerant", how="left", suffix="_f"
    )
    amount = pl.col("units") * pl.col("refrigerant_lost_kg").fill_null(0.0)  # none stated: none in the line, and said
    return both.select(
        "model", "refrigerant", pl.col("refrigerant_lost_kg").is_null().alias("silent"),
        pl.when(amount == 0).then(0.0).otherwise(amount * pl.col("gwp")).alias("kg"),
    )  # fmt: skip


def _lacking(lost: pl.DataFrame) -> Said | None:
    named = lost.filter(pl.col("kg").is_null())["refrigerant"].drop_nulls().unique().sort().to_list()
    return Said("no global warming potential of {what}", {"what": ", ".join(named)}) if named else None


def _gap(rows: pl.DataFrame, name: str, factors: Factors) -> Said | None:
    """Why a part has no value; None where it has."""
    empty = rows.filter(pl.col(name).is_null())
    if empty.is_empty():
        return None
    unknown = empty.filter(pl.col("km").is_null() | pl.col("litres").is_null() | pl.col("kwh").is_null())
    if unknown.height:
        names = ", ".join(unknown["model"].unique().sort())
        return Said("consumption or distance over the life of {what} is missing", {"what": names})
    if name in ("electricity", "electricity_upstream"):
        ends = (pl.col("used_in").min().alias("first"), pl.col("used_in").max().alias("last"))
        spans = empty.group_by("market").agg(*ends).sort("market")
        told = "; ".join(f"{one['market']} {one['first']}-{one['last']}" for one in spans.iter_rows(named=True))
        return Said(
            "no average factor of electricity for {what} (scenario {scenario}); enter fleet_grid for each year of use, "
            "or ask with grid=year_of_sale",
            {"what": told, "scenario": factors.scenario or "-"},
        )  # fmt: skip
    return Said("no factor of fuel for {what}; enter fleet_fuel", {"what": ", ".join(empty["market"].unique().sort())})


def _line(name: str, label: str, value: float | None, gap: Said | None, year: int, inputs: Sequence[str]) -> Line:
    return Line(
        name=f"fleet.{name}", label=label, value=value, unit="kg CO2e", period=str(year), method="fleet.use_phase/1",
        inputs=tuple(inputs), reason=gap, notes=(_RULE,), basis="estimated",
    )  # fmt: skip


def _total(
    name: str,
    label: str,
    parts: dict[str, str],
    amounts: dict[str, float | None],
    gaps: dict[str, Said | None],
    year: int,
) -> Line:
    lacks = next((gaps[one] for one in parts if gaps[one]), None)
    told = [amounts[one] for one in parts]
    value = None if lacks else float(sum(one for one in told if one is not None))
    inputs = tuple(f"line:fleet.{'category_11' if one in _PARTS else 'upstream'}.{one}" for one in parts)
    return _line(name, label, value, lacks, year, inputs)


def _table(rows: pl.DataFrame, sales: pl.DataFrame) -> Table:
    sums = ("km", "litres", "kwh", "tank_to_wheel", "electricity", "fuel_upstream", "electricity_upstream")
    whole = rows.group_by("model", "market").agg(
        *(pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum()).alias(name) for name in sums)
    )
    units = sales.group_by("model", "market").agg(pl.col("units").sum())
    columns = (
        Column("model", "Model"), Column("market", "Market"), Column("units", "Units sold"),
        Column("km", "Distance over the life", "km"), Column("litres", "Fuel", "L"),
        Column("kwh", "Electricity at the plug", "kWh"),
        Column("tank_to_wheel", "Tank to wheel", "kg CO2e"), Column("electricity", "Generation", "kg CO2e"),
        Column("fuel_upstream", "Fuel, well to tank", "kg CO2e"),
        Column("electricity_upstream", "Electricity, upstream", "kg CO2e"),
    )  # fmt: skip
    made = units.join(whole, on=["model", "market"], how="left").sort("model", "market")
    return Table("sold", "Vehicles sold, over their life", columns, made)
