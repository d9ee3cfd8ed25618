"""What is impossible or odd about a compressor: units that were mixed, and curves that no machine can have."""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.air.compressor import Compressor, Control
from wattstone.equipment.air.defaults import filled
from wattstone.equipment.air.free_air import ACTUAL_UNITS, PSI
from wattstone.equipment.air.limits import isothermal_power
from wattstone.equipment.air.performance import capacity, power
from wattstone.equipment.limits import Range, not_negative, outside, positive

__all__ = ["PLAUSIBLE", "findings", "fitting_units"]

# Package power over the isothermal limit. The lowest is a machine at 83 % of isothermal, beyond any on sale; the
# highest is three times what the efficiency grade of 10 CFR 431.345 lets a 1 m3/min machine take (2.6).
PLAUSIBLE = (1.2, 8.0)
TYPICAL = 1.87  # the machine of 6.5 kW/(m3/min) at 7 bar(g)
POWER_UNITS = {"W": 1e-3, "hp": 0.7457, "MW": 1e3}
PRESSURE_UNITS = {"psi": PSI, "kPa": 0.01, "MPa": 10.0, "Pa": 1e-5}
USUAL_PRESSURE = (2.0, 16.0)  # bar(g): works air; the sources of section 3.1 stand within
GRID = np.linspace(0.0, 1.0, 201)
ROUNDING = 1e-9


def findings(compressor: Compressor, *, place: str | None = None) -> tuple[Finding, ...]:
    """What is impossible about a compressor (errors), and what is odd (warnings), all at once.

    Parameters
    ----------
    compressor : Compressor
    place : str or None
        How the machine is called; None is by its name.

    Returns
    -------
    tuple of Finding
        `equipment.range`, `air.pressure_unit`, `air.flow_unit`, `air.power_unit`, `air.flow_and_power_unit`,
        `air.specific_power`, `air.band`, `air.points`, `air.capacity_curve`, `air.capacity_rating`,
        `air.curve_negative`, `air.curve_falls`, `air.curve_limit`.
    """
    where = place or f"compressor '{compressor.name}'"
    ranges = tuple(outside(where, _ranges(compressor)))
    if ranges:
        return ranges
    odd = (*_pressure(compressor, where), *_units(compressor, where), *_shape(compressor, where))
    if any(finding.severity == "error" for finding in odd):
        return odd
    return (*odd, *_curve(compressor, where))


def fitting_units(flow: float, power: float, pressure: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Units of which one number, of flow or of power, would make a machine of possible specific power.

    Parameters
    ----------
    flow, power, pressure : float
        As given, in m3/min, kW and bar(g).

    Returns
    -------
    flow, power : tuple of str
        Names of units, the most typical machine first.
    """
    flows = {name: _over_limit(flow * factor, power, pressure) for name, factor in ACTUAL_UNITS.items()}
    powers = {name: _over_limit(flow, power * factor, pressure) for name, factor in POWER_UNITS.items()}
    return _fitting(flows), _fitting(powers)


def _fitting(over: dict[str, float]) -> tuple[str, ...]:
    good = [name for name, value in over.items() if PLAUSIBLE[0] <= value <= PLAUSIBLE[1] / 2]
    return tuple(sorted(good, key=lambda name: abs(math.log(over[name] / TYPICAL))))


def _over_limit(flow: float, power: float, pressure: float) -> float:
    return power / float(isothermal_power(flow, pressure))


def _ranges(c: Compressor) -> Iterator[tuple[str, npt.ArrayLike, Range]]:
    share = Range(0.0, 1.0, "")
    yield "flow", c.flow, positive("m3/min")
    yield "power", c.power, positive("kW")
    yield "pressure", c.pressure, positive("bar(g)")
    yield "stages", c.stages, Range(1.0, 8.0, "")
    yield "most_pressure", _given(c.most_pressure, 1.0), positive("bar(g)")
    yield "unload_pressure", _given(c.unload_pressure, 1.0), positive("bar(g)")
    yield "most_power", _given(c.most_power, c.power), Range(c.power, 2 * c.power, "kW")
    for name in ("idle_power", "least_power", "middle_power"):
        yield name, _given(getattr(c, name), 0.0), Range(0.0, 1.2 * c.power, "kW")
    for name in ("throttled_power", "heat_share"):
        yield name, _given(getattr(c, name), 0.5), share
    for name in ("unload_at", "least_flow", "middle_flow"):
        yield name, _given(getattr(c, name), 0.5), Range(0.0, 1.0, "", open_least=True, open_most=True)
    for name in ("band", "blowdown", "reload"):
        yield name, _given(getattr(c, name), 1.0), positive("bar" if name == "band" else "s")
    yield "sump_pressure", c.sump_pressure, not_negative("bar(g)")
    for index, name in enumerate(("points, flow share", "points, power share")):
        yield name, [one[index] for one in c.points] or [0.5], Range(0.0 if index == 0 else -np.inf, 1.5, "")
    for index, name in enumerate(("pressures, bar(g)", "pressures, m3/min")):
        yield name, [one[index] for one in c.pressures] or [1.0], positive("bar(g)" if index == 0 else "m3/min")


def _given(value: float | None, default: float) -> float:
    return default if value is None else value


def _pressure(c: Compressor, place: str) -> Iterator[Finding]:
    low, high = USUAL_PRESSURE
    if low / 2 <= c.pressure <= high * 3:
        return
    fits = [unit for unit, factor in PRESSURE_UNITS.items() if low <= c.pressure * factor <= high]
    yield Finding(
        code="air.pressure_unit",
        place=place,
        found="a discharge pressure of {pressure} bar(g) is none of works air; it would be one in {units}"
        if fits
        else "a discharge pressure of {pressure} bar(g) is none of works air",
        expected="{least} to {most} bar(g), gauge",
        remedy="convert the pressure to bar(g); one that is absolute is about 1 bar more than gauge",
        params={"pressure": f"{c.pressure:g}", "units": ", ".join(fits), "least": f"{low:g}", "most": f"{high:g}"},
        severity="error" if fits else "warning",
    )


def _units(c: Compressor, place: str) -> Iterator[Finding]:
    over = _over_limit(c.flow, c.power, c.pressure)
    if PLAUSIBLE[0] <= over <= PLAUSIBLE[1]:
        return
    limit = float(isothermal_power(1.0, c.pressure))
    flows, powers = fitting_units(c.flow, c.power, c.pressure)
    texts = {
        "air.flow_and_power_unit": "{specific} kW for each m3/min at {pressure} bar(g), where isothermal compression "
        "takes {limit}; the flow would fit in {flows}, or the power in {powers}",
        "air.flow_unit": "{specific} kW for each m3/min at {pressure} bar(g), where isothermal compression takes "
        "{limit}; the flow would fit in {flows}",
        "air.power_unit": "{specific} kW for each m3/min at {pressure} bar(g), where isothermal compression takes "
        "{limit}; the power would fit in {powers}",
        "air.specific_power": "{specific} kW for each m3/min at {pressure} bar(g), where isothermal compression takes "
        "{limit}",
    }
    both = "air.flow_and_power_unit" if powers else "air.flow_unit"
    code = both if flows else "air.power_unit" if powers else "air.specific_power"
    yield Finding(
        code=code,
        place=place,
        found=texts[code],
        expected="{least} to {most} kW per m3/min",
        remedy="check the units of flow (m3/min of free air) and power (kW)",
        params={
            "specific": f"{c.power / c.flow:.3g}",
            "pressure": f"{c.pressure:g}",
            "limit": f"{limit:.2f}",
            "flows": ", ".join(flows[:2]),
            "powers": ", ".join(powers[:2]),
            "least": f"{PLAUSIBLE[0] * limit:.1f}",
            "most": f"{PLAUSIBLE[1] * limit:.0f}",
        },
        severity="error" if over < PLAUSIBLE[0] or flows or powers else "warning",
    )


def _shape(c: Compressor, place: str) -> Iterator[Finding]:
    known = filled(c)
    swings = c.control in {Control.LOAD_UNLOAD, Control.START_STOP} and c.kind != "centrifugal" and not c.points
    if known.most_pressure < c.pressure or (swings and known.most_pressure == c.pressure):
        yield Finding(
            code="air.band",
            place=place,
            found="the highest pressure, {most} bar(g), is not above the rated one, {rated} bar(g)",
            expected="a cut-out above the cut-in",
            remedy="correct most_pressure, or leave it out",
            params={"most": f"{known.most_pressure:g}", "rated": f"{c.pressure:g}"},
        )
    ordered = [sorted(c.points) == list(c.points), len({x for x, _ in c.points}) == len(c.points)]
    if c.points and not (all(ordered) and len(c.points) >= 2):
        yield Finding(
            code="air.points",
            place=place,
            found="the {count} points of the measured curve do not rise in flow",
            expected="two points or more, each of more flow than the one before",
            remedy="sort the points, and take the mean of those of one flow",
            count=len(c.points),
        )
    if c.pressures:
        yield from _capacity(c, place)


def _capacity(c: Compressor, place: str) -> Iterator[Finding]:
    pressures = sorted(c.pressures)
    at = np.linspace(pressures[0][0], pressures[-1][0], 51)
    rises = np.diff(capacity(c, pressure=at)) > ROUNDING * c.flow
    apart = len({x for x, _ in pressures}) == len(pressures) <= 3
    off = abs(float(capacity(c)) / c.flow - 1.0) if apart else math.nan
    if not apart or rises.any():
        yield Finding(
            code="air.capacity_curve",
            place=place,
            found="the capacity by pressure does not fall from each of its {count} pressures to the next",
            expected="one to three different pressures, with less flow at more pressure",
            remedy="correct pressures: (bar(g), m3/min), from the machine's performance curve",
            count=len(pressures),
        )
    elif off > 0.03:
        yield Finding(
            code="air.capacity_rating",
            place=place,
            found="the capacity by pressure is {off} off the rated flow at the rated pressure",
            expected="the same flow within 3 %",
            remedy="correct pressures or flow; the capacity by pressure is what counts",
            params={"off": f"{100 * off:.1f} %"},
            severity="warning",
        )


def _curve(c: Compressor, place: str) -> Iterator[Finding]:
    flow = GRID * float(capacity(c))
    drawn = power(c, flow)
    limit = isothermal_power(flow, c.pressure)
    tests = {
        "air.curve_negative": drawn < 0,
        "air.curve_falls": np.concatenate([[False], np.diff(drawn) < -ROUNDING * c.power]),
        "air.curve_limit": drawn < limit * (1 - ROUNDING),
    }
    texts = {
        "air.curve_negative": ("the power is negative, {power} kW, at {share} of flow", "0 kW or more"),
        "air.curve_falls": ("the power falls as the flow rises, to {power} kW at {share} of flow", "a rising curve"),
        "air.curve_limit": (
            "at {share} of flow the curve takes {power} kW, less than the isothermal limit of {limit} kW",
            "more than isothermal compression takes",
        ),
    }
    for code, bad in tests.items():
        if not bad.any():
            continue
        first = int(np.flatnonzero(bad)[0])
        yield Finding(
            code=code,
            place=place,
            found=texts[code][0],
            expected=texts[code][1],
            remedy="correct idle_power, least_power, middle_power or the measured points",
            params={
                "power": f"{drawn[first]:.4g}",
                "share": f"{100 * GRID[first]:g} %",
                "limit": f"{limit[first]:.4g}",
            },
            count=int(bad.sum()),
        )
