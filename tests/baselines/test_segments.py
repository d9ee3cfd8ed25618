"""Twelve weighted months against weighted least squares with all dummies, and months that differ."""

import json
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.baselines.hourly_truth import hours, office
from wattstone.baselines.archive import from_json
from wattstone.baselines.segments import fit_segments
from wattstone.baselines.towt_design import classes, knots, pieces

YEAR = hours(date(2018, 1, 1), date(2018, 12, 31))
NEXT = hours(date(2019, 1, 1), date(2019, 12, 31), seed=5)


@pytest.mark.parametrize(("month", "gaps"), [(1, False), (7, False), (7, True)])
def test_same_as_weighted_least_squares_of_three_months(month: int, gaps: bool) -> None:
    use = np.stack([office(YEAR), office(YEAR, 3)])
    if gaps:
        use[1, np.random.default_rng(6).random(len(YEAR)) < 0.05] = np.nan
    one = fit_segments(use, YEAR).months[month - 1].rows(np.array([1]))
    apart = np.minimum((YEAR.month - month) % 12, (month - YEAR.month) % 12)
    at = np.flatnonzero((apart <= 1) & np.isfinite(use[1]))
    kind, mode = classes(YEAR, holidays=True)[at], one.busy[0][classes(YEAR, holidays=True)][at, None]
    x = pieces(YEAR.temperature[at], knots(YEAR.temperature[apart <= 1]))
    rows = np.concatenate([np.eye(192)[kind], x * ~mode, x * mode], axis=1)
    root = np.sqrt(np.where(apart[at] == 0, 1.0, 0.5))[:, None]
    found = np.linalg.lstsq(rows * root, use[1, at] * root[:, 0], rcond=None)[0]

    assert_allclose(one.predict(YEAR.take(at))[0], rows @ found, rtol=1e-6)


def test_months_have_their_own_levels() -> None:
    use = np.where(np.isin(YEAR.month, (6, 7, 8)), 5.0, 20.0)[None]
    model = fit_segments(use, YEAR)
    predicted = model.predict(NEXT)[0]

    assert_allclose(predicted[NEXT.month == 7], 5.0, atol=1e-6)
    assert_allclose(predicted[NEXT.month == 12], 20.0, atol=1e-6)


def test_gaps_constants_and_months_without_data() -> None:
    use = np.full((3, len(YEAR)), np.nan)
    use[1] = 4.0
    use[2] = np.where(YEAR.month <= 6, office(YEAR), np.nan)
    predicted = fit_segments(use, YEAR).predict(NEXT)

    assert np.isnan(predicted[0]).all()
    assert_allclose(predicted[1], 4.0)
    assert np.isfinite(predicted[2, NEXT.month <= 6]).all()
    assert np.isnan(predicted[2, NEXT.month == 9]).all()


def test_json_predicts_the_same() -> None:
    model = fit_segments(np.stack([office(YEAR), office(YEAR, 3)]), YEAR)
    back = from_json(json.loads(json.dumps(model.to_json(1), allow_nan=False)))

    assert_allclose(back.predict(NEXT)[0], model.predict(NEXT)[1], rtol=1e-12)
    assert_array_equal(back.parameters, model.parameters[1:])
