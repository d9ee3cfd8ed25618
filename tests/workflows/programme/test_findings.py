"""What somebody who enters something is told of it, whatever else is wrong beside."""

import pytest

import wattstone.workflows.programme.beside as beside
from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Site
from wattstone.workflows.programme.entries import add_entry
from wattstone.workflows.programme.importing import import_entries

KEPT = {"site": "HQ", "programme": "green_factory", "event": "reviewed", "source": "list"}
ROW = {"table": "T", "edition": "2025", "axis": "energy", "title": "x", "source": "copy"}


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    held.records.declare([Site(id="HQ", name="Head office", country="CN")], [])
    yield held
    held.close()


def test_a_warning_of_ones_own_is_told_behind_many_of_others(workspace, tmp_path):
    """25 sites' reviews without a listing are there; the 26th, entered now, is told by itself."""
    rows = [f"HQ,green_factory,2024-03-{day:02},reviewed,list" for day in range(1, 26)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["site,programme,date,event,source", *rows]) + "\n", encoding="utf-8")
    told = import_entries(workspace, "factory_status", path).findings
    assert [one.count for one in told] == [1] * 20 + [5]

    (own,) = add_entry(workspace, "factory_status", {**KEPT, "date": "2024-06-01"}).findings
    assert (own.code, own.count) == ("factory.status_unlisted", 1)
    assert own.place == "factory_status 'HQ~green_factory~~2024-06-01~reviewed'"


def test_what_becomes_wrong_is_refused_behind_many_that_were(workspace, monkeypatch):
    """22 rows without a weight came in before it was checked; the 23rd is refused, and a right one is taken."""
    with monkeypatch.context() as patched:
        patched.setattr(beside, "checks_of", lambda *_: None)
        for number in range(22):
            add_entry(workspace, "score_row", {**ROW, "indicator": f"{number:02}"})

    with pytest.raises(InputRefused) as refused:
        add_entry(workspace, "score_row", {**ROW, "indicator": "22"})
    assert [(one.code, one.place, one.count) for one in refused.value.findings] == [
        ("factory.row_weight", "score_row 'T~22'", 1)
    ]
    assert add_entry(workspace, "score_row", {**ROW, "indicator": "22", "weight": "5"}).new == ("T~22",)
