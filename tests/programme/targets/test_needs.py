"""Goals that cannot be reached: as near as can be, then at least cost, against every choice there is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.programme.targets.test_plan import choices, judged, questions
from wattstone.dispatch.program import Solution, Status
from wattstone.programme.targets.interaction import effects
from wattstone.programme.targets.lines_plan import plan_says
from wattstone.programme.targets.measures import Interactions, SameBase, plain
from wattstone.programme.targets.needs import Best, best_of, blocked_by, reach
from wattstone.programme.targets.plan import Need, Question, optimise, shadow_prices
from wattstone.programme.targets.plan_layout import Layout


def question(**said: object) -> Question:
    """Two measures of 4 t: m0 for 100, m1 for 60, each for ten years; 7 t are needed in 2027."""
    given: dict[str, object] = {
        "measures": plain([4.0, 4.0], capex=[100.0, 60.0], life=[10, 10]), "interactions": Interactions(),
        "years": (2026, 2027), "rate": 0.0, "needs": (Need("t", 2027, 7.0, (True, True)),),
    }  # fmt: skip
    return Question(**(given | said))  # type: ignore[arg-type]


def test_a_budget_for_one_takes_the_cheaper_one_and_misses_three_tonnes() -> None:
    """By hand: 100 pays either; m1 in 2027 costs a tenth of 60 in that year."""
    best = best_of(question(budgets={2026: 0.0, 2027: 100.0}), seconds=20)

    assert best.planned.start == {"m1": 2027}
    assert best.planned.cost == pytest.approx(6)
    (missed,) = best.missed
    assert missed.need.tonnes - best.planned.of(missed.need, (2026, 2027)) == pytest.approx(3)
    assert missed.why == "budgets"


def test_what_all_together_cannot_reach_is_come_near_to_and_the_nearer_goal_is_kept() -> None:
    """By hand: 3 t in 2026 are kept by m1 (60 is cheaper than 100), 9 t in 2027 get 8 of both."""
    best = best_of(question(needs=(Need("t", 2026, 3.0, (True, True)), Need("u", 2027, 9.0, (True, True)))), seconds=20)

    assert best.planned.start == {"m1": 2026, "m0": 2027}
    assert best.planned.cost == pytest.approx(2 * 6 + 10)
    assert [(one.need.target, one.why) for one in best.missed] == [("u", "too_little")]
    assert len(shadow_prices(best.question, best.planned)) == 1


def test_measures_that_exclude_each_other_are_told_as_such() -> None:
    best = best_of(question(interactions=Interactions(exclusive=((0, 1),))), seconds=20)

    assert best.planned.start == {"m1": 2027}
    assert best.missed[0].why == "together"


def test_what_is_decided_and_cannot_be_is_not_laid_on_budgets() -> None:
    measures = replace(question().measures, status=("decided", "decided"), start=np.array([2026, 2026]))
    together = best_of(question(measures=measures, interactions=Interactions(exclusive=((0, 1),))), seconds=20)
    dear = best_of(question(measures=measures, budgets={2026: 50.0}), seconds=20)

    assert (together.planned.status, together.why) == (Status.INFEASIBLE, "together")
    assert blocked_by(together.question, "together") == ("m0", "m1")
    assert (dear.why, blocked_by(dear.question, "budgets")) == ("budgets", ("m0", "m1"))


@given(questions(), st.sampled_from([0.9, 1.0, 1.3]))
@settings(max_examples=60, deadline=None)
def test_no_choice_comes_nearer_or_as_near_for_less(asked: Question, share: float) -> None:
    n = len(asked.measures)
    need = Need("t", 2028, share * float(asked.measures.reduction.sum()), (True,) * n)
    asked = replace(asked, needs=(need,))
    bare, found = replace(asked, needs=()), []
    for one in choices(asked):
        cost = judged(bare, one)
        if cost is not None:
            force = [[s is not None and s <= 2028 < s + int(asked.measures.life[k])] for k, s in enumerate(one)]
            done = effects(asked.measures, asked.interactions, np.array(force, dtype=float)).sum()
            found.append((max(need.tonnes - float(done), 0.0), cost))
    short = min(one for one, _ in found)
    least = min(cost for one, cost in found if one <= short + 1e-6)
    best = best_of(asked, seconds=20)

    assert max(need.tonnes - best.planned.of(need, asked.years), 0.0) == pytest.approx(short, abs=1e-4)
    assert best.planned.cost == pytest.approx(least, rel=1e-6, abs=1e-3)


def test_what_is_there_already_is_counted_by_what_it_loses_alone() -> None:
    """Of 100 t green power takes half; lamps of 20 t come first: 60 t of 100 are gone, 10 more than before.

    By hand: the plan needs 10 t, lamps give them for 3 a year; a need of 11 t is missed by 1.
    """
    measures = plain(
        [20.0, 50.0], running=[3.0, 99.0], stage=[0, 1], done=[False, True], start=[2026, 2020], life=[10, 10],
    )  # fmt: skip
    rules = Interactions(groups=(SameBase(100.0, (0, 1)),))
    asked = question(measures=measures, interactions=rules, needs=(Need("t", 2027, 10.0, (True, True)),))
    planned = optimise(asked)

    assert planned.start == {"m0": 2027}
    assert planned.cost == pytest.approx(3)
    assert planned.reduction.sum(axis=0) == pytest.approx([0, 10])
    assert reach(asked.needs[0], measures, rules) == pytest.approx(10)
    more = best_of(replace(asked, needs=(Need("t", 2027, 11.0, (True, True)),)), seconds=20)
    assert more.planned.of(more.missed[0].need, more.question.years) == pytest.approx(10)


def test_what_requires_a_measure_that_is_there_may_begin_and_what_lacks_it_may_not() -> None:
    measures = plain([5.0, 5.0], saving=[9.0, 9.0], done=[False, True], start=[2026, 2020], life=[10, 10])
    asked = question(measures=measures, needs=())

    assert optimise(replace(asked, interactions=Interactions(requires=((0, 1),)))).start == {"m0": 2026}
    assert optimise(replace(asked, interactions=Interactions(barred=(0,)))).start == {}
    assert optimise(replace(asked, interactions=Interactions(exclusive=((0, 1),)))).start == {}


def test_a_search_that_is_stopped_keeps_the_best_choice_and_says_how_far_it_may_be() -> None:
    """A solution as HiGHS leaves it at its limit: both measures begin in 2026, and no choice costs less than 10."""
    asked = question()
    layout = Layout(asked)
    values = np.zeros(layout.columns)
    values[layout.x[:, 0]] = 1.0
    empty = np.zeros(0)
    left = Solution(Status.LIMIT, 32.0, values, empty, empty, empty, 0, bound=10.0)
    planned = layout.read(left)

    assert planned.found
    assert planned.cost == pytest.approx(2 * (10 + 6))  # by hand: a tenth of 100 and of 60, in two years
    (shadow,) = shadow_prices(asked, planned)
    assert not shadow.tried
    says = [one.params for one in plan_says(Best(question=asked, planned=planned), [shadow], "CNY")]
    assert {"less": pytest.approx(22), "currency": "CNY"} in says
    assert not layout.read(replace(left, objective=float("inf"))).found


def test_only_the_last_year_of_a_target_is_solved_again() -> None:
    asked = question(needs=(Need("t", 2026, 3.0, (True, True)), Need("t", 2027, 7.0, (True, True))))
    assert [one.tried for one in shadow_prices(asked, optimise(asked))] == [False, True]


def test_budgets_are_not_blamed_for_a_life_that_ends() -> None:
    """One measure of 4 t lives for a year: it can be in force in 2026 or in 2027, whatever is paid."""
    measures = plain([4.0], capex=[1.0], life=[1])
    needs = (Need("t", 2026, 3.0, (True,)), Need("t", 2027, 3.0, (True,)))
    best = best_of(question(measures=measures, needs=needs, budgets={2026: 9.0, 2027: 9.0}), seconds=20)

    assert best.planned.start == {"m0": 2026}
    assert [(one.need.year, one.why) for one in best.missed] == [(2027, "together")]


def test_a_goal_that_can_be_kept_is_kept_beside_one_that_cannot() -> None:
    """m0 counts for a alone, which needs 4 t, m1 for b alone, which needs 5 t: by hand 1 t of b is missing.

    With 100 to spend a is kept by m0, and nothing is left for m1: 5 t of b are missing.
    """
    needs = (Need("b", 2027, 5.0, (False, True)), Need("a", 2027, 4.0, (True, False)))
    best = best_of(question(needs=needs), seconds=20)
    tight = best_of(question(needs=needs, budgets={2026: 0.0, 2027: 100.0}), seconds=20)

    for found, done in ((best, 4), (tight, 0)):
        assert [(one.need.target, one.why) for one in found.missed] == [("b", "too_little")]
        assert found.planned.of(needs[1], found.question.years) == pytest.approx(4)
        assert found.planned.of(needs[0], found.question.years) == pytest.approx(done)


def test_of_wishes_one_is_reached_and_told_as_reached() -> None:
    """100 pays m0 or m1: the two goals of 2026 and 2027 need both; the earlier is kept, the later is kept by it too."""
    needs = (Need("a", 2026, 4.0, (True, True)), Need("b", 2027, 8.0, (True, True)), Need("c", 2027, 4.0, (True, True)))
    best = best_of(question(needs=needs, budgets={2026: 60.0, 2027: 0.0}), seconds=20)

    assert best.planned.start == {"m1": 2026}
    assert [(one.need.target, one.why) for one in best.missed] == [("b", "budgets")]
