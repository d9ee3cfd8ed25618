"""The report on targets and measures: where each target stands, why, and which measures by when."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from wattstone.programme.held import held
from wattstone.programme.report import Column, Line, ModuleReport, Said, Table
from wattstone.programme.targets.checks import wrong
from wattstone.programme.targets.course import Course, course_of
from wattstone.programme.targets.curve import cost_curve, ranked
from wattstone.programme.targets.interaction import likely_ranges
from wattstone.programme.targets.known import Known, quantity
from wattstone.programme.targets.lines_curve import curve_charts, curve_lines, curve_says, curve_tables
from wattstone.programme.targets.lines_targets import (
    course_charts,
    course_findings,
    course_lines,
    course_says,
    course_table,
    parts_table,
)
from wattstone.programme.targets.measures import Interactions, Measures, interactions_of, measures_of
from wattstone.programme.targets.money import annual_cost
from wattstone.programme.targets.planning import Given, Money, Part, begun, plan_of

__all__ = ["Given", "build"]

_EFFECTS: Final = {
    "activity": "Activity", "factor": "Emission factors", "weather": "Weather", "structure": "Structure",
    "price": "Prices", "method": "Method",
}  # fmt: skip

_LIMITS: Final = (
    Said("A target is compared with the own inventory alone; credits and avoided emissions are in neither."),
    Said("A straight line through past years is no prediction of business, and its interval knows the scatter alone."),
    Said("Costs, savings and reductions of measures are those entered; what is stated has not been measured."),
    Said("The plan is the cheapest of the measures entered; one that nobody entered may be cheaper."),
    Said("That a target is met says nothing of whether it is enough: no pathway is built in or recommended."),
)


def build(entries: Mapping[str, pl.DataFrame], known: Known, year: int, given: Given | None = None) -> ModuleReport:
    """The report of a year.

    Parameters
    ----------
    entries : mapping of str to polars.DataFrame
        By kind; `abatement` with `reduction` filled in, and a column `inputs` of what each rests on where that is more
        than its entry.
    known : Known
        What the inventory says.
    year : int
        That is reported; later years of the inventory are not looked at.
    given : Given or None

    Returns
    -------
    ModuleReport
    """
    asked = given or Given()
    targets = held(entries, "target").sort("form", "target_year", "entry")
    if asked.target is not None:
        targets = targets.filter(pl.col("entry") == asked.target)
    told = _with_inputs(held(entries, "abatement")).filter(pl.col("reduction") > 0).sort("measure")
    measures = measures_of(told)
    money = _money(held(entries, "valuation"), asked, told)
    places = _places(measures, money)
    interactions = interactions_of(held(entries, "interaction"), measures, places)
    courses = [
        course_of(row, quantity(row, held(entries, "target_value"), known, year), held(entries, "pathway"), measures,
                  interactions)
        for row in targets.iter_rows(named=True)
    ]  # fmt: skip
    first = max((one.last for one in courses if one.last is not None), default=year) + 1
    there = begun(measures, first)
    curved = _curve(told, there, interactions, money, year)
    planned = plan_of(entries, courses, there, places, money, asked, first)
    tables = (*_course_tables(courses, year, known), *curved.tables, *planned.tables)
    return ModuleReport(
        module="target", title="Targets and measures", period=str(year),
        says=(*(one for each in courses for one in course_says(each, year)), *curved.says, *planned.says)
        or (Said("No target and no measure is entered."),),
        lines=(*planned.lines, *curved.lines, *(one for each in courses for one in course_lines(each, year))),
        tables=tables,
        charts=(*(one for each in courses for one in course_charts(each, tables)), *curved.charts, *planned.charts),
        findings=(
            *wrong(entries), *known.findings, *(one for each in courses for one in course_findings(each, year)),
            *planned.findings,
        ),
        limits=_LIMITS, called={**_called(targets), **_called(told)},
    )  # fmt: skip


def _called(rows: pl.DataFrame) -> dict[str, str]:
    """Targets and measures in the words that were entered, with the short name that sentences use."""
    return {f"entry:{one}": f"{label} ({one})" for one, label in rows.select("entry", "label").iter_rows() if label}


def _with_inputs(measures: pl.DataFrame) -> pl.DataFrame:
    own = pl.concat_list(pl.format("entry:{}", "hash"))
    return measures if "inputs" in measures.columns else measures.with_columns(own.alias("inputs"))


def _money(valuations: pl.DataFrame, asked: Given, measures: pl.DataFrame) -> Money:
    """The valuation that was entered last in the order of names, with what the asker gives in its place."""
    row: dict[str, Any] = valuations.sort("entry").tail(1).row(0, named=True) if valuations.height else {}
    rate = asked.rate if asked.rate is not None else row.get("rate")
    price = asked.carbon_price if asked.carbon_price is not None else row.get("carbon_price")
    currency = row.get("currency") or next(iter(measures["currency"]), "CNY")
    inputs = (*((f"entry:{row['hash']}",) if row else ()), *asked.inputs)
    return Money(rate, price or 0.0, str(currency), inputs, row.get("terms"))


def _places(measures: Measures, money: Money) -> dict[str, int]:
    """Place of each measure in the curve, each by itself: the order in which they act on the same emissions."""
    sure = measures.expected()
    cost = annual_cost(sure.capex, sure.running, sure.saving, money.rate or 0.0, sure.life)
    return {measures.names[n]: at for at, n in enumerate(ranked(cost, sure.reduction).tolist())}


def _curve(told: pl.DataFrame, measures: Measures, interactions: Interactions, money: Money, year: int) -> Part:
    priced = money.rate is not None
    curve = cost_curve(
        measures.expected(), interactions.expected(measures), money.rate or 0.0, carbon_price=money.price
    )  # fmt: skip
    if curve.is_empty():
        return Part()
    likely = likely_ranges(measures, interactions, set(curve.filter("taken")["measure"]))
    lines = tuple(curve_lines(curve, told, likely, money.inputs if priced else (), year, money.currency))
    some = bool(curve["taken"].any())
    return Part(
        tuple(curve_says(curve)), lines if priced else (*lines, _no_rate("abatement.cost", year, money.currency)),
        tuple(curve_tables(curve, money.currency, priced=priced)), tuple(curve_charts(priced=priced, some=some)),
    )  # fmt: skip


def _no_rate(name: str, year: int, currency: str) -> Line:
    return Line(
        name=name, label="Cost a year of all measures together", value=None, unit=currency, period=str(year),
        method="abatement.curve/1", basis="estimated",
        reason=Said("there is no discount rate: enter a valuation, or give rate"),
    )  # fmt: skip


def _course_tables(courses: Sequence[Course], year: int, known: Known) -> Iterator[Table]:
    yield from (table for one in courses if (table := course_table(one, year)) is not None)
    if (parts := parts_table(courses, year)) is not None:
        yield parts
    if known.effects is not None and known.effects.height:
        yield Table(
            id="effects", title="Why: what changed against the year before", rows=known.effects,
            columns=(
                Column("name", "Total"), Column("effect", "Effect", labels=_EFFECTS),
                Column("value", "Change", "t CO2e"),
            ),
        )  # fmt: skip
