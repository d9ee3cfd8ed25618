"""A garage fan that keeps carbon monoxide low: a well-mixed zone, emissions of cars, and the fan laws.

Concentrations are in mg m-3; `mg_per_m3` converts from ppm.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import Range, not_negative, outside, positive
from wattstone.equipment.linear import LinearState

__all__ = [
    "Garage",
    "emission",
    "fan_power",
    "findings",
    "linear",
    "linear_air",
    "mg_per_m3",
    "needed_flow",
    "running_mean",
    "step",
]

# mg m-3 per ppm of CO at 25 degC and 1013.25 hPa: 28.010 g mol-1 (IUPAC) over R T / p, R = 8.31446 J mol-1 K-1 (CODATA)
CO_MG_PER_PPM = 28.010 / (8.31446 * 298.15 / 101325) / 1000
# ppm over 1 h, over 8 h, and at any time: ASHRAE Handbook, HVAC Applications, chapter on parking garages
CO_BOUND_1H, CO_BOUND_8H, CO_CEILING = 35.0, 25.0, 120.0


@dataclass(frozen=True, kw_only=True)
class Garage:
    """Parameters of a garage and its fan.

    Parameters
    ----------
    volume : float
        Of air. [m3]
    flow : float
        Of the fan at full speed. [m3 h-1]
    power : float
        Electric power of the fan at full speed. [kW]
    bound : float
        Concentration of CO that is kept at all times; the default is ASHRAE's 35 ppm for an hour. [mg m-3]
    least_flow : float
        Share of the flow that is never gone below. [1]
    outside : float
        Concentration in the air that comes in. [mg m-3]
    leakage : float
        Air that comes in without the fan. [m3 h-1]
    exponent : float
        Of power over flow: 3 by the fan laws where nothing but the duct resists, less for a real drive. [1]
    """

    volume: float
    flow: float
    power: float
    bound: float = CO_BOUND_1H * CO_MG_PER_PPM
    least_flow: float = 0.0
    outside: float = 0.0
    leakage: float = 0.0
    exponent: float = 3.0


def mg_per_m3(ppm: npt.ArrayLike) -> Floats:
    """Concentration of CO at 25 degC and 1013.25 hPa, by the law of ideal gases.

    Parameters
    ----------
    ppm : float or array
        [1e-6]

    Returns
    -------
    array
        [mg m-3]

    Examples
    --------
    >>> float(mg_per_m3(1.0).round(3))
    1.145
    """
    return np.asarray(ppm, dtype=float) * CO_MG_PER_PPM


def emission(movements: npt.ArrayLike, per_movement: float, hours: float) -> Floats:
    """Emission of CO from cars that come and go.

    What a movement emits depends on the cars and on cold or warm starts; ASHRAE's handbook and the national inventories
    (EMEP/EEA guidebook, 1.A.3.b; MOVES) give it, so that there is no default. Electric cars do not count.

    Parameters
    ----------
    movements : (t,) array
        Arrivals and departures with an engine in the interval. [1]
    per_movement : float
        CO of one movement: its grams per minute times the minutes of driving inside. [g]
    hours : float
        Length of an interval. [h]

    Returns
    -------
    (t,) array
        [g h-1]
    """
    return np.asarray(movements, dtype=float) * per_movement / hours


def fan_power(garage: Garage, flow: npt.ArrayLike) -> Floats:
    """Power at a flow by the fan laws [1]_: P = P_rated (Q / Q_rated)^3.

    Parameters
    ----------
    garage : Garage
    flow : float or array
        0 to the rated flow. [m3 h-1]

    Returns
    -------
    array
        [kW]

    References
    ----------
    .. [1] ASHRAE Handbook, HVAC Systems and Equipment, chapter on fans.
    """
    share = np.clip(np.asarray(flow, dtype=float) / garage.flow, 0.0, 1.0)
    return garage.power * share**garage.exponent


def step(
    garage: Garage, concentration: npt.ArrayLike, emitted: npt.ArrayLike, flow: npt.ArrayLike, hours: float
) -> tuple[Floats, Floats]:
    """Concentration after an interval, and its mean over it, in a well-mixed zone.

    V dC/dt = G - Q (C - C_outside), with Q = flow + leakage, solved exactly for constant G and Q.

    Parameters
    ----------
    garage : Garage
    concentration : float or array
        At the start. [mg m-3]
    emitted : float or array
        Of CO, G. [g h-1]
    flow : float or array
        Of the fan. [m3 h-1]
    hours : float
        Length of the interval. [h]

    Returns
    -------
    end, mean : array
        [mg m-3]
    """
    above = np.asarray(concentration, dtype=float) - garage.outside
    source = np.asarray(emitted, dtype=float) * 1000 / garage.volume  # mg m-3 h-1
    rate = (np.asarray(flow, dtype=float) + garage.leakage) / garage.volume  # h-1
    turn = np.maximum(rate * hours, 1e-6)  # below that the air does not move; the error is 1e-6 of the change
    first = -np.expm1(-turn) / turn
    second = (1 - first) / turn
    end = above * np.exp(-turn) + source * hours * first
    mean = above * first + source * hours * second
    return garage.outside + end, garage.outside + mean


def needed_flow(garage: Garage, emitted: npt.ArrayLike) -> Floats:
    """Flow of the fan that keeps the bound, whatever was there before.

    It is the flow whose steady state is the bound, Q = G / (bound - outside) - leakage. The concentration moves
    towards the steady state without overshoot, so if it starts below the bound it stays there. The air that the garage
    could still fill up is left as a margin.

    Parameters
    ----------
    garage : Garage
    emitted : (t,) array
        Of CO; NaN, not known, asks for the full flow. [g h-1]

    Returns
    -------
    (t,) array
        `least_flow` to 1 times the rated flow. [m3 h-1]
    """
    amount = np.asarray(emitted, dtype=float)
    wanted = amount * 1000 / (garage.bound - garage.outside) - garage.leakage
    return np.clip(np.where(np.isnan(wanted), np.inf, wanted), garage.least_flow * garage.flow, garage.flow)


def running_mean(concentration: Floats, window: float, hours: float) -> Floats:
    """Mean over the time that ends with each interval, as dose limits are written (1 h, 8 h).

    Parameters
    ----------
    concentration : (t,) array
        Means of the intervals. [mg m-3]
    window : float
        Length of the time, a whole number of intervals. [h]
    hours : float
        Length of an interval. [h]

    Returns
    -------
    (t,) array
        Near the start, over what there is; NaN where an interval within is. [mg m-3]
    """
    width = max(1, round(window / hours))
    padded = np.concatenate([np.zeros(width - 1), concentration])
    sums = np.lib.stride_tricks.sliding_window_view(padded, width).sum(axis=1)
    return sums / np.minimum(np.arange(1, concentration.size + 1), width)


def linear(garage: Garage, emitted: npt.ArrayLike, *, hours: float) -> LinearState:
    """The fan for a planner: no state, one input, `fan`, at least what the bound needs.

    Flow times concentration is not linear; the steady state of each interval, which keeps the bound, is on the safe
    side. `linear_air` is the form for an on-off fan that may wait.

    Parameters
    ----------
    garage : Garage
    emitted : (t,) array
        Of CO. [g h-1]
    hours : float
        Length of an interval. [h]

    Returns
    -------
    LinearState
        n = 0, m = 1.
    """
    least = fan_power(garage, needed_flow(garage, emitted))
    return LinearState.without_state(
        name="fan",
        input_name="fan",
        hours=hours,
        lower=least,
        upper=np.full(least.shape, garage.power),
        base=np.zeros(least.shape),
    )


def linear_air(
    garage: Garage, concentration: float, emitted: npt.ArrayLike, *, hours: float, reference: float = 0.5
) -> LinearState:
    """An on-off fan for a planner that may wait while the garage fills: one state (concentration), one input, `fan`.

    Removal is counted at a reference level, V dC/dt = G - Q (C_ref - C_outside), below which the state may not go. So
    what is planned is never below what comes: where both are equal the true removal is the larger, and air that leaks
    in is left out. A fan of variable speed moves more air for the same energy; for it `linear` takes less power.

    Parameters
    ----------
    garage : Garage
    concentration : float
        At the start. [mg m-3]
    emitted : (t,) array
        Of CO. [g h-1]
    hours : float
        Length of an interval. [h]
    reference : float
        Where the reference lies between the air outside (0) and the bound (1).

    Returns
    -------
    LinearState
        n = 1 [mg m-3], m = 1.
    """
    source = np.asarray(emitted, dtype=float) * 1000 / garage.volume * hours
    above = reference * (garage.bound - garage.outside)
    steps = source.size
    return LinearState(
        name="fan",
        inputs=("fan",),
        unit="mg/m3",
        hours=hours,
        initial=np.array([max(concentration, garage.outside + above)]),
        a=np.eye(1),
        b=np.full((steps, 1, 1), -garage.flow / garage.power * above / garage.volume * hours),
        c=source[:, None],
        lower=np.full((steps, 1), garage.outside + above),
        upper=np.full((steps, 1), garage.bound),
        input_lower=np.zeros((steps, 1)),
        input_upper=np.full((steps, 1), garage.power),
        sign=np.ones(1),
        base=np.zeros(steps),
        wear=np.zeros(1),
        least=np.array([garage.power]),
    )


def findings(garage: Garage, *, emitted: npt.ArrayLike | None = None, place: str = "garage") -> tuple[Finding, ...]:
    """What is impossible about a garage (errors), and emissions that the fan cannot carry off (a warning).

    Returns
    -------
    tuple of Finding
        `equipment.range`, `equipment.fan_small`.
    """
    return (*outside(place, _ranges(garage)), *_short(garage, emitted, place))


def _ranges(garage: Garage) -> Iterator[tuple[str, float, Range]]:
    yield "volume", garage.volume, positive("m3")
    yield "flow", garage.flow, positive("m3/h")
    yield "power", garage.power, positive("kW")
    yield "outside", garage.outside, not_negative("mg/m3")
    yield "bound", garage.bound, Range(garage.outside, CO_CEILING * CO_MG_PER_PPM, "mg/m3", open_least=True)
    yield "least_flow", garage.least_flow, Range(0.0, 1.0, "")
    yield "leakage", garage.leakage, not_negative("m3/h")
    yield "exponent", garage.exponent, Range(1.0, 3.0, "")


def _short(garage: Garage, emitted: npt.ArrayLike | None, place: str) -> Iterator[Finding]:
    if emitted is None:
        return
    carried = (garage.flow + garage.leakage) * (garage.bound - garage.outside) / 1000
    over = np.atleast_1d(np.asarray(emitted, dtype=float) > carried * (1 + 1e-9))
    if over.any():
        yield Finding(
            code="equipment.fan_small",
            place=place,
            found="in {count} {count:interval|intervals} cars emit more CO than the fan carries off at the bound",
            expected="{most} g/h or less",
            remedy="check the emission of a movement; if it is right, the bound is broken for a time",
            params={"most": f"{carried:.4g}"},
            count=int(over.sum()),
            severity="warning",
        )
