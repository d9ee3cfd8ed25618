"""Figures of fit against sums by hand."""

import numpy as np
from numpy.testing import assert_allclose

from wattstone.baselines.goodness import autocorrelation, goodness

NAN = np.nan


def test_by_hand_with_a_gap_and_two_parameters() -> None:
    # e = 1, -1, 2, 0 over 10, 12, 14, 16: mean 13, SSE 6, SST 9 + 1 + 1 + 9 = 20
    observed = np.array([[10.0, 12.0, NAN, 14.0, 16.0]])
    predicted = np.array([[9.0, 13.0, 11.0, 12.0, 16.0]])

    found = goodness(observed, predicted, 2)

    assert found.n == 4
    assert_allclose(found.cv_rmse, np.sqrt(6 / 2) / 13)
    assert_allclose(found.nmbe, 2 / (2 * 13))
    assert_allclose(found.r2, 1 - 6 / 20)
    assert_allclose(found.adjusted_r2, 1 - 6 / 20 * 3 / 2)
    # 5th and 95th percentile of four values by linear interpolation: 10.3 and 15.7
    assert_allclose(found.pnrmse, np.sqrt(3) / 5.4)


def test_out_of_sample_takes_nothing_off() -> None:
    found = goodness(np.array([[1.0, 3.0]]), np.array([[0.0, 3.0]]))

    assert_allclose(found.cv_rmse, np.sqrt(1 / 2) / 2)
    assert_allclose(found.nmbe, 1 / (2 * 2))
    assert_allclose(found.adjusted_r2, found.r2)


def test_neighbours_count_only_where_both_are_known() -> None:
    # e = 1, -1, gap, 1, -1: mean 0, two pairs of product -1, mean square 1
    assert_allclose(autocorrelation(np.array([[1.0, -1.0, NAN, 1.0, -1.0]])), [-1.0])


def test_export_on_balance_has_a_positive_scatter_and_keeps_the_sign_of_its_ratio() -> None:
    found = goodness(np.array([[-4.0, -6.0]]), np.array([[-5.0, -6.0]]))

    assert_allclose(found.cv_rmse, np.sqrt(1 / 2) / 5)
    assert_allclose(found.nmbe, 1 / (2 * -5))


def test_nothing_known_nothing_left_and_constants_are_nan_without_warnings() -> None:
    observed = np.array([[NAN, NAN, NAN], [1.0, 2.0, NAN], [0.1, 0.1, 0.1]])
    found = goodness(observed, np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 3.0], [0.1, 0.1, 0.1]]), np.array([1, 2, 1]))

    assert np.isnan(found.cv_rmse[:2]).all()
    assert_allclose(found.cv_rmse[2], 0.0, atol=1e-12)
    assert np.isnan(found.r2).all()
    assert found.to_dict(0)["cv_rmse"] is None
    assert found.rows(np.array([2])).n.tolist() == [3]
