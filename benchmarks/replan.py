"""Plan thousands of sites again: forecasts, build, solve and check, beside bare HiGHS on the same programs.

A plan is a day of 15 min. Sites have PV, a battery, a vehicle and a shiftable load (768 columns, 194 rows); with
expected costs in the first hour there are 40 columns more. Load and PV are drawn from a seed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import numpy as np

from benchmarks.measuring import cpu_now, side
from benchmarks.tables import Row, Setting

SITES, SMALL = 5000, 40
STEPS, HOURS = 96, 0.25
WARM_DAYS = 8
LIMITS = {"all": 24.0, "warm": 5.0, "cold": 15.0}  # ms of CPU a site
RATIO = 1.5
START = datetime(2024, 6, 3)
SEED = 20240603


def _days(draw: np.random.Generator, sites: int, days: int) -> tuple[Any, Any]:
    """Load and PV of all sites. (sites, time) [kW]"""
    hour = np.arange(days * STEPS) * HOURS % 24
    shape = 20 + 10 * np.sin((hour - 9) / 24 * 2 * np.pi) + 6 * np.exp(-(((hour - 19) / 2) ** 2))
    load = shape * draw.uniform(0.5, 2, (sites, 1)) + draw.normal(0, 2, (sites, hour.size))
    sky = np.repeat(draw.uniform(0.3, 1, (sites, days)), STEPS, axis=1)
    sun = np.maximum(np.sin((hour - 6) / 12 * np.pi), 0) * draw.uniform(10, 60, (sites, 1)) * sky
    return np.maximum(load, 0.5), sun


def _site(draw: np.random.Generator, index: int) -> Any:
    from wattstone.dispatch.site import Battery, Charger, Grid, Pv, Shiftable, Site

    size = float(draw.uniform(20, 200))
    return Site(
        id=f"site {index}",
        grid=Grid(import_limit=200.0, export_limit=100.0),
        pv=(Pv(id="roof", capacity=80.0),),
        batteries=(Battery(id="pack", capacity=size, charge=size / 2, discharge=size / 2, reserve=0.1, wear=0.005),),
        chargers=(Charger(id="bay", power=11.0),),
        shiftables=(Shiftable(id="pump", power=5.0, energy=20.0),),
    )


def _case(draw: np.random.Generator, site: Any, load: Any, pv: Any, errors: Any) -> tuple[Any, Any, Any]:
    from wattstone.dispatch.outlook import Outlook, State, Task

    hour = np.arange(STEPS) * HOURS
    price = np.where((hour >= 16) & (hour < 20), 0.4, 0.2) + draw.uniform(0, 0.02)
    arrival = int(draw.integers(0, 40))
    tasks = (
        Task(
            device="bay",
            first=arrival,
            last=arrival + 40,
            energy=float(draw.uniform(5, 40)),
            power=11.0,
            efficiency=0.9,
        ),
        Task(device="pump", first=0, last=STEPS, energy=20.0, power=5.0),
    )
    outlook = Outlook(
        start=START,
        hours=HOURS,
        load=load,
        import_price=price,
        export_price=np.full(STEPS, 0.05),
        pv=pv[None],
        intensity=0.3 + 0.1 * np.cos(hour / 24 * 2 * np.pi),
        tasks=tasks,
        errors=errors,
    )
    battery = site.batteries[0]
    return site, outlook, State(soc=np.array([battery.capacity * draw.uniform(0.1, 1)]))


def _cases(count: int, *, hedged: bool) -> list[tuple[Any, Any, Any]]:
    from wattstone.dispatch.outlook import Errors

    draw = np.random.default_rng(SEED)
    load, pv = _days(draw, count, 1)
    spread = np.linspace(-4, 4, 11) * np.ones((4, 1))
    errors = Errors(spread, np.full(11, 1 / 11)) if hedged else None
    return [_case(draw, _site(draw, i), load[i], pv[i], errors) for i in range(count)]


def forecasts(count: int) -> Callable[[], dict[str, float]]:
    """Side: take in a step and say the next day, load and PV of all sites, after a week was seen. CPU ms a site."""
    from wattstone.forecasting import Spec, made

    draw = np.random.default_rng(SEED)
    batch = min(count, 1000)
    load, sun = _days(draw, batch, WARM_DAYS)
    kinds: tuple[Literal["load", "pv"], ...] = ("load", "pv")
    series = (load, sun)
    forecasters = [made(Spec(kind, batch, START, 15, hours=24)) for kind in kinds]
    for one, seen in zip(forecasters, series, strict=True):
        one.observe_all(seen[:, :-8])

    def run() -> dict[str, float]:
        rounds, began = max(1, count // batch), cpu_now()
        for turn in range(rounds):
            for one, seen in zip(forecasters, series, strict=True):
                one.observe(seen[:, -8 + turn % 8])
                one.forecast(STEPS)
        return {"cpu": 1e3 * (cpu_now() - began) / (rounds * batch)}

    return run


def planned(count: int, *options: str) -> Callable[[], dict[str, float]]:
    """Side: plan all sites, warm from one to the next or each with a new model."""
    from wattstone.dispatch.solve import Planner

    cases, cold = _cases(count, hedged="hedged" in options), "cold" in options
    Planner().plan(*cases[0])

    def run() -> dict[str, float]:
        planner, total, worst, optimal = Planner(), 0.0, 0.0, 0
        began = cpu_now()
        for site, outlook, state in cases:
            plan = (Planner() if cold else planner).plan(site, outlook, state)
            optimal += plan.mode == "optimal"
            worst = max(worst, abs(plan.objective - plan.costs.total) / max(abs(plan.objective), 1e-3))
            total += plan.objective
        used = cpu_now() - began
        return {"cpu": 1e3 * used / count, "worst": worst, "optimal": optimal / count, "total": total}

    return run


def solved(count: int, *options: str) -> Callable[[], dict[str, float]]:
    """Side: build and solve alone, without looking at what came in and what comes out."""
    from wattstone.dispatch.problem import problem
    from wattstone.dispatch.solve import Planner

    cases, cold = _cases(count, hedged=False), "cold" in options
    Planner().plan(*cases[0])

    def run() -> dict[str, float]:
        planner, total, began = Planner(), 0.0, cpu_now()
        for case in cases:
            total += (Planner() if cold else planner).solve(problem(*case)).objective
        return {"cpu": 1e3 * (cpu_now() - began) / count, "total": total}

    return run


def bare(count: int, *options: str) -> Callable[[], dict[str, float]]:
    """Side: HiGHS alone on the same programs, written down by hand for this kind of site."""
    cases, cold = _cases(count, hedged=False), "cold" in options
    matrix = _entries()
    _solved(_new(_numbers(*cases[0]), matrix))

    def run() -> dict[str, float]:
        total, highs, began = 0.0, None, cpu_now()
        for case in cases:
            numbers = _numbers(*case)
            if highs is None or cold:
                highs = _new(numbers, _entries() if cold else matrix)
            else:
                _changed(highs, numbers)
            total += _solved(highs)
        return {"cpu": 1e3 * (cpu_now() - began) / count, "total": total}

    return run


def _numbers(site: Any, outlook: Any, state: Any) -> tuple[Any, ...]:
    """Costs, bounds of columns and of rows. Columns: import, export, PV, charge, discharge, energy, vehicle, pump."""
    pack, vehicle, pump = site.batteries[0], *outlook.tasks
    even = np.ones(STEPS)
    tie = site.weights.ties
    kept = outlook.import_price.min() * pack.discharge_efficiency - 2 * tie * STEPS * HOURS
    left = np.append(np.zeros(STEPS - 1), -kept / HOURS)
    wear = pack.wear + tie * np.arange(STEPS) * HOURS
    parts = (outlook.import_price, -outlook.export_price, -tie * even, wear, wear, left, 0 * even, 0 * even)
    cost = np.concatenate(parts) * HOURS
    there = np.zeros(STEPS)
    there[vehicle.first : vehicle.last] = vehicle.power
    full = site.grid.import_limit * even
    limits = (full, site.grid.export_limit * even, outlook.pv[0], pack.charge * even, pack.discharge * even)
    upper = np.concatenate((*limits, pack.capacity * even, there, pump.power * even))
    lower = np.zeros(upper.size)
    lower[5 * STEPS : 6 * STEPS] = pack.floor
    stored = np.append(state.soc[0], np.zeros(STEPS - 1))
    rows = np.concatenate((outlook.load, stored, [vehicle.energy, pump.energy]))
    return cost, lower, upper, rows, rows


def _entries() -> Any:
    """The matrix, alike for all these sites."""
    from scipy import sparse

    one, none = sparse.identity(STEPS, format="csc"), sparse.csc_matrix((STEPS, STEPS))
    before = sparse.diags_array(-np.ones(STEPS - 1), offsets=-1, format="csc")
    line, nothing = np.ones((1, STEPS)) * HOURS, np.zeros((1, STEPS))
    return sparse.csc_matrix(
        sparse.vstack(
            (
                sparse.hstack((one, -one, one, -one, one, none, -one, -one)),
                sparse.hstack((none, none, none, -HOURS * 0.95 * one, HOURS / 0.95 * one, one + before, none, none)),
                sparse.csc_matrix(np.hstack((*[nothing] * 6, 0.9 * line, nothing))),
                sparse.csc_matrix(np.hstack((*[nothing] * 7, line))),
            )
        )
    )


def _new(numbers: tuple[Any, ...], matrix: Any) -> Any:
    import highspy

    highs: Any = highspy.Highs()
    size = numbers[0].size
    highs.silent()
    for name, value in (("threads", 1), ("presolve", "off"), ("solver", "simplex")):
        highs.setOptionValue(name, value)
    highs.passModel(
        size,
        numbers[3].size,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        *numbers,
        matrix.indptr[:-1],
        matrix.indices,
        matrix.data,
        np.zeros(size, dtype=np.int32),
    )
    return highs


def _changed(highs: Any, numbers: tuple[Any, ...]) -> None:
    cost, lower, upper, low, high = numbers
    columns, rows = np.arange(cost.size, dtype=np.int32), np.arange(low.size, dtype=np.int32)
    highs.changeColsCost(columns.size, columns, cost)
    highs.changeColsBounds(columns.size, columns, lower, upper)
    highs.changeRowsBounds(rows.size, rows, low, high)


def _solved(highs: Any) -> float:
    highs.run()
    np.array(highs.getSolution().col_value)
    return highs.getInfo().objective_function_value


def run(setting: Setting) -> list[Row]:
    """Rows of the table."""
    count = SMALL if setting.small else SITES
    few, repeat = max(count // 10, SMALL), 1 if setting.small else 2
    built = side("benchmarks.replan:solved", count, repeat=repeat).result
    built_cold = side("benchmarks.replan:solved", few, "cold", repeat=repeat).result
    warm = side("benchmarks.replan:planned", count, repeat=repeat).result
    hedged = side("benchmarks.replan:planned", count, "hedged", repeat=repeat).result
    cold = side("benchmarks.replan:planned", few, "cold", repeat=repeat).result
    alone = side("benchmarks.replan:bare", count, repeat=repeat).result
    alone_cold = side("benchmarks.replan:bare", few, "cold", repeat=repeat).result
    said = side("benchmarks.replan:forecasts", count).result
    whole = said["cpu"] + hedged["cpu"]
    off = max(abs(a["total"] / b["total"] - 1) for a, b in ((warm, alone), (cold, alone_cold)))
    worst = max(one["worst"] for one in (warm, hedged, cold))
    return [
        Row(
            "re-plan a site: forecasts of load and PV, plan with expected costs, check",
            f"{whole:.1f} ms CPU; {SITES} sites in {whole * SITES / 1000:.0f} core-s",
            limit=f"{LIMITS['all']:.0f} ms",
            kept=whole <= LIMITS["all"],
        ),
        Row("  forecasts of load and PV, 96 steps, 11 quantiles", f"{said['cpu']:.2f} ms CPU"),
        Row(
            "  plan with expected costs in the first hour, warm",
            f"{hedged['cpu']:.2f} ms CPU",
            limit=f"{LIMITS['warm']:.0f} ms",
            kept=hedged["cpu"] <= LIMITS["warm"],
        ),
        _row("  build and solve, warm from the site before", built, alone, "warm"),
        _row("  build and solve, new model", built_cold, alone_cold, "cold"),
        _row(
            "  plan: check of what comes in, build, solve, cost of the schedule, warm",
            warm,
            alone,
            "warm",
            judged=False,
        ),
        Row(
            "  objective against the cost of the schedule; against the program by hand",
            f"{worst:.0e}; {off:.0e} relative",
            limit="1e-06",
            kept=worst <= 1e-6 and off <= 1e-6,
        ),
    ]


def _row(what: str, one: dict[str, float], other: dict[str, float], kind: str, *, judged: bool = True) -> Row:
    ratio = one["cpu"] / other["cpu"]
    return Row(
        what,
        f"{one['cpu']:.2f} ms CPU",
        f"{other['cpu']:.2f} ms CPU",
        f"{ratio:.2f}",
        f"{LIMITS[kind]:.0f} ms" + (f", {RATIO} x" if judged else ""),
        one["cpu"] <= LIMITS[kind] and (ratio <= RATIO or not judged),
    )
