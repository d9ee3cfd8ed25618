"""The restatement ledger in its table: a chain that shows who touched it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.chain import START
from wattstone.interfaces.store.records import Records
from wattstone.interfaces.store.tables import restatements
from wattstone.inventory.ledger import LedgerBreak

pytestmark = pytest.mark.xdist_group("postgresql")


@pytest.fixture
def records(address: Path | str) -> Iterator[Records]:
    with Records.open(address, create=True) as held:
        yield held


def test_lines_are_chained_and_come_back_as_they_were_written(records: Records) -> None:
    first, second = records.add_restatements([("propose", {"before": 0.1, "why": "错误"}), ("policy", {})], who="Li")
    (third,) = records.add_restatements([("accept", {"entry": first.hash})], who="Wu")

    assert records.restatement_lines() == (first, second, third)
    assert [one.number for one in (first, second, third)] == [1, 2, 3]
    assert [one.previous for one in (first, second, third)] == [START, first.hash, second.hash]
    assert first.details == {"before": 0.1, "why": "错误"}
    assert records.check_restatements() is None
    assert records.revision("restatements") == 2
    assert list(records.audit()) == []


def test_whoever_changes_a_line_or_takes_one_out_is_found(records: Records) -> None:
    records.add_restatements([("propose", {"after": float(at)}) for at in range(4)], who="Li")
    with records._database.writing() as connection:
        connection.execute(restatements.update().where(restatements.c.number == 2).values(details={"after": 9.0}))

    assert records.check_restatements() == LedgerBreak(2, "changed")
    with records._database.writing() as connection:
        connection.execute(restatements.delete().where(restatements.c.number == 2))
    assert records.check_restatements() == LedgerBreak(3, "missing")


def test_what_cannot_be_written_leaves_no_line(records: Records) -> None:
    with pytest.raises(TypeError):
        records.add_restatements([("propose", {}), ("propose", {"what": object()})], who="Li")

    assert records.restatement_lines() == ()


def test_records_from_before_have_to_be_upgraded(records: Records, address: Path | str) -> None:
    from wattstone.interfaces.store.migrating import WORKSPACE, migrate

    migrate(records._database, WORKSPACE, revision="0006", undo=True)
    with pytest.raises(InputRefused):
        Records.open(address)
    with Records.open(address, upgrade=True) as upgraded:
        assert upgraded.restatement_lines() == ()
        upgraded.add_restatements([("policy", {})], who="Li")
        assert upgraded.revision("restatements") == 1
