"""What two modules tell of one thing is held against each other, with the number of sites that each is of."""

import pytest

from tests.disclosure.checking.test_checking import made, shown
from wattstone.disclosure.checking import checked

SITES = shown("disclose.sites.all@2025", 40.0, "1")


def told(*figures):
    found = checked(made(figures=figures))
    return {one.code.partition(".")[2]: one for one in found if "two_of" in one.code}


def test_waste_of_one_site_is_not_the_waste_of_all():
    found = told(shown("waste.emissions.total@2025", 49_226.0), shown("scope3.5@2025", 5_498_935.0),
                 shown("disclose.coverage.waste@2025", 1.0, "1"), SITES)["two_of_waste"]  # fmt: skip

    assert found.severity == "warning"
    assert {name: found.params[name] for name in ("one", "count", "sites", "other")} == {
        "one": "49,226 kg CO2e", "count": "1", "sites": "40", "other": "5,498,935 kg CO2e",
    }  # fmt: skip


@pytest.mark.parametrize(("weighed", "count"), [(100.0, 0), (81.0, 0), (79.0, 1), (126.0, 1), (124.0, 0)])
def test_two_ways_of_computing_may_differ_by_a_fifth_of_the_larger(weighed, count):
    assert len(told(shown("waste.emissions.total@2025", weighed), shown("scope3.5@2025", 100.0))) == count


@pytest.mark.parametrize(("metered", "count"), [(252_100.0, 1), (63_700.0, 0), (100.0, 0)])
def test_no_more_water_is_metered_than_withdrawn(metered, count):
    found = told(shown("waste.water.withdrawal@2025", 63_100.0, "m3"), shown("volume.water@2025", metered, "m3"),
                 shown("disclose.coverage.water@2025", 1.0, "1"), SITES,
                 shown("disclose.coverage.water_metered@2025", 12.0, "1"))  # fmt: skip

    assert len(found) == count
    assert all((one.params["count"], one.params["metered"]) == ("1", "12") for one in found.values())


@pytest.mark.parametrize(("bought", "count"), [(10.0, 0), (10.05, 0), (9.0, 0), (12.0, 1)])
def test_no_more_is_bought_from_renewable_sources_than_contracts_cover(bought, count):
    """10 % of 100 kWh are covered: 10 kWh."""
    figures = (shown("match.annual@2025", 10.0, "%"), shown("energy.electricity@2025", 100.0, "kWh"),
               shown("disclose.energy.renewable@2025", bought, "kWh"))  # fmt: skip

    assert list(told(*figures)) == ["two_of_electricity"] * count


@pytest.mark.parametrize(("entered", "count"), [(0.08, 1), (0.0666, 0), (0.07, 0)])
def test_the_share_of_a_target_is_the_one_that_contracts_cover(entered, count):
    figures = (shown("match.annual@2025", 6.66, "%"), shown("target.value@2025@entry:green", entered, "1"))

    assert list(told(*figures)) == ["two_of_shares"] * count
