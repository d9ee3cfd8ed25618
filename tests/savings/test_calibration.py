"""Intervals hold as often as they say, whatever is there to calibrate them on."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.savings.calibration_cases import YEARS, drawn
from wattstone.baselines.timeline import fold_days, hours_of
from wattstone.portfolio.kinds import canonical_kind
from wattstone.savings.calibration import Calibration
from wattstone.savings.calibration_fit import calibrate
from wattstone.savings.calibration_reference import ANY, shipped_reference
from wattstone.savings.calibration_scores import Scores, join
from wattstone.savings.conformal import conformal_quantile
from wattstone.savings.intervals import spread

BEGINS = date(2015, 1, 1)


def calibrated(
    count: int,
    *,
    earlier: Scores | None = None,
    comparison: Scores | None = None,
    level: float = 0.9,
    prefix: str = "new",
    kind: str = "electricity",
) -> Calibration:
    return calibrate(
        meters=[f"{prefix}{at}" for at in range(count)],
        kinds=[kind] * count,
        begins=BEGINS,
        earlier=earlier,
        comparison=comparison,
        level=level,
    )


@pytest.mark.parametrize("drift", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_intervals_of_exchangeable_meters_hold_as_often_as_they_say(drift: float, level: float):
    """400 meters, calibrated on 150, within 3 standard errors of the share of meters; drift takes in whole years."""
    rng = np.random.default_rng(1)
    pool, now = drawn(rng, 150, drift, 2014).scores(), drawn(rng, 400, drift, 2015)

    calibration = calibrated(400, earlier=pool, level=level)
    of_days, of_months, of_totals = now.covered(calibration)

    allowed = 3 * np.sqrt(level * (1 - level) * (1 / 150 + 1 / 400))
    assert_allclose([of_days, of_months, of_totals], level, atol=allowed)
    assert calibration.sources == ("earlier years",)
    assert calibration.pools["electricity"]["total"].coverage == pytest.approx(level, abs=allowed)


def test_comparison_meters_of_the_same_year_are_enough():
    """Twelve meters without a measure: no reference, and no more cover than was asked for, over 60 portfolios."""
    rng = np.random.default_rng(2)
    found: list[Sequence[float]] = []
    for _ in range(60):
        others, now = drawn(rng, 12, 0.0, 2015).scores("other"), drawn(rng, 20, 0.0, 2015)
        calibration = calibrated(20, comparison=others)
        assert calibration.sources == ("comparison meters",)
        found.append(now.covered(calibration))

    assert_allclose(np.mean(found, axis=0), 0.9, atol=0.03)


def test_the_scored_year_is_never_looked_at():
    rng = np.random.default_rng(3)
    past, future = drawn(rng, 30, 0.05, 2014).scores(), drawn(rng, 30, 0.9, 2015).scores()

    alone, both = calibrated(5, earlier=past), calibrated(5, earlier=join([past, future]))

    assert both.to_json() == alone.to_json()


def test_meters_to_be_predicted_are_not_their_own_comparison():
    rng = np.random.default_rng(4)
    others, mine = drawn(rng, 30, 0.05, 2015).scores("other"), drawn(rng, 5, 5.0, 2015).scores("new")

    alone, both = calibrated(5, comparison=others), calibrated(5, comparison=join([others, mine]))

    assert both.to_json() == alone.to_json()


def test_without_scores_the_reference_is_named():
    calibration = calibrated(3)

    assert calibration.sources == ("reference cambridge-2009-2019",)
    assert set(calibration.widths) == {"hour", "day", "month", "total"}
    assert calibration.pools["electricity"]["day"].periods == 0
    assert np.isnan(calibration.pools["electricity"]["day"].coverage)
    assert calibrated(3, kind="compressed_air").pools["compressed_air"]["total"].quantile > 0


def test_few_scores_are_filled_up_and_it_is_told():
    rng = np.random.default_rng(5)
    few = calibrated(3, earlier=drawn(rng, 5, 0.05, 2014).scores()).pools["electricity"]["total"]
    mixed = calibrated(
        3, earlier=join([drawn(rng, 5, 0.05, 2014).scores(), drawn(rng, 40, 0.05, 2014).scores("g", "gas")])
    ).pools["electricity"]["total"]

    assert (few.periods, few.meters, few.other, few.reference) == (5, 5, 0, 15)
    assert (mixed.periods, mixed.other, mixed.reference) == (5, pytest.approx(15), pytest.approx(0))


def test_a_meter_that_strayed_before_gets_a_wider_interval():
    rng = np.random.default_rng(6)
    years = [drawn(rng, 40, 0.03, year) for year in (2012, 2013, 2014)]
    restless = [replace(one, observed=one.observed * np.where(np.arange(40) == 7, 1.2, 1.0)[:, None]) for one in years]
    pool = join([one.scores("new") for one in restless])

    width = calibrated(40, earlier=pool).widths["total"]

    assert width[7] > 1.3 * np.median(width)
    assert width[7] < 3 * np.median(width)
    assert calibrated(1, earlier=pool, prefix="unknown").widths["total"][0] < width[7]


def test_restless_meters_do_not_widen_the_intervals_of_quiet_ones():
    """One meter in five drifts ten times as far, year after year: each kind is held as often as was said."""
    rng = np.random.default_rng(17)
    size = np.where(np.arange(200) % 5 == 0, 0.2, 0.02)
    years = [drawn(rng, 200, size[:, None], year) for year in range(2010, 2016)]
    pool = join([one.scores("new") for one in years[:-1]])

    calibration = calibrated(200, earlier=pool)
    inside = years[-1].covered(calibration)
    blind = calibrated(200, earlier=pool, prefix="unknown")

    assert_allclose(inside, 0.9, atol=0.06)
    width, unknown = calibration.widths["total"], blind.widths["total"][0]
    assert np.median(width[size < 0.1]) < unknown < np.median(width[size > 0.1])
    assert calibration.pools["electricity"]["total"].quantile < 0.9 * conformal_quantile(
        pool.parts["total"], np.ones(len(pool)), 0.9
    )


def test_an_interval_follows_a_change_of_unit():
    rng = np.random.default_rng(7)
    now, calibration = drawn(rng, 4, 0.05, 2015), calibrated(4)
    base = drawn(rng, 4, 0.0, 2015)
    of = spread(base.observed, base.expected, YEARS[2015])
    small = spread(base.observed / 1000, base.expected / 1000, YEARS[2015])

    for part in ("each", "total", "months"):
        kilo = getattr(calibration, part)(now.expected, YEARS[2015], of)
        mega = getattr(calibration, part)(now.expected / 1000, YEARS[2015], small)
        assert_allclose(np.array(kilo) / 1000, np.array(mega), rtol=1e-9)


def test_a_higher_level_is_wider_in_every_part():
    rng = np.random.default_rng(8)
    pool = drawn(rng, 12, 0.05, 2014).scores()
    widths = [calibrated(3, earlier=pool, level=level).widths for level in (0.5, 0.8, 0.9, 0.95, 0.99)]

    for part in ("day", "month", "total"):
        found = [one[part] for one in widths]
        assert all((low < high).all() for low, high in pairwise(found))
        assert np.isfinite(found[-1]).all()


def test_what_is_not_predicted_has_no_interval():
    rng = np.random.default_rng(9)
    now, calibration = drawn(rng, 2, 0.05, 2015), calibrated(2)
    expected = now.expected.copy()
    expected[0, :3], expected[1] = np.nan, np.nan

    lower, upper = calibration.each(expected, YEARS[2015], now.spread)
    low, high = calibration.total(expected, YEARS[2015], now.spread)
    least, most = calibration.months(expected, YEARS[2015], now.spread)

    assert np.isnan(lower[0, :3]).all()
    assert (upper[0, 3:] > lower[0, 3:]).all()
    assert low[0] < np.nansum(expected[0]) < high[0]
    assert np.isnan([low[1], high[1]]).all()
    assert np.isnan(least[1]).all()
    assert (most[0] > least[0]).all()


def test_a_net_export_has_an_interval_too():
    rng = np.random.default_rng(10)
    now, calibration = drawn(rng, 2, 0.05, 2015), calibrated(2)

    low, high = calibration.total(-now.expected, YEARS[2015], now.spread)

    assert (low < -now.expected.sum(axis=1)).all()
    assert (high < 0).all()


def test_a_total_of_a_month_is_as_wide_as_a_month():
    rng = np.random.default_rng(11)
    now, calibration = drawn(rng, 2, 0.05, 2015), calibrated(2)
    january = np.where(YEARS[2015].month == 1, now.expected, np.nan)

    low, high = calibration.total(january, YEARS[2015], now.spread)
    least, most = calibration.months(january, YEARS[2015], now.spread)

    assert_allclose(high - low, (most - least)[:, 0], rtol=0.02)


def test_some_meters_and_json_keep_their_intervals():
    rng = np.random.default_rng(12)
    calibration = calibrated(4, earlier=drawn(rng, 30, 0.05, 2014).scores("new"))
    back = Calibration.from_json(json.loads(json.dumps(calibration.to_json(), allow_nan=False)))

    assert back.to_json() == calibration.to_json()
    assert calibration.rows(np.array([2])).widths["day"][0] == calibration.widths["day"][2]
    assert calibration.rows(slice(1, 3)).meters == ("new1", "new2")


def test_scores_go_through_json():
    rng = np.random.default_rng(13)
    scores = drawn(rng, 3, 0.05, 2014).scores()
    back = Scores.from_json(json.loads(json.dumps(scores.to_json(), allow_nan=False)))

    assert back.meters == scores.meters
    assert_allclose(back.parts["day"], scores.parts["day"], atol=1e-6)
    assert (back.last == scores.last).all()


def test_a_meter_without_a_known_interval_has_no_score():
    rng = np.random.default_rng(14)
    one = drawn(rng, 3, 0.05, 2014)
    observed = one.observed.copy()
    observed[1] = np.nan

    assert replace(one, observed=observed).scores().meters == ("m0", "m2")


def test_scores_by_hand():
    """Each day 12 below 240: a total score of 365 * 12 over 365 * 240 * 0.005 = 10, an error of -0.05."""
    rng = np.random.default_rng(15)
    one = drawn(rng, 1, 0.0, 2014)
    flat = np.full((1, 365), 240.0)
    exact = spread(flat, flat, YEARS[2014])
    scores = replace(one, spread=exact, expected=flat, observed=flat - 12).scores()

    assert_allclose(scores.error, [-0.05])
    assert_allclose(scores.parts["total"], [[10.0]])
    assert_allclose(scores.parts["month"], np.full((1, 12), 10.0))
    # noise and drift are at their floor, 0.005 * 10 kW each: 12 / (24 * 0.05 * sqrt(2))
    assert_allclose(scores.parts["day"], np.full((1, 40), 12 / (1.2 * np.sqrt(2))))


def test_perfect_predictions_are_no_trouble():
    rng = np.random.default_rng(16)
    one = drawn(rng, 30, 0.0, 2014)
    exact = replace(one, observed=one.expected).scores()

    assert (calibrated(2, earlier=exact).widths["total"] == 0).all()


@pytest.mark.parametrize("level", [0.3, 0.999])
def test_a_level_beyond_what_can_be_told_is_refused(level: float):
    with pytest.raises(ValueError, match="level"):
        calibrated(1, level=level)


def test_nothing_to_join_is_refused():
    with pytest.raises(ValueError, match="no scores"):
        join([])


def test_the_shipped_reference_is_whole():
    reference = shipped_reference()

    assert reference.source.startswith("Scores of the models of Wattstone on the meters of the Cambridge")
    for kind in (ANY, "electricity", "natural_gas"):
        assert reference.meters[kind] > 30
        for part in ("hour", "day", "month", "total"):
            assert (np.diff(reference.part(kind, part)) >= 0).all()
            assert (np.diff(reference.size(kind, part)) >= 0).all()
    assert reference.part("water", "day") is reference.part(ANY, "day")
    assert reference.part("natural_gas", "bill") is reference.part("natural_gas", "day")
    assert set(reference.parts) - {ANY} == {canonical_kind(kind) for kind in set(reference.parts) - {ANY}}


def test_days_of_a_meter_are_bounded_where_only_hours_were_scored():
    """The reference fills in for the step that nobody scored; bills, which it has not either, are bounded as months."""
    scored = drawn(np.random.default_rng(11), 30, 0.05, 2014).scores()
    hours = replace(scored, parts={"hour" if name == "day" else name: part for name, part in scored.parts.items()})
    days = fold_days(hours_of(date(2015, 1, 1), date(2015, 3, 31), "UTC"))
    bills = replace(days.take(np.array([0, 31, 59])), step="bill", hours=np.array([31, 28, 31]) * 24.0)
    predicted = np.full((1, 90), 24.0)
    whole = np.array([[31, 28, 31]]) * 24.0
    held = spread(predicted + np.random.default_rng(12).normal(size=predicted.shape), predicted, days)

    for step, use, conditions in (("day", predicted, days), ("bill", whole, bills)):
        found = calibrate(meters=["new"], kinds=["electricity"], begins=date(2015, 1, 1), earlier=hours, step=step)
        lower, upper = found.each(use, conditions, held)
        assert (lower < use).all()
        assert (use < upper).all()
        assert np.isfinite(upper).all()
    assert_allclose(found.each(whole, bills, held), found.months(predicted, days, held))
