"""Figures of a report in each state: as recorded, after readings came, after a release was overtaken, and none."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import add_entry
from wattstone.workflows.programme.recording import take_report
from wattstone.workflows.scope3 import decide

GB = [{"site_id": "A", "country": "GB", "timezone": "UTC", "floor_area_m2": 100.0}]
FACTOR = 0.23314  # kg CO2e/kWh of the grid of Great Britain, 2020
HOURS = 8784  # of 2020


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10 kWh in each hour of 2019 and 2020, nothing of scope 3, and the inventory of 2020 taken."""
    folder = tmp_path_factory.mktemp("figures")
    rows = readings("m", year(10.0, 8760 + HOURS))
    root = workspace(folder / "ws", dataset(folder / "data", rows, sites=GB), settings=("--gwp-set", "AR4"))
    held = open_workspace(root)
    decide(held, 2020, dict.fromkeys(range(1, 16), ("not_applicable", "a small shop")))
    held.close()
    inventory(root, 2020)
    return root


@pytest.fixture
def steady(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "ws"))


def doubled(root: Path) -> None:
    """The readings of 2020 are corrected to twice as much, but those of its first day."""
    rows = readings("m", year(20.0, HOURS - 24), start=datetime(2020, 1, 2))
    wattstone("ingest", root, dataset(root.parent / "corrected", rows, sites=GB))


def test_the_newest_figure_is_found_by_name_period_and_subject(steady: Path) -> None:
    held = Figures(open_workspace(steady), 2020)
    whole, site = held.shown("scope2.location", "2020"), held.shown("scope2.location", "2020", "site:A")
    month = held.shown("energy.electricity", "2020-02", "site:A")

    assert whole.value == pytest.approx(10 * HOURS * FACTOR)
    assert (whole.state, whole.unit, whole.key) == ("current", "kg CO2e", "scope2.location@2020")
    assert site.key == "scope2.location@2020@site:A"
    assert month.value == pytest.approx(29 * 24 * 10)
    assert set(held.every) == {whole.key, site.key, month.key}
    assert [one.subject for one in held.of_sites(r"^scope2\.location$", "2020")] == ["site:A"]


def test_what_was_never_recorded_is_missing(steady: Path) -> None:
    one = Figures(open_workspace(steady), 2020).shown("scope2.location", "2031")

    assert (one.state, one.id, one.value) == ("missing", "", None)
    assert Figures(open_workspace(steady), 2020).known("scope2.location", "2031") is None


def test_readings_that_came_since_make_what_rests_on_them_stale(steady: Path) -> None:
    inventory(steady, 2019)
    doubled(steady)
    held = Figures(open_workspace(steady), 2020)

    assert held.shown("scope2.location", "2020").state == "stale"
    assert held.shown("scope2.location", "2020", "site:A").state == "stale"
    assert held.shown("scope2.location", "2019").state == "current"


def test_a_released_figure_that_another_stands_in_place_of_is_restated(steady: Path) -> None:
    wattstone("release", steady, "--year", 2020)
    before = Figures(open_workspace(steady), 2020)
    assert before.shown("scope2.location", "2020").state == "current"
    assert before.release() is not None

    doubled(steady)
    inventory(steady, 2020)
    after = Figures(open_workspace(steady), 2020).shown("scope2.location", "2020")

    assert after.state == "restated"
    assert after.value == pytest.approx((20 * HOURS - 240) * FACTOR)


def test_an_inventory_taken_again_before_any_release_restates_nothing(steady: Path) -> None:
    doubled(steady)
    inventory(steady, 2020)
    one = Figures(open_workspace(steady), 2020).shown("scope2.location", "2020")

    assert (one.state, one.value) == ("current", pytest.approx((20 * HOURS - 240) * FACTOR))


def test_the_warming_potentials_that_were_changed_make_a_year_stale(steady: Path) -> None:
    wattstone("init", steady, "--gwp-set", "AR5")

    assert Figures(open_workspace(steady), 2020).shown("scope2.location", "2020").state == "stale"


def test_entries_that_came_since_make_the_report_of_their_module_stale_until_it_is_taken_again(steady: Path) -> None:
    held = open_workspace(steady)
    for programme, total, state in (("green_factory", "6430", "current"), ("green_park", "491", "stale")):
        said = {"programme": programme, "year": "2020", "total": total, "source": "list", "confidence": "A"}
        add_entry(held, "registry", said, who="eva")
        if state == "current":
            take_report(held, "factory", Asked(year=2020))
        shown = Figures(held, 2020).matching(r"^factory\.", "2020")
        assert {one.state for one in shown} == {state}
    add_entry(held, "responsibility", {"topic": "governance.board", "owner": "Eva"}, who="eva")
    take_report(held, "factory", Asked(year=2020))

    assert {one.state for one in Figures(held, 2020).matching(r"^factory\.", "2020")} == {"current"}


def test_who_does_not_see_the_whole_organisation_sees_no_figures_of_it(steady: Path) -> None:
    one = Principal(
        id="a", name="A", kind="person", tenant="acme", role=Role.REVIEWER, scope=Scope(frozenset({"A"})),
        acts=POLICY[Role.REVIEWER],
    )  # fmt: skip

    with pytest.raises(Forbidden):
        Figures(guarded(open_workspace(steady), one), 2020)
