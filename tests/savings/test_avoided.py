"""What was avoided is expected minus observed over what is known; months and meters add up."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.baselines.timeline import fold_days, hours_of
from wattstone.savings.avoided import Bounds, avoided_use
from wattstone.savings.event_apply import confirm
from wattstone.savings.periods import Dates, Reporting
from wattstone.savings.result import Event

NAN = np.nan
PERIOD = Dates(date(2019, 1, 30), date(2019, 2, 2))
TEN_PERCENT = Bounds(total=lambda e: (0.9 * np.nansum(e, axis=1), 1.1 * np.nansum(e, axis=1)))


def reporting(use, dates: Dates = PERIOD) -> Reporting:
    use = np.array(use, dtype=float)
    names = tuple("abcdef"[: len(use)])
    return Reporting(
        dates=dates,
        meters=names,
        kinds=("electricity",) * len(use),
        units=("kWh",) * len(use),
        use=use,
        conditions=fold_days(hours_of(dates.first, dates.last, "UTC")),
    )


def test_avoided_is_expected_minus_observed():
    found = avoided_use(reporting([[8, 9, 10, 11]]), np.full((1, 4), 10.0), bounds=TEN_PERCENT)

    (total,) = found.total  # 40 expected, 38 observed; 36 to 44 might have been
    assert (total.value, total.lower, total.upper, total.unit) == pytest.approx((2, -2, 6, "kWh"))
    assert [month.month for month in found.months[0]] == [date(2019, 1, 1), date(2019, 2, 1)]
    assert [month.avoided.value for month in found.months[0]] == pytest.approx([3, -1])
    assert found.findings == ((),)


def test_what_is_not_known_is_not_made_up():
    found = avoided_use(reporting([[8, NAN, 10, 11]]), np.array([[10.0, 10, 10, NAN]]), bounds=TEN_PERCENT)

    (total,) = found.total  # the 30th of January and the 1st of February alone
    assert (total.value, total.lower, total.upper) == pytest.approx((2, 0, 4))
    assert found.known[0] == pytest.approx(0.5)
    assert [month.known for month in found.months[0]] == pytest.approx([0.5, 0.5])
    assert [(one.why, one.first.day, one.intervals) for one in found.excluded[0]] == [
        ("no reading", 31, 1),
        ("no prediction", 2, 1),
    ]
    (finding,) = found.findings[0]
    assert finding.code == "savings.partial"
    assert "50.0 %" in finding.text()


def test_a_meter_without_anything_known_has_no_number():
    found = avoided_use(reporting([[NAN] * 4, [1, 1, 1, 1]]), np.full((2, 4), 2.0), bounds=TEN_PERCENT)

    assert np.isnan(found.total[0].value)
    assert np.isnan(found.months[0][0].avoided.value)
    assert found.total[1].value == pytest.approx(4)


def test_a_blackout_is_left_out_and_not_missed():
    blackout = [Dates(date(2019, 1, 1), date(2019, 1, 31))]
    found = avoided_use(reporting([[0, 0, 9, 8]]), np.full((1, 4), 10.0), blackout=blackout)

    assert found.total[0].value == pytest.approx(3)
    assert found.known[0] == 1.0
    assert np.isnan(found.months[0][0].avoided.value)
    assert [(one.why, one.intervals) for one in found.excluded[0]] == [("blackout", 2)]


def test_confirmed_events_are_left_out_or_added():
    flood = Event(meter="a", first=date(2019, 2, 1), last=date(2019, 2, 1), size=50.0, unit="kWh")
    data, expected = reporting([[8, 8, 58, 8]]), np.full((1, 4), 10.0)

    def total(*events):
        (one,) = avoided_use(data, expected, events=events, bounds=TEN_PERCENT).total
        return one.value, one.lower, one.upper

    assert total(flood) == pytest.approx((-42, -46, -38))  # proposed: nothing changes
    assert total(confirm(flood, reason="flood", who="Lin")) == pytest.approx((6, 3, 9))
    assert total(confirm(flood, reason="flood", who="Lin", treatment="adjust")) == pytest.approx((8, 4, 12))


def test_net_export_is_a_value_like_any_other():
    found = avoided_use(reporting([[-5, -5, 1, 1]]), np.array([[-2.0, -2, 3, 3]]))

    assert found.total[0].value == pytest.approx(10)  # 2 expected, -8 observed


kwh = st.floats(-1e6, 1e6) | st.just(NAN)


@given(use=st.lists(kwh, min_size=60, max_size=60), expected=st.lists(kwh, min_size=60, max_size=60))
def test_months_sum_to_the_total_and_scale_with_the_unit(use, expected):
    dates = Dates(date(2019, 1, 15), date(2019, 3, 15))
    found = avoided_use(reporting([use], dates), np.array([expected]))
    scaled = avoided_use(reporting([np.array(use) * 1000], dates), np.array([expected]) * 1000)

    total = found.total[0].value
    parts = [month.avoided.value for month in found.months[0]]
    if np.isnan(total):
        assert np.isnan(parts).all()
    else:
        assert np.nansum(parts) == pytest.approx(total, abs=1e-6)
    assert_allclose(scaled.total[0].value, 1000 * total, atol=1e-3)


@pytest.mark.parametrize(
    ("treatment", "value", "intervals"), [("exclude", 5.0, 2), ("adjust", 5 + 2 * 7 + 2 * 3 + 8, 0)]
)
def test_an_event_in_the_middle_of_a_bill_counts(treatment, value, intervals):
    """Bills of January, February and March; 7 days of the event are January's, 3 are February's."""
    whole = reporting([[31 * 10 - 4, 28 * 10 - 4, 31 * 10 - 5]], Dates(date(2019, 1, 1), date(2019, 3, 31)))
    days = whole.conditions
    first = np.array([0, 31, 59])
    bills = replace(days.take(first), step="bill", hours=np.array([31, 28, 31]) * 24.0)
    event = confirm(
        Event(meter="a", first=date(2019, 1, 25), last=date(2019, 2, 3), size=2.0, unit="kWh"),
        reason="a marquee",
        who="m",
        treatment=treatment,
    )

    found = avoided_use(replace(whole, conditions=bills), np.array([[310.0, 280, 310]]), events=[event])

    assert found.total[0].value == pytest.approx(value)
    assert sum(one.intervals for one in found.excluded[0]) == intervals


def test_a_bill_in_which_the_works_went_on_does_not_count():
    whole = reporting([[310, 280]], Dates(date(2019, 1, 1), date(2019, 2, 28)))
    bills = replace(whole.conditions.take(np.array([0, 31])), step="bill", hours=np.array([31, 28]) * 24.0)
    works = [Dates(date(2019, 1, 5), date(2019, 1, 9))]

    found = avoided_use(replace(whole, conditions=bills), np.array([[300.0, 290]]), blackout=works)

    assert found.used.tolist() == [[False, True]]
