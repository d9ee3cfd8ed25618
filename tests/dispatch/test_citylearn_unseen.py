"""Districts unlike the five homes: each is run causally to its end, and is not made worse than without batteries."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.citylearn_2022 import District, actions, read, scored
from benchmarks.citylearn_bed import made, part

from wattstone.dispatch.community import CommunitySettings
from wattstone.dispatch.community_battery import CommunityBattery
from wattstone.dispatch.community_score import replay
from wattstone.forecasting.hourly_online import Calendar

SMALL = CommunitySettings(horizon=8, cuts=3)
HOURS = 144


def homes(count: int, *, hours: int = HOURS, seed: int = 0, start: int = 0) -> District:
    """Homes with evening loads and sun at noon, both with chance in them; hour 0 of the year is a Monday."""
    random, time = np.random.default_rng(seed), np.arange(start, start + hours)
    evening = np.exp(-0.5 * ((time % 24 - 19) / 2.5) ** 2)
    day = np.maximum(0.0, np.sin((time % 24 - 6) * np.pi / 12))
    return District(
        names=tuple(f"Building_{k + 1}" for k in range(count)),
        load=(0.4 + 2.0 * evening) * random.gamma(4.0, 0.25, (count, hours)),
        pv=np.tile(3.0 * day * np.repeat(random.uniform(0.4, 1.0, hours // 24 + 1), 24)[:hours], (count, 1)),
        price=np.where((time % 24 >= 16) & (time % 24 <= 20), 0.5, 0.22),
        intensity=0.15 + 0.05 * np.cos((time - 20) / 12 * np.pi),
        calendar=Calendar(time % 24, (time // 24 % 7 >= 5).astype(np.int64)),
        battery=CommunityBattery(np.full(count, 6.4), np.full(count, 5.0)),
        told=np.full((hours, 24, 2), np.nan),
    )


def sized(district: District, capacity: list[float], power: list[float]) -> District:
    return replace(district, battery=CommunityBattery(np.array(capacity), np.array(power)))


def without_sun(district: District, which: list[int]) -> District:
    pv = district.pv.copy()
    pv[which] = 0.0
    return replace(district, pv=pv)


UNSEEN = {
    "one home": homes(1),
    "seven": homes(7),
    "twelve": homes(12),
    "a home without sun": without_sun(homes(3), [1]),
    "no sun at all": without_sun(homes(3), [0, 1, 2]),
    "a year that begins in an afternoon": homes(3, start=4000 + 13),
    "small and large batteries": sized(homes(3), [0.5, 13.5, 40.0], [5.0, 3.3, 30.0]),
    "a home without a battery": sized(homes(3), [0.0, 6.4, 6.4], [0.0, 5.0, 5.0]),
    "a hundred times the load": replace(
        sized(homes(3), [640.0] * 3, [500.0] * 3), load=homes(3).load * 100, pv=homes(3).pv * 100
    ),
    "a flat tariff": replace(homes(3), price=np.full(HOURS, 0.3)),
    "a tariff below zero at noon": replace(homes(3), price=np.where(np.arange(HOURS) % 24 == 12, -0.05, 0.3)),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_an_unseen_district_is_better_with_its_batteries(name: str) -> None:
    district = UNSEEN[name]
    chosen = actions(district, settings=SMALL)
    flow, charge = replay(district.battery, chosen)
    capacity = district.battery.capacity

    assert np.isfinite(chosen).all()
    assert (charge >= 0).all()
    assert (charge <= capacity[:, None] + 1e-9).all()
    asked = chosen[:-1] * capacity
    np.testing.assert_allclose(flow[:, 1:].T, asked, atol=2e-3 * max(1.0, float(capacity.max()) / 6.4))
    assert scored(district, chosen).score < 1.0


def test_the_same_twice() -> None:
    np.testing.assert_array_equal(actions(homes(3), settings=SMALL), actions(homes(3), settings=SMALL))


def test_meters_silent_from_the_first_hour_and_for_days() -> None:
    silent = homes(3)
    silent.load[0, :6] = silent.load[1, 40:100] = silent.pv[2, 60:90] = np.nan
    chosen = actions(silent, settings=SMALL)

    assert np.isfinite(chosen).all()
    assert scored(homes(3), chosen).score < 1.02


def test_nothing_to_gain_is_left_alone() -> None:
    still = replace(homes(2), load=np.zeros((2, HOURS)), pv=np.zeros((2, HOURS)))
    assert np.abs(actions(still, settings=SMALL)).max() < 1e-6


def test_a_folder_with_other_sizes_and_columns_is_read(tmp_path: Path) -> None:
    hours = np.arange(30)
    for name in ("Building_2", "Building_10"):
        frame = {"extra": hours, "hour": hours % 24 + 1, "day_type": hours // 24 + 1, "non_shiftable_load": hours * 0.1}
        pl.DataFrame(frame | {"solar_generation": hours * 10, "note": ["x"] * 30}).write_csv(tmp_path / f"{name}.csv")
    pl.DataFrame({"electricity_pricing": [0.2] * 30, "other": hours}).write_csv(tmp_path / "pricing.csv")
    pl.DataFrame({"carbon_intensity": [0.1] * 30}).write_csv(tmp_path / "carbon_intensity.csv")
    storage = {"attributes": {"capacity": 10, "nominal_power": 3}}
    sizes = {"Building_2": {"electrical_storage": storage, "pv": {"attributes": {"nominal_power": 0}}}}
    (tmp_path / "schema.json").write_text(json.dumps({"buildings": sizes}), encoding="utf-8")
    district = read(tmp_path)

    assert district.names == ("Building_2", "Building_10")
    np.testing.assert_array_equal(district.battery.capacity, [10.0, 6.4])
    np.testing.assert_array_equal(district.battery.power, [3.0, 5.0])
    assert (district.pv[0] == 0).all()
    np.testing.assert_allclose(district.pv[1], hours * 10 * 4.0 / 1000)
    assert np.isfinite(actions(district, settings=SMALL)).all()


def test_a_made_up_district_keeps_the_weekday_of_its_loads() -> None:
    real = homes(5, hours=168 * 20)
    district = made(real, 7, seed=3)

    assert district.load.shape == district.pv.shape == (7, 168 * 20)
    week = real.load.reshape(5, -1, 168)
    for load in district.load:  # each week of it is a week of a home, but for its scale
        ratio = week / load[:168]
        assert (np.ptp(ratio, axis=-1) < 1e-9).any()
    assert part(district, 168, 24).calendar.hour.tolist() == list(range(24))
