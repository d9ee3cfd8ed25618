"""What is said of the plan: which measures by when, what it costs, what the next tonne would cost."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from wattstone.dispatch.program import Status
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Line, Said, Table
from wattstone.programme.targets.course import Course
from wattstone.programme.targets.needs import Best, Missed, Why, blocked_by, reach
from wattstone.programme.targets.plan import Need, Planned, Question, Shadow

__all__ = ["beyond_says", "plan_charts", "plan_lines", "plan_says", "plan_tables"]

_STATUS: Final = record_kind("abatement").field("status").choices
_EXPECTED: Final = Said("as is to be expected of each measure, by its probability")
_ANNUITY: Final = Said(
    "annuities and running costs of the years in force, less savings, discounted to the end of the plan's first year"
)
_NEAREST: Final = Said("the plan comes as near as can be, and costs least of those that come as near")
_MISSED: Final[Mapping[Why, str]] = {
    "too_little": "All measures together do not reach {target} in {year}: {short} t CO2e are missing.",
    "budgets": "Within the budgets {target} is not reached in {year}: {short} t CO2e are missing.",
    "together": "Measures that can be in force together do not reach {target} in {year}: {short} t CO2e are missing.",
}
_TERMS: Final = {
    "real": "the discount rate is real: costs and savings are in the money of one year",
    "nominal": "the discount rate is nominal, while costs and savings stay the same each year: with inflation they "
    "would rise",
}
_RELAXED: Final = Said("the multiplier of the linear relaxation, which takes measures in part: a lower measure")
_AGAIN: Final = Said("solved again with whole measures and {step} t more; it moves in steps, as whole measures do")


def plan_lines(
    best: Best, courses: Sequence[Course], shadows: Sequence[Shadow], inputs: Sequence[str], currency: str,
    terms: str | None,
) -> Iterator[Line]:  # fmt: skip
    """Lines of the plan: its cost, investment, reductions, what is missed, and prices of carbon.

    Parameters
    ----------
    best : Best
    courses : sequence of Course
        Of the targets.
    shadows : sequence of Shadow
    inputs : sequence of str
        What every number of the plan rests on, beside what is needed.
    currency : str
    terms : str or None
        Of the discount rate: `real` or `nominal`.
    """
    question, planned = best.question, best.planned
    if not planned.found:
        yield Line(
            name="plan.cost", label="Cost of the plan", value=None, unit=currency, period=_span(question),
            method="plan.milp/1", inputs=tuple(inputs), basis="estimated", reason=_none(best),
        )  # fmt: skip
        return
    wanted = [*question.needs, *question.wishes]
    inputs = (*inputs, *dict.fromkeys(f"line:plan.need@entry:{one.target}" for one in wanted))
    yield Line(
        name="plan.cost", label="Cost of the plan", value=planned.cost, unit=currency, period=_span(question),
        method="plan.milp/1", inputs=inputs, basis="estimated",
        notes=(_ANNUITY, _EXPECTED, *_worth(question), *_terms(terms), *_stopped(planned, currency)),
    )  # fmt: skip
    yield Line(
        name="plan.investment", label="Investment of the plan", value=float(planned.spent.sum()), unit=currency,
        period=_span(question), method="plan.milp/1", inputs=inputs, basis="estimated",
        notes=(Said("undiscounted, in the years in which measures begin"),),
    )  # fmt: skip
    by_target = {str(one.target["entry"]): one for one in courses}
    for need in wanted:
        yield from _need(planned.of(need, question.years), need, by_target[need.target], inputs)
    missed = {(one.need.target, one.need.year): one for one in best.missed}
    for need in wanted:
        found = missed.get((need.target, need.year))
        yield _kept(need) if found is None else _missed(best, found)
    for shadow in shadows:
        yield from _shadow(shadow, inputs, currency, question.carbon_price)


def _none(best: Best) -> Said:
    """Why there is no plan at all."""
    if best.planned.status is not Status.INFEASIBLE or best.why is None:
        return Said("the search took too long")
    names = {"measures": blocked_by(best.question, best.why)}
    if best.why == "budgets":
        return Said("what is decided cannot be paid within the budgets: {measures}", names)
    return Said("what is decided cannot be done together in its years: {measures} exclude or require each other", names)


def _stopped(planned: Planned, currency: str) -> tuple[Said, ...]:
    """How far from the best a search may be that was stopped."""
    if planned.status is not Status.LIMIT:
        return ()
    return (Said("the search was stopped: no choice costs less than {bound} {currency}",
                 {"bound": planned.bound, "currency": currency}),)  # fmt: skip


def _terms(terms: str | None) -> tuple[Said, ...]:
    return (Said(_TERMS[terms]),) if terms in _TERMS else ()


def _missed(best: Best, missed: Missed) -> Line:
    """What a goal is missed by, though the plan comes as near as can be."""
    question, need = best.question, missed.need
    most = reach(need, question.measures, question.interactions)
    words = {
        "too_little": Said("all measures together reduce {most} t, where {need} t are needed",
                           {"most": most, "need": need.tonnes}),
        "budgets": Said("without the budgets {need} t could be reduced", {"need": need.tonnes}),
        "together": Said(
            "the measures that count exclude each other, begin too late or have ended by then: {measures}",
            {"measures": tuple(name for name, one in zip(question.measures.names, need.counts, strict=True) if one)},
        ),
    }  # fmt: skip
    return _line(
        need, "plan.shortfall", "Missing in the year", need.tonnes - best.planned.of(need, question.years), "t CO2e",
        ("line:plan.need", "line:plan.reduction"), notes=(words[missed.why], _NEAREST), method="plan.shortfall/1",
    )  # fmt: skip


def _kept(need: Need) -> Line:
    """A goal that the plan keeps is missed by nothing."""
    return _line(
        need, "plan.shortfall", "Missing in the year", 0.0, "t CO2e", ("line:plan.need", "line:plan.reduction"),
        notes=(Said("the plan reduces what is needed, or more"),), method="plan.shortfall/1",
    )  # fmt: skip


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


def _need(done: float, need: Need, course: Course, inputs: Sequence[str]) -> Iterator[Line]:
    end, ahead = need.year == course.target["target_year"], course.ahead[need.year]
    known = tuple(dict.fromkeys(key for one in course.quantity.years.values() for key in one.inputs))
    of = ("line:target.trend@", "line:target.goal@") if end else ("line:plan.trend@", "line:plan.allowed@")
    if not end:
        yield _line(
            need, "plan.trend", "Expected in the year without measures", ahead.trend, course.quantity.unit, known,
            method="target.trend/1",
        )  # fmt: skip
        yield _line(
            need, "plan.allowed", "Allowed in the year", course.allowed[need.year], course.quantity.unit,
            (*course.inputs, f"line:target.base@entry:{need.target}"), method="target.allowed/1",
        )  # fmt: skip
    under = () if course.last is None else course.quantity.years[course.last].under
    notes = (Said("times the denominator of {year}", {"year": course.last}),) if under else ()
    yield _line(
        need, "plan.need", "To be reduced in the year", need.tonnes, "t CO2e",
        (*(f"{one}entry:{need.target}" for one in of), *under), method="plan.need/1", notes=notes,
    )  # fmt: skip
    yield _line(need, "plan.reduction", "Reduced in the year by the plan", done, "t CO2e", inputs, notes=(_EXPECTED,))


def _shadow(shadow: Shadow, inputs: Sequence[str], currency: str, price: float) -> Iterator[Line]:
    unit, need = f"{currency}/t CO2e", shadow.need
    beside = (Said("beside the price of carbon of {price} a tonne", {"price": price}),) if price else ()
    yield _line(
        need, "plan.shadow", "Shadow price of carbon, relaxed", shadow.relaxed, unit, inputs, notes=(_RELAXED, *beside),
        method="plan.shadow.relaxed/1",
    )  # fmt: skip
    if not shadow.tried:
        return
    yield _line(
        need, "plan.shadow.again", "Price of the next tonne, solved again", shadow.again, unit, inputs,
        notes=(Said(_AGAIN.text, {"step": shadow.step}), *beside), method="plan.shadow.again/1",
        reason=None if shadow.again is not None else Said("{step} t more cannot be reached", {"step": shadow.step}),
    )  # fmt: skip


def _span(question: Question) -> str:
    return f"{question.years[0]}/{question.years[-1]}"


def plan_tables(question: Question, planned: Planned, currency: str) -> Iterator[Table]:
    """When each measure begins, and what each year takes."""
    if not planned.found or not len(question.measures):
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
    frame = pl.DataFrame(rows, schema=schema).sort("year", "measure").with_columns(pl.lit("").alias("capex@line"))
    yield Table(
        id="plan", title="Which measures by when", rows=frame,
        columns=(
            Column("measure", "Abatement measure"), Column("status", "Status", labels=_STATUS),
            Column("year", "First year"), Column("begin", "From"), Column("end", "Until"),
            Column("capex", "Investment", currency),
        ),
    )  # fmt: skip
    yield Table(
        id="plan-years", title="Years of the plan",
        rows=pl.DataFrame(
            {
                "year": list(question.years), "spent": planned.spent, "reduction": planned.reduction.sum(axis=0),
                "spent@line": [""] * len(question.years), "reduction@line": [""] * len(question.years),
            }
        ),
        columns=(
            Column("year", "Year"), Column("spent", "Investment", currency),
            Column("reduction", "Reduced in the year", "t CO2e"),
        ),
    )  # fmt: skip
    yield from _budgets(question, planned, currency)


def _budgets(question: Question, planned: Planned, currency: str) -> Iterator[Table]:
    """What years with a budget have, take and leave; a year without one has no limit and is not here."""
    rows: list[tuple[int, float, float, float, float]] = []
    rest: dict[int, float] = {}
    for year, spent in zip(question.years, planned.spent.tolist(), strict=True):
        if year in question.budgets:
            before = rest.get(year - 1, 0.0) if year - 1 in question.carried else 0.0
            rest[year] = question.budgets[year] + before - spent
            rows.append((year, question.budgets[year], before, spent, rest[year]))
    if not rows:
        return
    names = ("budget", "carried", "spent", "left")
    yield Table(
        id="plan-budgets", title="Budgets of the plan",
        rows=pl.DataFrame(
            rows, schema={"year": pl.Int32, **dict.fromkeys(names, pl.Float64)}, orient="row"
        ).with_columns(pl.lit("").alias(f"{name}@line") for name in names),
        columns=(
            Column("year", "Year"), Column("budget", "Budget", currency),
            Column("carried", "Carried from the year before", currency), Column("spent", "Investment", currency),
            Column("left", "Left", currency),
        ),
    )  # fmt: skip


def plan_charts(tables: Sequence[Table]) -> Iterator[Chart]:
    """Measures over the years."""
    if any(one.id == "plan" and one.rows.height for one in tables):
        yield Chart(
            id="plan", title="Which measures by when", mark="spans", table="plan", x="measure", y="begin", to="end",
            note=Said("Each from its first year in force to the end of its life."),
        )  # fmt: skip


def plan_says(best: Best, shadows: Sequence[Shadow], currency: str) -> Iterator[Said]:
    """The answer in a few sentences."""
    question, planned = best.question, best.planned
    if not planned.found:
        yield Said("There is no plan: {reason}.", {"reason": _none(best)})
        return
    told = {
        "count": len(planned.start), "spent": float(planned.spent.sum()), "currency": currency,
        "year": question.years[-1],
    }  # fmt: skip
    if best.missed:
        yield Said("The plan that comes nearest takes {count} measures for {spent} {currency} by {year}.", told)
    elif planned.start:
        yield Said("The cheapest plan takes {count} measures for {spent} {currency} by {year}.", told)
    yield from _stopped_says(planned, currency)
    last = {one.target: one.year for one in sorted(question.needs, key=lambda one: one.year)}
    for shadow in shadows:
        if shadow.relaxed > 0 and shadow.need.year == last[shadow.need.target]:
            yield Said(
                "The next tonne of {target} costs {price} {currency}, if measures could be taken in part.",
                {"target": shadow.need.target, "price": shadow.relaxed, "currency": currency},
            )  # fmt: skip
    yield from _missed_says(best)


def _missed_says(best: Best) -> Iterator[Said]:
    """Of each target what is missing in a year; of several years in the worst."""
    by_target: dict[str, list[Missed]] = {}
    for one in best.missed:
        by_target.setdefault(one.need.target, []).append(one)
    for target, several in by_target.items():
        short = {one: one.need.tonnes - best.planned.of(one.need, best.question.years) for one in several}
        worst = max(several, key=lambda one: (short[one], one.need.year))
        told = {"target": target, "year": worst.need.year, "short": short[worst]}
        if len(several) > 1:
            yield Said("{target} is missed in {count} years of the plan.", {"target": target, "count": len(several)})
        yield Said(_MISSED[worst.why], told)


def _stopped_says(planned: Planned, currency: str) -> Iterator[Said]:
    if planned.status is Status.LIMIT:
        yield Said("The search was stopped: a plan may cost {less} {currency} less at most.",
                   {"less": planned.cost - planned.bound, "currency": currency})  # fmt: skip


def beyond_says(needs: Sequence[Need], last: int) -> Iterator[Said]:
    """Needs that the plan does not reach to."""
    for one in needs:
        yield Said(
            "What {target} needs in {year} is not in the plan, which ends in {last}.",
            {"target": one.target, "year": one.year, "last": last},
        )  # fmt: skip
