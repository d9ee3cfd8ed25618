"""Models of bills: what was put in comes back, whatever the bills' lengths."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.baselines.test_daily_model import days, hinge
from wattstone.baselines import archive
from wattstone.baselines.billing import bill_places, fit_bills, fold_bills
from wattstone.baselines.conditions import Conditions, Extra

DAYS = days(date(2022, 1, 1), date(2023, 12, 31))
T = DAYS.temperature


def bills(lengths: list[int], at: Conditions = DAYS) -> Conditions:
    """Bills one after the other from the first day."""
    first = np.cumsum([0, *lengths[:-1]])
    part = at.take(first.astype(np.int64))
    hours = np.add.reduceat(at.hours[: sum(lengths)], first)
    return replace(part, step="bill", hours=hours)


MONTHS = bills([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] * 2)
UNEVEN = bills([25, 61, 33, 20, 47, 35, 28, 70, 31, 30, 29, 65, 40, 35, 30, 31, 29])


@pytest.mark.parametrize("lengths", [MONTHS, UNEVEN], ids=["months", "uneven"])
@pytest.mark.parametrize(
    ("shape", "power"),
    [
        ("3PH", 5 + 0.7 * hinge(14 - T)),
        ("3PC", 5 + 0.4 * hinge(T - 17)),
        ("5P", 5 + 0.7 * hinge(13 - T) + 0.4 * hinge(T - 18)),
    ],
)
def test_change_points_come_back_from_bills(lengths, shape, power):
    daily = (power * DAYS.hours)[None]

    model = fit_bills(fold_bills(daily, DAYS, lengths), lengths, DAYS)

    (row,) = model.describe(0)
    assert (row["shape"], row["days"]) == (shape, "days")
    assert row["base"] == pytest.approx(5.0, abs=1e-4)
    np.testing.assert_allclose(model.predict(DAYS)[0], daily[0], rtol=1e-4)
    assert model.method == "billing/1"


def test_the_mean_of_a_month_would_not_do():
    """Days about the balance point: their mean asks for no heat, they do."""
    power = 5 + 0.7 * hinge(12 - T)
    monthly = fold_bills((power * DAYS.hours)[None], DAYS, MONTHS)

    predicted = fold_bills(fit_bills(monthly, MONTHS, DAYS).predict(DAYS), DAYS, MONTHS)

    mean = np.array([T[bill_places(DAYS, MONTHS) == at].mean() for at in range(len(MONTHS))])
    by_mean = (5 + 0.7 * hinge(12 - mean)) * MONTHS.hours
    np.testing.assert_allclose(predicted, monthly, rtol=1e-6)
    assert np.abs(by_mean - monthly[0]).max() > 0.05 * monthly.max()


def test_bills_of_days_are_their_sums_and_a_missing_day_leaves_none():
    daily = np.ones((1, len(DAYS)))
    daily[0, 40] = np.nan

    found = fold_bills(daily, DAYS, MONTHS)
    short = fold_bills(daily[:, :100], DAYS.take(slice(0, 100)), MONTHS)

    assert found[0, 0] == 31
    assert np.isnan(found[0, 1])
    assert found[0, 2] == 31
    assert np.isnan(short[0, 3:]).all()


def test_a_variable_of_the_user_enters_linearly():
    made = np.random.default_rng(0).uniform(0, 40, (1, len(DAYS), 1))
    power = 5 + 0.7 * hinge(14 - T) + 0.1 * made[0, :, 0]
    means = fold_bills(made[..., 0] * DAYS.hours, DAYS, MONTHS) / MONTHS.hours
    extra = Extra(names=("production",), values=means[..., None])

    model = fit_bills(fold_bills((power * DAYS.hours)[None], DAYS, MONTHS), MONTHS, DAYS, extra)

    assert model.terms[0, 0] == pytest.approx(0.1, abs=0.01)
    daily = model.predict(DAYS, Extra(names=("production",), values=made))
    np.testing.assert_allclose(daily[0], power * DAYS.hours, rtol=0.05)


@pytest.mark.parametrize("what", ["constant", "none", "few"])
def test_bills_that_cannot_be_fitted_are_nan(what):
    use = fold_bills(((5 + 0.7 * hinge(14 - T)) * DAYS.hours)[None], DAYS, MONTHS)
    use = {"constant": MONTHS.hours[None] * 3, "none": use * np.nan, "few": np.where(np.arange(24) < 5, use, np.nan)}[
        what
    ]

    model = fit_bills(use, MONTHS, DAYS)

    assert np.isnan(model.predict(DAYS)).all()
    assert model.parameters[0] == 0


def test_a_bill_without_its_weather_is_not_fitted():
    weather = T.copy()
    weather[31:45] = np.nan
    use = fold_bills(((5 + 0.7 * hinge(14 - T)) * DAYS.hours)[None], DAYS, MONTHS)
    use[0, 1] = 1e6

    model = fit_bills(use, MONTHS, replace(DAYS, temperature=weather))

    assert model.coefficients[0, 0, 0, 1] == pytest.approx(0.7, abs=1e-4)


def test_json_predicts_the_same_and_chilled_water_has_no_heating():
    power = 5 + 0.7 * hinge(14 - T) + 0.4 * hinge(T - 17)
    model = fit_bills(fold_bills((power * DAYS.hours)[None], DAYS, MONTHS), MONTHS, DAYS, kinds=("cooling",))

    again = archive.from_json(json.loads(json.dumps(model.to_json(0), allow_nan=False)))

    assert again.method == "billing/1"
    assert model.describe(0)[0]["heating"] is None
    np.testing.assert_array_equal(again.predict(DAYS), model.predict(DAYS))


def test_steps_are_told_apart():
    with pytest.raises(ValueError, match="bills"):
        fit_bills(np.ones((1, len(DAYS))), DAYS, DAYS)
    with pytest.raises(ValueError, match="bills"):
        fit_bills(np.ones((1, 24)), MONTHS, DAYS).predict(MONTHS)


def test_the_level_of_the_last_bills_goes_on():
    first = MONTHS.take(slice(0, 12))
    year = DAYS.take(slice(0, 365))
    power = np.where(np.arange(365) < 181, 10.0, 12.0) + 0.5 * hinge(14 - year.temperature)

    model = fit_bills(fold_bills((power * year.hours)[None], year, first), first, year)

    assert model.factor[0] > 1.02
    assert model.predict(DAYS)[0, 400] > model.power(DAYS)[0, 400] * DAYS.hours[400]
    assert model.predict(year)[0, 40] == pytest.approx(model.power(year)[0, 40] * year.hours[40])
