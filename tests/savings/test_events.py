"""Events are steps, not drifts; they are proposed, and count once somebody confirms them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose

from wattstone.baselines.timeline import fold_days, hours_of
from wattstone.savings.event_apply import adjustments, confirm, left_out, reject
from wattstone.savings.event_rules import chance_of
from wattstone.savings.event_scan import coincidence, contrasts, lasting, usual_season
from wattstone.savings.events import propose_baseline_events, propose_events, shared_events
from wattstone.savings.periods import Baseline, Dates, Reporting
from wattstone.savings.result import Event

NAN = np.nan
EVENT = Event(meter="b", first=date(2019, 3, 2), last=date(2019, 3, 3), size=-12.0, unit="kWh")


def days_between(first: date, last: date):
    return fold_days(hours_of(first, last, "UTC"))


def batches(shape, *, meters: int = 1, seed: int = 7):
    """A year of 100 kWh a day and noise, and another whose use is shaped by `shape(day)`; the model says 100."""
    rng = np.random.default_rng(seed)
    names = tuple(f"m{at}" for at in range(meters))
    named = {"meters": names, "kinds": ("electricity",) * meters, "units": ("kWh",) * meters}
    one, two = (days_between(date(year, 1, 1), date(year, 12, 31)) for year in (2018, 2019))
    noise = rng.normal(0, 3, (2, meters, 365))
    usual = np.full((meters, 365), 100.0)
    first = Baseline(dates=Dates(date(2018, 1, 1), date(2018, 12, 31)), use=usual + noise[0], conditions=one, **named)
    use = usual + noise[1] + shape(np.arange(365))
    second = Reporting(dates=Dates(date(2019, 1, 1), date(2019, 12, 31)), use=use, conditions=two, **named)
    return first, usual, second, usual


def test_a_contrast_is_the_mean_after_less_the_mean_before():
    values = np.array([[1.0, 3.0, NAN, 8.0, 10.0]])

    assert_allclose(contrasts(values, window=2, least=1), [[NAN, 2.0, 6.0, 6.0, 2.0]])
    assert_allclose(contrasts(values, window=2, least=2), [[NAN, NAN, NAN, NAN, NAN]])


def test_the_usual_season_is_that_of_the_days_around():
    early, late = (days_between(date(year, 1, 1), date(year, 12, 31)).date for year in (2018, 2019))
    residual = np.zeros((1, 365))
    residual[0, 100:103] = [3.0, 6.0, 9.0]

    assert_allclose(usual_season(residual, early, late, half=1)[0, 99:104], [1.0, 3.0, 6.0, 5.0, 3.0])
    assert_allclose(usual_season(residual[:, :50] * NAN, early[:50], late, half=1), 0.0)


def test_coincidence_counts_each_series_once():
    steps = np.array([[1, 0, 1, 0, 0], [0, 0, 0, 0, 1]], dtype=bool)

    assert_allclose(coincidence(steps, half=1), [0.5, 0.5, 0.5, 1.0, 0.5])


def test_a_shift_ends_when_half_of_it_is_gone():
    values = np.concatenate([np.zeros(10), np.full(20, 4.0), np.full(10, 1.0)])

    assert lasting(values, 10, 4.0, window=5, least=3) == 30  # from 29 on, five days have a mean of 1.6
    assert lasting(values[:30], 10, 4.0, window=5, least=3) == 30


def test_a_lasting_step_is_found_with_its_day_and_size():
    (event,) = propose_events(*batches(lambda day: np.where(day >= 150, -60.0, 0.0)))

    assert event.status == "proposed"
    assert abs((event.first - date(2019, 5, 31)).days) <= 1
    assert event.last is None
    assert event.size == pytest.approx(-60, abs=2)
    assert event.share == pytest.approx(-0.6, abs=0.02)
    assert event.p_value < 0.05


def test_a_step_that_ends_has_a_last_day():
    (event,) = propose_events(*batches(lambda day: np.where((day >= 100) & (day < 200), 80.0, 0.0)))

    assert abs((event.first - date(2019, 4, 11)).days) <= 1
    assert event.last is not None
    assert abs((event.last - date(2019, 7, 19)).days) <= 1


@pytest.mark.parametrize(
    "shape",
    [
        lambda day: 0.0 * day,
        lambda day: day * 0.25,  # 91 % more at the end, but evenly
        lambda day: 0.0 * day - 60,  # what changed with the measure is the saving
        lambda day: np.where((day >= 150) & (day < 157), -90.0, 0.0),  # a week is not lasting
    ],
)
def test_no_drift_saving_or_week_is_an_event(shape):
    assert propose_events(*batches(shape)) == ()


def test_what_recurs_every_year_is_no_event():
    first, fitted, second, expected = batches(lambda day: np.where((day >= 180) & (day < 260), -70.0, 0.0))
    recurring = replace(first, use=first.use + np.where((np.arange(365) >= 180) & (np.arange(365) < 260), -70.0, 0.0))

    assert propose_events(recurring, fitted, second, expected) == ()
    assert propose_events(recurring, fitted, second, expected, suspected=[date(2019, 6, 30)]) == ()


def test_small_steps_count_when_many_meters_show_them():
    def shape(day):
        return np.where(day >= 81, -20.0, 0.0)

    assert propose_events(*batches(shape, meters=14)) == ()
    found = propose_events(*batches(shape, meters=15))
    assert [event.meter for event in found] == [f"m{at}" for at in range(15)]
    assert all(abs((event.first - date(2019, 3, 23)).days) <= 3 for event in found)


def test_an_event_of_other_meters_or_a_suspected_day_is_looked_for_in_one():
    one = batches(lambda day: np.where(day >= 81, -20.0, 0.0), seed=1)
    others = shared_events(*batches(lambda day: np.where(day >= 81, -20.0, 0.0), meters=15))

    assert [(group.kind, group.sign, group.part) for group in others] == [("electricity", -1, 1.0)]
    assert propose_events(*one) == ()
    (known,) = propose_events(*one, shared=others)
    (looked_for,) = propose_events(*one, suspected=[date(2019, 3, 26)])
    assert known.first == looked_for.first
    assert looked_for.p_value <= 0.05
    assert propose_events(*one, suspected=[date(2019, 8, 1)]) == ()


def test_events_of_the_baseline_are_proposed_as_days_not_to_be_fitted():
    _, usual, year, _ = batches(lambda day: np.where((day >= 100) & (day < 180), -70.0, 0.0))
    baseline = Baseline(
        dates=year.dates,
        meters=year.meters,
        kinds=year.kinds,
        units=year.units,
        use=year.use,
        conditions=year.conditions,
    )
    fitted = usual - 70 * 80 / 365  # a constant bends itself to the event

    (event,) = propose_baseline_events(baseline, fitted)

    assert abs((event.first - date(2019, 4, 11)).days) <= 1
    assert event.last is not None
    assert abs((event.last - date(2019, 6, 29)).days) <= 1
    assert event.size == pytest.approx(-70, abs=2)
    assert np.isnan(event.p_value)
    assert propose_baseline_events(*batches(lambda day: 0.0 * day)[:2]) == ()


def test_gaps_and_unfitted_meters_are_left_out():
    first, fitted, second, expected = batches(lambda day: np.where(day >= 150, -60.0, 0.0), meters=2)
    fitted, expected = fitted.copy(), expected.copy()
    fitted[1], expected[1] = NAN, NAN
    second.use[0, 140:160] = NAN

    (event,) = propose_events(first, fitted, second, expected)
    assert event.meter == "m0"


def test_hours_tell_the_same_as_their_days():
    first, fitted, second, expected = batches(lambda day: np.where(day >= 150, -60.0, 0.0))
    hours = [hours_of(date(year, 1, 1), date(year, 12, 31), "UTC") for year in (2018, 2019)]
    spread = [np.repeat(values / 24, 24, axis=1) for values in (first.use, fitted, second.use, expected)]

    by_hour = propose_events(
        replace(first, use=spread[0], conditions=hours[0]),
        spread[1],
        replace(second, use=spread[2], conditions=hours[1]),
        spread[3],
    )

    (one,), (other,) = propose_events(first, fitted, second, expected), by_hour
    assert (other.first, other.last) == (one.first, one.last)
    assert other.size == pytest.approx(one.size)


def test_only_a_confirmed_event_changes_anything():
    days = days_between(date(2019, 3, 1), date(2019, 3, 4))
    rejected = reject(EVENT, reason="term began", who="Lin")

    for event in (EVENT, rejected):
        assert not left_out([event], ("a", "b"), days).any()
        assert not adjustments([event], ("a", "b"), days).any()


def test_a_confirmed_event_leaves_out_its_days_or_adds_its_size():
    days = days_between(date(2019, 3, 1), date(2019, 3, 4))
    out = confirm(EVENT, reason="burst pipe", who="Lin")
    added = confirm(EVENT, reason="burst pipe", who="Lin", treatment="adjust")
    lasting_event = replace(added, last=None, size=-6.0)

    assert left_out([out], ("a", "b"), days).tolist() == [[False] * 4, [False, True, True, False]]
    assert_allclose(adjustments([added], ("a", "b"), days), [[0, 0, 0, 0], [0, -12, -12, 0]])
    assert_allclose(adjustments([lasting_event], ("b",), days), [[0, -6, -6, -6]])
    assert not left_out([added], ("a", "b"), days).any()


def test_an_adjustment_is_per_day_whatever_the_interval():
    hours = hours_of(date(2019, 3, 1), date(2019, 3, 4), "UTC")
    added = confirm(EVENT, reason="burst pipe", who="Lin", treatment="adjust")

    assert adjustments([added], ("b",), hours).sum() == pytest.approx(-24)


@pytest.mark.parametrize(("reason", "who"), [("", "Lin"), ("burst pipe", " ")])
def test_nobody_decides_without_a_reason_and_a_name(reason, who):
    with pytest.raises(ValueError, match="give both"):
        confirm(EVENT, reason=reason, who=who)


def test_chance_falls_with_the_score_and_is_never_nothing():
    assert chance_of(0.0) > chance_of(15.0) > chance_of(1e6) > 0
