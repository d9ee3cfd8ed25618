"""The score by hand, and the study's anchors on five real homes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from wattstone.dispatch.community_battery import CommunityBattery
from wattstone.dispatch.community_score import CommunityScore, replay, score_community


def test_the_score_of_two_homes_in_three_hours() -> None:
    net = np.array([[2.0, -1.0, 4.0], [1.0, 3.0, -2.0]])  # district 3, 2, 2
    flow = np.array([[0.0, 1.0, -1.0], [0.0, 0.0, 2.0]])  # homes 2, 0, 3 and 1, 3, 0; district 3, 3, 3
    parts = score_community(net, flow, np.array([1.0, 1.0, 3.0]), np.array([1.0, 2.0, 1.0]))

    assert_allclose(parts.cost, (3 + 3 + 9) / (3 + 2 + 6))  # netted: the export of one home serves the other
    assert_allclose(parts.carbon, (2 + 0 + 3 + 1 + 6 + 0) / (2 + 0 + 4 + 1 + 6 + 0))  # not netted
    assert_allclose(parts.ramping, 0.0)
    assert_allclose(parts.load_factor, 0.0)
    assert_allclose(parts.score, (15 / 11 + 12 / 13) / 3)


def test_the_load_factor_is_a_mean_over_windows_of_730_hours() -> None:
    net = np.ones((1, 1460))
    net[0, 100], net[0, 1000] = 2.0, 4.0
    flow = np.zeros((1, 1460))
    flow[0, 1000] = -2.0
    parts = score_community(net, flow, np.ones(1460), np.ones(1460))

    def factor(highest: float, total: float) -> float:
        return 1 - total / 730 / highest

    before = factor(2, 731) + factor(4, 733)
    assert_allclose(parts.load_factor, (factor(2, 731) + factor(2, 731)) / before)


def test_nothing_to_divide_by_is_nan() -> None:
    parts = score_community(np.zeros((2, 4)), np.zeros((2, 4)), np.ones(4), np.ones(4))
    assert np.isnan([parts.cost, parts.carbon, parts.ramping]).all()


def test_an_action_acts_on_the_next_hour() -> None:
    battery = CommunityBattery(capacity=np.array([6.4]), power=np.array([5.0]))
    flow, charge = replay(battery, np.array([[0.5], [0.0], [0.3]]))

    assert_allclose(flow, [[0.0, 3.2, 0.0]])
    # 3.2 kW of 5 is 64 %, on the line from 30 % at 0.83 to 70 % at 0.90.
    assert_allclose(charge[0, 1:], 3.2 * np.sqrt(0.83 + (0.64 - 0.3) / 0.4 * 0.07))


def homes(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Load less PV, price and intensity of phase 1; PV is of 4 kW but for one of 5 kW."""
    size = (4.0, 4.0, 4.0, 5.0, 4.0)
    tables = [pl.read_csv(folder / f"Building_{k}.csv") for k in range(1, 6)]
    load = np.array([table["non_shiftable_load"].to_numpy() for table in tables])
    pv = np.array([table["solar_generation"].to_numpy() * kw / 1000 for table, kw in zip(tables, size, strict=True)])
    price = pl.read_csv(folder / "pricing.csv")["electricity_pricing"].to_numpy()
    return load - pv, price, pl.read_csv(folder / "carbon_intensity.csv")["carbon_intensity"].to_numpy()


def played(net: np.ndarray, price: np.ndarray, intensity: np.ndarray, actions: np.ndarray) -> CommunityScore:
    battery = CommunityBattery(capacity=np.full(5, 6.4), power=np.full(5, 5.0))
    return score_community(net, replay(battery, actions)[0], price, intensity)


@pytest.mark.parametrize(("ahead", "published"), [(0, 0.881), (1, 0.767)])
def test_the_anchors_of_the_study(shared_data: Path, ahead: int, published: float) -> None:
    """Self-consumption on the last hour's net and on a perfect next hour, measured with CityLearn v1.3.6."""
    net, price, intensity = homes(shared_data / "citylearn-2022-phase-1")
    actions = -np.roll(net, -ahead, axis=1).T / 6.4

    assert played(net, price, intensity, np.zeros((8760, 5))).score == pytest.approx(1.0)
    assert played(net, price, intensity, actions).score == pytest.approx(published, abs=6e-4)
