"""Loading readings with a role at some sites: what is theirs goes in, the rest is refused whole, no rows are lost."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.readings.sources import How
from wattstone.workflows.access import POLICY, Act, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.export import export_readings
from wattstone.workflows.ingest.run import ingest_all
from wattstone.workflows.inventory.run import take_inventory
from wattstone.workflows.workspace import Workspace


def table(path: Path, rows: list[tuple[str, str, int, float]]) -> Path:
    """A table of readings: site, meter, hour of a day, kWh."""
    lines = [f"{site},{meter},2024-03-01T{hour:02d}:00Z,{value}" for site, meter, hour, value in rows]
    path.write_text("\n".join(["site_id,meter_id,timestamp,electricity_kWh", *lines]) + "\n")
    return path


def whole_day(site: str, meter: str, value: float) -> list[tuple[str, str, int, float]]:
    """The hours of a day."""
    return [(site, meter, hour, value) for hour in range(24)]


def somebody(role: Role, *sites: str) -> Principal:
    """With a role at some sites, or everywhere."""
    scope = Scope(frozenset(sites)) if sites else Scope()
    return Principal(id="1", name="Ada", kind="person", tenant="t", role=role, scope=scope, acts=POLICY[role])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sites with a day of readings each."""
    root = tmp_path_factory.mktemp("scoped") / "t"
    create_workspace(root)
    workspace = open_workspace(root)
    given = table(root.parent / "first.csv", [*whole_day("A", "a", 1.0), *whole_day("B", "b", 2.0)])
    ingest_all(workspace, [given], How())
    workspace.close()
    return root


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    """A copy that a test may change."""
    shutil.copytree(made, tmp_path / "t")
    return open_workspace(tmp_path / "t")


def sums(workspace: Workspace) -> dict[str, float]:
    """What the readings of each meter add up to."""
    held = workspace.lake.scan("readings")
    assert held is not None
    names = {key: name for name, key in workspace.records.meter_keys().items()}
    found = held.group_by("meter").agg(pl.col("value").sum()).collect()
    return {names[key]: value for key, value in found.iter_rows()}


def test_a_correction_of_ones_own_site_keeps_what_others_have(workspace: Workspace, tmp_path: Path) -> None:
    given = table(tmp_path / "more.csv", [*whole_day("A", "a", 3.0), *whole_day("A", "a2", 4.0)])

    ingest_all(guarded(workspace, somebody(Role.OPERATOR, "A")), [given], How(), who="Ada")

    assert sums(workspace) == {"a": 72.0, "a2": 96.0, "b": 48.0}


@pytest.mark.parametrize(("site", "meter"), [("B", "b"), ("B", "new"), ("C", "new")])
def test_a_table_about_another_site_is_refused_whole(
    workspace: Workspace, tmp_path: Path, site: str, meter: str
) -> None:
    given = table(tmp_path / "more.csv", [*whole_day("A", "a", 3.0), *whole_day(site, meter, 5.0)])

    with pytest.raises(Forbidden):
        ingest_all(guarded(workspace, somebody(Role.ANALYST, "A")), [given], How())

    assert sums(workspace) == {"a": 24.0, "b": 48.0}
    assert [one.id for one in workspace.records.sites()] == ["A", "B"]


@pytest.mark.parametrize("role", Role)
def test_only_roles_that_load_readings_do(workspace: Workspace, tmp_path: Path, role: Role) -> None:
    given = table(tmp_path / "more.csv", whole_day("A", "a", 3.0))
    held = guarded(workspace, somebody(role))
    if Act.INGEST in POLICY[role]:
        ingest_all(held, [given], How())
        assert sums(workspace)["a"] == 72.0
        return
    with pytest.raises(Forbidden):
        ingest_all(held, [given], How())


def test_an_export_holds_the_sites_of_the_scope(workspace: Workspace, tmp_path: Path) -> None:
    to = tmp_path / "out.csv"

    assert export_readings(guarded(workspace, somebody(Role.ANALYST, "A")), 2024, to) == 24
    assert pl.read_csv(to)["site_id"].unique().to_list() == ["A"]
    for who in (somebody(Role.VIEWER), somebody(Role.OPERATOR)):
        with pytest.raises(Forbidden):
            export_readings(guarded(workspace, who), 2024, to)
    with pytest.raises(Forbidden):
        export_readings(guarded(workspace, somebody(Role.ADMIN)), 2024, to, personal=True)


def test_an_inventory_is_the_whole_organisations(workspace: Workspace) -> None:
    for who in (somebody(Role.ANALYST, "A", "B"), somebody(Role.VIEWER), somebody(Role.REVIEWER)):
        with pytest.raises(Forbidden):
            take_inventory(guarded(workspace, who), 2024)
    assert workspace.lake.version("figures") == -1
