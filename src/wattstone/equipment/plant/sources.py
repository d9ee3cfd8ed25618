"""What every source of cold or heat has in common: the conditions it meets, the flows it makes, and its form.

The energy of every source closes: cold + electricity + fuel + driving = heat + rejected.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats, over_steps

__all__ = ["Conditions", "Flows", "Makes", "Source", "findings", "masks"]

Makes = Literal["cold", "heat", "both"]

# Loads within this share of a limit are at the limit: what a solver returns is never exact.
SLACK = 1e-7

# Lowest and highest value of each temperature that a factory may mean, and the most that is likely. [degC]
_PLAUSIBLE = {
    "dry_bulb": (-60.0, 60.0),
    "wet_bulb": (-60.0, 40.0),
    "chilled_supply": (-60.0, 35.0),
    "chilled_return": (-60.0, 45.0),
    "heating_supply": (10.0, 200.0),
    "heating_return": (0.0, 190.0),
}
_KELVIN = 200.0


def _unknown() -> Floats:
    return np.full(1, np.nan)


@dataclass(frozen=True, kw_only=True, eq=False)
class Conditions:
    """Temperatures that a plant meets in t intervals; NaN is not known, or not there.

    Parameters
    ----------
    dry_bulb, wet_bulb : (t,) array
        Of the air outdoors. [degC]
    chilled_supply, chilled_return : (t,) array
        Chilled water that leaves the plant, and that comes back. [degC]
    heating_supply, heating_return : (t,) array
        Hot water that leaves the plant, and that comes back. [degC]
    atmosphere : (t,) array
        Pressure of the air outdoors. [bar(a)]

    Examples
    --------
    >>> at = Conditions.over(2, wet_bulb=[20.0, 24.0], chilled_supply=7.0, chilled_return=12.0)
    >>> at.steps, at.chilled_supply
    (2, array([7., 7.]))
    """

    dry_bulb: Floats = field(default_factory=_unknown)
    wet_bulb: Floats = field(default_factory=_unknown)
    chilled_supply: Floats = field(default_factory=_unknown)
    chilled_return: Floats = field(default_factory=_unknown)
    heating_supply: Floats = field(default_factory=_unknown)
    heating_return: Floats = field(default_factory=_unknown)
    atmosphere: Floats = field(default_factory=lambda: np.full(1, 1.01325))

    def __post_init__(self) -> None:
        steps = max(getattr(self, one.name).size for one in fields(self))
        for one in fields(self):
            object.__setattr__(self, one.name, over_steps(getattr(self, one.name), steps))

    @classmethod
    def over(
        cls,
        steps: int,
        *,
        dry_bulb: npt.ArrayLike = np.nan,
        wet_bulb: npt.ArrayLike = np.nan,
        chilled_supply: npt.ArrayLike = np.nan,
        chilled_return: npt.ArrayLike = np.nan,
        heating_supply: npt.ArrayLike = np.nan,
        heating_return: npt.ArrayLike = np.nan,
        atmosphere: npt.ArrayLike = 1.01325,
    ) -> "Conditions":
        """Conditions of which each is a constant or a (t,) series.

        Raises
        ------
        ValueError
            If a series has not as many values as there are steps.
        """
        return cls(
            dry_bulb=over_steps(dry_bulb, steps),
            wet_bulb=over_steps(wet_bulb, steps),
            chilled_supply=over_steps(chilled_supply, steps),
            chilled_return=over_steps(chilled_return, steps),
            heating_supply=over_steps(heating_supply, steps),
            heating_return=over_steps(heating_return, steps),
            atmosphere=over_steps(atmosphere, steps),
        )

    @property
    def steps(self) -> int:
        """Number of intervals, t."""
        return self.dry_bulb.size


@dataclass(frozen=True, kw_only=True, eq=False)
class Flows:
    """What a source gives and takes at a load, each (..., t) and 0 or more but for `rejected`.

    Parameters
    ----------
    cold, heat : (..., t) array
        Delivered. [kW]
    electricity : (..., t) array
        Of the machine with its own pumps and fans. [kW]
    fuel : (..., t) array
        On the higher heating value, whatever the machine is rated on. [kW]
    driving : (..., t) array
        Heat that is used up to make cold. [kW]
    rejected : (..., t) array
        Heat to the surroundings; negative where heat is taken from them, or from another system's waste. [kW]
    water : (..., t) array
        Evaporated and bled off by a wet tower. [m3 h-1]
    """

    cold: Floats
    heat: Floats
    electricity: Floats
    fuel: Floats
    driving: Floats
    rejected: Floats
    water: Floats

    @classmethod
    def of(
        cls,
        *,
        cold: npt.ArrayLike = 0.0,
        heat: npt.ArrayLike = 0.0,
        electricity: npt.ArrayLike = 0.0,
        fuel: npt.ArrayLike = 0.0,
        driving: npt.ArrayLike = 0.0,
        water: npt.ArrayLike = 0.0,
    ) -> "Flows":
        """Flows of one shape; what is rejected follows from the balance, and all is NaN where any is."""
        given = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (cold, heat, electricity, fuel, driving)))
        unknown = np.isnan(sum(given))
        made = [np.where(unknown, np.nan, one) for one in given]
        rejected = made[0] + made[2] + made[3] + made[4] - made[1]
        wet = np.where(unknown, np.nan, np.broadcast_to(np.asarray(water, dtype=float), unknown.shape))
        return cls(
            cold=made[0],
            heat=made[1],
            electricity=made[2],
            fuel=made[3],
            driving=made[4],
            rejected=rejected,
            water=wet,
        )

    def imbalance(self) -> Floats:
        """Cold + electricity + fuel + driving - heat - rejected: zero, to rounding. [kW]"""
        return self.cold + self.electricity + self.fuel + self.driving - self.heat - self.rejected


@runtime_checkable
class Source(Protocol):
    """A machine, or a machine with all that belongs to it, that makes cold or heat.

    `makes` says what its load is: cold, heat, or `both`, whose load is the cold while the heat follows from it.
    """

    @property
    def name(self) -> str:
        """Name in the plant."""
        ...

    @property
    def makes(self) -> Makes:
        """What it makes."""
        ...

    def capacity(self, at: Conditions) -> Floats:
        """Highest load: (t,). [kW]"""
        ...

    def least(self, at: Conditions) -> Floats:
        """Lowest load while on: (t,). [kW]"""
        ...

    def run(self, load: npt.ArrayLike, at: Conditions) -> Flows:
        """Flows at a load (..., t): all zero at 0 (off), NaN between 0 and `least` and above `capacity`. [kW]"""
        ...


def masks(load: Floats, least: Floats, capacity: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """A load brought within its limits, and where it is off.

    Returns
    -------
    load : (..., t) array
        NaN where it cannot be met; exactly at a limit that it is within a ten-millionth of. Where the machine is off,
        its capacity, so that formulae hold. [kW]
    off : (..., t) array of bool
    """
    off = load == 0
    near = SLACK * np.maximum(capacity, 1e-9)
    bad = (load < least - near) | (load > capacity + near)
    held = np.where(bad & ~off, np.nan, np.clip(load, np.minimum(least, capacity), capacity))
    return np.where(off, capacity, held), off


def findings(source: Source, load: npt.ArrayLike, at: Conditions) -> tuple[Finding, ...]:
    """What is odd or impossible about conditions (units, crossed temperatures) and loads (below the least, too high).

    Returns
    -------
    tuple of Finding
        `plant.kelvin`, `plant.fahrenheit`, `plant.crossed`, `plant.below_least`, `plant.above_capacity`.
    """
    return (*_odd_conditions(at), *_odd_loads(source, np.asarray(load, dtype=float), at))


def _odd_conditions(at: Conditions) -> Iterator[Finding]:
    for name, (low, high) in _PLAUSIBLE.items():
        values = getattr(at, name)
        wrong = np.flatnonzero((values < low) | (values > high))
        if wrong.size:
            yield _unit(name, float(values[wrong[0]]), wrong, low, high)
    for colder, warmer in (("chilled_supply", "chilled_return"), ("heating_return", "heating_supply")):
        low, high = getattr(at, colder), getattr(at, warmer)
        crossed = np.flatnonzero(low >= high)
        if crossed.size:
            params = {"colder": colder, "warmer": warmer, "low": f"{low[crossed[0]]:.4g}"}
            yield Finding(
                code="plant.crossed",
                place="conditions",
                found="{colder} of {low} degC is not below {warmer} of {high} degC",
                expected="{colder} below {warmer}",
                remedy="exchange {colder} and {warmer} if they are swapped, or correct them",
                params=params | {"high": f"{high[crossed[0]]:.4g}"},
                count=crossed.size,
                first=f"interval {crossed[0]}",
            )
    wet = np.flatnonzero(at.wet_bulb > at.dry_bulb + 0.05)
    if wet.size:
        yield Finding(
            code="plant.wet_above_dry",
            place="conditions",
            found="wet_bulb of {wet} degC is above dry_bulb of {dry} degC",
            expected="a wet-bulb temperature at or below the dry-bulb temperature",
            remedy="exchange wet_bulb and dry_bulb if they are swapped, or correct them",
            params={"wet": f"{at.wet_bulb[wet[0]]:.4g}", "dry": f"{at.dry_bulb[wet[0]]:.4g}"},
            count=wet.size,
            first=f"interval {wet[0]}",
        )


def _unit(name: str, value: float, wrong: npt.NDArray[np.intp], low: float, high: float) -> Finding:
    kelvin = value > _KELVIN
    celsius = value - 273.15 if kelvin else (value - 32.0) / 1.8
    return Finding(
        code="plant.kelvin" if kelvin else "plant.fahrenheit",
        place="conditions",
        found="{parameter} is {value} degC",
        expected="{low} to {high} degC",
        remedy="give degrees Celsius: {value} K is {celsius} degC"
        if kelvin
        else "give degrees Celsius: {value} degF is {celsius} degC",
        params={
            "parameter": name,
            "value": f"{value:.5g}",
            "low": f"{low:g}",
            "high": f"{high:g}",
            "celsius": f"{celsius:.4g}",
        },
        count=wrong.size,
        first=f"interval {wrong[0]}",
    )


def _odd_loads(source: Source, load: Floats, at: Conditions) -> Iterator[Finding]:
    capacity, least = (np.broadcast_to(one, load.shape) for one in (source.capacity(at), source.least(at)))
    near = SLACK * np.maximum(capacity, 1e-9)
    place = f"source '{source.name}'"
    low = np.flatnonzero(np.ravel((load != 0) & (load < least - near)))
    high = np.flatnonzero(np.ravel(load > capacity + near))
    if low.size:
        yield Finding(
            code="plant.below_least",
            place=place,
            found="a load of {load} kW is below the least it can make, {least} kW",
            expected="0 kW (off), or {least} kW or more",
            remedy="switch it off, use a smaller machine or storage, or allow it to cycle (least_share)",
            params={"load": f"{np.ravel(load)[low[0]]:.4g}", "least": f"{np.ravel(least)[low[0]]:.4g}"},
            count=low.size,
            first=f"interval {low[0] % load.shape[-1]}",
        )
    if high.size:
        most = int(np.argmax(np.ravel(load - capacity)))
        yield Finding(
            code="plant.above_capacity",
            place=place,
            found="a load of {load} kW is above the capacity of {capacity} kW under the conditions of the interval",
            expected="a load of {capacity} kW or less: {short} kW are missing where it is worst",
            remedy="share the load with another machine or storage, or check the temperatures",
            params={
                "load": f"{np.ravel(load)[most]:.4g}",
                "capacity": f"{np.ravel(capacity)[most]:.4g}",
                "short": f"{np.ravel(load - capacity)[most]:.4g}",
            },
            count=high.size,
            first=f"interval {high[0] % load.shape[-1]}",
        )
