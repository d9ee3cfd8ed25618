"""Air and heat in one plan: what it is worth to run compressors with the plant that their heat serves.

The simulated factory, a day of each season, hour by hour, with demand known. The same machines, tariff and demand
three ways: heat of the compressors let go; compressors sequenced for themselves, and their heat used as it comes; and
both in one plan. All three are counted on the same curves, and pay for the same air.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from benchmarks.tables import Row, Setting
from wattstone.dispatch.commitment.solve import solve
from wattstone.dispatch.commitment.types import Carrier, Commitment, Committed
from wattstone.dispatch.plant.plan import plan
from wattstone.dispatch.plant.plant import Ahead, Plant
from wattstone.simulation import Plan
from wattstone.simulation.factory.demand import demand
from wattstone.simulation.factory.plant_files import write_plant
from wattstone.simulation.factory.station import station
from wattstone.simulation.factory.station_file import station_file
from wattstone.simulation.texts import TARIFFS
from wattstone.workflows.plant.expected import measured
from wattstone.workflows.plant.read import ReadPlant, ahead_of, plant_of, read_plant

YEAR = 2022
DAYS = {"January": (1, 12), "April": (4, 13), "July": (7, 13), "October": (10, 19)}
GAP, SECONDS = 0.005, 60.0
MONTH = 30


def factory(setting: Setting) -> ReadPlant:
    """The plant of the simulated factory, read from its files."""
    folder = setting.scratch / "factory"
    folder.mkdir(parents=True, exist_ok=True)
    write_plant(folder, demand(Plan(sites=1, year=YEAR, years=1)))
    (folder / "tariff.toml").write_text(TARIFFS["tariff.toml"], encoding="utf-8")
    (folder / "station.toml").write_text(station_file(station(), year=YEAR), encoding="utf-8")
    return read_plant(folder / "plant.toml")


def ways(plant: Plant, ahead: Ahead, *, seconds: float) -> dict[str, tuple[float, float, float]]:
    """Cost, electricity and fuel of a day, each way. [CNY], [kWh], [kWh]"""
    air = _sequenced(plant, ahead)
    power, heat = -air.flows["electricity"].sum(axis=0), air.flows["heat"].sum(axis=0)
    bare = replace(plant, units=(), carriers=())
    beside = replace(ahead, other=ahead.other + power)
    paid = float((power * ahead.price).sum()) * ahead.hours
    kwh = float(power.sum()) * ahead.hours
    found = {}
    for name, hours in (
        ("heat let go", beside),
        ("heat as it comes", replace(beside, heat=np.maximum(ahead.heat - heat, 0.0))),
    ):
        done = plan(bare, hours, gap=GAP, seconds=seconds).operation
        found[name] = (done.bill.total + paid, done.kwh + kwh, done.fuel_kwh)
    done = plan(plant, ahead, gap=GAP, seconds=seconds).operation
    return {**found, "one plan": (done.bill.total, done.kwh, done.fuel_kwh)}


def _sequenced(plant: Plant, ahead: Ahead) -> Committed:
    """The compressors by themselves, at least cost of their electricity; their heat may leave."""
    carriers = (
        *plant.carriers,
        Carrier(name="electricity", price=ahead.price),
        Carrier(name="heat", sale=0.0),
    )
    return solve(
        Commitment(hours=ahead.hours, steps=ahead.steps, carriers=carriers, units=plant.units), gap=GAP, seconds=SECONDS
    )


def run(setting: Setting) -> list[Row]:
    read = factory(setting)
    sums: dict[str, np.ndarray] = {}
    rows: list[Row] = []
    for name, (month, day) in DAYS.items():
        if setting.small and name != "April":
            continue
        start = datetime(YEAR, month, day) - timedelta(hours=8)
        hours, seconds = (4, 2.0) if setting.small else (24, SECONDS)
        expected = measured(read.log, read.columns, start=start, end=start + timedelta(hours=hours), hours=1.0)
        plant = plant_of(read, expected)
        # A kW of the month's peak is used on all of its days: a day weighs its share.
        plant = replace(plant, demand_charge=plant.demand_charge / MONTH)
        made = ways(plant, ahead_of(read, expected), seconds=seconds)
        for way, values in made.items():
            sums[way] = sums.get(way, np.zeros(3)) + np.array(values)
        one, come, lost = (made[way][0] for way in ("one plan", "heat as it comes", "heat let go"))
        saved = (
            f"saves {100 * (1 - one / lost):.1f} % of heat let go, {100 * (1 - one / come):.2f} % of heat as it comes"
        )
        rows.append(Row(f"a day of {name}: one plan", _said(made["one plan"]), ratio=saved))
        setting.say(f"{name}: {made}")
    for way, values in sums.items():
        saved = 1 - sums["one plan"][0] / values[0]
        text = "" if way == "one plan" else f"one plan saves {100 * saved:.2f} % of cost"
        rows.append(Row(f"all days: {way}", _said(tuple(values)), ratio=text, kept=bool(saved > -GAP)))
    return rows


def _said(values: tuple[float, ...]) -> str:
    return f"{values[0]:,.0f} CNY, {values[1] / 1000:.1f} MWh, {values[2] / 1000:.2f} MWh of fuel"
