"""The plan of measures against every choice there is, and the shadow price against the program solved again."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.dispatch.highs import PersistentModel
from wattstone.dispatch.program import Status
from wattstone.programme.targets.interaction import effects
from wattstone.programme.targets.measures import Interactions, Measures, Overlap, SameBase, plain
from wattstone.programme.targets.plan import Need, Question, optimise, shadow_prices
from wattstone.programme.targets.plan_layout import Layout


def crf(rate: float, years: int) -> float:
    """The annuity by its definition: the sum of discounted ones is 1 / a."""
    return 1 / sum((1 + rate) ** -t for t in range(1, years + 1))


def choices(q: Question) -> Iterator[tuple[int | None, ...]]:
    m = q.measures
    for starts in product(*([None, *q.years] for _ in m.names)):
        if all(one is None or m.start[k] <= one <= m.latest[k] for k, one in enumerate(starts)) and all(
            starts[k] == m.start[k] for k in range(len(m)) if m.status[k] == "decided"
        ):
            yield starts


def judged(q: Question, starts: tuple[int | None, ...]) -> float | None:
    """Cost of a choice by the words of the question alone; None where it breaks a rule."""
    m = q.measures
    force = np.array(
        [[s is not None and s <= t < s + int(m.life[k]) for t in q.years] for k, s in enumerate(starts)], dtype=float
    )
    if any(sum(starts[k] is not None for k in several) > 1 for several in q.interactions.exclusive):
        return None
    if any((force[a] > force[b]).any() for a, b in q.interactions.requires):
        return None
    left = 0.0
    for year in q.years:
        spent = sum(float(m.capex[k]) for k, s in enumerate(starts) if s == year)
        if year in q.budgets:
            left = q.budgets[year] + (left if year - 1 in q.carried else 0.0) - spent
            if left < -1e-9:
                return None
    reduced = effects(m, q.interactions, force)
    for need in q.needs:
        if reduced[np.array(need.counts), q.years.index(need.year)].sum() < need.tonnes - 1e-9:
            return None
    total = 0.0
    for n, _ in enumerate(q.years):
        for k in range(len(m)):
            a = crf(q.rate, int(m.life[k])) * m.capex[k] + m.running[k]
            unit = m.saving[k] / m.reduction[k] + q.carbon_price
            total += (a * force[k, n] - unit * reduced[k, n]) / (1 + q.rate) ** n
    return total


def best(q: Question) -> float | None:
    costs = [cost for one in choices(q) if (cost := judged(q, one)) is not None]
    return min(costs, default=None)


number = st.integers(0, 40).map(float)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    n, years = draw(st.integers(1, 3)), (2026, 2027, 2028)
    some = st.lists(number, min_size=n, max_size=n)
    reduction = [1 + r for r in draw(some)]
    measures = plain(
        reduction, capex=[10 * c for c in draw(some)], running=draw(some),
        saving=[s - 10 for s in draw(some)], life=draw(st.lists(st.integers(1, 4), min_size=n, max_size=n)),
        start=draw(st.lists(st.sampled_from([2026, 2027]), min_size=n, max_size=n)),
    )  # fmt: skip
    kinds: dict[str, object] = {}
    if n > 1:
        form = draw(st.sampled_from(["none", "same", "overlap", "exclusive", "requires"]))
        if form == "same":
            kinds["groups"] = (SameBase(50.0, tuple(draw(st.permutations(range(n))))),)
        elif form == "overlap":
            kinds["overlaps"] = (Overlap(0, 1, draw(st.sampled_from([0.25, 1.0]))),)
        elif form == "exclusive":
            kinds["exclusive"] = ((0, 1),)
        elif form == "requires":
            kinds["requires"] = ((0, 1),)
    tonnes = draw(st.sampled_from([0.0, 0.4, 0.8])) * sum(reduction)
    needs = (Need("t", draw(st.sampled_from(years)), tonnes, (True,) * n),) if tonnes else ()
    budgets = {year: 10 * draw(number) for year in years} if draw(st.booleans()) else {}
    carried = frozenset(draw(st.sets(st.sampled_from(years))))
    return Question(
        measures=measures, interactions=Interactions(**kinds), years=years, rate=draw(st.sampled_from([0.0, 0.08])),
        needs=needs, budgets=budgets, carried=carried, carbon_price=draw(st.sampled_from([0.0, 5.0])),
    )  # fmt: skip


@given(questions())
@settings(max_examples=80, deadline=None)
def test_no_choice_is_cheaper_than_the_plan(question: Question) -> None:
    wanted, planned = best(question), optimise(question)

    if wanted is None:
        assert planned.status is Status.INFEASIBLE
        return
    assert planned.status is Status.OPTIMAL
    assert_allclose(planned.cost, wanted, rtol=1e-6, atol=1e-5)
    chosen = tuple(planned.start.get(name) for name in question.measures.names)
    again = judged(question, chosen)
    assert again is not None
    assert_allclose(again, planned.cost, rtol=1e-6, atol=1e-5)


def two(need: float, **said: object) -> Question:
    """Cheap: 100 t for 1,000 a year; dear: 100 t for 5,000 a year; for one year."""
    measures = plain([100.0, 100.0], running=[1000.0, 5000.0], life=[1, 1])
    return Question(
        measures=measures, interactions=Interactions(), years=(2030,), rate=0.0,
        needs=(Need("t", 2030, need, (True, True)),), **said,
    )  # fmt: skip


def test_the_shadow_price_is_what_the_next_tonne_costs() -> None:
    """By hand: 150 t take all of the cheap one and half of the dear one, so that a tonne more costs 5,000 / 100."""
    question = two(150.0)
    planned = optimise(question)
    (shadow,) = shadow_prices(question, planned)

    assert planned.cost == pytest.approx(6000)
    assert shadow.relaxed == pytest.approx(50)
    assert shadow.again == pytest.approx(0)  # both are taken whole: 1.5 t more cost nothing


def test_a_step_beyond_all_measures_has_no_price() -> None:
    question = two(200.0)
    (shadow,) = shadow_prices(question, optimise(question))

    assert shadow.again is None


def test_solving_again_takes_the_whole_next_measure() -> None:
    """By hand: from 100 t to 101 t the dear one is added, 5,000 for 1 t more."""
    question = two(100.0)
    (shadow,) = shadow_prices(question, optimise(question))

    assert shadow.again == pytest.approx(5000)
    assert shadow.step == 1.0


@given(questions())
@settings(max_examples=40, deadline=None)
def test_the_multiplier_is_the_slope_of_the_relaxation(question: Question) -> None:
    """Against the relaxation solved a little above and below; at a kink it lies between the two slopes."""
    planned = optimise(question)
    shadows = shadow_prices(question, planned)
    if not shadows:
        return
    (need,), step = question.needs, 1e-4

    def relaxed(tonnes: float) -> float:
        moved = replace(question, needs=(replace(need, tonnes=tonnes),))
        solved = PersistentModel(Layout(moved).program(whole=False)).solve()
        return solved.objective if solved.status is Status.OPTIMAL else float("inf")

    here, back = relaxed(need.tonnes), question.discount[question.years.index(need.year)]
    low, high = (here - relaxed(need.tonnes - step)) / step / back, (relaxed(need.tonnes + step) - here) / step / back
    assert low - 1e-3 <= shadows[0].relaxed <= high + 1e-3


def test_the_price_of_carbon_takes_what_is_cheaper_than_it() -> None:
    """By hand: 10 and 50 a tonne; at 20 the first is taken alone, at 60 both."""
    for price, names in ((5.0, set()), (20.0, {"m0"}), (60.0, {"m0", "m1"})):
        question = replace(two(0.0), needs=(), carbon_price=price)
        assert set(optimise(question).start) == names


def test_a_budget_that_is_carried_waits_for_the_dear_measure() -> None:
    """60 a year: 100 can be paid in the second year only where the first year's rest is carried."""
    measures = plain([10.0], capex=[100.0], saving=[1000.0], life=[10])
    question = Question(
        measures=measures, interactions=Interactions(), years=(2026, 2027), rate=0.0, budgets={2026: 60.0, 2027: 60.0}
    )
    assert optimise(question).start == {}
    assert optimise(replace(question, carried=frozenset({2026}))).start == {"m0": 2027}


def test_what_is_decided_is_done_even_if_it_does_not_pay() -> None:
    measures: Measures = plain([10.0], running=[99.0], life=[10], status=["decided"], start=[2027], latest=[2027])
    question = Question(measures=measures, interactions=Interactions(), years=(2026, 2027, 2028), rate=0.0)
    planned = optimise(question)

    assert planned.start == {"m0": 2027}
    assert planned.cost == pytest.approx(2 * 99)


def test_presolve_is_off_for_it_cuts_the_optimum_off() -> None:
    """Found by search: HiGHS 1.15 with presolve ends at -416; all three in their first years cost -462.67.

    By hand, with a rate of 0 over three years: m0 from 2027 (80/3 + 1 - 11 - 40) 2, m1 from 2027 (4 - 24 - 130) 2,
    m2 from 2026 (160/3 + 17 - 4 - 105) 3.
    """
    measures = plain(
        [8.0, 26.0, 21.0], capex=[80.0, 0.0, 160.0], running=[1.0, 4.0, 17.0], saving=[11.0, 24.0, 4.0],
        start=[2027, 2027, 2026], life=[3, 4, 3],
    )  # fmt: skip
    question = Question(
        measures=measures, interactions=Interactions(requires=((0, 1),)), years=(2026, 2027, 2028), rate=0.0,
        needs=(Need("t", 2028, 44.0, (True,) * 3),), budgets={2026: 330.0, 2027: 20.0, 2028: 290.0},
        carried=frozenset({2026, 2027, 2028}), carbon_price=5.0,
    )  # fmt: skip
    by_hand = 2 * (80 / 3 + 1 - 11 - 40) + 2 * (4 - 24 - 130) + 3 * (160 / 3 + 17 - 4 - 105)
    planned = optimise(question)

    assert planned.cost == pytest.approx(by_hand) == pytest.approx(-462.6667, abs=1e-3)
    assert planned.start == {"m0": 2027, "m1": 2027, "m2": 2026}
