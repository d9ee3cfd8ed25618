"""The demo's ledgers go into its workspace by the ordinary ways, once, and make an inventory whose scope 3 is whole."""

from pathlib import Path

import polars as pl
import pytest

from tests.interfaces.present.disclosure.reading import english_in
from wattstone.interfaces.cli.demo_disclosure import lock_first_edition, take_disclosure_in
from wattstone.interfaces.cli.demo_ledgers import take_ledgers_in, take_years_before
from wattstone.interfaces.cli.demo_programme import take_programme_in
from wattstone.interfaces.cli.demo_release import release_inventory
from wattstone.interfaces.cli.opening import opened
from wattstone.interfaces.present.disclosure.book import book
from wattstone.interfaces.present.disclosure.words import has_words
from wattstone.interfaces.store.workspace import create_workspace
from wattstone.programme.demo import demo_entries
from wattstone.readings.sources import How, open_source
from wattstone.simulation import Plan, generate, portfolio
from wattstone.workflows.activities import lines_of
from wattstone.workflows.declare import change_organisation
from wattstone.workflows.disclosure.locking import editions
from wattstone.workflows.disclosure.statement import statement_of
from wattstone.workflows.ingest import ingest
from wattstone.workflows.inventory.complete import take_complete
from wattstone.workflows.inventory.record import organisation_figures
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.targets import report

PLAN = Plan(sites=2, interval_minutes=60)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(PLAN, folder / "readings")
    create_workspace(folder / "workspace")
    with opened(folder / "workspace") as workspace:
        change_organisation(workspace, portfolio(PLAN)[0].model_dump())
        ingest(workspace, open_source(folder / "readings", How()), who="demo")
        take_ledgers_in(workspace, PLAN, folder / "readings", folder / "activities")
    return folder


def test_a_second_time_nothing_is_taken_in_again(demo: Path) -> None:
    with opened(demo / "workspace") as workspace:
        before = lines_of(workspace), workspace.records.scope3_decisions(), workspace.records.instruments()
        take_ledgers_in(workspace, PLAN, demo / "readings", demo / "activities")
        after = lines_of(workspace), workspace.records.scope3_decisions(), workspace.records.instruments()

    assert before[0].equals(after[0])
    assert before[1:] == after[1:]
    assert len(after[1]) == 30


def test_all_categories_are_decided_and_every_computed_one_has_a_value(demo: Path) -> None:
    with opened(demo / "workspace") as workspace:
        statement = take_complete(workspace, PLAN.year)
    decided = dict(statement.decisions.select("category", "decision").rows())
    values = statement.decisions.filter(pl.col("decision") == "computed")["value"]

    assert statement.simulated
    assert sorted(decided) == list(range(1, 16))
    assert "undecided" not in decided.values()
    assert values.null_count() == 0
    assert statement.totals.filter(name="scope3", subject="organisation")["value"].item() == pytest.approx(values.sum())
    assert statement.instruments.filter("accepted")["instrument"].to_list() == ["sim-0001-certificates-2022"]


def test_targets_are_held_against_the_year_before(demo: Path) -> None:
    """The demo's targets begin in 2021: their report of 2022 says how they stand, and where most of it comes from."""
    with opened(demo / "workspace") as workspace:
        take_years_before(workspace, PLAN)
        take_complete(workspace, PLAN.year)
        take_programme_in(workspace, PLAN.year)
        made = report(workspace, Asked(year=PLAN.year))
        figures = organisation_figures(workspace.lake, 2021)
    totals = dict(figures.select("name", "value").iter_rows())
    base = (totals["scope1"] + totals["scope2.market"]) / 1000

    assert {one["base_year"] for kind, one in demo_entries("target") if kind == "target"} == {2021}
    assert made.line("target.allowed", "entry:near-2031").value == pytest.approx(base * (1 - 0.042))
    assert made.line("target.gap", "entry:near-2031").value is not None
    assert made.line("target.trend", "entry:near-2031").value is not None
    assert any(one.text.startswith("Most of what is") for one in made.says)


def test_the_report_has_texts_that_others_than_who_wrote_them_approved(demo: Path) -> None:
    with opened(demo / "workspace") as workspace:
        take_years_before(workspace, PLAN)
        take_complete(workspace, PLAN.year)
        released = release_inventory(workspace, PLAN.year)
        take_programme_in(workspace, PLAN.year)
        take_disclosure_in(workspace, PLAN.year)
        before = workspace.records.programme_seq()
        take_disclosure_in(workspace, PLAN.year)  # a second time nothing is entered
        made = statement_of(workspace, "tcfd", PLAN.year)
        after = workspace.records.programme_seq()
        locked = lock_first_edition(workspace, PLAN.year)
        kept = editions(workspace, "tcfd", PLAN.year)
    texts = [one for answer in made.answers for one in answer.written.values()]

    assert english_in(book(made, "zh")) == set()
    assert not any(made.lone(text, "zh") for text in made.names)
    ghg = made.answer("metrics.ghg").tables[0].rows["what"].to_list()
    plan = next(one for one in made.answer("strategy.transition_plan").tables if one.id == "plan").rows
    short = [(row["short"], max(row["need"] - row["gain"], 0.0)) for row in plan.iter_rows(named=True)]
    water = next(one for one in made.answer("metrics.water_and_waste").tables if one.id == "water").rows.to_dicts()
    energy = made.answer("metrics.energy").tables[0].rows.filter(carrier="All energy").to_dicts()[0]

    assert "Scope 2, location-based (CO2 alone)" in ghg  # provinces of China publish a factor of CO2 alone
    assert [one for one, _ in short] == pytest.approx([other for _, other in short])
    assert short
    assert (water[0]["sites"], water[0]["every"]) == (1, PLAN.sites)
    assert energy["before"] is not None
    codes = {one.code.partition(".")[2] for one in made.findings}
    assert "two_of_waste" in codes
    assert "figure_stale" not in codes  # names that are entered after the reports are of no number
    assert not [one for one in made.findings if one.code.endswith("_untraced")]  # every number is a figure
    assert [one.key for one in made.figures.values() if not has_words(one)] == []
    assert released
    assert "is released" in " ".join(one.text for one in made.answer("metrics.ghg").says)
    assert before == after
    assert made.simulated
    assert made.answer("governance.board").status == "answered"
    assert made.answer("strategy.effects_now").status == "omitted"
    assert made.answer("metrics.industry").status == "partly"
    assert {answer.owner for answer in made.answers if answer.written} >= {made.answer("governance.board").owner}
    assert all(one.approved_by and one.approved_by != one.by for one in texts)
    assert locked == (len(kept) == 1)
