"""What is said of measures: each by itself and in sequence, as lines, tables and two curves."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Basis, Chart, Column, Line, Said, Table
from wattstone.programme.targets.interaction import ALL

__all__ = ["curve_charts", "curve_lines", "curve_says", "curve_tables"]

_Range = tuple[float, float] | None
Likely = Mapping[str, _Range]

_STAGES: Final = record_kind("abatement").field("stage").choices
_NEGATIVE: Final = Said(
    "Below zero the cost of a tonne does not rank: measures that pay stand first by their gain a year."
)
_BASES: Final[Mapping[str, Basis]] = {
    "stated": "stated", "savings": "measured", "dispatch": "simulated", "plant": "simulated"
}  # fmt: skip


def curve_lines(
    curve: pl.DataFrame, measures: pl.DataFrame, likely: Likely, valued: tuple[str, ...], year: int, currency: str
) -> Iterator[Line]:
    """Lines of the curve: sums first, then each measure.

    Parameters
    ----------
    curve : polars.DataFrame
        Schema `curve.CURVE`, as is to be expected of each.
    measures : polars.DataFrame
        Entries of kind `abatement`, with `inputs` of what they rest on.
    likely : mapping
        From `interaction.likely_ranges`.
    valued : tuple of str
        What the money rests on: the valuation's entry, what the asker gave.
    year : int
    currency : str
    """
    taken = curve.filter("taken")
    by_measure = dict(zip(measures["measure"], measures.iter_rows(named=True), strict=True))
    alone, together = float(curve["alone"].sum()), float(taken["reduction"].sum())

    def sums(
        name: str, label: str, value: float, unit: str, inputs: tuple[str, ...], *notes: Said, within: _Range = None
    ) -> Line:
        return Line(
            name=name, label=label, value=value, unit=unit, period=str(year), method="abatement.curve/1", inputs=inputs,
            basis="estimated", notes=notes, interval=within,
        )  # fmt: skip

    yield sums(
        "abatement.together", "All measures together, a year", together, "t CO2e", ("line:abatement.reduction",),
        Said("energy saving first, each measure from what is left; as is to be expected of each"),
        within=likely[ALL],
    )  # fmt: skip
    if valued and taken.height:
        yield sums(
            "abatement.cost", "Cost a year of all measures together", float(taken["cost"].sum()), currency,
            ("line:abatement.measure_cost",), Said("negative where they save more than they cost"),
        )  # fmt: skip
    yield sums(
        "abatement.added", "The same measures each by itself, added up", alone, "t CO2e", ("line:abatement.alone",),
        Said("more than can be had, where measures act on the same emissions or exclude each other"),
    )  # fmt: skip
    yield sums(
        "abatement.overstated", "What adding up overstates", alone - together, "t CO2e",
        ("line:abatement.added", "line:abatement.together"),
    )  # fmt: skip
    for row in curve.iter_rows(named=True):
        yield from _measure(row, by_measure[row["measure"]], likely[row["measure"]], valued, year, currency)


def _measure(
    row: Mapping[str, Any], entry: Mapping[str, Any], within: _Range, valued: tuple[str, ...], year: int, currency: str
) -> Iterator[Line]:
    inputs = tuple(map(str, entry["inputs"]))
    left = Said("another measure that excludes it is better, or what it requires is not there")
    basis = _BASES[str(entry["basis"])]
    source = Said("source: {source}", {"source": entry["source"]})
    share = entry["confidence"]
    sure = () if share is None or share == 1 else (Said("times the probability of {share}", {"share": share}),)

    def one(
        name: str, label: str, key: str, unit: str, of: tuple[str, ...], *notes: Said,
        how: Basis = "computed", ranged: _Range = None,
    ) -> Line:  # fmt: skip
        value = row[key]
        known = value is not None
        return Line(
            name=name, label=label, value=float(value) if known else None, unit=unit, period=str(year),
            method=f"{name}/1", inputs=of, subject=f"entry:{row['measure']}", basis=how, notes=notes,
            reason=None if known else left, interval=ranged,
        )  # fmt: skip

    yield one(
        "abatement.alone", "By itself, a year", "alone", "t CO2e", inputs, source, *sure, how=basis, ranged=within
    )
    yield one("abatement.reduction", "In sequence, a year", "reduction", "t CO2e", ("line:abatement.alone", *inputs))
    if valued:
        of = ("line:abatement.reduction", *inputs, *valued)
        yield one("abatement.measure_cost", "Cost a year, in sequence", "cost", currency, of)
        yield one(
            "abatement.unit_cost", "Cost of a tonne, in sequence", "unit_cost", f"{currency}/t CO2e", of, _NEGATIVE
        )
        yield one("abatement.value", "Net present value, in sequence", "value", currency, of)


def curve_says(curve: pl.DataFrame) -> Iterator[Said]:
    """The answer in a sentence or two."""
    taken = curve.filter("taken")
    if curve.is_empty():
        return
    alone, together = float(curve["alone"].sum()), float(taken["reduction"].sum())
    yield Said(
        "{count} measures reduce {together} t CO2e a year together; each by itself they add up to {alone} t.",
        {"count": taken.height, "together": together, "alone": alone},
    )  # fmt: skip


_LINKED: Final = {
    "alone": "abatement.alone", "reduction": "abatement.reduction", "cost": "abatement.measure_cost",
    "unit_cost": "abatement.unit_cost", "value": "abatement.value",
}  # fmt: skip
"""Lines that columns of the tables are."""


def _last(name: str, line: str) -> pl.Expr:
    """The end of what is added up is a line of the report; the numbers on the way are none."""
    end = pl.int_range(pl.len()) == pl.len() - 1
    return pl.when(end).then(pl.lit(f"{line}|organisation")).otherwise(pl.lit("")).alias(f"{name}@line")


def curve_tables(curve: pl.DataFrame, currency: str, *, priced: bool) -> Iterator[Table]:
    """The curve in sequence, by itself, and what is not taken."""
    stage, name = Column("stage", "Stage", labels=_STAGES), Column("measure", "Abatement measure")
    linked = curve.with_columns(
        pl.format("{}|entry:{}", pl.lit(line), "measure").alias(f"{key}@line") for key, line in _LINKED.items()
    )
    money = (
        Column("unit_cost", "Cost of a tonne", f"{currency}/t CO2e"), Column("cost", "Cost a year", currency),
        Column("value", "Net present value", currency),
    )  # fmt: skip
    taken = linked.filter("taken")
    if taken.height:
        yield Table(
            id="curve", title="Measures in sequence",
            rows=taken.with_columns(_last("cumulative", "abatement.together")),
            columns=(
                Column("rank", "Place"), name, stage, Column("alone", "By itself", "t CO2e"),
                Column("reduction", "In sequence", "t CO2e"), Column("cumulative", "Added up", "t CO2e"),
                *(money if priced else ()),
            ),
        )  # fmt: skip
    by_itself = linked.sort("alone_rank").with_columns(
        pl.col("alone").cum_sum().alias("added"), _last("added", "abatement.added"),
        *(pl.lit("").alias(f"{name}@line") for name in ("alone_unit_cost", "alone_cost", "alone_value")),
    )  # fmt: skip
    own = (
        Column("alone_unit_cost", "Cost of a tonne", f"{currency}/t CO2e"),
        Column("alone_cost", "Cost a year", currency), Column("alone_value", "Net present value", currency),
    )  # fmt: skip
    if linked.height:
        yield Table(
            id="alone", title="Measures each by itself", rows=by_itself,
            columns=(
                Column("alone_rank", "Place"), name, stage, Column("alone", "By itself", "t CO2e"),
                Column("added", "Added up", "t CO2e"), *(own if priced else ()),
                Column("taken", "Taken in the sequence"),
            ),
        )  # fmt: skip


def curve_charts(*, priced: bool, some: bool) -> Iterator[Chart]:
    """Both curves, where there is a discount rate."""
    if not priced or not some:
        return
    yield Chart(
        id="curve", title="Marginal abatement cost, in sequence", mark="blocks", table="curve", x="reduction",
        y="unit_cost", series="measure", note=_NEGATIVE,
    )  # fmt: skip
    yield Chart(
        id="alone", title="Marginal abatement cost, each by itself", mark="blocks", table="alone", x="alone",
        y="alone_unit_cost", series="measure",
        note=Said("Its widths cannot be added up: measures on the same emissions save them once."),
    )  # fmt: skip
