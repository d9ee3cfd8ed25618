"""Incineration and biological treatment against equations of the IPCC worked by hand."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.programme.waste.constants import biological, burning, landfill
from wattstone.programme.waste.treatment import biological_gases, incineration_gases


def test_a_tonne_of_textiles_burns_as_worked_by_hand() -> None:
    """1,000 kg x 0.8 dry x 0.5 carbon = 400 kg C; a fifth is fossil: 80 x 44/12 = 293.33 and 320 x 44/12."""
    one = np.array(1.0)
    gases = incineration_gases(one, one * 0.8, one * 0.5, one * 0.2, 1.0, 0.2, 50.0)

    assert_allclose([gases.co2, gases.biogenic], [293.3333, 1173.3333], atol=1e-3)
    assert_allclose([gases.ch4, gases.n2o], [0.0002, 0.05])  # 0.2 and 50 kg/Gg


def test_a_hundred_tonnes_of_compost_by_table_4_1() -> None:
    """4 g CH4 and 0.24 g N2O per kg of wet waste: 400 and 24 kg."""
    gases = biological_gases(
        np.array(100.0), biological("composting", "ch4").value, biological("composting", "n2o").value
    )

    assert_allclose([gases.ch4, gases.n2o], [400.0, 24.0])
    assert math.isnan(gases.biogenic)


@given(
    mass=st.floats(0, 1e6),
    dry=st.floats(0, 1),
    carbon=st.floats(0, 1),
    fossil=st.floats(0, 1),
    oxidised=st.floats(0, 1),
)
def test_fossil_and_biogenic_co2_hold_all_the_carbon_that_burns(
    mass: float, dry: float, carbon: float, fossil: float, oxidised: float
) -> None:
    gases = incineration_gases(np.array(mass), np.array(dry), np.array(carbon), np.array(fossil), oxidised, 0.2, 50.0)

    assert_allclose((gases.co2 + gases.biogenic) * 12 / 44, mass * 1000 * dry * carbon * oxidised, rtol=1e-9, atol=1e-9)


def test_defaults_are_those_of_the_tables() -> None:
    """IPCC 2006, volume 5, tables 2.4, 3.1 and 3.3, as two transcriptions print them."""
    doc = {
        "food": 0.15,
        "garden": 0.20,
        "paper": 0.40,
        "wood": 0.43,
        "textiles": 0.24,
        "nappies": 0.24,
        "plastics": 0.0,
    }
    assert {name: landfill("doc", name).value for name in doc} == doc
    k = {"food": (0.06, 0.185, 0.085, 0.40), "paper": (0.04, 0.06, 0.045, 0.07), "wood": (0.02, 0.03, 0.025, 0.035)}
    climates = ("temperate_dry", "temperate_wet", "tropical_dry", "tropical_wet")
    assert {name: tuple(landfill("k", name, one).value for one in climates) for name in k} == k
    assert landfill("mcf", management="managed_semi_aerobic").value == 0.5
    assert landfill("k", "glass", "tropical_wet").value == 0.0


def test_what_one_transcription_alone_says_is_not_confirmed() -> None:
    assert not landfill("delay").confirmed
    assert not burning("fossil", "textiles").confirmed
    assert burning("fossil", "plastics").confirmed
    assert not landfill("k", "nappies", "tropical_wet").confirmed
