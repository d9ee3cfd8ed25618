"""Rules of bills: CalTRACK 2.0, 2.2.3, each just inside and just outside its limit."""

from datetime import date

import numpy as np
import pytest

from tests.savings.batches import batch_of, hours
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import fold_days
from wattstone.savings.periods import Baseline, Dates, Sufficiency
from wattstone.savings.sufficiency import check_baseline
from wattstone.savings.sufficiency_bills import Bills, merge_estimated, temperature_of_bills

YEAR = Dates(date(2018, 1, 1), date(2018, 12, 31))


def bills_of(days: list[float]) -> Conditions:
    """Bills that follow each other from 1 January 2018."""
    start = np.datetime64("2018-01-01", "D") + np.concatenate([[0], np.cumsum(days)[:-1]]).astype(int)
    return Conditions(
        step="bill",
        zone="UTC",
        start=start.astype("datetime64[s]"),
        hours=24.0 * np.array(days),
        date=start,
        hour=np.zeros(len(days), dtype=np.int64),
        off=np.zeros(len(days), dtype=bool),
        temperature=np.linspace(0.0, 20.0, len(days)),
    )


def check(days: list[float], *, use=None, temperature=None, dates: Dates = YEAR, **options) -> Sufficiency:
    conditions = bills_of(days)
    if temperature is not None:
        conditions.temperature[:] = temperature
    values = np.linspace(100.0, 200.0, len(days)) if use is None else np.array(use)
    batch = batch_of(Baseline, conditions, values[None], dates=dates, kinds=("natural_gas",))
    return check_baseline(batch, **options)[0]


def codes(one: Sufficiency) -> list[str]:
    return [finding.code for finding in one.findings]


def test_twelve_bills_suffice():
    assert codes(check([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])) == []


@pytest.mark.parametrize(
    ("short", "dropped"),
    [(25, False), (24, True)],
)
def test_bills_of_less_than_25_days_are_dropped(short, dropped):
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 55 - short, short]  # 31 or 30 days beside it
    assert (codes(check(days)) == ["baseline.bill_length"]) is dropped


@pytest.mark.parametrize(("long", "dropped"), [(35, False), (36, True)])
def test_bills_by_the_month_of_more_than_35_days_are_dropped(long, dropped):
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 61 - long, long]
    one = check(days)
    assert one.qualified
    assert (codes(one) == ["baseline.bill_length"]) is dropped


@pytest.mark.parametrize(("long", "dropped"), [(70, False), (71, True)])
def test_bills_every_two_months_may_span_70_days(long, dropped):
    one = check([59, 61, 61, 62, 122 - long, long])
    assert ("baseline.bill_length" in codes(one)) is dropped


def test_dropped_bills_count_as_missing_days():
    """A bill of 60 days among bills by the month leaves 305 known days of 365."""
    one = check([31, 28, 31, 30, 31, 30, 31, 31, 30, 60, 32])
    assert [finding.code for finding in one.disqualifying] == ["baseline.use_days"]
    assert "305 of 365 days" in one.disqualifying[0].text()


def test_an_hour_of_a_changing_clock_does_not_drop_a_bill():
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31.0]
    days[10:] = [25 - 1 / 24, 35 + 1 / 24]
    assert "baseline.bill_length" not in codes(check(days))


def test_a_bill_without_temperature_is_dropped():
    temperature = np.linspace(0, 20, 12)
    temperature[3] = np.nan
    one = check([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], temperature=temperature)
    assert one.qualified
    assert codes(one) == ["baseline.bill_temperature"]
    temperature[4] = np.nan  # 61 days are too many
    one = check([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], temperature=temperature)
    assert [finding.code for finding in one.disqualifying] == ["baseline.temperature_days"]


@pytest.mark.parametrize(("days", "long"), [(435, False), (436, True)])
def test_bills_reach_back_at_most_a_year_and_a_bill(days, long):
    spans = [29] * 15  # 435 days
    one = check(spans, dates=Dates(date(2018, 1, 1), date.fromordinal(date(2018, 1, 1).toordinal() + days - 1)))
    assert ("baseline.long_bills" in codes(one)) is long


def bills(days: list[int], estimated: str) -> Bills:
    first = np.datetime64("2018-01-01", "D") + np.concatenate([[0], np.cumsum(days)[:-1]]).astype(int)
    return Bills(first, np.array(days), np.arange(1.0, len(days) + 1), np.array([one == "e" for one in estimated]))


@pytest.mark.parametrize(
    ("days", "estimated", "spans", "use"),
    [
        ([30, 30, 30], "aaa", [30, 30, 30], [1, 2, 3]),
        ([30, 40, 30], "eaa", [70, 30], [3, 3]),  # 70 days are allowed
        ([30, 41, 30], "eaa", [30, 41, 30], [np.nan, 2, 3]),  # 71 are not
        ([30, 30, 30], "aae", [30, 30, 30], [1, 2, np.nan]),  # nothing follows the last
        ([20, 20, 30, 30], "eeaa", [70, 30], [6, 4]),
        ([30, 30, 30, 30], "eeea", [60, 60], [np.nan, 7]),  # joined up to 70 days, twice
    ],
)
def test_estimated_reads_are_joined_with_the_next_up_to_70_days(days, estimated, spans, use):
    merged, changed = merge_estimated(bills(days, estimated))
    assert merged.days.tolist() == spans
    np.testing.assert_array_equal(merged.use, use)
    assert changed == estimated.count("e")
    assert merged.days.sum() == sum(days)


def test_estimated_reads_are_told():
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    one = check(days, estimated=np.array([2]))
    assert codes(one) == ["baseline.bill_estimated"]
    assert "2 bills rest on estimated reads" in one.findings[0].text()


@pytest.mark.parametrize(("gone", "known"), [(3, True), (4, False)])
def test_nine_tenths_of_the_temperature_of_a_bill(gone, known):
    """Of 30 days 27 are 90 %, 26 are 86.7 %."""
    days = fold_days(hours(date(2018, 1, 1), 60, "UTC"))
    days.temperature[:30], days.temperature[30:] = 5.0, 7.0
    days.temperature[:gone] = np.nan
    first, second = temperature_of_bills(days, bills_of([30, 30]))
    assert np.isnan(first) != known
    assert second == 7.0
