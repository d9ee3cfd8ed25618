"""The assessment of a station: its file, its log, what was found, and the figures that say it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

from wattstone.base import Figure, Finding, InputRefused, Period
from wattstone.detection.air.assess import assess
from wattstone.detection.air.result import Assessment, Estimate
from wattstone.equipment.air import station as stations
from wattstone.equipment.air.station import Station
from wattstone.workflows.air.logged import Logged, logged
from wattstone.workflows.air.remedies import header_findings, refuse_doubtful, told
from wattstone.workflows.air.station_schema import StationTable
from wattstone.workflows.machinery.energy import Energy, accepted, energy_of
from wattstone.workflows.machinery.evidence import Rests, Said, figures_of, file_evidence, kept
from wattstone.workflows.machinery.files import read_table
from wattstone.workflows.workspace import Workspace

__all__ = ["PAGE", "Assessed", "Read", "assess_station", "read_station", "rests_of"]

PAGE = "docs/how-to/air.md"
METHOD = "air.assessment/1"


@dataclass(frozen=True, kw_only=True, eq=False)
class Read:
    """A station as its file declares it, with its log.

    Parameters
    ----------
    path : Path
        The station file.
    table : StationTable
        As declared.
    station : Station
        As the physics takes it; without leaks where the file has none.
    energy : Energy
        Prices and carbon.
    log : Logged
        What was logged.
    findings : tuple of Finding
        Warnings of all of it.
    """

    path: Path
    table: StationTable
    station: Station
    energy: Energy
    log: Logged
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Assessed:
    """What was found at a station.

    Parameters
    ----------
    read : Read
        The station, its file and its log.
    assessment : Assessment
        What was found.
    figures : tuple of Figure
        That say it.
    run : int or None
        Number of the run in the lake, where there is one.
    findings : tuple of Finding
        Of the file, the log and the assessment.
    """

    read: Read
    assessment: Assessment
    figures: tuple[Figure, ...]
    run: int | None
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Any]:
        """The assessment for machines; keys are stable."""
        one = self.assessment
        return {
            "station": self.read.table.id,
            "start": f"{self.read.log.start.isoformat()}Z",
            "end": f"{self.read.log.end.isoformat()}Z",
            "coverage": one.coverage,
            "convention": one.convention,
            "energy": _estimate(one.energy),
            "volume": _estimate(one.volume),
            "specific_power": _estimate(one.specific_power),
            "limit": one.limit,
            "limit_share": one.limit_share,
            "leaks": {
                "flow": _estimate(one.leaks.flow),
                "share": _estimate(one.leaks.share),
                "pressure": one.leaks.pressure,
                "basis": one.leaks.basis,
                "statement": one.leaks.statement.text(),
            },
            "artificial": _estimate(one.artificial),
            "where": {part.code: _estimate(part.energy) for part in one.where},
            "machines": [
                {
                    "name": machine.name,
                    "full_power": machine.full_power,
                    "idle_power": machine.idle_power,
                    "hours": {state.name.lower(): hours for state, hours in machine.hours.items()},
                    "energy": {state.name.lower(): kwh for state, kwh in machine.energy.items()},
                    "specific_power": _estimate(machine.specific_power),
                    "rated_specific_power": machine.rated_specific_power,
                    "regulation": machine.regulation,
                    "isothermal": machine.isothermal,
                }
                for machine in one.machines
            ],
            "day_types": [
                {"name": name, "days": days}
                for name, days in zip(one.day_types.names, one.day_types.days.tolist(), strict=True)
            ],
            "advice": [
                {**said.finding.as_dict(), "energy": _estimate(said.energy), "measure": said.measure}
                for said in one.advice
            ],
            "figures": [{"id": figure.id, "name": figure.name} for figure in self.figures],
            "findings": [finding.as_dict() for finding in self.findings],
            "run": self.run,
        }


def _estimate(one: Estimate) -> dict[str, float]:
    return {"value": one.value, "lower": one.lower, "upper": one.upper}


def read_station(path: Path, workspace: Workspace | None = None) -> Read:
    """Read a station file, and the log that it names.

    Parameters
    ----------
    path : Path
        The station file; other files are named relative to it.
    workspace : Workspace or None
        For meters.

    Returns
    -------
    Read

    Raises
    ------
    InputRefused
        With every finding of file, machines, prices and log.
    """
    table = read_table(path, StationTable, code="air.file", page=PAGE)
    station = table.made()
    noted = [*header_findings(station, path.name)] or [*stations.findings(station)]
    wrong = [one for one in told(noted) if one.severity == "error"]
    energy: Energy | None = None
    held: Logged | None = None
    try:
        energy = energy_of(
            table.energy,
            path.parent,
            currency=table.currency,
            zone=table.zone,
            exceptions=accepted(workspace),
        )
    except InputRefused as error:
        wrong += error.findings
    try:
        held = logged(table, path.parent, workspace)
    except InputRefused as error:
        wrong += error.findings
    if wrong or energy is None or held is None:
        raise InputRefused(wrong)
    return Read(path=path, table=table, station=station, energy=energy, log=held, findings=(*noted, *held.findings))


def assess_station(path: Path, *, workspace: Workspace | None = None, keep: bool = True) -> Assessed:
    """Assess a station: where each kWh goes, how near it comes to what physics allows, what to put right.

    Parameters
    ----------
    path : Path
        The station file.
    workspace : Workspace or None
        Where meters are read, and figures are kept.
    keep : bool
        Whether they are kept there.

    Returns
    -------
    Assessed

    Raises
    ------
    InputRefused
        If the file, the log or what they say together is impossible.
    """
    read = read_station(path, workspace)
    log = read.log
    try:
        found = assess(read.station, log.log, calendar=log.calendar, profiles=log.day_types)
    except InputRefused as error:
        raise InputRefused(list(told(error.findings))) from None
    refuse_doubtful(found.findings)
    findings = (*read.findings, *told(found.findings), *_other_leaks(read, found))
    rests = rests_of(read, METHOD, findings)
    figures = figures_of(tuple(_said(found, read)), rests)
    run = None
    if workspace is not None and keep:
        run, figures = kept(workspace, figures, rests)
    return Assessed(read=read, assessment=found, figures=figures, run=run, findings=findings)


def rests_of(read: Read, method: str, findings: tuple[Finding, ...]) -> Rests:
    """What a result on a station is about and rests on: its file, its log, the factor of electricity."""
    table = read.table
    return Rests(
        kind="air",
        method=method,
        subject=f"site:{table.site}" if table.site else f"station:{table.id}",
        period=Period(read.log.start, read.log.end),
        label=f"{read.log.start:%Y-%m-%d}/{read.log.end:%Y-%m-%d}",
        evidence={**read.log.evidence, **file_evidence(read.path, "station file"), **read.energy.carbon.evidence},
        about={
            "station": table.id,
            "carbon": {"value": read.energy.carbon.value, "source": read.energy.carbon.source},
            "findings": [one.as_dict() for one in findings],
        },
        notes=(*(("simulated",) if table.simulated else ()), *(one.text() for one in findings)),
    )


def _other_leaks(read: Read, found: Assessment) -> Iterator[Finding]:
    """Leaks that the file states, against those that the log shows, both at the set-point of the header."""
    stated, leaks = read.table.network.leaks_m3_per_min, found.leaks
    if stated is None or leaks.basis == "station":
        return
    shown = leaks.flow.times((read.station.pressure + 1.0) / (leaks.pressure + 1.0))
    if not stated < shown.lower and not stated > shown.upper:
        return
    yield Finding(
        code="air.leaks_stated",
        place=f"{read.path.name}, network.leaks_m3_per_min",
        found="{stated} m3/min of leaks are stated; the log shows {shown} ({lower} to {upper}) at the set-point",
        expected="leaks within what the log shows",
        remedy="correct `leaks_m3_per_min`, or leave it out: leaks are then taken from the log; savings rest on the "
        "leaks that are stated",
        params={
            "stated": f"{stated:.3g}",
            "shown": f"{shown.value:.3g}",
            "lower": f"{shown.lower:.3g}",
            "upper": f"{shown.upper:.3g}",
        },
        severity="warning",
    )


def _said(found: Assessment, read: Read) -> Iterator[Said]:
    carbon = read.energy.carbon
    yield _between("air.energy", found.energy, "kWh")
    yield _between("air.emissions", found.energy.times(carbon.value), carbon.unit)
    yield Said("air.limit", found.limit, "kWh")
    yield Said("air.limit_share", found.limit_share, "1")
    yield _between("air.volume", found.volume, "m3")
    yield _between("air.specific_power", found.specific_power, "kW/(m3/min)")
    yield _between("air.leaks", found.leaks.flow, "m3/min")
    yield _between("air.leak_share", found.leaks.share, "1")
    yield _between("air.artificial", found.artificial, "m3/min")
    for part in found.where:
        told = found.leaks.flow if part.code == "leaks" and isnan(found.leaks.flow.value) else part.energy
        yield _between(f"air.where.{part.code}", told, "kWh")
    for machine in found.machines:
        yield _between(f"air.specific_power.{machine.name}", machine.specific_power, "kW/(m3/min)")


def _between(name: str, one: Estimate, unit: str) -> Said:
    return Said(name, one.value, unit, (one.lower, one.upper))
