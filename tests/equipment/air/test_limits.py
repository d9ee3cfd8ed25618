"""What air takes at least, against the tables that the formulae give; the grade of US law against its table."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from wattstone.equipment.air import Compressor, Control, Inlet
from wattstone.equipment.air.grade import efficiency, grade, minimum_efficiency
from wattstone.equipment.air.limits import (
    isentropic_power,
    isothermal_power,
    isothermal_work,
    least_energy,
    pressure_ratio,
)

# bar(g): isothermal kJ/m3, kWh/m3, kW/(m3/min); two stages and one, isentropic, kW/(m3/min). From 1 bar absolute.
TABLE = {
    5: (179.2, 0.0498, 2.99, 3.40, 3.90),
    6: (194.6, 0.0541, 3.24, 3.74, 4.34),
    7: (207.9, 0.0578, 3.47, 4.04, 4.73),
    8: (219.7, 0.0610, 3.66, 4.30, 5.10),
    10: (239.8, 0.0666, 4.00, 4.77, 5.74),
}


@pytest.mark.parametrize("pressure", TABLE)
def test_the_table_of_limits(pressure: float) -> None:
    kilojoules, work, isothermal, two, one = TABLE[pressure]
    assert_allclose(isothermal_work(pressure) * 3600, kilojoules, atol=0.051)
    assert_allclose(isothermal_work(pressure), work, atol=5.1e-5)
    assert_allclose(isothermal_power(1.0, pressure), isothermal, atol=0.0051)
    assert_allclose(isentropic_power(1.0, pressure, stages=2), two, atol=0.0051)
    assert_allclose(isentropic_power(1.0, pressure), one, atol=0.0051)


def test_a_machine_of_6_5_is_at_53_and_73_percent() -> None:
    assert float(isothermal_power(1.0, 7.0)) / 6.5 == pytest.approx(0.53, abs=0.005)
    assert float(isentropic_power(1.0, 7.0)) / 6.5 == pytest.approx(0.73, abs=0.005)


def test_many_stages_come_to_the_isothermal_limit() -> None:
    assert_allclose(isentropic_power(1.0, 7.0, stages=10_000), isothermal_power(1.0, 7.0), rtol=1e-4)


def test_cold_air_takes_less_and_thin_air_a_higher_ratio() -> None:
    cold = Inlet(temperature=0.0)
    assert_allclose(isothermal_work(7.0, cold) / isothermal_work(7.0), 273.15 / 293.15)
    assert_allclose(pressure_ratio(7.0, Inlet(pressure=0.8)), 9.75)
    assert_allclose(least_energy(1000.0, 7.0), 57.76, atol=0.01)


@pytest.mark.parametrize(("flow", "most"), [(1, 8.98), (3, 7.58), (6, 7.04), (10, 6.75), (20, 6.48), (35, 6.33)])
def test_the_minimum_of_us_law(flow: float, most: float) -> None:
    """Specific power at the minimum of 10 CFR 431.345: fixed speed, air-cooled, 7 bar(g)."""
    machine = Compressor(name="C", control=Control.LOAD_UNLOAD, flow=flow, power=7 * flow, pressure=7.0)
    assert grade(machine).most_power == pytest.approx(most, abs=0.0051)


def test_the_other_classes_of_us_law_by_hand() -> None:
    """10 m3/min is 353.15 cfm, ln(.4719 V) = 5.11594; curve -.01549 x 26.1728 + .21573 x 5.11594 + .00905 = .70730."""
    assert minimum_efficiency(10.0, variable=True) == pytest.approx(0.70730 - 0.10 * 0.29270, abs=1e-4)
    assert minimum_efficiency(10.0, variable=True, cooling="water") == pytest.approx(
        0.70730 - 0.15 * 0.29270 + 0.02349, abs=1e-4
    )


def test_a_grade_says_what_it_compares() -> None:
    speed = Compressor(name="C", control=Control.VARIABLE_SPEED, flow=10.0, power=70.0, pressure=7.0)
    part = grade(speed, weights=((0.5, 1.0), (1.0, 1.0)))
    # 46.9 kW at 10 m3/min isentropic is 0.6762; at half flow 40.25 kW for 23.67 kW
    assert efficiency(speed) == pytest.approx(0.6762, abs=1e-3)
    assert part.efficiency == pytest.approx((0.6762 + 23.667 / 40.25) / 2, abs=1e-3)
    assert (grade(speed).basis, part.basis) == ("full load", "part load")
    assert grade(speed).covered

    turbo = Compressor(
        name="T", control=Control.GUIDE_VANES, flow=100.0, power=600.0, pressure=7.0, kind="centrifugal", oil_free=True
    )
    assert not grade(turbo).covered
    assert len(grade(turbo).reasons) == 3


def test_arrays_are_taken() -> None:
    assert isothermal_power(np.ones(3), np.array([5.0, np.nan, 7.0])).shape == (3,)
