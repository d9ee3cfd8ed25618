"""Made-up results of a compressed-air station and of a plant: numbers of the right size that add up, nothing more."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from wattstone.base import Finding, Interval
from wattstone.detection.air.log import CONVENTIONS
from wattstone.detection.air.result import (
    PARTS,
    Advice,
    Assessment,
    DayTypes,
    Estimate,
    Leaks,
    MachineAssessment,
    Part,
    Profile,
    State,
)
from wattstone.dispatch.air.results import Account, Attributed, Measured, Saving, Sequenced, Studied
from wattstone.dispatch.plant.result import (
    Alternative,
    Approximation,
    Bill,
    Hour,
    Operation,
    PlantPlan,
    Replayed,
)
from wattstone.dispatch.plant.result import Saving as PlantSaving
from wattstone.equipment.air import Compressor, Control, Station
from wattstone.interfaces.present.heading import Heading

WHERE = {
    "useful": 610_000.0, "over_pressure": 62_000.0, "artificial": 31_000.0, "leaks": 205_000.0, "purge": 0.0,
    "dryer": 24_000.0, "unloaded": 118_000.0, "part_load": 43_000.0, "blow_off": 0.0, "residue": 7_000.0,
}  # fmt: skip
ENERGY = sum(WHERE.values())  # 1 100 000 kWh
LIMIT = 330_000.0  # kWh: 30 % of the energy
NAMES = ("Base 1", "Base 2", "Trim <3>")


def around(value: float, share: float = 0.08) -> Estimate:
    return Estimate(value, value - abs(value) * share, value + abs(value) * share)


def finding(code: str, place: str, found: str, remedy: str, **params: Any) -> Finding:
    return Finding(code=code, place=place, found=found, expected="less", remedy=remedy, params=params,
                   severity="warning")  # fmt: skip


def heading(**said: Any) -> Heading:
    fields: dict[str, Any] = {
        "subject": "Hall 2 <air>", "organisation": "Harbour Works", "period": "1 March to 13 April 2026",
        "files": ("station.toml", "log.csv"), "simulated": True, "zone": "Europe/Berlin",
        "made": datetime(2026, 4, 20, 9, 0, tzinfo=UTC), "run": 4,
    }  # fmt: skip
    return Heading(**{**fields, **said})


def figures(*names: str) -> list[dict[str, Any]]:
    """As a workflow recorded them: only names and ids count here."""
    return [
        {"id": f"{at:020x}", "name": name, "subject": "station:hall-2", "period": "2026", "value": 1.0, "unit": "kWh",
         "method": "air.assess/1"}
        for at, name in enumerate(names, start=1)
    ]  # fmt: skip


def station() -> Station:
    rated: dict[str, Any] = {"flow": 20.0, "power": 120.0, "pressure": 7.0}
    return Station(
        name="Hall 2 <air>",
        compressors=(
            Compressor(name=NAMES[0], control=Control.LOAD_UNLOAD, **rated),
            Compressor(name=NAMES[1], control=Control.LOAD_UNLOAD, **rated),
            Compressor(name=NAMES[2], control=Control.VARIABLE_SPEED, flow=15.0, power=95.0, pressure=7.0),
        ),
        storage=10.0,
        pressure=7.0,
    )


def _series(days: int, hours: float) -> dict[str, Any]:
    steps = round(24 * days / hours)
    clock = (np.arange(steps) * hours) % 24
    day = (np.arange(steps) * hours // 24).astype(int)
    rng = np.random.default_rng(7)
    work = (day % 7 < 5) & (clock >= 5) & (clock < 21)
    flow = np.where(work, 33 + 6 * np.sin(clock / 3), 9.0) + rng.normal(0, 1.5, steps)
    state = np.full((3, steps), int(State.OFF), dtype=np.int8)
    state[0] = np.where(work | (rng.random(steps) < 0.5), State.LOADED, State.UNLOADED)
    state[1] = np.where(work, np.where(rng.random(steps) < 0.6, State.LOADED, State.UNLOADED), State.OFF)
    state[2] = np.where(work, State.PARTLY, State.OFF)
    state[1, 40:60] = State.UNKNOWN
    own = np.stack([np.where(state[0] == 3, 20.0, 0.0), np.where(state[1] == 3, 20.0, 0.0),
                    np.where(work, np.clip(flow - 25, 3, 15), 0.0)])  # fmt: skip
    power = np.where(state == 3, 122.0, np.where(state == 1, 31.0, 0.0)).sum(axis=0) + 6.4 * own[2]
    return {"steps": steps, "flow": flow, "state": state, "own": own, "power": power, "day": day, "clock": clock,
            "pressure": 7.3 + 0.25 * rng.standard_normal(steps)}  # fmt: skip


def assessment(*, days: int = 42, hours: float = 0.25, **said: Any) -> Assessment:
    made = _series(days, hours)
    work = np.array([day % 7 < 5 for day in range(days)])
    dates = np.datetime64("2026-03-02") + np.arange(days)
    profile = np.stack([
        np.array([[np.nanmean(made[name][(made["day"] % 7 < 5) == kind][made["clock"][(made["day"] % 7 < 5) == kind]
                                                                          // 1 == hour]) for hour in range(24)]
                  for kind in (True, False)])
        for name in ("power", "flow", "pressure")
    ])  # fmt: skip
    machines = tuple(
        MachineAssessment(
            name=name, full_power=(122.0, 119.0, 96.0)[at], idle_power=31.0, found_full=True, found_idle=at != 2,
            nameplate=120.0, state=made["state"][at], flow=made["own"][at],
            hours={State.LOADED: 4100.0, State.PARTLY: 3200.0 if at == 2 else 0.0, State.UNLOADED: 1900.0,
                   State.OFF: 900.0},
            energy={State.LOADED: 500_000.0, State.PARTLY: 200_000.0 if at == 2 else 0.0, State.UNLOADED: 59_000.0},
            starts=310.0, cycle=(95.0, 210.0, np.nan)[at], points=np.array([[0.3, 0.45], [0.7, 0.8]]),
            points_metered=False, load=around((0.62, 0.41, 0.55)[at]), specific_power=around((7.6, 8.9, 6.9)[at]),
            rated_specific_power=6.3, regulation=(6.5, 6.5, np.nan)[at], isothermal=3.47,
        )
        for at, name in enumerate(NAMES)
    )  # fmt: skip
    statement = finding(
        "air.leaks_closed", "hours without production",
        "the flow falls to {flow} m3/min while nothing is made: what still flows is taken for leaks",
        "repair the leaks, the largest first", flow="8.9",
    )  # fmt: skip
    advice = (
        Advice(finding=finding("air.waste_leaks", "station 'Hall 2 <air>'", "{share} of the air leaks",
                               "walk the pipes with an ultrasonic detector and mend the leaks", share="19 %"),
               energy=around(205_000.0), machines=(), measure="leaks"),
        Advice(finding=finding("air.waste_unloaded", "machine 'Base 2'", "it runs unloaded for {hours} h a year",
                               "let it stop when it is not needed", hours="1900"),
               energy=around(59_000.0), machines=("Base 2",), measure="sequencing"),
    )  # fmt: skip
    fields: dict[str, Any] = {
        "station": "Hall 2 <air>", "start": np.datetime64("2026-03-01T23:00", "us"), "hours": hours,
        "zone": "Europe/Berlin", "convention": CONVENTIONS["iso_1217"],
        "coverage": 0.998, "weight": np.full(made["steps"], 365 / days),
        "day_types": DayTypes(names=("working day", "weekend"), dates=dates, label=np.where(work, 0, 1),
                              days=np.array([251.0, 114.0]), lower=np.array([248.0, 110.0]),
                              upper=np.array([255.0, 117.0])),
        "profile": Profile(power=profile[0], machines=np.zeros((2, 3, 24)), flow=profile[1], pressure=profile[2]),
        "machines": machines, "power": made["power"], "flow": made["flow"],
        "flow_deviation": np.full(made["steps"], 1.0), "pressure": made["pressure"], "flow_metered": True,
        "pressure_metered": True, "energy": around(ENERGY), "logged_energy": 126_000.0, "volume": around(9.1e6),
        "mean_pressure": 7.3,
        "leaks": Leaks(flow=around(8.9), share=around(0.19), pressure=7.2, basis="closed_hours", statement=statement,
                       others={"cycling": around(9.6, 0.2)}),
        "artificial": around(1.4), "specific_power": around(7.25), "limit": LIMIT, "limit_share": LIMIT / ENERGY,
        "dryer_unmetered": 0.0,
        "where": tuple(Part(code=code, energy=around(WHERE[code]), logged=WHERE[code] / 9) for code in PARTS),
        "advice": advice,
        "findings": (finding("air.gaps", "log.csv, machine 'Base 2'", "{count} intervals are missing",
                             "log without gaps", count=20),),
    }  # fmt: skip
    return Assessment(**{**fields, **said})


def _account(energy: float) -> Account:
    shares = {"use": 0.62, "artificial": 0.05, "leaks": 0.18, "unloaded": 0.11, "dryer": 0.04}
    return Account(
        energy=energy, fuel=0.0, money=0.15 * energy, carbon=0.4 * energy, peak=340.0, volume=7.4e6,
        least_energy=LIMIT, unmet=0.0, specific_power=energy / 7.4e6,
        by_machine={"Base 1": 0.5 * energy, "Base 2": 0.3 * energy, "Trim <3>": 0.16 * energy, "dryer": 0.04 * energy},
        parts={name: share * energy for name, share in shares.items()},
    )  # fmt: skip


def _saving(energy: float) -> Saving:
    return Saving(energy=energy, carbon=0.4 * energy, money=0.15 * energy, peak=energy / 20_000)


def _measured(name: str, kind: str, energy: float, investment: float, size: float, unit: str, **said: Any) -> Measured:
    def bounds(value: float) -> Interval:
        return Interval(value - 0.15 * abs(value), value + 0.15 * abs(value))

    return Measured(
        name=name, kind=kind, size=size, unit=unit, saving=_saving(energy), energy=bounds(energy),
        carbon=bounds(0.4 * energy), money=bounds(0.15 * energy), investment=investment,
        after=_account(ENERGY - energy), **said,
    )  # fmt: skip


SINGLES = (("Mend leaks", "leaks", 120_000.0, 6_000.0, 0.6, "share"),
           ("Lower pressure", "pressure", 62_000.0, 0.0, 0.8, "bar"),
           ("Trim by variable speed", "trim", 135_000.0, 85_000.0, 1.0, "machines"),
           ("Warmer intake", "intake", -4_000.0, 1_000.0, -3.0, "K"))  # fmt: skip
JOINT = 268_000.0  # kWh, of 313 000 singly


def studied(**said: Any) -> Studied:
    singles = tuple(_measured(*one) for one in SINGLES)
    sum_ = sum(one[2] for one in SINGLES)
    steps = (110_000.0, 58_000.0, 104_000.0, -4_000.0)  # add up to the joint saving
    names = [one[0] for one in SINGLES]
    fields: dict[str, Any] = {
        "station": "Hall 2 <air>", "currency": "EUR", "base": _account(ENERGY), "singles": singles,
        "joint": _measured("joint", "joint", JOINT, sum(one[3] for one in SINGLES), 1.0, ""),
        "interaction": _saving(sum_ - JOINT), "interaction_interval": Interval(30_000.0, 61_000.0),
        "waterfall": tuple(Attributed(name=n, saving=_saving(s)) for n, s in zip(names, steps, strict=True)),
        "fair": tuple(Attributed(name=n, saving=_saving(s)) for n, s in
                      zip(names, (112_000.0, 57_000.0, 103_000.0, -4_000.0), strict=True)),
        "draws": 200,
    }  # fmt: skip
    return Studied(**{**fields, **said})


def sequenced(hours: float = 1.0, days: int = 2) -> Sequenced:
    steps = round(24 * days / hours)
    clock = (np.arange(steps) * hours) % 24
    use = np.where((clock > 5) & (clock < 21), 34.0 + 5 * np.sin(clock), 10.0)
    flow = np.stack([np.minimum(use, 20.0), np.clip(use - 20.0 - 15.0, 0, 20), np.clip(use - 20.0, 0, 15)])
    return Sequenced(
        names=NAMES, hours=hours, start=np.datetime64("2026-03-02T23:00", "us"), use=use, on=flow > 0, flow=flow,
        power=6.2 * flow, rule_flow=flow, rule_power=6.9 * flow, pressure=np.full(steps, 7.1),
        rule_pressure=np.full(steps, 7.4), energy=float(6.2 * use.sum() * hours),
        rule_energy=float(6.9 * use.sum() * hours), money=1234.0, rule_money=1390.0, rule="cascade",
        starts=np.array([0, 4, 2]), rule_starts=np.array([0, 21, 2]), gap=0.004, curve_error=0.006, seconds=1.4,
    )  # fmt: skip


MACHINES = ("CH-1", "CH-2", "Heat pump", "Boiler")


def _operation(name: str, scale: float, steps: int = 48) -> Operation:
    at = np.arange(steps)
    cold = 900.0 + 500.0 * np.sin((at - 6) / 24 * 2 * np.pi)
    heat = 400.0 + 150.0 * np.cos(at / 24 * 2 * np.pi)
    zero = np.zeros(steps)
    out = np.where((at % 24 >= 12) & (at % 24 < 16), 150.0, 0.0)
    into = np.where((at % 24 >= 1) & (at % 24 < 5), 150.0, 0.0)
    need = cold - out + into
    made = np.stack([np.minimum(need, 700.0), np.clip(need - 1000.0, 0, None), np.clip(need - 700.0, 0, 300.0), zero])
    warm = np.stack([zero, zero, np.minimum(1.3 * made[2], heat), np.clip(heat - 1.3 * made[2], 0, None)])
    electricity = scale * np.stack([made[0] / 5.2, made[1] / 4.9, made[2] / 2.9, 0.01 * warm[3]])
    fuel = np.stack([zero, zero, zero, warm[3] / 0.92])
    power = electricity.sum(axis=0)
    kwh, fuel_kwh = float(power.sum()), float(fuel.sum())
    return Operation(
        name=name, machines=MACHINES, tanks=("Tank",), hours=1.0,
        load=np.stack([made[0], made[1], made[2], warm[3]]), cold=made, heat=warm, electricity=electricity, fuel=fuel,
        driving=np.zeros((4, steps)), rejected=np.zeros((4, steps)), water=np.zeros((4, steps)), tank_in=into[None],
        tank_out=out[None], level=600.0 + np.concatenate(([0.0], np.cumsum(into - out)))[None],
        unserved={"cold": zero, "heat": zero}, surplus={"cold": zero, "heat": zero}, power=power,
        limit=cold / 12.2 + heat / 40.0, emissions=0.4 * power, settings={},
        bill=Bill(energy=0.12 * kwh + 0.05 * fuel_kwh, demand=210.0, starts=20.0 * scale), kwh=kwh, fuel_kwh=fuel_kwh,
        kg=0.4 * kwh + 0.2 * fuel_kwh,
    )  # fmt: skip


def plant_plan(steps: int = 48, **said: Any) -> PlantPlan:
    at = np.arange(steps)
    run = _operation("plan", 1.0, steps)
    rules = (Replayed(rule="fewest", storage="clock", operation=_operation("fewest", 1.09, steps)),
             Replayed(rule="all_on", storage="idle", operation=_operation("all_on", 1.23, steps)))  # fmt: skip
    savings = tuple(
        PlantSaving(
            against=rule.rule, kwh=rule.operation.kwh - run.kwh, fuel_kwh=rule.operation.fuel_kwh - run.fuel_kwh,
            cost=rule.operation.bill.total - run.bill.total, kg=rule.operation.kg - run.kg,
            kwh_share=1 - run.kwh / rule.operation.kwh, cost_share=1 - run.bill.total / rule.operation.bill.total,
            cost_low=0.5 * (rule.operation.bill.total - run.bill.total),
            cost_high=1.5 * (rule.operation.bill.total - run.bill.total),
        )
        for rule in rules
    )  # fmt: skip
    fields: dict[str, Any] = {
        "currency": "EUR", "start": "2026-06-30T22:00:00",
        "cold": 900.0 + 500.0 * np.sin((at - 6) / 24 * 2 * np.pi), "heat": 400.0 + 150.0 * np.cos(at / 24 * 2 * np.pi),
        "price": 0.12 + 0.06 * ((at % 24 >= 7) & (at % 24 < 20)), "operation": run, "baselines": rules,
        "savings": savings, "objective": 4321.0, "before": 4335.0, "after": run.bill.total, "bound": 4310.0,
        "gap": 0.003,
        "approximation": tuple(Approximation(machine=name, segments=5, most=1.2, mean=0.4, most_share=0.008,
                                             mean_share=0.002) for name in MACHINES[:3]),
        "seconds": 3.2,
        "findings": (finding("plant.gap", "plan", "a gap of {share} is left", "allow more time", share="0.3 %"),),
    }  # fmt: skip
    return PlantPlan(**{**fields, **said})


def hour(step: int = 14) -> Hour:
    return Hour(
        step=step, cold=1380.0, heat=250.0, price=0.18, marginal=0.041,
        machines=(("CH-1", 700.0, 0.93, 134.6), ("Heat pump", 300.0, 0.75, 103.4)), tanks=(("Tank", -150.0, 450.0),),
        power=238.0, limit=119.0, cost=42.8,
        alternatives=(
            Alternative(what="with:CH-2", machine="CH-2", feasible=True, extra=3.1, extra_kw=17.0,
                        running=("CH-1", "CH-2", "Heat pump")),
            Alternative(what="storage_idle", machine="", feasible=True, extra=5.5, extra_kw=30.0,
                        running=("CH-1", "CH-2", "Heat pump")),
            Alternative(what="without:CH-1", machine="CH-1", feasible=False, extra=np.nan, extra_kw=np.nan,
                        running=("CH-2", "Heat pump")),
        ),
        reasons=("The tank gives 150 kW, which saves running CH-2.",),
    )  # fmt: skip
