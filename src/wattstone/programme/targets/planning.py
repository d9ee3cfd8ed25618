"""The plan of measures of a report: what is asked, what is already there, and what comes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from wattstone.base import Finding
from wattstone.programme.held import held
from wattstone.programme.report import Chart, Line, Said, Table
from wattstone.programme.targets.course import Course
from wattstone.programme.targets.lines_plan import beyond_says, plan_charts, plan_lines, plan_says, plan_tables
from wattstone.programme.targets.measures import Measures, interactions_of
from wattstone.programme.targets.needs import MOST, Best, best_of, needs_of
from wattstone.programme.targets.plan import Need, Question, shadow_prices
from wattstone.programme.targets.progress import four

__all__ = ["Given", "Money", "Part", "begun", "plan_of"]

SECONDS: Final = 20.0
"""Limit of each search of a plan in a report."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the asker gives beside the entries.

    Parameters
    ----------
    rate : float or None
        Discount rate, in place of the valuation's. [1/a]
    carbon_price : float or None
        In place of the valuation's. [currency/t CO2e]
    target : str or None
        One target alone.
    horizon : int or None
        Last year of the plan.
    every : bool
        The plan keeps every year of a pathway, not the target year alone.
    """

    rate: float | None = None
    carbon_price: float | None = None
    target: str | None = None
    horizon: int | None = None
    every: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        """What lines name."""
        told = {"rate": self.rate, "carbon_price": self.carbon_price, "horizon": self.horizon,
                "every": self.every or None}  # fmt: skip
        return tuple(f"given:{name}={value}" for name, value in told.items() if value is not None)


@dataclass(frozen=True)
class Money:
    """By what money is valued: rate, price of carbon, currency, what that rests on, and whether inflation is in it."""

    rate: float | None
    price: float
    currency: str
    inputs: tuple[str, ...]
    terms: str | None = None


@dataclass(frozen=True)
class Part:
    """What a part of the report says."""

    says: tuple[Said, ...] = ()
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    findings: tuple[Finding, ...] = ()


def begun(measures: Measures, first: int) -> Measures:
    """The same with what has begun before a year marked as done: the inventory has its reduction.

    Parameters
    ----------
    measures : Measures
    first : int
        First year that is not known.
    """
    sure = np.array([one in ("planned", "decided") for one in measures.status], dtype=bool)
    return replace(measures, done=sure & (measures.start < first))


def plan_of(
    entries: Mapping[str, pl.DataFrame], courses: Sequence[Course], measures: Measures, places: Mapping[str, int],
    money: Money, asked: Given, first: int,
) -> Part:  # fmt: skip
    """The plan from the first year that is not known on.

    Parameters
    ----------
    entries : mapping of str to polars.DataFrame
    courses : sequence of Course
    measures : Measures
        From `begun`.
    places : mapping of str to int
        Of measures in the curve, by name.
    money : Money
    asked : Given
    first : int
    """
    ahead, gone = _ahead(measures, first)
    told = tuple(_past(measures.names[n], int(measures.latest[n]), first) for n in np.flatnonzero(gone).tolist())
    if not len(courses) or not len(measures):
        return Part()
    if money.rate is None:
        return Part(says=(Said("There is no plan: no discount rate is entered or given."),), findings=told)
    if ahead.done.all():
        return Part(says=(Said("There is no plan: no measure can begin in {year} or later.", {"year": first}),),
                    findings=told)  # fmt: skip
    if asked.horizon is not None and asked.horizon < first:
        return Part(says=(Said("There is no plan: it would end in {last}, and {year} is the first year not yet known.",
                               {"last": asked.horizon, "year": first}),), findings=told)  # fmt: skip
    needs = needs_of(courses, ahead, every=asked.every)
    last = asked.horizon or max([one.year for one in needs] + [int(ahead.start.max())])
    years = tuple(range(first, min(last, first + MOST - 1) + 1))
    return _planned(entries, courses, ahead, places, money, years, needs, told)


def _planned(
    entries: Mapping[str, pl.DataFrame], courses: Sequence[Course], ahead: Measures, places: Mapping[str, int],
    money: Money, years: tuple[int, ...], needs: Sequence[Need], told: tuple[Finding, ...],
) -> Part:  # fmt: skip
    budgets, rules = held(entries, "budget"), held(entries, "interaction")
    within = interactions_of(rules, ahead, places)
    question = Question(
        measures=ahead.expected(), interactions=within.expected(ahead), years=years, rate=money.rate or 0.0,
        needs=tuple(one for one in needs if one.year in years),
        budgets=dict(budgets.select("year", "amount").iter_rows()),
        carried=frozenset(budgets.filter(pl.col("carry").fill_null(value=False))["year"]), carbon_price=money.price,
    )  # fmt: skip
    best = best_of(question, seconds=SECONDS)
    shadows = shadow_prices(best.question, best.planned, seconds=SECONDS)
    inputs = (
        "line:abatement.alone", *money.inputs,
        *(f"entry:{one}" for one in budgets["hash"]), *(f"entry:{one}" for one in rules["hash"]),
    )  # fmt: skip
    lines = tuple(plan_lines(best, courses, shadows, inputs, money.currency, money.terms))
    tables = tuple(plan_tables(best.question, best.planned, money.currency))
    beyond = [one for one in needs if one.year not in years]
    says = (*plan_says(best, shadows, money.currency), *beyond_says(beyond, years[-1]), *_undivided(courses))
    told = (*told, *_endings(ahead, max((one.year for one in needs), default=years[-1])), *_beyond_all(best, courses))
    return Part(
        says, lines, tables,
        tuple(plan_charts(tables)), told,
    )  # fmt: skip


def _undivided(courses: Sequence[Course]) -> Iterator[Said]:
    """Intensities of which nobody says the denominator: tonnes cannot be set against them."""
    for one in courses:
        if one.goal is not None and one.ahead and one.last is not None and one.quantity.years[one.last].below is None:
            yield Said("What {target} needs is not in the plan: there is no denominator of {year}.",
                       {"target": one.target["entry"], "year": one.last})  # fmt: skip


def _ahead(measures: Measures, first: int) -> tuple[Measures, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Measures that are in force already or can begin yet, and which can no more; none begins before the first year."""
    candidate = np.array([one == "candidate" for one in measures.status], dtype=bool)
    gone = candidate & (measures.latest < first)
    over = measures.done & (measures.start + measures.life <= first)
    clipped = replace(measures, start=np.where(measures.done, measures.start, np.maximum(measures.start, first)))
    return clipped.pick(~gone & ~over), gone


def _past(name: str, latest: int, first: int) -> Finding:
    return Finding(
        code="abatement.past", place=f"abatement '{name}'", severity="warning",
        found="its latest first year, {latest}, is past, and it is a candidate still",
        expected="a first year in {first} or later", remedy="set it later, or say that it was carried out",
        params={"latest": latest, "first": first},
    )  # fmt: skip


def _endings(measures: Measures, last: int) -> Iterator[Finding]:
    """Measures of the inventory whose life ends before the last goal: the trend takes what they reduce as lasting."""
    ends = measures.start + measures.life - 1
    for n in np.flatnonzero(measures.done & (ends < last)).tolist():
        yield Finding(
            code="abatement.ends", place=f"abatement '{measures.names[n]}'", severity="warning",
            found="its life ends in {end}, before {last}; what it reduces is taken as lasting",
            expected="its renewal among the measures", remedy="enter that as a measure with its own cost",
            params={"end": int(ends[n]), "last": last},
        )  # fmt: skip


def _beyond_all(best: Best, courses: Sequence[Course]) -> Iterator[Finding]:
    """Goals in whose year the plan reduces more than there is."""
    by_target = {str(one.target["entry"]): one for one in courses}
    wanted = [*best.question.needs, *best.question.wishes] if best.planned.start else []
    for need in wanted:
        course = by_target[need.target]
        below = None if course.last is None else course.quantity.years[course.last].below
        there, done = course.ahead[need.year].trend * (below or 1.0), best.planned.of(need, best.question.years)
        if done > there * (1 + 1e-9):
            yield Finding(
                code="target.more_than_there", place=f"target '{need.target}'", severity="warning",
                found="the plan reduces {done} t CO2e in {year}, and {there} t are expected",
                expected="no more than there is",
                remedy="look at the reductions, and name measures on the same emissions",
                params={"done": four(done), "there": four(there), "year": need.year},
            )  # fmt: skip
