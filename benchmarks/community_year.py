"""A simulated residential compound for a year at 15 min: no control, PV alone, rules, plans, perfect foresight.

Loads, weather, water, vehicles and the hours of the grid's emissions are simulated; nothing was measured. Tariff and
prices are a scenario. `docs/case-community.md` tells what comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.causal import AGREES, Foresight, Learnt, agreement, looking
from benchmarks.measuring import cpu_now
from benchmarks.tables import Row, Setting
from wattstone.dispatch.backtest import Backtest, Forecaster, backtest, perfect
from wattstone.dispatch.outlook import Outlook, State, Task
from wattstone.dispatch.rules import Rule, by_rule
from wattstone.dispatch.site import Site
from wattstone.dispatch.site_file import SiteFile, read_site
from wattstone.simulation.estate import blueprint
from wattstone.simulation.loads import Setting as Use
from wattstone.simulation.loads import power
from wattstone.simulation.plan import Plan as Simulation
from wattstone.simulation.plan import stream
from wattstone.simulation.world import World, world

Floats = NDArray[np.float64]

INDEX, YEAR, DAY, HOURS = 12, 2022, 96, 0.25  # the compound's number in the simulated portfolio; steps of a day
LEARNT_DAYS = 56
SMALL_DAYS = 5
PV_KWP = 60.0
HOUSEHOLDS = 200
FACTOR = "cn_mee_2022_shanghai"  # the yearly mean of the hourly factors
RATES = ((0, 0.38), (6, 0.72), (8, 1.12), (11, 0.72), (18, 1.12), (21, 0.72), (22, 0.38))  # CNY/kWh from these hours
EXPORT_RATE = 0.35  # CNY/kWh
CHARGERS, CHARGER_KW, CHARGER_EFFICIENCY = 6, 7.0, 0.9
LEVEL = 0.9  # quantile of the net load that peaks are planned for
UNSURE, EVERY = 4, 4  # steps with a spread; steps between plans
NAMES = (
    "no control, no PV",
    "PV alone",
    "PV, battery by rule: self-consumption",
    "PV, battery by rule: clock on the tariff",
    "plan, own forecasts",
    "plan, the next 24 h known",
    "perfect foresight",
)

SITE = f"""
id = "sim-compound"
zone = "Asia/Shanghai"
currency = "CNY"
step_minutes = 15
[grid]
demand_charge = 40
[tariff]
import_rate = 0.72
[weights]
carbon_price = 0.1
[[pv]]
id = "roofs"
capacity_kw = {PV_KWP}
[[battery]]
id = "pack"
capacity_kwh = 100
power_kw = 50
reserve = 0.1
wear_cost = 0.05
{
    "".join(
        f'''
[[charger]]
id = "bay {bay}"
power_kw = {CHARGER_KW}
efficiency = {CHARGER_EFFICIENCY}
'''
        for bay in range(CHARGERS)
    )
}
[[lighting]]
id = "garden lights"
power_kw = 8
hours = [["18:00", "22:30"]]
least = 0.8
comfort = 1.0
[[pump]]
id = "water pump"
power_kw = 7.5
volume_m3 = 60
flow_m3_per_h = 24
low = 0.4
lowest = 0.2
comfort = 5
use_m3_per_h = [3, 2, 2, 2, 3, 5, 9, 13, 11, 8, 7, 7, 8, 7, 6, 6, 7, 9, 12, 13, 12, 10, 7, 4]
[[fan]]
id = "garage fan"
power_kw = 11
volume_m3 = 20000
flow_m3_per_h = 60000
bound_mg_per_m3 = 40.1
target = 0.8
leakage_m3_per_h = 4000
comfort = 5
emission_g_per_h = [20, 10, 10, 10, 10, 40, 200, 600, 700, 300, 150, 150, 200, 150, 150, 200, 350, 600, 700, 500, 300, 200, 100, 50]
[[room]]
id = "clubhouse"
mode = "cooling"
power_kw = 10
resistance_k_per_kw = 0.9
capacity_kwh_per_k = 6
cop = 3.2
low_degc = -40
high_degc = 26
comfort = 2
gains_kw = [1, 1, 1, 1, 1, 1, 2, 4, 6, 6, 6, 6, 6, 6, 6, 6, 6, 8, 8, 8, 8, 6, 2, 1]
"""  # noqa: E501


@dataclass(frozen=True, eq=False)
class Case:
    """The simulated compound: its site, its year, and what was before."""

    file: SiteFile
    truth: Outlook
    learnt: Learnt

    @property
    def site(self) -> Site:
        """As the planner takes it."""
        return self.file.site

    def state(self, site: Site) -> State:
        """At the start: batteries half full, the tank at three quarters, clean air, a room at 20 degC."""
        return State(soc=np.array([0.5 * one.capacity for one in site.batteries]), buffers=np.array([45.0, 5.0, 20.0]))


def simulated(folder: Path, *, days: int | None = None, seed: int = 1, learnt: int = LEARNT_DAYS) -> Case:
    """Simulate the compound.

    Parameters
    ----------
    folder : Path
        Where the site file is written.
    days : int or None
        Of the year, from its first; all where None.
    seed : int
        Of the simulation.
    learnt : int
        Days before the year from which forecasts are learnt.
    """
    path = folder / "sim-compound.toml"
    path.write_text(SITE, encoding="utf-8")
    file = read_site(path)
    plan = Simulation(sites=INDEX + 1, year=YEAR, seed=seed, faults=False, retrofit=False)
    everything = world(plan)
    load, pv, outdoor = _loads(everything)
    intensity = _intensity(plan, everything)
    first = plan.step_of(plan.reported.start)
    steps = (load.size - first) if days is None else days * DAY
    cut, before = slice(first, first + steps), slice(first - learnt * DAY, first)
    start = plan.reported.start
    clock = np.tile(np.repeat(_rates(), 4), steps // DAY)
    truth = file.outlook(
        start,
        load[cut],
        pv=pv[None, cut],
        outdoor=outdoor[cut],
        tasks=_sessions(plan, steps // DAY),
        intensity=intensity[cut],
    )
    truth = replace(truth, import_price=clock, export_price=np.full(steps, EXPORT_RATE))
    seen = Learnt(
        start=start - timedelta(days=learnt),
        minutes=15,
        zone=file.site.zone,
        load=load[before],
        pv=pv[None, before],
        intensity=intensity[before],
        pv_most=np.array([PV_KWP]),
        drift=file.drift(start - timedelta(days=learnt), learnt * DAY, outdoor[before]),
    )
    return Case(file, truth, seen)


def _loads(everything: World) -> tuple[Floats, Floats, Floats]:
    """Load that nobody moves, PV [kW], outdoor temperature [degC]; (t,) over all years of the plan."""
    found = blueprint(everything.plan, INDEX)
    built = replace(found, households=HOUSEHOLDS, roof=found.roof * HOUSEHOLDS / found.households)
    # The clubhouse's cooling is a device of its own here, so its share of the simulated rest is left out.
    air = everything.weather(built.city)
    cool = {built.city.name: replace(air, temperature=np.minimum(air.temperature, 24))}
    bare = replace(built, uses=("landscape-lighting", "lifts-pumps"))
    uses = [power(Use(everything, built), one) for one in ("garage-lighting", "lifts-pumps")]
    rest = power(Use(replace(everything, stations=cool), bare), "rest")
    sun = power(Use(everything, built), "solar") * PV_KWP / (built.roof * 0.35 * 0.2)
    return sum(uses, rest).reshape(-1), sun.reshape(-1), air.temperature.reshape(-1)


def _intensity(plan: Simulation, everything: World) -> Floats:
    """Simulated hourly factors: the published mean of a year, lower at noon, higher in the evening; days differ."""
    from wattstone.rates import load_factors

    mean = load_factors()[FACTOR].value
    hour = everything.timeline.hour
    shape = 1 - 0.18 * np.exp(-(((hour - 12.5) / 2.5) ** 2)) + 0.12 * np.exp(-(((hour - 19.5) / 2) ** 2))
    noise = stream(plan, "intensity").normal(0, 0.06, everything.timeline.shape[0])
    level = shape[None, :] * (1 + noise[:, None])
    return np.repeat((mean * level / level.mean()).reshape(-1, 4).mean(axis=1), 4)


def _rates() -> Floats:
    """CNY/kWh by hour of the local day."""
    hours = np.array([hour for hour, _ in RATES])
    return np.array([rate for _, rate in RATES])[np.searchsorted(hours, np.arange(24), side="right") - 1]


def _sessions(plan: Simulation, days: int) -> tuple[Task, ...]:
    """Simulated vehicles: most come in the evening and leave in the morning, some come by day."""
    draw, tasks = stream(plan, "sessions"), list[Task]()
    for bay in range(CHARGERS):
        for day in range(days):
            evening, noon = draw.random() < 0.75, draw.random() < 0.3
            for there, come, leave, mean in ((noon, 10.0, 15.5, 8.0), (evening, 18.7, 31.8, 11.0)):
                first = day * DAY + round(4 * float(np.clip(draw.normal(come, 0.8), come - 2, come + 2)))
                last = day * DAY + round(4 * float(np.clip(draw.normal(leave, 0.7), leave - 1, leave + 1)))
                energy = float(np.clip(draw.lognormal(np.log(mean), 0.4), 2, 30))
                if there and last < days * DAY:
                    name = f"simulated {bay}-{day}-{round(come)}"
                    tasks.append(
                        Task(
                            device=f"bay {bay}",
                            first=first,
                            last=last,
                            energy=energy,
                            power=CHARGER_KW,
                            efficiency=CHARGER_EFFICIENCY,
                            name=name,
                        )
                    )
    return tuple(tasks)


def ways(
    case: Case, *, every: int = EVERY, level: float = LEVEL, say: Callable[[str], None] = lambda _: None
) -> tuple[list[Backtest], dict[str, float]]:
    """All ways of running the compound, and the CPU seconds of each."""
    full, truth = case.site, case.truth
    bare, alone = replace(full, pv=(), batteries=()), replace(full, batteries=())
    dark = replace(truth, pv=np.zeros((0, truth.steps)))
    results: list[Backtest] = []
    spent: dict[str, float] = {}

    def rule(site: Site, seen: Outlook, how: Rule) -> Backtest:
        return by_rule(site, seen, how, initial=case.state(site), day=DAY)

    def plans(forecast: Forecaster) -> Backtest:
        return backtest(full, truth, forecast, initial=case.state(full), horizon=DAY, every=every)

    own = Foresight(case.learnt, horizon=DAY, unsure=UNSURE, level=level)
    runs: dict[str, Callable[[], Backtest]] = {
        NAMES[0]: lambda: rule(bare, dark, "none"),
        NAMES[1]: lambda: rule(alone, truth, "none"),
        NAMES[2]: lambda: rule(full, truth, "self_consumption"),
        NAMES[3]: lambda: rule(full, truth, "clock"),
        NAMES[4]: lambda: plans(own),
        NAMES[5]: lambda: plans(looking(truth)),
        NAMES[6]: lambda: perfect(full, truth, initial=case.state(full), margin=DAY),
    }
    for name, one in runs.items():
        began = cpu_now()
        result = replace(one(), name=name)
        results.append(result)
        spent[name] = cpu_now() - began
        say(f"{name}: {spent[name]:.0f} CPU-s, {result.totals()['cost']:,.0f}")
    return results, spent


def run(setting: Setting) -> list[Row]:
    """Rows of the table."""
    case = (
        simulated(setting.scratch, days=SMALL_DAYS, learnt=SMALL_DAYS) if setting.small else simulated(setting.scratch)
    )
    results, spent = ways(case, say=setting.say)
    return rows(results, spent)


def rows(results: list[Backtest], spent: dict[str, float]) -> list[Row]:
    """A row for each way, what the plans added over PV alone, and the agreement of objective and cost."""
    found: list[Row] = []
    for one in results:
        sums = one.totals()
        found.append(
            Row(
                f"simulated compound, {one.name}",
                f"bill {sums['energy'] + sums['demand']:,.0f} CNY, {sums['carbon'] / 1000:,.1f} t CO2e, "
                f"self-consumption {100 * sums['self_consumption']:.0f} %, peak {sums['peak']:.0f} kW; "
                f"{spent[one.name]:.0f} CPU-s",
            )
        )
    worst = agreement(results)
    found.append(
        Row("  objective against the cost of the plan", f"{worst:.0e} relative", limit="1e-06", kept=worst <= AGREES)
    )
    added = gains(results)
    found.append(
        Row(
            "  what plans added over PV alone",
            f"bill {added['bill']:,.0f} CNY, {added['carbon'] / 1000:,.1f} t CO2e; {added['gap']:,.0f} CNY are left to "
            f"perfect foresight: {added['error']:,.0f} forecast error, {added['month']:,.0f} the rest of the month",
        )
    )
    return found


def bill(one: Backtest) -> float:
    """What the utility is paid: energy and monthly peaks. [CNY]"""
    sums = one.totals()
    return sums["energy"] + sums["demand"]


def gains(results: list[Backtest]) -> dict[str, float]:
    """What plans added over PV alone, what is left to perfect foresight, and what forecast error is of that.

    Returns
    -------
    dict of str to float
        `bill`, `gap` and its two parts [CNY], `carbon` [kg CO2e]. `error` is what the same plans save with the next
        24 h known, `month` what they then still miss: the rest of the month.
    """
    way = {one.name: one for one in results}
    alone, own, known, best = (way[NAMES[number]] for number in (1, 4, 5, 6))
    return {
        "bill": bill(alone) - bill(own),
        "carbon": float(alone.totals()["carbon"] - own.totals()["carbon"]),
        "gap": bill(own) - bill(best),
        "error": bill(own) - bill(known),
        "month": bill(known) - bill(best),
    }
