"""A 48 h plan of cold, heat and storage to a proven gap: the instance of `cases/plant-48h`, and others of its kind.

Four chillers, two heat-recovery chillers, a boiler, a cold and a hot tank, start costs, least times of 2 h, curves of
five segments, a tariff by time of use, a demand charge and a price of carbon. The others are drawn: sizes, curves that
are convex or not, like machines or none alike, loads, weather and prices.
"""

import os
import tomllib
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.measuring import ROOT, side
from benchmarks.tables import Row, Setting

GAP, SECONDS = 0.005, 10.0
CASE = ROOT / "cases" / "plant-48h" / "case.toml"
DRAWN = 10
SHARES = np.linspace(0.25, 1.0, 6)


def instance(seed: int, *, steps: int = 48) -> dict[str, Any]:
    """A plant drawn at random, as a document."""
    draw = np.random.default_rng(seed)
    hour = np.arange(steps) % 24
    day = np.repeat(draw.uniform(0.85, 1.15, -(-steps // 24)), 24)[:steps]
    size = draw.uniform(0.7, 1.3)
    noise = 1 + 0.03 * draw.standard_normal((2, steps))
    cold = (2800 + 3400 * np.exp(-(((hour - 15) / 4.5) ** 2))) * day * noise[0] * size
    heat = 1500 + 1400 * np.exp(-(((hour - 7) / 2.5) ** 2)) + 600 * np.exp(-(((hour - 19) / 3.0) ** 2))
    heat = heat * day * noise[1] * size * draw.uniform(0.6, 1.4)
    power = (1400 + 1300 * np.exp(-(((hour - 13) / 4.0) ** 2)) * day) * size
    wet = draw.uniform(16, 25) + 4 * np.sin((hour - 9) / 24 * 2 * np.pi)
    price = np.where((hour < 7) | (hour == 23), 0.06, 0.12)
    price = np.where(((hour >= 8) & (hour < 11)) | ((hour >= 18) & (hour < 21)), 0.19, price) * draw.uniform(0.7, 1.4)
    carriers = [
        {"name": "cold", "demand": _short(cold)},
        {"name": "heat", "demand": _short(heat), "sale": 0.0},
        {
            "name": "electricity", "demand": _short(power), "price": _short(price, 4), "carbon": 0.45,
            "demand_charge": round(float(draw.choice([0.0, 3.0, 8.0])), 1), "peak_before": round(2800 * size, 0),
        },
        {"name": "gas", "price": round(float(draw.uniform(0.025, 0.05)), 4), "carbon": 0.2},
    ]  # fmt: skip
    stores = [
        {"name": "cold tank", "carrier": "cold", "capacity": 8000.0, "charge": 2000.0, "discharge": 2000.0,
         "loss": 0.003, "efficiency": 0.98, "initial": 4000.0, "final": 4000.0},
        {"name": "hot tank", "carrier": "heat", "capacity": 4000.0, "charge": 1500.0, "discharge": 1500.0,
         "loss": 0.005, "efficiency": 0.98, "initial": 2000.0, "final": 2000.0},
    ]  # fmt: skip
    units = [*_chillers(draw, size, wet), *_recovering(draw, size), _boiler(draw, size)]
    return {
        "hours": 1.0, "steps": steps, "carbon_price": 0.02, "carriers": carriers, "units": units, "stores": stores,
    }  # fmt: skip


RULES = {"least_up": 2, "least_down": 2}


def _short(values: Any, digits: int = 1) -> list[float]:
    return [round(float(value), digits) for value in values]


def _chillers(draw: np.random.Generator, size: float, wet: Any) -> list[dict[str, Any]]:
    """Part-load power 1 at full load: rising faster and faster, or with a bow at half load as some cubic fits have."""
    kinds = draw.choice(3)  # two pairs of twins, one pair, or four of their own
    twins = ([0, 0, 1, 1], [0, 0, 1, 2], [0, 1, 2, 3])[kinds]
    sizes = draw.uniform(1300, 2200, 4) * size
    made: list[dict[str, Any]] = []
    for index, twin in enumerate(twins):
        if twin < len({one["twin"] for one in made}):
            one = next(dict(other) for other in made if other["twin"] == twin)
            made.append(one | {"name": f"CH-{index + 1}"})
            continue
        bow = draw.uniform(0.4, 1.0) if draw.random() < 0.5 else 0.0
        share = (1 - draw.uniform(0.4, 0.8)) * SHARES + 0.1 + bow * SHARES * (1 - SHARES) * (1.2 - SHARES)
        share = share + (1 - share[-1]) * SHARES ** draw.uniform(2, 3)
        full = sizes[index] / draw.uniform(5.0, 6.5)
        made.append(
            {
                "twin": twin, "name": f"CH-{index + 1}", "carrier": "cold", "load": _short(sizes[index] * SHARES),
                "flows": {"electricity": {"curve": _short(-full * share), "factor": _short(1 + 0.02 * (wet - 20), 4)}},
                "start_cost": round(float(draw.uniform(5, 20)), 1), **RULES, "on_before": index == 0,
            }
        )  # fmt: skip
    return [{key: value for key, value in one.items() if key != "twin"} for one in made]


def _recovering(draw: np.random.Generator, size: float) -> list[dict[str, Any]]:
    """Chillers whose condensers give heat at 45 to 50 degC."""
    made: list[dict[str, Any]] = []
    for index in range(2):
        most, full = draw.uniform(800, 1400) * size, draw.uniform(3.2, 3.9)
        share = 0.12 + 0.75 * SHARES - 0.5 * SHARES**2 + 0.63 * SHARES**3
        power = most / full * share
        made.append(
            {
                "name": f"HRC-{index + 1}", "carrier": "cold", "load": _short(most * SHARES),
                "flows": {"electricity": _short(-power), "heat": _short(most * SHARES + 0.95 * power)},
                "start_cost": round(float(draw.uniform(5, 15)), 1), **RULES,
            }
        )  # fmt: skip
    return made


def _boiler(draw: np.random.Generator, size: float) -> dict[str, Any]:
    share, most = np.linspace(0.2, 1.0, 6), 4500 * size
    efficiency = draw.uniform(0.82, 0.88) + 0.09 * share - 0.05 * share**2
    return {
        "name": "B-1", "carrier": "heat", "load": _short(most * share),
        "flows": {"gas": _short(-most * share / efficiency)}, "start_cost": 15.0, **RULES,
    }  # fmt: skip


def planned(seed: int, steps: int) -> Callable[[], dict[str, Any]]:
    """Side: solve the kept instance (seed -1), or a drawn one."""
    from wattstone.dispatch.commitment import cost, residual, solve
    from wattstone.dispatch.commitment.document import commitment

    document = tomllib.loads(CASE.read_text(encoding="utf-8"))["arguments"]["problem"] if seed < 0 else None
    asked = commitment(document or instance(seed, steps=steps))

    def run() -> dict[str, Any]:
        plan = solve(asked, gap=GAP, seconds=6 * SECONDS)
        apart = abs(cost(asked, plan).total - plan.objective) / abs(plan.objective)
        left = max(float(np.abs(one).max()) for one in residual(asked, plan).values())
        return {"gap": plan.gap, "seconds": plan.seconds, "met": plan.met, "apart": apart, "left": left}

    return run


def run(setting: Setting) -> list[Row]:
    """The kept instance, and the worst of the drawn ones."""
    if setting.small:
        return [_row("a plan of 12 h", [side("benchmarks.plant_48h:planned", 0, 12)])]
    kept = side("benchmarks.plant_48h:planned", -1, 48)
    drawn = []
    for seed in range(DRAWN):
        drawn.append(side("benchmarks.plant_48h:planned", seed, 48))
        one = drawn[-1]
        setting.say(f"seed {seed}: {one.result['seconds']:.1f} s, CPU {one.cpu:.1f} s, gap {one.result['gap']:.2%}")
    return [
        _row("plan of 48 h of cold, heat and storage, `cases/plant-48h`", [kept]),
        _row(f"the same for {DRAWN} plants drawn at random, the slowest", drawn),
    ]


def _row(what: str, made: list[Any]) -> Row:
    worst = max(made, key=lambda one: one.result["seconds"])
    gap = max(one.result["gap"] for one in made)
    sound = all(one.result["met"] and one.result["apart"] < 1e-9 and one.result["left"] < 1e-5 for one in made)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return Row(
        what=what,
        ours=f"{worst.result['seconds']:.1f} s, CPU {worst.cpu:.1f} s, gap {gap:.2%} at most; load {load:.1f}",
        limit=f"{SECONDS:.0f} s, gap {GAP:.1%}",
        kept=sound and worst.result["seconds"] <= SECONDS and gap <= GAP,
    )
