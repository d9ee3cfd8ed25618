"""What an assessment finds, told by the keys of the station file: where to put right what is wrong with a log."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from wattstone.base import Finding, InputRefused
from wattstone.equipment.air.free_air import PSI
from wattstone.equipment.air.station import Station

__all__ = ["header_findings", "refuse_doubtful", "told"]

UNITS = {"psi": PSI, "kPa": 0.01, "MPa": 10.0}
FAR = (0.2, 1.5)  # times the highest pressure of the machines: beyond, the header's pressure is in another unit
FITS = (0.4, 1.2)
PLATES = 64.0  # bar(g): beyond, the pressures of the machines are in another unit themselves

REMEDIES = {
    "air.log_flow_unit": "set `flow_unit` of [log]; where the unit is right, add the compressor that is missing in the "
    "file, or correct the scale of the meter",
    "air.log_flow_above": "set `flow_reference` of [log] to what the flow is stated at, add a compressor that is "
    "missing, or correct the scale of the meter",
    "air.log_power_unit": "set `power_unit` of [log], name columns of ampere under `current` in place of `power`, or "
    "correct `power_kw` of the compressor",
    "air.log_pressure_unit": "set `pressure_unit` of [log], or correct `pressure_bar` of [network]",
    "air.log_pressure_absolute": "set `pressure_absolute = true` in [log], or correct `pressure_bar` and `band_bar` of "
    "[network]",
    "air.log_too_short": "name a log of a week or more as `file` of [log]: nothing can be said of a year from so "
    "few hours",
    "air.gauge": "set `pressure_bar_abs` of [inlet]: about 1 at sea level",
}
DOUBTFUL = frozenset({"air.log_pressure_absolute"})


def header_findings(station: Station, place: str) -> Iterator[Finding]:
    """A set-point of the header that is in another unit than the pressures of the machines.

    Parameters
    ----------
    station : Station
    place : str
        Name of the file.
    """
    highest = max(max(one.pressure, one.most_pressure or 0.0) for one in station.compressors)
    if highest > PLATES or FAR[0] * highest <= station.pressure <= FAR[1] * highest:
        return
    fits = [name for name, factor in UNITS.items() if FITS[0] <= station.pressure * factor / highest <= FITS[1]]
    yield Finding(
        code="air.header_unit",
        place=f"{place}, network.pressure_bar",
        found="the header is kept at {pressure} bar(g), and the machines give {highest} bar(g) at most",
        expected="the lowest set-point of the header in bar(g); {fits} would fit",
        remedy="convert it to bar(g), or correct `pressure_bar` of the compressors",
        params={
            "pressure": f"{station.pressure:g}",
            "highest": f"{highest:g}",
            "fits": " or ".join(fits) or "no unit that is known",
        },
    )


def told(found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings, with the keys of the file that mend them."""
    for one in found:
        yield replace(one, remedy=REMEDIES[one.code]) if one.code in REMEDIES else one


def refuse_doubtful(found: Iterable[Finding]) -> None:
    """Refuse a log whose pressures may be absolute: a wrong bar is a seventh of the power.

    Raises
    ------
    InputRefused
        With the key that says what they are.
    """
    if wrong := [replace(one, severity="error") for one in told(found) if one.code in DOUBTFUL]:
        raise InputRefused(wrong)
