"""Compressed air: a year at one minute replayed, a week sequenced, and what modifications save of a fair baseline.

The station is made: six fixed-speed machines, two shifts, leaks of a fifth of the air. The baseline is not a straw man:
a cascade in order of efficiency with its bands staggered within one band, machines that stop when they are not needed,
and, for the second column, a controller that already keeps all machines at one target.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import Row, Setting
from wattstone.dispatch.air.improve import improve
from wattstone.dispatch.air.modifications import (
    HeatRecovery,
    IntakeCooling,
    LeakRepair,
    Modification,
    PressureReduction,
    Sequencing,
    Shutdown,
    StorageAdded,
    VariableSpeedTrim,
)
from wattstone.dispatch.air.results import Economics, Studied
from wattstone.dispatch.air.sequencing import sequence
from wattstone.equipment.air import AirUse, Compressor, Control, Dryer, Inlet, Station
from wattstone.equipment.air.dynamics import dynamic
from wattstone.equipment.air.quasi_steady import quasi_steady

Floats = NDArray[np.float64]

REPLAY_LIMIT, SEQUENCE_LIMIT = 10.0, 20.0
CARBON = 0.5366  # kg CO2 per kWh: grid of China in 2022, notice of MEE and NBS, 2024-12


def fixed(name: str, flow: float, specific: float) -> Compressor:
    """A lubricated screw that loads and unloads, rated at 7 bar(g)."""
    return Compressor(name=name, control=Control.LOAD_UNLOAD, flow=flow, power=flow * specific, pressure=7.0)


def station() -> Station:
    """Three machines of 20 m3/min, two of 12 and one of 6, the most efficient first."""
    return Station(
        name="made",
        compressors=(
            fixed("C1", 20.0, 6.4),
            fixed("C2", 20.0, 6.5),
            fixed("C3", 20.0, 6.5),
            fixed("C4", 12.0, 6.7),
            fixed("C5", 12.0, 6.7),
            fixed("C6", 6.0, 7.0),
        ),
        storage=10.0,
        pressure=6.8,
        band=0.6,
        least_pressure=6.2,
        dryer=Dryer(kind="refrigerated", flow=90.0, drop=0.2),
        leaks=8.0,
        artificial=0.2,
        inlet=Inlet(temperature=30.0, humidity=0.5),
        drop=0.1,
    )


def flow(days: int, minutes: int) -> Floats:
    """Two shifts on working days, one on Saturday, leaks and a few uses at night; noise that lasts some minutes."""
    count = days * 1440 // minutes
    minute = np.arange(count) * minutes
    hour, day = minute / 60.0 % 24, minute // 1440 % 7
    shift = (hour >= 6) & (hour < 22) & (day < 5) | (hour >= 6) & (hour < 14) & (day == 5)
    lunch = np.where((hour >= 12) & (hour < 12.75), 0.6, 1.0)
    random = np.random.default_rng(8)
    noise = np.repeat(random.standard_normal(count // 5 + 1), 5)[:count] + 0.5 * random.standard_normal(count)
    busy = (44.0 + 8.0 * np.sin(hour / 24 * 2 * np.pi * 3)) * lunch + 3.0 * noise
    return np.clip(np.where(shift, busy, 13.0 + noise), 8.0, 85.0)


def modifications(hours: int) -> tuple[Modification, ...]:
    """What an energy manager would look at first; investments are examples."""
    hour, day = np.arange(hours) % 24, np.arange(hours) // 24 % 7
    speed = Compressor(name="V1", control=Control.VARIABLE_SPEED, flow=26.0, power=26.0 * 6.9, pressure=7.0)
    return (
        LeakRepair(size=0.4, investment=12_000.0),
        PressureReduction(size=0.5, investment=1_000.0),
        StorageAdded(size=10.0, investment=15_000.0),
        VariableSpeedTrim(machine=speed, replaces="C3", investment=75_000.0),
        Sequencing(sequencer="optimal", investment=25_000.0),
        IntakeCooling(size=6.0, investment=8_000.0),
        Shutdown(when=(day == 6) | ((day == 5) & (hour >= 15)), size=0.6, investment=6_000.0),
        HeatRecovery(size=0.6, need=80.0, investment=40_000.0),
    )


def run(setting: Setting) -> list[Row]:
    days = 7 if setting.small else 365
    plant, use = station(), AirUse(flow=flow(days, 1), hours=1 / 60)
    rows = [*replayed(plant, use), *sequenced(plant, setting)]
    price = np.where((np.arange(days * 24) % 24 >= 8) & (np.arange(days * 24) % 24 < 22), 0.12, 0.08)
    economics = Economics(price=price, carbon=CARBON, fuel_price=0.045, fuel_carbon=0.202)
    hourly = AirUse(flow=use.flow.reshape(-1, 60).mean(axis=1), hours=1.0)
    began = time.process_time()
    base = improve(plant, hourly, modifications(days * 24), economics, draws=20 if setting.small else 300)
    spent = time.process_time() - began
    fair = improve(replace(plant, sequencer="target"), hourly, modifications(days * 24), economics, draws=1)
    rows.append(Row(f"eight modifications, singly and jointly, {base.draws} draws: CPU", f"{spent:.1f} s"))
    return [*rows, *savings(base, fair), *compared(plant, 1 if setting.small else 28)]


def replayed(plant: Station, use: AirUse) -> list[Row]:
    """CPU of both ways, and how far apart their energies are."""
    rows: list[Row] = []
    size = f"{use.flow.size:,} minutes"
    for rule in ("cascade", "target"):
        ruled = replace(plant, sequencer=rule)
        began = time.process_time()
        steady = quasi_steady(ruled, use)
        first = time.process_time() - began
        began = time.process_time()
        followed = dynamic(ruled, use)
        second = time.process_time() - began
        rows += [
            Row(f"{rule}, {size}, quasi-steady: CPU", f"{first:.2f} s", limit="≤ 10 s", kept=first <= REPLAY_LIMIT),
            Row(
                f"{rule}, {size}, switch to switch: CPU", f"{second:.2f} s", limit="≤ 10 s", kept=second <= REPLAY_LIMIT
            ),
            Row(f"{rule}: energy, switch to switch over quasi-steady", f"{followed.energy / steady.energy:.4f}"),
            Row(
                f"{rule}: largest error of the balance of air",
                f"{max(np.nanmax(np.abs(one.imbalance)) for one in (steady, followed)):.1e} m3/min",
            ),
        ]
    return rows


def sequenced(plant: Station, setting: Setting) -> list[Row]:
    """A week of quarter hours, against each rule."""
    use = AirUse(flow=flow(7, 15)[: 96 if setting.small else 672], hours=0.25)
    rows: list[Row] = []
    for rule in ("cascade", "target"):
        began = time.process_time()
        plan = sequence(replace(plant, sequencer=rule), use, Economics(price=0.1), start_cost=1.0)
        spent = time.process_time() - began
        rows.append(
            Row(
                f"sequence of 6 machines over {use.flow.size} quarter hours: CPU",
                f"{spent:.2f} s, gap {plan.gap:.4f}",
                limit="≤ 20 s",
                kept=spent <= SEQUENCE_LIMIT,
            )
        )
        saved, starts = 1 - plan.energy / plan.rule_energy, f"{plan.starts.sum()} starts for {plan.rule_starts.sum()}"
        rows.append(Row(f"... saved of the machines' energy against {rule}", f"{saved:.1%}, {starts}"))
    return rows


def compared(plant: Station, days: int) -> list[Row]:
    """Savings by both ways, on minutes."""
    use = AirUse(flow=flow(days, 1), hours=1 / 60)
    steady, followed = quasi_steady(plant, use).energy, dynamic(plant, use).energy
    rows: list[Row] = []
    for one in modifications(days * 24):
        if one.kind not in {"leaks", "pressure", "storage", "trim", "intake"}:
            continue
        after, changed = one.apply(plant, use)
        first = 1 - quasi_steady(after, changed).energy / steady
        second = 1 - dynamic(after, changed).energy / followed
        rows.append(Row(f"{one.name}, {days} days: quasi-steady, switch to switch", f"{first:.1%}, {second:.1%}"))
    return rows


def savings(base: Studied, fair: Studied) -> list[Row]:
    """What each modification saves of either baseline."""
    whole, other = base.base.energy, fair.base.energy
    rows = [
        Row(
            "baseline a year: cascade well set; one target",
            f"{whole:,.0f} kWh; {other:,.0f} kWh",
            bare=f"limit {base.base.limit_share:.1%} of it; {fair.base.limit_share:.1%}",
        )
    ]
    for one, again in zip((*base.singles, base.joint), (*fair.singles, fair.joint), strict=True):
        low, high = one.energy.lower / whole, one.energy.upper / whole
        heat = f", {one.saving.fuel:,.0f} kWh of fuel" if one.saving.fuel else ""
        payback = "" if one.payback is None else f"{one.payback:.1f} a"
        rows.append(
            Row(
                f"{one.name} ({one.size:g} {one.unit})",
                f"{one.saving.energy / whole:.1%} ({low:.1%} to {high:.1%}){heat}; "
                f"{one.saving.carbon / 1000:,.0f} t; {one.saving.money:,.0f}; {payback}",
                bare=f"{again.saving.energy / other:.1%} of one target",
                ratio=f"limit {one.after.limit_share:.1%}",
            )
        )
    rows.append(Row("sum of singles less joint", f"{base.interaction.energy / whole:.1%}"))
    return rows
