"""Chiller sets at their best set-point: time for a week of four, distance to a dense search, and what it is worth."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from benchmarks.tables import Row, Setting
from wattstone.equipment.plant import Chiller, ChillerSet, Conditions, Economiser
from wattstone.equipment.plant.chiller_balance import settle

LIMIT = 1.0
NAMES = (
    "ElectricEIRChiller_Trane_CVHE_1758kW_5_96COP_Vanes",
    "ElectricEIRChiller_Carrier_19XR_1143kW_6_57COP_VSD",
    "ReformEIRChiller_Carrier_19XR_1143kW_6_57COP_VSD",
    "ElectricEIRChiller_McQuay_WSC_816kW_6_74COP_Vanes",
)


def chiller_set(name: str, economiser: Economiser | None = None) -> ChillerSet:
    """A set sized for the chiller: fans 1.2 % of the heat, pumps of 25 and 20 m at 70 %."""
    machine = Chiller.named(name, normalised=True)
    return ChillerSet.sized(
        name,
        machine,
        fan_share=0.012,
        chilled_head=25.0,
        condenser_head=20.0,
        efficiency=0.7,
        economiser=economiser,
    )


def weather(hours: int, supply: float = 7.0) -> Conditions:
    """Wet bulbs from 2 to 26 degC, a day and a week of them."""
    t = np.arange(hours)
    wet = 14.0 + 8.0 * np.sin(t / 27.0) + 4.0 * np.sin(2 * np.pi * t / 24.0)
    return Conditions.over(hours, dry_bulb=wet + 5.0, wet_bulb=wet, chilled_supply=supply, chilled_return=supply + 5.0)


def seconds(sets: list[ChillerSet], at: Conditions, count: int) -> float:
    """CPU time of all loads of all sets over all hours, with their limits."""
    began = time.process_time()
    for one in sets:
        least, most = one.least(at), one.capacity(at)
        flows = one.run(least + np.linspace(0.0, 1.0, count)[:, None] * (most - least), at)
        if np.isnan(flows.electricity).any() or np.abs(flows.imbalance()).max() > 1e-9 * most.max():
            raise AssertionError(f"{one.name}: a load between its limits has no flows, or its energy does not close")
    return time.process_time() - began


def above_dense(one: ChillerSet, at: Conditions) -> float:
    """Largest share by which the power found lies above that of the best of 701 speeds and of no fans."""
    least, most = one.least(at), one.capacity(at)
    load = least + np.linspace(0.02, 0.98, 7)[:, None] * (most - least)
    best = np.full(load.shape, np.inf)
    for speed in (0.0, *np.linspace(one.tower.least_speed, 1.0, 701)):
        best = np.fmin(best, settle(one.parts, load, at, speed, 12).electricity)
    return float(np.max(one.run(load, at).electricity / best - 1.0))


def worth(one: ChillerSet, at: Conditions) -> tuple[float, float]:
    """Shares of electricity saved against full fan speed and against water of 29.44 degC, at 0.6 of capacity."""
    load = 0.6 * one.capacity(at)
    found = one.run(load, at).electricity.sum()
    full = settle(one.parts, load, at, 1.0).electricity.sum()
    fixed = replace(one, set_point=29.44).run(load, at).electricity
    known = ~np.isnan(fixed)
    return 1 - found / full, 1 - one.run(load, at).electricity[known].sum() / fixed[known].sum()


def run(setting: Setting) -> list[Row]:
    names = NAMES[:1] if setting.small else NAMES
    at, count = weather(24 if setting.small else 168), 5 if setting.small else 30
    sets = [chiller_set(name) for name in names]
    free = [chiller_set(name, Economiser(effectiveness=0.8)) for name in names]
    bare, cooled = seconds(sets, at, count), seconds(free, weather(at.steps, 10.0), count)
    some = weather(4 if setting.small else 24)
    gaps = [above_dense(one, some) for one in sets]
    saved = [worth(one, at) for one in sets]
    what = f"{len(names)} chiller sets at their best set-point, {at.steps} h x {count} loads"
    return [
        Row(what, f"{bare:.2f} CPU-s", limit="≤ 1 s", kept=bare <= LIMIT),
        Row(f"{what}, with free cooling", f"{cooled:.2f} CPU-s"),
        Row("power above the best of 701 fan speeds, at most", f"{100 * max(gaps):.3f} %"),
        Row(
            "saved at 0.6 of capacity against fans at full speed",
            " ".join(f"{100 * one:.1f}" for one, _ in saved) + " %",
        ),
        Row(
            "saved at 0.6 of capacity against water of 29.44 degC",
            " ".join(f"{100 * one:.1f}" for _, one in saved) + " %",
        ),
    ]
