"""Sold vehicles by model and market: tables, and a line for each number of them that is an emission."""

from typing import Final

import polars as pl

from wattstone.programme.report import Column, Line, Table

__all__ = ["by_model"]

_EMITTED: Final = {
    "tank_to_wheel": "Tank to wheel", "electricity": "Generation", "fuel_upstream": "Fuel, well to tank",
    "electricity_upstream": "Electricity, upstream",
}  # fmt: skip
_AMOUNTS: Final = ("km", "litres", "kwh")
_MOST: Final = 40
"""Rows that get lines of their own; of more, the sums do."""


def by_model(
    rows: pl.DataFrame, sales: pl.DataFrame, year: int, inputs: tuple[str, ...]
) -> tuple[tuple[Table, ...], tuple[Line, ...]]:
    """Whole life of the vehicles sold, by model and market.

    Parameters
    ----------
    rows : DataFrame
        As `use_phase` gives them.
    sales : DataFrame
        Entries of the kind `vehicle_sales` of the year.
    year : int
    inputs : tuple of str
        What the sums rest on.

    Returns
    -------
    tuple of Table, tuple of Line
        Fuel and electricity; `fleet.sold.NAME` of each entry of sales, where they are few; they add up to the sums.
    """
    whole = (
        rows.sort("model", "market", "used_in")
        .group_by("model", "market", maintain_order=True)
        .agg(
            pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum()).alias(name)
            for name in (*_AMOUNTS, *_EMITTED)
        )
    )
    units = sales.select("entry", "model", "market", "units")
    made = units.join(whole, on=["model", "market"], how="left").sort("model", "market")
    lines: tuple[Line, ...] = ()
    if made.height <= _MOST:
        lines = tuple(
            Line(
                name=f"fleet.sold.{name}", label=label, value=float(row[name]), unit="kg CO2e", period=str(year),
                method="fleet.use_phase/1", subject=f"entry:{row['entry']}", inputs=inputs, basis="estimated",
            )
            for row in made.iter_rows(named=True) for name, label in _EMITTED.items() if row[name]
        )  # fmt: skip
        made = made.with_columns(
            pl.when(pl.col(name) > 0)
            .then(pl.format("fleet.sold.{}|entry:{}", pl.lit(name), "entry"))
            .alias(f"{name}@line")
            for name in _EMITTED
        )
    return _tables(made), lines


def _tables(made: pl.DataFrame) -> tuple[Table, ...]:
    """What burns and what is charged, each with the vehicles that do, or of which it is not known."""
    head = (Column("model", "Model"), Column("market", "Market"), Column("units", "Units sold"))
    burnt = (
        *head, Column("km", "Distance over the life", "km"), Column("litres", "Fuel", "L"),
        *(Column(one, _EMITTED[one], "kg CO2e") for one in ("tank_to_wheel", "fuel_upstream")),
    )  # fmt: skip
    charged = (
        *head, Column("km", "Distance over the life", "km"), Column("kwh", "Electricity at the plug", "kWh"),
        *(Column(one, _EMITTED[one], "kg CO2e") for one in ("electricity", "electricity_upstream")),
    )  # fmt: skip
    return tuple(
        Table(name, title, columns, rows)
        for name, title, columns, amount in (
            ("sold", "Fuel burnt in sold vehicles", burnt, "litres"),
            ("charged", "Electricity of sold vehicles", charged, "kwh"),
        )
        if (rows := made.filter((pl.col(amount) != 0) | pl.col(amount).is_null())).height
    )
