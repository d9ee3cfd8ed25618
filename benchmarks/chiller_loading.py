"""Optimal chiller loading: time for six chillers, the published points, and the distance to a dense search."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import Row, Setting
from wattstone.dispatch.plant.loading import Chiller, fewest_in_order, optimal_loading

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 0.050
STEP = 2.0
CAPACITIES = (450.0, 600.0, 800.0, 1000.0, 1250.0)


def random_chiller(rng: np.random.Generator, name: str) -> Chiller:
    """A cubic with stretches of both curvatures, 0.55 to 0.8 kW for a unit of load at full load, never negative."""
    while True:
        capacity = float(rng.choice(CAPACITIES))
        full = rng.uniform(0.55, 0.8) * capacity
        c, d, a = rng.uniform(-2.5, 1.0) * full, rng.uniform(0.0, 2.5) * full, rng.uniform(-0.1, 0.4) * full
        chiller = Chiller.cubic(name, capacity, (a, full - a - c - d, c, d))
        power = chiller.power(np.linspace(0.3, 1.0, 200))
        if power.min() > 0.05 * full and power.max() < 1.5 * full:
            return chiller


def dense(chillers: Sequence[Chiller], load: float, step: float = STEP) -> float:
    """The least power over loads that are multiples of a step, by dynamic programming: no less than the optimum."""
    cells = round(load / step)
    best: NDArray[np.float64] = np.full(cells + 1, np.inf)
    best[0] = 0.0
    for one in chillers:
        loads = np.arange(int(one.capacity / step) + 1)
        ratio = loads * step / one.capacity
        power = np.where(loads == 0, 0.0, one.power(ratio))
        following = np.full(cells + 1, np.inf)
        for at in loads[(loads <= cells) & ~np.isnan(power)]:
            np.minimum(following[at:], best[: cells + 1 - at] + power[at], out=following[at:])
        best = following
    return float(best[cells])


def run(setting: Setting) -> list[Row]:
    rng, problems = np.random.default_rng(6), 5 if setting.small else 200
    compared = 2 if setting.small else 20
    seconds, gaps, above, saved = [], [], [], []
    for at in range(problems):
        chillers = [random_chiller(rng, str(one)) for one in range(6)]
        load = STEP * round(rng.uniform(0.1, 0.98) * sum(one.capacity for one in chillers) / STEP)
        began = time.process_time()
        found = optimal_loading(chillers, load)
        seconds.append(time.process_time() - began)
        gaps.append(found.gap)
        saved.append(1 - found.total / fewest_in_order(chillers, load).total)
        if at < compared:
            above.append(dense(chillers, load) - found.total)
    if min(above) < -1e-6:
        raise AssertionError("a dense search found less power than the optimum")
    return [
        Row(
            f"optimal loading of 6 chillers, {problems} random problems: CPU of the slowest",
            f"{max(seconds) * 1e3:.1f} ms (median {float(np.median(seconds)) * 1e3:.1f})",
            limit="≤ 50 ms",
            kept=max(seconds) <= LIMIT,
        ),
        Row("largest distance of the bound", f"{max(gaps):.1e} kW"),
        Row(f"dense search in steps of {STEP:g} lies above by", f"{min(above):.4f} to {max(above):.4f} kW"),
        Row("saved against fewest in list order, mean", f"{100 * float(np.nanmean(saved)):.1f} %"),
    ]
