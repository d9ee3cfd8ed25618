"""What a plan has to reach: what the trend leaves above each goal, in the years of the plan."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from wattstone.dispatch.program import Status
from wattstone.programme.targets.course import Course
from wattstone.programme.targets.coverage import covers
from wattstone.programme.targets.interaction import effects
from wattstone.programme.targets.measures import Interactions, Measures
from wattstone.programme.targets.plan import Need, Planned, Question, optimise

__all__ = ["MOST", "best_of", "needs_of", "reach"]

MOST: Final = 40
"""Years of a plan."""


def needs_of(courses: Sequence[Course], measures: Measures, *, every: bool = False) -> list[Need]:
    """What measures have to reduce in each target year, without what the trend does by itself.

    Parameters
    ----------
    courses : sequence of Course
        A renewable share is left out: tonnes say nothing of it. An intensity counts with the last denominator.
    measures : Measures
    every : bool
        In each year of the pathway too, not in the target year alone.
    """
    found: list[Need] = []
    for course in courses:
        if course.goal is None or course.grows or course.last is None:
            continue
        below, end = course.quantity.years[course.last].below, int(course.target["target_year"])
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
    return float(effects(measures, interactions, can.astype(np.float64))[np.array(need.counts, dtype=bool)].sum())


def best_of(question: Question, *, seconds: float) -> tuple[Question, Planned, list[Need]]:
    """The plan that keeps every need, or as many as can be kept, the later ones given up first.

    Parameters
    ----------
    question : Question
    seconds : float
        Limit of each search. [s]

    Returns
    -------
    (Question, Planned, list of Need)
        The question with the needs that are kept, its plan, and the needs that cannot be kept.
    """
    given_up: list[Need] = []
    while True:
        planned = optimise(question, seconds=seconds)
        if planned.status is not Status.INFEASIBLE or not question.needs:
            return question, planned, given_up
        far = [one for one in question.needs if reach(one, question.measures, question.interactions) < one.tonnes]
        last = far[-1] if far else question.needs[-1]
        given_up.append(last)
        question = replace(question, needs=tuple(one for one in question.needs if one is not last))
