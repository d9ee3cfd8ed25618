"""Annuities, net present values and unit costs against sums over the years, and the rank of what pays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.programme.targets.curve import cost_curve, ranked
from wattstone.programme.targets.measures import Interactions, SameBase, plain
from wattstone.programme.targets.money import annual_cost, annuity, net_present_value, unit_cost

rates = st.floats(-0.2, 0.5).filter(lambda r: r == 0 or abs(r) > 1e-9)
lives = st.integers(1, 60)
money = st.floats(0, 1e6)


def test_an_annuity_of_a_table() -> None:
    """Annuity of 10 years at 8 %: 0.08 / (1 - 1.08^-10); 1.08^10 = 2.158925, by hand 0.149029."""
    assert annuity(0.08, [10])[0] == pytest.approx(0.08 / (1 - 1 / 2.1589249972727877), rel=1e-12)
    assert annuity(0.08, [10])[0] == pytest.approx(0.149029, abs=1e-6)


@given(rates, lives)
def test_discounted_annuities_pay_the_investment(rate: float, life: int) -> None:
    years = np.arange(1, life + 1)
    assert_allclose((annuity(rate, [life])[0] * (1 + rate) ** -years).sum(), 1.0, rtol=1e-9)


@given(money, money, money, rates, lives)
def test_the_present_value_is_the_sum_over_the_years(
    capex: float, running: float, saving: float, rate: float, life: int
) -> None:
    by_year = -capex + sum((saving - running) * (1 + rate) ** -t for t in range(1, life + 1))
    assert_allclose(net_present_value([capex], [running], [saving], rate, [life])[0], by_year, rtol=1e-7, atol=1e-3)


@given(money, money, money, rates, lives)
def test_what_pays_has_a_negative_annual_cost(
    capex: float, running: float, saving: float, rate: float, life: int
) -> None:
    cost, value = (one([capex], [running], [saving], rate, [life])[0] for one in (annual_cost, net_present_value))
    if abs(value) > 1e-3:
        assert (cost < 0) == (value > 0)


def test_nothing_reduced_has_no_unit_cost() -> None:
    assert np.isnan(unit_cost([10.0], [0.0])[0])


def test_a_larger_reduction_with_the_same_gain_is_never_ranked_lower() -> None:
    """The perverse rank (Taylor 2012): two gain 1,000 a year; -1,000/t for 1 t looks better than -10/t for 100 t."""
    cost, reduction = np.array([-1000.0, -1000.0, -2000.0]), np.array([1.0, 100.0, 400.0])
    by_unit_cost = np.argsort(unit_cost(cost, reduction))

    assert by_unit_cost.tolist() == [0, 1, 2]  # by the cost of a tonne the best stands last
    assert ranked(cost, reduction)[0] == 2


def test_the_curve_by_itself_overstates() -> None:
    """By hand: 100 t of electricity; lamps save 40 t, green power takes all of the rest: 100 t together, not 140.

    Lamps: 1,000 at 0 % over 10 years, 500 saved a year: cost 100 - 500 = -400 a year. Green power: 20 a tonne dearer,
    2,000 a year for 100 t by itself, 1,200 for the 60 t that are left.
    """
    measures = plain(
        [100.0, 40.0], names=["green", "lamps"], stage=[1, 0], capex=[0.0, 1000.0], saving=[-2000.0, 500.0],
        life=[10, 10],
    )  # fmt: skip
    curve = cost_curve(measures, Interactions(groups=(SameBase(100.0, (1, 0)),)), 0.0)

    assert curve["measure"].to_list() == ["lamps", "green"]
    assert curve["alone"].sum() == 140
    assert curve["reduction"].to_list() == [40, 60]
    assert curve["cost"].to_list() == pytest.approx([-400, 1200])
    assert curve["unit_cost"].to_list() == pytest.approx([-10, 20])
    assert curve["cumulative"].to_list() == [40, 100]


def test_of_measures_that_exclude_each_other_the_better_one_is_taken() -> None:
    """A heat pump (gain 5 a year) excludes a boiler (gain 1); a control of the boiler then lacks what it requires."""
    measures = plain([10.0, 10.0, 1.0], names=["boiler", "pump", "tuning"], saving=[1.0, 5.0, 9.0])
    curve = cost_curve(measures, Interactions(exclusive=((0, 1),), requires=((2, 0),)), 0.0)

    taken = dict(curve.select("measure", "taken").iter_rows())
    assert taken == {"pump": True, "boiler": False, "tuning": False}
    assert curve.filter(~curve["taken"])["reduction"].to_list() == [None, None]
