"""Eight chillers and a tank of chilled water: rolling 48 h plans against both rules, over a week of each season.

A year of weather, load and prices is simulated; a week of each season is run, and stands for 13 weeks of energy and
three months of the demand charge. Plans are made each day on a forecast that is wrong, and carried out on what
happens; nothing is counted but the exact evaluation of what happens. The site is `wattstone.dispatch.plant.site`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import Row, Setting
from wattstone.dispatch.plant.evaluate import operation
from wattstone.dispatch.plant.plant import Ahead
from wattstone.dispatch.plant.replay import replay
from wattstone.dispatch.plant.rolling import rolled
from wattstone.dispatch.plant.site import eight_chillers
from wattstone.equipment.plant.sources import Conditions

if TYPE_CHECKING:
    from wattstone.dispatch.plant.plant import Plant
    from wattstone.dispatch.plant.result import Operation

Floats = NDArray[np.float64]

SEED = 20
YEAR = 8760
FIRST_DAYS = {"winter": 14, "spring": 105, "summer": 196, "autumn": 287}
WEEKS, MONTHS = 13.0, 3.0
"""Of a year, that a season's week stands for: of energy, and of the demand charge."""
HORIZON, EVERY = 48, 24
ERROR = 0.05
"""Standard deviation of the forecast's error over the load."""
PRICES = 0.0218, 0.1298
"""Lowest and highest of the study's 168 hourly prices. [USD kWh-1]"""
CARBON = 0.4
"""A round figure for the emissions of electricity, for the table alone. [kg CO2e kWh-1]"""


def year() -> Ahead:
    """A simulated year of a mild climate and a campus with laboratories."""
    rng, hours = np.random.default_rng(SEED), np.arange(YEAR)
    weather = np.zeros(YEAR)
    for at in range(1, YEAR):
        weather[at] = 0.985 * weather[at - 1] + rng.normal(0.0, 0.45)
    of_day, of_year = hours % 24, hours / YEAR
    dry = 15 - 8 * np.cos(2 * np.pi * (of_year - 0.05)) - 5 * np.cos(2 * np.pi * (of_day - 3) / 24) + weather
    wet = dry - 3.0 - 0.25 * np.maximum(dry - 10, 0.0)
    working = ((hours // 24) % 7 < 5) & (of_day >= 7) & (of_day < 20)
    load = 7000 + 5000 * working + 1500 * np.maximum(dry - 8, 0.0) * (0.75 + 0.25 * working)
    load = np.clip(load * (1 + rng.normal(0, 0.02, YEAR)), 3000.0, 52000.0)
    shape = 0.55 - 0.35 * np.cos(2 * np.pi * (of_day - 4) / 24) + 0.25 * np.exp(-((of_day - 18.5) ** 2) / 6)
    shape = shape * (0.9 + 0.1 * working) + rng.normal(0, 0.05, YEAR)
    low, high = PRICES
    price = low + (high - low) * np.clip((shape - 0.1) / 1.1, 0.0, 1.0)
    at = Conditions.over(YEAR, dry_bulb=dry, wet_bulb=wet, chilled_supply=7.0, chilled_return=12.0)
    return Ahead(hours=1.0, at=at, cold=load, price=price, carbon=np.full(YEAR, CARBON), start="2025-01-01T00:00")


@dataclass(frozen=True)
class Week:
    """What each way of running a week costs."""

    plan: Operation
    rules: dict[str, Operation]
    gaps: list[float]
    seconds: list[float]


def wrong(truth: Ahead) -> Floats:
    """The forecast's error in each hour, as a share of the load: it lasts for some hours."""
    rng, error = np.random.default_rng(SEED + 1), np.zeros(truth.steps)
    for at in range(1, truth.steps):
        error[at] = 0.9 * error[at - 1] + rng.normal(0.0, ERROR * np.sqrt(1 - 0.9**2))
    return error


def week(plant: Plant, truth: Ahead, *, every: int = EVERY, horizon: int = HORIZON, gap: float = 0.005) -> Week:
    """A week by plans and by rules."""
    error = wrong(truth)

    def expected(first: int, last: int) -> tuple[Plant, Ahead]:
        seen = truth.window(first, last)
        return plant, replace(seen, cold=seen.cold * (1 + error[first:last]))

    def happened(first: int, last: int) -> tuple[Plant, Ahead]:
        return plant, truth.window(first, last)

    # The week's energy stands for 13 weeks and its peak for three months: a plan weighs them as they are counted.
    weighed = replace(plant, demand_charge=plant.demand_charge * MONTHS / WEEKS)
    made = rolled(weighed, truth.steps, expected=expected, happened=happened, every=every, horizon=horizon, gap=gap)
    done = operation("plan", plant, truth, made.schedule)
    if done.unserved["cold"].max() > 1e-3:
        raise AssertionError("the plans left cold unserved")
    # The clock leaves the tank empty each evening; plans leave it as full as they found it.
    empty = replace(plant, stores=tuple(replace(one, initial=0.0) for one in plant.stores))
    rules = {
        "fewest in list order": replay(plant, truth, "fewest").operation,
        "fewest, tank by the clock": replay(empty, truth, "fewest", storage="clock").operation,
        "all on at equal ratio": replay(plant, truth, "all_on").operation,
    }
    return Week(done, rules, list(made.gaps), list(made.seconds))


def annual(one: Operation) -> tuple[float, float, float]:
    """Electricity, cost and emissions of the part of a year that a week stands for. [kWh], [USD], [kg]"""
    bill = one.bill
    return WEEKS * one.kwh, WEEKS * (bill.energy + bill.starts) + MONTHS * bill.demand, WEEKS * one.kg


def run(setting: Setting) -> list[Row]:
    plant, truth = eight_chillers(), year()
    days = 1 if setting.small else 7
    weeks: dict[str, Week] = {}
    for name, first in FIRST_DAYS.items():
        if setting.small and name != "summer":
            continue
        part = truth.window(24 * first, 24 * (first + days))
        weeks[name] = week(plant, part, horizon=24 if setting.small else HORIZON, gap=0.02 if setting.small else 0.005)
        setting.say(f"{name}: {np.mean(weeks[name].seconds):.1f} CPU s a plan")
    planned = np.sum([annual(one.plan) for one in weeks.values()], axis=0)
    what = "a year of 8 chillers and a tank" if len(weeks) == 4 else "one day of it, times 13"
    rows = [Row(f"{what}: rolling {HORIZON} h plans", _said(planned), limit="", kept=None)]
    for rule in next(iter(weeks.values())).rules:
        base = np.sum([annual(one.rules[rule]) for one in weeks.values()], axis=0)
        saved = 1 - planned / base
        rows.append(Row(f"... {rule}", _said(base), ratio=f"saved: {_shares(saved)}", kept=bool(saved[1] > 0)))
        for name, one in weeks.items():
            part = 1 - np.array(annual(one.plan)) / np.array(annual(one.rules[rule]))
            rows.append(Row(f"    {name}", f"saved: {_shares(part)}"))
    limit = [one.plan.limit_kwh / one.plan.kwh for one in weeks.values()]
    base = [one.rules["fewest in list order"] for one in weeks.values()]
    before = [one.limit_kwh / one.kwh for one in base]
    rows.append(Row("physical limit over electricity", f"{_range(limit)} (fewest in list order: {_range(before)})"))
    seconds, gaps = [x for one in weeks.values() for x in one.seconds], [x for one in weeks.values() for x in one.gaps]
    rows.append(Row("a plan of 48 h with refinement: CPU", f"{np.mean(seconds):.1f} s (at most {max(seconds):.1f})"))
    rows.append(Row("gap of the programs", f"{100 * max(gaps):.2f} % at most"))
    return rows


def _said(sums: Floats) -> str:
    return f"{sums[0] / 1e6:.2f} GWh, {sums[1] / 1e6:.3f} M USD, {sums[2] / 1e6:.2f} kt"


def _shares(saved: Floats) -> str:
    return f"{100 * saved[0]:.1f} % of electricity, {100 * saved[1]:.1f} % of cost"


def _range(values: list[float]) -> str:
    return f"{100 * min(values):.0f} to {100 * max(values):.0f} %"
