"""A photovoltaic system: from the sun's position and the irradiance to AC power, by PVWatts [1]_ with pvlib [2]_.

Where the sun is below the horizon throughout an interval the power is 0, whatever the irradiance says, NaN included.

References
----------
.. [1] A. P. Dobos, "PVWatts version 5 manual," NREL/TP-6A20-62641, 2014, doi:10.2172/1158421.
.. [2] K. S. Anderson et al., "pvlib python: 2023 project update," Journal of Open Source Software 8 (92), 5994, 2023.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats, Grid, over_steps
from wattstone.equipment.limits import Range, outside, positive
from wattstone.equipment.sun import Sky, clear_sky, day_of_year, pvlib_module, sky

__all__ = ["PVSystem", "ac_power", "clear_sky_power", "findings", "plane_of_array"]


@dataclass(frozen=True, kw_only=True)
class PVSystem:
    """Parameters of one array with its inverter.

    Parameters
    ----------
    power : float
        DC power of the modules at standard test conditions. [kW]
    tilt : float
        Of the modules from the horizontal, 0 to 90. [degree]
    azimuth : float
        Where they look: 0 north, 90 east, 180 south, 270 west. [degree]
    latitude, longitude : float
        North and east are positive. [degree]
    altitude : float
        Above the sea. [m]
    inverter : float
        Largest AC power, at which it clips. [kW]
    inverter_efficiency : float
        Of the inverter at its rated power; the default is that of PVWatts. [1]
    losses : float
        Share of the DC power that is lost to soiling, shading, mismatch, wiring, age and availability; the default is
        the sum that PVWatts proposes. [1]
    temperature_coefficient : float
        Change of power with cell temperature; the default is PVWatts's for standard modules. [K-1]
    heat_loss, heat_loss_wind : float
        Faiman's U0 and U1 of the cell temperature; the defaults are those of his paper. [W m-2 K-1], [W s m-3 K-1]
    albedo : float
        Share of the light that the ground reflects; the default is pvlib's. [1]
    """

    power: float
    tilt: float
    azimuth: float
    latitude: float
    longitude: float
    inverter: float
    altitude: float = 0.0
    inverter_efficiency: float = 0.96
    losses: float = 0.14
    temperature_coefficient: float = -0.0047
    heat_loss: float = 25.0
    heat_loss_wind: float = 6.84
    albedo: float = 0.25


def plane_of_array(
    system: PVSystem,
    sun: Sky,
    global_horizontal: npt.ArrayLike,
    *,
    diffuse: npt.ArrayLike | None = None,
    direct_normal: npt.ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    """Irradiance on the modules, and what of it the cells see, by Hay and Davies [1]_.

    Where neither the diffuse part nor the direct one is known, Erbs [2]_ divides the global irradiance. Direct light
    that falls at an angle is reflected by the glass [3]_.

    Parameters
    ----------
    system : PVSystem
    sun : Sky
        Of t intervals with k instants.
    global_horizontal : (t,) array
        Mean global irradiance on the horizontal (GHI). [W m-2]
    diffuse : (t,) array, optional
        Diffuse irradiance on the horizontal (DHI). [W m-2]
    direct_normal : (t,) array, optional
        Direct irradiance on a plane that faces the sun (DNI), the mean over the part of the interval with sun. Not
        used where `diffuse` is given. [W m-2]

    Returns
    -------
    total, effective : (t, k) array
        Irradiance on the plane, and behind the glass; 0 where the sun is down, NaN where the irradiance is not known by
        day. [W m-2]

    References
    ----------
    .. [1] J. E. Hay, J. A. Davies, "Calculations of the solar radiation incident on an inclined surface," 1980.
    .. [2] D. G. Erbs, S. A. Klein, J. A. Duffie, "Estimation of the diffuse radiation fraction for hourly, daily and
       monthly-average global radiation," Solar Energy 28 (4), 1982.
    .. [3] W. De Soto et al., "Improvement and validation of a model for photovoltaic array performance," Solar Energy
       80, 2006.
    """
    pvlib = pvlib_module()
    horizontal, direct, scattered = _components(sun, global_horizontal, diffuse, direct_normal)
    parts = pvlib.irradiance.get_total_irradiance(
        system.tilt,
        system.azimuth,
        sun.zenith,
        sun.azimuth,
        direct,
        horizontal,
        scattered,
        dni_extra=sun.extra,
        albedo=system.albedo,
        model="haydavies",
    )
    angle = pvlib.irradiance.aoi(system.tilt, system.azimuth, sun.zenith, sun.azimuth)
    up = sun.share > 0
    beam, rest = np.asarray(parts["poa_direct"]), np.asarray(parts["poa_diffuse"])
    passed = beam * np.asarray(pvlib.iam.physical(angle))
    return np.where(up, beam + rest, 0.0), np.where(up, passed + rest, 0.0)


def _components(
    sun: Sky, global_horizontal: npt.ArrayLike, diffuse: npt.ArrayLike | None, direct_normal: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Global horizontal, direct normal and diffuse horizontal irradiance at each instant, which agree. [W m-2]"""
    pvlib = pvlib_module()
    steps = sun.grid.steps
    horizontal = np.maximum(over_steps(global_horizontal, steps), 0.0)[:, None] * sun.share
    cosine = np.maximum(np.cos(np.radians(sun.zenith)), 1e-9)
    if diffuse is not None:
        scattered = np.maximum(over_steps(diffuse, steps), 0.0)[:, None] * sun.share
    elif direct_normal is not None:
        scattered = horizontal - np.maximum(over_steps(direct_normal, steps), 0.0)[:, None] * cosine
    else:
        days = day_of_year(sun.grid.starts())[:, None]
        scattered = np.asarray(pvlib.irradiance.erbs(horizontal, sun.zenith, days)["dhi"])
    scattered = np.clip(scattered, 0.0, horizontal)
    direct = np.minimum((horizontal - scattered) / cosine, sun.extra)
    direct = np.where(sun.share > 0, direct, 0.0)
    return horizontal, direct, np.where(sun.share > 0, horizontal - direct * cosine, 0.0)


def ac_power(
    system: PVSystem,
    grid: Grid,
    global_horizontal: npt.ArrayLike,
    *,
    air_temperature: npt.ArrayLike = 20.0,
    wind_speed: npt.ArrayLike = 1.0,
    diffuse: npt.ArrayLike | None = None,
    direct_normal: npt.ArrayLike | None = None,
    sun: Sky | None = None,
) -> Floats:
    """Mean AC power of a system, by PVWatts [1]_ with the cell temperature of Faiman [2]_.

    Parameters
    ----------
    system : PVSystem
    grid : Grid
        Of t intervals, naive UTC.
    global_horizontal, diffuse, direct_normal : (t,) array
        As of `plane_of_array`. [W m-2]
    air_temperature : float or (t,) array
        [degC]
    wind_speed : float or (t,) array
        At the modules. [m s-1]
    sun : Sky, optional
        Of the same place and grid, if it was worked out already.

    Returns
    -------
    (t,) array
        0 to the inverter's power; 0 by night, and NaN by day where an input is not known. [kW]

    References
    ----------
    .. [1] A. P. Dobos, "PVWatts version 5 manual," NREL/TP-6A20-62641, 2014.
    .. [2] D. Faiman, "Assessing the outdoor operating temperature of photovoltaic modules," Progress in Photovoltaics
       16 (4), 2008.
    """
    pvlib = pvlib_module()
    sun = sun or sky(system.latitude, system.longitude, grid, altitude=system.altitude)
    total, effective = plane_of_array(system, sun, global_horizontal, diffuse=diffuse, direct_normal=direct_normal)
    air, wind = over_steps(air_temperature, grid.steps)[:, None], over_steps(wind_speed, grid.steps)[:, None]
    cell = pvlib.temperature.faiman(total, air, wind, u0=system.heat_loss, u1=system.heat_loss_wind)
    dc = pvlib.pvsystem.pvwatts_dc(effective, cell, system.power, system.temperature_coefficient)
    dc = np.maximum(np.asarray(dc) * (1 - system.losses), 0.0)
    dc = np.where(sun.share > 0, dc, 0.0)
    rated = system.inverter / system.inverter_efficiency
    ac = pvlib.inverter.pvwatts(dc, rated, eta_inv_nom=system.inverter_efficiency)
    return np.asarray(ac, dtype=float).mean(axis=1)


def clear_sky_power(
    system: PVSystem,
    grid: Grid,
    *,
    air_temperature: npt.ArrayLike = 20.0,
    wind_speed: npt.ArrayLike = 1.0,
    turbidity: float = 3.0,
    sun: Sky | None = None,
) -> Floats:
    """Mean AC power of a system under a clear sky: what a fault or soiling is measured against.

    Parameters
    ----------
    system : PVSystem
    grid : Grid
        Of t intervals, naive UTC.
    air_temperature : float or (t,) array
        [degC]
    wind_speed : float or (t,) array
        [m s-1]
    turbidity : float
        As of `clear_sky`. [1]
    sun : Sky, optional
        Of the same place and grid, if it was worked out already.

    Returns
    -------
    (t,) array
        [kW]
    """
    sun = sun or sky(system.latitude, system.longitude, grid, altitude=system.altitude)
    whole, part = clear_sky(sun, altitude=system.altitude, turbidity=turbidity)
    return ac_power(system, grid, whole, diffuse=part, air_temperature=air_temperature, wind_speed=wind_speed, sun=sun)


def findings(system: PVSystem, *, place: str = "pv") -> tuple[Finding, ...]:
    """What is impossible about a system (errors), and what is odd (warnings).

    Returns
    -------
    tuple of Finding
        `equipment.range`, and `equipment.pv_inverter` where the modules can do less than half or more than twice of
        what the inverter can.
    """
    return (*outside(place, _ranges(system)), *_odd(system, place))


def _ranges(system: PVSystem) -> Iterator[tuple[str, float, Range]]:
    yield "power", system.power, positive("kW")
    yield "tilt", system.tilt, Range(0.0, 90.0, "degree")
    yield "azimuth", system.azimuth, Range(0.0, 360.0, "degree")
    yield "latitude", system.latitude, Range(-90.0, 90.0, "degree")
    yield "longitude", system.longitude, Range(-180.0, 180.0, "degree")
    yield "altitude", system.altitude, Range(-430.0, 8848.0, "m")
    yield "inverter", system.inverter, positive("kW")
    yield "inverter_efficiency", system.inverter_efficiency, Range(0.0, 1.0, "", open_least=True)
    yield "losses", system.losses, Range(0.0, 1.0, "", open_most=True)
    yield "temperature_coefficient", system.temperature_coefficient, Range(-0.02, 0.0, "per K")
    yield "heat_loss", system.heat_loss, positive("W/(m2 K)")
    yield "albedo", system.albedo, Range(0.0, 1.0, "")


def _odd(system: PVSystem, place: str) -> Iterator[Finding]:
    if system.inverter > 0 and not 0.5 <= system.power / system.inverter <= 2.0:
        yield Finding(
            code="equipment.pv_inverter",
            place=place,
            found="modules of {power} kW on an inverter of {inverter} kW",
            expected="modules of half to twice the inverter's power",
            remedy="nothing, if that is how it was built; else check that power is in kW",
            params={"power": f"{system.power:g}", "inverter": f"{system.inverter:g}"},
            severity="warning",
        )
