"""Findings that take more than the log itself: days that are missing, clocks that differ, results beyond physics."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.detection.air.cells import Cells
from wattstone.detection.air.days import unseen
from wattstone.detection.air.log import AirLog, Calendar
from wattstone.detection.air.result import Dates, DayTypes
from wattstone.equipment.air import Station
from wattstone.equipment.air.limits import isothermal_work

Floats = npt.NDArray[np.float64]

MOST_LAG = 6  # h that clocks are looked at
LIKE = 0.7  # least correlation of power with flow at the better lag
BETTER = 0.1  # more correlation than as logged


def days_findings(dates: Dates, types: DayTypes, calendar: Calendar) -> Iterator[Finding]:
    """Days of the year of which the log has none, and days that tell too little."""
    if types.given:
        total = float(types.days.sum())
        if not 364.5 <= total <= 366.5:
            yield Finding(
                code="air.days_sum",
                place="day types",
                found="they have {days} days a year together",
                expected="365 or 366",
                remedy="add a type for the days that are missing, with power 0 if the station is off",
                params={"days": f"{total:g}"},
                severity="warning",
            )
        return
    for kind, (like, count) in unseen(dates, types.label, calendar).items():
        yield Finding(
            code="air.days_unseen",
            place="log",
            found="it has no {kind}, of which the year has {days}",
            expected="a few of every kind of day",
            remedy="log for longer; until then {like} days stand in for it",
            params={"kind": kind, "days": count, "like": like},
            severity="warning",
        )
    if few := int(np.count_nonzero(types.label < 0)):
        yield Finding(
            code="air.days_partial",
            place="log",
            found="{count} {count:day has|days have} less than six hours and {count:is|are} left out",
            expected="whole days",
            remedy="nothing, unless these days were special",
            count=few,
            severity="warning",
        )


def fill_findings(station: Station, log: AirLog) -> Iterator[Finding]:
    """What stands in for what was not logged."""
    if log.pressure is None:
        yield Finding(
            code="air.pressure_unlogged",
            place="log",
            found="it has no header pressure",
            expected="pressure, logged with the power",
            remedy="log it; until then it is taken to be {pressure} bar(g), the middle of the band",
            params={"pressure": f"{station.pressure + station.band / 2:.2f}"},
            severity="warning",
        )
    if log.flow is None:
        yield Finding(
            code="air.flow_unlogged",
            place="log",
            found="it has no flow",
            expected="the flow after the dryer",
            remedy="hire a flow meter for some weeks; until then flow is what the machines make by their power, "
            "within {within} of their nameplate",
            params={"within": "5 %"},
            severity="warning",
        )
    if station.dryer is not None and log.dryer is None and station.dryer.power > 0:
        yield Finding(
            code="air.dryer_unlogged",
            place="log",
            found="the dryer's power is not metered",
            expected="the power of the dryer",
            remedy="log it; until then its nameplate of {power} kW is told apart, and in no part",
            params={"power": f"{station.dryer.power:g}"},
            severity="warning",
        )


def clock_finding(log: AirLog, cells: Cells) -> Iterator[Finding]:
    """Whether flow follows power by hours: then one of the loggers' clocks is off."""
    made, flow = cells.made.sum(axis=0).ravel(), cells.flow.ravel()
    known = (cells.known.ravel() > 0.5) & ~np.isnan(flow)
    if np.count_nonzero(known) < 72:
        return
    there = {lag: _correlation(made, flow, known, lag) for lag in range(-MOST_LAG, MOST_LAG + 1)}
    best = max(there, key=lambda lag: (there[lag], -abs(lag)))
    if best == 0 or there[best] < LIKE or there[best] - there[0] < BETTER:
        return
    yield Finding(
        code="air.log_clock",
        place="header, flow",
        found="it follows the power of the machines best when it is moved by {hours} h",
        expected="one clock for all loggers",
        remedy="correct the clock or the zone of one of them",
        params={"hours": f"{-best:+d}"},
        severity="warning",
    )


def _correlation(made: Floats, flow: Floats, known: npt.NDArray[np.bool_], lag: int) -> float:
    """Of the power's flow with the metered flow `lag` hours later."""
    here, there = np.arange(len(made)), np.arange(len(made)) + lag
    inside = (there >= 0) & (there < len(made))
    here, there = here[inside], there[inside]
    both = known[here] & known[there]
    a, b = made[here[both]], flow[there[both]]
    if a.size < 48 or a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def beyond_physics(station: Station, specific: float, pressure: float) -> Iterator[Finding]:
    """A station that takes less than isothermal compression does."""
    least = float(isothermal_work(pressure, station.inlet)) * 60
    if not specific < least:
        return
    yield Finding(
        code="air.beats_limit",
        place=f"station '{station.name}'",
        found="it takes {specific} kW per m3/min, less than isothermal compression to {pressure} bar(g)",
        expected="more than {least} kW per m3/min",
        remedy="check the units and the scale of flow and power, and the capacities of the nameplates",
        params={"specific": f"{specific:.3g}", "pressure": f"{pressure:.2f}", "least": f"{least:.3g}"},
        severity="warning",
    )
