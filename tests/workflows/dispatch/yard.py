"""A yard with load, sun, a battery and a price of two bands: twelve days by the hour, the same each time."""

from datetime import datetime
from pathlib import Path

import numpy as np

from tests.workflows.estate import dataset, intensity, readings, wattstone

START = datetime(2024, 5, 1)
DAYS = 12
HOURS = np.arange(24 * DAYS) % 24

TARIFF = """
id = "two-bands"
kind = "electricity"
currency = "GBP"
zone = "UTC"
valid_from = 2024-01-01
source = "made up for a test"
export_rate = 0.05

[[bands]]
name = "evening"
rate = 0.40
hours = [["17:00", "21:00"]]

[[bands]]
name = "rest"
rate = 0.15
"""

SITE = """
id = "yard"
zone = "UTC"
currency = "GBP"
step_minutes = 60
horizon_hours = 24

[meters]
load = ["main"]
pv = { roof = ["sun"] }

[tariff]
workspace = true

[[pv]]
id = "roof"
capacity_kw = 10

[[battery]]
id = "pack"
capacity_kwh = 20
power_kw = 5
charge_efficiency = 1.0
discharge_efficiency = 1.0
"""


def load(seed: int = 3) -> np.ndarray:
    """A day's swing with noise. [kW]"""
    draw = np.random.default_rng(seed).uniform(0, 1, HOURS.size)
    return 5 + 2 * np.sin((HOURS - 9) / 24 * 2 * np.pi) + draw


def sun(seed: int = 4) -> np.ndarray:
    """Half the day, more or less. [kW]"""
    draw = np.random.default_rng(seed).uniform(0.5, 1, HOURS.size)
    return np.maximum(0.0, 8 * np.sin((HOURS - 6) / 12 * np.pi)) * draw


def yard(folder: Path, *, power: np.ndarray | None = None, site_file: str | None = SITE) -> Path:
    """The workspace, with its site file where one is given."""
    root = folder / "ws"
    measured = load() if power is None else power
    dataset(
        folder / "data",
        readings("main", measured.tolist(), site="yard", start=START),
        readings("sun", sun().tolist(), site="yard", kind="solar", start=START),
        sites=[{"site_id": "yard", "country": "GB", "timezone": "UTC"}],
        intensity=intensity((0.2 + 0.1 * (HOURS > 15)).tolist(), start=START),
    )
    (folder / "data" / "tariff.toml").write_text(TARIFF)
    wattstone("init", root, "--currency", "GBP")
    wattstone("ingest", root, folder / "data")
    if site_file is not None:
        (root / "sites").mkdir()
        (root / "sites" / "yard.toml").write_text(site_file)
    return root
