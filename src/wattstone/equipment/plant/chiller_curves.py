"""The curves of a chiller record: their values, their rating point, and what is impossible about them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import Range, outside, positive
from wattstone.equipment.plant.limits import lorenz_cold
from wattstone.equipment.plant.records import ChillerRecord

__all__ = [
    "WATER_HEAT",
    "Rating",
    "capacity_factor",
    "findings",
    "input_factor",
    "normalise",
    "part_load_factor",
    "rating",
    "resize",
]

# Heat capacity of liquid water at 20 degC: W. Wagner and A. Pruß (IAPWS-95), J. Phys. Chem. Ref. Data 31, 2002.
WATER_HEAT = 4.184
# Heat capacity of dry air, in an air-cooled condenser: ASHRAE Fundamentals 2017, ch. 1. [kJ kg-1 K-1]
AIR_HEAT = 1.006
# Share by which a curve may miss 1 at its own rating point before that is told.
RATING_TOLERANCE = 0.03


@dataclass(frozen=True, kw_only=True)
class Rating:
    """Values of a record's three curves at its own rating point: 1 each, if the record is what it says.

    Parameters
    ----------
    capacity, input, part_load : float
        [1]
    """

    capacity: float
    input: float
    part_load: float

    @property
    def off(self) -> float:
        """Farthest that any of the curves is from 1. [1]"""
        return max(abs(one - 1.0) for one in (self.capacity, self.input, self.part_load))


def _biquadratic(c: tuple[float, ...], x: Floats, y: Floats) -> Floats:
    return (c[0] + x * (c[1] + c[2] * x)) + y * (c[3] + c[5] * x + c[4] * y)


def capacity_factor(record: ChillerRecord, evaporator: npt.ArrayLike, condenser: npt.ArrayLike) -> Floats:
    """Capacity over the rated capacity at the record's two temperatures in degC. [1]"""
    return _biquadratic(record.capacity_curve, np.asarray(evaporator, dtype=float), np.asarray(condenser, dtype=float))


def input_factor(record: ChillerRecord, evaporator: npt.ArrayLike, condenser: npt.ArrayLike) -> Floats:
    """Power per cold at full load over that of the rating, at the record's two temperatures in degC. [1]"""
    return _biquadratic(record.input_curve, np.asarray(evaporator, dtype=float), np.asarray(condenser, dtype=float))


def part_load_factor(record: ChillerRecord, share: npt.ArrayLike, condenser: npt.ArrayLike) -> Floats:
    """Power over that at full load, at a share of the capacity at the same temperatures.

    Parameters
    ----------
    record : ChillerRecord
    share : float or array
        Load over capacity. [1]
    condenser : float or array
        Water that leaves the condenser; used by the reformulated form alone. [degC]

    Returns
    -------
    array
        [1]
    """
    y, c = np.asarray(share, dtype=float), record.part_load_curve
    if record.form == "eir":
        return c[0] + y * (c[1] + c[2] * y) + 0.0 * np.asarray(condenser, dtype=float)
    x = np.asarray(condenser, dtype=float)
    return (
        c[0]
        + x * (c[1] + x * (c[2] + c[6] * x))
        + y * (c[3] + c[5] * x + c[8] * x * x + y * (c[4] + c[9] * x + c[7] * y))
    )


def rating(record: ChillerRecord) -> Rating:
    """Values of the three curves at the rating point."""
    at = (record.evaporator, record.condenser)
    return Rating(
        capacity=float(capacity_factor(record, *at)),
        input=float(input_factor(record, *at)),
        part_load=float(part_load_factor(record, 1.0, record.condenser)),
    )


def normalise(record: ChillerRecord) -> ChillerRecord:
    """The record with each of its curves divided by what it is at the rating point, so that all three are 1 there.

    The shape of the curves stays; the rated capacity and COP become what the machine makes at its rating.
    """
    at = rating(record)

    def over(curve: tuple[float, ...], value: float) -> tuple[float, ...]:
        return tuple(one / value for one in curve)

    return replace(
        record,
        capacity_curve=over(record.capacity_curve, at.capacity),
        input_curve=over(record.input_curve, at.input),
        part_load_curve=over(record.part_load_curve, at.part_load),
    )


def resize(record: ChillerRecord, *, capacity: float | None = None, cop: float | None = None) -> ChillerRecord:
    """The record of a machine of the same curves with another capacity [kW] or COP [1]; flows follow the capacity."""
    size = (capacity or record.capacity) / record.capacity
    return replace(
        record,
        capacity=record.capacity * size,
        cop=cop or record.cop,
        evaporator_flow=record.evaporator_flow * size,
        condenser_flow=record.condenser_flow * size,
    )


def findings(record: ChillerRecord, *, place: str = "") -> tuple[Finding, ...]:
    """What is impossible about a record (errors), and a rating point that is missed (a warning).

    The curves are tried over the whole range they are said to be fitted to, from the share to which the machine
    unloads to full load.

    Parameters
    ----------
    record : ChillerRecord
    place : str
        Name in messages; the record's own by default.

    Returns
    -------
    tuple of Finding
        `equipment.range`, `plant.negative_power`, `plant.beats_limit`, `plant.rating`.
    """
    where = place or f"chiller record '{record.name}'"
    wrong = tuple(outside(where, _ranges(record)))
    return wrong or (*_impossible(record, where), *_off_rating(record, where))


def _ranges(record: ChillerRecord) -> Iterator[tuple[str, npt.ArrayLike, Range]]:
    yield "capacity", record.capacity, positive("kW")
    yield "cop", record.cop, Range(0.0, 30.0, "", open_least=True)
    yield "evaporator_flow", record.evaporator_flow, positive("kg/s")
    yield "condenser_flow", record.condenser_flow, positive("kg/s")
    yield "evaporator", record.evaporator, Range(-60.0, 40.0, "degC")
    yield "condenser", record.condenser, Range(-20.0, 80.0, "degC")
    yield "evaporator_range", record.evaporator_range, Range(-60.0, 40.0, "degC")
    yield "condenser_range", record.condenser_range, Range(-20.0, 80.0, "degC")
    yield "unload_share", record.unload_share, Range(0.0, 1.0, "", open_least=True)
    yield "least_share", record.least_share, Range(0.0, record.unload_share, "", open_least=True)
    yield "most_share", record.most_share, Range(record.unload_share, 1.5, "", open_least=True)


def _tried(record: ChillerRecord) -> tuple[Floats, Floats, Floats]:
    """Cold, power and the limit of cold over power over the fitted range: (9, 12, 12) each."""
    x = np.linspace(*record.evaporator_range, 9)[:, None, None]
    y = np.linspace(*record.condenser_range, 12)[None, :, None]
    share = np.linspace(record.unload_share, 1.0, 12)[None, None, :]
    capacity = record.capacity * capacity_factor(record, x, y)
    power = capacity / record.cop * input_factor(record, x, y) * part_load_factor(record, share, y)
    cold = capacity * share
    rise = (cold + power) / (record.condenser_flow * (WATER_HEAT if record.medium == "water" else AIR_HEAT))
    entering, leaving = (y, y + rise) if record.form == "eir" else (y - rise, y)
    limit = lorenz_cold(x + cold / (record.evaporator_flow * WATER_HEAT), x, entering, leaving)
    return cold, power, limit


def _impossible(record: ChillerRecord, where: str) -> Iterator[Finding]:
    cold, power, limit = _tried(record)
    negative = (power <= 0) | (cold <= 0)
    if negative.any():
        yield _corner(
            record,
            where,
            negative,
            code="plant.negative_power",
            found="the curves give {value} kW of power in part of the range they are said to be fitted to"
            " ({share} of it; where it is worst: evaporator {x} degC, condenser {y} degC, {load} of capacity)",
            expected="power and capacity above 0 kW over the whole range",
            value=power,
        )
    beats = ~negative & (cold > power * limit)
    if beats.any():
        yield _corner(
            record,
            where,
            beats,
            code="plant.beats_limit",
            found="the curves make {value} times the cold that nature allows in part of the range they are said to be"
            " fitted to ({share} of it; where it is worst: evaporator {x} degC, condenser {y} degC, {load} of"
            " capacity)",
            expected="no more cold than an ideal (Lorenz) machine makes of the same power",
            value=-cold / np.where(beats, power * limit, np.inf),
        )


def _corner(
    record: ChillerRecord,
    where: str,
    bad: npt.NDArray[np.bool_],
    *,
    code: str,
    found: str,
    expected: str,
    value: Floats,
) -> Finding:
    worst = np.unravel_index(int(np.argmin(np.where(bad, value, np.inf))), bad.shape)
    axes = (
        np.linspace(*record.evaporator_range, bad.shape[0]),
        np.linspace(*record.condenser_range, bad.shape[1]),
        np.linspace(record.unload_share, 1.0, bad.shape[2]),
    )
    x, y, load = (f"{axis[index]:.3g}" for axis, index in zip(axes, worst, strict=True))
    shown = float(value[worst])
    return Finding(
        code=code,
        place=where,
        found=found,
        expected=expected,
        remedy="take another record, or narrow evaporator_range, condenser_range or unload_share to where it holds",
        params={
            "value": f"{-shown if code == 'plant.beats_limit' else shown:.4g}",
            "share": f"{100 * float(bad.mean()):.2g} %",
            "x": x,
            "y": y,
            "load": load,
        },
        count=int(bad.sum()),
    )


def _off_rating(record: ChillerRecord, where: str) -> Iterator[Finding]:
    at = rating(record)
    if at.off > RATING_TOLERANCE:
        yield Finding(
            code="plant.rating",
            place=where,
            found="at its own rating point the record's curves are {capacity} (capacity), {input} (power at full load)"
            " and {part_load} (part load)",
            expected="1 for each of them, within 3 %",
            remedy="normalise the record, or take the maker's curves",
            params={
                "capacity": f"{at.capacity:.3f}",
                "input": f"{at.input:.3f}",
                "part_load": f"{at.part_load:.3f}",
            },
            severity="warning",
        )
