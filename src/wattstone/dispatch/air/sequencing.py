"""Which machines run over a day or a week: a plan of least cost, against the rule that the station follows.

The plan keeps one band at the station's lowest set-point. It is found by the commitment of units with straight-line
curves; what it draws is then worked out by the machines' own curves, and set against the quasi-steady replay of the
station's rule.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.dispatch.air.checks import plan_findings
from wattstone.dispatch.air.results import Economics, Sequenced
from wattstone.dispatch.air.units import AIR, ELECTRICITY, CompressorUnits, compressor_units
from wattstone.dispatch.commitment import Carrier, Commitment, Committed, solve
from wattstone.equipment.air import AirUse, Station
from wattstone.equipment.air.quasi_steady import quasi_steady
from wattstone.equipment.air.replay_network import Network
from wattstone.equipment.limits import refuse

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

__all__ = ["sequence"]


def sequence(
    station: Station,
    use: AirUse,
    economics: Economics,
    *,
    start_cost: float = 0.0,
    least_up: float = 0.5,
    least_down: float = 0.5,
    gap: float = 0.005,
    seconds: float = 20.0,
) -> Sequenced:
    """Plan the machines of a station for a profile of its use.

    Parameters
    ----------
    station : Station
        Its sequencer is the rule that the plan is set against.
    use : AirUse
        Without gaps; up to a week or two.
    economics : Economics
    start_cost : float
        Of a start. [currency]
    least_up, least_down : float
        Least time for which a machine runs, and rests. [h]
    gap : float
        To which the linear problem is solved. [1]
    seconds : float
        Limit of wall time. [s]

    Returns
    -------
    Sequenced
        Flow that no machines can give is told in `findings`.

    Raises
    ------
    InputRefused
        With what is impossible about station and use; code `air.use_unknown`: the use has gaps.
    """
    refuse(plan_findings(station, use))
    refuse(_gaps(use, station))
    steps = use.flow.size
    machines = compressor_units(
        station,
        start_cost=start_cost,
        least_up=_steps(least_up, use.hours),
        least_down=_steps(least_down, use.hours),
    )
    demand = Network.of(station, use).at(machines.level.pressure, station).total
    price = np.broadcast_to(np.asarray(economics.price, dtype=float), (steps,))
    problem = Commitment(
        hours=use.hours,
        steps=steps,
        carriers=(Carrier(name=AIR, demand=demand, unit="m3/min"), Carrier(name=ELECTRICITY, price=price)),
        units=machines.units,
    )
    plan = solve(problem, gap=gap, seconds=seconds)
    return _against(station, use, price, start_cost, machines, demand, plan)


def _against(
    station: Station,
    use: AirUse,
    price: Floats,
    start_cost: float,
    machines: CompressorUnits,
    demand: Floats,
    plan: Committed,
) -> Sequenced:
    """The plan by the machines' own curves, beside the rule."""
    level = machines.level
    flow = np.clip(plan.load, 0.0, level.flow[:, None])
    rows = [np.where(plan.on[i], level.power(i, flow[i]), 0.0) for i in range(len(level.machines))]
    power = np.stack(rows)
    rule = quasi_steady(station, use)
    starts = _starts(plan.on)
    return Sequenced(
        names=rule.names,
        hours=use.hours,
        start=use.start,
        use=demand,
        on=plan.on,
        flow=flow,
        power=power,
        rule_flow=rule.flow,
        rule_power=rule.power,
        pressure=np.full(use.flow.size, level.pressure),
        rule_pressure=rule.pressure,
        energy=float(power.sum() * use.hours),
        rule_energy=float(rule.power.sum() * use.hours),
        money=float((power * price).sum() * use.hours + start_cost * starts.sum()),
        rule_money=float((rule.power * price).sum() * use.hours + start_cost * rule.starts.sum()),
        rule=station.sequencer,
        starts=starts,
        rule_starts=rule.starts,
        gap=plan.gap,
        curve_error=machines.error,
        seconds=plan.seconds,
        findings=(*plan.findings, *rule.findings),
    )


def _starts(on: Bools) -> npt.NDArray[np.int64]:
    """Starts of each machine, that into the first step included."""
    return np.asarray((on[:, 1:] & ~on[:, :-1]).sum(axis=1) + on[:, 0], dtype=np.int64)


def _steps(hours: float, step: float) -> int:
    return max(1, int(np.ceil(hours / step - 1e-9)))


def _gaps(use: AirUse, station: Station) -> tuple[Finding, ...]:
    found = quasi_steady(replace(station, sequencer="target"), use).findings
    return tuple(replace(one, severity="error") for one in found if one.code == "air.use_unknown")
