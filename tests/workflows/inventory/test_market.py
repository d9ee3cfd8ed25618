"""The market-based method from readings and contracts to figures that can be checked."""

import shutil
from datetime import datetime

import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.inventory.record import evidence_of, organisation_figures

GRID_2019 = 0.2556  # kg CO2e/kWh: UK Government conversion factors 2019, electricity generated
COLUMNS = "id,name,scope,category,region,year,value,unit,gas,gwp_set,source,source_year,licence,confidence,remark"
MIX = "mix_gb,Residual mix,2,purchased_electricity_residual,GB,2019,0.35,kgCO2e/kWh,CO2e,AR5,supplier,2020,own,A,"


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    """10 kW at HQ and 5 kW at MILL throughout 2019 and 2020, both in Great Britain."""
    folder = tmp_path_factory.mktemp("market")
    two = 8760 + 8784
    data = dataset(
        folder / "data",
        readings("hq", year(10.0, two), site="HQ", start=datetime(2019, 1, 1)),
        readings("mill", year(5.0, two), site="MILL", start=datetime(2019, 1, 1)),
        sites=[{"site_id": site, "country": "GB"} for site in ("HQ", "MILL")],
    )
    return workspace(folder / "w", data)


@pytest.fixture
def root(estate, tmp_path):
    return shutil.copytree(estate, tmp_path / "w")


def add(root, name, *said, vintage=2019, volume=50):
    wattstone(
        "contract", "add", root, name, "--kind", "energy_attribute_certificate", "--scheme", "REGO", "--market", "GB",
        "--technology", "wind", "--from", f"{vintage}-01-01", "--until", f"{vintage}-12-31", "--volume",
        f"{volume} MWh", "--factor", "0", "--source", "register", "--tracking", "Renewables and CHP Register",
        "--serial", f"{name}-1..{name}-{volume}", "--retired-on", f"{vintage + 1}-02-01", "--retired-for", "us", *said,
    )  # fmt: skip


def claims(root):
    held = open_workspace(root)
    try:
        return [(one.instrument, one.year, one.energy) for one in held.records.claims()]
    finally:
        held.close()


def test_without_contracts_both_methods_give_the_same_and_say_why(root):
    figures = inventory(root, 2019)

    assert figures("scope2.location") == pytest.approx(15 * 8760 * GRID_2019)
    assert figures("scope2.market") == pytest.approx(figures("scope2.location"), rel=1e-12)
    assert any("no residual mix is known" in note for note in figures.row("scope2.market")["notes"])


def test_certificates_serve_and_own_residual_mix_takes_the_rest(root):
    """131.4 MWh in all, of which 50 MWh are served: at HQ two thirds of them, in proportion to its use."""
    add(root, "rego")
    bare = inventory(root, 2019)
    (root / "factors").mkdir(exist_ok=True)
    (root / "factors" / "mix.csv").write_text(f"{COLUMNS}\n{MIX}\n", encoding="utf-8")
    mixed = inventory(root, 2019)

    assert bare("scope2.market") == pytest.approx((131_400 - 50_000) * GRID_2019)
    assert bare("scope2.market", "site:HQ") == pytest.approx((87_600 - 50_000 * 2 / 3) * GRID_2019)
    assert mixed("scope2.market") == pytest.approx((131_400 - 50_000) * 0.35)
    assert mixed("scope2.location") == bare("scope2.location")
    assert mixed("scope2.market", "site:HQ") + mixed("scope2.market", "site:MILL") == pytest.approx(
        mixed("scope2.market")
    )


def test_the_figure_leads_to_the_contract_and_can_be_recomputed(root):
    add(root, "rego")
    figures = inventory(root, 2019)

    traced = wattstone("trace", root, figures.row("scope2.market", "meter:hq")["id"]).out
    assert "serials: rego-1..rego-50" in traced
    assert "REGO" in traced
    wattstone("verify", root, "--year", "2019")
    add(root, "rego", "--factor", "0.1")
    wattstone("verify", root, "--year", "2019", code=1)


def test_two_years_share_a_certificate_and_a_third_party_of_none(root):
    """Certificates of 150 MWh of 2020: 2020 uses 131.76 MWh; 2019 may take the rest where the window allows it."""
    add(root, "rego", vintage=2020, volume=150)
    used_2020 = 15 * 8784 / 1000

    inventory(root, 2020)
    wattstone("contract", "window", root, "--after", "12", "--reason", "test")
    figures = inventory(root, 2019)

    left = 150 - used_2020
    assert figures("scope2.market") == pytest.approx((131.4 - left) * 1000 * GRID_2019)
    held = claims(root)
    assert [(name, of) for name, of, _ in held] == [("rego", 2019), ("rego", 2020)]
    assert sum(energy for _, _, energy in held) == pytest.approx(150_000)
    wattstone("contract", "withdraw", root, "rego", "--reason", "sold")
    assert inventory(root, 2019)("scope2.market") == pytest.approx(figures("scope2.location"))
    assert [of for _, of, _ in claims(root)] == [2020]


def test_a_total_of_unknown_method_stands_apart_and_bills_are_served(root):
    """A bill of 20 MWh at MILL is served with what its meter counts, 50 of 151.4 MWh in all; 7 t of unknown method
    that an owner states are in neither total."""
    wattstone("accept", root, "gwp:AR4", "--reason", "the grid factor of 2019 has no other")
    wattstone(
        "activity", "add", root, "site_id=MILL", "kind=electricity", "amount=20", "unit=MWh", "start=2019-01-01",
        "end=2019-12-31",
    )  # fmt: skip
    wattstone(
        "activity", "add", root, "site_id=HQ", "kind=scope2_unknown", "stated=7000", "start=2019-01-01",
        "end=2019-12-31",
    )  # fmt: skip
    add(root, "rego")

    figures = inventory(root, 2019)

    assert figures("scope2.location") == pytest.approx(151_400 * GRID_2019)
    assert figures("scope2.market") == pytest.approx((151_400 - 50_000) * GRID_2019)
    assert figures("scope2.unknown") == pytest.approx(7_000)
    for name in ("total.location", "total.market"):
        assert not figures.has(name) or figures(name) == pytest.approx(figures(name.replace("total", "scope2")))


def test_what_contracts_cover_by_the_year_is_a_figure_with_its_evidence(root):
    """50 of 131.4 MWh, at each site the same share; the rest takes the average of the grid, for want of a mix."""
    assert not inventory(root, 2019).has("match.annual")
    add(root, "rego")
    add(root, "lost", "--retired-on", "")
    figures = inventory(root, 2019)

    assert figures("match.annual") == pytest.approx(100 * 50 / 131.4)
    assert figures("match.annual", "site:HQ") == pytest.approx(100 * 50 / 131.4)
    held = open_workspace(root)
    (row,) = organisation_figures(held.lake, 2019).filter(name="match.annual").to_dicts()
    (key,) = [one for one in row["inputs"] if one.startswith("allocation:")]
    told = evidence_of(held.lake, [2019])[key]
    held.close()
    (grid,) = told["grids"]
    assert (grid["grid"], grid["carrier"], grid["sites"], grid["mixed"]) == ("GB", "electricity", 2, 0.0)
    assert (grid["energy"], grid["served"]) == (pytest.approx(131_400), pytest.approx(50_000))
    assert (grid["averaged"], grid["value"]) == (pytest.approx(81_400), pytest.approx(81_400 * GRID_2019))
    assert [(one["instrument"], one["site_id"], one["owned"]) for one in told["uses"]] == [
        ("rego", "HQ", pytest.approx(50_000 * 2 / 3)), ("rego", "MILL", pytest.approx(50_000 / 3)),
    ]  # fmt: skip
    assert [(one["instrument"], one["why"]) for one in told["refused"]] == [("lost", "it is not retired")]
    wattstone("verify", root, "--year", "2019")


def test_another_years_claim_restates_nothing_here(root):
    add(root, "rego", vintage=2020, volume=500)
    wattstone("contract", "window", root, "--after", "12", "--reason", "test")
    before = inventory(root, 2019)
    inventory(root, 2020)

    add(root, "next", vintage=2021)

    assert inventory(root, 2019).row("match.annual")["id"] == before.row("match.annual")["id"]


HALF = 181 * 24  # hours until 1 July 2019


def test_a_site_sold_within_the_year_takes_part_by_its_days(root):
    """MILL is sold on 1 July: 181 days of it are the organisation's, by both methods. Certificates of 50 MWh serve what
    is the organisation's alone, in proportion to it; one for MILL alone serves no more than its days."""
    wattstone("site", root, "MILL", "--share", "1,,2019-07-01")
    own_mill, hq = 5 * HALF, 87_600
    bare = inventory(root, 2019)
    assert bare("scope2.location") == pytest.approx((hq + own_mill) * GRID_2019)
    assert bare("scope2.market") == pytest.approx((hq + own_mill) * GRID_2019)

    add(root, "rego", "--holder", "organisation")
    shared = inventory(root, 2019)
    assert shared("scope2.market") == pytest.approx((hq + own_mill - 50_000) * GRID_2019)
    served_hq = 50_000 * hq / (hq + own_mill)
    assert shared("scope2.market", "site:HQ") == pytest.approx((hq - served_hq) * GRID_2019)
    assert [energy for _, of, energy in claims(root) if of == 2019] == [pytest.approx(50_000)]

    wattstone("contract", "withdraw", root, "rego", "--reason", "another one")
    add(root, "mill", "--holder", "organisation", "--site", "MILL")
    named = inventory(root, 2019)
    assert named("scope2.market") == pytest.approx(hq * GRID_2019)
    assert named("scope2.location") == bare("scope2.location")
    assert [energy for _, of, energy in claims(root) if of == 2019] == [pytest.approx(own_mill)]
    assert wattstone("verify", root, "--year", 2019, "--json").json["holds"]


def test_a_site_bought_within_the_year_is_served_from_its_first_day(root):
    """MILL is bought on 1 July, HQ let to others from then on: each counts half a year, and a contract that delivers in
    the second half alone finds MILL alone."""
    wattstone("site", root, "MILL", "--share", "1,2019-07-01,")
    wattstone("site", root, "HQ", "--share", "1,,2019-07-01")
    hq, mill = 10 * HALF, 5 * (8760 - HALF)
    assert inventory(root, 2019)("scope2.market") == pytest.approx((hq + mill) * GRID_2019)

    wattstone(
        "contract", "add", root, "ppa", "--kind", "ppa", "--market", "GB", "--from", "2019-07-01", "--until",
        "2019-12-31", "--volume", "500 MWh", "--factor", "0", "--source", "operator", "--technology", "wind",
        "--supplier", "Windy", "--exclusive", "--bundled", "--tracking", "register", "--serial", "w-1..w-500",
        "--retired-on", "2020-02-01", "--retired-for", "us", "--holder", "organisation",
    )  # fmt: skip
    figures = inventory(root, 2019)

    assert figures("scope2.market") == pytest.approx(hq * GRID_2019)
    assert figures("scope2.location") == pytest.approx((hq + mill) * GRID_2019)
    assert [energy for _, of, energy in claims(root) if of == 2019] == [pytest.approx(mill)]


def test_a_bill_of_a_site_sold_within_the_year_is_the_organisations_by_its_days(root):
    """A bill of 36.5 MWh at MILL over the year, sold on 1 July: 18.1 MWh beside the 21.72 MWh of its meter."""
    wattstone("site", root, "MILL", "--share", "1,,2019-07-01")
    wattstone(
        "activity", "add", root, "site_id=MILL", "kind=electricity", "amount=36.5", "unit=MWh", "start=2019-01-01",
        "end=2019-12-31",
    )  # fmt: skip
    add(root, "mill", "--holder", "organisation", "--site", "MILL", volume=10)
    figures = inventory(root, 2019)

    own = 87_600 + 5 * HALF + 18_100
    assert figures("scope2.location") == pytest.approx(own * GRID_2019)
    assert figures("scope2.market") == pytest.approx((own - 10_000) * GRID_2019)
