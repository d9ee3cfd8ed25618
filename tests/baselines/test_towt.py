"""Time of week and temperature against plain least squares, and against use that was made by its own equation."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.baselines.hourly_truth import hours, office
from wattstone.base import WattstoneError
from wattstone.baselines.archive import from_json
from wattstone.baselines.conditions import Conditions, Extra
from wattstone.baselines.timeline import fold_days
from wattstone.baselines.towt import Towt, fit_towt
from wattstone.baselines.towt_design import KNOTS, classes, knots, pieces

YEAR = hours(date(2018, 1, 1), date(2018, 12, 31))
NEXT = hours(date(2019, 1, 1), date(2019, 12, 31), seed=5)


def plain(use: Any, at: Conditions, busy: Any, weight: Any = None, extra: Any = None) -> tuple[Any, Any]:
    """All dummies as columns: coefficients of the pieces and fitted values, by numpy's least squares."""
    x = pieces(at.temperature, knots(at.temperature))
    kind = classes(at, holidays=True)
    mode = busy[kind][:, None]
    columns = [np.eye(192)[kind], x * ~mode, x * mode] + ([] if extra is None else [extra])
    design = np.concatenate(columns, axis=1)
    known = ~np.isnan(use)
    root = np.sqrt(np.ones(len(use)) if weight is None else weight)[known, None]
    found = np.linalg.lstsq(design[known] * root, use[known] * root[:, 0], rcond=None)[0]
    return found[192:], design @ found


@pytest.mark.parametrize("gaps", [False, True])
def test_same_as_all_dummies_by_plain_least_squares(gaps: bool) -> None:
    use = np.stack([office(YEAR, seed) for seed in (2, 3)])
    if gaps:
        use[:, np.random.default_rng(1).random(len(YEAR)) < 0.07] = np.nan
    model = fit_towt(use, YEAR)

    for at in range(2):
        slopes, fitted = plain(use[at], YEAR, model.busy[at])
        assert_allclose(model.slope[at].ravel(), slopes, rtol=1e-5, atol=1e-6)
        assert_allclose(model.predict(YEAR)[at], fitted, rtol=1e-6)


def test_extra_variables_have_their_least_squares_slopes() -> None:
    rng = np.random.default_rng(8)
    values = rng.uniform(0, 5, (2, len(YEAR), 2))
    use = np.stack([office(YEAR), office(YEAR, 3)]) + values @ np.array([2.0, -1.0])
    values[0, :40, 1] = np.nan
    extra = Extra(names=("tonnes", "guests"), values=values)
    model = fit_towt(use, YEAR, extra)
    slopes, _ = plain(use[1], YEAR, model.busy[1], extra=values[1])

    assert_allclose(model.extra[1], slopes[-2:], rtol=1e-6)
    assert_allclose(model.extra, [[2, -1], [2, -1]], atol=0.02)
    assert np.isnan(model.predict(YEAR, extra)[0, :40]).all()
    with pytest.raises(WattstoneError, match="tonnes"):
        model.predict(YEAR)


def test_the_truth_is_found_again_and_the_next_year_foretold() -> None:
    """Open and closed hours are told apart; the error of the next year is its noise, 1 kW of a mean near 20."""
    model = fit_towt(office(YEAR)[None], YEAR)
    expected = office(NEXT, noise=0.0)
    open_ = np.zeros(192, dtype=bool)
    open_[[day * 24 + hour for day in range(5) for hour in range(8, 18)]] = True

    assert_array_equal(model.busy[0, :168], open_[:168])
    assert_allclose(model.predict(NEXT)[0], expected, atol=3.0)  # the true bends are between two knots
    assert np.abs(model.predict(NEXT)[0] - expected).mean() < 0.5


def test_days_off_are_a_day_of_their_own_or_sundays() -> None:
    use = np.where(YEAR.off, 3.0, np.where(YEAR.weekday == 6, 5.0, 9.0))[None]

    own, sunday = (fit_towt(use, YEAR, holidays=one).predict(NEXT)[0, NEXT.off] for one in (True, False))

    assert_allclose(own, 3.0, atol=1e-9)
    assert (sunday > 4).all()
    without = replace(YEAR, off=np.zeros_like(YEAR.off))
    never = fit_towt(np.where(without.weekday == 6, 5.0, 9.0)[None], without).predict(NEXT)
    assert_allclose(never[0, NEXT.off], 5.0)  # no day off was seen: Sundays


def test_net_export_is_a_value_like_any_other() -> None:
    assert YEAR.irradiance is not None
    assert NEXT.irradiance is not None
    use = office(YEAR)[None] - 0.1 * YEAR.irradiance
    model = fit_towt(use, YEAR, sunlit=True)
    predicted = model.predict(NEXT)

    assert_allclose(model.slope[0, :, -1], -0.1, atol=0.002)
    assert predicted.min() < -20
    assert np.isnan(model.predict(replace(NEXT, irradiance=None))).all()
    with pytest.raises(WattstoneError, match="irradiance"):
        fit_towt(use, replace(YEAR, irradiance=None), sunlit=True)


def test_meters_that_cannot_be_fitted_are_nan_and_the_others_go_on() -> None:
    use = np.full((4, len(YEAR)), np.nan)
    use[1] = 7.0
    use[2, :100] = office(YEAR)[:100]
    use[3] = office(YEAR)
    predicted = fit_towt(use, YEAR).predict(NEXT)

    assert np.isnan(predicted[[0, 2]]).all()
    assert_allclose(predicted[1], 7.0)
    assert_allclose(predicted[3], fit_towt(use[3:], YEAR).predict(NEXT)[0])
    assert fit_towt(use[:0], YEAR).predict(NEXT).shape == (0, len(NEXT))


def test_hours_of_the_week_without_a_reading_come_from_other_days() -> None:
    use = np.where(YEAR.week_hour == 30, np.nan, 4.0 + YEAR.hour)[None]  # Tuesdays at 6

    assert_allclose(fit_towt(use, YEAR).predict(NEXT)[0], 4.0 + NEXT.hour)


def test_hours_without_temperature_are_neither_fitted_nor_foretold() -> None:
    warm = YEAR.temperature.copy()
    warm[1000:1100] = np.nan
    use = office(YEAR)[None]
    blank = use.copy()
    blank[:, 1000:1100] = np.nan
    model, other = fit_towt(use, replace(YEAR, temperature=warm)), fit_towt(blank, YEAR)

    assert_allclose(model.predict(NEXT), other.predict(NEXT))
    assert np.isnan(model.predict(replace(YEAR, temperature=warm))[0, 1000:1100]).all()


def test_outliers_count_less() -> None:
    use = office(YEAR)[None]
    at = np.random.default_rng(4).choice(len(YEAR), 300, replace=False)
    use[0, at] += 500
    plain_, robust = (fit_towt(use, YEAR, robust=one).predict(NEXT)[0] for one in (False, True))
    truth = office(NEXT, noise=0.0)

    assert np.abs(robust - truth).mean() < 0.6
    assert np.abs(plain_ - truth).mean() > 10


def test_pieces_with_few_hours_are_joined() -> None:
    assert len(knots(YEAR.temperature)) < len(KNOTS)
    assert knots(np.full(100, 10.0)) == ()
    assert_allclose(pieces(YEAR.temperature, knots(YEAR.temperature)).sum(axis=1), YEAR.temperature)


def test_json_predicts_the_same() -> None:
    use = np.stack([office(YEAR), np.full(len(YEAR), np.nan)])
    model = fit_towt(use, YEAR, Extra(names=("x",), values=np.ones((2, len(YEAR), 1))))
    extra = Extra(names=("x",), values=np.ones((2, len(NEXT), 1)))

    for at in range(2):
        back = from_json(json.loads(json.dumps(model.to_json(at), allow_nan=False)))
        assert isinstance(back, Towt)
        assert back.parameters.tolist() == model.parameters[[at]].tolist()
        one = extra.rows(np.array([at]))
        assert_allclose(back.predict(NEXT, one)[0], model.predict(NEXT, extra)[at], rtol=1e-12)
        assert_array_equal(back.predict(NEXT, one), model.rows(np.array([at])).predict(NEXT, one))


def test_days_and_other_zones_are_refused() -> None:
    days = fold_days(YEAR)
    with pytest.raises(WattstoneError, match="day"):
        fit_towt(np.ones((1, len(days))), days)
    with pytest.raises(WattstoneError, match="Asia/Tokyo"):
        fit_towt(office(YEAR)[None], YEAR).predict(replace(NEXT, zone="Asia/Tokyo"))
