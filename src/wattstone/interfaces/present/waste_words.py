"""What findings of waste and faults are called, what they say, and what to do about them."""

from typing import Any

from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.numbers import percent, three

_NAMES = {
    "lights_by_day": mark("Lights on in daylight"),
    "out_of_hours": mark("Running out of hours"),
    "base_load_drift": mark("Base load has risen"),
    "efficiency_drift": mark("Use has risen"),
    "water_leak": mark("Water never stops flowing"),
    "pv_soiling": mark("PV gives less and less"),
    "pv_outage": mark("PV gives less"),
    "heating_and_cooling": mark("Heating and cooling at once"),
    "peak_event": mark("Peak of demand"),
    "night_base_load": mark("High use by night"),
    "weekend_base_load": mark("High use on days off"),
    "above_peers": mark("More than its peers"),
    "meter_silent": mark("Meter silent"),
    "meter_stuck": mark("Meter stuck"),
    "meter_reversed": mark("Meter reversed"),
    "meter_spikes": mark("Readings beyond reason"),
    "meter_reset": mark("Register began anew"),
    "meter_clock": mark("Meter clock off"),
}

# What a code of several kinds says, by the number of the kind: hours of running, what grows.
_FOUND = {
    "lights_by_day": mark("while the sun is up the lights draw {after} in place of {before}"),
    "out_of_hours": mark("from 23 to 5 o'clock it draws {after}, where {before} is usual"),
    "out_of_hours.1": mark("on days off it draws {after} by day, where {before} is usual"),
    "out_of_hours.2": mark("before and after hours it draws {after}, where {before} is usual"),
    "base_load_drift": mark("by day and by night alike: {after} on average, where {before} is explained"),
    "base_load_drift.1": mark("more from week to week, by day and by night: {after}, where {before} is explained"),
    "efficiency_drift.1": mark(
        "more from week to week: {after}, where weather, weekdays and neighbours explain {before}"
    ),
    "efficiency_drift": mark("{after} on average, where weather, weekdays and neighbours explain {before}"),
    "water_leak": mark("the least flow of an hour is {after}, where {before} is usual"),
    "pv_soiling": mark("{less} less than sun and temperature allow, and more from week to week"),
    "pv_outage": mark("{less} less than sun and temperature allow"),
    "heating_and_cooling": mark("both ran in {a} hours of the year"),
    "peak_event": mark("an hour of {a}, where all but few days stay below {b}"),
    "night_base_load": mark("by night {a} of the power by day; three quarters of its peers stay below {b}"),
    "weekend_base_load": mark("on days off {a} of the power of working days; three quarters of its peers: below {b}"),
    "above_peers": mark("{a} W/m² on average; three quarters of its peers stay below {b} W/m²"),
    "meter_silent": mark("no readings for {a} hours; stretches: {b}"),
    "meter_stuck": mark("the same value for {a} hours; stretches: {b}"),
    "meter_reversed": mark("below zero for {a} hours; stretches: {b}"),
    "meter_spikes": mark("{a} readings that no load can have made"),
    "meter_reset": mark("times that the register fell: {a}"),
    "meter_clock": mark("its day lies {a} h later than on its other days"),
}

_ACTIONS = {
    "lights_by_day": mark("Look at the photocell, the timer and the hand switch of this circuit."),
    "out_of_hours": mark("Compare the schedule of the plant with the hours of use; look for a hand setting."),
    "base_load_drift": mark("Find what runs at all hours since that day: leaks, bypasses, what was added or left on."),
    "efficiency_drift": mark("Ask what was changed on that day; look for fouling, wear and moved set-points."),
    "water_leak": mark("Close one branch after the other by night and read the meter; look at cisterns and valves."),
    "pv_soiling": mark("Look at the modules, and clean them if the loss is worth it."),
    "pv_outage": mark("Look for a string, a fuse or an inverter that is out."),
    "heating_and_cooling": mark("Set the limits of heating and cooling further apart, and lock one against the other."),
    "peak_event": mark("Ask what ran at once in that hour, and spread it if demand is charged for."),
    "night_base_load": mark("Walk through the building by night and list what runs; there may be a reason for it."),
    "weekend_base_load": mark("Walk through the building on a day off and list what runs."),
    "above_peers": mark("Compare what is done here with its peers first; then audit the largest uses."),
    "meter_silent": mark("Look at the meter, its logger and its link; say how the gap is to be filled."),
    "meter_stuck": mark("Look at the meter and its logger; treat these readings as a gap."),
    "meter_reversed": mark("If the sign was reversed by work on the meter, correct it and load the readings again."),
    "meter_spikes": mark("Treat these readings as gaps, and look at the meter if they return."),
    "meter_reset": mark("Make sure that the use across the exchange was entered."),
    "meter_clock": mark("Set the clock; if it begins and ends with the clock changes, the source writes local time."),
}

WASTE_CODES = tuple(_NAMES)
"""All codes of findings of waste and faults."""

COMPARISONS = ("above_peers", "night_base_load", "weekend_base_load")
"""Codes that say how a meter stands among others, not that something happened."""


def waste_name(code: str, lang: Language) -> str:
    """What a finding is called."""
    return translator(lang)(_NAMES[code])


def waste_found(row: dict[str, Any], lang: Language) -> str:
    """What was found, as a sentence without its place.

    Parameters
    ----------
    row : dict
        A row of `detection.findings.FINDINGS`.
    lang : {'en', 'zh'}
    """
    numbers = row["params"]
    code = row["code"]
    unit = power_unit(row["unit"])
    told = {name: f"{three(value)} {unit}" for name in ("before", "after") if (value := numbers[name]) is not None}
    for name in ("a", "b"):
        value = numbers[name]
        if value is not None:
            told[name] = _written(code, value, unit, lang)
    if numbers["after"] is not None and code.startswith("pv"):
        told["less"] = percent(max(0.0, 1 - numbers["after"]), lang)
    kind = f"{code}.{numbers['a']:.0f}" if numbers["a"] is not None else code
    return translator(lang)(_FOUND.get(kind, _FOUND[code]), **told)


def _written(code: str, value: float, unit: str, lang: Language) -> str:
    if code == "peak_event":
        return f"{three(value)} {unit}"
    if code in ("night_base_load", "weekend_base_load"):
        return percent(value, lang)
    return three(value) if code == "above_peers" else f"{value:.0f}"


def waste_action(code: str, lang: Language) -> str:
    """What to do next about a finding."""
    return translator(lang)(_ACTIONS[code])


def power_unit(unit: str) -> str:
    """The unit of what flows, by that of what is counted.

    Examples
    --------
    >>> power_unit("kWh"), power_unit("m3")
    ('kW', 'm³/h')
    """
    return {"kWh": "kW", "m3": "m³/h"}.get(unit, f"{unit}/h")
