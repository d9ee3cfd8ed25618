"""What a plan has to reach: what the trend leaves above each goal, in the years of the plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from wattstone.dispatch.program import Status
from wattstone.programme.targets.course import Course
from wattstone.programme.targets.coverage import covers
from wattstone.programme.targets.interaction import added
from wattstone.programme.targets.measures import Interactions, Measures
from wattstone.programme.targets.plan import Need, Planned, Question, optimise

__all__ = ["MOST", "Best", "Missed", "best_of", "blocked_by", "needs_of", "reach"]

MOST: Final = 40
"""Years of a plan."""

_NEAR: Final = 1e-6

Why = Literal["too_little", "budgets", "together"]
"""Why a goal is missed: all measures are too little, the budgets are, or measures cannot be taken together in time."""


@dataclass(frozen=True)
class Missed:
    """A need that cannot be reached, and why."""

    need: Need
    why: Why


@dataclass(frozen=True, kw_only=True)
class Best:
    """The best plan there is.

    Parameters
    ----------
    question : Question
        With the needs that are kept, and as wishes those that cannot all be.
    planned : Planned
        Infeasible where not even what is decided can be done; then `why`.
    missed : tuple of Missed
        In the order of the wishes; one that is reached nevertheless is not among them.
    why : {'budgets', 'together'} or None
    """

    question: Question
    planned: Planned
    missed: tuple[Missed, ...] = ()
    why: Why | None = None


def needs_of(courses: Sequence[Course], measures: Measures, *, every: bool = False) -> list[Need]:
    """What measures have to reduce in each target year, without what the trend does by itself.

    Parameters
    ----------
    courses : sequence of Course
        A renewable share is left out: tonnes say nothing of it. An intensity counts with the last denominator, and is
        left out where there is none of the last known year.
    measures : Measures
    every : bool
        In each year of the pathway too, not in the target year alone.
    """
    found: list[Need] = []
    for course in courses:
        if course.goal is None or course.grows or course.last is None:
            continue
        below, end = course.quantity.years[course.last].below, int(course.target["target_year"])
        if below is None:
            continue
        counts = tuple(covers(course.target["coverage"] or (), one) for one in measures.acts_on)
        for year, ahead in course.ahead.items():
            if (every or year == end) and (limit := course.allowed.get(year)) is not None and ahead.trend > limit:
                tonnes = (ahead.trend - limit) * below
                found.append(Need(str(course.target["entry"]), year, float(tonnes), counts))
    return sorted(found, key=lambda one: (one.year, one.target))


def reach(need: Need, measures: Measures, interactions: Interactions) -> float:
    """What all measures that can be in force in the year reduce, whatever they cost. [t CO2e/a]

    Of measures that exclude each other all are counted, so that it is never too low.
    """
    can = (measures.start <= need.year) & (need.year < np.minimum(measures.latest, need.year) + measures.life)
    can[list(interactions.barred)] = False
    before = measures.done & measures.in_force(need.year)
    both = ((can & ~measures.done) | before).astype(np.float64), before.astype(np.float64)
    return float(added(measures, interactions, *both)[np.array(need.counts, dtype=bool)].sum())


def best_of(question: Question, *, seconds: float) -> Best:
    """The cheapest plan that keeps every need; where none does, the one that comes as near as can be at least cost.

    Needs that all measures together cannot reach become wishes first, then the later ones, until the others can be
    kept. Of what the wishes miss the sum is made least, and then the cost.

    Parameters
    ----------
    question : Question
    seconds : float
        Limit of each search. [s]
    """
    planned = optimise(question, seconds=seconds)
    if planned.found:
        return Best(question=question, planned=planned)
    bare = replace(question, needs=())
    if optimise(bare, seconds=seconds).status is Status.INFEASIBLE:
        free = optimise(replace(bare, budgets={}), seconds=seconds).status is not Status.INFEASIBLE
        return Best(question=bare, planned=planned, why="budgets" if free else "together")
    if planned.status is Status.INFEASIBLE:
        kept, wishes = _kept(question, seconds)
    else:  # nobody knows whether all can be kept: each is come near to
        kept, wishes = (), question.needs
    asked = replace(question, needs=kept, wishes=wishes)
    near = optimise(asked, seconds=seconds, nearest=True)
    if not near.found:
        return Best(question=asked, planned=near)
    short = sum(max(one.tonnes - near.of(one, question.years), 0.0) for one in wishes)
    limit = short + _NEAR * max(1.0, sum(one.tonnes for one in wishes))
    final = replace(asked, short=limit)
    cheapest = optimise(final, seconds=seconds)
    if not cheapest.found:
        cheapest = replace(near, status=Status.LIMIT, bound=cheapest.bound)
    if near.status is Status.LIMIT:  # nobody has shown that none comes nearer
        cheapest = replace(cheapest, status=Status.LIMIT)
    short_of = [one for one in wishes if cheapest.of(one, asked.years) < one.tonnes - _NEAR * max(1.0, one.tonnes)]
    return Best(question=final, planned=cheapest, missed=tuple(_whys(asked, short_of, seconds)))


def _kept(question: Question, seconds: float) -> tuple[tuple[Need, ...], tuple[Need, ...]]:
    """Needs that can be kept together, and those that cannot: as many of the earlier ones are kept as can be."""
    m, rules = question.measures, question.interactions
    near = [one for one in question.needs if reach(one, m, rules) >= one.tonnes]
    low, high = 0, len(near) if len(near) < len(question.needs) else len(near) - 1
    while low < high:  # by halves: each more of them is harder to keep
        middle = (low + high + 1) // 2
        found = optimise(replace(question, needs=tuple(near[:middle])), seconds=seconds)
        low, high = (low, middle - 1) if found.status is Status.INFEASIBLE else (middle, high)
    kept = tuple(near[:low])
    return kept, tuple(one for one in question.needs if one not in kept)


def _whys(question: Question, wishes: Sequence[Need], seconds: float) -> Iterator[Missed]:
    """Why each is missed: budgets are to blame only for what would be reached without them, whatever else is kept."""
    m, rules = question.measures, question.interactions
    free = optimise(replace(question, budgets={}), seconds=seconds, nearest=True) if question.budgets else None
    for one in wishes:
        if reach(one, m, rules) < one.tonnes:
            yield Missed(one, "too_little")
        elif free is not None and free.found and free.of(one, question.years) > one.tonnes - _NEAR * max(1, one.tonnes):
            yield Missed(one, "budgets")
        else:
            yield Missed(one, "together")


def blocked_by(question: Question, why: Why) -> tuple[str, ...]:
    """Measures by which what is decided cannot be done: those that cost money, or those that interact.

    Parameters
    ----------
    question : Question
    why : {'budgets', 'together'}
    """
    m, rules = question.measures, question.interactions
    decided = [status == "decided" and not m.done[n] for n, status in enumerate(m.status)]
    if why == "budgets":
        names = [name for n, name in enumerate(m.names) if decided[n] and m.capex[n] > 0]
        return tuple(names)
    tied = {n for several in rules.exclusive if any(decided[n] for n in several) for n in several if decided[n]}
    tied |= {n for a, b in rules.requires if decided[a] for n in (a, b)}
    tied |= {n for n in rules.barred if decided[n]}
    return tuple(m.names[n] for n in sorted(tied))
