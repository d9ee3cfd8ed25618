"""The least that regulation asks of a machine (10 CFR 431.345, United States), and the isothermal limit.

The package isentropic efficiency has to be at least eta + (1 - eta) d / 100 [1]_, with V the full-load flow in cfm:

    fixed speed     eta = -0.00928 ln^2(.4719 V) + 0.13911 ln(.4719 V) + 0.27110, d = -15
    variable speed  eta = -0.01549 ln^2(.4719 V) + 0.21573 ln(.4719 V) + 0.00905, d = -10 (air-cooled), -15 (liquid)

Liquid-cooled machines have 0.02349 more. In scope are lubricated rotary machines of 75 to 200 psig and 35 to 1,250 cfm
(or motors of 10 to 200 hp, which is not looked at). For a variable speed the efficiency is weighted over part loads,
for which the rating point stands here.

References
----------
.. [1] United States, Code of Federal Regulations, title 10, section 431.345, energy conservation standards for
   compressors.
"""

import numpy as np

from wattstone.equipment.air import Compressor, Control
from wattstone.equipment.air.free_air import ACTUAL_UNITS, PSI
from wattstone.equipment.air.limits import isentropic_work, isothermal_work

CFM = ACTUAL_UNITS["cfm"]
FIXED = (-0.00928, 0.13911, 0.27110)
VARIABLE = (-0.01549, 0.21573, 0.00905)
LIQUID = 0.02349
FLOWS = (35 * CFM, 1250 * CFM)
PRESSURES = (75 * PSI, 200 * PSI)


def regulation(compressor: Compressor) -> float:
    """Highest specific power that 10 CFR 431.345 allows; NaN outside its scope. [kW (m3 min-1)-1]

    Examples
    --------
    >>> from wattstone.equipment.air import Compressor, Control
    >>> one = Compressor(name="A", control=Control.LOAD_UNLOAD, flow=10.0, power=65.0, pressure=7.0)
    >>> round(regulation(one), 2)
    6.75
    """
    rotary = compressor.kind in {"screw", "vane"} and not compressor.oil_free
    inside = FLOWS[0] <= compressor.flow <= FLOWS[1] and PRESSURES[0] <= compressor.pressure <= PRESSURES[1]
    if not rotary or not inside:
        return float("nan")
    variable = compressor.control is Control.VARIABLE_SPEED
    liquid = compressor.cooling == "water"
    square, linear, constant = VARIABLE if variable else FIXED
    size = float(np.log(0.4719 * compressor.flow / CFM))
    eta = square * size**2 + linear * size + constant + (LIQUID if liquid else 0.0)
    lost = -10.0 if variable and not liquid else -15.0
    least = eta + (1 - eta) * lost / 100
    return float(isentropic_work(compressor.pressure)) * 60 / least


def isothermal(pressure: float) -> float:
    """Specific power of isothermal compression from the reference of ISO 1217. [kW (m3 min-1)-1]

    Examples
    --------
    >>> round(isothermal(7.0), 2)
    3.47
    """
    return float(isothermal_work(pressure)) * 60
