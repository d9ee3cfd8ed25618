"""What is wrong with a log: units, gaps, meters that stand still; all at once, and what is wrong is left out."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.detection.air.constant import covered, disproved, still
from wattstone.detection.air.log import AirLog
from wattstone.detection.air.units import flow_findings, power_findings, pressure_findings
from wattstone.equipment.air import Station

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_HOURS = 1.0  # of an interval
SHORT = 72.0  # h that a log should have at least
SHORTEST = 6.0  # h: of less, nothing can be said of a year
LEAST_KNOWN = 0.1  # of the intervals: with fewer, nothing is said
VACUUM = -0.05  # bar(g): below, a pressure is no gauge pressure of a network


def checked(station: Station, log: AirLog, *, given: bool = False) -> tuple[AirLog, tuple[Finding, ...]]:
    """A log without what cannot be, and what was found.

    Units are looked at as logged. Negative power and flow, pressure below the atmosphere and readings of meters that
    stand still while what moves with them moves become gaps; machines are put in the order of the station, those not
    logged are left out.

    Parameters
    ----------
    station : Station
    log : AirLog
    given : bool
        Whether it is day types that a user brings, which stand for a year however few they are.

    Returns
    -------
    log : AirLog
        With power, without current.
    findings : tuple of Finding
        Errors are what would make the result wrong.
    """
    found = list(_structure(station, log))
    if any(one.severity == "error" for one in found):
        return log, tuple(found)
    found += power_findings(station, log)
    found += flow_findings(station, log)
    found += pressure_findings(station, log)
    kept = _ordered(station, log)
    rows = [*(f"machine '{one}', power" for one in kept.machines), "header, flow", "header, pressure", "dryer, power"]
    assert kept.power is not None
    series = [*kept.power, kept.flow, kept.pressure, kept.dryer]
    common = np.all([np.isnan(one) for one in series if one is not None], axis=0)
    if common.any() and not common.all():
        found.append(_gaps("log", common, log))
    cleaned: list[Floats | None] = []
    names = [*kept.machines, "flow", "pressure", "dryer"]
    for place, name, values in zip(rows, names, series, strict=True):
        if values is None:
            cleaned.append(None)
            continue
        lowest = VACUUM if place == "header, pressure" else 0.0
        values, told = _clean(place, values, lowest, log, common)
        found += told
        values, told = _moving(station, kept, place, name, values)
        found += told
        cleaned.append(values)
    count = len(kept.machines)
    power = np.stack([one for one in cleaned[:count] if one is not None])
    flow, pressure, dryer = cleaned[count:]
    found = [*_coverage(power, log, given=given), *found]
    return replace(kept, power=power, flow=flow, pressure=pressure, dryer=dryer), tuple(found)


def _structure(station: Station, log: AirLog) -> Iterator[Finding]:
    """What stops everything: no power, no machine in common, intervals that are too long."""
    names = [one.name for one in station.compressors]
    if log.power is None and log.current is None:
        yield _finding(
            "no_power",
            "log",
            "it has neither power nor current of any machine",
            "power [kW] or current [A] of every compressor",
            "log the power of the machines, or name the columns that hold it",
        )
        return
    if unknown := [one for one in log.machines if one not in names]:
        yield _finding(
            "machine_unknown",
            "log",
            "it names {unknown}, which the station has not",
            "one of: {names}",
            "correct the name in the log or in the station file",
            params={"unknown": ", ".join(unknown), "names": ", ".join(names)},
            count=len(unknown),
        )
    power = log.kilowatts()
    logged = {name for name, row in zip(log.machines, power, strict=True) if not np.isnan(row).all()}
    if missing := [one for one in names if one not in logged]:
        nothing = not logged & set(names)
        yield _finding(
            "machine_missing",
            "log",
            "it has no power of {missing}",
            "the power of every machine of the station",
            "log it; until then its energy and its air are missing in every figure",
            params={"missing": ", ".join(missing)},
            count=len(missing),
            error=nothing,
        )
    if log.hours > MOST_HOURS + 1e-9:
        yield _finding(
            "coarse",
            "log",
            "its intervals are {hours} h long",
            "intervals of 1 s to 1 h",
            "log more often, or give day types of 24 hours instead",
            params={"hours": f"{log.hours:g}"},
        )


def _ordered(station: Station, log: AirLog) -> AirLog:
    power = log.kilowatts()
    rows = {name: at for at, name in enumerate(log.machines)}
    names = [one.name for one in station.compressors if one.name in rows and not np.isnan(power[rows[one.name]]).all()]
    order = [rows[name] for name in names]
    loaded = None if log.loaded is None else log.loaded[order]
    return replace(log, machines=tuple(names), power=power[order], current=None, loaded=loaded)


def _clean(place: str, values: Floats, lowest: float, log: AirLog, common: Bools) -> tuple[Floats, list[Finding]]:
    found: list[Finding] = []
    below = values < lowest - 1e-9
    if place.endswith("power"):
        below = values < -0.005 * max(float(np.nanmax(values, initial=0.0)), 1e-9)
    if below.any():
        found.append(_below(place, below, lowest, log))
    gaps = np.isnan(values) & ~common
    if gaps.any() and not gaps.all():
        found.append(_gaps(place, gaps, log))
    kept = np.where(below, np.nan, values)
    return np.where(kept < 0, 0.0, kept) if place.endswith("power") else kept, found


def _moving(station: Station, log: AirLog, place: str, name: str, values: Floats) -> tuple[Floats, list[Finding]]:
    """Values without those of a meter that has stopped; a steady load is kept, and told."""
    runs = still(values, log.hours)
    wrong = disproved(station, log, name, runs)
    found: list[Finding] = []
    for code, told in (("stuck", wrong), ("steady", [one for one in runs if one not in wrong])):
        if not told:
            continue
        mask = covered(told, len(values))
        found.append(
            _finding(
                code,
                place,
                "the value {value} stands for {hours} h and does not change",
                "values that change while machines run" if code == "stuck" else "a load that is as steady as that",
                "check the meter; these intervals are left out"
                if code == "stuck"
                else "check the meter; these readings are kept, since nothing else that was logged speaks against them",
                params={"value": f"{values[mask][0]:g}", "hours": f"{np.count_nonzero(mask) * log.hours:.3g}"},
                count=int(np.count_nonzero(mask)),
                first=_time(log, mask),
                error=False,
            )
        )
    return np.where(covered(wrong, len(values)), np.nan, values), found


def _gaps(place: str, gaps: Bools, log: AirLog) -> Finding:
    return _finding(
        "gaps",
        place,
        "{count} of {total} intervals are empty",
        "a value for every interval",
        "nothing is filled: the hours of such days stand on the other days of their type",
        params={"total": len(gaps)},
        count=int(np.count_nonzero(gaps)),
        first=_time(log, gaps),
        error=False,
    )


def _below(place: str, below: Bools, lowest: float, log: AirLog) -> Finding:
    count = int(np.count_nonzero(below))
    if place.endswith("pressure"):
        return _finding(
            "vacuum",
            place,
            "{count} {count:interval is|intervals are} below the atmosphere",
            "a gauge pressure of 0 bar(g) or more",
            "check the sensor and its offset; these intervals are left out",
            count=count,
            first=_time(log, below),
            error=count > 0.2 * len(below),
        )
    return _finding(
        "negative",
        place,
        "{count} {count:interval is|intervals are} negative",
        "{lowest} or more",
        "check the direction of the meter; these intervals are left out",
        params={"lowest": f"{lowest:g}"},
        count=count,
        first=_time(log, below),
        error=count > 0.2 * len(below),
    )


def _coverage(power: Floats, log: AirLog, *, given: bool) -> Iterator[Finding]:
    known = ~np.isnan(power).any(axis=0)
    share = float(known.mean())
    if share < LEAST_KNOWN:
        yield _finding(
            "too_little",
            "log",
            "the power of all machines at once is known for {share} of the intervals",
            "at least {least}",
            "log the machines over the same time",
            params={"share": f"{share:.0%}", "least": f"{LEAST_KNOWN:.0%}"},
        )
    elif not given and (logged := float(np.count_nonzero(known)) * log.hours) < SHORT - 1e-9:
        refused = logged < SHORTEST - 1e-9
        yield _finding(
            "too_short" if refused else "short",
            "log",
            "it has {hours} h",
            "a week or more, with a weekend in it",
            "log for longer: nothing can be said of a year from so few hours"
            if refused
            else "log for longer; what is said of a year rests on this alone",
            params={"hours": f"{logged:.3g}"},
            error=refused,
        )


def _time(log: AirLog, mask: Bools) -> str:
    at = log.start.astype("datetime64[us]") + np.timedelta64(round(int(np.argmax(mask)) * log.hours * 3.6e9), "us")
    return f"{np.datetime_as_string(at, unit='m')}+00:00"


def _finding(
    code: str,
    place: str,
    found: str,
    expected: str,
    remedy: str,
    *,
    params: dict[str, object] | None = None,
    count: int = 1,
    first: str | None = None,
    error: bool = True,
) -> Finding:
    return Finding(
        code=f"air.log_{code}",
        place=place,
        found=found,
        expected=expected,
        remedy=remedy,
        params=params or {},
        count=count,
        first=first,
        severity="error" if error else "warning",
    )
