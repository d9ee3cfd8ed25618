"""Words of compressed air: parts of a station's energy, states of machines, ways to tell leaks, kinds of measures."""

from wattstone.detection.air.result import State
from wattstone.interfaces.present.languages import Translate, mark

WHERE = {
    "useful": mark("compressing useful air"),
    "over_pressure": mark("pressure above what is needed"),
    "artificial": mark("use that only pressure makes"),
    "leaks": mark("leaks"),
    "purge": mark("purge of the dryer"),
    "dryer": mark("electricity of the dryer"),
    "unloaded": mark("running unloaded"),
    "part_load": mark("control at part load"),
    "blow_off": mark("blowing off"),
    "residue": mark("not explained"),
}
"""Where the kWh of a station go, by code."""

WITH_LEAKS = mark("compressing useful air, and leaks, which are not known")
"""What useful air is where nothing tells the leaks."""

COMPRESSION = mark("heat of compression, friction and motors")
LIMIT = mark("isothermal limit of the useful air")
"""What useful air takes above the limit, and the limit."""

ACCOUNT = {
    "use": mark("air that is used"),
    "artificial": WHERE["artificial"],
    "leaks": WHERE["leaks"],
    "purge": WHERE["purge"],
    "vented": mark("air that is vented"),
    "unloaded": WHERE["unloaded"],
    "starting": mark("starting"),
    "dryer": WHERE["dryer"],
}
"""Where the kWh of an account go, by code."""

STATES = {
    State.LOADED: mark("loaded"),
    State.PARTLY: mark("at part load"),
    State.UNLOADED: mark("unloaded"),
    State.STARTING: mark("starting"),
    State.OFF: mark("off"),
    State.UNKNOWN: mark("not known"),
}

LEAKS = {
    "closed_hours": mark("flow in hours without production"),
    "lowest_flow": mark("lowest flow of the nights"),
    "cycling": mark("load cycles in hours without production"),
    "decay": mark("fall of pressure while all machines are off"),
    "station": mark("as the station file says"),
    "unknown": mark("neither the logs nor the station file tell them"),
}
"""What a share of leaks rests on, by its basis."""

JOINT = mark("all together")

KINDS = {
    "shutdown": mark("shutdown in breaks"),
    "leaks": mark("repair of leaks"),
    "pressure": mark("pressure"),
    "replacement": mark("replacement of a machine"),
    "trim": mark("trim by variable speed"),
    "storage": mark("storage"),
    "intake": mark("intake"),
    "filter": mark("filter of the intake"),
    "dryer": mark("control of the dryer"),
    "sequencing": mark("sequencing"),
    "heat": mark("recovery of heat"),
    "variable_speed": mark("variable speed"),
    "maintenance": mark("maintenance"),
    "blow_off": WHERE["blow_off"],
    "joint": JOINT,
}
"""Kinds of measures, by code."""

RULES = {
    "cascade": mark("set-points one below the other"),
    "target": mark("one target for all"),
    "optimal": mark("the best set for every flow"),
}

PER_FLOW = "kW/(m³/min)"
"""Unit of specific power as it is written."""
AIR = "m³/min"
"""Unit of flow of free air as it is written."""

_DAYS = {
    "working day": mark("working day"),
    "weekday, low": mark("weekday, low"),
    "saturday": mark("saturday"),
    "sunday": mark("sunday"),
    "weekend": mark("weekend"),
    "holiday": mark("holiday"),
    "break": mark("break"),
    "day off": mark("day off"),
    "mixed days": mark("mixed days"),
    "day": mark("day"),
}


def day_name(name: str, t: Translate) -> str:
    """A kind of day; those of one name carry a number, and a name that a user gave stays.

    Examples
    --------
    >>> day_name("working day 2", str.format)
    'working day 2'
    """
    stem, _, number = name.rpartition(" ")
    if number.isdigit() and stem in _DAYS:
        return f"{t(_DAYS[stem])} {number}"
    return t(_DAYS[name]) if name in _DAYS else name
