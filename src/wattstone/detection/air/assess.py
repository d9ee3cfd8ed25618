"""From logs to an assessment."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding, InputRefused
from wattstone.detection.air import days, leaks
from wattstone.detection.air.advice import Seen, advice
from wattstone.detection.air.cells import METERED, NAMEPLATE, Cells, cells
from wattstone.detection.air.checks import checked
from wattstone.detection.air.clock import Clock, clock
from wattstone.detection.air.curve import MachineCurve
from wattstone.detection.air.log import CONVENTIONS, AirLog, Calendar, DayProfile
from wattstone.detection.air.machines import machines
from wattstone.detection.air.parts import Split, split, waterfall
from wattstone.detection.air.result import UNKNOWN, Assessment, DayTypes, Estimate, Leaks, Profile
from wattstone.detection.air.running import ran
from wattstone.detection.air.sanity import beyond_physics, clock_finding, days_findings, fill_findings
from wattstone.detection.air.states import Running
from wattstone.detection.air.uncertain import Draws, draws, interval, share_interval
from wattstone.equipment.air import Station

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Read:
    """A log that was read."""

    station: Station
    log: AirLog
    clock: Clock
    types: DayTypes
    curves: Sequence[MachineCurve]
    runs: Sequence[Running]
    pressure: Floats
    cells: Cells


def assess(
    station: Station,
    log: AirLog,
    *,
    calendar: Calendar | None = None,
    profiles: Sequence[DayProfile] = (),
) -> Assessment:
    """Assess a compressed-air station from its logs, in the style of ISO 11011: where does each kWh go.

    Parameters
    ----------
    station : Station
        Its machines by nameplate, storage, dryer, set-point and the least pressure that is needed.
    log : AirLog
        Of `log_of(profiles, ...)` where a user brings day types.
    calendar : Calendar or None
        Zone, holidays, breaks, closed hours; UTC and nothing known where None.
    profiles : sequence of DayProfile
        Day types that a user brings, in the order of the log's days; found in the log where empty.

    Returns
    -------
    Assessment

    Raises
    ------
    InputRefused
        With every finding, if one of them would make the result wrong: a unit, a counter taken for power, no power.

    Notes
    -----
    Intervals are 90 %: of the days that were not logged, of the nameplates (5 %) or the flow meter (3 %), of the curve
    of a machine that cycles between half and twice its storage, and of use that is taken for a leak.
    """
    calendar = Calendar() if calendar is None else calendar
    log, found = checked(station, log, given=bool(profiles))
    if any(one.severity == "error" for one in found):
        raise InputRefused(found)
    read = _read(station, log, calendar, profiles)
    reference = _mean_pressure(read)
    rest, others = leaks.found(station, log, read.clock, calendar, read.cells, reference)
    leak = Estimate(station.leaks, station.leaks, station.leaks) if rest is None else rest.flow
    unknown = rest is None and not station.leaks > 0
    shares = split(station, read.cells, read.curves, leak.value, reference)
    drawn = draws(read.types, read.cells, leak)
    told = Leaks(
        flow=UNKNOWN if unknown else leak,
        share=UNKNOWN if unknown else _leak_share(read, shares, leak),
        pressure=reference,
        basis=rest.basis if rest is not None else "unknown" if unknown else "station",
        statement=leaks.statement(rest, f"station '{station.name}'", others, stated=not unknown),
        others=others,
    )
    warnings = (
        *found,
        *days_findings(read.clock.dates, read.types, calendar),
        *fill_findings(station, log),
        *clock_finding(log, read.cells),
        told.statement,
    )
    return _told(read, calendar, shares, drawn, told, warnings)


def _read(station: Station, log: AirLog, calendar: Calendar, profiles: Sequence[DayProfile]) -> _Read:
    assert log.power is not None
    local = clock(log.times(), "UTC" if profiles else calendar.zone)
    pressure = _pressure(station, log)
    curves, runs = ran(station, log, pressure)
    known = ~np.isnan(log.power).any(axis=0)
    daily = local.by_hour(np.where(known, log.power.sum(axis=0), np.nan))
    types = days.given(profiles, local.dates) if profiles else days.found(daily, local.dates, calendar)
    gathered = cells(station, log, local, types, curves, runs, pressure)
    return _Read(station, log, local, types, curves, runs, pressure, gathered)


def _pressure(station: Station, log: AirLog) -> Floats:
    """Header pressure; the middle of the band where none was logged, the usual one in gaps. [bar(g)]"""
    middle = station.pressure + station.band / 2
    if log.pressure is None or np.isnan(log.pressure).all():
        return np.full(log.steps, middle)
    return np.where(np.isnan(log.pressure), float(np.nanmedian(log.pressure)), log.pressure)


def _mean_pressure(read: _Read) -> float:
    weight = read.cells.made.sum(axis=0) * read.cells.weight
    total = float(weight.sum())
    known = np.where(np.isnan(read.cells.pressure), read.station.pressure, read.cells.pressure)
    return float((known * weight).sum()) / total if total > 0 else read.station.pressure


def _leak_share(read: _Read, shares: Split, leak: Estimate) -> Estimate:
    leaking = float((shares.leak * read.cells.weight).sum())
    total = float(((shares.network + _purged(read)) * read.cells.weight).sum())
    value = leaking / total if total > 0 else 0.0
    metered = read.log.flow is not None
    return share_interval(value, leak, metered=metered)


def _purged(read: _Read) -> Floats:
    made = read.cells.made.sum(axis=0)
    return np.where(read.cells.metered, read.cells.purge, np.minimum(read.cells.purge, made))


def _weight(read: _Read) -> Floats:
    """How many of each interval a year holds: (t,)."""
    assert read.log.power is not None
    each = np.divide(
        read.cells.weight, read.cells.known, out=np.zeros_like(read.cells.known), where=read.cells.known > 0
    )
    known = ~np.isnan(read.log.power).any(axis=0)
    return np.where(known, each[read.clock.day, read.clock.hour], 0.0)


def _told(
    read: _Read, calendar: Calendar, shares: Split, drawn: Draws, leak: Leaks, warnings: tuple[Finding, ...]
) -> Assessment:
    station, log, gathered = read.station, read.log, read.cells
    weight = _weight(read)
    energy = float((gathered.total * gathered.weight).sum())
    whole = interval(energy, drawn.of(gathered.total, gathered))
    air = shares.network + _purged(read)
    volume = float((air * gathered.weight).sum()) * 60
    relative = METERED if log.flow is not None else NAMEPLATE
    scale = 1 + relative * drawn.normal[:, 0]
    parts = waterfall(shares, gathered, drawn)
    each = machines(read.curves, read.runs, gathered, weight, log.hours, station.drop, read.pressure)
    limit = float((shares.limit * gathered.weight).sum())
    specific = energy / volume * 60 if volume > 0 else np.nan
    flow, deviation = _flow(read)
    on = float(gathered.weight[air > 0].sum())
    artificial = float((shares.artificial * gathered.weight).sum()) / on if on > 0 else 0.0
    seen = Seen(
        station=station,
        curves=read.curves,
        runs=read.runs,
        machines=each,
        cells=gathered,
        parts={one.code: one for one in parts},
        leaks=leak,
        network=shares.network,
        idle_days=_idle_days(read, calendar),
        pressure=leak.pressure,
        energy=energy,
    )
    assert log.power is not None
    dryer = 0.0 if log.dryer is None else np.nan_to_num(log.dryer)
    return Assessment(
        station=station.name,
        start=log.start,
        hours=log.hours,
        zone="UTC" if read.types.given else calendar.zone,
        convention=CONVENTIONS["iso_1217"],
        coverage=float((~np.isnan(log.power).any(axis=0)).mean()),
        weight=weight,
        day_types=read.types,
        profile=_profile(read, flow),
        machines=each,
        power=log.power.sum(axis=0) + dryer,
        flow=flow,
        flow_deviation=deviation,
        pressure=read.pressure,
        flow_metered=log.flow is not None,
        pressure_metered=log.pressure is not None,
        energy=whole,
        logged_energy=float((gathered.total * gathered.known).sum()),
        volume=interval(volume, drawn.of(air, gathered) * 60 * scale),
        mean_pressure=leak.pressure,
        leaks=leak,
        artificial=interval(artificial, artificial * np.maximum(scale + 0.3 * drawn.normal[:, 1], 0.0)),
        specific_power=Estimate(specific, specific / (1 + 1.645 * relative), specific * (1 + 1.645 * relative)),
        limit=limit,
        limit_share=limit / energy if energy > 0 else 0.0,
        dryer_unmetered=_unmetered_dryer(read),
        where=parts,
        advice=advice(seen),
        findings=(*warnings, *beyond_physics(station, specific, leak.pressure)),
    )


def _flow(read: _Read) -> tuple[Floats, Floats]:
    """Flow of the network, metered or by power, and its standard deviation: (t,) each."""
    made = np.zeros(read.log.steps)
    doubt = np.zeros(read.log.steps)
    for one, each in zip(read.curves, read.runs, strict=True):
        capacity = one.capacity_at(read.pressure + read.station.drop)
        made += capacity * each.load * each.on
        doubt += np.square(np.nan_to_num(capacity * each.doubt * each.on))
    deviation = np.sqrt(np.square(NAMEPLATE * made) + doubt)
    if read.log.flow is None:
        return made, deviation
    metered = ~np.isnan(read.log.flow)
    flow = np.where(metered, read.log.flow, made)
    return flow, np.where(metered, METERED * np.nan_to_num(read.log.flow), deviation)


def _profile(read: _Read, flow: Floats) -> Profile:
    count = len(read.types.days)
    hourly = [*read.cells.power, read.cells.total, read.cells.network, read.cells.pressure]
    means = np.full((len(hourly), count, 24), np.nan)
    for kind in range(count):
        rows = read.types.label == kind
        share = read.cells.known[rows]
        whole = share.sum(axis=0)
        for at, values in enumerate(hourly):
            total = (np.nan_to_num(values[rows]) * share).sum(axis=0)
            means[at, kind] = np.divide(total, whole, out=np.full(24, np.nan), where=whole > 0)
    machine = means[: len(read.curves)].transpose(1, 0, 2)
    return Profile(power=means[-3], machines=machine, flow=means[-2], pressure=means[-1])


def _idle_days(read: _Read, calendar: Calendar) -> npt.NDArray[np.bool_]:
    """Hours without production: those named or logged as such, else days off of the calendar."""
    shut = leaks.closed(read.log, read.clock, calendar)
    kind = days.classes(read.clock.dates, calendar)
    if read.types.given:
        kind = np.zeros_like(kind)
    off = np.repeat((kind >= 1)[:, None], 24, axis=1)
    return off if shut is None else off | shut


def _unmetered_dryer(read: _Read) -> float:
    """What the dryers take a year by their nameplate, where they are not metered. [kWh]"""
    if read.log.dryer is not None or read.station.dryer is None:
        return 0.0
    on = float((read.cells.on.max(axis=0, initial=0.0) * read.cells.weight).sum())
    return read.station.dryer.power * on
