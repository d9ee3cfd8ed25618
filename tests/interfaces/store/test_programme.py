"""Entries of the programme in their table: versions that are added, never changed, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy.exc import IntegrityError

import wattstone.interfaces.store.programme as stored
from wattstone.base import InputRefused
from wattstone.interfaces.store.migrating import WORKSPACE, migrate
from wattstone.interfaces.store.records import Records
from wattstone.programme.entries import VERSIONS, body_of, hash_of, sealed
from wattstone.workflows.stores import Document

pytestmark = pytest.mark.xdist_group("postgresql")

NOON = datetime(2024, 5, 1, 12)


@pytest.fixture
def records(address: Path | str) -> Iterator[Records]:
    with Records.open(address, create=True) as held:
        yield held


def version(entry, number=1, *, at=NOON, withdrawn=False, site=None, **said):
    body = body_of(said)
    own = hash_of("thing", entry, body)
    replaces = None if number == 1 else "earlier"
    return (0, "thing", entry, number, own, site, body, None, "Li", at, replaces, withdrawn, "")


def frame(*rows):
    return pl.DataFrame(list(rows), schema=VERSIONS, orient="row")


def add(records, *rows):
    records.add_programme_entries(frame(*rows), what="add entry", who="Li", details={"entries": len(rows)})


def test_the_newest_version_of_each_entry_is_what_holds(records: Records) -> None:
    add(records, version("a", area=1.5, name="湿地"), version("b", area=2.0))
    add(records, version("a", 2, at=NOON + timedelta(days=1), area=3.0))

    held = records.programme_entries("thing")
    assert held.select("entry", "version", "body").rows() == [("a", 2, '{"area":3.0}'), ("b", 1, '{"area":2.0}')]
    assert dict(held.schema) == {
        name: dtype() if isinstance(dtype, type) else dtype for name, dtype in VERSIONS.items()
    }
    assert records.programme_history("thing", "a")["body"].to_list() == ['{"area":1.5,"name":"湿地"}', '{"area":3.0}']
    assert records.programme_entries("other").is_empty()
    assert records.programme_seq() == 3
    told = [(line.what, line.details["entries"], line.details["versions"]) for line in records.audit()]
    assert told == [("add entry", 1, [3, 3]), ("add entry", 2, [1, 2])]
    assert [line.details["seal"] for line in records.audit()] == [
        sealed(records.programme_span(first, last)) for _, _, (first, last) in told
    ]
    assert records.revision("programme_entries") == 2


def test_entries_are_found_as_they_stood(records: Records) -> None:
    add(records, version("a", area=1.0))
    add(records, version("a", 2, at=NOON + timedelta(days=1), area=2.0), version("b", at=NOON + timedelta(days=1)))

    assert records.programme_entries("thing", at=NOON).is_empty()  # nothing before that moment
    assert records.programme_entries("thing", at=NOON + timedelta(hours=1))["version"].to_list() == [1]
    assert records.programme_entries("thing", seq=1)["entry"].to_list() == ["a"]
    assert records.programme_entries("thing", seq=2)["version"].to_list() == [2]
    assert records.programme_entries("thing", entries=["b", "lost"])["entry"].to_list() == ["b"]
    assert records.programme_entries("thing", entries=["b", *map(str, range(600))])["entry"].to_list() == ["b"]


def test_what_is_in_force_is_counted_named_and_read_by_the_page(records: Records) -> None:
    add(records, *(version(f"e{n}", site="HQ" if n % 2 else "MILL", area=float(n)) for n in range(6)))
    add(records, version("e1", 2, withdrawn=True, site="HQ"), version("e2", 2, site="HQ", area=9.0))

    assert records.programme_count("thing") == 5
    assert records.programme_count("thing", sites={"HQ"}) == 3  # e3 and e5, and e2, which came there
    assert records.programme_count("thing", sites=set()) == 0
    assert records.programme_ids("thing", sites=["MILL"]) == {"e0", "e4"}
    assert records.programme_ids("thing", among={"e1", "e2", "lost"}) == {"e2"}
    assert records.programme_ids("thing", among={"e2", *map(str, range(600))}) == {"e2"}
    first = records.programme_page("thing", most=2)
    assert first.select("entry", "version").rows() == [("e0", 1), ("e2", 2)]
    assert records.programme_page("thing", after="e2", most=2)["entry"].to_list() == ["e3", "e4"]
    assert records.programme_page("thing", skip=3, most=9)["entry"].to_list() == ["e4", "e5"]
    assert records.programme_page("other").is_empty()


def test_what_proves_entries_is_kept_with_them_and_its_first_row_stays(records: Records) -> None:
    def proof(title):
        return Document(
            id="d1", kind="programme", subject="sha", language="", title=title, site="HQ", made=NOON, facts={}
        )

    def prove(row, title):
        told = [(proof(title), b"%PDF")]
        records.add_programme_entries(frame(row), what="attach evidence", who="Li", documents=told)

    prove(version("a"), "first.pdf")
    prove(version("b"), "again.pdf")
    assert [one.title for one in records.documents("programme")] == ["first.pdf"]
    with pytest.raises(IntegrityError):
        records.add_programme_entries(
            frame(version("a")), what="attach evidence", who="Li",
            documents=[(replace(proof("lost.pdf"), id="d2"), b"%PDF")],
        )  # fmt: skip
    assert records.document("d2") is None  # no document without the version that names it


def test_versions_are_found_by_their_hash(records: Records) -> None:
    add(records, version("a", area=1.0), version("b", area=2.0))
    wanted = hash_of("thing", "b", body_of({"area": 2.0}))

    assert records.programme_versions([wanted, "lost"])["entry"].to_list() == ["b"]
    assert records.programme_versions([]).is_empty()


def test_two_do_not_write_the_same_version(records: Records) -> None:
    add(records, version("a", area=1.0))

    with pytest.raises(IntegrityError):
        add(records, version("c", area=3.0), version("a", area=2.0))
    assert records.programme_entries("thing").select("entry", "body").rows() == [("a", '{"area":1.0}')]
    assert len(list(records.audit())) == 1


def test_who_is_killed_before_the_end_leaves_nothing(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        broken.setattr(stored, "append_line", die)
        with pytest.raises(KeyboardInterrupt):
            add(records, version("a"), version("b"))

    assert records.programme_entries("thing").is_empty()
    add(records, version("a"), version("b"))
    assert records.programme_entries("thing").height == 2


def test_records_from_before_have_to_be_upgraded(records: Records, address: Path | str) -> None:
    migrate(records._database, WORKSPACE, revision="0007", undo=True)
    with pytest.raises(InputRefused):
        Records.open(address)
    with Records.open(address, upgrade=True) as upgraded:
        assert upgraded.programme_entries("thing").is_empty()
        add(upgraded, version("a"))
        assert upgraded.revision("programme_entries") == 1
