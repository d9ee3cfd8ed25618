"""Sizes of PV and storage in a table: the best first, each with its interval of 90 %."""

import math

from wattstone.dispatch.sizing import Interval, frontier
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.numbers import every, three
from wattstone.workflows.dispatch.size import SizedSite

HEADS = ("PV [kW]", "Storage [kWh]", "[kW]", "Investment", "Bill a year", "Saves a year", "Net present value",
         "Avoids [t CO2e]", "Own use [%]", "")  # fmt: skip


def size_table(done: SizedSite, scenario: str) -> Table:
    """Options of a scenario by their net present value.

    Parameters
    ----------
    done : SizedSite
        What was found.
    scenario : str
        Name of the course of prices.
    """
    options = sorted(done.of(scenario), key=lambda one: -one.npv.value)
    kept = {one.option for one in frontier(options)}
    currency = done.place.file.site.currency
    heads = tuple(Head(f"{name} [{currency}]" if 3 <= at <= 6 else name, at < 9) for at, name in enumerate(HEADS))
    rows = tuple(
        (
            Cell(three(one.option.pv), numeric=True),
            Cell(three(one.option.energy), numeric=True),
            Cell(three(one.option.power), numeric=True),
            Cell(every(one.investment), numeric=True),
            Cell(every(one.cost.value), numeric=True),
            Cell(_bounds(one.saving), numeric=True),
            Cell(_bounds(one.npv), numeric=True),
            Cell(_bounds(one.avoided, 1000), numeric=True),
            Cell(_bounds(one.self_consumption, 0.01), numeric=True),
            Cell("best" if at == 0 else "no other is worth more and avoids more" if one.option in kept else ""),
        )
        for at, one in enumerate(options)
    )
    return Table(heads, rows)


def _bounds(one: Interval, unit: float = 1.0) -> str:
    if not math.isfinite(one.value):
        return ""
    low, value, high = (three(x / unit) for x in (one.low, one.value, one.high))
    return f"{value} ({low} to {high})"
