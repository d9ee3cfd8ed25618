"""Boosted trees and the choice among models: where they win, that they say why, and that they come back from JSON."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.baselines.hourly_truth import hours, office
from wattstone.base import WattstoneError
from wattstone.baselines.ahead import blocks_ahead, errors_ahead
from wattstone.baselines.archive import from_json
from wattstone.baselines.best import Best, drawn, fit_best
from wattstone.baselines.boosted import fit_boosted
from wattstone.baselines.conditions import Extra
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.baselines.towt import fit_towt

YEAR = hours(date(2018, 1, 1), date(2018, 12, 31))
NEXT = hours(date(2019, 1, 1), date(2019, 12, 31), seed=5)


def bent(at: Any, seed: int) -> Any:
    """What no broken line in temperature tells: a plant that runs only while it is 6 to 9 or 13 to 16 degC."""
    rng = np.random.default_rng(seed)
    warm = at.temperature
    return 10 + 40 * (((warm > 6) & (warm < 9)) | ((warm > 13) & (warm < 16))) + rng.normal(0, 0.5, len(at))


def growing(at: Any, level: float) -> Any:
    """An office whose use grows by half through a year."""
    return office(at) * (level + 0.5 * at.year_share)


def test_blocks_follow_what_is_fitted() -> None:
    september, november = blocks_ahead(YEAR)

    assert str(YEAR.date[september.tried][0]) == "2018-09-01"
    assert str(YEAR.date[november.tried][-1]) == "2018-12-23"
    for block in (september, november):
        assert YEAR.start[block.fitted].max() < YEAR.start[block.tried].min()


def test_error_ahead_is_that_of_predictions_by_hand() -> None:
    use = office(YEAR)[None]
    squares = []
    for block in blocks_ahead(YEAR):
        model = fit_towt(use[:, block.fitted], YEAR.take(block.fitted))
        squares.append((use - model.predict(YEAR))[0, block.tried] ** 2)

    found = errors_ahead(fit_towt, use, YEAR, None)
    assert_allclose(found, np.sqrt(np.concatenate(squares).mean()))
    assert np.isnan(errors_ahead(fit_towt, np.full((1, len(YEAR)), np.nan), YEAR, None)).all()


def test_trees_win_where_use_is_not_linear_and_are_the_same_again() -> None:
    use = np.stack([bent(YEAR, 1), np.full(len(YEAR), 3.0), np.full(len(YEAR), np.nan)])
    model, again = fit_boosted(use, YEAR), fit_boosted(use, YEAR)
    predicted, ridge = model.predict(NEXT), model.base.predict(NEXT)
    truth = bent(NEXT, 2)

    assert model.trees == again.trees
    assert np.std(predicted[0] - truth) < 0.85 * np.std(ridge[0] - truth)
    assert model.trees[1:] == ("", "")
    assert_allclose(predicted[1], 3.0, rtol=1e-6)
    assert np.isnan(predicted[2]).all()
    back = from_json(json.loads(json.dumps(model.to_json(0), allow_nan=False)))
    assert_array_equal(back.predict(NEXT)[0], model.rows(np.array([0])).predict(NEXT)[0])


def test_trees_of_irradiance_tell_nothing_without_it() -> None:
    assert YEAR.irradiance is not None
    use = (10 + 40.0 * (YEAR.irradiance > 150) * (YEAR.temperature < 12))[None]
    model = fit_boosted(use, YEAR, sunlit=True)

    assert model.trees[0]
    assert np.isfinite(model.predict(NEXT)).all()
    assert np.isnan(model.predict(replace(NEXT, irradiance=None))).all()


def test_the_choice_is_by_errors_ahead_and_says_so() -> None:
    use = np.stack([office(YEAR), bent(YEAR, 1), np.full(len(YEAR), np.nan), np.full(len(YEAR), 3.0)])
    model = fit_best(use, YEAR)
    predicted = model.predict(NEXT)

    assert model.chosen[:3] == ("ridge/1", "boosted/1", "ridge/1")
    assert model.tried["boosted/1"][1] < 0.9 * model.tried["ridge/1"][1]
    assert "boosted/1, days half by daily" in model.why(1)
    assert "another than ridge/1 has to be 10% better" in model.why(1)
    assert "too short" in model.why(2)
    assert np.abs(predicted[0] - office(NEXT, noise=0.0)).mean() < 0.7
    assert np.isnan(predicted[2]).all()
    assert_allclose(predicted[3], 3.0, rtol=1e-6)
    for at in range(4):
        back = from_json(json.loads(json.dumps(model.to_json(at), allow_nan=False)))
        assert isinstance(back, Best)
        assert_allclose(back.predict(NEXT)[0], predicted[at], rtol=1e-9)
        assert back.parameters == model.parameters[at]
    some = model.rows(np.array([3, 1]))
    assert some.chosen == (model.chosen[3], model.chosen[1])
    assert_allclose(some.predict(NEXT), predicted[[3, 1]], rtol=1e-9)


def test_where_use_grows_the_model_that_weighs_the_recent_is_chosen() -> None:
    model = fit_best(growing(YEAR, 1.0)[None], YEAR)

    assert model.chosen == ("ridge/1",)
    assert model.tried["towt/1"] > model.tried["ridge/1"]
    truth = 1.5 * office(NEXT, noise=0.0)
    towt = fit_towt(growing(YEAR, 1.0)[None], YEAR).predict(NEXT)[0]
    assert abs(model.predict(NEXT)[0].mean() / truth.mean() - 1) < 0.5 * abs(towt.mean() / truth.mean() - 1)


def test_without_boosting_and_with_extra_variables() -> None:
    values = np.random.default_rng(3).uniform(0, 5, (1, len(YEAR), 1))
    extra = Extra(names=("tonnes",), values=values)
    model = fit_best(office(YEAR)[None] + 2 * values[..., 0], YEAR, extra, boosting=False)
    one, two = (
        model.predict(NEXT, Extra(names=("tonnes",), values=np.full((1, len(NEXT), 1), size))) for size in (1.0, 2.0)
    )

    assert "boosted/1" not in model.tried
    assert_allclose((two - one).mean(), 2.0, atol=0.05)


def test_meters_that_export_know_of_the_sun() -> None:
    assert YEAR.irradiance is not None
    assert NEXT.irradiance is not None
    use = np.stack([office(YEAR) - 0.1 * YEAR.irradiance, office(YEAR)])
    model = fit_best(use, YEAR, boosting=False)
    predicted = model.predict(NEXT)

    assert model.chosen == ("ridge/1 with irradiance", "ridge/1")
    assert predicted[0].min() < -20
    assert np.abs(predicted[0] - office(NEXT, noise=0.0) + 0.1 * NEXT.irradiance).mean() < 1.5
    back = from_json(json.loads(json.dumps(model.to_json(0), allow_nan=False)))
    assert_allclose(back.predict(NEXT)[0], predicted[0], rtol=1e-9)


def test_days_are_drawn_half_way_to_the_daily_model() -> None:
    class Ten:
        """10 kW on every day."""

        method = "ten/1"
        parameters = np.array([1])

        def predict(self, conditions: Any, extra: Any = None) -> Any:
            return np.full((1, len(conditions)), 10.0) * conditions.hours

    hourly = np.where(NEXT.hour < 12, 2.0, 6.0)[None]
    found = drawn(hourly, Ten(), NEXT, np.array([0.5]))  # type: ignore[arg-type]
    days = fold_days(NEXT)

    assert_allclose(fold_use(found, NEXT), (fold_use(hourly, NEXT) + 10 * days.hours) / 2)
    assert_allclose(np.diff(found[0, 11:13]), 4.0)


def test_without_lightgbm_boosting_is_refused_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wattstone.baselines.best.find_spec", lambda _: None)
    assert set(fit_best(office(YEAR)[None], YEAR).tried) == {"ridge/1", "towt/1"}
    monkeypatch.setitem(__import__("sys").modules, "lightgbm", None)
    with pytest.raises(WattstoneError, match="savings"):
        fit_boosted(bent(YEAR, 1)[None], YEAR)
