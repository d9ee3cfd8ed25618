"""The inventory from its scopes to months, and what its figures rest on: for all, and for some sites alone."""

import shutil

import polars as pl
import pytest

from tests.workflows.overview.made import HOURS, SITES, YEAR, seen_by
from wattstone.workflows.access import Role
from wattstone.workflows.declare import declare_meter
from wattstone.workflows.inventory import lookup
from wattstone.workflows.inventory.lookup import figure_by_id, figures_by_id, keep_index
from wattstone.workflows.inventory.record import FIGURES, ORDER
from wattstone.workflows.inventory.run import take_inventory
from wattstone.workflows.overview import levels
from wattstone.workflows.overview.evidence import evidence_of_figure
from wattstone.workflows.overview.levels import number_at
from wattstone.workflows.overview.tree import inventory_tree, level_months
from wattstone.workflows.workspace import Workspace

LARGEST = sorted(SITES, key=lambda one: -SITES[one])


def figures(opened: Workspace) -> pl.DataFrame:
    scan = opened.lake.scan(FIGURES, parts=[YEAR])
    assert scan is not None
    return scan.collect()


def of(opened: Workspace, subject: str, name: str = "scope2.location", period: str = str(YEAR)) -> str:
    same = {"subject": subject, "name": name, "period": period}
    return str(
        figures(opened).row(by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in same.items()), named=True)["id"]
    )


def test_sites_stand_by_size_and_pages_go_on(opened: Workspace) -> None:
    first, second = (inventory_tree(opened, YEAR, "scope2", page=page, size=4) for page in (1, 2))
    assert first is not None
    assert second is not None
    assert [one.label for one in (*first.rows, *second.rows)] == [f"Office {one}" for one in LARGEST]
    assert (first.count, first.whole, first.path[0].children) == (6, True, 6)
    assert first.rows[0].location.figure == of(opened, "site:F")


def test_meters_that_are_added_up_are_counted(opened: Workspace) -> None:
    """A meter each at six sites, of electricity; of which somebody sees two."""
    some = seen_by(opened, Role.VIEWER, "A", "B")
    for seen, meters in ((opened, 6), (some, 2)):
        held = [inventory_tree(seen, YEAR, under) for under in ("", "scope2", "scope2/site:A")]
        assert [one.meters for one in held if one is not None] == [meters, meters, 1]
    months = inventory_tree(opened, YEAR, "scope2/site:A/meter:A-main")
    assert months is not None
    assert months.meters == 0
    assert level_months(months, "scope2.location")["month"].to_list() == list(range(1, 13))


def test_a_part_of_another_meter_is_not_added_up(own: Workspace) -> None:
    declare_meter(own, "B-main", {"site_id": "A", "parent_id": "A-main"})
    take_inventory(own, YEAR)
    level = inventory_tree(own, YEAR, "scope2/site:A")
    assert level is not None
    assert [(one.label, one.added, one.part_of) for one in level.rows] == [
        ("B-main", False, "A-main"),
        ("A-main", True, ""),
    ]
    assert level.meters == 1


def test_a_site_has_its_meters_and_a_meter_its_months(opened: Workspace) -> None:
    meters = inventory_tree(opened, YEAR, "scope2/site:F")
    assert meters is not None
    assert [one.label for one in meters.rows] == ["F-main"]
    used = meters.rows[0].energy
    assert used is not None
    assert used.value == pytest.approx(600 * HOURS)
    months = inventory_tree(opened, YEAR, meters.rows[0].path)
    assert months is not None
    assert [one.label for one in months.rows] == [f"{YEAR}-{at:02}" for at in range(1, 13)]
    assert [one.path for one in months.path] == ["scope2", "scope2/site:F", "scope2/site:F/meter:F-main"]
    june = months.rows[5].energy
    assert june is not None
    assert june.value == pytest.approx(600 * 30 * 24)


@pytest.mark.parametrize("under", ["scope9", "scope2/site:G", "scope2/F", "scope2/site:A/meter:F-main",
                                   f"scope2/site:A/meter:A-main/{YEAR}-01"])  # fmt: skip
def test_what_is_not_there_has_no_level(opened: Workspace, under: str) -> None:
    assert inventory_tree(opened, YEAR, under) is None
    assert inventory_tree(opened, YEAR + 5, "") is None


def test_who_sees_two_sites_sees_two(opened: Workspace) -> None:
    inventory_tree(opened, YEAR, "scope2")  # somebody who sees all was there before
    some = seen_by(opened, Role.VIEWER, "A", "B")
    top, below = (inventory_tree(some, YEAR, under) for under in ("", "scope2"))
    assert top is not None
    assert below is not None
    assert not top.whole
    both = next(one for one in top.rows if one.path == "scope2")
    values = [one.location.value for one in below.rows]
    assert [one.label for one in below.rows] == ["Office B", "Office A"]
    assert both.location.value == pytest.approx(sum(one or 0.0 for one in values))
    assert set(both.location.inputs) == {of(opened, "site:A"), of(opened, "site:B")}
    assert inventory_tree(some, YEAR, "scope2/site:F") is None
    assert inventory_tree(some, YEAR, "scope2/site:A/meter:F-main") is None


def test_who_sees_some_sites_sees_both_bases_as_far_as_there_are_any(opened: Workspace) -> None:
    top = inventory_tree(seen_by(opened, Role.VIEWER, "A", "B"), YEAR)
    assert top is not None
    both = next(one for one in top.rows if one.path == "scope2")
    assert both.market.value == pytest.approx(both.location.value)  # no contracts: the average of the grid


@pytest.mark.parametrize(("then", "before"), [(1.0, 60.0), (0.5, None)])
def test_levels_are_compared_by_the_rule_of_the_totals(then: float, before: float | None) -> None:
    """Site A emitted 50 kg after 60 kg, of a year that readings cover or do not."""
    usual = {"name": "scope1", "subject": "site:A", "site_id": "A", "id": "f", "lower": None, "upper": None,
             "unit": "kg CO2e", "reason": None, "estimated": 0.0, "method": "sum/1", "run": 1,
             "parts": 1}  # fmt: skip
    rows = pl.DataFrame([{**usual, "period": "2019", "value": 50.0, "coverage": 1.0},
                         {**usual, "period": "2018", "value": 60.0, "coverage": then}])  # fmt: skip
    places = pl.DataFrame({"site": ["A"], "label": ["Office A"]})
    found = levels._scopes(rows, places, 2019)["scope1"]
    number = number_at(found.frame.row(0, named=True), "location", "scope1")
    assert number is not None
    assert (number.before, found.same) == (before, before is not None)


def test_inputs_stand_by_size_and_pages_go_on(opened: Workspace) -> None:
    whole = of(opened, "organisation")
    pages = [evidence_of_figure(opened, whole, page=page, size=4) for page in (1, 2)]
    shown = [child.content["subject"] for page in pages if page is not None for child in page.children]
    assert shown == [f"site:{one}" for one in LARGEST]
    assert pages[0] is not None
    assert (pages[0].count, pages[0].hidden) == (6, 0)


def test_figures_of_others_are_not_found_by_their_ids(opened: Workspace) -> None:
    mine, theirs, whole = (of(opened, one) for one in ("site:A", "site:F", "organisation"))
    some = seen_by(opened, Role.VIEWER, "A")
    assert evidence_of_figure(some, mine) is not None
    assert evidence_of_figure(some, theirs) is None
    assert evidence_of_figure(some, whole) is None
    assert figure_by_id(some, theirs) is None


def test_every_figure_is_found_by_its_id(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = figures(own)
    assert rows.equals(rows.sort(ORDER, maintain_order=True))  # a query of one subject reads few groups of rows
    shuffled = rows["id"].unique().sample(fraction=1.0, shuffle=True, seed=1)
    for _ in ("made", "read from scratch"):
        monkeypatch.setattr(lookup, "_held", type(lookup._held)())
        keep_index(own)
        found = figures_by_id(own, [*shuffled, "0" * 20])
        assert found["id"].to_list() == shuffled.to_list()
        wanted = shuffled.to_frame().join(rows.unique("id"), on="id", maintain_order="left")
        assert found["subject"].to_list() == wanted["subject"].to_list()
        assert found["value"].to_list() == wanted["value"].to_list()
    shutil.rmtree(own.scratch)
    monkeypatch.setattr(lookup, "_held", type(lookup._held)())
    assert figure_by_id(own, of(own, "site:A")) is not None


def test_an_index_that_is_cut_off_is_made_anew(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_index(own)
    for path in (own.scratch / "figures").glob("*/hashes.npy"):
        path.write_bytes(path.read_bytes()[:100])
    monkeypatch.setattr(lookup, "_held", type(lookup._held)())
    assert figure_by_id(own, of(own, "site:B")) is not None
