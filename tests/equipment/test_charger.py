"""Charging: bounds by hand and by laws, impossible sessions, and the real sessions of Trondheim."""

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment import Grid
from wattstone.equipment.charger import Envelope, envelope, linear, unmanaged
from wattstone.equipment.charging import Taper, charged, hours_needed
from wattstone.equipment.sessions import Sessions, findings, from_table, mended, reachable

MIDNIGHT = np.datetime64("2024-01-01T00:00", "us")


def times(*hours: float) -> np.ndarray:
    return MIDNIGHT + np.array([round(hour * 3.6e9) for hour in hours], dtype="timedelta64[us]")


def grid(steps: int = 8, hours: float = 1.0) -> Grid:
    return Grid(start=MIDNIGHT, hours=hours, steps=steps)


def cars(*rows: tuple[float, float, float], limit: float = 4.0, **more: object) -> Sessions:
    arrival, departure, energy = zip(*rows, strict=True)
    return Sessions.of(
        [str(row) for row in range(len(rows))],
        arrival=times(*arrival),
        departure=times(*departure),
        energy=energy,
        limit=limit,
        **more,
    )


def test_bounds_by_hand() -> None:
    """From 01:30 to 05:00 at 4 kW, 6 kWh: at once it is full at 03:00; at the latest it begins at 03:30."""
    bounds = envelope(cars((1.5, 5.0, 6.0)), grid(6))

    assert_allclose(bounds.upper, [[0, 2, 6, 6, 6, 6]])
    assert_allclose(bounds.lower, [[0, 0, 0, 2, 6, 6]])
    assert_allclose(bounds.power, [[0, 2, 4, 4, 4, 0]])
    assert_allclose(bounds.short, [0])


def test_what_cannot_be_charged_is_said_and_the_rest_is_charged() -> None:
    bounds = envelope(cars((1.0, 2.0, 6.0)), grid(3))

    assert_allclose(bounds.short, [2])
    assert_allclose(bounds.upper, [[0, 4, 4]])
    assert_allclose(bounds.lower, [[0, 4, 4]])


def test_a_session_under_way_keeps_what_it_has() -> None:
    """Here since 22:00, 3 of 9 kWh are charged; 6 are left at 4 kW until 02:00."""
    bounds = envelope(cars((-2.0, 2.0, 9.0)), grid(3), delivered=3.0)

    assert_allclose(bounds.upper, [[4, 6, 6]])
    assert_allclose(bounds.lower, [[2, 6, 6]])


def test_a_car_that_stays_beyond_the_grid_may_wait() -> None:
    bounds = envelope(cars((0.0, 10.0, 8.0)), grid(4))
    assert_allclose(bounds.lower, np.zeros((1, 4)))
    assert_allclose(envelope(cars((0.0, 5.0, 8.0)), grid(4)).lower, [[0, 0, 0, 4]])


def test_a_car_of_another_day_is_not_here() -> None:
    bounds = envelope(cars((-9.0, -4.0, 8.0), (30.0, 40.0, 8.0)), grid(4))
    assert_allclose(bounds.upper, np.zeros((2, 4)))
    assert_allclose(bounds.lower, np.zeros((2, 4)))
    assert_allclose(bounds.power, np.zeros((2, 4)))


def test_a_car_that_leaves_before_it_arrives_is_found_and_left_out() -> None:
    sessions = cars((5.0, 3.0, 6.0), (1.0, 4.0, 6.0))
    (finding,) = findings(sessions, place="garage 'G1'")
    kept, again = mended(sessions)

    assert finding.code == "equipment.session_order"
    assert finding.text() == (
        "garage 'G1': 1 car leaves before arrival, so that 0 kWh can be charged, the first at 0. Expected: a departure"
        " after the arrival. To mend it: correct the times; they are UTC."
    )
    assert kept.ids == ("1",)
    assert [one.code for one in again] == ["equipment.session_order"]
    bounds = envelope(sessions, grid())
    assert_allclose(bounds.upper[0], 0), "and if it is planned all the same it gets nothing"
    assert_allclose(bounds.short, [6, 0])


def test_a_car_that_wants_too_much_is_found_with_the_most_that_is_possible() -> None:
    sessions = cars((0.0, 2.5, 11.0))
    (finding,) = findings(sessions)
    kept, _ = mended(sessions)

    assert (finding.code, finding.severity) == ("equipment.session_energy", "warning")
    assert finding.say(finding.found) == "1 session wants more than can be charged: 11 kWh in 2.5 h"
    assert finding.say(finding.expected) == "10 kWh or less at 4 kW"
    assert_allclose(kept.energy, 10.0)


def test_a_session_without_a_departure_is_found() -> None:
    sessions = Sessions.of(
        ["a", "b"], arrival=times(0.0, 0.0), departure=[times(2.0)[0], np.datetime64("NaT")], energy=[1.0, 1.0], limit=4
    )
    kept, found = mended(sessions)
    assert [(one.code, one.first) for one in found] == [("equipment.session_times", "b")]
    assert kept.ids == ("a",)


def test_energy_and_limits_that_are_no_numbers_are_found() -> None:
    found = findings(cars((0.0, 1.0, math.nan), (0.0, 1.0, -1.0), limit=0.0))
    assert [(one.code, one.params["parameter"], one.count) for one in found] == [
        ("equipment.range", "energy", 2),
        ("equipment.range", "limit", 2),
    ]


def test_the_lesser_limit_counts() -> None:
    assert_allclose(cars((0.0, 1.0, 1.0), limit=11.0, car_limit=3.6).limit, 3.6)


def test_power_falls_near_full_charge() -> None:
    """40 kWh from 50 %: 10 kW for 12 kWh, then down to 1 kW over 8 kWh: dE/dt = 10 - 1.125 (E - 12)."""
    law = cars((0.0, 9.0, 20.0), limit=10.0, battery=40.0, charge=0.5, taper=Taper(knee=0.8, final=0.1)).law()
    full = 1.2 + math.log(10) / 1.125

    assert_allclose(charged(law, np.array([1.0])), 10.0)
    assert_allclose(charged(law, np.array([2.0])), 12 + 10 / 1.125 * (1 - math.exp(-1.125 * 0.8)))
    assert_allclose(charged(law, np.array([full])), 20.0)
    assert_allclose(charged(law, np.array([99.0])), 20.0)
    assert_allclose(hours_needed(law, np.array([20.0])), full)
    assert np.isinf(hours_needed(law, np.array([20.1])))


def test_a_car_that_comes_nearly_full_charges_slowly_from_the_start() -> None:
    """At 90 % half of the fall is done: 10 (1 - 0.9 / 2) = 5.5 kW."""
    law = cars((0.0, 9.0, 4.0), limit=10.0, battery=40.0, charge=0.9, taper=Taper()).law()
    assert_allclose(charged(law, np.array([1e-6])) / 1e-6, 5.5, rtol=1e-5)


sessions = st.lists(
    st.tuples(st.floats(-3.0, 6.0), st.floats(0.05, 9.0), st.floats(0.0, 40.0)).map(
        lambda row: (row[0], row[0] + row[1], row[2])
    ),
    min_size=1,
    max_size=4,
)


@given(rows=sessions, tapered=st.booleans())
def test_bounds_are_in_order_and_both_ends_can_be_driven(rows: list[tuple[float, float, float]], tapered: bool) -> None:
    kept, _ = mended(cars(*rows, battery=60.0 if tapered else None, taper=Taper() if tapered else None))
    bounds = envelope(kept, grid(21, 0.75))

    assert np.all(bounds.lower <= bounds.upper + 1e-9)
    for edge in (bounds.lower, bounds.upper):
        power = np.diff(edge, axis=1, prepend=0.0) / 0.75
        assert np.all(power >= -1e-9)
        assert np.all(power <= bounds.power + 1e-6)
    inside = kept.arrival >= MIDNIGHT
    assert_allclose(bounds.upper[inside, -1], kept.energy[inside], atol=1e-6)  # all have left by then
    assert_allclose(bounds.lower[inside, -1], kept.energy[inside], atol=1e-6)


@given(rows=sessions, tapered=st.booleans())
def test_the_unmanaged_load_is_the_upper_bound_spent(rows: list[tuple[float, float, float]], tapered: bool) -> None:
    """By a second road: the sparse sum over sessions against the dense bounds."""
    arriving = [(max(begin, 0.0), max(end, 0.1), energy) for begin, end, energy in rows]
    some = cars(*arriving, battery=60.0 if tapered else None, taper=Taper() if tapered else None)
    dense = np.diff(envelope(some, grid(16, 0.75)).upper.sum(axis=0), prepend=0.0) / 0.75

    assert_allclose(unmanaged(some, grid(16, 0.75)), dense, atol=1e-6)


def test_the_unmanaged_load_does_not_ask_how_long_the_interval_is() -> None:
    some = cars((0.3, 4.0, 7.0), (2.1, 3.9, 20.0))
    assert_allclose(unmanaged(some, grid(20, 0.25)).reshape(-1, 4).mean(axis=1), unmanaged(some, grid(5)), atol=1e-12)


def test_the_linear_form_holds_the_bounds() -> None:
    (form,) = linear(cars((1.5, 5.0, 6.0), least=1.4), grid(6))
    inputs = np.array([[0.0], [0.0], [0.0], [2.0], [4.0], [0.0]])

    assert_allclose(form.states(inputs)[:, 0], form.lower[:, 0])
    assert_allclose(form.input_upper[:, 0], [0, 2, 4, 4, 4, 0])
    assert_allclose(form.least, 1.4)


def test_the_sum_of_cars_is_their_relaxation() -> None:
    bounds = envelope(cars((0.0, 4.0, 6.0), (1.0, 3.0, 4.0)), grid(4))
    total = bounds.total()
    assert isinstance(total, Envelope)
    assert_allclose(total.upper, [[4, 10, 10, 10]])
    assert_allclose(total.lower, [[0, 0, 6, 10]])


def test_real_sessions_of_trondheim(shared_data: Path) -> None:
    """6,878 sessions, 34 of them without a plug-out; energies from the frame, limits of 7.4 kW on one phase.

    What is charged at once adds up to the energy of the sessions that could be planned, and a week's bounds hold it.
    """
    frame = pl.read_parquet(shared_data / "trondheim-ev" / "sessions.parquet").rename({"energy_kwh": "energy"})
    all_of_them = from_table(frame, limit=7.4)
    kept, found = mended(all_of_them, place="trondheim-ev")
    year = Grid(start=np.datetime64("2018-12-21"), hours=0.25, steps=96 * 410)
    load = unmanaged(kept, year)

    assert len(all_of_them.ids) == 6878
    assert {one.code: one.count for one in found}["equipment.session_times"] == 34
    assert np.all(kept.energy <= reachable(kept) + 1e-9)
    assert load.sum() * 0.25 == pytest.approx(kept.energy.sum(), rel=1e-9)
    assert kept.energy.sum() > 0.9 * frame.filter(pl.col("plug_out").is_not_null())["energy"].sum()
    week = Grid(start=np.datetime64("2019-11-04"), hours=0.25, steps=96 * 7)
    here = kept.take((kept.arrival >= week.start) & (kept.departure <= week.edges()[-1]))
    bounds = envelope(here, week)
    assert len(here.ids) > 100
    assert np.all(bounds.lower <= bounds.upper + 1e-9)
    assert_allclose(bounds.short, 0.0, atol=1e-9)
    assert_allclose(bounds.lower[:, -1], here.energy, atol=1e-9)
