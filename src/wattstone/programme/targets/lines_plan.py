"""What is said of the plan: which measures by when, what it costs, what the next tonne would cost."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from wattstone.dispatch.program import Status
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Line, Said, Table
from wattstone.programme.targets.needs import reach
from wattstone.programme.targets.plan import Need, Planned, Question, Shadow

__all__ = ["plan_charts", "plan_lines", "plan_says", "plan_tables"]

_STATUS: Final = record_kind("abatement").field("status").choices
_EXPECTED: Final = Said("as is to be expected of each measure, by its probability")
_ANNUITY: Final = Said(
    "annuities and running costs of the years in force, less savings, discounted to the first year of the plan"
)
_RELAXED: Final = Said("the multiplier of the linear relaxation, which takes measures in part: a lower measure")
_AGAIN: Final = Said("solved again with whole measures and {step} t more; it moves in steps, as whole measures do")


def plan_lines(
    question: Question, planned: Planned, shadows: Sequence[Shadow], given_up: Sequence[Need], inputs: Sequence[str],
    currency: str,
) -> Iterator[Line]:  # fmt: skip
    """Lines of the plan: its cost, investment, reductions, and prices of carbon."""
    if planned.status is not Status.OPTIMAL:
        inputs = tuple(one for one in inputs if not one.startswith("line:plan."))
        yield Line(
            name="plan.cost", label="Cost of the plan", value=None, unit=currency, period=_span(question),
            method="plan.milp/1", inputs=tuple(inputs), basis="estimated",
            reason=Said("what is decided cannot be paid within the budgets")
            if planned.status is Status.INFEASIBLE else Said("the search took too long"),
        )  # fmt: skip
        return
    yield Line(
        name="plan.cost", label="Cost of the plan", value=planned.cost, unit=currency, period=_span(question),
        method="plan.milp/1", inputs=tuple(inputs), basis="estimated",
        notes=(_ANNUITY, _EXPECTED, *_worth(question)),
    )  # fmt: skip
    yield Line(
        name="plan.investment", label="Investment of the plan", value=float(planned.spent.sum()), unit=currency,
        period=_span(question), method="plan.milp/1", inputs=tuple(inputs), basis="estimated",
        notes=(Said("undiscounted, in the years in which measures begin"),),
    )  # fmt: skip
    for need in question.needs:
        yield from _need(question, planned, need, inputs)
    for shadow in shadows:
        yield from _shadow(shadow, inputs, currency)
    for need in given_up:
        most = reach(need, question.measures, question.interactions)
        why = Said(
            "no choice of measures reaches it within the budgets: {need} t are needed, all together reduce {most} t",
            {"need": need.tonnes, "most": most},
        )
        yield _line(
            need, "plan.reduction", "Reduced in the target year by the plan", None, "t CO2e", inputs, reason=why
        )


def _worth(question: Question) -> tuple[Said, ...]:
    if not question.carbon_price:
        return ()
    return (Said("less the worth of what is reduced, at {price} a tonne", {"price": question.carbon_price}),)


def _line(
    need: Need, name: str, label: str, value: float | None, unit: str, inputs: Sequence[str], *,
    reason: Said | None = None, notes: tuple[Said, ...] = (), method: str = "plan.milp/1",
) -> Line:  # fmt: skip
    return Line(
        name=name, label=label, value=value, unit=unit, period=str(need.year), method=method, inputs=tuple(inputs),
        subject=f"entry:{need.target}", basis="estimated", reason=reason, notes=notes,
    )  # fmt: skip


def _need(question: Question, planned: Planned, need: Need, inputs: Sequence[str]) -> Iterator[Line]:
    year = question.years.index(need.year)
    done = float(planned.reduction[np.array(need.counts, dtype=bool), year].sum())
    yield _line(
        need, "plan.need", "To be reduced in the target year", need.tonnes, "t CO2e",
        (f"line:target.trend@entry:{need.target}", f"line:target.goal@entry:{need.target}"), method="plan.need/1",
    )  # fmt: skip
    yield _line(
        need, "plan.reduction", "Reduced in the target year by the plan", done, "t CO2e", inputs, notes=(_EXPECTED,)
    )


def _shadow(shadow: Shadow, inputs: Sequence[str], currency: str) -> Iterator[Line]:
    unit, need = f"{currency}/t CO2e", shadow.need
    yield _line(
        need, "plan.shadow", "Shadow price of carbon, relaxed", shadow.relaxed, unit, inputs, notes=(_RELAXED,),
        method="plan.shadow.relaxed/1",
    )  # fmt: skip
    yield _line(
        need, "plan.shadow.again", "Price of the next tonne, solved again", shadow.again, unit, inputs,
        notes=(Said(_AGAIN.text, {"step": shadow.step}),), method="plan.shadow.again/1",
        reason=None if shadow.again is not None else Said("{step} t more cannot be reached", {"step": shadow.step}),
    )  # fmt: skip


def _span(question: Question) -> str:
    return f"{question.years[0]}/{question.years[-1]}"


def plan_tables(question: Question, planned: Planned) -> Iterator[Table]:
    """When each measure begins, and what each year takes."""
    if planned.status is not Status.OPTIMAL or not len(question.measures):
        return
    m = question.measures
    rows = [
        {
            "measure": name, "status": m.status[k], "year": start, "begin": date(start, 1, 1),
            "end": date(start + int(m.life[k]) - 1, 12, 31), "capex": float(m.capex[k]),
        }
        for k, name in enumerate(m.names) if (start := planned.start.get(name)) is not None
    ]  # fmt: skip
    schema = {"measure": pl.String, "status": pl.String, "year": pl.Int32, "begin": pl.Date, "end": pl.Date,
              "capex": pl.Float64}  # fmt: skip
    yield Table(
        id="plan", title="Which measures by when", rows=pl.DataFrame(rows, schema=schema).sort("year", "measure"),
        columns=(
            Column("measure", "Measure"), Column("status", "Status", labels=_STATUS),
            Column("year", "First year"), Column("begin", "From"), Column("end", "Until"),
            Column("capex", "Investment"),
        ),
    )  # fmt: skip
    yield Table(
        id="plan-years", title="Years of the plan",
        rows=pl.DataFrame(
            {
                "year": list(question.years), "spent": planned.spent,
                "budget": [question.budgets.get(year) for year in question.years],
                "reduction": planned.reduction.sum(axis=0),
            },
            schema_overrides={"budget": pl.Float64},
        ),
        columns=(
            Column("year", "Year"), Column("spent", "Investment"), Column("budget", "Budget"),
            Column("reduction", "Reduced in the year", "t CO2e"),
        ),
    )  # fmt: skip


def plan_charts(tables: Sequence[Table]) -> Iterator[Chart]:
    """Measures over the years."""
    if any(one.id == "plan" and one.rows.height for one in tables):
        yield Chart(
            id="plan", title="Which measures by when", mark="spans", table="plan", x="measure", y="begin", to="end",
            note=Said("Each from its first year in force to the end of its life."),
        )  # fmt: skip


def plan_says(
    question: Question, planned: Planned, shadows: Sequence[Shadow], given_up: Sequence[Need], currency: str
) -> Iterator[Said]:
    """The answer in a few sentences."""
    if planned.status is Status.OPTIMAL and planned.start:
        yield Said(
            "The cheapest plan takes {count} measures for {spent} {currency} by {year}.",
            {"count": len(planned.start), "spent": float(planned.spent.sum()), "currency": currency,
             "year": question.years[-1]},
        )  # fmt: skip
    for shadow in shadows:
        if shadow.relaxed > 0:
            yield Said(
                "The next tonne of {target} costs {price} {currency}, by the relaxation.",
                {"target": shadow.need.target, "price": shadow.relaxed, "currency": currency},
            )  # fmt: skip
    for need in given_up:
        yield Said("No choice of measures reaches {target} in {year}.", {"target": need.target, "year": need.year})
