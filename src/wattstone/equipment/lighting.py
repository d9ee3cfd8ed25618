"""Dimmable lighting with daylight and occupancy: what light is needed, and what power that takes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import Range, not_negative, outside, positive
from wattstone.equipment.linear import LinearState

__all__ = [
    "Lighting",
    "average_daylight_factor",
    "daylight",
    "dimming_level",
    "findings",
    "linear",
    "needed_illuminance",
    "power",
]

# Mean of measurements under average conditions: P. J. Littlefair, "Measurements of the luminous efficacy of daylight,"
# Lighting Research & Technology 20 (4), 1988. [lm W-1]
LUMINOUS_EFFICACY = 109.0


@dataclass(frozen=True, kw_only=True)
class Lighting:
    """Parameters of a group of lamps that are dimmed together.

    Parameters
    ----------
    power : float
        With full light. [kW]
    illuminance : float
        That the lamps alone give with full light, on the plane that matters. [lx]
    standby : float
        Power when the light is off. [kW]
    least_light : float
        Least share of full light that can be had. [1]
    least_power : float
        Share of full power at the least light. The defaults are those of EnergyPlus for continuous dimming [1]_. [1]
    always_on : bool
        Whether the light may not go out, as on an escape route.

    References
    ----------
    .. [1] US Department of Energy, "EnergyPlus input output reference," Daylighting:Controls.
    """

    power: float
    illuminance: float
    standby: float = 0.0
    least_light: float = 0.2
    least_power: float = 0.3
    always_on: bool = False


def average_daylight_factor(
    *,
    glazing: float,
    transmittance: float,
    sky_angle: float,
    surface: float,
    reflectance: float,
    maintenance: float = 0.9,
) -> float:
    """Mean share of the light outside that reaches the inside of a room under an overcast sky [1]_ [2]_.

    DF = glazing transmittance sky_angle maintenance / (surface (1 - reflectance^2)) / 100

    Parameters
    ----------
    glazing : float
        Area of the windows. [m2]
    transmittance : float
        Of the glass for diffuse light: about 0.8 for one pane, 0.7 for two [2]_. [1]
    sky_angle : float
        Vertical angle of the sky that is seen from the middle of the window; 90 where nothing is in the way. [degree]
    surface : float
        Floor, ceiling and walls with their windows. [m2]
    reflectance : float
        Mean over `surface`. [1]
    maintenance : float
        Share that dirt leaves: 0.9 for vertical glass in clean places [2]_. [1]

    Returns
    -------
    float
        As a share, not in per cent. [1]

    References
    ----------
    .. [1] J. A. Lynes, "A sequence for daylighting design," Lighting Research & Technology 11 (2), 1979; form of
       CIBSE LG10, 1999.
    .. [2] A. Marsh, "Daylight factors: average," Natural Frequency, 2003.

    Examples
    --------
    >>> factor = average_daylight_factor(
    ...     glazing=6.0, transmittance=0.75, sky_angle=60.0, surface=100.0, reflectance=0.5, maintenance=1.0
    ... )
    >>> round(factor, 6)
    0.036
    """
    return glazing * transmittance * sky_angle * maintenance / (surface * (1 - reflectance**2)) / 100


def daylight(
    global_irradiance: npt.ArrayLike, daylight_factor: float, *, efficacy: float = LUMINOUS_EFFICACY
) -> Floats:
    """Illuminance from daylight inside.

    Parameters
    ----------
    global_irradiance : (t,) array
        On the horizontal outside. [W m-2]
    daylight_factor : float
        Share of the light outside that is had inside; 1 outdoors. [1]
    efficacy : float
        Luminous efficacy of daylight [1]_. [lm W-1]

    Returns
    -------
    (t,) array
        NaN where the irradiance is. [lx]

    References
    ----------
    .. [1] P. J. Littlefair, "Measurements of the luminous efficacy of daylight," Lighting Research & Technology 20,
       1988.
    """
    return np.maximum(np.asarray(global_irradiance, dtype=float), 0.0) * (efficacy * daylight_factor)


def needed_illuminance(people: npt.ArrayLike, *, occupied: float, empty: float = 0.0) -> Floats:
    """Illuminance that is needed: one where there are people, another where there are none.

    EN 12464-1 names values by use, such as 100 lx for corridors.

    Parameters
    ----------
    people : (t,) array
        Number of people, or the share of the interval with any; NaN, not known, counts as people.
    occupied, empty : float
        Illuminance with and without people. [lx]

    Returns
    -------
    (t,) array
        [lx]
    """
    return np.where(np.asarray(people, dtype=float) <= 0, empty, occupied)


def dimming_level(lighting: Lighting, needed: npt.ArrayLike, natural: npt.ArrayLike = 0.0) -> Floats:
    """Share of full light that makes up for what daylight does not give.

    Parameters
    ----------
    lighting : Lighting
    needed : (t,) array
        Illuminance. [lx]
    natural : float or (t,) array
        Illuminance from daylight; NaN, not known, counts as none. [lx]

    Returns
    -------
    (t,) array
        0, or `least_light` to 1; 1 where even that is not enough. [1]
    """
    there = np.asarray(natural, dtype=float)
    lacking = np.asarray(needed, dtype=float) - np.where(np.isnan(there), 0.0, there)
    level = np.clip(lacking / lighting.illuminance, lighting.least_light, 1.0)
    return np.where(lacking > 0, level, lighting.least_light if lighting.always_on else 0.0)


def power(lighting: Lighting, level: npt.ArrayLike) -> Floats:
    """Power at a dimming level: a straight line from the least light to full light [1]_.

    Parameters
    ----------
    lighting : Lighting
    level : (t,) array
        Share of full light; what lies between 0 and the least light is the least light. [1]

    Returns
    -------
    (t,) array
        `standby` at 0. [kW]

    References
    ----------
    .. [1] US Department of Energy, "EnergyPlus engineering reference," continuous dimming control.
    """
    wanted = np.asarray(level, dtype=float)
    span = 1 - lighting.least_light
    above = np.clip(wanted - lighting.least_light, 0.0, None) / span if span > 0 else np.zeros_like(wanted)
    share = lighting.least_power + (1 - lighting.least_power) * np.minimum(above, 1.0)
    return np.where(wanted > 0, lighting.power * (share if span > 0 else 1.0), lighting.standby)


def linear(lighting: Lighting, *, needed: npt.ArrayLike, natural: npt.ArrayLike, hours: float) -> LinearState:
    """Lighting for a planner: no state, one input, `light`, which may be brighter than needed and never darker.

    Parameters
    ----------
    lighting : Lighting
    needed : (t,) array
        Illuminance. [lx]
    natural : float or (t,) array
        Illuminance from daylight. [lx]
    hours : float
        Length of an interval. [h]

    Returns
    -------
    LinearState
        n = 0, m = 1; `base` is the standby power.
    """
    least = power(lighting, dimming_level(lighting, needed, natural)) - lighting.standby
    return LinearState.without_state(
        name="lighting",
        input_name="light",
        hours=hours,
        lower=np.maximum(least, 0.0),
        upper=np.full(least.shape, max(lighting.power - lighting.standby, 0.0)),
        base=np.full(least.shape, lighting.standby),
    )


def findings(
    lighting: Lighting, *, needed: npt.ArrayLike | None = None, natural: npt.ArrayLike = 0.0, place: str = "lighting"
) -> tuple[Finding, ...]:
    """What is impossible about lighting (errors), and light that it cannot give (a warning).

    Returns
    -------
    tuple of Finding
        `equipment.range`, `equipment.lighting_order`, `equipment.lighting_short`.
    """
    return (*outside(place, _ranges(lighting)), *_odd(lighting, needed, natural, place))


def _ranges(lighting: Lighting) -> Iterator[tuple[str, float, Range]]:
    yield "power", lighting.power, positive("kW")
    yield "illuminance", lighting.illuminance, positive("lx")
    yield "standby", lighting.standby, not_negative("kW")
    yield "least_light", lighting.least_light, Range(0.0, 1.0, "")
    yield "least_power", lighting.least_power, Range(0.0, 1.0, "")


def _odd(lighting: Lighting, needed: npt.ArrayLike | None, natural: npt.ArrayLike, place: str) -> Iterator[Finding]:
    if lighting.standby > lighting.power * lighting.least_power:
        yield Finding(
            code="equipment.lighting_order",
            place=place,
            found="the standby power of {standby} kW is above that of the least light, {least} kW",
            expected="standby below the power of the least light",
            remedy="check that standby is in kW",
            params={
                "standby": f"{lighting.standby:g}",
                "least": f"{lighting.power * lighting.least_power:g}",
            },
        )
    if needed is None:
        return
    there = np.nan_to_num(np.asarray(natural, dtype=float))
    short = np.asarray(needed, dtype=float) - there > lighting.illuminance * (1 + 1e-9)
    if short.any():
        yield Finding(
            code="equipment.lighting_short",
            place=place,
            found="the lamps are too weak in {count} {count:interval|intervals}",
            expected="{most} lx or less besides daylight",
            remedy="lower the illuminance that is needed, or correct illuminance",
            params={"most": f"{lighting.illuminance:g}"},
            count=int(short.sum()),
            severity="warning",
        )
