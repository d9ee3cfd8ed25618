"""Small portfolios of known load, into which tests plant what is to be found."""

import numpy as np

from wattstone.detection.view import Meters, Sites, View, days_of

YEAR = 2022
STATIONS = 1


def weather(days: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Temperature and irradiance of a made-up year: seasons, days and some chance, (1, d, 24)."""
    random = np.random.default_rng(seed)
    day, hour = np.arange(days)[:, None], np.arange(24)[None, :]
    season = -np.cos(2 * np.pi * (day - 20) / 365.25)
    temperature = 12 + 11 * season + 4 * np.sin(2 * np.pi * (hour - 9) / 24) + random.normal(0, 2, (days, 1))
    sun = np.clip(np.sin(np.pi * (hour - 6) / 12), 0, None) * (600 + 250 * season) * random.uniform(0.4, 1, (days, 1))
    return temperature[None].astype(np.float32), np.clip(sun, 0, None)[None].astype(np.float32)


def office(days: int, working: np.ndarray, seed: int = 2) -> np.ndarray:
    """Power of a building with people on working days, (d, 24). [kW]"""
    hour = np.arange(24)
    people = ((hour >= 8) & (hour < 18))[None, :] * np.where(working, 1.0, 0.1)[:, None]
    return (20 + 60 * people) * np.random.default_rng(seed).normal(1, 0.03, (days, 24))


def view(
    power: np.ndarray,
    *,
    use: list[str],
    role: list[str] | None = None,
    parent: list[int] | None = None,
    site: list[int] | None = None,
    unit: str = "kWh",
    flags: np.ndarray | None = None,
    types: str = "office",
    years: int = 2,
) -> View:
    """A view of some meters of one or several sites near Shanghai, over two years of which the last is assessed."""
    count = len(power)
    days = days_of(YEAR - years + 1, YEAR, "Asia/Shanghai")
    where = np.zeros(count, dtype=np.int64) if site is None else np.array(site)
    sites = int(where.max()) + 1
    temperature, irradiance = weather(len(days.dates))
    return View(
        days=days,
        first=365 if years == 2 else 0,
        power=power.astype(np.float32),
        flags=np.zeros(power.shape, dtype=np.uint8) if flags is None else flags,
        meters=Meters(
            ids=tuple(f"m{at}" for at in range(count)),
            site=where,
            parent=np.full(count, -1) if parent is None else np.array(parent),
            use=np.array(use),
            role=np.array(role or ["grid"] * count),
            unit=np.array([unit] * count),
        ),
        sites=Sites(
            ids=tuple(f"s{at}" for at in range(sites)),
            types=(types,) * sites,
            area=np.full(sites, 5000.0),
            latitude=np.full(sites, 31.2),
            longitude=np.full(sites, 121.5),
            station=np.zeros(sites, dtype=np.int64),
        ),
        temperature=temperature,
        irradiance=irradiance,
    )


def span(years: int = 2) -> tuple[int, np.ndarray]:
    """How many days there are, and which are working days."""
    days = days_of(YEAR - years + 1, YEAR, "Asia/Shanghai")
    return len(days.dates), days.working
