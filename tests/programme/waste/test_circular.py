"""Circularity by formulas worked by hand."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programme.made import made
from wattstone.programme.waste.circular import circular_transition, material_circularity, returned

PLAIN = {
    "mass": 1.0,
    "recycled": 0.0,
    "reused": 0.0,
    "to_recycling": 0.0,
    "to_reuse": 0.0,
    "recycling_efficiency": 1.0,
    "feedstock_efficiency": 1.0,
}


def test_a_linear_product_of_average_life_has_a_tenth() -> None:
    """The floor that the methodology sets: LFI = 1, F(X) = 0.9."""
    assert math.isclose(material_circularity(**PLAIN).indicator, 0.1)


def test_a_fully_reused_product_has_one() -> None:
    assert material_circularity(**(PLAIN | {"reused": 1.0, "to_reuse": 1.0})).indicator == 1.0


def test_a_module_as_worked_by_hand() -> None:
    """M 20 kg, 25 % recycled feedstock at 80 %, 80 % to recycling at 90 %, life 30 of 25 years.

    V = 15; W0 = 4; WC = 20 x 0.1 x 0.8 = 1.6; WF = 20 x 0.2 x 0.25 / 0.8 = 1.25; W = 4 + 1.425 = 5.425;
    LFI = 20.425 / (40 - 0.175) = 0.512869; X = 1.2; MCI = 1 - 0.512869 x 0.75 = 0.615348.
    """
    told = material_circularity(
        mass=20.0,
        recycled=0.25,
        reused=0.0,
        to_recycling=0.8,
        to_reuse=0.0,
        recycling_efficiency=0.9,
        feedstock_efficiency=0.8,
        lifetime=30.0,
        average_lifetime=25.0,
    )

    assert told.virgin == pytest.approx(15.0)
    assert told.unrecoverable == pytest.approx(5.425)
    assert told.linear == pytest.approx(0.512869, abs=1e-6)
    assert told.indicator == pytest.approx(0.615348, abs=1e-6)


@given(
    feed=st.floats(0, 1),
    reused=st.floats(0, 1),
    recycling=st.floats(0, 1),
    efficiency=st.floats(0.1, 1),
    life=st.floats(1, 50),
    mass=st.floats(0.001, 1e6),
)
def test_the_indicator_is_within_its_bounds_and_of_no_mass(
    feed: float, reused: float, recycling: float, efficiency: float, life: float, mass: float
) -> None:
    """Rising with lifetime, between 0 and 1, the same for a kilogram and a tonne."""
    shares = {
        "recycled": feed * (1 - reused),
        "reused": reused,
        "to_recycling": recycling,
        "to_reuse": 0.0,
        "recycling_efficiency": efficiency,
        "feedstock_efficiency": efficiency,
        "average_lifetime": 10.0,
    }
    one = material_circularity(mass=1.0, lifetime=life, **shares)
    many = material_circularity(mass=mass, lifetime=life, **shares)
    longer = material_circularity(mass=1.0, lifetime=life + 1, **shares)

    assert 0.0 <= one.indicator <= 1.0
    assert one.indicator == pytest.approx(many.indicator, abs=1e-9)
    assert longer.indicator >= one.indicator - 1e-12


def test_flows_as_worked_by_hand() -> None:
    """In: 100 t with 30 % recycled, 10 % renewable, 50 t untold: 40/150. Out: 80 t, 0.75 x 0.5: 30/80. All: 70/230."""
    flows = made(
        "material_flow",
        {"year": 2024, "direction": "in", "mass": 100.0, "recycled": 0.3, "renewable": 0.1},
        {"year": 2024, "direction": "in", "mass": 50.0},
        {"year": 2024, "direction": "out", "mass": 80.0, "recoverable": 0.75, "recovered": 0.5},
    )
    told = circular_transition(flows)

    assert (told.circular_in, told.circular_out) == (pytest.approx(40 / 150), pytest.approx(30 / 80))
    assert told.circularity == pytest.approx(70 / 230)
    assert (told.untold_in, told.untold_out) == (50.0, 0.0)


def test_without_flows_nothing_is_a_share() -> None:
    told = circular_transition(made("material_flow"))

    assert (told.circular_in, told.circular_out, told.circularity) == (None, None, None)


def test_products_that_came_back() -> None:
    """Of 400 t 100 came back: 20 reused, 60 recycled, 5 to energy, 10 disposed of, 5 are stored."""
    rows = returned(
        made(
            "product_return",
            {
                "product": "pv_module",
                "year": 2024,
                "placed": 400.0,
                "collected": 100.0,
                "reused": 20.0,
                "recycled": 60.0,
                "energy": 5.0,
                "disposed": 10.0,
            },
        )
    )
    row = rows.row(0, named=True)

    rates = [row[name] for name in ("collection_rate", "reuse_rate", "recycling_rate", "recovery_rate")]
    assert rates == pytest.approx([0.25, 0.2, 0.8, 0.85])
    assert row["stored"] == pytest.approx(5.0)
    assert rows.schema["collection_rate"] == pl.Float64
