import pytest

from wattstone.base import NotComputable
from wattstone.rates import gwp, load_factors
from wattstone.rates.gwp import combine


@pytest.mark.parametrize(
    ("gas", "ar4", "ar5", "ar6"),
    [
        ("CO2", 1, 1, 1),
        ("CH4", 25, 28, 27.9),  # AR4 table 2.14; AR5 table 8.A.1; AR6 table 7.SM.7
        ("N2O", 298, 265, 273),
        ("SF6", 22800, 23500, 25200),  # AR6: 25,200 of table 7.SM.7, not the 24,300 in circulation
        ("HFC134a", 1430, 1300, 1530),
    ],
)
def test_potentials_of_the_three_reports(gas: str, ar4: float, ar5: float, ar6: float) -> None:
    assert [gwp(gas, name) for name in ("AR4", "AR5", "AR6")] == [ar4, ar5, ar6]


def test_methane_of_fossil_fuels() -> None:
    assert [gwp("CH4", name, origin="fossil") for name in ("AR4", "AR5", "AR6")] == [25, 28, 29.8]


@pytest.mark.parametrize("name", ["mixed", "unspecified", "", "SAR", "ar5"])
def test_a_set_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(NotComputable, match="AR4, AR5, AR6"):
        gwp("CH4", name)


def test_a_total_is_never_weighted_again() -> None:
    with pytest.raises(NotComputable, match="CO2e"):
        combine(load_factors(), {"CO2e": 1.0}, "AR5")
    with pytest.raises(NotComputable):
        gwp("SF6_alt", "AR6")
