"""Units that a log seems to be in, where they are not those that it is said to be in."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.detection.air.log import AirLog
from wattstone.equipment.air import Compressor, Control, Station, capacity, full_power
from wattstone.equipment.air.free_air import ACTUAL_UNITS, PSI

Floats = npt.NDArray[np.float64]

TOP = 0.995  # quantile that stands for the highest value
FAR = 1.35  # times the nameplate: no machine takes more
ABOVE = 1.15  # times the capacity of the station: no meter is off by more
FITS = (0.15, 1.2)  # of the nameplate: where a value in the right unit would lie
ALIKE = (0.5, 2.0)  # times what the machines make by their power: where a flow in the right unit would lie
REGISTER = 20.0  # times the nameplate: how far a counter has gone at least
HORSEPOWER = 0.745699872  # kW, 550 ft lbf/s
HIGH = (0.3, 0.5)  # bar: an absolute pressure is above the band by so much; and within it by this, less 1
FLOWS = {name: factor for name, factor in ACTUAL_UNITS.items() if name in {"cfm", "m3/h", "l/s", "l/min", "m3/s"}}
PRESSURES = {"psi": PSI, "kPa": 0.01, "MPa": 10.0, "mbar": 0.001}


def power_findings(station: Station, log: AirLog) -> Iterator[Finding]:
    """Powers that no such machine takes, and counters and energies taken for power."""
    machines = {one.name: one for one in station.compressors}
    power = log.kilowatts()
    tops: dict[str, float] = {}
    for name, values in zip(log.machines, power, strict=True):
        one = machines.get(name)
        known = values[~np.isnan(values)]
        if one is None or known.size < 2:
            continue
        rated = _most_power(one)
        top = float(np.quantile(known, TOP)) / rated
        if known.size >= 12 and _register(known, rated):
            yield _unit(name, "power", "counts up and never falls, as a register of kWh does", "differences of it")
            continue
        tops[name] = top
        if top > FAR:
            fits = _fitting(top, _power_units(log), FITS)
            yield _too_high(name, top * rated, rated, fits)
    yield from _energies(machines, tops, log.hours)


def _power_units(log: AirLog) -> dict[str, float]:
    amperes = np.sqrt(3) * log.volts * log.power_factor / 1000
    return {"W": 0.001, f"A (current at {log.volts:g} V)": float(amperes), "hp": HORSEPOWER}


def _energies(machines: Mapping[str, Compressor], tops: dict[str, float], hours: float) -> Iterator[Finding]:
    """Energy of an interval is as many times too low as an hour has intervals."""
    if not tops or hours >= 0.99:
        return
    highest = max(tops.values())
    if not 0.85 * hours <= highest <= 1.2 * hours:
        return
    steady = all(machines[name].control in (Control.LOAD_UNLOAD, Control.START_STOP) for name in tops)
    yield Finding(
        code="air.log_energy",
        place="log, power",
        found="no machine takes more than {share} of its nameplate",
        expected="power; kWh per interval of {minutes} min would fit",
        remedy="if the readings are energy, say so, or multiply them by {factor}",
        params={"share": f"{highest:.0%}", "minutes": f"{hours * 60:g}", "factor": f"{1 / hours:g}"},
        severity="error" if steady else "warning",
    )


def flow_findings(station: Station, log: AirLog) -> Iterator[Finding]:
    """Flows that the machines cannot make, or far less than they do."""
    if log.flow is None or np.isnan(log.flow).all():
        return
    most = sum(float(capacity(one)) for one in station.compressors)
    top = float(np.nanquantile(log.flow, TOP))
    made = _roughly_made(station, log)
    if top > ABOVE * most:
        fits = {unit: factor for unit, factor in FLOWS.items() if FITS[0] <= top * factor / most <= FITS[1]}
        yield _flow_unit(top, most, _nearest(log.flow, made, fits))
        return
    both = ~np.isnan(made) & ~np.isnan(log.flow)
    seen, expected = float(log.flow[both].sum()), float(made[both].sum())
    if expected > 0 and 0 < seen < expected / 10:
        yield _flow_unit(top, most, _nearest(log.flow, made, {"m3/s": FLOWS["m3/s"]}))
    elif top > 1.02 * most:
        yield Finding(
            code="air.log_flow_above",
            place="header, flow",
            found="it reaches {top} m3/min",
            expected="at most the {most} m3/min that all machines make",
            remedy="check the scale of the meter, and what its flow is stated at (normal or free air)",
            params={"top": f"{top:.3g}", "most": f"{most:.3g}"},
            severity="warning",
        )


def pressure_findings(station: Station, log: AirLog) -> Iterator[Finding]:
    """Pressures in another unit, or absolute."""
    if log.pressure is None or np.isnan(log.pressure).all():
        return
    running = log.pressure[log.pressure > 0.5 * float(np.nanquantile(log.pressure, 0.95))]
    usual = float(np.median(running)) if running.size else float(np.nanmedian(log.pressure))
    cut_outs = [one.most_pressure for one in station.compressors if one.most_pressure is not None]
    high = max([station.pressure + station.band, *cut_outs])
    limits = (0.6 * station.pressure, high + 2.0)
    if not limits[0] <= usual <= limits[1]:
        fits = [unit for unit, factor in PRESSURES.items() if limits[0] <= usual * factor <= limits[1]]
        yield Finding(
            code="air.log_pressure_unit",
            place="header, pressure",
            found="it is {usual} most of the time",
            expected="{low} to {high} bar(g); {fits} would fit",
            remedy="name the unit of the pressure, or correct the station's set-point",
            params={
                "usual": f"{usual:.4g}",
                "low": f"{station.pressure:g}",
                "high": f"{high:g}",
                "fits": " or ".join(fits) or "no unit that is known",
            },
        )
        return
    if usual > high + HIGH[0] and station.pressure - HIGH[1] <= usual - 1 <= high + HIGH[0]:
        still = log.pressure[log.pressure < 1.3]
        sure = bool(still.size and float(np.median(still)) > 0.8)
        yield Finding(
            code="air.log_pressure_absolute",
            place="header, pressure",
            found="it is {usual} most of the time, about 1 bar above the band",
            expected="gauge pressure of {low} to {high} bar(g); bar(a) would fit",
            remedy="say that it is absolute, or correct the station's set-point and band",
            params={"usual": f"{usual:.3g}", "low": f"{station.pressure:g}", "high": f"{high:g}"},
            severity="error" if sure else "warning",
        )


def _most_power(one: Compressor) -> float:
    rated = float(full_power(one))
    return rated if one.most_power is None else max(rated, one.most_power)


def _register(known: Floats, rated: float) -> bool:
    return bool(np.all(np.diff(known) >= 0)) and float(known[-1] - known[0]) > REGISTER * rated


def _fitting(top: float, units: Mapping[str, float], limits: tuple[float, float]) -> list[str]:
    return [unit for unit, factor in units.items() if limits[0] <= top * factor <= limits[1]]


def _roughly_made(station: Station, log: AirLog) -> Floats:
    """Flow in proportion to power above idle: enough to tell units apart. [m3 min-1]"""
    machines = {one.name: one for one in station.compressors}
    made = np.zeros(log.steps)
    for name, values in zip(log.machines, log.kilowatts(), strict=True):
        if (one := machines.get(name)) is not None and not np.isnan(values).all():
            made += np.clip((values / one.power - 0.25) / 0.75, 0.0, 1.0) * one.flow
    return made


def _nearest(flow: Floats, made: Floats, fits: Mapping[str, float]) -> str:
    """Of the units that fit, the one in which the flow is most like what the machines make."""
    both = ~np.isnan(flow) & ~np.isnan(made)
    wanted, given = float(made[both].sum()), float(flow[both].sum())
    if not fits:
        return "no unit that is known"
    if not both.any() or wanted <= 0 or given <= 0:
        return " or ".join(fits)
    fits = {unit: factor for unit, factor in fits.items() if ALIKE[0] <= given * factor / wanted <= ALIKE[1]}
    if not fits:
        return "no unit that is known"
    return min(fits, key=lambda unit: abs(np.log(given * fits[unit] / wanted)))


def _flow_unit(top: float, most: float, unit: str) -> Finding:
    return Finding(
        code="air.log_flow_unit",
        place="header, flow",
        found="it reaches {top}",
        expected="about what the machines make, {most} m3/min at most; {unit} would fit",
        remedy="name the unit of the flow",
        params={"top": f"{top:.4g}", "most": f"{most:.3g}", "unit": unit},
    )


def _too_high(name: str, top: float, rated: float, fits: list[str]) -> Finding:
    return Finding(
        code="air.log_power_unit",
        place=f"machine '{name}', power",
        found="it reaches {top}, {times} times the nameplate",
        expected="about {rated} kW at full load; {fits} would fit",
        remedy="name the unit, or correct the nameplate",
        params={
            "top": f"{top:.4g}",
            "times": f"{top / rated:.2g}",
            "rated": f"{rated:.4g}",
            "fits": " or ".join(fits) or "no unit that is known",
        },
    )


def _unit(name: str, what: str, found: str, fits: str) -> Finding:
    return Finding(
        code="air.log_register",
        place=f"machine '{name}', {what}",
        found="it {does}",
        expected="mean power of each interval; {fits} would fit",
        remedy="take differences of the counter, over the hours between",
        params={"does": found, "fits": fits},
    )
