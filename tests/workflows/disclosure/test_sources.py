"""What the workspace fills into metrics: each number the figure that it names, by hand where it is computed."""

import shutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.disclosure.material import Material
from wattstone.disclosure.topics import topics
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.disclosure.sources import metric_lines, metrics_material
from wattstone.workflows.evidence import verify
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import add_entry
from wattstone.workflows.programme.recording import take_report
from wattstone.workflows.restatement import decide as accept
from wattstone.workflows.restatement import propose_changes
from wattstone.workflows.scope3 import decide

SITES = [
    {"site_id": "A", "country": "GB", "timezone": "UTC", "floor_area_m2": 100.0, "type": "office"},
    {"site_id": "B", "country": "GB", "timezone": "UTC", "floor_area_m2": 300.0, "type": "retail"},
]
FACTOR = 0.23314  # kg CO2e/kWh, the grid of Great Britain by DESNZ 2020
FACTOR_2019 = 0.2556  # by DESNZ 2019
HOURS = 8784  # of 2020
A, B = 10.0, 30.0  # kWh in each hour
OURS = tuple(one.id for one in topics() if one.id.startswith(("metrics.", "targets.")))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sites with steady meters in 2019 and 2020; nothing of scope 3; the inventory of 2020, and its report."""
    folder = tmp_path_factory.mktemp("sources")
    rows = [readings(f"m{site}", year(value, 8760 + HOURS), site=site) for site, value in (("A", A), ("B", B))]
    root = workspace(
        folder / "ws", dataset(folder / "data", *rows, sites=SITES), settings=("--gwp-set", "AR4", "--base-year", 2019)
    )
    held = open_workspace(root)
    decide(held, 2020, dict.fromkeys(range(1, 16), ("not_applicable", "a small shop")))
    held.close()
    inventory(root, 2020)
    held = open_workspace(root)
    take_report(held, "disclose", Asked(year=2020))
    held.close()
    return root


@pytest.fixture
def steady(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "ws"))


def material(root: Path, of: int = 2020) -> Material:
    held = open_workspace(root)
    try:
        return metrics_material(held, of, Figures(held, of))
    finally:
        held.close()


def rows_of(told: Material, topic: str, table: int = 0) -> list[dict[str, object]]:
    return told.tables[topic][table].rows.to_dicts()


def said(told: Material, topic: str) -> str:
    return " ".join(one.text.format(**one.params) for one in (*told.says.get(topic, ()), *told.lacks.get(topic, ())))


def test_gross_emissions_stand_beside_those_of_the_year_before(made: Path) -> None:
    rows = {row["what"]: row for row in rows_of(material(made), "metrics.ghg")}
    located = rows["Scope 2, location-based"]

    assert located["now"] == pytest.approx((A + B) * HOURS * FACTOR)
    assert located["before"] == pytest.approx((A + B) * 8760 * FACTOR_2019)
    assert len(str(located["now@figure"])) == 20
    assert "not released" in said(material(made), "metrics.ghg")


def test_what_is_released_says_so(steady: Path) -> None:
    wattstone("release", steady, "--year", 2020)

    assert "The inventory of 2020 is released" in said(material(steady), "metrics.ghg")


def test_parts_by_country_and_type_are_what_the_sites_come_to(made: Path) -> None:
    told = material(made)
    country = {row["part"]: row["scope2.location"] for row in rows_of(told, "metrics.sites", 0)}
    kinds = {row["part"]: row["scope2.location"] for row in rows_of(told, "metrics.sites", 1)}

    assert country == pytest.approx({"GB": (A + B) * HOURS * FACTOR})
    assert kinds == pytest.approx({"Retail": B * HOURS * FACTOR, "Office": A * HOURS * FACTOR})


def test_intensities_show_both_parts_of_the_ratio(made: Path) -> None:
    rows = {row["what"]: row for row in rows_of(material(made), "metrics.intensity")}
    located = rows["Scope 2, location-based"]

    assert located["below"] == 400.0
    assert located["above"] == pytest.approx((A + B) * HOURS * FACTOR)
    assert located["value"] == pytest.approx((A + B) * HOURS * FACTOR / 400)


def test_gases_of_a_scope_add_up_to_it(made: Path) -> None:
    held = open_workspace(made)
    lines = metric_lines(held, 2020)
    whole = Figures(held, 2020).shown("scope2.location", "2020").value
    held.close()
    parts = [one.value for one in lines if one.name.startswith("disclose.gas.scope2.") and one.name.endswith(".co2e")]

    assert sum(parts) == pytest.approx(whole)
    assert {one.inputs[0].partition(":")[0] for one in lines if one.name.startswith("disclose.gas.")} == {"figure"}


def test_all_fifteen_categories_are_told_with_why_they_are_not_there(made: Path) -> None:
    rows = rows_of(material(made), "metrics.scope3")

    assert [row["category"] for row in rows] == [str(one) for one in range(1, 16)]
    assert {row["why"] for row in rows} == {"a small shop"}
    assert "metrics.scope3" not in material(made).lacks


def test_energy_without_contracts_has_no_renewable_share(made: Path) -> None:
    told = material(made)
    rows = {row["carrier"]: row["now"] for row in rows_of(told, "metrics.energy")}
    before = {row["carrier"]: row["before"] for row in rows_of(told, "metrics.energy")}

    assert rows == pytest.approx({"Electricity": (A + B) * HOURS, "All energy": (A + B) * HOURS})
    assert before == pytest.approx({"Electricity": (A + B) * 8760, "All energy": (A + B) * 8760})
    assert "no contract for energy is recorded" in said(told, "metrics.energy")


def test_a_restatement_shows_old_and_new_value_and_the_reason(steady: Path) -> None:
    wattstone("release", steady, "--year", 2020)
    rows = readings("mA", year(2 * A, HOURS - 24), start=datetime(2020, 1, 2))
    wattstone("ingest", steady, dataset(steady.parent / "corrected", rows, sites=SITES))
    inventory(steady, 2020)
    held = open_workspace(steady)
    entries = propose_changes(held, 2020, reason="a meter was read by half", who="eva")
    for one in entries:
        accept(held, one.id, accept=True, reason="seen", who="li") if one.state == "proposed" else None
    held.close()
    restated = material(steady).tables["metrics.restatement"][-1].rows.filter(what="Scope 2, location-based").to_dicts()

    assert restated[0]["old"] == pytest.approx((A + B) * HOURS * FACTOR)
    assert restated[0]["new"] == pytest.approx(((2 * A + B) * HOURS - 24 * A) * FACTOR)
    assert restated[0]["reason"]
    assert restated[0]["old@figure"] != restated[0]["new@figure"]


def test_targets_without_their_report_say_what_to_do(steady: Path) -> None:
    inventory(steady, 2019)
    held = open_workspace(steady)
    add_entry(held, "target", {
        "target": "near", "form": "absolute", "term": "near", "coverage": "scope2.location",
        "base_year": "2019", "target_year": "2030", "reduction": "42 %",
    }, who="eva")  # fmt: skip
    held.close()
    assert "record it with `wattstone target report --year 2020`" in said(material(steady), "targets.progress")

    held = open_workspace(steady)
    take_report(held, "target", Asked(year=2020))
    held.close()
    told = material(steady)
    row = rows_of(told, "targets.progress")[0]

    assert "targets.set" not in told.lacks
    assert row["base"] == pytest.approx((A + B) * 8760 * FACTOR_2019 / 1000)
    assert row["goal"] == pytest.approx((A + B) * 8760 * FACTOR_2019 / 1000 * 0.58)


def test_every_number_of_every_table_names_its_figure(made: Path) -> None:
    told = material(made)
    known = {one.id for one in told.every.values()}
    for tables in told.tables.values():
        for table in tables:
            for name, dtype in table.rows.schema.items():
                if dtype.is_numeric():
                    held = table.rows.filter(pl.col(name).is_not_null())
                    assert set(held[f"{name}@figure"]) <= known, (table.id, name)


def test_an_empty_workspace_says_what_is_missing_of_every_topic_and_shows_nothing(tmp_path: Path) -> None:
    create_workspace(tmp_path / "empty")
    told = material(tmp_path / "empty")

    assert told.tables == {}
    assert told.figures == {}
    theirs = {"metrics.transition_exposure", "metrics.physical_exposure", "metrics.opportunities", "metrics.capital",
              "metrics.carbon_price", "metrics.remuneration", "targets.review"}  # fmt: skip
    assert set(told.lacks) >= set(OURS) - theirs


def test_the_report_that_was_recorded_is_made_again_from_what_it_pins(made: Path) -> None:
    held = open_workspace(made)
    again = take_report(held, "disclose", Asked(year=2020))
    found = verify(held)
    held.close()

    assert again.already
    assert found.differences == ()


def test_of_many_sites_the_largest_are_shown(made: Path) -> None:
    held = open_workspace(made)
    figures = Figures(held, 2020)
    some = figures.of_sites(r"^scope2\.location$", "2020", largest=1)
    held.close()

    assert [one.subject for one in some] == ["site:B"]
    assert set(figures.every) == {"scope2.location@2020@site:B"}


def test_green_revenue_stands_with_the_opportunities_by_taxonomy(steady):
    """40 of 200 are named by the catalogue, and pass its tests: 20 %."""
    held = open_workspace(steady)
    money = {"year": "2020", "kpi": "turnover", "currency": "GBP", "source": "accounts"}
    said = {
        "taxonomy": {"taxonomy": "own", "title": "Own list", "edition": "1", "harm": "no", "safeguards": "no",
                     "source": "board"},
        "taxonomy_item": {**money, "item": "Advice", "amount": "40"},
        "taxonomy_total": {**money, "amount": "200"},
        "taxonomy_claim": {"taxonomy": "own", "year": "2020", "kpi": "turnover", "item": "Advice", "activity": "a",
                           "objective": "other", "share": "1", "contributes": "yes", "evidence": "contracts"},
    }  # fmt: skip
    for kind, one in said.items():
        add_entry(held, kind, one)
    take_report(held, "indicator", Asked(year=2020))
    held.close()
    (table,) = [one for one in material(steady).tables["metrics.opportunities"] if one.id == "green"]

    row = table.rows.row(0, named=True)
    assert (row["taxonomy"], row["kpi"], row["eligible"], row["aligned"]) == ("Own list", "turnover", 40.0, 40.0)
    assert (row["eligible_share"], row["aligned_share"]) == (0.2, 0.2)
    assert all(row[f"{name}@figure"] for name in ("eligible", "aligned", "eligible_share", "aligned_share"))
