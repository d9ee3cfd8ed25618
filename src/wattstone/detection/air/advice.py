"""What to put right at a station, with what it costs a year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.detection.air.cells import Cells
from wattstone.detection.air.curve import MachineCurve
from wattstone.detection.air.result import Advice, Estimate, Leaks, MachineAssessment, Part, State
from wattstone.detection.air.states import Running, decay
from wattstone.equipment.air import Control, Station

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WORTH = 0.005  # of the station's energy: less is not told
SHORT = 120.0  # s: cycles below are short; the factor of load/unload control is stated for 2 min and more
WORN = 1.05  # times the nameplate's power
MISSING = 0.08  # of the air that machines should make, which the meter does not see
LEAKY = 0.05  # of the air: less is a good network
PART = (0.05, 0.95)  # of capacity: a machine at part load for an hour
LITTLE = 20.0  # h a year of two machines at part load
AT_REST = 1.3  # times the leak: what a network takes that does nothing else


@dataclass(frozen=True, eq=False)
class Seen:
    """What advice is drawn from.

    Parameters
    ----------
    station : Station
    curves, runs, machines : sequences
        Of the machines, in one order.
    cells : Cells
    parts : mapping of str to Part
    leaks : Leaks
    network : (d, 24) array
        [m3 min-1]
    idle_days : (d, 24) array of bool
        Hours without production, by the calendar, the day types or what was logged.
    pressure : float
        Mean header pressure. [bar(g)]
    energy : float
        Of the station. [kWh a-1]
    """

    station: Station
    curves: Sequence[MachineCurve]
    runs: Sequence[Running]
    machines: Sequence[MachineAssessment]
    cells: Cells
    parts: Mapping[str, Part]
    leaks: Leaks
    network: Floats
    idle_days: Bools
    pressure: float
    energy: float


def advice(seen: Seen) -> tuple[Advice, ...]:
    """Everything that costs more than half a percent of the station's energy, the dearest first."""
    told = [*_air(seen), *_running(seen), *_control(seen), *_machines(seen)]
    worth = [one for one in told if one.energy.value >= WORTH * seen.energy and one.energy.value > 0]
    return tuple(sorted(worth, key=lambda one: (-one.energy.value, one.finding.code, one.machines)))


def _air(seen: Seen) -> Iterator[Advice]:
    """What becomes of the air."""
    parts, place = seen.parts, f"station '{seen.station.name}'"
    least = seen.station.pressure if seen.station.least_pressure is None else seen.station.least_pressure
    if seen.leaks.share.value >= LEAKY:
        yield _advice(
            "leaks",
            place,
            parts["leaks"].energy,
            "leaks",
            found="{flow} m3/min of free air leak, {share} of all air",
            expected="less than a tenth",
            remedy="search with ultrasound and repair, the largest first; then keep searching every few months",
            params={"flow": f"{seen.leaks.flow.value:.3g}", "share": f"{seen.leaks.share.value:.0%}"},
        )
    yield _advice(
        "pressure",
        place,
        parts["over_pressure"].energy,
        "pressure",
        found="the header is at {pressure} bar(g) on average, while the end uses need {least}",
        expected="the least that is needed, with what control takes",
        remedy="lower the set-points step by step; mend what drops pressure before the end uses",
        params={"pressure": f"{seen.pressure:.2f}", "least": f"{least:.2f}"},
    )
    yield _advice(
        "artificial",
        place,
        parts["artificial"].energy,
        "pressure",
        found="unregulated uses take more because the header is above the {least} bar(g) that they need",
        expected="regulators at the uses, or a header at the least pressure",
        remedy="set and lock regulators; hold the header's pressure by a flow controller and storage",
        params={"least": f"{least:.2f}"},
    )
    yield _advice(
        "purge",
        place,
        parts["purge"].energy,
        "dryer",
        found="the dryer takes its full purge whatever flows",
        expected="purge in proportion to the water that comes in",
        remedy="control the regeneration by dew point, or use a dryer with heat or a blower",
        params={},
    )
    yield _advice(
        "blow_off",
        place,
        parts["blow_off"].energy,
        "blow_off",
        found="compressed air is blown off because the machines cannot turn down far enough",
        expected="none",
        remedy="let a smaller or a variable-speed machine carry the part load",
        params={},
    )


def _running(seen: Seen) -> Iterator[Advice]:
    """Unloaded running, short cycles, and running when nothing is made."""
    for at, (one, curve, run) in enumerate(zip(seen.machines, seen.curves, seen.runs, strict=True)):
        idle = float((seen.cells.idle[at] * seen.cells.weight).sum())
        hours = one.hours[State.UNLOADED]
        relative = _relative(seen.parts["unloaded"].energy)
        yield _advice(
            "unloaded",
            f"machine '{one.name}'",
            Estimate(idle, idle * relative[0], idle * relative[1]),
            "sequencing",
            found="it runs unloaded for {hours} h a year, and takes {power} kW on average, with its "
            "blowdowns, for nothing",
            expected="to be stopped when it is not needed for longer than its motor allows",
            remedy="stop it by the sequencer, shorten its run-on time, or let a variable speed take the trim",
            params={"hours": f"{hours:.0f}", "power": f"{idle / hours if hours > 0 else one.idle_power:.3g}"},
            machines=(one.name,),
        )
        if curve.cycles and one.cycle < SHORT:
            lost = _unloading(curve, run, seen.cells)
            yield _advice(
                "short_cycles",
                f"machine '{one.name}'",
                Estimate(lost, 0.5 * lost, 1.5 * lost),
                "storage",
                found="it loads and unloads every {seconds} s, and blows its sump down every time",
                expected="cycles of {least} s or more",
                remedy="add storage before the header, widen the band, or let one machine alone trim",
                params={"seconds": f"{one.cycle:.0f}", "least": f"{SHORT:.0f}"},
                machines=(one.name,),
            )
    rest = seen.idle_days & (seen.network <= AT_REST * seen.leaks.flow.value)
    lost = float((seen.cells.total * seen.cells.weight)[rest].sum())
    yield _advice(
        "shutdown",
        f"station '{seen.station.name}'",
        Estimate(lost, 0.8 * lost, lost),
        "shutdown",
        found="it runs for {hours} h a year in which nothing is made, for its leaks alone",
        expected="a station that is off when production is",
        remedy="shut it down, or close off the network, at nights, on days off and in breaks",
        params={"hours": f"{float(seen.cells.weight[rest].sum()):.0f}"},
    )


def _unloading(curve: MachineCurve, run: Running, cells: Cells) -> float:
    """What the blowdowns of a year take. [kWh]"""
    logged = float(cells.known.sum())
    scale = float(cells.weight.sum()) / logged if logged > 0 else 0.0
    height = float(np.median(run.full)) - run.levels.idle
    return run.unloads * scale * max(height, 0.0) * decay(curve) / 3600


def _control(seen: Seen) -> Iterator[Advice]:
    """Two machines at part load at once."""
    if len(seen.machines) < 2:
        return
    cells = seen.cells
    capacity = np.array([one.compressor.flow for one in seen.curves])[:, None, None]
    share = np.divide(cells.made, capacity * np.maximum(cells.on, 1e-9))
    part = (cells.on > 0.9) & (share > PART[0]) & (share < PART[1])
    both = np.count_nonzero(part, axis=0) >= 2
    hours = float(cells.weight[both].sum())
    excess = np.where(part, cells.power - cells.air, 0.0)
    avoidable = excess.sum(axis=0) - excess.max(axis=0)
    lost = max(float((avoidable * cells.weight)[both].sum()), 0.0)
    if hours < LITTLE:
        return
    names = tuple(one.name for at, one in enumerate(seen.machines) if part[at][both].mean() > 0.2)
    yield _advice(
        "control_fight",
        f"station '{seen.station.name}'",
        Estimate(lost, 0.5 * lost, 1.5 * lost),
        "sequencing",
        found="two machines or more are at part load at once for {hours} h a year",
        expected="all but one at full load or off",
        remedy="set one target pressure by a sequencer, or spread the set-points of the machines",
        params={"hours": f"{hours:.0f}"},
        machines=names,
    )


def _machines(seen: Seen) -> Iterator[Advice]:
    """Machines that take more than they should."""
    for at, (one, curve, run) in enumerate(zip(seen.machines, seen.curves, seen.runs, strict=True)):
        used = float((seen.cells.power[at] * seen.cells.weight).sum())
        place = f"machine '{one.name}'"
        if run.levels.found_full and run.levels.factor > WORN:
            lost = used * (1 - 1 / run.levels.factor)
            yield _advice(
                "worn",
                place,
                Estimate(lost, 0.6 * lost, 1.4 * lost),
                "maintenance",
                found="at full load it takes {power} kW, {more} more than its nameplate at that pressure",
                expected="{rated} kW",
                remedy="check inlet filter, separator, cooler, valves and the meter; compare with its test sheet",
                params={
                    "power": f"{one.full_power:.4g}",
                    "more": f"{run.levels.factor - 1:.0%}",
                    "rated": f"{one.nameplate:.4g}",
                },
                machines=(one.name,),
            )
        if not curve.cycles and curve.compressor.control is not Control.VARIABLE_SPEED:
            excess = float(
                ((seen.cells.power[at] - seen.cells.air[at] - seen.cells.idle[at]) * seen.cells.weight).sum()
            )
            yield _advice(
                "part_load",
                place,
                Estimate(excess, 0.7 * excess, 1.3 * excess),
                "variable_speed",
                found="it is throttled to {load} of its capacity on average, at {power} kW per m3/min",
                expected="{rated} kW per m3/min, as at full load",
                remedy="let it run at full load or off, and trim with a variable speed",
                params={
                    "load": f"{one.load.value:.0%}",
                    "power": f"{one.specific_power.value:.3g}",
                    "rated": f"{one.rated_specific_power:.3g}",
                },
                machines=(one.name,),
            )
        if one.rated_specific_power > one.regulation:
            lost = used * (1 - one.regulation / one.rated_specific_power)
            yield _advice(
                "inefficient",
                place,
                Estimate(lost, 0.5 * lost, 1.5 * lost),
                "replacement",
                found="its nameplate is {rated} kW per m3/min",
                expected="{allowed} or less, the most that 10 CFR 431.345 allows a new machine of its kind",
                remedy="replace it at the end of its life; run the better machines first",
                params={"rated": f"{one.rated_specific_power:.3g}", "allowed": f"{one.regulation:.3g}"},
                machines=(one.name,),
            )
    yield from _delivery(seen)


def _delivery(seen: Seen) -> Iterator[Advice]:
    """Air that the machines should have made and the meter does not see."""
    cells = seen.cells
    metered = cells.metered & (cells.known > 0)
    made = float((cells.made.sum(axis=0) * cells.weight)[metered].sum())
    if not made > 0:
        return
    seen_air = float(((cells.network + cells.purge + cells.vented(seen.curves)) * cells.weight)[metered].sum())
    missing = 1 - seen_air / made
    if missing < MISSING:
        return
    lost = missing * float((cells.air.sum(axis=0) * cells.weight)[metered].sum())
    yield _advice(
        "delivery",
        f"station '{seen.station.name}'",
        Estimate(lost, 0.4 * lost, 1.2 * lost),
        "maintenance",
        found="the machines should make {missing} more air than the meter sees",
        expected="agreement within {least}",
        remedy="check the scale of the meter, drains and leaks before it, then the capacity of each machine",
        params={"missing": f"{missing:.0%}", "least": f"{MISSING:.0%}"},
    )


def _relative(one: Estimate) -> tuple[float, float]:
    return (one.lower / one.value, one.upper / one.value) if one.value > 0 else (1.0, 1.0)


def _advice(
    code: str,
    place: str,
    energy: Estimate,
    measure: str,
    *,
    found: str,
    expected: str,
    remedy: str,
    params: dict[str, object],
    machines: tuple[str, ...] = (),
) -> Advice:
    finding = Finding(
        code=f"air.waste_{code}",
        place=place,
        found=found,
        expected=expected,
        remedy=remedy,
        params=params,
        severity="warning",
    )
    return Advice(finding=finding, energy=energy, machines=machines, measure=measure)
