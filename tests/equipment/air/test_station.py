"""Findings about machines, stations and the use of air; dryers by hand."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from wattstone.base import Finding
from wattstone.equipment.air import AirUse, Compressor, Control, Dryer, Inlet, Station, checks, dryer, station
from wattstone.equipment.air.checks import fitting_units
from wattstone.equipment.air.limits import isothermal_work

SCREW = Compressor(name="C1", control=Control.LOAD_UNLOAD, flow=20.0, power=125.0, pressure=7.0)
TRIM = replace(SCREW, name="C2", control=Control.VARIABLE_SPEED)
STATION = Station(
    name="hall",
    compressors=(SCREW, TRIM),
    storage=6.0,
    pressure=7.0,
    least_pressure=6.0,
    dryer=Dryer(kind="refrigerated", flow=45.0, power=6.0, drop=0.2),
    leaks=5.0,
    artificial=0.3,
)


def codes(found: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in found]


def test_a_sound_station_has_no_findings() -> None:
    assert station.findings(STATION) == ()
    use = AirUse(flow=np.array([5.0, 30.0]), hours=1.0, weight=np.array([4000.0, 4760.0]))
    assert station.use_findings(STATION, use) == ()


@pytest.mark.parametrize(
    ("flow", "unit"), [(706.0, "cfm"), (333.0, "l/s"), (1200.0, "m3/h"), (20_000.0, "l/min"), (0.333, "m3/s")]
)
def test_a_flow_in_another_unit_is_told(flow: float, unit: str) -> None:
    """20 m3/min of a machine of 125 kW, written in another unit."""
    (found,) = checks.findings(replace(SCREW, flow=flow))
    assert found.code.startswith("air.flow")
    assert unit in found.params["flows"]
    assert "compressor 'C1'" in found.text()


def test_a_power_in_another_unit_is_told() -> None:
    """125 kW is 125 000 W and 0.125 MW; the latter would be the power of 20 l/min as well."""
    (found,) = checks.findings(replace(SCREW, power=125_000.0))
    assert (found.code, found.params["powers"]) == ("air.power_unit", "W")
    (found,) = checks.findings(replace(SCREW, power=0.125))
    assert found.code == "air.flow_and_power_unit"
    assert "the flow would fit in l/min, or the power in MW" in found.text()
    assert fitting_units(706.0, 125.0, 7.0) == (("cfm", "m3/h"), ())


def test_a_specific_power_that_nothing_explains() -> None:
    (found,) = checks.findings(replace(SCREW, power=20 * 3.47 * 9.0))
    assert (found.code, found.severity) == ("air.specific_power", "warning")


def test_a_pressure_in_psi_is_told() -> None:
    found = checks.findings(replace(SCREW, pressure=100.0))
    assert found[0].code == "air.pressure_unit"
    assert found[0].params["units"] == "psi"
    assert checks.findings(replace(SCREW, pressure=700.0))[0].params["units"] == "kPa"


def test_every_parameter_out_of_range_is_told_at_once() -> None:
    bad = replace(SCREW, flow=-1.0, power=np.nan, stages=0, idle_power=-3.0, unload_at=1.0, heat_share=1.2, band=0.0)
    found = checks.findings(bad)
    assert set(codes(found)) == {"equipment.range"}
    assert len(found) >= 7


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        (replace(SCREW, most_pressure=7.0), "air.band"),
        (replace(SCREW, points=((0.5, 0.7), (0.2, 0.4))), "air.points"),
        (replace(SCREW, points=((0.0, -0.1), (0.5, 0.7), (1.0, 1.0))), "air.curve_negative"),
        (replace(SCREW, points=((0.0, 0.3), (0.5, 0.8), (0.7, 0.75), (1.0, 1.0))), "air.curve_falls"),
        (replace(SCREW, points=((0.0, 0.1), (0.9, 0.4), (1.0, 1.0))), "air.curve_limit"),
        (replace(TRIM, least_flow=0.3, least_power=95.0, middle_flow=0.6, middle_power=90.0), "air.curve_falls"),
        (replace(SCREW, kind="centrifugal", pressures=((6.0, 18.0), (8.0, 22.0))), "air.capacity_curve"),
        (replace(SCREW, kind="centrifugal", pressures=((6.0, 19.0), (8.0, 17.0))), "air.capacity_rating"),
    ],
)
def test_a_machine_that_cannot_be_is_told(machine: Compressor, code: str) -> None:
    assert code in codes(checks.findings(machine))


def test_a_curve_that_is_negative_says_where() -> None:
    machine = replace(SCREW, points=((0.0, -0.1), (0.5, 0.7), (1.0, 1.0)))
    found = checks.findings(machine)[0]
    assert found.severity == "error"
    assert found.params["share"] == "0 %"
    assert float(found.params["power"]) == pytest.approx(-12.5)


def test_what_a_station_cannot_be_is_told_at_once() -> None:
    bad = replace(STATION, compressors=(SCREW, SCREW), storage=0.0, least_pressure=8.0, inlet=Inlet(pressure=0.0))
    assert codes(station.findings(bad)) == ["air.names", "air.storage", "air.least_pressure", "air.gauge"]
    assert codes(station.findings(replace(STATION, compressors=()))) == ["air.no_compressors"]
    assert codes(station.findings(replace(STATION, leaks=50.0))) == ["air.leaks"]
    assert codes(station.findings(replace(STATION, pressure=9.0))) == ["air.over_pressure", "air.over_pressure"]
    # a machine of variable speed follows the use, and needs no storage
    assert station.findings(replace(STATION, compressors=(TRIM,), storage=0.0)) == ()


def test_a_use_that_cannot_be_is_told_with_how_much_and_when() -> None:
    """Two machines of 20 m3/min deliver 40: the third hour asks 41.5."""
    use = AirUse(flow=np.array([10.0, np.nan, 41.5, -2.0, 3.0]), hours=1.0, start=np.datetime64("2026-03-01T00:00"))
    found = {one.code: one for one in station.use_findings(STATION, use)}
    assert set(found) == {"air.above_capacity", "air.gaps", "air.negative_flow", "air.below_leaks"}
    assert found["air.above_capacity"].first == "2026-03-01T02:00:00Z"
    assert found["air.above_capacity"].params["worst"] == "41.5"
    assert found["air.above_capacity"].params["capacity"] == "40"
    assert "41.5" in found["air.above_capacity"].text()
    assert found["air.negative_flow"].severity == "error"


def test_series_of_different_length_are_told() -> None:
    use = AirUse(flow=np.ones(3), hours=1.0, weight=np.ones(2))
    assert codes(station.use_findings(STATION, use)) == ["air.lengths"]
    assert codes(station.use_findings(STATION, AirUse(flow=np.ones(3), hours=0.0))) == ["air.lengths"]


@pytest.mark.parametrize(
    ("offset", "factor", "expected"),
    [(0.0, 1.0, []), (1.0, 1.0, ["air.gauge"]), (0.0, 14.5, ["air.pressure_unit"]), (0.0, 0.1, ["air.pressure_unit"])],
)
def test_a_pressure_that_is_absolute_or_in_another_unit_is_told(
    offset: float, factor: float, expected: list[str]
) -> None:
    logged = (np.array([7.1, 7.4, np.nan, 7.6]) + offset) * factor
    use = AirUse(flow=np.full(4, 20.0), hours=0.25, pressure=logged)
    assert codes(station.use_findings(STATION, use)) == expected


def test_the_least_that_a_use_takes_by_hand() -> None:
    """25 m3/min less 5 of leaks for 1000 h: 1.2 million m3 at 6 bar(g), 0.0541 kWh each."""
    use = AirUse(flow=np.array([25.0, np.nan]), hours=1.0, weight=np.array([1000.0, 1000.0]))
    assert use.volume == pytest.approx(1.5e6)
    assert station.least_use(STATION, use) == pytest.approx(1.2e6 * float(isothermal_work(6.0)))
    assert_allclose(station.least_power(STATION, use), [20 * 60 * 0.054053, np.nan], rtol=1e-4)
    assert_allclose(AirUse(flow=np.ones(2), hours=1.0).weights, [1.0, 1.0])


def test_dryers_by_hand() -> None:
    flow = np.array([0.0, 10.0, 20.0, 30.0, np.nan])
    cold = Dryer(kind="refrigerated", flow=20.0, power=5.0, drop=0.2)
    assert_allclose(dryer.power(cold, flow), [5.0, 5.0, 5.0, 5.0, np.nan])
    assert_allclose(dryer.power(replace(cold, kind="refrigerated_cycling"), flow), [0.0, 2.5, 5.0, 5.0, np.nan])
    assert_allclose(dryer.purge(cold, flow), [0.0, 0.0, 0.0, 0.0, np.nan])
    assert_allclose(dryer.drop(cold, flow), [0.0, 0.05, 0.2, 0.45, np.nan])


def test_purge_runs_by_the_clock_or_follows_the_flow() -> None:
    flow = np.array([1.0, 10.0, 20.0])
    heatless = dryer.typical("desiccant_heatless", 20.0)
    assert_allclose(dryer.purge(heatless, flow), [1.0, 3.0, 3.0])  # 15 % of 20, and no more than there is
    assert_allclose(dryer.purge(replace(heatless, by_dew_point=True), flow), [0.15, 1.5, 3.0])
    heated = Dryer(kind="desiccant_heated", flow=20.0, power=8.0, purge=0.07, by_dew_point=True)
    assert_allclose(dryer.power(heated, flow), [0.4, 4.0, 8.0])


def test_a_dryer_that_cannot_be_or_is_small_is_told() -> None:
    assert codes(dryer.findings(Dryer(kind="refrigerated", flow=0.0, purge=0.6, drop=-1.0))) == 3 * ["equipment.range"]
    assert codes(dryer.findings(Dryer(kind="refrigerated", flow=20.0), flow=[10.0, 25.0])) == ["air.dryer_small"]
    # 0.7 kW for 100 scfm
    assert dryer.typical("refrigerated", 28.3168466).power == pytest.approx(7.0)
