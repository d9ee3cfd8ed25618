"""The efficiency that US law asks of a new compressor: 10 CFR 431.345 [1]_.

References
----------
.. [1] US Code of Federal Regulations, title 10, section 431.345, table 1, for machines made from 10 January 2025.
"""

import math
from dataclasses import dataclass

from wattstone.equipment.air.compressor import Compressor, Control, Cooling
from wattstone.equipment.air.free_air import CUBIC_FOOT
from wattstone.equipment.air.limits import isentropic_power
from wattstone.equipment.air.performance import capacity, full_power, power

__all__ = ["Grade", "efficiency", "grade", "minimum_efficiency"]

PSI = 0.0689475729  # bar
FIXED = (-0.00928, 0.13911, 0.27110)
VARIABLE = (-0.01549, 0.21573, 0.00905)
WATER = 0.02349
LITRES_PER_CFM = 0.4719
LEAST_CFM, MOST_CFM, LEAST_HP, MOST_HP = 35.0, 1250.0, 10.0, 200.0
PRESSURES = (75 * PSI, 200 * PSI)


@dataclass(frozen=True, kw_only=True)
class Grade:
    """A machine against the minimum.

    Parameters
    ----------
    efficiency : float
        Package isentropic efficiency. [1]
    minimum : float
        What the rule asks for. [1]
    most_power : float
        Specific power at the minimum. [kW per m3 min-1]
    basis : {'full load', 'part load'}
        The rule takes a mean over part loads for a variable speed.
    reasons : tuple of str
        Why the rule does not cover the machine, so that the grade is a comparison; empty if it does.
    """

    efficiency: float
    minimum: float
    most_power: float
    basis: str
    reasons: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the efficiency is the minimum or more."""
        return self.efficiency >= self.minimum

    @property
    def covered(self) -> bool:
        """Whether the rule covers the machine."""
        return not self.reasons


def minimum_efficiency(flow: float, *, variable: bool = False, cooling: Cooling = "air") -> float:
    """Least package isentropic efficiency of a lubricated rotary compressor [1]_.

    Parameters
    ----------
    flow : float
        Full-load flow. [m3 min-1]
    variable : bool
        Whether its speed varies.
    cooling : {'air', 'water'}

    Returns
    -------
    float
        [1]

    References
    ----------
    .. [1] 10 CFR 431.345, table 1.

    Examples
    --------
    >>> round(minimum_efficiency(10.0), 3)
    0.701
    """
    a, b, c = VARIABLE if variable else FIXED
    size = math.log(LITRES_PER_CFM * flow / CUBIC_FOOT)
    curve = (a * size + b) * size + c
    reduction = -10.0 if variable and cooling == "air" else -15.0
    return (WATER if cooling == "water" else 0.0) + curve + (1 - curve) * reduction / 100


def efficiency(compressor: Compressor, *, weights: tuple[tuple[float, float], ...] = ()) -> float:
    """Package isentropic efficiency at the rated pressure.

    Parameters
    ----------
    compressor : Compressor
    weights : tuple of (float, float)
        Flow share and weight of part loads, as a rating prescribes them; none is full load.

    Returns
    -------
    float
        [1]
    """
    flow = float(capacity(compressor))
    if not weights:
        return float(isentropic_power(flow, compressor.pressure)) / float(full_power(compressor))
    parts = [
        weight * float(isentropic_power(share * flow, compressor.pressure)) / float(power(compressor, share * flow))
        for share, weight in weights
    ]
    return sum(parts) / sum(weight for _, weight in weights)


def grade(compressor: Compressor, *, weights: tuple[tuple[float, float], ...] = ()) -> Grade:
    """A machine against the minimum of 10 CFR 431.345, at its rating.

    Parameters
    ----------
    compressor : Compressor
    weights : tuple of (float, float)
        Part loads of a variable speed, as in appendix A to subpart T; none compares full load, which is stricter.

    Returns
    -------
    Grade

    Examples
    --------
    >>> screw = Compressor(name="C1", control=Control.LOAD_UNLOAD, flow=10.0, power=65.0, pressure=7.0)
    >>> grade(screw).passes, round(grade(screw).most_power, 2)
    (True, 6.75)
    """
    variable = compressor.control is Control.VARIABLE_SPEED
    least = minimum_efficiency(compressor.flow, variable=variable, cooling=compressor.cooling)
    return Grade(
        efficiency=efficiency(compressor, weights=weights),
        minimum=least,
        most_power=float(isentropic_power(1.0, compressor.pressure)) / least,
        basis="part load" if weights else "full load",
        reasons=_outside(compressor),
    )


def _outside(c: Compressor) -> tuple[str, ...]:
    cfm, horsepower = c.flow / CUBIC_FOOT, c.power / 0.7457
    tests = {
        "it is not a rotary compressor": c.kind not in {"screw", "vane"},
        "it is not lubricated": c.oil_free,
        "its pressure is not 75 to 200 psi": not PRESSURES[0] <= c.pressure <= PRESSURES[1],
        "it is smaller than 35 cfm and 10 hp": cfm < LEAST_CFM and horsepower < LEAST_HP,
        "it is larger than 1250 cfm and 200 hp": cfm > MOST_CFM and horsepower > MOST_HP,
    }
    return tuple(reason for reason, holds in tests.items() if holds)
