"""Which measures the curve takes, and in which order, by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programme.targets.test_report import BASE, GREEN, LAMPS, VALUED, entries, known, value
from wattstone.programme.targets.curve import cost_curve
from wattstone.programme.targets.measures import Interactions, plain
from wattstone.programme.targets.report import build


def taken(cost: list[float], reduction: list[float], rules: Interactions, **said: Any) -> set[str]:
    price = said.pop("price", 0.0)
    curve = cost_curve(plain(reduction, running=cost, **said), rules, 0.0, carbon_price=price)
    return set(curve.filter("taken")["measure"])


def test_what_is_decided_stays_in_the_curve() -> None:
    """m1 is cheaper, 1 a tonne against 9; m0 is decided."""
    rules = Interactions(exclusive=((0, 1),))

    assert taken([90.0, 10.0], [10.0, 10.0], rules) == {"m1"}
    assert taken([90.0, 10.0], [10.0, 10.0], rules, status=["decided", "candidate"]) == {"m0"}


def test_of_two_that_exclude_each_other_the_cheaper_tonne_is_taken_and_with_a_price_the_better_result() -> None:
    """By hand: 100 for 1 t, 10,000 for 1,000 t: 100 and 10 a tonne. At 50 a tonne: 50 lost, 40,000 gained.

    Of 20 for 10 t (2 a tonne) and 900 for 300 t (3 a tonne) the first has the cheaper tonne; at 50 the second gains
    14,100 against 480.
    """
    rules = Interactions(exclusive=((0, 1),))

    assert taken([100.0, 10_000.0], [1.0, 1000.0], rules) == {"m1"}
    assert taken([20.0, 900.0], [10.0, 300.0], rules) == {"m0"}
    assert taken([20.0, 900.0], [10.0, 300.0], rules, price=50.0) == {"m1"}


def test_what_lacks_what_it_requires_excludes_nothing() -> None:
    """m0 would win over m1, but requires m2, which m3 (decided) excludes."""
    rules = Interactions(exclusive=((0, 1), (2, 3)), requires=((0, 2),))
    status = ["candidate", "candidate", "candidate", "decided"]

    assert taken([1.0, 9.0, 1.0, 1.0], [9.0] * 4, rules, status=status) == {"m1", "m3"}
    assert taken([1.0, 9.0, 1.0, 1.0], [9.0] * 4, Interactions(exclusive=((0, 1),), barred=(0,))) == {"m1", "m2", "m3"}


A = {**LAMPS, "entry": "a", "measure": "a", "reduction": 20.0, "capex": 0.0, "saving": 100.0}
B = {**LAMPS, "entry": "b", "measure": "b", "reduction": 50.0, "capex": 0.0, "saving": 900.0}


@pytest.mark.parametrize("names", [["a", "b"], ["b", "a"]])
def test_widths_follow_the_places_in_the_curve_however_the_entry_names_them(names: list[str]) -> None:
    """By hand: b gains 900 a year and stands first: 50 of 100 t; a takes a fifth of the 50 t left, 10 t.

    What a saves goes with it: 50 a year.
    """
    both = {**BASE, "measures": names, "base": 100.0}
    report = build(entries(abatement=[A, B], interaction=[both], valuation=[VALUED]), known(), 2023)

    assert value(report, "abatement.reduction", "entry:b") == pytest.approx(50)
    assert value(report, "abatement.reduction", "entry:a") == pytest.approx(10)
    assert value(report, "abatement.measure_cost", "entry:a") == pytest.approx(-50)
    curve = next(one for one in report.tables if one.id == "curve").rows
    assert curve["measure"].to_list() == ["b", "a"]
    assert curve["cumulative"].to_list() == pytest.approx([50, 60])


def test_contracts_act_on_what_is_left_of_their_stage() -> None:
    """Green power is the cheaper tonne, 1 against 9; a roof of its own comes before it: 40 t, then half of 60 t."""
    green = {**GREEN, "acts_on": "scope2.market", "reduction": 50.0, "saving": -50.0}
    roof = {**GREEN, "entry": "roof", "measure": "roof", "reduction": 40.0, "saving": -360.0}
    both = {**BASE, "measures": ["green", "roof"], "base": 100.0}
    report = build(entries(abatement=[green, roof], interaction=[both], valuation=[VALUED]), known(), 2023)

    assert value(report, "abatement.reduction", "entry:roof") == pytest.approx(40)
    assert value(report, "abatement.reduction", "entry:green") == pytest.approx(30)


@given(st.permutations([LAMPS, GREEN, A, B]), st.permutations(["lamps", "green", "a", "b"]))
def test_the_order_of_entry_changes_nothing(rows: list[dict[str, Any]], names: list[str]) -> None:
    rule = {**BASE, "measures": names, "base": 200.0}
    held = entries(abatement=rows, interaction=[rule], valuation=[VALUED])
    first = entries(abatement=[LAMPS, GREEN, A, B], interaction=[{**rule, "measures": ["lamps", "green", "a", "b"]}],
                    valuation=[VALUED])  # fmt: skip
    told = [{(one.name, one.subject): one.value for one in build(each, known(), 2023).lines} for each in (held, first)]
    assert told[0].keys() == told[1].keys()
    for key, one in told[0].items():
        assert np.isclose(one, told[1][key], rtol=1e-12)
