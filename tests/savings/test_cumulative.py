"""A saving as it grows: the sums, and intervals that end where the total's does."""

from datetime import date
from math import isnan, nan, sqrt

import pytest

from wattstone.savings.cumulative import cumulative
from wattstone.savings.result import Estimate, Month


def month(at: int, value: float, half: float) -> Month:
    saved = Estimate(value, value - half, value + half, "kWh")
    return Month(month=date(2019, at, 1), observed=0.0, expected=value, avoided=saved)


@pytest.mark.parametrize(("whole", "second"), [(sqrt(3), sqrt(2)), (3.0, 2.0)])
def test_independent_and_common_errors_add_up_as_by_hand(whole: float, second: float) -> None:
    found = cumulative([month(at, 5.0, 1.0) for at in (1, 2, 3)], Estimate(15.0, 15 - whole, 15 + whole, "kWh"))

    assert [one.value for one in found] == [5.0, 10.0, 15.0]
    assert found[0].half_width == pytest.approx(1.0)
    assert found[1].half_width == pytest.approx(second)
    assert found[2].half_width == pytest.approx(whole)


def test_errors_that_cancel_or_exceed_are_scaled_to_the_total() -> None:
    found = cumulative([month(1, 5.0, 1.0), month(2, 5.0, 1.0)], Estimate(10.0, 6.0, 14.0, "kWh"))

    assert [one.half_width for one in found] == pytest.approx([2.0, 4.0])


def test_a_month_without_readings_adds_nothing_and_an_unknown_interval_stays_unknown() -> None:
    gap = Month(month=date(2019, 2, 1), observed=nan, expected=nan, avoided=Estimate(nan, nan, nan, "kWh"))
    found = cumulative([month(1, 5.0, 1.0), gap], Estimate(5.0, 4.0, 6.0, "kWh"))

    assert (found[1].value, found[1].lower, found[1].upper) == (5.0, 4.0, 6.0)
    assert isnan(cumulative([month(1, 5.0, 1.0)], Estimate(5.0, nan, nan, "kWh"))[0].lower)
    assert cumulative([], Estimate(5.0, 4.0, 6.0, "kWh")) == ()
