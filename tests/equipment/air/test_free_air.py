"""Free air by name, air at the intake, and what follows pressure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.air import Inlet, inlet
from wattstone.equipment.air.free_air import (
    ACTUAL_UNITS,
    CAGI_STANDARD,
    CONVENTIONS,
    DIN_1343,
    ISO_1217,
    US_STANDARD,
    convert,
    saturation_pressure,
    to_free_air,
)
from wattstone.equipment.air.pressure import (
    altitude_factors,
    atmospheric_pressure,
    capacity_curve,
    flow_at_pressure,
    pressure_factor,
)


def test_conventions_by_hand() -> None:
    """DIN 1343: 1.01325 x 293.15 / 273.15; CAGI: 14.5 psi is 0.99974 bar; ASME: dry part of 14.696 psi at 36 %."""
    assert_allclose(convert(1.0, given=DIN_1343), 1.08744, atol=1e-5)
    assert_allclose(convert(1.0, given=CAGI_STANDARD), 0.99974, atol=1e-5)
    assert_allclose(convert(1.0, given=US_STANDARD), 1.01325 - 0.36 * 0.02333, atol=1e-4)
    assert_allclose(convert(2.0, given=ISO_1217), 2.0)


def test_saturated_vapour() -> None:
    """Tables of steam: 0.006112 bar at 0 degC, 0.02339 at 20, 0.04247 at 30 (IAPWS, to 0.4 %)."""
    assert_allclose(saturation_pressure([0.0, 20.0, 30.0]), [0.006112, 0.02339, 0.04247], rtol=4e-3)


def test_hot_humid_thin_air_holds_less_free_air() -> None:
    """At 35 degC, 0.9 bar and 60 %: (0.9 - 0.6 x 0.0561) x 293.15 / 308.15."""
    found = to_free_air(10.0, Inlet(temperature=35.0, pressure=0.9, humidity=0.6))
    assert_allclose(found, 10 * (0.9 - 0.6 * 0.0561) * 293.15 / 308.15, rtol=2e-3)


def test_units_of_flow_by_hand() -> None:
    assert_allclose(
        [ACTUAL_UNITS["cfm"], ACTUAL_UNITS["l/s"], ACTUAL_UNITS["m3/h"]], [0.0283168466, 0.06, 1 / 60], 1e-6
    )


@given(a=st.sampled_from(sorted(CONVENTIONS)), b=st.sampled_from(sorted(CONVENTIONS)), flow=st.floats(0.01, 1e4))
def test_conventions_go_there_and_back(a: str, b: str, flow: float) -> None:
    there = convert(flow, given=CONVENTIONS[a], wanted=CONVENTIONS[b])
    assert_allclose(convert(there, given=CONVENTIONS[b], wanted=CONVENTIONS[a]), flow, rtol=1e-12)


def test_pressure_by_the_published_figures() -> None:
    """8 to 7 bar(g) -7.1 %, 7 to 6 -8.4 %; 100 to 98 psi -1.13 % (0.56 % for each psi)."""
    assert_allclose(1 - pressure_factor(7.0, rated=8.0), 0.071, atol=5e-4)
    assert_allclose(1 - pressure_factor(6.0, rated=7.0), 0.0835, atol=1e-3)
    psi = 0.0689475729
    factor = pressure_factor(98 * psi, rated=100 * psi, absolute=14.7 * psi, rated_absolute=14.7 * psi)
    assert_allclose(1 - factor, 0.0113, atol=1e-4)
    assert float(pressure_factor(0.0, rated=7.0)) == 0.0
    assert float(pressure_factor(-0.5, rated=7.0)) == 0.0


def test_use_follows_absolute_pressure_in_part() -> None:
    """100 to 105 psi: 1000 + 0.6 x 1000 x 5 / 114.7 = 1026.16 (MEASUR, cascading set-point)."""
    psi = 0.0689475729
    found = flow_at_pressure(1000.0, 105 * psi, rated=100 * psi, absolute=14.7 * psi, rated_absolute=14.7 * psi)
    assert_allclose(found, 1026.155, atol=1e-3)
    assert_allclose(flow_at_pressure(10.0, 6.0, rated=7.0, sensitive=0.0), 10.0)


def test_capacity_of_a_centrifugal_goes_through_its_points_and_on_with_its_slope() -> None:
    """A sample machine of MEASUR: 3200, 3138, 2885 cfm at 91, 100, 117 psi; the parabola turns at 80 psi."""
    points = ((91.0, 3200.0), (100.0, 3138.0), (117.0, 2885.0))
    assert_allclose(capacity_curve(points, [91.0, 100.0, 117.0]), [3200.0, 3138.0, 2885.0])
    below, beyond = capacity_curve(points, 58.23), capacity_curve(points, 58.23, beyond=True)
    assert below > 3200.0
    assert_allclose(beyond, 3005.0, atol=0.1)
    # the slope at the last point, by the parabola's own: -14.882 - 0.3075 x (117 - 100)
    assert_allclose(capacity_curve(points, 118.0), 2885.0 - 14.882 - 0.3074 * 17, atol=0.02)
    assert float(capacity_curve(points, 1000.0)) == 0.0
    assert_allclose(capacity_curve(points[:1], [1.0, 500.0]), [3200.0, 3200.0])


def test_altitude() -> None:
    """The factors are 1 at 14.7 psi; the standard atmosphere is 0.89875 bar at 1000 m and 0.79495 at 2000 m."""
    assert_allclose(altitude_factors(14.7 * 0.0689475729), (1.0, 1.0), atol=3e-4)
    assert_allclose(atmospheric_pressure([0.0, 1000.0, 2000.0]), [1.01325, 0.89875, 0.79495], atol=2e-5)


def test_an_inlet_that_cannot_be_is_refused() -> None:
    assert inlet.findings(Inlet()) == ()
    found = inlet.findings(Inlet(temperature=np.array([20.0, np.nan, 95.0]), pressure=3.0, humidity=55.0))
    assert [one.params["parameter"] for one in found] == ["temperature", "pressure", "humidity"]
    assert found[0].count == 1
    with pytest.raises(KeyError):
        CONVENTIONS["normal"]


@pytest.mark.parametrize(
    ("pressure", "code", "units"),
    [
        (0.0, "air.gauge", ""),
        (-0.02, "air.gauge", ""),
        (14.7, "air.pressure_unit", "psi"),
        (101.3, "air.pressure_unit", "kPa"),
        (1013.0, "air.pressure_unit", "hPa"),
    ],
)
def test_gauge_taken_for_absolute_is_told(pressure: float, code: str, units: str) -> None:
    (found,) = inlet.findings(Inlet(pressure=np.array([pressure, pressure, np.nan])))
    assert (found.code, found.params["units"], found.count) == (code, units, 2)
