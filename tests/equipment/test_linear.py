"""What every machine shares: the linear form, curves, grids and ranges."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from wattstone.base import Finding, InputRefused
from wattstone.equipment import Curve, Grid, LinearState
from wattstone.equipment.limits import Range, outside, refuse


def tank() -> LinearState:
    """One state that loses a tenth, two inputs, one of which gives back."""
    return LinearState(
        name="battery",
        inputs=("charge", "discharge"),
        unit="kWh",
        hours=1.0,
        initial=np.array([10.0]),
        a=np.array([[0.9]]),
        b=np.tile([[0.8, -1.25]], (3, 1, 1)),
        c=np.array([[0.0], [1.0], [0.0]]),
        lower=np.zeros((3, 1)),
        upper=np.full((3, 1), 20.0),
        input_lower=np.zeros((3, 2)),
        input_upper=np.full((3, 2), 5.0),
        sign=np.array([1.0, -1.0]),
        base=np.full(3, 0.1),
        wear=np.zeros(2),
        least=np.zeros(2),
    )


def test_states_and_power_by_hand() -> None:
    """0.9 x 10 + 0.8 x 5 = 13; 0.9 x 13 + 1 = 12.7; 0.9 x 12.7 - 1.25 x 4 = 6.43."""
    inputs = np.array([[5.0, 0.0], [0.0, 0.0], [0.0, 4.0]])
    assert_allclose(tank().states(inputs), [[13.0], [12.7], [6.43]])
    assert_allclose(tank().power(inputs), [5.1, 0.1, -3.9])
    assert tank().steps == 3


@pytest.mark.parametrize("name", ["lower", "sign", "initial", "base", "a"])
def test_shapes_that_do_not_fit_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        replace(tank(), **{name: np.zeros(7)})


def test_a_value_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="not known"):
        replace(tank(), c=np.array([[0.0], [np.nan], [0.0]]))


def test_a_curve_is_straight_between_and_constant_beyond() -> None:
    curve = Curve((0.0, 2.0), (1.0, 3.0))
    assert_allclose(curve.at([-1.0, 0.5, 9.0, np.nan]), [1.0, 1.5, 3.0, np.nan])
    assert Curve.constant(2.0).is_constant
    assert not curve.is_constant


@pytest.mark.parametrize(
    ("x", "y"), [((), ()), ((0.0, 0.0), (1.0, 1.0)), ((1.0, 0.0), (1.0, 1.0)), ((0.0,), (1.0, 2.0))]
)
def test_a_curve_that_is_none_is_refused(x: tuple[float, ...], y: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="rise"):
        Curve(x, y)


def test_a_grid_passes_over_a_clock_change() -> None:
    """UTC knows no clock change: the day of 25 hours in Oslo has 100 quarters, from 22:00 to 23:00 UTC."""
    grid = Grid(start=np.datetime64("2024-10-26T22:00"), hours=0.25, steps=100)
    assert grid.edges()[-1] == np.datetime64("2024-10-27T23:00")
    assert_array_equal(np.diff(grid.edges()), np.timedelta64(15, "m"))
    assert_allclose(grid.position(grid.starts()[[0, 4]]), [0.0, 1.0])
    assert np.isnan(grid.position(np.array(["NaT"], dtype="datetime64[us]")))[0]


@pytest.mark.parametrize(("hours", "steps"), [(0.0, 1), (-1.0, 1), (1.0, -1), (float("nan"), 1)])
def test_a_grid_that_is_none_is_refused(hours: float, steps: int) -> None:
    with pytest.raises(ValueError, match="grid"):
        Grid(start=np.datetime64("2024-01-01"), hours=hours, steps=steps)


def test_ranges_hold_their_ends_unless_they_are_open() -> None:
    assert Range(0.0, 1.0, "").holds([0.0, 1.0])
    assert not Range(0.0, 1.0, "", open_least=True).holds([0.0, 1.0])
    assert not Range(0.0, 1.0, "", open_most=True).holds(1.0)
    assert not Range(0.0, 1.0, "").holds(np.nan)


def test_errors_refuse_and_warnings_do_not() -> None:
    (error,) = outside("pump", [("power", -1.0, Range(0.0, 9.0, "kW"))])
    warning = Finding(code="x", place="y", found="", expected="", remedy="", severity="warning")

    assert refuse([warning]) == (warning,)
    with pytest.raises(InputRefused) as refused:
        refuse([warning, error])
    assert refused.value.findings == (warning, error)
