"""Whether the trim of a station fits its steps: California's rule for compressed-air systems.

Title 24, part 6, section 120.6(e) [1]_ asks of a system's trim either machines of variable speed with 1.25 times the
largest net increment of the base machines and 1 US gal of storage for each cfm of them, or an effective trim capacity
of the largest net increment: a range of flow in which the specific power is within 15 % of the best. A smaller trim
leaves a gap, in which base machines switch without end.

References
----------
.. [1] California Energy Commission, "Building energy efficiency standards," Title 24, part 6, section 120.6(e).
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from wattstone.base import Finding
from wattstone.equipment.air import Compressor, Control, Station, capacity, power

__all__ = ["SHARE", "STORAGE", "effective_capacity", "largest_increment", "trim_findings"]

SHARE = 1.25
STORAGE = 0.1336805556  # m3 per m3/min: 1 US gal (3.785411784 l) for each cfm (28.316846592 l)
WITHIN = 0.15
MOST_MACHINES = 12


def trim_findings(station: Station) -> Iterator[Finding]:
    """What the trim lacks by the rule, as warnings: `air.trim_small`, `air.trim_storage`. Nothing for one machine."""
    machines = station.compressors
    if len(machines) < 2:
        return
    speeds = [one for one in machines if one.control is Control.VARIABLE_SPEED]
    base = [one for one in machines if one not in speeds]
    if not speeds:
        base, speeds = list(machines[:-1]), []
    if not base:
        return
    increment = largest_increment(base)
    if not speeds:
        yield from _effective(station, machines[-1], increment)
        return
    trim = sum(one.flow for one in speeds)
    if trim < SHARE * increment:
        yield _small(station, trim, SHARE * increment, increment)
    if station.storage < STORAGE * trim:
        yield _storage(station, STORAGE * trim)


def largest_increment(base: list[Compressor]) -> float:
    """Largest step between the capacities that base machines have in combination, ordered by size. [m3 min-1]

    Examples
    --------
    Two machines of 10 and 20 m3/min give 0, 10, 20 and 30: the step is 10.

    >>> a, b = (Compressor(name=str(q), control=Control.LOAD_UNLOAD, flow=q, power=6 * q, pressure=7) for q in (10, 20))
    >>> largest_increment([a, b])
    10.0
    """
    if len(base) > MOST_MACHINES:
        return float(max(one.flow for one in base))
    sums = {
        round(sum(chosen), 9)
        for size in range(len(base) + 1)
        for chosen in combinations([float(one.flow) for one in base], size)
    }
    return float(np.max(np.diff(sorted(sums))))


def effective_capacity(machine: Compressor, *, storage: float | None = None) -> float:
    """Range of flow in which a machine's specific power is within 15 % of its best. [m3 min-1]"""
    full = float(capacity(machine))
    flows = np.linspace(0.01, 1.0, 100) * full
    specific = power(machine, flows, storage=storage or None) / flows
    good = flows[specific <= (1.0 + WITHIN) * specific.min()]
    return float(good.max() - good.min())


def _effective(station: Station, trim: Compressor, increment: float) -> Iterator[Finding]:
    effective = effective_capacity(trim, storage=station.storage)
    if effective < increment:
        yield _small(station, effective, increment, increment)


def _small(station: Station, trim: float, asked: float, increment: float) -> Finding:
    return Finding(
        code="air.trim_small",
        place=f"station {station.name!r}",
        found="the trim follows the flow over {trim} m3/min, and base machines go up in steps of up to {step} m3/min",
        expected="{asked} m3/min of trim, after Title 24, part 6, 120.6(e) of California: where it is less, there are "
        "flows at which machines switch on and off, or run badly",
        remedy="give the trim to a larger machine of variable speed, or choose base machines in smaller steps",
        params={"trim": f"{trim:.3g}", "asked": f"{asked:.3g}", "step": f"{increment:.3g}"},
        severity="warning",
    )


def _storage(station: Station, asked: float) -> Finding:
    return Finding(
        code="air.trim_storage",
        place=f"station {station.name!r}",
        found="{storage} m3 of storage stand behind the trim",
        expected="{asked} m3, after Title 24, part 6, 120.6(e) of California: 1 US gal for each cfm of trim",
        remedy="add a receiver",
        params={"storage": f"{station.storage:.3g}", "asked": f"{asked:.3g}"},
        severity="warning",
    )
