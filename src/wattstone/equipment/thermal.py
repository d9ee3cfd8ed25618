"""A thermal zone with a comfort band: one or two nodes of resistance and capacity, heated or cooled by a heat pump."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Curve, Floats, over_steps
from wattstone.equipment.limits import Range, not_negative, outside, positive
from wattstone.equipment.linear import LinearState

__all__ = ["Zone", "carnot_curve", "discretised", "findings", "linear", "step"]

KELVIN = 273.15
UNITY = Curve.constant(1.0)


@dataclass(frozen=True, kw_only=True)
class Zone:
    """Parameters of a zone.

    Parameters
    ----------
    resistance : float
        Between the air inside and outside. [K kW-1]
    capacity : float
        Heat that warms the air node by 1 K; that of the whole zone where there is one node. [kWh K-1]
    mass_resistance : float or None
        Between the air and the building's mass; None for one node. [K kW-1]
    mass_capacity : float or None
        Heat that warms the mass by 1 K; None for one node. [kWh K-1]
    heating, cooling : float
        Largest electric powers; 0 where there is none. [kW]
    heating_cop, cooling_cop : Curve
        Heat moved over electric energy, over the temperature outside in degC; 1, that of a resistance
        heater, until the machine's own is given. [1]
    lowest, highest : float
        The comfort band of the air temperature. [degC]
    """

    resistance: float
    capacity: float
    mass_resistance: float | None = None
    mass_capacity: float | None = None
    heating: float = 0.0
    cooling: float = 0.0
    heating_cop: Curve = UNITY
    cooling_cop: Curve = UNITY
    lowest: float = 20.0
    highest: float = 26.0

    @property
    def nodes(self) -> int:
        """1, or 2 with a mass."""
        return 1 if self.mass_resistance is None else 2


def carnot_curve(
    inside: float, *, quality: float, heating: bool, lift: float = 15.0, outside: tuple[float, float] = (-20.0, 45.0)
) -> Curve:
    """Coefficient of performance over the temperature outside, as a share of Carnot's [1]_.

    Heating: quality T_inside / (T_inside - T_outside), cooling: quality T_inside / (T_outside - T_inside), in kelvin,
    with at least `lift` between the two.

    Parameters
    ----------
    inside : float
        Temperature at which heat is given or taken: supply water or air. [degC]
    quality : float
        Share of Carnot's coefficient that the machine reaches. [1]
    heating : bool
        Whether it heats, or cools.
    lift : float
        Least difference that the machine works against. [K]
    outside : (float, float)
        First and last temperature of the curve. [degC]

    Returns
    -------
    Curve
        A point for each kelvin.

    References
    ----------
    .. [1] S. Carnot, "Reflexions sur la puissance motrice du feu," 1824.

    Examples
    --------
    >>> float(carnot_curve(35.0, quality=0.5, heating=True).at(0.0).round(3))
    4.402
    """
    first, last = outside
    temperature = np.linspace(first, last, round(last - first) + 1)
    difference = inside - temperature if heating else temperature - inside
    cop = quality * (inside + KELVIN) / np.maximum(difference, lift)
    return Curve(tuple(temperature.tolist()), tuple(cop.tolist()))


def discretised(zone: Zone, hours: float) -> tuple[Floats, Floats, Floats]:
    """Exact discretisation for inputs that are constant over an interval.

    With temperatures x (air, mass), outside temperature T and heat Q into the air,

        dx/dt = M x + n_T T + n_Q Q,    x[k + 1] = exp(M h) x[k] + M^-1 (exp(M h) - 1) (n_T T + n_Q Q)

    Parameters
    ----------
    zone : Zone
        With n nodes.
    hours : float
        Length of an interval, h. [h]

    Returns
    -------
    a : (n, n) array
        What is left of the temperatures. [1]
    outer : (n,) array
        What the temperature outside does. [1]
    heat : (n,) array
        What heat into the air does. [K kW-1]
    """
    matrix = np.array([[-1 / (zone.resistance * zone.capacity)]])
    if zone.mass_resistance is not None and zone.mass_capacity is not None:
        air, mass = 1 / (zone.mass_resistance * zone.capacity), 1 / (zone.mass_resistance * zone.mass_capacity)
        matrix = np.array([[matrix[0, 0] - air, air], [mass, -mass]])
    inputs = np.zeros((zone.nodes, 2))
    inputs[0] = 1 / (zone.resistance * zone.capacity), 1 / zone.capacity
    rates, modes = np.linalg.eig(matrix)  # real and below 0: heat flows from warm to cold
    back = np.linalg.inv(modes)
    a = modes @ np.diag(np.exp(rates * hours)) @ back
    gain = modes @ np.diag(np.expm1(rates * hours) / rates) @ back @ inputs
    return a, gain[:, 0], gain[:, 1]


def step(zone: Zone, temperature: Floats, outdoor: npt.ArrayLike, heat: npt.ArrayLike, hours: float) -> Floats:
    """Temperatures after an interval.

    Parameters
    ----------
    zone : Zone
        With n nodes.
    temperature : (..., n) array
        Of air and mass at the start. [degC]
    outdoor : float or (...) array
        Temperature outside. [degC]
    heat : float or (...) array
        Into the air, from machine, people and sun; below 0 for cooling. [kW]
    hours : float
        Length of the interval. [h]

    Returns
    -------
    (..., n) array
        [degC]
    """
    a, outer, inner = discretised(zone, hours)
    warmth = np.asarray(outdoor, dtype=float)[..., None] * outer + np.asarray(heat, dtype=float)[..., None] * inner
    return temperature @ a.T + warmth


def linear(
    zone: Zone,
    temperature: Floats,
    *,
    outdoor: npt.ArrayLike,
    steps: int,
    hours: float,
    gains: npt.ArrayLike = 0.0,
    lowest: npt.ArrayLike | None = None,
    highest: npt.ArrayLike | None = None,
) -> LinearState:
    """A zone for a planner: temperatures as states, electric powers for heating and cooling as inputs.

    Parameters
    ----------
    zone : Zone
        With n nodes.
    temperature : (n,) array
        Of air and mass at the start. [degC]
    outdoor : float or (t,) array
        Temperature outside. [degC]
    steps : int
        Intervals, t.
    hours : float
        Length of an interval. [h]
    gains : float or (t,) array
        Heat from people, machines and sun. [kW]
    lowest, highest : float or (t,) array, optional
        The comfort band at the end of each interval, if it is not that of the zone. [degC]

    Returns
    -------
    LinearState
        n = 1 or 2 [degC], m = 2; `comfort`, so that a planner may break the band at a price.
    """
    a, outer, inner = discretised(zone, hours)
    weather = over_steps(outdoor, steps)
    moved = np.stack([zone.heating_cop.at(weather), -zone.cooling_cop.at(weather)], axis=1)
    lower, upper = np.full((steps, zone.nodes), -np.inf), np.full((steps, zone.nodes), np.inf)
    lower[:, 0] = zone.lowest if lowest is None else lowest
    upper[:, 0] = zone.highest if highest is None else highest
    return LinearState(
        name="zone",
        inputs=("heating", "cooling"),
        unit="degC",
        hours=hours,
        initial=np.array(temperature, dtype=float),
        a=a,
        b=moved[:, None, :] * inner[None, :, None],
        c=weather[:, None] * outer + over_steps(gains, steps)[:, None] * inner,
        lower=lower,
        upper=upper,
        input_lower=np.zeros((steps, 2)),
        input_upper=np.tile([zone.heating, zone.cooling], (steps, 1)),
        sign=np.ones(2),
        base=np.zeros(steps),
        wear=np.zeros(2),
        least=np.zeros(2),
        comfort=True,
        exclusive=True,
    )


def findings(zone: Zone, *, place: str = "zone") -> tuple[Finding, ...]:
    """What is impossible about a zone.

    Returns
    -------
    tuple of Finding
        `equipment.range`, `equipment.zone_band`, `equipment.zone_mass`.
    """
    return (*outside(place, _ranges(zone)), *_odd(zone, place))


def _ranges(zone: Zone) -> Iterator[tuple[str, npt.ArrayLike, Range]]:
    yield "resistance", zone.resistance, positive("K/kW")
    yield "capacity", zone.capacity, positive("kWh/K")
    for name in ("mass_resistance", "mass_capacity"):
        if getattr(zone, name) is not None:
            yield name, getattr(zone, name), positive("K/kW" if name == "mass_resistance" else "kWh/K")
    yield "heating", zone.heating, not_negative("kW")
    yield "cooling", zone.cooling, not_negative("kW")
    yield "heating_cop", zone.heating_cop.y, positive("")
    yield "cooling_cop", zone.cooling_cop.y, positive("")


def _odd(zone: Zone, place: str) -> Iterator[Finding]:
    if not zone.lowest < zone.highest:
        yield Finding(
            code="equipment.zone_band",
            place=place,
            found="the comfort band runs from {lowest} to {highest} degC",
            expected="lowest below highest",
            remedy="correct the band",
            params={"lowest": f"{zone.lowest:g}", "highest": f"{zone.highest:g}"},
        )
    if (zone.mass_resistance is None) != (zone.mass_capacity is None):
        yield Finding(
            code="equipment.zone_mass",
            place=place,
            found="the mass has a resistance or a capacity, not both",
            expected="both for two nodes, none for one",
            remedy="give both, or none",
        )
