"""Closed forms of all pairs of balance points against least squares done one by one."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from wattstone.baselines.changepoint import SHAPES, fit_shapes, sums_of
from wattstone.rates.degree_days import degree_days

GRID = np.arange(6.0, 24.0, 2.0)


def brute(y, weight, t, shape):
    """Least squares at every pair of balance points; what is left, and where."""
    best = (np.inf, None)
    for low in GRID:
        for high in GRID:
            columns = [np.ones_like(t)]
            if shape in ("3PH", "4P", "5P"):
                columns.append(np.maximum(low - t, 0))
            if shape in ("3PC", "4P", "5P"):
                columns.append(np.maximum(t - high, 0))
            if low > high or (shape == "4P" and low != high):
                continue
            x = np.stack(columns, axis=1)
            if any((c > 0).sum() < 10 or c.sum() < 20 / 1.8 for c in columns[1:]):
                continue
            root = np.sqrt(weight)
            solved = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
            if (solved[1:] < 0).any():
                continue
            left = (weight * (y - x @ solved) ** 2).sum()
            if left < best[0] * (1 - 1e-7):
                best = (left, (low, high, solved))
    return best


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("weighted", [False, True])
def test_the_closed_form_is_least_squares(seed, weighted):
    rng = np.random.default_rng(seed)
    t = rng.uniform(0, 30, 200)
    y = 5 + 0.3 * np.maximum(13 - t, 0) + 0.2 * np.maximum(t - 19, 0) + rng.normal(0, 1, 200)
    weight = rng.uniform(0.2, 1, 200) if weighted else np.ones(200)
    weight[:10] = 0
    yes = np.array([True])

    found = fit_shapes(
        sums_of(y[None], weight[None], t, np.zeros(200, dtype=np.int64), GRID).over([[0]]).flat(), yes, yes, ~yes
    )

    for at, shape in enumerate(SHAPES):
        left, chosen = brute(y, weight, t, shape)
        assert found.sse[0, at] == pytest.approx(left, rel=1e-6)
        low, high, solved = chosen
        places = found.balance[0, at]
        if shape in ("3PH", "4P", "5P"):
            assert GRID[places[0]] == low
        if shape in ("3PC", "4P", "5P"):
            assert GRID[places[1]] == high
        mine = found.coefficients[0, at]
        wanted = {"mean": [solved[0], 0, 0], "3PC": [solved[0], 0, solved[-1]]}.get(shape, [*solved, 0][:3])
        np.testing.assert_allclose(mine, wanted, rtol=1e-6, atol=1e-9)


def test_sums_over_groups_add_up():
    rng = np.random.default_rng(0)
    t, y = rng.uniform(0, 30, 90), rng.normal(5, 1, (3, 90))
    group = rng.integers(0, 3, 90)

    apart = sums_of(y, np.ones((3, 90)), t, group, GRID, 3).over([[0, 1, 2]])
    whole = sums_of(y, np.ones((3, 90)), t, np.zeros(90, dtype=np.int64), GRID).over([[0]])

    for name in ("plain", "heating", "cooling"):
        np.testing.assert_allclose(getattr(apart, name), getattr(whole, name), rtol=1e-12)


def test_hinges_sum_to_degree_days():
    t = np.random.default_rng(0).uniform(0, 30, 60)
    start = pl.Series([datetime(2024, 6, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(days=n) for n in range(60)])
    hours = pl.Series(np.repeat(t, 24))
    stamps = start.dt.offset_by("0h").to_numpy()[:, None] + np.arange(24) * np.timedelta64(1, "h")

    table = degree_days(stamps.reshape(-1), hours.to_numpy(), "UTC", base_heating=14.0, base_cooling=18.0)
    sums = sums_of(np.ones((1, 60)), np.ones((1, 60)), t, np.zeros(60, dtype=np.int64), np.array([14.0, 18.0]))

    assert sums.heating[0, 0, 0, 0] == pytest.approx(table.heating)
    assert sums.cooling[0, 0, 0, 1] == pytest.approx(table.cooling)


def test_too_few_degree_days_bear_no_slope():
    t = np.full(100, 24.0)
    t[:9] = 0.0  # nine days are not ten
    y = 5 + 0.5 * np.maximum(14 - t, 0)
    yes = np.array([True])

    found = fit_shapes(
        sums_of(y[None], np.ones((1, 100)), t, np.zeros(100, dtype=np.int64), GRID).over([[0]]).flat(), yes, ~yes, ~yes
    )

    assert np.isinf(found.sse[0, 1:]).all()
