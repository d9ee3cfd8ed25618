"""What nature allows, against the figures computed for the reference note of the project (section 3.2)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.equipment.plant import limits

degrees = st.floats(-30.0, 90.0)


@pytest.mark.parametrize(
    ("cold", "hot", "cop"),
    [(7, 30, 12.18), (7, 35, 10.01), (7, 25, 15.56), (12, 30, 15.84), (15, 30, 19.21), (5, 40, 7.95), (-10, 35, 5.85)],
)
def test_carnots_limit_of_cold(cold: float, hot: float, cop: float) -> None:
    assert float(limits.carnot_cold(cold, hot)) == pytest.approx(cop, abs=0.005)


@pytest.mark.parametrize(("cold", "hot", "cop"), [(7, 80, 4.84), (30, 80, 7.06), (35, 85, 7.16), (2, 55, 6.19)])
def test_carnots_limit_of_heat(cold: float, hot: float, cop: float) -> None:
    assert float(limits.carnot_heat(cold, hot)) == pytest.approx(cop, abs=0.005)


@pytest.mark.parametrize(
    ("streams", "cop"),
    [((12, 7, 30, 35), 12.29), ((18, 13, 30, 35), 16.98), ((12, 7, 45, 50), 7.44)],
)
def test_lorenz_limit_of_cold(streams: tuple[float, float, float, float], cop: float) -> None:
    assert float(limits.lorenz_cold(*streams)) == pytest.approx(cop, abs=0.005)


def test_lorenz_limit_of_heat() -> None:
    assert float(limits.lorenz_heat(12, 7, 45, 50)) == pytest.approx(8.44, abs=0.005)
    assert float(limits.lorenz_heat(40, 30, 60, 80)) == pytest.approx(9.82, abs=0.005)


def test_nothing_has_to_be_lifted_downhill() -> None:
    """Free cooling: no power where the sink is colder than the water."""
    assert float(limits.carnot_cold(12.0, 10.0)) == np.inf
    assert float(limits.least_work(100.0, 12.0, 10.0)) == 0.0
    assert np.isnan(limits.carnot_cold(np.nan, 30.0))


@given(one=degrees, other=degrees)
def test_the_log_mean_is_between_and_the_same_both_ways(one: float, other: float) -> None:
    mean = float(limits.log_mean(one, other))
    assert min(one, other) - 1e-9 <= mean <= max(one, other) + 1e-9
    assert mean == pytest.approx(float(limits.log_mean(other, one)), abs=1e-9)


@given(cold=st.floats(1.0, 1e4), low=st.floats(-10.0, 20.0), high=st.floats(25.0, 90.0), air=st.floats(-20.0, 45.0))
def test_cold_and_heat_at_once_need_the_lift_between_them(cold: float, low: float, high: float, air: float) -> None:
    """With Q_h = Q_c + W the exergy of both is Q_c (T_h / T_c - 1), whatever the surroundings are."""
    work = cold * ((high + 273.15) / (low + 273.15) - 1.0)
    limit = limits.plant_limit(cold, cold + work, chilled=low, heated=high, sink=air, source=air)
    assert float(limit) == pytest.approx(work, rel=1e-9)


def test_an_absorption_machine_cannot_beat_two_ideal_ones() -> None:
    """(1 - 303.15 / 363.15) x 280.15 / 23 = 2.0124."""
    assert float(limits.absorption_limit(7.0, 30.0, 90.0)) == pytest.approx(2.0124, abs=1e-4)
    assert float(limits.absorption_limit(7.0, 30.0, 25.0)) == 0.0
