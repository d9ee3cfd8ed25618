"""Process cooling by the hours of a year, and chillers in the form of DOE-2.2."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.plant import doe2, process_cooling
from wattstone.equipment.plant.process_cooling import ProcessChiller

ON = np.ones(8760, dtype=bool)
TON = 3.51685284


def chiller(kind: process_cooling.Kind = "centrifugal", cooled: process_cooling.Cooled = "water") -> ProcessChiller:
    return ProcessChiller(kind=kind, cooled=cooled, capacity=1000.0, ratio=0.2)


def test_hours_of_loads_are_those_of_the_peer() -> None:
    # 5, 5 and nine times 10 % of each month: MEASUR, test of process cooling
    load = process_cooling.spread(np.array([5, 5, *[10] * 9]) / 100, ON)

    hours = [444, 437, 873, 880, 873, 873, 881, 873, 880, 873, 873]
    assert np.bincount(np.rint(load * 10).astype(int)).tolist() == hours


def test_the_highest_loads_are_about_noon() -> None:
    # 10 % of January are 74.4 h: 31 each at 11 h and 12 h, 12 at 10 h; 0.4 h are no hour of any load below
    load = process_cooling.spread(np.array([*[0.0] * 10, 0.1]), ON)[:744].reshape(31, 24)

    assert (load[:, [11, 12]] == 1).all()
    assert (load[:12, 10] == 1).all()
    assert load.sum() == 74


@given(shares=st.lists(st.floats(0.0, 1.0), min_size=11, max_size=11))
def test_no_hour_is_counted_twice_or_while_it_is_off(shares: list[float]) -> None:
    on = np.arange(8760) % 24 < 16
    whole = np.array(shares) / max(sum(shares), 1.0)

    load = process_cooling.spread(whole, on)

    assert (load[~on] == 0).all()
    above = np.bincount(np.rint(load[on] * 10).astype(int), minlength=11)
    assert abs(above[1:].sum() - whole[1:].sum() * on.sum()) <= 12 * 11
    assert (load <= 1).all()


def test_nearly_a_whole_hour_is_one() -> None:
    assert process_cooling._whole(np.array([0.0, 0.4, 3.95])).tolist() == [0, 0, 4]
    assert process_cooling._whole(np.array([0.0, 0.7, 3.4])).tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("kind", "cooled"),
    [
        ("centrifugal", "water"),
        ("screw", "water"),
        ("reciprocating", "water"),
        ("screw", "air"),
        ("reciprocating", "air"),
    ],
)
def test_the_rating_is_the_rating(kind: process_cooling.Kind, cooled: process_cooling.Cooled) -> None:
    one, chilled = chiller(kind, cooled), (44 - 32) / 1.8
    rejected = (85 - 32) / 1.8 if cooled == "water" else 35.0
    factor = process_cooling.condenser_factor if cooled == "water" else process_cooling.air_factor

    ratio = process_cooling.efficiency(one, np.array([1.0]), supply=chilled, factors=factor(one, 1.0, rejected))

    assert_allclose(ratio, 0.2, rtol=1e-12)
    # the curves end within 1.9 % of their rating
    assert_allclose(process_cooling.rating_factor(one, 1 - 1e-9), 1.0, atol=0.0195)


def test_part_load_by_hand() -> None:
    # 0.3807 / 8 + 0.2203 / 4 + 0.2485 / 2 + 0.1553 = 0.3822125 of full power at half load; 3 years take 3 %
    old = ProcessChiller(kind="centrifugal", cooled="water", capacity=1000.0, ratio=0.2, age=3.0)

    assert_allclose(process_cooling.rating_factor(old, 0.5), 1.03 * 0.3822125 / 0.5)
    assert_allclose(process_cooling.rating_factor(old, 0.0), process_cooling.rating_factor(old, 0.1))


def test_corrections_by_hand() -> None:
    # Chilled water 4 degF colder: 4 % of power. Condenser water 10 degF colder: 0.14 - 4.363 %; warmer: -0.14 + 4.363 %
    one = chiller()

    assert_allclose(process_cooling.chilled_water_factor(one, (40 - 32) / 1.8), 1.04)
    water = (np.array([75.0, 95.0]) - 32) / 1.8
    assert_allclose(process_cooling.condenser_factor(one, 1.0, water), [1 - 0.04223, 1 + 0.04223])
    # The rating at half load is at 65 degF
    assert_allclose(process_cooling.condenser_factor(one, 0.5, (65 - 32) / 1.8), 1.0)


def test_a_machine_for_hotter_air_takes_more() -> None:
    # Laid out for 105 degF: 1 + (0.0282 x 100 + 2.0172 x 10) / 100 = 1.22992
    screw = chiller("screw", "air")

    assert_allclose(process_cooling.air_factor(screw, 1.0, 35.0, design=(105 - 32) / 1.8), 1.22992)


def test_measures() -> None:
    assert_allclose(process_cooling.refrigerant_factor("R-11", "R-123"), 0.46 / 0.45)
    assert_allclose(process_cooling.drive_factor(chiller(), [0.0, 0.5, 0.95, 1.0]), [0.5, 0.57, 0.986, 1.02])
    assert_allclose(process_cooling.drive_factor(chiller("screw"), [0.0, 1.0]), 1.0)
    assert_allclose(process_cooling.pump_factor([0.0, 0.3, 0.6, 1.0]), [0.0, 0.31, 0.41, 1.02])


def test_a_curve_through_four_points() -> None:
    load, ratio = np.array([1.0, 0.75, 0.5, 0.25]), np.array([0.33, 0.28, 0.25, 0.31])
    one = ProcessChiller(
        kind="screw", cooled="water", capacity=1.0, ratio=0.33, part_load=process_cooling.cubic_through(load, ratio)
    )

    assert_allclose(0.33 * process_cooling.rating_factor(one, load), ratio, rtol=1e-9)


def test_free_cooling_needs_both_approaches() -> None:
    # 7 degC less 2 K and 5 K: at 0 degC and below
    cools = process_cooling.free_cooling([0.0, 0.01], supply=7.0, exchanger=2.0, tower=5.0)

    assert cools.tolist() == [True, False]


def doe2_chiller(drive: doe2.Drive = "variable") -> doe2.Doe2Chiller:
    return doe2.Doe2Chiller(
        name="C1", capacity=1000 * TON, ratio=0.676 / TON, curves=doe2.curves("centrifugal", "water", drive)
    )


def test_capacity_is_the_root_of_what_the_peer_squares() -> None:
    # MEASUR has 1017.8465 and 1038.26662 ton, the square of the polynomial, at 42 and 43 degF and 82.12 degF
    tons = doe2.available(doe2_chiller(), supply=np.array([10.0, 11.0]) / 1.8, entering=50.12 / 1.8) / TON

    assert_allclose(tons, 1000 * np.sqrt([1.0178465, 1.03826662]), rtol=1e-6)


def test_power_is_the_product_of_its_curves() -> None:
    # Constant speed, 44 and 85 degF, by the published coefficients
    one = doe2_chiller("constant")
    c, r, p = one.curves.capacity, one.curves.ratio, one.curves.part_load
    terms = np.array([1, 44, 44**2, 85, 85**2, 44 * 85])
    capacity = 1000 * float(terms @ c)
    part = 600 / capacity
    shape = float(np.array([1, part, part**2, 41, 41**2, part * 41]) @ p)

    drawn = doe2.power(one, 600 * TON, supply=12 / 1.8, entering=53 / 1.8)

    assert_allclose(drawn, capacity * 0.676 * float(terms @ r) * shape, rtol=1e-9)


@pytest.mark.parametrize(
    ("kind", "cooled", "drive", "entering"),
    [
        ("centrifugal", "water", "constant", 85),
        ("centrifugal", "water", "variable", 85),
        ("centrifugal", "water", "magnetic", 85),
        ("centrifugal", "air", "constant", 95),
        ("screw", "air", "constant", 95),
        ("screw", "water", "constant", 85),
    ],
)
def test_every_set_is_near_its_rating_there(kind: str, cooled: str, drive: doe2.Drive, entering: float) -> None:
    one = doe2.Doe2Chiller(name="C", capacity=1000.0, ratio=0.2, curves=doe2.curves(kind, cooled, drive))  # type: ignore[arg-type]
    at = {"supply": 12 / 1.8, "entering": (entering - 32) / 1.8}
    most = float(doe2.available(one, **at))

    assert_allclose(most, 1000.0, rtol=0.06)
    assert_allclose(doe2.power(one, most, **at), 200.0, rtol=0.06)


def test_off_is_nothing_less_than_a_tenth_is_a_tenth_and_more_than_all_is_no_number() -> None:
    one, at = doe2_chiller(), {"supply": 6.5, "entering": 28.0}
    most = float(doe2.available(one, **at))

    off, little, tenth, all_, more = doe2.power(one, most * np.array([0.0, 0.03, 0.1, 1.0, 1.01]), **at)

    assert off == 0.0
    assert_allclose(little, tenth)
    assert all_ > tenth
    assert math.isnan(more)


def test_no_set_for_an_air_cooled_machine_on_magnets() -> None:
    with pytest.raises(KeyError, match="magnetic"):
        doe2.curves("centrifugal", "air", "magnetic")
