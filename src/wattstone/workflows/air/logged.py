"""The log of a station, from a file or from meters of the workspace, in the units that the assessment takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.detection.air.log import AirLog, Calendar, DayProfile, log_of
from wattstone.equipment.air.free_air import ACTUAL_UNITS, PSI, convert, to_free_air
from wattstone.equipment.air.free_air import CONVENTIONS as REFERENCES
from wattstone.equipment.air.inlet import Inlet
from wattstone.readings.logs import Log, read_log
from wattstone.workflows.air.station_schema import CalendarTable, LogTable, StationTable
from wattstone.workflows.machinery.evidence import log_evidence
from wattstone.workflows.results import readings_evidence
from wattstone.workflows.series import floored, last_end, powers, step_of
from wattstone.workflows.workspace import Workspace

Floats = NDArray[np.float64]

__all__ = ["Logged", "logged"]

BAR = {"bar": 1.0, "kPa": 0.01, "MPa": 10.0, "psi": PSI}
KILOWATT = {"kW": 1.0, "W": 0.001, "MW": 1000.0}
AS_LOGGED = {
    "iso_1217": "iso_1217",
    "din_1343": "normal",
    "us_standard": "standard_us",
    "cagi_standard": "standard_us",
    "inlet": "inlet",
}
BACK = timedelta(days=366)  # of meters of the workspace, at most


@dataclass(frozen=True, kw_only=True, eq=False)
class Logged:
    """What was logged at a station.

    Parameters
    ----------
    log : AirLog
        In the units of the assessment.
    calendar : Calendar
        Of the site.
    day_types : tuple of DayProfile
        Where the file has them in place of a log.
    start, end : datetime
        Naive UTC.
    evidence : dict
        Of the file, or of the meters' readings.
    findings : tuple of Finding
        Warnings.
    """

    log: AirLog
    calendar: Calendar
    day_types: tuple[DayProfile, ...]
    start: datetime
    end: datetime
    evidence: Mapping[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    findings: tuple[Finding, ...] = ()


def logged(table: StationTable, folder: Path, workspace: Workspace | None = None) -> Logged:
    """Read what was logged at a station.

    Parameters
    ----------
    table : StationTable
        The station file.
    folder : Path
        To which the name of the log is relative.
    workspace : Workspace or None
        Where meters are read, if the file names meters.

    Returns
    -------
    Logged

    Raises
    ------
    InputRefused
        If the log cannot be read, or a meter is not there; with every finding.
    """
    calendar = _calendar(table.calendar, table.zone)
    machines = tuple(one.name for one in table.compressor)
    if table.log is None:
        profiles = tuple(_profile(table, index, machines) for index in range(len(table.day_type)))
        log = log_of(profiles, machines)
        first = log.start.astype("datetime64[us]").item()
        return Logged(
            log=log,
            calendar=calendar,
            day_types=profiles,
            start=first,
            end=first + len(profiles) * timedelta(days=1),
        )
    if table.log.meters:
        return _metered(table, table.log, machines, calendar, workspace)
    said = table.log
    read = read_log(folder / str(said.file), _columns(said), zone=said.zone or table.zone)
    return Logged(
        log=_air_log(read, said, machines, table.inlet.made()),
        calendar=calendar,
        day_types=(),
        start=read.start,
        end=read.end,
        evidence=log_evidence(read),
        findings=read.findings,
    )


def _columns(said: LogTable) -> tuple[str, ...]:
    single = (said.flow, said.pressure, said.dryer, said.production)
    named = (*said.power.values(), *said.current.values(), *said.loaded.values())
    return (*named, *(one for one in single if one is not None))


def _air_log(read: Log, said: LogTable, machines: tuple[str, ...], inlet: Inlet) -> AirLog:
    def rows(names: Mapping[str, str], factor: float = 1.0) -> Floats | None:
        if not names:
            return None
        gap = np.full(read.steps, np.nan)
        return np.stack([read.columns[names[one]] * factor if one in names else gap for one in machines])

    def single(name: str | None, factor: float = 1.0) -> Floats | None:
        return None if name is None else read.columns[name] * factor

    flow = single(said.flow, ACTUAL_UNITS[said.flow_unit])
    pressure = single(said.pressure, BAR[said.pressure_unit])
    if pressure is not None and said.pressure_absolute:
        pressure = pressure - inlet.pressure
    return AirLog(
        start=np.datetime64(read.start, "us"),
        hours=read.hours,
        machines=machines,
        power=rows(said.power, KILOWATT[said.power_unit]),
        current=rows(said.current),
        volts=said.volts,
        power_factor=said.power_factor,
        loaded=rows(said.loaded),
        flow=None if flow is None else _free(flow, said.flow_reference, inlet),
        pressure=pressure,
        dryer=single(said.dryer, KILOWATT[said.power_unit]),
        production=single(said.production),
        convention=AS_LOGGED[said.flow_reference],
    )


def _free(flow: Floats, reference: str, inlet: Inlet) -> Floats:
    """Free air of ISO 1217 in a flow that is stated at some reference. [m3 min-1]"""
    return to_free_air(flow, inlet) if reference == "inlet" else convert(flow, given=REFERENCES[reference])


def _metered(
    table: StationTable, said: LogTable, machines: tuple[str, ...], calendar: Calendar, workspace: Workspace | None
) -> Logged:
    if workspace is None:
        raise InputRefused([_no_workspace(table)])
    known = {one.id: one for one in workspace.records.meters()}
    named = {**said.power, **({"dryer": said.dryer} if said.dryer else {})}
    wrong = [_no_meter(table, meter, sorted(known)) for meter in named.values() if meter not in known]
    wrong += [_only_power(table)] if (said.current or said.loaded or said.flow or said.pressure) else []
    if wrong:
        raise InputRefused(wrong)
    meters = [known[meter] for meter in named.values()]
    last = last_end(workspace, meters)
    steps = step_of(workspace, meters)
    if last is None or not steps:
        raise InputRefused([_nothing_read(table)])
    step = timedelta(seconds=min(max(steps.values()), 3600))
    end = floored(last, step)
    found = powers(workspace, meters, start=floored(end - BACK, step), end=end, step=step).begun()
    places = {name: row for row, name in enumerate(named)}
    gap = np.full(found.values.shape[1], np.nan)
    power = np.stack([found.values[places[one]] if one in places else gap for one in machines])
    log = AirLog(
        start=np.datetime64(found.start, "us"),
        hours=step / timedelta(hours=1),
        machines=machines,
        power=power,
        dryer=found.values[places["dryer"]] if "dryer" in places else None,
    )
    return Logged(
        log=log,
        calendar=calendar,
        day_types=(),
        start=found.start,
        end=found.end,
        evidence=readings_evidence(workspace, meters, until=found.end),
    )


def _profile(table: StationTable, index: int, machines: tuple[str, ...]) -> DayProfile:
    one = table.day_type[index]
    return DayProfile(
        name=one.name,
        days=one.days,
        power=np.array([one.power_kw.get(name, (np.nan,) * 24) for name in machines]),
        flow=None if one.flow_m3_per_min is None else np.array(one.flow_m3_per_min),
        pressure=None if one.pressure_bar is None else np.array(one.pressure_bar),
    )


def _calendar(said: CalendarTable, zone: str) -> Calendar:
    holidays = set(said.holidays)
    if said.country is not None and said.year is not None:
        from wattstone.rates.calendars import library_calendar

        listed = library_calendar(said.country, [said.year])
        holidays |= set() if listed is None else set(listed.rest)
    return Calendar(
        zone=zone,
        holidays=tuple(sorted(holidays)),
        breaks=said.breaks,
        closed=tuple((day - 1, first, last) for day, first, last in said.closed),
        year=said.year,
    )


def _no_workspace(table: StationTable) -> Finding:
    return Finding(
        code="air.no_workspace",
        place=f"station '{table.id}', log",
        found="the powers are readings of meters of a workspace, and none is named",
        expected="the workspace with the readings",
        remedy="name it with --workspace",
    )


def _no_meter(table: StationTable, meter: str, known: list[str]) -> Finding:
    return Finding(
        code="air.no_meter",
        place=f"station '{table.id}', log",
        found="there is no meter '{meter}' in the workspace",
        expected="one of: {known}",
        remedy="correct the name; `wattstone meter` lists the meters",
        params={"meter": meter, "known": ", ".join(known[:20])},
    )


def _only_power(table: StationTable) -> Finding:
    return Finding(
        code="air.only_power",
        place=f"station '{table.id}', log",
        found="the workspace holds the energy of compressors; flow, pressure, current and states are asked for too",
        expected="with `meters = true`, `power` and `dryer` alone",
        remedy="write flow and pressure to a file and name it with `file`, or leave them out",
    )


def _nothing_read(table: StationTable) -> Finding:
    return Finding(
        code="air.nothing_read",
        place=f"station '{table.id}', log",
        found="its meters have no readings",
        expected="readings of the compressors' energy, every hour or more often",
        remedy="take readings in with `wattstone ingest`",
    )
