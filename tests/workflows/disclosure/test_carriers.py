"""Energy of bills and other records in the climate report: by hand, beside meters, and what cannot be told."""

import shutil
from pathlib import Path

import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.disclosure.material import Material
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.programme.report import Line
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.disclosure.report import report
from wattstone.workflows.disclosure.sources import metrics_material
from wattstone.workflows.evidence import verify
from wattstone.workflows.evidence.trace import find_figure, trace
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import add_entry
from wattstone.workflows.programme.lines import plain
from wattstone.workflows.programme.recording import take_report

HEAD = "line_id,site,kind,item,start,end,amount,unit,meter_id\n"
BILLS = """e1,works,electricity,,2025-01-01,2025-12-31,420000,kWh,
g1,works,fuel,natural_gas,2025-01-01,2025-12-31,610000,kWh_gross,
"""
DIESEL = "d1,works,vehicle_fuel,diesel,2025-01-01,2025-12-31,9500,L,\n"
PER_LITRE = 2.57082 / 0.25953  # kWh on the net calorific value: DESNZ 2025 per litre, over the same per kWh
HOURS = 8784  # of 2020


def billed(folder: Path, lines: str, country: str = "GB") -> Path:
    """A company with bills alone."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bills.csv").write_text(HEAD + lines, encoding="utf-8")
    root = folder / "ws"
    wattstone("init", root, "--gwp-set", "AR5", "--currency", "GBP")
    wattstone("site", root, "works", "--country", country)
    wattstone("activity", "import", root, folder / "bills.csv")
    return root


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = billed(tmp_path_factory.mktemp("bills"), BILLS + DIESEL)
    inventory(root, 2025)
    wattstone("disclose", "report", root, "--year", 2025)
    return root


def lines_of(root: Path, of: int = 2025) -> dict[str, Line]:
    held = open_workspace(root)
    try:
        return {one.name: one for one in report(held, Asked(year=of)).lines
                if one.name.startswith("disclose.energy") and one.period == str(of)}  # fmt: skip
    finally:
        held.close()


def material(root: Path, of: int = 2025) -> Material:
    held = open_workspace(root)
    try:
        return metrics_material(held, of, Figures(held, of))
    finally:
        held.close()


def said(told: Material, part: str) -> str:
    return " ".join(plain(one) for one in getattr(told, part).get("metrics.energy", ()))


def test_bills_alone_are_the_energy_of_the_year(acme: Path) -> None:
    lines = lines_of(acme)
    told = material(acme)
    rows = {row["carrier"]: row["now"] for row in told.tables["metrics.energy"][0].rows.to_dicts()}

    diesel = 9500 * PER_LITRE
    assert lines["disclose.energy.carrier.electricity"].value == 420_000
    assert lines["disclose.energy.carrier.natural_gas"].value == 610_000
    assert lines["disclose.energy.carrier.diesel"].value == pytest.approx(diesel)
    assert lines["disclose.energy.total"].value == pytest.approx(420_000 + 610_000 + diesel)
    assert rows == pytest.approx({
        "Electricity": 420_000, "Natural gas": 610_000, "Diesel": diesel, "All energy": 1_030_000 + diesel,
    })  # fmt: skip
    assert "energy of records on the gross calorific value" in str(told.says["metrics.energy"])
    assert "by published factors, on the net calorific value" in str(told.says["metrics.energy"])
    assert "9500" in str(lines["disclose.energy.carrier.diesel"].notes)


def test_a_carrier_leads_to_the_records_and_holds_when_it_is_verified(acme: Path) -> None:
    held = open_workspace(acme)
    try:
        figure = find_figure(held.lake, "disclose.energy.carrier.diesel@organisation@2025")
        whole = str(trace(held.lake, figure).as_dict())
        again = verify(held, [2025])
    finally:
        held.close()

    assert "bills.csv" in whole
    assert "desnz2025_1_101_1011_7_1" in whole
    assert "9.9057 kWh" in whole
    assert not again.differences
    assert again.figures > 20


def test_energy_of_bills_costs_what_a_scenario_says(acme: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(acme, tmp_path / "ws"))
    (tmp_path / "path.csv").write_text(
        "# provider: Own desk\n# model: none\n# edition: 2026\n# source: memo 7\n"
        "scenario,region,variable,unit,year,value\n"
        "Own,GB,Price|Carbon,GBP2025/t CO2,2025,40\nOwn,GB,Price|Carbon,GBP2025/t CO2,2030,60\n",
        encoding="utf-8",
    )
    wattstone("disclose", "scenario", root, tmp_path / "path.csv")
    held = open_workspace(root)
    try:
        for carrier, price in (("electricity", "0.25"), ("natural_gas", "0.06"), ("heat", "0.1")):
            add_entry(held, "energy_price", {"carrier": carrier, "year": "2025", "amount": price, "currency": "GBP"})
        add_entry(held, "horizon", {"year": "2025", "horizon": "short", "first": "2026", "last": "2030"})
        add_entry(held, "scenario", {
            "id": "nz", "year": "2025", "title_en": "Net zero", "title_zh": "净零", "provider": "Own desk",
            "model": "none", "edition": "2026", "scenario": "Own", "region": "GB", "price": "Price|Carbon",
            "aim": "near_paris",
            "covers": "scope1", "covered": "1", "per_unit": "1", "currency": "GBP", "rate_source": "same",
        })  # fmt: skip
        lines = {one.name: one for one in report(held, Asked(year=2025)).lines if one.period == "2030"}
        take_report(held, "disclose", Asked(year=2025))
    finally:
        held.close()

    assert lines["disclose.energy_cost.electricity"].value == pytest.approx(420_000 * 0.25)
    assert lines["disclose.energy_cost.natural_gas"].value == pytest.approx(610_000 * 0.06)
    assert lines["disclose.energy_cost.heat"].value is None
    reason = lines["disclose.energy_cost.heat"].reason
    assert reason is not None
    assert "no energy of heat" in plain(reason)


def test_what_no_published_factor_tells_in_kwh_is_named_and_leaves_no_total(tmp_path: Path) -> None:
    rows = "s1,works,steam,,2025-01-01,2025-12-31,40,t,\n"
    root = billed(tmp_path, BILLS + rows)
    inventory(root, 2025)
    wattstone("disclose", "report", root, "--year", 2025)
    lines, told = lines_of(root), material(root)
    steam, total = lines["disclose.energy.carrier.steam"], lines["disclose.energy.total"]

    assert lines["disclose.energy.carrier.electricity"].value == 420_000
    assert (steam.value, total.value) == (None, None)
    assert steam.reason is not None
    assert total.reason is not None
    assert "40 t of steam cannot be told in kWh" in plain(steam.reason)
    assert "40 t of steam" in plain(total.reason)
    assert "40 t of steam" in str(told.lacks["metrics.energy"])


@pytest.fixture(scope="module")
def metered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a steady meter of 10 kWh an hour in 2020."""
    folder = tmp_path_factory.mktemp("metered")
    sites = [{"site_id": "A", "country": "GB", "timezone": "UTC", "floor_area_m2": 100.0, "type": "office"}]
    made = dataset(folder / "data", readings("mA", year([10.0] * 24, 8760 + HOURS)), sites=sites)
    return workspace(folder / "ws", made, settings=("--gwp-set", "AR4", "--base-year", 2019))


def test_meters_alone_are_told_by_the_figures_of_the_inventory(metered: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(metered, tmp_path / "ws"))
    inventory(root, 2020)
    lines = lines_of(root, 2020)

    assert set(lines) == {"disclose.energy.total", "disclose.energy.renewable", "disclose.energy.renewable_share"}
    assert lines["disclose.energy.total"].value == pytest.approx(10 * HOURS)
    assert all(one.startswith("figure:") for one in lines["disclose.energy.total"].inputs)


def test_a_bill_of_a_meter_that_was_read_counts_once_and_another_beside_it(metered: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(metered, tmp_path / "ws"))
    bills = tmp_path / "bills.csv"
    bills.write_text(
        HEAD + "same,A,electricity,,2020-01-01,2020-12-31,87840,kWh,mA\n"
        "other,A,electricity,,2020-07-01,2021-06-30,3.65,MWh,\n",
        encoding="utf-8",
    )
    wattstone("activity", "import", root, bills)
    inventory(root, 2020)
    line = lines_of(root, 2020)["disclose.energy.carrier.electricity"]

    # 184 of the other bill's 365 days lie in 2020, at 10 kWh each
    assert line.value == pytest.approx(10 * HOURS + 10 * 184)
    assert any(one.startswith("figure:") for one in line.inputs)
