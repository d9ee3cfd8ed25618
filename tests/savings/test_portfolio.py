"""Sums add; their intervals lie between those of independent and of fully dependent meters."""

from datetime import date
from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.savings.periods import Dates, Sufficiency
from wattstone.savings.portfolio import error_correlation, summed, total_of
from wattstone.savings.result import Estimate, MeterSaving

YEAR = Dates(date(2019, 1, 1), date(2019, 12, 31))


def saving(meter: str, avoided: Estimate | None, *, kind: str = "electricity") -> MeterSaving:
    return MeterSaving(
        meter=meter,
        kind=kind,
        unit="kWh",
        baseline=YEAR,
        reporting=YEAR,
        baseline_data=Sufficiency(meter=meter),
        reporting_data=Sufficiency(meter=meter),
        observed=90.0,
        expected=100.0,
        avoided=avoided,
    )


def test_the_width_of_a_sum_follows_the_correlation():
    parts = [Estimate(10.0, 7.0, 14.0, "kWh"), Estimate(20.0, 16.0, 23.0, "kWh")]

    half = summed(parts, 0.5)  # below 3 and 4, above 4 and 3: sqrt(0.5 x 25 + 0.5 x 49)
    assert (half.value, half.lower, half.upper) == pytest.approx((30, 30 - sqrt(37), 30 + sqrt(37)))


def test_totals_are_by_kind_and_name_what_is_missing():
    one, two = Estimate(10.0, 7.0, 13.0, "kWh"), Estimate(-2.0, -6.0, 2.0, "kWh")
    power, gas = total_of(
        [saving("a", one), saving("b", two), saving("c", None), saving("d", one, kind="gas")], correlation=0.0
    )

    assert (power.avoided.value, power.avoided.lower, power.avoided.upper) == pytest.approx((8, 3, 13))
    assert (power.dependent.lower, power.dependent.upper) == pytest.approx((1, 15))
    assert (power.meters, power.missing, power.expected) == (("a", "b"), ("c",), 200.0)
    assert (gas.kind, gas.meters) == ("gas", ("d",))
    assert np.isnan(gas.correlation)


def test_without_a_known_correlation_it_is_midway():
    (total,) = total_of([saving(name, Estimate(1.0, 0.0, 2.0, "kWh")) for name in "ab"], correlation=nan)

    assert total.correlation == 0.5
    assert total.avoided.half_width == pytest.approx(sqrt(3))  # 0.5 x 2 + 0.5 x 4


def test_a_meter_counts_once():
    with pytest.raises(ValueError, match="summed once: a"):
        total_of([saving("a", None), saving("a", None)])


def test_units_are_not_mixed():
    with pytest.raises(ValueError, match="one unit"):
        summed([Estimate(1, 0, 2, "kWh"), Estimate(1, 0, 2, "m3")], 0.0)


def test_correlation_of_meters_that_move_alike_apart_and_against():
    rng = np.random.default_rng(3)
    common, own = rng.normal(size=(1, 4000)), rng.normal(size=(3, 4000))

    assert error_correlation(np.repeat(common, 3, axis=0) * [[1.0], [50.0], [0.1]]) == pytest.approx(1)
    assert error_correlation(own) == pytest.approx(0, abs=0.03)
    assert error_correlation(common + own) == pytest.approx(0.5, abs=0.04)
    assert error_correlation(np.vstack([common, -common])) == 0


def test_correlation_needs_blocks_in_common():
    errors = np.full((2, 12), nan)
    errors[0, :6], errors[1, 6:] = 1.0, 1.0

    assert np.isnan(error_correlation(errors))
    errors[1, :6] = 1.0
    assert error_correlation(errors) == pytest.approx(1)


widths = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0, 1e3)), min_size=1, max_size=6)


@given(parts=widths, correlation=st.floats(0, 1))
def test_a_sum_lies_between_its_bounds_and_adds(parts, correlation):
    estimates = [Estimate(value, value - half, value + half, "kWh") for value, half in parts]
    found = summed(estimates, correlation)

    assert found.value == pytest.approx(sum(value for value, _ in parts), abs=1e-9)
    assert summed(estimates, 0).half_width <= found.half_width + 1e-6
    assert found.half_width <= summed(estimates, 1).half_width + 1e-6
