"""Checking and releasing a year: what stops, what is let pass, and that what was released can always be read back."""

import shutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.ingest.compact import compact
from wattstone.workflows.inventory.record import last_run
from wattstone.workflows.release import check_year, release, released_figures
from wattstone.workflows.scope3 import decide

GB = [{"site_id": "A", "country": "GB", "timezone": "UTC", "floor_area_m2": 100.0}]
TWO_YEARS = datetime(2019, 1, 1)
HOURS = 8760 + 8784  # of 2019 and 2020
STEADY = readings("m", year(10.0, HOURS), start=TWO_YEARS)
DOUBLED = readings("m", [*year(10.0), *year(20.0, 8784)], start=TWO_YEARS)


def taken(folder: Path, *frames: pl.DataFrame) -> Path:
    """A workspace with 2019 and 2020, and the inventory of 2020 taken."""
    workspace(folder, dataset(folder.parent / f"{folder.name} data", *frames, sites=GB),
              settings=("--gwp-set", "AR4"))  # fmt: skip
    inventory(folder, 2020)
    return folder


def decided(folder: Path) -> Path:
    held = open_workspace(folder)
    decide(held, 2020, dict.fromkeys(range(1, 16), ("not_applicable", "a small shop")))
    held.close()
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return taken(tmp_path_factory.mktemp("release") / "ws", STEADY)


@pytest.fixture
def undecided(made: Path, tmp_path: Path) -> Path:
    """10 kWh in each hour of two years; nothing is decided about scope 3."""
    return Path(shutil.copytree(made, tmp_path / "ws"))


@pytest.fixture
def steady(undecided: Path) -> Path:
    return decided(undecided)


def found(folder: Path, code: int = 0) -> list[tuple[str, str]]:
    said = wattstone("check", folder, "--year", 2020, "--json", code=code).json
    return [(one["severity"], one["key"]) for one in said["findings"]]


def test_an_inventory_with_meters_alone_can_be_released(steady: Path) -> None:
    assert [one for one in found(steady) if one[0] != "tells"] == []

    said = wattstone("release", steady, "--year", 2020, "--json").json["releases"]

    assert len(said) == 1
    assert said[0]["totals"]["scope2.location@organisation"] == pytest.approx(87840 * 0.23314)
    listed = wattstone("release", steady, "--year", 2020, "--list", "--json").json["releases"]
    assert listed == said
    again = wattstone("release", steady, "--year", 2020, "--json").json["releases"]
    assert again == said  # the same figures once more are no second release
    assert len(wattstone("release", steady, "--year", 2020, "--list", "--json").json["releases"]) == 1
    assert "release" in wattstone("check", steady, "--year", 2020).out


def test_a_published_total_by_another_set_asks(steady: Path) -> None:
    """The UK factors of these years are totals by AR4; who reports by AR5 has to say why it uses them."""
    wattstone("init", steady, "--gwp-set", "AR5")
    inventory(steady, 2020)

    assert ("asks", "gwp:AR4") in found(steady, code=1)


def test_categories_that_nobody_decided_stop(undecided: Path) -> None:
    folder = undecided

    assert [one for one in found(folder, code=1) if one[0] == "stops"] == [
        ("stops", f"undecided:{number}") for number in range(1, 16)
    ]
    refused = wattstone("release", folder, "--year", 2020, "--json", code=2).json
    assert [one["code"] for one in refused["findings"]] == ["check.undecided"] * 15
    assert wattstone("release", folder, "--year", 2020, "--list", "--json").json["releases"] == []


def test_what_asks_is_let_pass_by_name_with_a_reason(tmp_path: Path) -> None:
    """Twice as much in 2020: the organisation and the site jump."""
    folder = decided(taken(tmp_path / "ws", DOUBLED))
    keys = [key for severity, key in found(folder, code=1) if severity == "asks"]

    assert "jump:scope2.location@organisation" in keys
    assert "jump:scope2.location@site:A" in keys
    assert wattstone("release", folder, "--year", 2020, "--json", code=2).json["findings"]

    options = [part for key in keys for part in ("--let-pass", key)]
    refused = wattstone("check", folder, "--year", 2020, *options, "--json", code=2).json
    assert [one["code"] for one in refused["findings"]] == ["release.no_reason"]
    wrong = wattstone("check", folder, "--year", 2020, "--let-pass", "jump:x", "--reason", "r", "--json", code=2).json
    assert [one["code"] for one in wrong["findings"]] == ["release.no_such_finding"]

    done = wattstone("check", folder, "--year", 2020, *options, "--reason", "a second shift since January", "--json")
    passed = [one for one in done.json["findings"] if one["severity"] == "asks"]
    assert {one["let_pass"]["reason"] for one in passed} == {"a second shift since January"}
    assert done.json["blocking"] == 0
    assert wattstone("release", folder, "--year", 2020, "--json").json["releases"]
    assert "a second shift" in wattstone("check", folder, "--year", 2020, "--lang", "zh").out


def test_findings_of_one_cause_pass_together_each_by_its_own_key(tmp_path: Path) -> None:
    folder = decided(taken(tmp_path / "ws", DOUBLED))
    keys = [key for severity, key in found(folder, code=1) if severity == "asks"]
    mine = {key for key in keys if "scope2.location" in key}
    assert len(mine) > 1
    assert f"{len(mine)} findings on" in " ".join(wattstone("check", folder, "--year", 2020, code=1).out.split())

    said = wattstone("check", folder, "--year", 2020, "--let-pass", "scope2.location", "--reason", "a second shift",
                     "--json", code=None).json  # fmt: skip

    assert {one["key"] for one in said["findings"] if one["let_pass"]} == mine
    held = open_workspace(folder)
    assert {one.key for one in held.records.waivers()} == mine
    held.close()


def test_what_stops_is_never_let_pass(undecided: Path) -> None:
    said = wattstone("check", undecided, "--year", 2020, "--let-pass", "undecided:4", "--reason", "r", "--json", code=2)

    assert [one["code"] for one in said.json["findings"]] == ["release.never_passes"]


def test_data_that_came_after_the_inventory_stop(steady: Path, tmp_path: Path) -> None:
    later = dataset(tmp_path / "later", readings("m2", year(1.0), start=datetime(2020, 1, 1)), sites=GB)
    wattstone("ingest", steady, later)

    assert ("stops", "stale") in found(steady, code=1)

    inventory(steady, 2020)
    assert ("stops", "stale") not in found(steady)


def test_a_year_that_was_never_taken_is_refused(tmp_path: Path) -> None:
    wattstone("init", tmp_path / "ws")

    said = wattstone("check", tmp_path / "ws", "--year", 2020, "--json", code=2).json
    assert [one["code"] for one in said["findings"]] == ["check.no_inventory"]


def test_a_released_year_that_changes_needs_a_restatement(steady: Path, tmp_path: Path) -> None:
    """A meter that was forgotten adds a tenth to 2020, and so to the comparative of 2020."""
    wattstone("release", steady, "--year", 2020)
    later = dataset(tmp_path / "later", readings("m2", year(1.0), start=datetime(2020, 1, 1)), sites=GB)
    wattstone("ingest", steady, later)
    inventory(steady, 2020)

    stopped = [key for severity, key in found(steady, code=1) if severity == "stops"]

    assert "restated:scope2.location@organisation@2020" in stopped


def test_what_was_released_is_read_back_whatever_came_since(steady: Path, tmp_path: Path) -> None:
    """Also when files were joined: no version that a figure rests on goes away."""
    held = open_workspace(steady)
    before = release(held, 2020)
    wanted = released_figures(held, before).sort("id")
    pin = last_run(held.lake, 2020)
    held.close()
    for at in range(2):
        more = dataset(tmp_path / f"more{at}", readings(f"n{at}", year(1.0), start=datetime(2020, 1, 1)), sites=GB)
        wattstone("ingest", steady, more)
    inventory(steady, 2020)

    held = open_workspace(steady)
    try:
        compact(held)
        now = released_figures(held, before).sort("id")
        assert now.equals(wanted)
        assert pin is not None
        rows = held.lake.scan("readings", version=pin["readings_version"])
        assert rows is not None
        assert rows.collect().height == HOURS  # those under the released figures
        assert check_year(held, 2020).released == before
    finally:
        held.close()


def test_who_may_check_let_pass_and_release(steady: Path) -> None:
    held = open_workspace(steady)
    try:
        for role, sites, may in ((Role.REVIEWER, None, True), (Role.ANALYST, None, False), (Role.ADMIN, None, False),
                                 (Role.REVIEWER, frozenset({"A"}), False)):  # fmt: skip
            who = Principal(id="1", name="Ada", kind="person", tenant="acme", role=role, scope=Scope(sites),
                            acts=POLICY[role])  # fmt: skip
            inside = guarded(held, who)
            if may:
                assert release(inside, 2020, who="Ada").released_by == "Ada"
            else:
                with pytest.raises(Forbidden):
                    release(inside, 2020)
            if sites is None:
                assert check_year(inside, 2020).run > 0
    finally:
        held.close()
