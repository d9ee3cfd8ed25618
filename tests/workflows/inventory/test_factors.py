"""Which factor makes a figure: countries, gases, GWP sets, exceptions, own factors, refusals."""

import csv
from datetime import datetime

import polars as pl
import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.rates.table import COLUMNS

HOURS = 8760
AUGUST = datetime(2022, 1, 1)


def estate(tmp_path, *frames, country, region=None, settings=(), **tables):
    sites = [{"site_id": "A", "country": country, "timezone": "UTC", "grid_region": region}]
    typed = pl.DataFrame(sites, schema=dict.fromkeys(sites[0], pl.String))
    return workspace(tmp_path / "ws", dataset(tmp_path / "estate", *frames, sites=typed, **tables), settings=settings)


def test_a_chinese_province_in_2022_counts_co2_alone(tmp_path):
    rows = readings("m", year(1.0), start=AUGUST)
    figures = inventory(estate(tmp_path, rows, country="CN", region="CN-GD"), 2022)

    # MEE and NBS, notice 2024 no. 33: Guangdong 0.4403 kg CO2/kWh
    assert figures("scope2.location") == pytest.approx(HOURS * 0.4403, rel=1e-9)
    row = figures.row("scope2.location")
    assert row["unit"] == "kg CO2"
    assert any("no CH4 and no N2O" in note for note in row["notes"])


def test_a_factor_of_confidence_c_waits_for_an_accepted_exception(tmp_path):
    folder = estate(tmp_path, readings("m", year(1.0), start=datetime(2023, 1, 1)), country="CN", region="CN-BJ")

    refused = inventory(folder, 2023)
    assert "confidence C" in refused.reason("scope2.location", "meter:m")
    assert "accept" in refused.reason("scope2.location", "meter:m")
    assert refused("energy.electricity") == HOURS

    factor = "cn_mee_2023"
    wattstone("accept", folder, factor, "--reason", "compared with the notice of 2025")
    figures = inventory(folder, 2023)

    assert figures("scope2.location") > 0
    for subject in ("organisation", "site:A", "meter:m"):
        notes = figures.row("scope2.location", subject)["notes"]
        assert any("accepted exception" in note for note in notes)
        assert "cn_mee_2023 accepted: compared with the notice of 2025" in notes
    assert wattstone("verify", folder, "--json").json["holds"]


def test_a_site_without_readings_in_the_year_needs_no_factor(tmp_path):
    """A has readings of another year and no country: it adds nothing; B's figure is the organisation's."""
    sites = [{"site_id": name, "country": country, "timezone": "UTC"} for name, country in (("A", None), ("B", "GB"))]
    typed = pl.DataFrame(sites, schema=dict.fromkeys(sites[0], pl.String))
    old = readings("a", year(1.0), site="A", start=datetime(2020, 1, 1))
    new = readings("b", year(1.0), site="B", start=datetime(2019, 1, 1))
    folder = workspace(tmp_path / "ws", dataset(tmp_path / "estate", old, new, sites=typed))
    figures = inventory(folder, 2019)

    assert figures("scope2.location") == figures("scope2.location", "site:B") > 0
    assert figures.reason("scope2.location", "site:A") == "no readings in 2019"
    assert "1 of 2 sites have no readings in the period" in figures.row("scope2.location")["notes"]
    assert "nor a country" in inventory(folder, 2020).reason("scope2.location", "site:A")


def test_an_exception_needs_a_factor_and_a_reason(tmp_path):
    folder = estate(tmp_path, readings("m", year(1.0)), country="GB")

    assert (
        wattstone("accept", folder, "no_such", "--reason", "x", "--json", code=2).json["findings"][0]["code"]
        == "factor.unknown"
    )
    assert (
        wattstone("accept", folder, "aib2022", "--reason", " ", "--json", code=2).json["findings"][0]["code"]
        == "factor.no_reason"
    )


@pytest.mark.parametrize(("gwp_set", "methane", "nitrous"), [("AR4", 25, 298), ("AR5", 28, 265), ("AR6", 27.9, 273)])
def test_gases_of_a_us_subregion_are_weighted_by_the_workspaces_set(tmp_path, gwp_set, methane, nitrous, shared_data):
    rows = readings("m", year(1.0), start=AUGUST)
    folder = estate(tmp_path, rows, country="US", region="US-CAMX", settings=("--gwp-set", gwp_set))
    figures = inventory(folder, 2022)

    table = pl.read_csv(shared_data.parent / "facts" / "factors.csv", infer_schema_length=0)
    gas = {
        one["gas"]: float(one["value"])
        for one in table.filter(pl.col("id").str.starts_with("egrid2022_wecc_california")).iter_rows(named=True)
    }
    expected = gas["CO2"] + methane * gas["CH4"] + nitrous * gas["N2O"]
    assert figures("scope2.location") == pytest.approx(HOURS * expected, rel=1e-6)
    assert figures.row("scope2.location")["unit"] == "kg CO2e"


def test_a_site_in_the_us_without_its_subregion_is_told_so(tmp_path):
    figures = inventory(estate(tmp_path, readings("m", year(1.0), start=AUGUST), country="US"), 2022)

    assert "US-CAMX" in figures.reason("scope2.location", "meter:m")


def test_heat_in_china_has_a_default_and_cooling_has_none(tmp_path):
    frames = [
        readings("h", year(1.0), kind="heat", start=AUGUST),
        readings("c", year(1.0), kind="cooling", start=AUGUST),
    ]
    figures = inventory(estate(tmp_path, *frames, country="CN", region="CN-BJ"), 2022)

    # GB/T 32150-2025: 0.11 t CO2/GJ, by hand 0.11 x 1000 kg / 277.777... kWh
    assert figures("scope2.location.annual", "meter:h") == pytest.approx(HOURS * 0.11 * 3.6, rel=1e-9)
    assert "cooling" in figures.reason("scope2.location.annual", "meter:c")
    assert "1 of 2 meters cannot be computed (c)" in figures.reason("scope2.location", "site:A")
    assert figures("energy.cooling") == HOURS


def test_gas_in_china_asks_on_which_calorific_value(tmp_path):
    folder = estate(tmp_path, readings("g", year(1.0), kind="natural_gas", start=AUGUST), country="CN", region="CN-BJ")

    assert "basis" in inventory(folder, 2022).reason("scope1", "meter:g")

    wattstone("meter", folder, "g", "--basis", "net")
    # IPCC 2006, commercial, AR5: (56100 + 5 x 28 + 0.1 x 265) kg/TJ x 3.6e-6 TJ/kWh; fossil methane in AR5 is 28
    assert inventory(folder, 2022)("scope1") == pytest.approx(HOURS * 0.2025594, rel=1e-6)


def test_gas_in_cubic_metres_has_a_factor_per_cubic_metre(tmp_path, shared_data):
    folder = estate(tmp_path, readings("g", year(0.5), kind="gas", unit="m3"), country="GB")
    figures = inventory(folder, 2019)

    table = pl.read_csv(shared_data.parent / "facts" / "factors.csv", infer_schema_length=0)
    per = float(table.filter(pl.col("id") == "desnz2019_fuels_gaseous_fuels_natural_gas_m3")["value"].item())
    assert figures("scope1") == pytest.approx(HOURS * 0.5 * per, rel=1e-9)
    assert figures("volume.natural_gas") == HOURS * 0.5
    assert figures.row("volume.natural_gas")["unit"] == "m3"


def test_net_calorific_value_has_its_own_factor(tmp_path, shared_data):
    folder = estate(tmp_path, readings("g", year(1.0), kind="gas"), country="GB")
    wattstone("meter", folder, "g", "--basis", "net")

    table = pl.read_csv(shared_data.parent / "facts" / "factors.csv", infer_schema_length=0)
    per = float(table.filter(pl.col("id") == "desnz2019_fuels_gaseous_fuels_natural_gas_kwh_net")["value"].item())
    assert per > 0.2
    assert inventory(folder, 2019)("scope1") == pytest.approx(HOURS * per, rel=1e-12)


def test_the_workspaces_own_factor_comes_first_and_says_so(tmp_path):
    folder = estate(tmp_path, readings("m", year(1.0)), country="KR")
    row = dict.fromkeys(COLUMNS, "") | {
        "id": "kr_2019",
        "name": "Korea, grid average 2019",
        "scope": "2",
        "category": "purchased_electricity",
        "region": "KR",
        "year": "2019",
        "value": "0.4594",
        "unit": "kgCO2e/kWh",
        "gas": "CO2e",
        "gwp_set": "AR5",
        "source": "our auditor's letter",
        "confidence": "B",
    }
    with (folder / "factors" / "own.csv").open("w", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        table.writerow(row)

    figures = inventory(folder, 2019)
    assert figures("scope2.location") == pytest.approx(HOURS * 0.4594, rel=1e-12)
    assert any("own.csv" in note for note in figures.row("scope2.location")["notes"])

    with (folder / "factors" / "own.csv").open("w", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        table.writerow({**row, "confidence": "D"})
    said = wattstone("inventory", folder, "--year", 2019, "--json", code=2).json
    assert "confidence" in said["findings"][0]["code"]


def test_sets_of_potentials_are_not_mixed_by_meters_either(tmp_path):
    """The UK factors of 2025 are totals by AR5 (0.17700 kg CO2e/kWh of electricity), the inventory is by AR6."""
    rows = readings("m", year(1.0), start=datetime(2025, 1, 1))
    folder = estate(tmp_path, rows, country="GB", settings=("--gwp-set", "AR6"))

    why = inventory(folder, 2025).reason("scope2.location", "meter:m")
    assert "total in CO2e by AR5, and the workspace's figures are by AR6: sets are not mixed" in why
    assert "'gwp:AR5'" in why

    wattstone("accept", folder, "gwp:AR5", "--reason", "the publisher has no other")
    figures = inventory(folder, 2025)

    assert figures("scope2.location") == pytest.approx(HOURS * 0.17700, rel=1e-9)
    for name, subject in (("location", "meter:m"), ("location", "organisation"), ("market", "organisation")):
        notes = figures.row(f"scope2.{name}", subject)["notes"]
        assert "a total of another GWP set, by accepted exception: gwp:AR5" in notes
