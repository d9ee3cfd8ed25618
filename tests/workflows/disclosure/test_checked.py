"""Faults planted in a real workspace, and found in the statement that is made of it."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.disclosure.readiness import readiness
from wattstone.disclosure.statement import Statement
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.disclosure.narratives import write
from wattstone.workflows.disclosure.statement import statement_of
from wattstone.workflows.programme.entries import add_entry
from wattstone.workflows.workspace import Workspace

GB = [{"site_id": "A", "country": "GB", "timezone": "UTC", "floor_area_m2": 100.0}]
YEAR, HOURS = 2020, 8784
FIGURE = "{{figure:scope2.location@2020}}"
CLAIM = {
    "subject": "Acme", "subject_type": "organisation", "standard": "iso_14068_1", "start": "2020-01-01",
    "end": "2020-12-31", "stated": "2021-03-01", "footprint": "60", "base_footprint": "100", "base_year": "2015",
    "scopes": "1; 2; 3", "plan": "plan.pdf", "credits": "A-1",
}  # fmt: skip
CREDIT = {"serial": "A-1", "registry": "R", "project": "P", "type": "removal", "amount": "60", "vintage": "2019",
          "retired": "2021-01-01"}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10 kWh in each hour of 2019 and 2020, and the inventory of both years."""
    folder = tmp_path_factory.mktemp("checked")
    rows = readings("m", year(10.0, 8760 + HOURS))
    root = workspace(folder / "ws", dataset(folder / "data", rows, sites=GB), settings=("--gwp-set", "AR4"))
    for one in (YEAR - 1, YEAR):
        inventory(root, one)
    return root


@pytest.fixture
def held(made: Path, tmp_path: Path):
    opened = open_workspace(Path(shutil.copytree(made, tmp_path / "ws")))
    yield opened
    opened.close()


def told(held: Workspace, en: str, zh: str) -> None:
    write(held, YEAR, "governance.board", "en", en, who="Li")
    write(held, YEAR, "governance.board", "zh", zh, who="Li")


def found(held: Workspace) -> dict[str, list[str]]:
    """Codes of errors and warnings on the board, or on no topic."""
    statement = statement_of(held, "tcfd", YEAR)
    mine = [one for one in statement.findings if one.params.get("topic") in ("governance.board", "")]
    return {
        level: sorted(one.code.partition(".")[2] for one in mine if one.severity == level)
        for level in ("error", "warning")
    }


def errors(statement: Statement) -> list[str]:
    return [one.text() for one in statement.findings if one.severity == "error"]


def test_an_estate_without_a_text_has_its_numbers_in_their_places_and_no_fault(held):
    statement = statement_of(held, "tcfd", YEAR)

    assert errors(statement) == []
    assert statement.figures["scope2.location@2020"].value == pytest.approx(10 * HOURS * 0.23314)
    assert statement.answer("metrics.ghg").tables
    assert statement.answer("governance.board").status == "open"
    ready = readiness(statement)
    assert (ready.ready, ready.owners[0].name) == (False, "")
    assert ready.count("open") + ready.count("partly") + ready.count("answered") == len(statement.answers)


def test_a_text_that_names_its_figures_is_told_nothing_but_that_nobody_approved_it(held):
    told(held, f"We emitted {FIGURE}.", f"排放量为{FIGURE}。")

    assert found(held) == {"error": [], "warning": ["unapproved", "unapproved", "untranslated"]}
    assert statement_of(held, "tcfd", YEAR).answer("governance.board").status == "answered"


def test_a_figure_that_there_is_not_leaves_its_topic_open(held):
    told(held, "{{figure:scope2.location@2031}}", "{{figure:scope2.location@2031}}")

    assert found(held)["error"] == ["figure_missing"]
    assert statement_of(held, "tcfd", YEAR).answer("governance.board").status == "partly"


def test_languages_that_say_something_else_and_typed_numbers_are_told(held):
    told(held, f"We emitted {FIGURE}, 5 % less.", "排放量下降6%。")

    assert found(held) == {
        "error": ["languages_figures", "languages_numbers"],
        "warning": ["typed", "typed", "unapproved", "unapproved", "untranslated"],
    }


def test_a_claim_is_refused_until_the_programme_permits_it(held):
    told(held, "Acme was carbon neutral.", "公司已实现碳中和。")
    assert found(held)["error"] == ["neutrality", "neutrality"]

    add_entry(held, "carbon_credit", CREDIT)
    add_entry(held, "neutrality_claim", CLAIM)
    assert found(held)["error"] == []


def test_readings_that_came_since_make_what_is_shown_stale(held, tmp_path):
    told(held, f"We emitted {FIGURE}.", f"排放量为{FIGURE}。")
    rows = readings("m", year(20.0, HOURS - 24), start=datetime(2020, 1, 2))
    wattstone("ingest", held.root, dataset(tmp_path / "corrected", rows, sites=GB))

    assert found(held)["error"] == ["figure_stale"]


def test_what_jumps_is_told_with_both_years(held, tmp_path):
    rows = readings("m", year(20.0, HOURS), start=datetime(2020, 1, 1))
    wattstone("ingest", held.root, dataset(tmp_path / "corrected", rows, sites=GB))
    inventory(held.root, YEAR)
    jumps = [one for one in statement_of(held, "tcfd", YEAR).findings if one.code == "statement.jump"]

    assert "figure 'scope2.location@2020'" in {one.place for one in jumps}
    # twice the energy by 0.23314 against 0.2556 kg CO2e/kWh: 2 x 8784 x 0.23314 / (8760 x 0.2556) - 1
    assert "+82.9 %" in next(one for one in jumps if "scope2.location@" in one.place).text()


def test_a_topic_that_is_left_out_shows_no_number(held):
    why = {"ground": "confidential", "reason_en": "A price.", "reason_zh": "价格信息。"}
    add_entry(held, "omission", {"year": "2020", "topic": "metrics.ghg", **why})
    answer = statement_of(held, "tcfd", YEAR).answer("metrics.ghg")

    assert (answer.status, answer.tables, answer.charts, answer.figures, answer.says) == ("omitted", (), (), (), ())
