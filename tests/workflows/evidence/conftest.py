"""An estate with everything that figures rest on: two years, two sites, fuels, grid, heat, tariff, weather, shares."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.estate import dataset, intensity, inventory, readings, workspace

BEGIN = datetime(2018, 1, 1)
HOURS = 2 * 8760
TARIFF = """
id = "day-and-night"
kind = "electricity"
currency = "GBP"
zone = "Europe/London"
valid_from = 2018-01-01
source = "contract 17"
standing_charge = 0.5
export_rate = 0.05

[[bands]]
name = "day"
rate = 0.3
hours = [["07:00", "23:00"]]

[[bands]]
name = "night"
rate = 0.1
"""

SITES = [
    {"site_id": "A", "country": "GB", "timezone": "Europe/London", "gia_m2": 100.0, "weather_station_id": "bedford"},
    {"site_id": "B", "country": "GB", "timezone": "Europe/London", "gia_m2": 250.0, "weather_station_id": "bedford"},
    {"site_id": "C", "country": "GB", "timezone": "Europe/London", "gia_m2": None, "weather_station_id": "bedford"},
]
METERS = [
    {"meter_id": "A-main", "site_id": "A", "kind": "electricity", "unit": "kWh", "interval_minutes": 60},
    {"meter_id": "A-gas", "site_id": "A", "kind": "gas", "unit": "kWh", "interval_minutes": 60},
    {"meter_id": "B-main", "site_id": "B", "kind": "electricity", "unit": "kWh", "interval_minutes": 60},
    {"meter_id": "B-sub", "site_id": "B", "kind": "electricity", "unit": "kWh", "interval_minutes": 60},
    {"meter_id": "B-heat", "site_id": "B", "kind": "heat", "unit": "kWh", "interval_minutes": 60},
    {"meter_id": "C-water", "site_id": "C", "kind": "water", "unit": "m3", "interval_minutes": 60},
]


def wave(base: float, swing: float = 0.5) -> list[float]:
    """Hourly use with a daily and a yearly pattern, in quarters so that sums are exact."""
    return [base + swing * ((hour % 24) // 6) + 0.25 * ((hour // 24 % 365) // 91) for hour in range(HOURS)]


def rows() -> dict[str, pl.DataFrame]:
    """Readings of every meter."""
    return {
        "A-main": readings("A-main", wave(4.0), start=BEGIN),
        "A-gas": readings("A-gas", wave(2.0), kind="gas", start=BEGIN),
        "B-main": readings("B-main", wave(10.0), site="B", start=BEGIN),
        "B-sub": readings("B-sub", wave(1.0), site="B", start=BEGIN),
        "B-heat": readings("B-heat", wave(3.0), site="B", kind="heat", start=BEGIN),
        "C-water": readings("C-water", wave(0.5), site="C", kind="water", unit="m3", start=BEGIN),
    }


def write(folder: Path, frames: dict[str, pl.DataFrame]) -> Path:
    """The estate as a dataset folder."""
    hours = pl.datetime_range(BEGIN, datetime(2019, 12, 31, 23), "1h", time_zone="UTC", eager=True)
    weather = pl.DataFrame(
        {
            "station_id": "bedford",
            "timestamp": hours,
            "air_temperature_c": [5.0 + 15.0 * ((hour // 24 % 365) // 91) for hour in range(len(hours))],
        }
    )
    grid = intensity([0.2 + 0.01 * (hour % 24) for hour in range(HOURS)], start=BEGIN)
    made = dataset(folder, *frames.values(), sites=SITES, meters=METERS, weather=weather, intensity=grid)
    (folder / "tariff.toml").write_text(TARIFF)
    return made


@pytest.fixture(scope="session")
def estate_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of it, made once."""
    folder = tmp_path_factory.mktemp("evidence")
    return build(folder / "ws", write(folder / "estate", rows()))


@pytest.fixture(scope="session")
def computed_made(estate_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with its inventory, made once."""
    folder = shutil.copytree(estate_made, tmp_path_factory.mktemp("computed") / "ws")
    inventory(folder, 2019)
    return folder


@pytest.fixture
def estate(estate_made: Path, tmp_path: Path) -> Path:
    """A workspace of it, with a sub-meter and virtual meters, nothing computed yet."""
    return shutil.copytree(estate_made, tmp_path / "ws")


@pytest.fixture
def computed(computed_made: Path, tmp_path: Path) -> Path:
    """The same with the inventory of 2019."""
    return shutil.copytree(computed_made, tmp_path / "ws")


def build(folder: Path, source: Path) -> Path:
    """A workspace of a source."""
    from tests.workflows.estate import wattstone

    workspace(folder, source, settings=("--name", "Estate", "--zone", "Europe/London", "--currency", "GBP"))
    wattstone("meter", folder, "B-sub", "--parent", "B-main")
    wattstone("meter", folder, "B-rest", "--site", "B", "--expression", "`B-main` - `B-sub`")
    wattstone("meter", folder, "B-rest-twice", "--site", "B", "--expression", "2 * `B-rest`")
    return folder


@pytest.fixture
def rebuilt(tmp_path: Path) -> Callable[[dict[str, pl.DataFrame]], Path]:
    """Makes the same workspace anew from other readings: the long way to what a correction must give."""
    return lambda frames: build(tmp_path / "anew", write(tmp_path / "anew-estate", frames))
