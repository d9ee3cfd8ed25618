"""How well stations are assessed from their logs: leak, unloaded hours and energy, against simulated truth.

Forty simulated stations (`air_made`) of three weeks at 2 s, of which the first week is logged: at 10 s, 1 min and
15 min, with and without a flow meter, with noise and gaps. The peer is what a spreadsheet does: a machine above half of
its nameplate is loaded, one above a twentieth is unloaded, and the leak is the lowest hour over the mean.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.air_made import STEP, Made, made, sampled
from benchmarks.measuring import cpu_now
from benchmarks.tables import Row, Setting
from wattstone.detection.air.assess import assess
from wattstone.detection.air.log import AirLog, Calendar
from wattstone.detection.air.result import Assessment, State

Floats = npt.NDArray[np.float64]

SEEDS, WEEKS = 40, 3
SAMPLINGS = (10.0, 60.0, 900.0)
WEEK = 7 * 86400.0  # s
START = np.datetime64("2024-01-01", "us")
YEAR = 366  # d, of 2024
CLASSES = np.array([262.0, 52.0, 52.0])  # weekdays, Saturdays, Sundays of 2024
SPEED = 30.0  # CPU-s for a year of minutes of eight machines


@dataclass(frozen=True)
class Tried:
    """What one log gave, by ours and by the peer, against truth; energies as shares of all."""

    leak: tuple[float, float, float]
    unloaded: tuple[float, float, float]
    unloaded_energy: tuple[float, float, float]
    leak_energy: tuple[float, float]
    held: tuple[bool, bool, bool, bool]
    widths: tuple[float, float]


def logged(one: Made, seconds: float, *, metered: bool, seed: int) -> AirLog:
    """The first week as a logger has it: noise of 1 %, an offset of the flow meter of 2 %, gaps."""
    random = np.random.default_rng(1000 + seed)
    steps = round(WEEK / STEP)
    power = sampled(one.power[:, :steps], seconds)
    power = power * (1 + random.normal(0, 0.01, power.shape)) * (1 + random.normal(0, 0.005, (len(power), 1)))
    pressure = sampled(one.pressure[:steps], seconds)
    pressure = pressure + random.normal(0, 0.015, pressure.shape) + random.normal(0, 0.03)
    flow = sampled(one.flow[:steps], seconds)
    flow = flow * (1 + random.normal(0, 0.01, flow.shape)) * (1 + random.normal(0, 0.02))
    for _ in range(3):
        first = int(random.integers(0, power.shape[1]))
        power[:, first : first + max(1, int(random.uniform(0.2, 3) * 3600 / seconds))] = np.nan
    return AirLog(
        start=START,
        hours=seconds / 3600,
        machines=tuple(each.name for each in one.station.compressors),
        power=power,
        pressure=pressure,
        flow=flow if metered else None,
    )


def naive(one: Made, log: AirLog) -> tuple[float, float, float]:
    """Leak share, unloaded hours and unloaded kWh of a week by thresholds and the lowest hour."""
    assert log.power is not None
    rated = np.array([each.power for each in one.station.compressors])[:, None]
    most = np.array([each.flow for each in one.station.compressors])[:, None]
    known = ~np.isnan(log.power)
    loaded = known & (log.power > 0.5 * rated)
    unloaded = known & ~loaded & (log.power > 0.05 * rated)
    flow = (loaded * most).sum(axis=0) if log.flow is None else log.flow
    per = round(1 / log.hours)
    hourly = flow[: flow.size // per * per].reshape(-1, per).mean(axis=1)
    return (
        float(hourly[hourly > 0].min() / hourly.mean()),
        float(unloaded.sum() * log.hours),
        float(log.power[unloaded].sum() * log.hours),
    )


def tried(one: Made, log: AirLog) -> Tried:
    """One log, assessed."""
    told = assess(one.station, log, calendar=Calendar(year=2024))
    week = _first_week(one)
    share = {part.code: part for part in told.where}
    by_peer = naive(one, log)
    to_week = told.logged_energy / told.energy.value if told.energy.value else 0.0
    known = told.coverage
    hours = sum(each.hours[State.UNLOADED] for each in told.machines) * 7 / YEAR
    true_hours = float(week.unloaded_hours.sum())
    true_year = _year(one)
    idle = share["unloaded"].energy.times(to_week / known)
    leaks = share["leaks"].energy.times(to_week / known)
    return Tried(
        leak=(told.leaks.share.value, by_peer[0], week.leak_share),
        unloaded=(hours, by_peer[1] / known, true_hours),
        unloaded_energy=(
            share["unloaded"].logged / known / week.energy,
            by_peer[2] / known / week.energy,
            week.unloaded_energy / week.energy,
        ),
        leak_energy=(share["leaks"].logged / known / week.energy, week.leak_energy / week.energy),
        held=(
            told.leaks.share.lower <= week.leak_share <= told.leaks.share.upper,
            told.energy.lower <= true_year <= told.energy.upper,
            idle.lower <= week.unloaded_energy <= idle.upper,
            leaks.lower <= week.leak_energy <= leaks.upper,
        ),
        widths=(
            (told.leaks.share.upper - told.leaks.share.lower) / max(told.leaks.share.value, 1e-9),
            (told.energy.upper - told.energy.lower) / told.energy.value,
        ),
    )


def _first_week(one: Made) -> Made:
    steps = round(WEEK / STEP)
    return Made(
        station=one.station,
        power=one.power[:, :steps],
        loaded=one.loaded[:, :steps],
        turning=one.turning[:, :steps],
        flow=one.flow[:steps],
        pressure=one.pressure[:steps],
        leak=one.leak[:steps],
        production=one.production[:steps],
        worth=one.worth,
    )


def _year(one: Made) -> float:
    """Energy of a year by the mean day of each class in all weeks. [kWh]"""
    per = round(86400 / STEP)
    daily = one.power.sum(axis=0).reshape(-1, per).sum(axis=1) * STEP / 3600
    kind = np.array([0, 0, 0, 0, 0, 1, 2] * WEEKS)
    return float(sum(CLASSES[at] * daily[kind == at].mean() for at in range(3)))


def run(setting: Setting) -> Iterator[Row]:
    """Errors by sampling and meter, then speed."""
    seeds = 2 if setting.small else SEEDS
    ways = [(seconds, metered) for seconds in SAMPLINGS for metered in (False, True)]
    results: dict[tuple[float, bool], list[Tried]] = {way: [] for way in ways}
    for seed in range(seeds):
        one = made(seed, days=7 * WEEKS)
        for seconds, metered in ways:
            results[seconds, metered].append(tried(one, logged(one, seconds, metered=metered, seed=seed)))
    for (seconds, metered), found in results.items():
        yield from _rows(f"{seconds:g} s, {'flow metered' if metered else 'power alone'}", found)
    yield _speed(setting)


def _rows(name: str, found: list[Tried]) -> Iterator[Row]:
    leak = np.array([one.leak for one in found])
    hours = np.array([one.unloaded for one in found])
    energy = np.array([one.unloaded_energy for one in found])
    split = np.array([one.leak_energy for one in found])
    held = np.array([one.held for one in found]).mean(axis=0)
    width = np.median([one.widths for one in found], axis=0)
    yield _row(f"leak share, {name}", leak, "pp", 100)
    yield _row(f"- unloaded hours of a week (mean {hours[:, 2].mean():.0f} h)", hours, "h", 1)
    yield _row(f"- unloaded energy (mean {energy[:, 2].mean():.1%} of all)", energy, "pp", 100)
    wrong = np.abs(split[:, 0] - split[:, 1]) * 100
    yield Row(f"- leak energy (mean {split[:, 1].mean():.1%} of all)", f"{np.median(wrong):.1f} pp")
    yield Row(
        "- 90 % intervals that hold the truth: leak share, year, unloaded, leak energy",
        ", ".join(f"{one:.0%}" for one in held),
        bare=f"median width {width[0]:.0%}, {width[1]:.0%}",
    )


def _row(what: str, values: Floats, unit: str, factor: float) -> Row:
    """Median absolute errors, ours and the peer's."""
    ours, peer = (np.abs(values[:, at] - values[:, 2]) * factor for at in (0, 1))
    return Row(
        what,
        f"{np.median(ours):.2f} {unit} (bias {np.mean(values[:, 0] - values[:, 2]) * factor:+.2f})",
        bare=f"{np.median(peer):.2f} {unit}",
        ratio=f"{np.median(ours) / np.median(peer):.2f}" if np.median(peer) > 0 else "",
    )


def _speed(setting: Setting) -> Row:
    """A year of minutes of eight machines."""
    one = made(1, days=7, variable=True)
    weeks, copies = (2, 3) if setting.small else (52, 3)
    log = logged(one, 60.0, metered=True, seed=1)
    from dataclasses import replace

    assert log.power is not None
    assert log.pressure is not None
    assert log.flow is not None
    names = [each.name for each in one.station.compressors]
    machines = tuple(
        replace(each, name=f"{each.name}.{copy}") for copy in range(copies) for each in one.station.compressors
    )[:8]
    station = replace(one.station, compressors=machines)
    rows = [names.index(each.name.split(".")[0]) for each in machines]
    year = AirLog(
        start=START,
        hours=log.hours,
        machines=tuple(each.name for each in machines),
        power=np.tile(log.power[rows], weeks),
        pressure=np.tile(log.pressure, weeks),
        flow=np.tile(log.flow * len(rows) / len(names), weeks),
    )
    began = cpu_now()
    told: Assessment = assess(station, year, calendar=Calendar(zone="Asia/Shanghai", year=2024))
    took = cpu_now() - began
    return Row(
        f"a year of minutes of {len(machines)} machines ({year.steps * len(machines) / 1e6:.1f} M readings)",
        f"{took:.1f} CPU-s",
        limit=f"≤ {SPEED:.0f} CPU-s",
        kept=None if setting.small else took <= SPEED and len(told.machines) == len(machines),
    )
