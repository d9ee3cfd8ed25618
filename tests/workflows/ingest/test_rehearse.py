"""What an ingest would do, told without doing it: the same for whoever may take readings in, and nobody else."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.workflows.ingest.estate import dataset, opened, readings, snapshot, take, workspace
from wattstone.readings.sources import How, open_source
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.ingest import Ingested
from wattstone.workflows.ingest.rehearse import rehearse

DAY = datetime(2024, 3, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two sites with a meter each; that of the first is a dwelling's."""
    root = workspace(tmp_path / "workspace")
    take(root, dataset(tmp_path / "first", readings("a", DAY, [1.0, 2.0]), readings("b", DAY, [5.0, 6.0], site="S2")))
    held = opened(root)
    (meter,) = (one for one in held.records.meters() if one.id == "a")
    held.records.declare([], [meter.model_copy(update={"personal": True, "declared": "user"})])
    held.close()
    return root


def rehearsed(root: Path, source: Path, role: Role, scope: Scope | None = None) -> Ingested:
    """What somebody is told of a source."""
    who = Principal(
        id="1", name="Ada", kind="person", tenant="acme", role=role, scope=scope or Scope(), acts=POLICY[role]
    )
    held = opened(root)
    try:
        return rehearse(guarded(held, who), [open_source(source, How())])[0]
    finally:
        held.close()


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.ADMIN, Scope()),  # who does not see the readings of dwellings
        (Role.ANALYST, Scope()),
        (Role.OPERATOR, Scope(frozenset({"S1"}))),
    ],
)
def test_it_tells_what_the_ingest_does_and_changes_nothing(
    root: Path, tmp_path: Path, role: Role, scope: Scope
) -> None:
    """Of three readings one is there, one is corrected and one is new."""
    source = dataset(tmp_path / "second", readings("a", DAY, [1.0, 2.5, 3.0]))
    before = snapshot(root)

    told = rehearsed(root, source, role, scope)

    assert (told.rows, told.same, told.changed, told.new) == (3, 1, 1, 1)
    assert snapshot(root) == before
    done = take(root, source)[0]
    assert (done.rows, done.same, done.changed, done.new) == (3, 1, 1, 1)


def test_whoever_may_not_take_in_at_a_site_is_not_told_what_its_readings_are(root: Path, tmp_path: Path) -> None:
    guessed = dataset(tmp_path / "guessed", readings("b", DAY, [5.0, 6.0], site="S2"))

    with pytest.raises(Forbidden):
        rehearsed(root, guessed, Role.OPERATOR, Scope(frozenset({"S1"})))
    with pytest.raises(Forbidden):
        rehearsed(root, guessed, Role.VIEWER)
