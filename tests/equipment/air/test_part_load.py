"""Part load by control: the published table, hand calculations, and inverses."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.air import part_load

share = st.floats(0.0, 1.0)


def test_the_published_table() -> None:
    """Power in % at 10 to 90 % of flow, computed with the model of AIRMaster+: inlet modulation and the others."""
    x = np.arange(1, 10) / 10
    modulation = [68.5, 72.0, 75.5, 79.0, 82.5, 86.0, 89.5, 93.0, 96.5]
    displacement = [63.9, 67.8, 72.5, 78.1, 84.5, 91.8]
    speed = [32.0, 40.5, 49.0, 57.5, 66.0, 74.5, 83.0, 91.5]

    assert_allclose(100 * part_load.throttled(x, closed=0.65), modulation, atol=1e-9)
    assert_allclose(100 * part_load.throttled(x[3:], closed=0.57, exponent=2.0), displacement, atol=0.051)
    line = part_load.speed(x[1:], idle=0.15, least=(0.2, 0.32), middle=(0.6, 0.66))
    assert_allclose(100 * line, speed, atol=1e-9)


def test_a_centrifugal_that_blows_off_by_hand() -> None:
    """Surge at 80 % of flow and 82 % of power: flat below, 0.9 % of power for each % of flow above."""
    x = np.array([0.0, 0.5, 0.8, 0.9, 1.0])
    assert_allclose(part_load.blow_off(x, surge=0.8, least=0.82), [0.82, 0.82, 0.82, 0.91, 1.0])
    assert_allclose(part_load.blow_off_flow([0.91, 0.82], surge=0.8, least=0.82), [0.9, np.nan])
    assert_allclose(part_load.blow_off_flow(0.82, surge=0.8, least=0.82, vented=0.3), 0.5)


def test_lines_meet_at_their_knots() -> None:
    """A centrifugal that modulates and unloads: 71.3 kW unloaded, 411.9 at 2731 of 3138 cfm, 452.3 at 3005 (MEASUR)."""
    knots = ((0.0, 71.3), (2731.0, 411.9), (3005.0, 452.3))
    power = 71.3 + (411.9 - 71.3) * 753.12 / 2731
    assert_allclose(part_load.broken_line([0.0, 753.12, 2731.0], knots), [71.3, power, 411.9])
    assert_allclose(part_load.broken_line_flow(power, knots), 753.12)


def test_a_flat_piece_tells_no_flow() -> None:
    knots = ((0.0, 0.5), (0.4, 0.5), (1.0, 1.0))
    assert_allclose(part_load.broken_line_flow([0.5, 0.75], knots), [np.nan, 0.7])


@given(x=share, closed=st.floats(0.0, 0.9), exponent=st.sampled_from([1.0, 2.0]))
def test_throttling_inverts(x: float, closed: float, exponent: float) -> None:
    power = part_load.throttled(x, closed=closed, exponent=exponent, full=1.1)
    back = part_load.throttled_flow(power, closed=closed, exponent=exponent, full=1.1)
    assert_allclose(np.nan_to_num(back), x, atol=1e-6)


@given(
    x=share,
    least=st.floats(0.15, 0.4),
    middle=st.floats(0.5, 0.8),
    bend=st.floats(-0.05, 0.05),
    idle=st.floats(0.02, 0.14),
)
def test_variable_speed_inverts(x: float, least: float, middle: float, bend: float, idle: float) -> None:
    points = {"idle": idle, "least": (least, 0.15 + 0.85 * least), "middle": (middle, 0.15 + 0.85 * middle + bend)}
    power = part_load.speed(x, **points)
    assert_allclose(part_load.speed_flow(power, **points), x, atol=1e-7)


@given(x=share, most=st.floats(1.0, 1.2))
def test_start_stop_inverts(x: float, most: float) -> None:
    assert_allclose(part_load.start_stop_flow(part_load.start_stop(x, most=most), most=most), x, atol=1e-12)
