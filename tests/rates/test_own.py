from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wattstone.base import InputRefused
from wattstone.rates import electricity_factor, fuel_factor, load_factors, network_factor
from wattstone.rates.table import COLUMNS
from wattstone.rates.tariffs import read_tariffs

GRID = {
    "id": "own_gb_2018",
    "name": "Our supplier's figure",
    "scope": "2",
    "category": "purchased_electricity",
    "region": "GB",
    "year": "2018",
    "value": "0.28307",
    "unit": "kgCO2e/kWh",
    "gas": "CO2e",
    "gwp_set": "AR4",
    "source": "letter of 2019-02-01",
    "source_year": "2019",
    "licence": "ours",
    "confidence": "B",
    "remark": "",
}
COLD = {**GRID, "id": "own_cold", "category": "purchased_cooling", "value": "0.09", "region": "CN-SH", "year": "2022"}
FUEL = {**GRID, "id": "own_gas", "category": "fuels", "name": "natural_gas", "scope": "1", "unit": "kgCO2e/kWh_net"}
SHIPPED = "desnz2019_uk_electricity_electricity_generated_electricity_uk_kwh"


def write(folder: Path, *rows: dict[str, str], name: str = "own.csv") -> Path:
    path = folder / name
    lines = [",".join(COLUMNS), *(",".join(row[column] for column in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def codes(*paths: Path) -> list[str]:
    with pytest.raises(InputRefused) as refused:
        load_factors(paths)
    return [finding.code for finding in refused.value.findings]


def test_own_rows_come_first_for_their_region_use_and_year(tmp_path: Path) -> None:
    table = load_factors([write(tmp_path, GRID, {**GRID, "id": "own_2019", "year": "2019", "value": "0.2"}, COLD)])

    own = electricity_factor(table, region=None, country="GB", year=2018, gwp_set="AR5")
    assert (own.value, own.set, own.edition) == (0.28307, "user", "own.csv")
    assert any("own factor from own.csv" in note for note in own.notes)
    assert electricity_factor(table, region="GB", country="GB", year=2019, gwp_set="AR5").value == 0.2
    assert electricity_factor(table, region="GB", country="GB", year=2020, gwp_set="AR5").set == "desnz2020"
    cold = network_factor(table, kind="cooling", region="CN-SH", country="CN", year=2022, gwp_set="AR5")
    assert cold.value == 0.09


def test_an_own_fuel_is_found_by_its_name_and_converted_between_calorific_values(tmp_path: Path) -> None:
    table = load_factors([write(tmp_path, {**FUEL, "value": "0.2"})])

    factor = fuel_factor(table, fuel="natural_gas", per="kWh", basis="gross", country="GB", year=2018, gwp_set="AR5")
    assert factor.value == pytest.approx(0.18)  # 0.2 per kWh net times 0.9
    assert factor.set == "user"


def test_a_shipped_id_replaces_the_value_and_says_so(tmp_path: Path) -> None:
    before = electricity_factor(load_factors(), region="GB", country="GB", year=2019, gwp_set="AR5")
    row = {**GRID, "id": SHIPPED, "category": "uk_electricity", "year": "2019", "value": "0.25"}
    table = load_factors([write(tmp_path, row)])
    after = electricity_factor(table, region="GB", country="GB", year=2019, gwp_set="AR5")

    assert (after.value, after.set, table.replaced) == (0.25, "desnz2019", (SHIPPED,))
    assert any("is replaced by own.csv" in note for note in after.notes)
    assert after.id != before.id
    assert load_factors()[SHIPPED].value == 0.2556


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    bad = [
        {**GRID, "value": "a"},
        {**GRID, "id": "b", "year": "18", "region": "X"},
        {**GRID, "id": "c", "confidence": "D", "region": "Y"},
        {**GRID, "id": "d", "scope": "2+3", "region": "Z"},
        {**GRID, "id": "e", "category": "rubbish"},
        {**GRID, "id": "f", "gas": "CO2", "region": "W"},
        {**GRID, "id": "g", "unit": "GBP/kWh", "region": "V"},
        {**GRID, "id": "h", "gwp_set": "SAR", "region": "U"},
        {**FUEL, "id": "i", "name": "Erdgas", "unit": "kgCO2e/kWh"},
        {**GRID, "id": "j", "source": "", "region": "T"},
        {**GRID, "id": SHIPPED},
        {**GRID, "id": "k", "value": "0,283", "region": "S"},
    ]
    broken = tmp_path / "latin.csv"
    broken.write_bytes("id,name\nä,b\n".encode("latin-1"))

    again = write(tmp_path, GRID, {**GRID, "id": "again"}, name="twice.csv")
    found = codes(write(tmp_path, *bad), broken, tmp_path / "absent.csv", again)

    assert {code.removeprefix("rates.") for code in found} == {
        "value", "year", "confidence", "component", "category", "gas", "unit", "gwp_set", "fuel", "basis", "empty",
        "other_row", "cells", "unreadable", "id", "twice",
    }  # fmt: skip
    assert found.count("rates.unreadable") == 2


def test_a_finding_names_file_row_and_column(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"own\.csv, row 3, column 'value': 'NaN'\. Expected: a number of 0 or more"):
        load_factors([write(tmp_path, GRID, {**COLD, "value": "NaN"})])


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("id,value\na,1\n", encoding="utf-8")
    assert codes(path) == ["rates.columns"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(content=st.binary(max_size=300), header=st.booleans())
def test_any_file_is_read_or_refused(tmp_path: Path, content: bytes, *, header: bool) -> None:
    path = tmp_path / "fuzz.csv"
    path.write_bytes((",".join(COLUMNS) + "\n").encode() * header + content)
    try:
        load_factors([path])
    except InputRefused as refused:
        texts = [finding.text() for finding in refused.findings]
        assert texts


def test_the_examples_of_the_documentation_are_sound(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/methods/factors.md").read_text(encoding="utf-8")
    table = tmp_path / "factors.csv"
    table.write_text(page.split("```csv\n")[1].split("```")[0], encoding="utf-8")
    tariff = tmp_path / "tariff.toml"
    tariff.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")

    assert load_factors([table]).added == ("own_gb_2018", "own_gas_2018", "own_cold")
    assert read_tariffs([tariff])[0].id == "office-2024"
