"""What ships is what the source says, and no trap of the source can be stepped into."""

import csv
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from wattstone.rates import Factor, FactorTable, catalogue, load_factors
from wattstone.rates.barred import barred
from wattstone.rates.units import factor_unit

ROOT = Path(__file__).parents[2]
EMITTING = ("fuels", "stationary_combustion", "uk_electricity", "heat_and_steam", "purchased_heat")


@pytest.fixture(scope="module")
def table() -> FactorTable:
    return load_factors()


@pytest.fixture(scope="module")
def source(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data.parent / "facts/factors.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def emitting(table: FactorTable) -> list[Factor]:
    return [row for row in table.rows.values() if row.category.startswith(("purchased_electricity", *EMITTING))]


def test_every_shipped_row_equals_its_source_row(source: dict[str, dict[str, str]]) -> None:
    with (ROOT / "src/wattstone/rates/data/factors.csv").open(encoding="utf-8", newline="") as stream:
        shipped = list(csv.DictReader(stream))
    copied = [name for name in source["gwp100_ar4_co2"] if name != "notes"]

    assert len(shipped) > 1000
    for row in shipped:
        origin = source[row["id"]]
        notes = f"confidence={row['confidence']}" + (f"; {row['remark']}" if row["remark"] else "")
        assert [row[name] for name in copied] == [origin[name] for name in copied]
        assert notes == origin["notes"]


def test_the_file_can_be_built_again(source: dict[str, dict[str, str]], tmp_path: Path) -> None:
    folder = tmp_path / "repository/src/wattstone/rates/data"
    folder.mkdir(parents=True)
    script = tmp_path / "repository/tools/build_factors.py"
    script.parent.mkdir()
    script.write_bytes((ROOT / "tools/build_factors.py").read_bytes())

    subprocess.run([sys.executable, script, ROOT.parent / "shared/facts/factors.csv"], check=True, capture_output=True)

    assert (folder / "factors.csv").read_bytes() == (ROOT / "src/wattstone/rates/data/factors.csv").read_bytes()


def test_nothing_of_confidence_d_ships(table: FactorTable, source: dict[str, dict[str, str]]) -> None:
    d_rows = {key for key, row in source.items() if row["notes"].startswith("confidence=D")}

    assert len(d_rows) == 36
    assert not d_rows & set(table.rows)
    assert {row.confidence for row in table.rows.values()} == {"A", "B", "C"}


def test_every_row_of_confidence_a_b_and_c_ships(table: FactorTable, source: dict[str, dict[str, str]]) -> None:
    """1,461 A, 136 B and 283 C, as the table of the facts counts them."""
    shipped = Counter(row.confidence for key, row in table.rows.items() if key in source)

    assert shipped == {"A": 1461, "B": 136, "C": 283}


def test_component_rows_ship_and_no_category_offers_them(table: FactorTable) -> None:
    components = [row for row in table.rows.values() if "component of the total" in row.name]

    assert len(components) == 15
    assert not [row for row in table.rows.values() if row.scope == "2+3"]
    for row in components:
        assert row not in table.of_category(row.category)
        ban = barred(row.id, row.name)
        assert ban is not None
        assert not ban.acceptable
    assert table["desnz2025_7_400_4000_5_1"] in table.of_category("uk_electricity")


def test_biogenic_rows_whose_co2_was_left_out_are_barred(table: FactorTable) -> None:
    offered = {row.id for row in table.of_category("stationary_combustion")}

    assert not [key for key in offered if re.match(r"epa_hub_stat_(wood|landfill)", key)]
    assert table["epa_hub_stat_landfill_gas_co2"].value == 0


def test_every_zero_that_emits_is_barred_with_a_reason(table: FactorTable) -> None:
    zeros = [row for row in table.rows.values() if row.value == 0 and row.gas]

    assert zeros
    assert [row.id for row in zeros if barred(row.id, row.name) is None] == []


def test_the_unit_of_every_emitting_row_is_read_and_names_its_gas(table: FactorTable) -> None:
    rows = emitting(table)

    assert len(rows) > 900
    for row in rows:
        assert factor_unit(row.unit).gas == row.gas, row.id


def test_series_of_china_are_kept_apart_by_category(table: FactorTable) -> None:
    national = [row for row in table.rows.values() if row.region == "CN" and row.year == 2022]

    assert {(row.category, row.value) for row in national if row.id.startswith("cn_mee_2022")} == {
        ("purchased_electricity", 0.5366),
        ("purchased_electricity_residual", 0.5856),
        ("purchased_electricity_fossil", 0.8325),
    }
    assert not [row for row in table.of_category("purchased_electricity") if row.id.startswith("cn_mee_ets")]


def test_every_set_finds_its_rows(table: FactorTable) -> None:
    for item in catalogue().sets.values():
        for use, grid in item.grids.items():
            rows = [row for row in table.of_category(grid.category) if row.id.startswith(grid.prefix)]
            assert rows, (item.id, use)
            if grid.stems is None:
                once = Counter((row.region, row.year, row.gas) for row in rows)
                assert max(once.values()) == 1, (item.id, use, "two rows answer one question")
            else:
                assert {row.id.rsplit("_", 1)[0] for row in rows} == {grid.prefix + s for s in grid.stems.values()}


def test_every_fuel_of_every_set_has_its_rows(table: FactorTable) -> None:
    for item in catalogue().sets.values():
        for fuel, stem in item.fuel_stems.items():
            for sector in ("commercial", "manufacturing", "energy_industries"):
                ids = [pattern.format(stem=stem, sector=sector) for pattern in item.fuel_rows]
                units = [table[key].unit for key in ids if key in table.rows]
                if item.id.startswith("desnz"):
                    gross = set() if fuel == "cng" and item.id != "desnz2025" else {"kgCO2e/kWh_gross"}  # not published
                    assert gross | {"kgCO2e/kWh_net", "kgCO2e/t"} <= set(units), (item.id, fuel)
                elif item.id == "cn_fuels":
                    assert set(units) <= {"tCO2/t", "tCO2/10^4Nm3"}, fuel
                else:
                    assert [table[key].gas for key in ids] == ["CO2", "CH4", "N2O"], (item.id, fuel)


def test_every_conversion_row_exists_and_every_order_names_sets(table: FactorTable) -> None:
    declared = catalogue()

    for rule in declared.conversions.values():
        assert {table[rule[key]].category for key in rule if key in ("net_per_gross", "ncv", "density")} <= {
            "net_per_gross",
            "ncv",
            "density",
        }
    for order in declared.orders.values():
        assert {key for ids in order.values() for key in ids} <= set(declared.sets)
    assert {key for rows in declared.methane.values() for key in rows.values()} <= set(table.rows)


def test_net_per_gross_agrees_with_the_pairs_that_a_government_publishes(table: FactorTable) -> None:
    """0.18385 / 0.20428 for gas, 0.33183 / 0.3493 for coal, 0.25676 / 0.27315 for gas oil (UK Government, 2019)."""
    stem = "desnz2019_fuels_{}_kwh_{}"
    for row, fuel in [
        ("natural_gas", "gaseous_fuels_natural_gas"),
        ("coal", "solid_fuels_coal_industrial"),
        ("oil", "liquid_fuels_gas_oil"),
    ]:
        pair = table[stem.format(fuel, "gross")].value / table[stem.format(fuel, "net")].value
        assert table[f"net_per_gross_{row}"].value == pytest.approx(pair, rel=0.012)
