"""Sequencing six compressors for a week at 15 min, to the exact optimum.

Five load/unload machines, two of them alike, whose power bows with the load, and one of variable speed; start costs,
least times of half an hour, a price by time of use. Stations are drawn: sizes, specific power, receivers, demand.
"""

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.measuring import side
from benchmarks.tables import Row, Setting

STEPS, HOURS = 672, 0.25
SECONDS = 20.0
DRAWN = 5
SHARES = np.array([0.0, 0.1, 0.3, 0.5, 0.7, 1.0])
# Power over flow of a lubricant-injected screw with 1 and with 5 gal/cfm of storage, shares of full load.
SMALL = np.array([0.206, 0.425, 0.709, 0.854, 0.940, 1.0])
LARGE = np.array([0.206, 0.317, 0.517, 0.692, 0.843, 1.0])


def instance(seed: int, steps: int = STEPS) -> dict[str, Any]:
    """A station drawn at random, as a document."""
    draw = np.random.default_rng(seed)
    hour = np.arange(steps) * HOURS
    of_day, working = hour % 24, (hour // 24) % 7 < 5
    shifts = 28 + 34 * ((of_day >= 6) & (of_day < 22)) + 14 * np.exp(-(((of_day - 10.5) / 3) ** 2))
    demand = np.where(working, shifts, 18 + 6 * ((of_day > 8) & (of_day < 16))) * draw.uniform(0.8, 1.1)
    demand = np.maximum(demand * (1 + 0.06 * draw.standard_normal(steps)), 5)
    price = np.where((of_day >= 8) & (of_day < 22), 0.15, 0.08) * draw.uniform(0.7, 1.3)
    flows = np.round(np.repeat(draw.uniform(10, 30, 4), [2, 1, 1, 1]), 1)
    units = []
    for index, flow in enumerate(flows):
        if index == 1:
            units.append(units[0] | {"name": "C-2"})
            continue
        power = flow * draw.uniform(6.4, 7.6) * (SMALL if draw.random() < 0.5 else LARGE)
        units.append(_unit(f"C-{index + 1}", flow * SHARES, power, round(float(draw.uniform(0.3, 1.5)), 2), 2))
    speed, full = np.linspace(0.2, 1.0, 5), draw.uniform(15, 25)
    trim = full * draw.uniform(6.8, 7.4) * (0.08 + 0.95 * speed)
    units.append(_unit("VSD", full * speed, trim, 0.3, 1))
    carriers = [
        {"name": "air", "demand": np.round(demand, 2).tolist(), "unit": "m3/min"},
        {"name": "electricity", "price": np.round(price, 4).tolist()},
    ]
    return {"hours": HOURS, "steps": steps, "carriers": carriers, "units": units}


def _unit(name: str, load: Any, power: Any, start: float, least: int) -> dict[str, Any]:
    return {
        "name": name, "carrier": "air", "load": np.round(load, 2).tolist(),
        "flows": {"electricity": np.round(-power, 2).tolist()}, "start_cost": start, "least_up": least,
        "least_down": least,
    }  # fmt: skip


def planned(seed: int, steps: int) -> Callable[[], dict[str, Any]]:
    """Side: sequence a station."""
    from wattstone.dispatch.commitment import cost, solve
    from wattstone.dispatch.commitment.document import commitment

    asked = commitment(instance(seed, steps))

    def run() -> dict[str, Any]:
        plan = solve(asked)
        apart = abs(cost(asked, plan).total - plan.objective) / abs(plan.objective)
        return {"gap": plan.gap, "seconds": plan.seconds, "met": plan.met, "apart": apart, "method": plan.method}

    return run


def agreed(seed: int, steps: int) -> Callable[[], dict[str, Any]]:
    """Side: the mixed-integer program on the same station, beside the exact path."""
    from wattstone.dispatch.commitment import solve
    from wattstone.dispatch.commitment.document import commitment

    asked = commitment(instance(seed, steps))
    exact = solve(asked).objective

    def run() -> dict[str, Any]:
        plan = solve(asked, method="milp", gap=0.005, seconds=120.0)
        return {"gap": plan.gap, "above": plan.objective / exact - 1, "below": 1 - plan.bound / exact}

    return run


def run(setting: Setting) -> list[Row]:
    """The slowest of the stations; and a day by the program, which must lie on both sides of the optimum."""
    steps = 24 if setting.small else STEPS
    drawn = []
    for seed in range(1 if setting.small else DRAWN):
        drawn.append(side("benchmarks.air_week:planned", seed, steps))
        setting.say(f"seed {seed}: {drawn[-1].result['seconds']:.2f} s, CPU {drawn[-1].cpu:.2f} s")
    worst = max(drawn, key=lambda one: one.result["seconds"])
    sound = all(one.result["met"] and one.result["gap"] == 0 and one.result["apart"] < 1e-9 for one in drawn)
    program = side("benchmarks.air_week:agreed", 0, 12 if setting.small else 96)
    told = program.result
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return [
        Row(
            what=f"sequence of 6 compressors for {steps} steps, {len(drawn)} stations, the slowest",
            ours=f"{worst.result['seconds']:.2f} s, CPU {worst.cpu:.2f} s, exact; load {load:.1f}",
            limit=f"{SECONDS:.0f} s, gap 0.5 %",
            kept=sound and worst.result["seconds"] <= SECONDS,
        ),
        Row(
            what="a day of the same by the mixed-integer program",
            ours=f"CPU {program.cpu:.1f} s, gap {told['gap']:.2%}, {told['above']:.2%} above the exact path",
            limit="on both sides of the exact optimum",
            kept=told["above"] >= -1e-6 and told["below"] >= -1e-6,
        ),
    ]
