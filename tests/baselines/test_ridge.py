"""The ridge model of hours against normal equations by hand, and against drifting use that was made."""

import json
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.baselines.hourly_truth import hours, office
from wattstone.base import WattstoneError
from wattstone.baselines.archive import from_json
from wattstone.baselines.conditions import Extra
from wattstone.baselines.ridge import design, fit_ridge
from wattstone.baselines.ridge_design import trailing
from wattstone.baselines.towt import fit_towt

YEAR = hours(date(2018, 1, 1), date(2018, 12, 31))
NEXT = hours(date(2019, 1, 1), date(2019, 12, 31), seed=5)


@pytest.mark.parametrize("gaps", [False, True])
def test_same_as_normal_equations_of_one_hour_of_the_day(gaps: bool) -> None:
    """Augmented least squares: a row of the root of each penalty below the weighted rows of the data."""
    use = np.stack([office(YEAR), office(YEAR, 3)])
    if gaps:
        use[1, 3000:3300] = np.nan
    model = fit_ridge(use, YEAR, half_life=90.0)
    x, _, penalty = design(YEAR, sunlit=False)
    at = np.flatnonzero((YEAR.hour == 9) & np.isfinite(use[1]))
    weight = 0.5 ** ((YEAR.start[-1] - YEAR.start[at]).astype(float) / 86400 / 90)
    size = x.std(axis=0)
    z = (x - x.mean(axis=0)) / size
    rows = np.concatenate([np.ones((len(at), 1)), z[at]], axis=1) * np.sqrt(weight)[:, None]
    below = np.diag(np.sqrt(np.concatenate([[0.0], penalty]) * weight.sum()))
    right = np.concatenate([use[1, at] * np.sqrt(weight), np.zeros(len(below))])
    found = np.linalg.lstsq(np.concatenate([rows, below]), right, rcond=None)[0]

    assert_allclose(model.slope[1, 9], found, rtol=1e-5, atol=1e-6)


def test_the_next_year_is_foretold() -> None:
    error = fit_ridge(office(YEAR)[None], YEAR).predict(NEXT)[0] - office(NEXT, noise=0.0)
    assert np.abs(error).mean() < 0.6


def test_what_is_recent_counts_more() -> None:
    """Use that steps from 10 to 20 in September: the next year goes with the last months."""
    use = np.where(YEAR.date < np.datetime64("2018-09-01"), 10.0, 20.0)[None]
    assert 16 < fit_ridge(use, YEAR).predict(NEXT).mean() < 21
    assert fit_towt(use, YEAR).predict(NEXT).mean() < 14


def test_closing_at_the_turn_of_the_year_is_learnt() -> None:
    shut = [(at.month == 12) & ((at.date - at.date.astype("datetime64[M]")).astype(int) >= 23) for at in (YEAR, NEXT)]
    use = np.where(shut[0], 5.0, 50.0)[None]
    predicted = fit_ridge(use, YEAR).predict(NEXT)[0]

    assert abs(predicted[shut[1]].mean() - 5) < 3
    assert abs(predicted[~shut[1]].mean() - 50) < 1


def test_extra_variables_and_export() -> None:
    assert YEAR.irradiance is not None
    assert NEXT.irradiance is not None
    values = np.random.default_rng(3).uniform(0, 5, (1, len(YEAR), 1))
    use = office(YEAR)[None] - 0.1 * YEAR.irradiance + 2 * values[..., 0]
    model = fit_ridge(use, YEAR, Extra(names=("tonnes",), values=values), sunlit=True)
    one = Extra(names=("tonnes",), values=np.ones((1, len(NEXT), 1)))
    truth = office(NEXT, noise=0.0) - 0.1 * NEXT.irradiance + 2

    assert np.abs(model.predict(NEXT, one)[0] - truth).mean() < 1.5
    assert model.predict(NEXT, one).min() < -20
    with pytest.raises(WattstoneError, match="tonnes"):
        model.predict(NEXT)


def test_meters_that_cannot_be_fitted_are_nan_and_the_others_go_on() -> None:
    use = np.full((4, len(YEAR)), np.nan)
    use[1] = 7.0
    use[2, :20] = 1.0
    use[3] = office(YEAR)
    predicted = fit_ridge(use, YEAR).predict(NEXT)

    assert np.isnan(predicted[[0, 2]]).all()
    assert_allclose(predicted[1], 7.0, rtol=1e-6)
    assert_allclose(predicted[3], fit_ridge(use[3:], YEAR).predict(NEXT)[0], rtol=1e-9)
    assert fit_ridge(use[:0], YEAR).predict(NEXT).shape == (0, len(NEXT))


def test_json_predicts_the_same() -> None:
    use = np.stack([office(YEAR), np.full(len(YEAR), np.nan)])
    model = fit_ridge(use, YEAR)

    for at in range(2):
        back = from_json(json.loads(json.dumps(model.to_json(at), allow_nan=False)))
        assert_allclose(back.predict(NEXT)[0], model.predict(NEXT)[at], rtol=1e-12)
        assert_array_equal(back.predict(NEXT), model.rows(np.array([at])).predict(NEXT))


def test_temperature_of_the_day_before_knows_of_holes() -> None:
    part = YEAR.take(np.r_[0:30, 100:130])

    assert_allclose(trailing(part, 24)[29], YEAR.temperature[6:30].mean())
    assert_allclose(trailing(part, 24)[30], YEAR.temperature[100])
    assert_allclose(trailing(part, 24)[35], YEAR.temperature[100:106].mean())


def test_no_bias_where_it_is_fitted_and_the_late_level_after_it() -> None:
    use = np.where(YEAR.date < np.datetime64("2018-09-01"), 10.0, 20.0)[None]
    model = fit_ridge(use, YEAR)

    assert_allclose(model.predict(YEAR).mean(), use.mean())
    assert model.expected(YEAR, None, after=True).mean() > use.mean() + 1


def test_fuels_are_remembered_longer_and_keep_their_rows() -> None:
    use = np.stack([np.where(YEAR.date < np.datetime64("2018-09-01"), size, 2 * size) for size in (10.0, 20.0, 30.0)])
    model = fit_ridge(use, YEAR, kinds=("gas", "electricity", "gas"))

    for at, memory in ((0, (365.0, 120.0)), (1, (180.0, 60.0)), (2, (365.0, 120.0))):
        alone = fit_ridge(use[[at]], YEAR, half_life=memory[0], level_half_life=memory[1])
        assert_allclose(model.predict(NEXT)[at], alone.predict(NEXT)[0])
