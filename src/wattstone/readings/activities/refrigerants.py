"""Refrigerant lost, from what the equipment holds, and what is said of the equipment."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from wattstone.readings.cells import Cells

__all__ = ["lost_refrigerant", "noted"]

LEAK: Final = "refrigerant_leak"
END: Final = "refrigerant_end_of_life"
_SAID = ("equipment", "charge", "leak_rate", "charge_left", "recovered", "investee", "held")


def lost_refrigerant(cells: Cells, columns: Mapping[str, pl.Series]) -> pl.Series:
    """Refrigerant that equipment lost in operation, or at the end of its life [1]_.

    In operation a charge B loses B x in a year, of which the line's days are a part; at the end of life what is left
    of it, p, is lost but for the part that is recovered, so that B p (1 - r) is emitted.

    Parameters
    ----------
    cells : Cells
        With the columns charge [kg], leak_rate, charge_left and recovered [parts of one, or %].
    columns : mapping
        Series of kind, start and end.

    Returns
    -------
    (n,) Series of Float64
        Null where the line is no such one, or has an amount of its own. [unit of the line, kg]

    References
    ----------
    .. [1] IPCC, "2006 IPCC Guidelines for National Greenhouse Gas Inventories," vol. 3, ch. 7, equations 7.13, 7.14.
    """
    charge = cells.number("charge")
    parts = {name: cells.part(name) for name in ("leak_rate", "charge_left", "recovered")}
    for name, part in parts.items():
        cells.wrong(
            "activity.part", (part < 0) | (part > 1), name,
            found="{count:row|rows} {rows}: no {count:part|parts} of one: {texts}",
            expected="0 to 1, or a percentage",
            remedy="write 0.05 or 5 %",
        )  # fmt: skip
    frame = pl.DataFrame({"charge": charge, **parts, **{name: columns[name] for name in ("kind", "start", "end")}})
    bare = cells.text("amount").is_null() & cells.text("stated").is_null()
    needed = {LEAK: ("charge", "leak_rate"), END: ("charge", "charge_left")}
    for kind, fields in needed.items():
        for name in fields:
            cells.wrong(
                "activity.asked", (frame["kind"] == kind) & bare & charge.is_not_null() & frame[name].is_null(), name,
                found="{count:row|rows} {rows}: {field} is not said, and lines of {kind} need it",
                expected="a value",
                remedy="fill it in",
                kind=kind,
            )  # fmt: skip
    leaked = pl.col("charge") * pl.col("leak_rate") * _years()
    ended = pl.col("charge") * pl.col("charge_left") * (1 - pl.col("recovered").fill_null(0.0))
    lost = pl.when(pl.col("kind") == LEAK).then(leaked).when(pl.col("kind") == END).then(ended)
    return frame.select(pl.when(bare).then(lost).alias("lost")).to_series()


def _years() -> pl.Expr:
    """How many years a line covers: its days, each as a part of its own calendar year."""
    start, end = pl.col("start"), pl.col("end")
    first = pl.when(start.dt.is_leap_year()).then(366).otherwise(365)
    last = pl.when(end.dt.is_leap_year()).then(366).otherwise(365)
    turn = pl.min_horizontal(end, pl.date(start.dt.year(), 12, 31))
    before = ((turn - start).dt.total_days() + 1) / first
    return before + (end - turn).dt.total_days() / last


def noted(cells: Cells) -> pl.Series:
    """The note of each line, with what is said of the equipment or the holding behind it."""
    said = [
        pl.when(pl.col(name).is_not_null()).then(pl.format("{} {}", pl.lit(name), name))
        for name in _SAID
        if name in cells.titles
    ]
    frame = pl.DataFrame({name: cells.text(name) for name in ("note", *_SAID)})
    joined = pl.concat_str("note", *said, separator="; ", ignore_nulls=True)
    return frame.select(joined.fill_null("").alias("note")).to_series()
