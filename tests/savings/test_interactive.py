"""Measures on one meter share its saving; their parts sum to it."""

from datetime import date
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.savings.interactive import Claim, overlapping, settle
from wattstone.savings.periods import Dates
from wattstone.savings.result import Estimate, Month

BEFORE = Dates(date(2018, 1, 1), date(2018, 12, 31))
YEAR = Dates(date(2019, 1, 1), date(2019, 12, 31))
HALF = Dates(date(2019, 7, 1), date(2020, 6, 30))


def claim(measure: str, *meters: str, reporting: Dates = YEAR, baseline: Dates = BEFORE, **more) -> Claim:
    return Claim(measure=measure, meters=meters or ("main",), baseline=baseline, reporting=reporting, **more)


def month(at: int, value: float) -> Month:
    return Month(
        month=date(2019, at, 1), observed=0.0, expected=value, avoided=Estimate(value, value - 1, value + 1, "kWh")
    )


BOUNDARY = Estimate(100.0, 80.0, 130.0, "kWh")


def test_only_measures_that_share_a_meter_at_the_same_time_are_settled_together():
    claims = [
        claim("lamps", "a", "b"),
        claim("fans", "c"),
        claim("boiler", "b", "d"),
        claim("later", "a", reporting=Dates(date(2021, 1, 1), date(2021, 12, 31))),
        claim("pump", "d"),
    ]

    assert overlapping(claims) == (("lamps", "boiler", "pump"), ("fans",), ("later",))


def test_alone_a_measure_has_it_all():
    assert settle(BOUNDARY, (), [claim("lamps")]).parts == {"lamps": BOUNDARY}


def test_expected_savings_split_the_total():
    found = settle(BOUNDARY, (), [claim("lamps", expected=30.0), claim("fans", expected=10.0)])

    assert found.method == "expected savings"
    lamps, fans = found.parts["lamps"], found.parts["fans"]
    assert (lamps.value, lamps.lower, lamps.upper) == pytest.approx((75, 60, 97.5))
    assert (fans.value, fans.lower, fans.upper) == pytest.approx((25, 20, 32.5))
    assert found.shares == pytest.approx({"lamps": 0.75, "fans": 0.25})


def test_a_measure_has_no_part_in_what_was_saved_before_it():
    months = [month(6, 40.0), month(7, 60.0)]
    found = settle(BOUNDARY, months, [claim("lamps", expected=10.0), claim("fans", expected=20.0, reporting=HALF)])

    assert found.parts["lamps"].value == pytest.approx(40 + 20)
    assert found.parts["fans"].value == pytest.approx(40)


def test_what_sub_meters_show_is_kept_and_the_rest_goes_to_the_others():
    found = settle(
        BOUNDARY,
        (),
        [claim("lamps", measured=55.0), claim("fans", expected=20.0), claim("pump", expected=10.0)],
    )

    assert [part.value for part in found.parts.values()] == pytest.approx([55, 30, 15])
    assert found.method == "sub-meters and expected savings"


def test_lamps_that_heat_make_less_at_the_boundary_than_the_sub_meters_show():
    found = settle(BOUNDARY, (), [claim("lamps", measured=90.0), claim("fans", measured=30.0)])

    assert found.interaction == pytest.approx(-20)
    assert [part.value for part in found.parts.values()] == pytest.approx([75, 25])


def test_what_cannot_be_split_stands_for_all():
    found = settle(BOUNDARY, (), [claim("lamps", expected=10.0), claim("fans")])

    assert (found.parts, found.method) == ({}, "together")
    assert [finding.code for finding in found.findings] == ["savings.not_split"]


def test_a_baseline_in_which_another_measure_worked_is_told():
    later = claim("fans", baseline=YEAR, reporting=Dates(date(2020, 1, 1), date(2020, 12, 31)), expected=1.0)

    (finding,) = settle(BOUNDARY, (), [claim("lamps", expected=1.0), later]).findings
    assert finding.code == "savings.baseline_shared"
    assert "2019-01-01/2019-12-31" in finding.text()


numbers = st.floats(0.1, 1e3) | st.just(nan)


@given(
    total=st.floats(-1e4, 1e4),
    each=st.lists(st.tuples(numbers, st.floats(-1e3, 1e3) | st.just(nan)), min_size=1, max_size=5),
    months=st.lists(st.floats(-1e3, 1e3), max_size=12),
)
def test_parts_always_sum_to_the_boundary(total, each, months):
    claims = [claim(f"m{at}", expected=one, measured=two) for at, (one, two) in enumerate(each)]
    found = settle(
        Estimate(total, total - 5, total + 7, "kWh"), [month(at + 1, one) for at, one in enumerate(months)], claims
    )

    if found.parts:
        assert sum(part.value for part in found.parts.values()) == pytest.approx(total, abs=1e-6)
        assert sum(part.half_width for part in found.parts.values()) == pytest.approx(6, abs=1e-6)
