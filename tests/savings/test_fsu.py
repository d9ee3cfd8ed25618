"""Fractional savings uncertainty against hand calculations of each published form."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.baselines.goodness import Goodness
from wattstone.savings.fsu import (
    FsuBatch,
    Variant,
    empirical_factor,
    fractional_savings_uncertainty,
    student_quantile,
)

Floats = npt.NDArray[np.float64]


def fits(*rho: float, n: int = 365, p: int = 5, cv: float = 0.2) -> Goodness:
    """Fits of a mean use of 100 a day."""
    count = len(rho)
    of = np.full(count, np.nan)
    return Goodness(
        n=np.full(count, n),
        p=np.full(count, p),
        mean=np.full(count, 100.0),
        rmse=np.full(count, cv * 100),
        cv_rmse=np.full(count, cv),
        nmbe=of,
        r2=of,
        adjusted_r2=of,
        pnrmse=of,
        autocorrelation=np.array(rho),
    )


def year(goodness: Goodness, variant: Variant, *, avoided: float = 3650.0, confidence: float = 0.9) -> FsuBatch:
    """A year of days, of which 36,500 kWh were expected: 3,650 avoided are a tenth."""
    m = len(goodness)
    return fractional_savings_uncertainty(
        goodness,
        expected=np.full(m, 36_500.0),
        avoided=np.full(m, avoided),
        count=np.full(m, 365.0),
        months=12,
        step="day",
        variant=variant,
        confidence=confidence,
    )


@pytest.mark.parametrize(
    ("confidence", "freedom", "expected"),
    [  # percentage points of Student's t: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2
        (0.90, 1, 6.314),
        (0.90, 10, 1.812),
        (0.95, 30, 2.042),
        (0.99, 5, 4.032),
        (0.90, 100, 1.660),
    ],
)
def test_quantiles_of_student_are_those_of_the_table(confidence: float, freedom: int, expected: float):
    assert student_quantile(confidence, np.array([freedom * 1.0]))[0] == pytest.approx(expected, abs=6e-4)


@given(confidence=st.floats(0.05, 0.995), freedom=st.floats(1, 100_000))
def test_quantiles_of_student_are_those_of_another_program(confidence: float, freedom: float):
    stats = pytest.importorskip("scipy.stats")

    found = student_quantile(confidence, np.array([freedom]))

    assert_allclose(found, stats.t.ppf(0.5 + confidence / 2, freedom), rtol=1e-6)


def test_without_a_degree_of_freedom_there_is_no_quantile():
    assert np.isnan(student_quantile(0.9, np.array([0.5, -3.0, np.nan]))).all()


def test_confidence_is_a_share():
    with pytest.raises(ValueError, match="between 0 and 1"):
        student_quantile(1.0, np.array([3.0]))


def test_guideline_by_hand():
    # rho = 0.5: n' = 365 * 0.5 / 1.5 = 121.6667; n / n' = 3; t(0.95; 360) = 1.64910
    # FSU = 1.64910 * 1.26 * 0.2 / 0.1 * sqrt(3 * (1 + 2 / 121.6667) / 365) = 4.155732 * 0.0914018
    found = year(fits(0.5), "g14")

    assert found.n_effective[0] == pytest.approx(121.66667, rel=1e-6)
    assert found.t[0] == pytest.approx(1.64910, abs=2e-5)
    assert found.fraction[0] == pytest.approx(0.379841, rel=2e-5)
    assert found.half_width[0] == pytest.approx(0.379841 * 3650, rel=2e-5)


def test_sun_and_baltazar_replace_the_factor_by_months_of_reporting():
    # -0.00024 * 144 + 0.03535 * 12 + 1.00286 = 1.3925; -0.00022 * 144 + 0.03306 * 12 + 0.94054 = 1.30558
    assert empirical_factor("day", 12) == pytest.approx(1.3925, rel=1e-9)
    assert empirical_factor("bill", 12) == pytest.approx(1.30558, rel=1e-9)
    assert empirical_factor("hour", 12) == 1.26
    assert_allclose(
        year(fits(0.5), "g14-sun-baltazar").fraction, year(fits(0.5), "g14").fraction * 1.3925 / 1.26, rtol=1e-12
    )


def test_nmecr_by_hand():
    # t(0.95; 116.6667) = 1.65802, between 1.66023 at 100 and 1.65765 at 120
    # rho = 0.5: n' - p = 116.6667, sqrt((n - p) / (n' - p)) = sqrt(360 / 116.6667)
    # FSU = 1.65802 * 1.3925 * 0.2 / 0.1 * sqrt(3.085714 * 1.0164384 / 365) = 4.617586 * 0.0926987
    # rho = 0.4, not corrected: 1.64910 * 1.3925 * 2 * sqrt((1 + 2 / 365) / 365) = 4.592744 * 0.0524857
    found = year(fits(0.5, 0.4), "g14-nmecr")

    assert found.fraction[0] == pytest.approx(0.428043, rel=5e-5)
    assert found.fraction[1] == pytest.approx(0.241053, rel=5e-5)
    assert found.n_effective[1] == 365


def test_nmecr_does_not_correct_bills():
    goodness = fits(0.9, n=12, p=3)
    found = fractional_savings_uncertainty(
        goodness,
        expected=np.array([1200.0]),
        avoided=np.array([120.0]),
        count=np.array([12.0]),
        months=12,
        step="bill",
        variant="g14-nmecr",
    )

    # t(0.95; 9) = 1.8331 of the table; 1.8331 * 1.30558 * 0.2 / 0.1 * sqrt((1 + 2 / 12) / 12) = 4.786516 * 0.3118048
    assert found.n_effective[0] == 12
    assert found.fraction[0] == pytest.approx(1.492459, rel=5e-5)


def test_what_is_not_known_has_no_uncertainty():
    assert np.isnan(year(fits(np.nan), "g14").fraction).all()
    assert np.isnan(year(fits(0.2, n=4, p=5), "g14").half_width).all()
    nothing = year(fits(0.2), "g14", avoided=0.0)
    assert np.isnan(nothing.fraction).all()
    assert nothing.half_width[0] > 0
    assert np.isnan(year(fits(0.99), "g14-nmecr").half_width).all()  # n' = 1.8 is less than p


def test_more_confidence_is_wider_and_an_increase_has_an_uncertainty_too():
    narrow, wide = (year(fits(0.3), "g14", confidence=level).half_width for level in (0.68, 0.95))

    assert (wide > narrow).all()
    assert (year(fits(0.3), "g14", avoided=-3650.0).fraction > 0).all()


def test_a_report_takes_one_meter():
    one = year(fits(0.5, 0.1), "g14").of(1)

    assert (one.variant, one.n, one.m, one.confidence) == ("g14", 365, 365, 0.9)
    assert one.n_effective == pytest.approx(365 * 0.9 / 1.1)
