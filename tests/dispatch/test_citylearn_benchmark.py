"""The benchmark end to end on small made-up districts: never beyond a limit, never from the future, any size."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.citylearn_2022 import District, actions, read, scored

from wattstone.dispatch.community import CommunitySettings
from wattstone.dispatch.community_score import replay

SMALL = CommunitySettings(horizon=6, cuts=3)


def write(folder: Path, *, homes: int, hours: int, seed: int = 0, scrambled_from: int | None = None) -> Path:
    """A folder of the challenge's form; one home has neither load nor sun, and from an hour on all may differ."""
    folder.mkdir()
    random = np.random.default_rng(seed)
    time = np.arange(hours)
    day = np.maximum(0, np.sin((time % 24 - 6) * np.pi / 12))
    load = random.gamma(2.0, 0.5, (homes, hours))
    sun = 800 * day * random.uniform(0.2, 1, (homes, hours))
    load[0], sun[0] = 0.0, 0.0
    carbon = 0.15 + 0.05 * np.sin(time / 24 * 2 * np.pi) + random.normal(size=hours) * 0.005
    weather = random.uniform(0, 900, (2, hours))
    if scrambled_from is not None:
        other = np.random.default_rng(seed + 1)
        for values in (load, sun, carbon, weather):
            tail = values[..., scrambled_from:]
            tail[...] = other.uniform(0.05, 5, tail.shape)
    for home in range(homes):
        pl.DataFrame(
            {
                "month": np.full(hours, 8),
                "hour": np.where(time % 24 == 0, 24, time % 24),
                "day_type": time // 24 % 7 + 1,
                "non_shiftable_load": load[home],
                "solar_generation": sun[home],
            }
        ).write_csv(folder / f"Building_{home + 1}.csv")
    price = np.where((time % 24 >= 16) & (time % 24 <= 20), 0.5, 0.22)
    pl.DataFrame({"electricity_pricing": price}).write_csv(folder / "pricing.csv")
    pl.DataFrame({"carbon_intensity": carbon}).write_csv(folder / "carbon_intensity.csv")
    columns = {}
    for name, values in zip(("diffuse_solar_irradiance", "direct_solar_irradiance"), weather, strict=True):
        columns[name] = values
        for which, lead in enumerate((6, 12, 24), 1):
            columns[f"{name}_predicted_{which}"] = np.roll(values, -lead)
    pl.DataFrame(columns).write_csv(folder / "weather.csv")
    return folder


@pytest.mark.parametrize("homes", [2, 8])
def test_any_number_of_homes_stays_within_its_batteries(tmp_path: Path, homes: int) -> None:
    district = read(write(tmp_path / "small", homes=homes, hours=240))
    chosen = actions(district, settings=SMALL)
    flow, charge = replay(district.battery, chosen)

    assert chosen.shape == (240, homes)
    assert np.isfinite(chosen).all()
    assert (chosen[:24] == 0).all()
    assert ((charge >= 0) & (charge <= 6.4 + 1e-9)).all()
    # What was asked for is what flowed: nothing is over-asked, so that no efficiency is gained by asking.
    np.testing.assert_allclose(flow[:, 1:].T, chosen[:-1] * 6.4, atol=2e-3)
    assert scored(district, chosen).score < 1


@pytest.mark.parametrize("weather", [False, True])
def test_the_future_does_not_move_the_past(tmp_path: Path, weather: bool) -> None:
    cut = 150
    one = read(write(tmp_path / "one", homes=3, hours=200))
    other = read(write(tmp_path / "other", homes=3, hours=200, scrambled_from=cut + 1))
    assert not np.array_equal(one.load, other.load)
    if weather:  # what the service said up to the hour is the same in both
        other = District(**{**vars(other), "told": np.concatenate([one.told[: cut + 1], other.told[cut + 1 :]])})

    first, second = (actions(district, weather=weather, settings=SMALL) for district in (one, other))
    np.testing.assert_array_equal(first[: cut + 1], second[: cut + 1])
    assert not np.array_equal(first[cut + 1 :], second[cut + 1 :])


def test_gaps_in_the_meters_are_bridged(tmp_path: Path) -> None:
    district = read(write(tmp_path / "gaps", homes=3, hours=120))
    district.load[1, 60:64] = np.nan
    district.pv[2, 80] = np.nan
    district.intensity[70] = np.nan
    assert np.isfinite(actions(district, settings=SMALL)).all()


def test_the_command_writes_a_row_an_hour_and_tells_the_score(tmp_path: Path) -> None:
    folder = write(tmp_path / "small", homes=2, hours=60)
    out = tmp_path / "out.csv"
    script = Path(__file__).parents[2] / "benchmarks" / "citylearn_2022.py"
    told = subprocess.run(
        [sys.executable, str(script), str(folder), "--actions", str(out)], capture_output=True, text=True, check=True
    )
    table = pl.read_csv(out)
    assert table.columns == ["Building_1", "Building_2"]
    assert len(table) == 60
    assert "score" in told.stdout
    assert "R ramping" in told.stdout
