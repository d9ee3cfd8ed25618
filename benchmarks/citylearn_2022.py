"""The CityLearn Challenge 2022 with the product's own forecaster and planner.

    python benchmarks/citylearn_2022.py FOLDER --actions OUT.csv [--weather-forecast]

FOLDER holds `Building_*.csv`, any number of them, `pricing.csv`, `carbon_intensity.csv`, `weather.csv` and
`schema.json`. Row t of OUT.csv is the action chosen when hour t has been metered, as a share of the capacity; it acts
on hour t + 1. Known ahead are the tariff and the calendar; with --weather-forecast also the weather columns of the
folder, which are the exact future.
"""

import argparse
import json
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.dispatch.community import CommunityForecast, CommunityPlanner, CommunitySettings
from wattstone.dispatch.community_battery import CommunityBattery
from wattstone.dispatch.community_score import CommunityScore, replay, score_community
from wattstone.forecasting.district_online import DistrictCorrection
from wattstone.forecasting.hourly_online import Calendar, HourlyOnlineForecaster

Floats = NDArray[np.float64]

IRRADIANCE = ("diffuse_solar_irradiance", "direct_solar_irradiance")
LEADS = (6, 12, 24)  # hours ahead of the columns ..._predicted_1, _2 and _3


@dataclass(frozen=True, eq=False)
class District:
    """A folder of the challenge, as arrays over hours; homes in the order of their numbers."""

    names: tuple[str, ...]
    load: Floats
    pv: Floats
    price: Floats
    intensity: Floats
    calendar: Calendar
    battery: CommunityBattery
    told: Floats
    """(t, lead, column): what the weather service says at each hour; NaN where it says nothing."""

    @property
    def net(self) -> Floats:
        """Load less PV, (home, t)."""
        return self.load - self.pv


def read(folder: Path) -> District:
    """The homes that are there; sizes from the schema where it names them, else the challenge's usual ones."""
    names = tuple(sorted((path.stem for path in folder.glob("Building_*.csv")), key=_number))
    if not names:
        raise SystemExit(f"{folder}: no Building_*.csv")
    homes = [pl.read_csv(folder / f"{name}.csv") for name in names]
    hours = min(len(home) for home in homes)
    sizes = [_sizes(folder, name) for name in names]

    def column(name: str) -> Floats:
        return np.array([home[name].cast(pl.Float64).to_numpy()[:hours] for home in homes], dtype=np.float64)

    battery = CommunityBattery(
        capacity=np.array([size["capacity"] for size in sizes]), power=np.array([size["power"] for size in sizes])
    )
    first = homes[0]
    calendar = Calendar(
        hour=first["hour"].to_numpy()[:hours].astype(np.int64) % 24,
        rest=np.isin(first["day_type"].to_numpy()[:hours], (6, 7)).astype(np.int64),
    )
    return District(
        names=names,
        load=column("non_shiftable_load"),
        pv=column("solar_generation") * np.array([size["pv"] for size in sizes])[:, None] / 1000,
        price=_series(folder / "pricing.csv", "electricity_pricing", hours),
        intensity=_series(folder / "carbon_intensity.csv", "carbon_intensity", hours),
        calendar=calendar,
        battery=battery,
        told=_told(folder / "weather.csv", hours),
    )


def _number(name: str) -> tuple[int, str]:
    found = re.search(r"(\d+)$", name)
    return (int(found.group(1)) if found else sys.maxsize, name)


def _sizes(folder: Path, name: str) -> dict[str, float]:
    usual = {"capacity": 6.4, "power": 5.0, "pv": 4.0}
    path = folder / "schema.json"
    if not path.is_file():
        return usual
    home: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")).get("buildings", {}).get(name, {})
    storage = home.get("electrical_storage", {}).get("attributes", {})
    found = {
        "capacity": storage.get("capacity"),
        "power": storage.get("nominal_power"),
        "pv": home.get("pv", {}).get("attributes", {}).get("nominal_power"),
    }
    return {key: float(usual[key] if value is None else value) for key, value in found.items()}


def _series(path: Path, name: str, hours: int) -> Floats:
    return pl.read_csv(path)[name].cast(pl.Float64).to_numpy()[:hours].astype(np.float64)


def _told(path: Path, hours: int) -> Floats:
    """What was said of each coming hour by the newest statement about it, from statements up to now alone."""
    told = np.full((hours, max(LEADS), len(IRRADIANCE)), np.nan)
    if not path.is_file():
        return told
    table = pl.read_csv(path)
    for number, name in enumerate(IRRADIANCE):
        for which, lead in reversed(list(enumerate(LEADS, 1))):
            said = table[f"{name}_predicted_{which}"].to_numpy()[:hours]
            for back in range(lead):  # said `back` hours ago, of the hour lead - back from now
                told[back:, lead - back - 1, number] = said[: hours - back]
    return told


class _Service:
    """Irradiance to come, as its difference from the mean of what was said of that hour of the day before."""

    def __init__(self, district: District, horizon: int) -> None:
        self._told, self._horizon = district.told, horizon
        self._mean = np.full((24, len(IRRADIANCE)), np.nan)

    def ahead(self, now: int, hour: int) -> Floats:
        said = self._told[now, : self._horizon]
        hours = (hour + np.arange(1, self._horizon + 1)) % 24
        centred = np.nan_to_num(said - self._mean[hours]) / 500.0
        known = np.isfinite(said[0])
        step = np.where(np.isnan(self._mean[hours[0]]), 1.0, 0.07)
        before = np.nan_to_num(self._mean[hours[0]])
        self._mean[hours[0]] = np.where(known, before + step * (said[0] - before), self._mean[hours[0]])
        return centred


def actions(district: District, *, weather: bool = False, settings: CommunitySettings | None = None) -> Floats:
    """The action of each hour and home, (t, home), each from what was metered up to that hour."""
    settings = settings or CommunitySettings()
    homes, hours = district.load.shape
    horizon, battery, calendar = settings.horizon, district.battery, district.calendar
    forecaster = HourlyOnlineForecaster(
        calendar, homes=homes, horizon=horizon, services=len(IRRADIANCE) if weather else 0
    )
    correction = DistrictCorrection(calendar, horizon=horizon)
    service = _Service(district, horizon) if weather else None
    planner = CommunityPlanner(battery, settings)
    state, request, flow = battery.empty(), np.zeros(homes), np.zeros(homes)
    chosen = np.zeros((hours, homes))
    for now in range(hours):
        hour = int(calendar.hour[now])
        if now:
            state, flow = battery.step(state, request)
        load, pv, intensity = district.load[:, now], district.pv[:, now], float(district.intensity[now])
        forecaster.observe(load, pv, intensity)
        correction.observe(float(load.sum()), float(pv.sum()))
        planner.observe(hour, load - pv, flow, float(district.price[now]), intensity)
        expected = forecaster.predict(None if service is None else service.ahead(now, hour))
        coming = np.minimum(np.arange(now + 1, now + 1 + horizon), hours - 1)
        forecast = CommunityForecast(
            net=expected.load - expected.pv,
            correction=correction.predict(expected),
            price=district.price[coming],
            intensity=expected.intensity,
        )
        planned = planner.plan(hour, forecast, state)
        request = np.zeros(homes) if planned is None else planned[0].flow[0]
        chosen[now] = request / np.maximum(battery.capacity, 1e-12)
    return chosen


def scored(district: District, chosen: Floats, hours: slice = slice(None)) -> CommunityScore:
    """The official score, of a part of the year too."""
    flow, _ = replay(district.battery, chosen)
    return score_community(district.net[:, hours], flow[:, hours], district.price[hours], district.intensity[hours])


def main() -> None:
    """Read, act, score, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--actions", type=Path, required=True, metavar="OUT.csv")
    parser.add_argument("--weather-forecast", action="store_true", help="use the weather columns of the coming hours")
    given = parser.parse_args()
    district = read(given.folder)
    begun = time.process_time()
    chosen = actions(district, weather=given.weather_forecast)
    spent = time.process_time() - begun
    table = pl.DataFrame({name: chosen[:, k] for k, name in enumerate(district.names)})
    table.write_csv(given.actions)
    parts = scored(district, chosen)
    lines = [
        f"homes {len(district.names)}, hours {len(chosen)}, CPU {spent:.0f} s",
        f"score {parts.score:.4f}",
        f"C cost {parts.cost:.4f}  G carbon {parts.carbon:.4f}  R ramping {parts.ramping:.4f}  "
        f"L load factor {parts.load_factor:.4f}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
