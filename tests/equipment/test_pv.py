"""Photovoltaics: pvlib's own road as the oracle of the sun, hand calculations, and what must be by construction."""

import numpy as np
import pandas as pd
import pvlib
import pytest
from numpy.testing import assert_allclose

from wattstone.equipment import Grid
from wattstone.equipment.pv import PVSystem, ac_power, clear_sky_power, findings, plane_of_array
from wattstone.equipment.sun import clear_sky, sky

MADRID = {"latitude": 40.4, "longitude": -3.7, "altitude": 650.0}
DAY = Grid(start=np.datetime64("2024-06-21"), hours=1.0, steps=24)


def system(**changes: float) -> PVSystem:
    return PVSystem(**({"power": 10.0, "tilt": 30.0, "azimuth": 180.0, "inverter": 10.0} | MADRID | changes))


def test_the_sun_is_where_nrel_says() -> None:
    """Reda and Andreas' example, 2003-10-17 12:30:30 at UTC-7: zenith 50.11162, azimuth 194.34024.

    Their zenith is topocentric with refraction, at 820 hPa and 11 degC; ours takes the pressure from the altitude.
    """
    one = Grid(start=np.datetime64("2003-10-17T19:30:29", "us"), hours=2 / 3600, steps=1)
    sun = sky(39.742476, -105.1786, one, altitude=1830.14)

    assert_allclose(sun.zenith, 50.11162, atol=1e-3)
    assert_allclose(sun.azimuth, 194.34024, atol=1e-3)


def test_the_sun_of_a_year_is_that_of_pvlib() -> None:
    grid = Grid(start=np.datetime64("2024-01-01T00:00"), hours=6.25, steps=1400)
    middle = pd.DatetimeIndex(grid.starts() + np.timedelta64(round(3.125 * 3.6e9), "us"), tz="UTC")
    oracle = pvlib.solarposition.get_solarposition(middle, 40.4, -3.7, altitude=650.0)
    narrow = Grid(start=grid.start, hours=0.25, steps=25 * 1400)
    sun = sky(40.4, -3.7, narrow, altitude=650.0)  # its middles pass through those of every 25th

    assert_allclose(sun.zenith[12::25, 0], oracle["apparent_zenith"], atol=1e-3)
    assert_allclose(sun.azimuth[12::25, 0], oracle["azimuth"], atol=1e-3)


@pytest.mark.parametrize("irradiance", [np.nan, 500.0, -5.0])
def test_there_is_no_power_by_night_whatever_the_irradiance(irradiance: float) -> None:
    power = ac_power(system(), DAY, np.full(24, irradiance), air_temperature=np.nan)
    night = sky(40.4, -3.7, DAY, altitude=650.0).share.max(axis=1) == 0

    assert night.sum() >= 8
    assert np.all(power[night] == 0.0)
    assert np.all(np.isnan(power[~night]))


def test_polar_night_and_polar_day() -> None:
    there = system(latitude=78.2, longitude=15.6, altitude=0.0)
    winter = Grid(start=np.datetime64("2023-12-21"), hours=0.25, steps=96)
    summer = Grid(start=np.datetime64("2024-06-21"), hours=0.25, steps=96)

    assert np.all(ac_power(there, winter, np.full(96, 300.0)) == 0.0)
    assert np.all(clear_sky_power(there, summer) > 0.0)


def test_direct_light_on_a_plane_that_faces_the_sun_is_all_of_it() -> None:
    """No diffuse light: the plane gets DNI, and DNI times the cosine of the zenith is GHI."""
    noon = Grid(start=np.datetime64("2024-06-21T12:00"), hours=0.25, steps=1)
    sun = sky(**MADRID, grid=noon)
    facing = system(tilt=float(sun.zenith[0, 0]), azimuth=float(sun.azimuth[0, 0]), albedo=0.0)
    horizontal = 800.0 * np.cos(np.radians(sun.zenith[0]))
    total, effective = plane_of_array(facing, sun, horizontal, diffuse=np.zeros(1))

    assert_allclose(total, 800.0)
    assert_allclose(effective, 800.0), "and none of it is reflected at a right angle"


def test_power_by_hand() -> None:
    """A horizontal plane under 600 W m-2 of diffuse light, 25 degC, 2 m/s, no losses.

    Cell: 25 + 600 / (25 + 6.84 x 2) = 40.512 degC. DC: 10 x 0.6 x (1 - 0.0047 x 15.512) = 5.56256 kW, 0.534006 of
    10 / 0.96 kW. Inverter: 0.96 / 0.9637 x (-0.0162 x 0.534006 - 0.0059 / 0.534006 + 0.9858) = 0.962393.
    """
    noon = Grid(start=np.datetime64("2024-06-21T12:00"), hours=0.25, steps=1)
    flat = system(tilt=0.0, losses=0.0, albedo=0.0)
    power = ac_power(flat, noon, [600.0], diffuse=[600.0], air_temperature=25.0, wind_speed=2.0)

    assert_allclose(power, 5.56256 * 0.962393, rtol=1e-5)


def test_the_inverter_clips() -> None:
    whole, small = clear_sky_power(system(), DAY), clear_sky_power(system(inverter=5.0), DAY)
    assert small.max() == pytest.approx(5.0)
    assert (small == small.max()).sum() >= 4
    assert whole.max() > 6.0


def test_the_parts_of_the_light_may_come_in_any_form() -> None:
    """GHI with DHI and GHI with the DNI that belongs to it are one sky."""
    sun = sky(**MADRID, grid=DAY)
    whole, part = clear_sky(sun, altitude=650.0)
    cosine = np.where(sun.share > 0, np.cos(np.radians(sun.zenith)), 0.0).mean(axis=1)
    direct = np.divide(whole - part, cosine, out=np.zeros(24), where=cosine > 0)

    by_diffuse = ac_power(system(), DAY, whole, diffuse=part)
    by_direct = ac_power(system(), DAY, whole, direct_normal=direct)
    by_erbs = ac_power(system(), DAY, whole)
    assert_allclose(by_direct, by_diffuse, atol=0.05)
    assert_allclose(by_erbs.sum(), by_diffuse.sum(), rtol=0.05)


def test_an_hour_is_four_quarters() -> None:
    """But for the light within the hour, which is taken to follow the sine of the elevation: 0.3 % of 10 kW."""
    quarters = Grid(start=DAY.start, hours=0.25, steps=96)
    fine = clear_sky_power(system(), quarters).reshape(24, 4).mean(axis=1)
    assert_allclose(clear_sky_power(system(), DAY), fine, atol=0.03)


def test_a_clear_sky_is_that_of_pvlib() -> None:
    quarters = Grid(start=DAY.start, hours=0.25, steps=96)
    middle = pd.DatetimeIndex(quarters.starts() + np.timedelta64(450, "s"), tz="UTC")
    oracle = pvlib.location.Location(40.4, -3.7, altitude=650.0)
    position = oracle.get_solarposition(middle)
    mass = oracle.get_airmass(solar_position=position)["airmass_absolute"]
    extra = pvlib.irradiance.get_extra_radiation(middle.day_of_year.to_numpy(dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = pvlib.clearsky.ineichen(
            position["apparent_zenith"].to_numpy(), mass.to_numpy(), 3.0, altitude=650.0, dni_extra=extra
        )
    whole, part = clear_sky(sky(**MADRID, grid=quarters), altitude=650.0)
    day = position["apparent_zenith"].to_numpy() < 89

    assert_allclose(whole[day], expected["ghi"][day], rtol=1e-3)
    assert_allclose(part[day], expected["dhi"][day], rtol=1e-3)


def test_impossible_parameters_are_found() -> None:
    found = findings(system(tilt=120.0, losses=1.0, inverter=0.0), place="pv 'roof'")
    assert [one.params["parameter"] for one in found] == ["tilt", "inverter", "losses"]
    assert found[0].text() == ("pv 'roof': tilt is 120 degree. Expected: 0 to 90 degree. To mend it: correct tilt.")


def test_watts_given_for_kilowatts_are_doubted() -> None:
    (finding,) = findings(system(power=10_000.0))
    assert (finding.code, finding.severity) == ("equipment.pv_inverter", "warning")
    assert findings(system()) == ()
