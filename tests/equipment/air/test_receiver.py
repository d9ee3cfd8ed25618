"""Receivers by hand, and the laws between their functions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.air import receiver

volumes = st.floats(0.1, 100.0)
pressures = st.floats(2.0, 10.0)


@given(volume=volumes, high=pressures, drop=st.floats(0.1, 1.9))
def test_a_receiver_sized_for_the_air_it_gives_is_itself(volume: float, high: float, drop: float) -> None:
    air = receiver.usable_air(volume, high=high, low=high - drop)

    assert_allclose(receiver.volume(air, drop=drop), volume, rtol=1e-12)


def test_free_air_at_another_pressure_is_more_or_less_of_it() -> None:
    # 5 m3 over 2 bar hold 10 bar m3: 10 m3 at 1 bar, 12.5 m3 at 0.8 bar.
    assert_allclose(receiver.usable_air(5.0, high=8.0, low=6.0, free=[1.0, 0.8]), [10.0, 12.5])


def test_an_event_beyond_what_is_metered() -> None:
    # (4 - 1) m3/min over 2 min, on 1.5 bar: 4 m3
    air = receiver.air_needed(4.0, 2.0, metered=1.0)

    assert float(air) == 6.0
    assert float(receiver.volume(air, drop=1.5)) == 4.0
    assert float(receiver.air_needed(1.0, 2.0, metered=4.0)) == 0.0


def test_bridging_takes_the_time_of_the_way() -> None:
    assert_allclose(receiver.bridging(300.0, 100.0), 3.0 / 60.0)


def test_how_long_it_carries() -> None:
    assert_allclose(receiver.minutes(3.0, [1.5, 0.0], high=8.0, low=7.0), [2.0, np.inf])


def test_no_drop_gives_no_size() -> None:
    assert np.isnan(receiver.volume(1.0, drop=[0.0, -1.0])).all()
    assert np.isnan(receiver.bridging(1.0, 0.0))


def test_gaps_stay_gaps() -> None:
    assert math.isnan(receiver.usable_air(math.nan, high=8.0, low=7.0))
    assert math.isnan(receiver.air_needed(math.nan, 1.0))


@pytest.mark.parametrize(
    ("volume", "high", "low", "codes"),
    [
        (2.0, 8.0, 7.0, []),
        (0.0, 8.0, 7.0, ["equipment.range"]),
        (2.0, 7.0, 7.0, ["air.receiver_band"]),
        (-1.0, 6.0, 7.0, ["equipment.range", "air.receiver_band"]),
        (math.nan, 8.0, -7.0, ["equipment.range", "equipment.range"]),
    ],
)
def test_findings_name_what_is_impossible(volume: float, high: float, low: float, codes: list[str]) -> None:
    found = receiver.findings(volume, high=high, low=low, place="receiver 'R1'")

    assert [one.code for one in found] == codes
    assert all("receiver 'R1'" in one.text() for one in found)
