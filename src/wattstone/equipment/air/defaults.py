"""What stands in for what is not known of a compressor: typical values, each with where it is from.

Figures of a machine's own data sheet are better, and a measured idle power and curve better still.
"""

from dataclasses import dataclass

from wattstone.equipment.air.compressor import Compressor, Control
from wattstone.equipment.air.pressure import pressure_factor

__all__ = ["SPECIFIC_POWER", "STORAGE", "Filled", "filled"]

PSI = 0.0689475729  # bar
KW_PER_CFM = 1 / 0.0283168466  # kW per m3/min

SPECIFIC_POWER = {
    "reciprocating": 0.16 * KW_PER_CFM,
    "screw": 0.20 * KW_PER_CFM,
    "vane": 0.20 * KW_PER_CFM,
    "oil_free": 0.23 * KW_PER_CFM,
    "centrifugal": 0.21 * KW_PER_CFM,
}
"""Package power over flow, near 7 bar(g), of leak estimates in MEASUR; a vane is taken as a screw. [kW per m3/min]"""

STORAGE = 5 * 0.1336805556
"""Volume over full flow where none is given: 5 US gal for each cfm, from which plantengineering.com advises for
load/unload control. [m3 per m3/min]"""

# Idle power over full power. Screw: sample machine of AIRMaster+ (20.6 %), of which a vane is taken to be like; oil
# free: 1 less the control adjustment factor 0.73 of MEASUR's desktop; reciprocating: middle of 15-25 % in MEASUR's
# documentation of operating cost; centrifugal: sample machine of MEASUR, 71.3 of 452.3 kW.
IDLE = {"screw": 0.206, "vane": 0.206, "oil_free": 0.27, "reciprocating": 0.20, "centrifugal": 71.3 / 452.3}

# Variable speed: 15 % at no flow and straight up, in MEASUR's desktop; its turndown of 20 % is where the curve that
# AIRMaster+ shows begins.
SPEED_IDLE, TURNDOWN = 0.15, 0.20

# Throttled: AIRMaster+, 65 % at no flow, unloading at 50 %, within 5 psi; variable displacement: 57 %, 40 %, 17 psi.
# Shut before blowdown: 92 % for an injected screw.
CLOSED = {Control.MODULATION: 0.65, Control.MODULATION_UNLOAD: 0.65, Control.VARIABLE_DISPLACEMENT: 0.57}
UNLOAD_AT = {Control.MODULATION_UNLOAD: 0.5, Control.VARIABLE_DISPLACEMENT: 0.4}
BAND = {Control.VARIABLE_DISPLACEMENT: 17 * PSI}
SHUT_INJECTED = 0.92

# Centrifugal: surge at 80 % of flow in MEASUR's sample machine; slopes are the control adjustment factors of MEASUR's
# desktop for a butterfly valve and for guide vanes.
SURGE = 2510 / 3138
SLOPE = {Control.INLET_VALVE: 0.67, Control.BLOW_OFF: 0.67, Control.GUIDE_VANES: 0.86}

# Blowdown and reload: AIRMaster+, 40 s and 3 s injected, next to nothing otherwise; band of a load/unload 10 psi.
INJECTED_TIMES = (40.0, 2.0, 3.0)
DRY_TIMES = (0.003, 0.004, 0.001)
CYCLE_BAND = 10 * PSI
HEAT = 0.7  # middle of the 50-90 % of the input that EXAIR and the Compressed Air Challenge call recoverable


@dataclass(frozen=True, kw_only=True)
class Filled:
    """Parameters of a compressor that are all known; powers in kW at the rated pressure.

    Parameters
    ----------
    idle, most, least_power, middle_power : float
        [kW]
    most_pressure, unload_pressure : float
        [bar(g)]
    closed : float
        Power with a shut inlet, over that at full flow.
    exponent : float
        Of the flow share in the power while it throttles.
    unload_at, least_flow, middle_flow : float
        Shares of full flow.
    band : float
        [bar]
    blowdown, closing, reload : float
        [s]
    heat_share : float
    """

    idle: float
    most_pressure: float
    most: float
    closed: float
    exponent: float
    unload_at: float
    unload_pressure: float
    least_flow: float
    least_power: float
    middle_flow: float
    middle_power: float
    band: float
    blowdown: float
    closing: float
    reload: float
    heat_share: float


def filled(compressor: Compressor) -> Filled:
    """The compressor's parameters, with typical ones where it has none."""
    c = compressor
    throttles = c.control in UNLOAD_AT
    most_pressure = _or(c.most_pressure, c.pressure + (0.0 if throttles or _continuous(c) else CYCLE_BAND))
    most = _or(c.most_power, c.power * float(pressure_factor(most_pressure, rated=c.pressure)))
    closed = _or(c.throttled_power, CLOSED.get(c.control, SHUT_INJECTED if c.injected else 0.0))
    exponent = 2.0 if c.control is Control.VARIABLE_DISPLACEMENT else 1.0
    unload_at = _or(c.unload_at, UNLOAD_AT[c.control]) if throttles else 1.0
    band = _or(c.band, BAND.get(c.control, 5 * PSI))
    least_flow = _or(c.least_flow, TURNDOWN if c.control is Control.VARIABLE_SPEED else SURGE)
    least_power = _or(c.least_power, c.power * _least_share(c, least_flow))
    middle_flow = _or(c.middle_flow, (least_flow + 1) / 2)
    straight = least_power + (c.power - least_power) * (middle_flow - least_flow) / (1 - least_flow)
    times = INJECTED_TIMES if c.injected else DRY_TIMES
    return Filled(
        idle=_or(c.idle_power, c.power * _idle_share(c)),
        most_pressure=most_pressure,
        most=most,
        closed=closed,
        exponent=exponent,
        unload_at=unload_at,
        unload_pressure=_or(c.unload_pressure, most_pressure + (1 - unload_at) * band),
        least_flow=least_flow,
        least_power=(
            _or(c.least_power, most * (closed + (1 - closed) * unload_at**exponent)) if throttles else least_power
        ),
        middle_flow=middle_flow,
        middle_power=_or(c.middle_power, straight),
        band=band,
        blowdown=_or(c.blowdown, times[0]),
        closing=times[1],
        reload=_or(c.reload, times[2]),
        heat_share=_or(c.heat_share, HEAT),
    )


def _continuous(c: Compressor) -> bool:
    """Whether the discharge pressure does not swing between two set-points."""
    return c.control not in {Control.LOAD_UNLOAD, Control.START_STOP} or c.kind == "centrifugal"


def _idle_share(c: Compressor) -> float:
    if c.control is Control.VARIABLE_SPEED:
        return SPEED_IDLE
    return IDLE["oil_free" if c.oil_free and c.kind in {"screw", "vane"} else c.kind]


def _least_share(c: Compressor, flow: float) -> float:
    if c.control is Control.VARIABLE_SPEED:
        return SPEED_IDLE + (1 - SPEED_IDLE) * flow
    return 1 - SLOPE.get(c.control, 1.0) * (1 - flow)


def _or(value: float | None, default: float) -> float:
    return default if value is None else value
