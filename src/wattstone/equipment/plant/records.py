"""Curve records of real chillers: those the package ships, and the form in which any other is given."""

import json
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast

from wattstone.base import Finding, InputRefused

__all__ = ["ChillerRecord", "attribution", "record", "records", "search"]

Form = Literal["eir", "reformulated"]
Control = Literal["inlet_vanes", "variable_speed", "slide_valve", "unknown"]
Medium = Literal["water", "air"]


@dataclass(frozen=True, kw_only=True)
class ChillerRecord:
    """Rating and curves of one electric chiller, by the EIR model of DOE-2 and EnergyPlus.

    With x1 the water leaving the evaporator, x2 the condenser's temperature (entering for `eir`, leaving for
    `reformulated`), both in degC, and y the load over the capacity at x1, x2,

        capacity = rated capacity  f(x1, x2),     power = capacity / rated COP  g(x1, x2)  h(y) or h(x2, y).

    Parameters
    ----------
    name, title, maker : str
    form : {'eir', 'reformulated'}
        What x2 is.
    control : {'inlet_vanes', 'variable_speed', 'slide_valve', 'unknown'}
    medium : {'water', 'air'}
        What cools the condenser.
    capacity : float
        [kW]
    cop : float
        Cold over power at the rating point. [1]
    least_share, unload_share, most_share : float
        Of capacity: below `unload_share` it can unload no further, and false-loads or cycles; below `least_share` it
        cycles; above `most_share` it cannot run. [1]
    evaporator_flow, condenser_flow : float
        Rated flows. [kg s-1]
    evaporator, condenser : float
        x1 and x2 of the rating. [degC]
    evaporator_range, condenser_range : (float, float)
        Range of x1 and x2 over which the curves were fitted. [degC]
    capacity_curve, input_curve : tuple of 6 floats
        f and g: 1, x1, x1^2, x2, x2^2, x1 x2.
    part_load_curve : tuple of 3 or 10 floats
        h: 1, y, y^2; or 1, x2, x2^2, y, y^2, x2 y, x2^3, y^3, x2^2 y, x2 y^2.

    References
    ----------
    .. [1] M. Hydeman and K. L. Gillespie, "Tools and techniques to calibrate electric chiller component models," ASHRAE
       Transactions 108 (1), 2002; M. Hydeman et al., "Development and testing of a reformulated regression-based
       electric chiller model," ASHRAE Transactions 108 (2), 2002.
    """

    name: str
    form: Form
    capacity: float
    cop: float
    evaporator_flow: float
    condenser_flow: float
    evaporator: float
    condenser: float
    evaporator_range: tuple[float, float]
    condenser_range: tuple[float, float]
    capacity_curve: tuple[float, ...]
    input_curve: tuple[float, ...]
    part_load_curve: tuple[float, ...]
    title: str = ""
    maker: str = ""
    control: Control = "unknown"
    medium: Medium = "water"
    least_share: float = 0.1
    unload_share: float = 0.1
    most_share: float = 1.0

    def __post_init__(self) -> None:
        terms = 3 if self.form == "eir" else 10
        wrong = len(self.capacity_curve) != 6 or len(self.input_curve) != 6 or len(self.part_load_curve) != terms
        if wrong:
            raise ValueError(f"{self.name}: curves of an {self.form} record have 6, 6 and {terms} coefficients")


@cache
def _shipped() -> dict[str, Any]:
    path = files("wattstone.equipment.plant") / "data" / "chillers.json"
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def records() -> MappingProxyType[str, ChillerRecord]:
    """The 316 records that the package ships, by name, read when first asked for.

    159 are of the EIR form and 157 reformulated, mostly of the same machines. They come from the Modelica Buildings
    Library, which has them from EnergyPlus; `attribution` says so, and goes with every copy.
    """
    made = [_made(one) for one in _shipped()["chillers"]]
    return MappingProxyType({one.name: one for one in made})


def _made(one: dict[str, Any]) -> ChillerRecord:
    # JSON has no tuples.
    values: dict[str, Any] = {key: _tuple(value) for key, value in one.items()}
    return ChillerRecord(**values)


def _tuple(value: Any) -> Any:
    return tuple(cast("list[float]", value)) if isinstance(value, list) else value


def attribution() -> str:
    """Where the shipped records come from, and the licence that travels with them."""
    shipped = _shipped()
    return f"{shipped['attribution']}\n{shipped['source']}\n\n{shipped['license_text']}"


def record(name: str) -> ChillerRecord:
    """The shipped record of a name.

    Raises
    ------
    InputRefused
        `plant.unknown_record`, with names that are close.
    """
    known = records()
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 3, 0.5) or search(name=name)[:3]
    names = [one if isinstance(one, str) else one.name for one in near]
    raise InputRefused(
        [
            Finding(
                code="plant.unknown_record",
                place=f"chiller record '{name}'",
                found="no record of this name is shipped",
                expected="one of {total} names, such as {names}",
                remedy="search the records by maker, control and size, or give curves of your own",
                params={"total": len(known), "names": ", ".join(names) or next(iter(known))},
            )
        ]
    )


def search(
    *,
    name: str | None = None,
    form: Form | None = None,
    maker: str | None = None,
    control: Control | None = None,
    medium: Medium | None = None,
    capacity: tuple[float, float] | None = None,
    cop: tuple[float, float] | None = None,
) -> tuple[ChillerRecord, ...]:
    """Shipped records that fit all that is given, by capacity.

    Parameters
    ----------
    name : str, optional
        Part of the name or title, in any case.
    form, maker, control, medium : str, optional
    capacity, cop : (float, float), optional
        Lowest and highest. [kW], [1]

    Returns
    -------
    tuple of ChillerRecord
        Empty where nothing fits.

    Examples
    --------
    >>> [one.title for one in search(maker="Multistack", form="eir")]
    ['ElectricEIRChiller Multistack MS 172kW/3.67COP/None']
    """
    part = (name or "").lower()
    low, high = capacity or (0.0, float("inf"))
    worst, best = cop or (0.0, float("inf"))
    found = [
        one
        for one in records().values()
        if (part in one.name.lower() or part in one.title.lower())
        and form in (None, one.form)
        and (maker is None or maker.lower() == one.maker.lower())
        and control in (None, one.control)
        and medium in (None, one.medium)
        and low <= one.capacity <= high
        and worst <= one.cop <= best
    ]
    return tuple(sorted(found, key=lambda one: (one.capacity, one.name)))
