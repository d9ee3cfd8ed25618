"""Every global warming potential that ships against the package `globalwarmingpotentials`, an independent data set."""

import globalwarmingpotentials as oracle
import pytest

from wattstone.rates import load_factors
from wattstone.rates.emission import Ask
from wattstone.rates.gas_factors import gas_factor
from wattstone.rates.gwp import GWP_SETS
from wattstone.rates.series import gas_names

TABLE = load_factors()
OF_ORIGIN = {"gwp100_ar6_ch4_fossil", "gwp100_ar6_ch4_nonfossil", "gwp100_ar5_ch4_fossil"}  # not in the package
ROWS = [row for row in TABLE.rows.values() if row.category == "gwp" and row.id not in OF_ORIGIN]


def ask(gwp_set: str) -> Ask:
    return Ask(table=TABLE, region="CN", year=2024, gwp_set=gwp_set, exceptions=frozenset())


def test_every_potential_that_ships_is_that_of_the_package() -> None:
    other = {
        row.id: (row.value, oracle.data[f"{row.gwp_set}GWP100"].get(row.gas))
        for row in ROWS
        if row.gas != "CO2" and row.value != oracle.data[f"{row.gwp_set}GWP100"].get(row.gas)
    }

    assert len(ROWS) == 75
    assert other == {}


@pytest.mark.parametrize("gwp_set", GWP_SETS)
def test_a_refrigerant_by_its_gases_is_that_of_the_package(gwp_set: str) -> None:
    single, blends, _ = gas_names()
    known = {**oracle.data[f"{gwp_set}GWP100"], "CO2": 1.0}

    for item in (*single, *blends):
        shares = blends.get(item) or {single[item]: 1.0}
        expected = sum(share * known[gas] for gas, share in shares.items())
        assert gas_factor(ask(gwp_set), item).value == pytest.approx(expected, rel=1e-12), item


@pytest.mark.parametrize(
    ("blend", "row"),
    [
        ("R-404A", "desnz2025_3_201_2122_3_1"),
        ("R-407A", "desnz2025_3_201_2131_3_1"),
        ("R-407C", "desnz2025_3_201_2137_3_1"),
        ("R-407F", "desnz2025_3_201_2146_3_1"),
        ("R-410A", "desnz2025_3_201_2158_3_1"),
        ("R-507A", "desnz2025_3_201_2332_3_1"),
        ("R-508B", "desnz2025_3_201_2338_3_1"),
    ],
)
def test_a_blend_is_what_the_uk_government_publishes_for_it(blend: str, row: str) -> None:
    """The UK Government's factors of 2025 are by AR5 and rounded to whole numbers."""
    assert round(gas_factor(ask("AR5"), blend).value) == TABLE[row].value
