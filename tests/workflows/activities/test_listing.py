"""Lists of lines, what single lines emit, the figures that hold them, and what was said of them."""

import pytest

from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Site
from wattstone.workflows.access import POLICY, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.activities import correct_activity, history_of, lines_of, load_activities
from wattstone.workflows.activities.emitted import emitted_by, figures_of
from wattstone.workflows.activities.listing import activity_list
from wattstone.workflows.activities.told import told_of
from wattstone.workflows.factor_uses import figures_with
from wattstone.workflows.inventory import take_inventory

WATER = 0.1913  # kg CO2e a cubic metre: DESNZ 2025, water supply
ROW = "desnz2025_17_404_4005_1_1"
TABLE = (
    "line,site,kind,item,start,end,amount,unit,stated\n"
    "n1,A,water_supply,,2024-12-01,2025-01-31,62,m3,\n"
    "n2,A,water_supply,,2025-02,,100,m3,\n"
    "n3,B,water_supply,,2025-02,,50,m3,\n"
    "n4,B,investment,,2025,,,,1000\n"
    "n5,B,goods,paper,2025-02,,1,t,\n"
)
ONE = Principal(id="p", name="Bo", kind="person", tenant="acme", role=Role.ANALYST, scope=Scope(frozenset({"A"})),
                acts=POLICY[Role.ANALYST])  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "acme")
    held = open_workspace(tmp_path / "acme")
    held.records.declare([Site(id=name, country="GB", zone="Europe/London") for name in "AB"], [])
    (tmp_path / "lines.csv").write_text(TABLE)
    load_activities(held, [tmp_path / "lines.csv"])
    yield held
    held.close()


def test_a_list_is_paged_and_adds_up_whatever_page_is_shown(workspace):
    first = activity_list(workspace, year=2025, page=1, size=2)
    last = activity_list(workspace, year=2025, page=99, size=2)

    assert (first.count, first.number, last.number) == (5, 1, 3)
    assert [*first.lines["line_id"], *last.lines["line_id"]] == ["n1", "n2", "n3"]
    assert first.sums.equals(last.sums)
    sums = {one["kind"]: one for one in first.sums.iter_rows(named=True)}
    assert (sums["water_supply"]["lines"], sums["water_supply"]["amount"]) == (3, 62 + 100 + 50)
    assert (sums["investment"]["amount"], sums["investment"]["stated"]) == (None, 1000)
    assert activity_list(workspace, year=2024).count == 1
    assert activity_list(workspace, year=2025, site="B", kinds=frozenset({"water_supply"})).count == 1
    assert activity_list(workspace, year=1999).count == 0


def test_each_line_emits_its_own_part_of_the_figure_that_holds_it(workspace):
    lines = lines_of(workspace, 2025)
    made = emitted_by(workspace, lines, 2025)
    emitted = dict(made.lines.select("line_id", "value").iter_rows())
    by_id = {one["line_id"]: one for one in made.lines.iter_rows(named=True)}

    assert emitted["n1"] == pytest.approx(31 * WATER, rel=1e-12)  # 31 of its 62 days
    assert emitted["n2"] == pytest.approx(100 * WATER, rel=1e-12)
    assert emitted["n4"] == 1000
    assert emitted["n5"] is None
    assert (by_id["n2"]["scope"], by_id["n2"]["category"], by_id["n2"]["factor"]) == (3, 1, WATER)
    assert by_id["n4"]["factor_id"] is None
    assert [one.code for one in made.refused] == ["activity.no_factor"]
    assert figures_of(workspace, lines, 2025).taken is None
    take_inventory(workspace, 2025)
    held = figures_of(workspace, lines, 2025)
    values = dict(held.figures.select("subject", "value").iter_rows())
    assert values["activity:A/water_supply"] == pytest.approx(emitted["n1"] + emitted["n2"], rel=1e-12)
    assert values["activity:B/water_supply"] == pytest.approx(emitted["n3"], rel=1e-12)
    assert held.taken is not None


def test_figures_that_rest_on_a_row_are_those_that_hold_now(workspace):
    assert figures_with(workspace, ROW) == ()
    take_inventory(workspace, 2025)
    (before,) = figures_with(workspace, ROW)
    assert before.year == 2025
    seen = guarded(workspace, ONE)
    (mine,) = figures_with(seen, ROW)
    assert 0 < mine.count < before.count

    correct_activity(workspace, "n3", {"stated": "7"}, reason="the waterworks says so")
    take_inventory(workspace, 2025)
    (after,) = figures_with(workspace, ROW)
    assert after.count < before.count
    assert set(after.largest) <= set(before.largest)
    assert figures_with(workspace, "no_such_row") == ()


def test_who_has_one_site_sees_its_lines_and_figures_alone(workspace):
    take_inventory(workspace, 2025)
    whole, seen = lines_of(workspace, 2025), guarded(workspace, ONE)

    assert set(activity_list(seen).lines["site_id"]) == {"A"}
    assert set(figures_of(seen, whole, 2025).figures["subject"]) == {"activity:A/water_supply"}


def test_a_version_tells_its_file_and_its_reason(workspace):
    correct_activity(workspace, "n2", {"amount": "90"}, reason="read again")
    batches = history_of(workspace, "n2")["batch"].to_list()
    told = told_of(workspace, batches)

    assert [(told[one].what, told[one].source, told[one].reason) for one in batches] == [
        ("import activities", "lines.csv", ""), ("correct activity", "", "read again"),
    ]  # fmt: skip
    assert told_of(workspace, []) == {}
