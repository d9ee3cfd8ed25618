"""Daily change-point models: what was put in comes back."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.baselines import archive
from wattstone.baselines.conditions import Conditions, Extra
from wattstone.baselines.daily_fit import daily_fitter, fit_daily_models
from wattstone.baselines.daily_model import DailyModel, DailySettings
from wattstone.baselines.daily_splits import groups_of
from wattstone.baselines.daily_terms import felt
from wattstone.baselines.timeline import fold_days, hours_of

PLAIN = DailySettings(memory=0.0, calendar=False, level_days=0.0)


def days(first=date(2023, 1, 1), last=date(2023, 12, 31), zone="Europe/London", swing=10.0, seed=0) -> Conditions:
    """Days of a temperate year, warm in July, with weather."""
    empty = fold_days(hours_of(first, last, zone))
    rng = np.random.default_rng(seed)
    weather = 12.0 - swing * np.cos(2 * np.pi * (empty.year_share - 0.05)) + rng.normal(0, 3, len(empty))
    return replace(empty, temperature=weather)


def hinge(over: np.ndarray) -> np.ndarray:
    return np.maximum(over, 0.0)


YEAR = days()
T = YEAR.temperature
TRUTH = {
    "mean": 10.0 + np.random.default_rng(3).normal(0, 1, len(T)),
    "3PH": 5 + 0.7 * hinge(14 - T),
    "3PC": 5 + 0.4 * hinge(T - 17),
    "4P": 5 + 0.7 * hinge(15 - T) + 0.4 * hinge(T - 15),
    "5P": 5 + 0.7 * hinge(13 - T) + 0.4 * hinge(T - 18),
}


@pytest.mark.parametrize("shape", list(TRUTH))
def test_change_points_and_slopes_that_were_put_in_come_back(shape):
    use = TRUTH[shape] * YEAR.hours

    model = fit_daily_models(use[None], YEAR, settings=PLAIN)

    (row,) = model.describe(0)
    assert row["shape"] == shape
    expected = {
        "mean": (None, None, None, None),
        "3PH": (14, None, 0.7, None),
        "3PC": (None, 17, None, 0.4),
        "4P": (15, 15, 0.7, 0.4),
        "5P": (13, 18, 0.7, 0.4),
    }[shape]
    found = (row["heating_balance"], row["cooling_balance"], row["heating"], row["cooling"])
    assert [one if one is None else pytest.approx(one, abs=1e-6) for one in expected] == list(found)
    if shape == "mean":
        assert row["base"] == pytest.approx(TRUTH["mean"].mean())
    else:
        assert row["base"] == pytest.approx(5.0, abs=1e-6)
        np.testing.assert_allclose(model.predict(YEAR)[0], use, rtol=1e-6)


def test_seasons_and_days_of_rest_that_differ_are_told_apart():
    rng = np.random.default_rng(1)
    weekend, winter = YEAR.weekday >= 5, np.isin(YEAR.month, (11, 12, 1, 2))
    power = np.where(weekend, 3.0, 8.0) + 0.5 * hinge(15 - T) + np.where(winter, 6.0, 0.0) + rng.normal(0, 0.1, len(T))

    model = fit_daily_models(power[None] * YEAR.hours, YEAR, settings=PLAIN)

    rows = {row["days"]: row for row in model.describe(0)}
    assert "winter working days" in rows
    assert "winter rest days" in rows
    cold = {
        name: row["base"] + row["heating"] * (row["heating_balance"] - 5.0)
        for name, row in rows.items()
        if "winter" in name
    }
    assert cold["winter working days"] == pytest.approx(8 + 0.5 * 10 + 6, abs=0.2)
    assert cold["winter rest days"] == pytest.approx(3 + 0.5 * 10 + 6, abs=0.2)


def test_seasons_are_turned_where_july_is_cold():
    south = replace(YEAR, temperature=24 - T)

    model = fit_daily_models((5 + TRUTH["3PH"])[None] * YEAR.hours, south)

    assert model.south
    none = np.zeros(len(YEAR), dtype=bool)
    july = YEAR.month == 7
    assert set(groups_of(YEAR, none, south=True, weekend=())[july]) == {4}  # winter, working
    assert set(groups_of(YEAR, none, south=False, weekend=())[july]) == {0}  # summer, working
    assert not fit_daily_models(TRUTH["3PH"][None], YEAR).south


def test_a_level_that_changed_late_in_the_year_goes_on_after_it():
    power = np.where(YEAR.date < np.datetime64("2023-07-01"), 10.0, 12.0) + 0.1 * np.sin(np.arange(len(T)))
    after = days(date(2024, 1, 1), date(2024, 12, 31), seed=1)

    with_level = fit_daily_models(
        power[None] * YEAR.hours, YEAR, settings=replace(PLAIN, level_days=60.0, seasons=False)
    )
    without = fit_daily_models(power[None] * YEAR.hours, YEAR, settings=replace(PLAIN, seasons=False))

    # With weight w = e^(-age / 60 d) half a year of +1 weighs about 0.95 of all, so 1 + (0.95 - 0.05) / 11 / 1.25.
    assert (with_level.predict(after) / after.hours).mean() == pytest.approx(11 * (1 + 0.9 / 11 / 1.25), rel=0.01)
    assert (without.predict(after) / after.hours).mean() == pytest.approx(11, rel=0.01)
    np.testing.assert_array_equal(with_level.predict(YEAR), without.predict(YEAR))  # no bias in sample
    gas = fit_daily_models(power[None] * YEAR.hours, YEAR, kinds=["natural_gas"])
    assert gas.factor[0] == 1.0


def test_holidays_are_days_of_rest_and_so_are_the_days_that_bridge_them():
    off = np.isin(YEAR.date, np.array(["2023-01-01", "2023-12-25", "2023-12-26"], dtype="datetime64[D]"))
    year = replace(YEAR, off=off)
    rest = (YEAR.weekday >= 5) | (YEAR.date >= np.datetime64("2023-12-25")) | (YEAR.date == np.datetime64("2023-01-01"))
    power = np.where(rest, 2.0, 9.0)

    model = fit_daily_models(power[None] * year.hours, year, settings=replace(PLAIN, seasons=False))

    np.testing.assert_allclose(model.predict(year)[0], power * year.hours, rtol=1e-6)


def test_days_of_the_week_have_terms_of_their_own():
    power = 10.0 + YEAR.weekday + 0.5 * hinge(14 - T)

    model = fit_daily_models(power[None] * YEAR.hours, YEAR, settings=replace(PLAIN, calendar=True))

    np.testing.assert_allclose(model.predict(YEAR)[0], power * YEAR.hours, rtol=1e-3)


def test_production_enters_linearly():
    made = np.random.default_rng(5).uniform(0, 50, (1, len(T)))
    made[0, 7] = np.nan
    power = 4 + 0.6 * hinge(15 - T) + 0.2 * np.nan_to_num(made[0])
    extra = Extra(names=("production",), values=made[..., None])

    model = fit_daily_models(power[None] * YEAR.hours, YEAR, extra, settings=PLAIN)

    assert model.terms[0, -1] == pytest.approx(0.2, abs=1e-3)
    assert np.isnan(model.predict(YEAR, extra)[0, 7])
    with pytest.raises(ValueError, match="production"):
        model.predict(YEAR)


def test_net_export_is_a_value_like_any_other():
    power = 2 - 0.5 * hinge(T - 10)  # more sun on warm days

    model = fit_daily_models(power[None] * YEAR.hours, YEAR, settings=PLAIN)

    np.testing.assert_allclose(model.predict(YEAR)[0], power * YEAR.hours, atol=1e-6)
    assert model.predict(YEAR).min() < 0


def test_gas_gets_no_slope_of_cooling_and_chilled_water_none_of_heating():
    use = np.stack([TRUTH["5P"]] * 3) * YEAR.hours

    model = fit_daily_models(use, YEAR, kinds=("natural_gas", "cooling", "electricity"), settings=PLAIN)

    assert np.isnan(model.balance[0, ..., 1]).all()
    assert np.isnan(model.balance[1, ..., 0]).all()
    assert not np.isnan(model.balance[2]).any()


@given(scale=st.floats(0.01, 1e6), seed=st.integers(0, 9))
@settings(max_examples=10)
def test_the_unit_of_use_does_not_matter(scale, seed):
    rng = np.random.default_rng(seed)
    use = (TRUTH["5P"] + rng.normal(0, 1, len(T)))[None] * YEAR.hours
    after = days(date(2024, 1, 1), date(2024, 12, 31), seed=1)

    one, other = fit_daily_models(use, YEAR), fit_daily_models(use * scale, YEAR)

    np.testing.assert_allclose(other.predict(after), one.predict(after) * scale, rtol=1e-6)


def test_fahrenheit_tells_the_same_model():
    model = fit_daily_models(TRUTH["5P"][None] * YEAR.hours, YEAR, settings=PLAIN)

    (row,) = model.describe(0, fahrenheit=True)

    # 13 degC = 55.4 degF, 18 degC = 64.4 degF; 0.7 per K = 0.3889 per degF
    assert (row["heating_balance"], row["cooling_balance"]) == (pytest.approx(55.4), pytest.approx(64.4))
    assert (row["heating"], row["cooling"]) == (pytest.approx(0.7 / 1.8), pytest.approx(0.4 / 1.8))


def test_days_of_23_and_25_hours_need_no_care():
    assert {23.0, 25.0} < set(YEAR.hours)
    model = fit_daily_models(TRUTH["3PH"][None] * YEAR.hours, YEAR, settings=PLAIN)

    np.testing.assert_allclose(model.predict(YEAR)[0] / YEAR.hours, TRUTH["3PH"], rtol=1e-6)


def test_gaps_are_not_fitted_and_unknown_weather_is_not_predicted():
    use = TRUTH["5P"][None] * YEAR.hours
    use[0, ::9] = np.nan
    weather = T.copy()
    weather[5] = np.nan
    year = replace(YEAR, temperature=weather)

    model = fit_daily_models(use, year, settings=PLAIN)
    predicted = model.predict(year)

    assert model.days[0] == len(T) - len(T[::9]) - 1
    assert np.isnan(predicted[0, 5])
    np.testing.assert_allclose(np.delete(predicted[0], 5), np.delete(TRUTH["5P"] * YEAR.hours, 5), rtol=1e-6)


def bad_uses() -> dict[str, np.ndarray]:
    few = np.full(len(T), np.nan)
    few[:20] = TRUTH["5P"][:20]
    return {
        "constant": np.full(len(T), 4.0) * YEAR.hours,
        "zero": np.zeros(len(T)),
        "none": np.full(len(T), np.nan),
        "few": few,
    }


@pytest.mark.parametrize("what", list(bad_uses()))
@pytest.mark.parametrize("robust", [False, True])
def test_a_meter_that_cannot_be_fitted_is_nan_and_the_others_go_on(what, robust):
    use = np.stack([bad_uses()[what], TRUTH["5P"] * YEAR.hours])

    model = fit_daily_models(use, YEAR, settings=DailySettings(robust=robust))

    assert np.isnan(model.predict(YEAR)[0]).all()
    assert np.isfinite(model.predict(YEAR)[1]).all()
    assert model.describe(0) == []
    assert model.parameters[0] == 0
    again = archive.from_json(json.loads(json.dumps(model.to_json(0), allow_nan=False)))
    assert np.isnan(again.predict(YEAR)).all()


def test_no_weather_at_all_and_no_meters_at_all():
    blind = replace(YEAR, temperature=np.full(len(T), np.nan))

    assert np.isnan(fit_daily_models(TRUTH["5P"][None], blind).predict(YEAR)).all()
    assert fit_daily_models(np.empty((0, len(T))), YEAR).predict(YEAR).shape == (0, len(T))
    never = YEAR.take(slice(0, 0))
    assert np.isnan(fit_daily_models(np.empty((2, 0)), never).predict(YEAR)).all()


def test_spikes_hardly_move_the_robust_model():
    rng = np.random.default_rng(2)
    use = (TRUTH["5P"] + rng.normal(0, 0.2, len(T))) * YEAR.hours
    spiked = use.copy()
    spiked[rng.choice(len(T), 18, replace=False)] *= 10

    robust = fit_daily_models(spiked[None], YEAR, settings=replace(PLAIN, robust=True))
    plain = fit_daily_models(spiked[None], YEAR, settings=PLAIN)

    assert robust.method == "daily-robust/1"
    missed = [np.abs(one.predict(YEAR)[0] - TRUTH["5P"] * YEAR.hours).mean() for one in (robust, plain)]
    assert missed[0] < 0.1 * missed[1]


@pytest.mark.parametrize("robust", [False, True])
def test_json_predicts_the_same(robust):
    rng = np.random.default_rng(4)
    use = (np.stack([TRUTH["5P"], TRUTH["3PH"], -TRUTH["3PC"]]) + rng.normal(0, 0.5, (3, len(T)))) * YEAR.hours
    extra = Extra(names=("made",), values=rng.uniform(0, 1, (3, len(T), 1)))
    model = fit_daily_models(use, YEAR, extra, settings=DailySettings(robust=robust))
    after = days(date(2024, 1, 1), date(2024, 12, 30), seed=1)
    later = Extra(names=("made",), values=rng.uniform(0, 1, (3, len(after), 1)))

    for at in range(3):
        again = archive.from_json(json.loads(json.dumps(model.to_json(at), allow_nan=False)))
        assert isinstance(again, DailyModel)
        assert again.method == model.method
        np.testing.assert_array_equal(again.parameters, model.parameters[at : at + 1])
        alone = later.rows(slice(at, at + 1))
        np.testing.assert_array_equal(again.predict(after, alone), model.rows(slice(at, at + 1)).predict(after, alone))


def test_a_batch_is_its_meters_one_by_one():
    rng = np.random.default_rng(6)
    use = (TRUTH["5P"] + rng.normal(0, 0.5, (70, len(T)))) * YEAR.hours
    kinds = ["electricity", "natural_gas"] * 35

    whole = fit_daily_models(use, YEAR, kinds=kinds)

    for at in (0, 1, 69):
        alone = daily_fitter(kinds[at : at + 1])(use[at : at + 1], YEAR, None)
        np.testing.assert_allclose(alone.predict(YEAR)[0], whole.predict(YEAR)[at], rtol=1e-9)


def test_hours_are_refused():
    hours = hours_of(date(2023, 1, 1), date(2023, 1, 31), "UTC")

    with pytest.raises(ValueError, match="days"):
        fit_daily_models(np.ones((1, len(hours))), hours)
    with pytest.raises(ValueError, match="days"):
        fit_daily_models(TRUTH["5P"][None], YEAR).predict(hours)


def test_weather_felt_knows_the_days_before_but_not_across_a_gap():
    three = replace(days(date(2023, 1, 1), date(2023, 1, 4)), temperature=np.array([10.0, 0.0, np.nan, 4.0]))

    # (0 + 0.5 * 10) / 1.5; the fourth day has nothing a day before, 0 two days and 10 three days before
    expected = [10.0, 5 / 1.5, np.nan, (4 + 0.25 * 0 + 0.125 * 10) / 1.375]
    np.testing.assert_allclose(felt(three, 0.5), expected)
    np.testing.assert_allclose(felt(three.take(np.array([0, 3])), 0.5), [10.0, (4 + 0.125 * 10) / 1.125])
