"""Documents, the board, the count of changes and the chain of the audit log, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.chain import START
from wattstone.interfaces.store.migrating import WORKSPACE, migrate
from wattstone.interfaces.store.records import Records
from wattstone.portfolio import Meter, Organisation, Site
from wattstone.portfolio.measures import Measure
from wattstone.workflows.stores import BoardEntry, Decision, Document

pytestmark = pytest.mark.xdist_group("postgresql")

NOW = datetime(2026, 3, 1, 12)


@pytest.fixture
def records(address: Path | str) -> Iterator[Records]:
    with Records.open(address, create=True) as opened:
        yield opened


def document(own: str, days: int = 0, **said: str) -> Document:
    fields = {"kind": "inventory", "subject": "2023", "language": "zh", "title": "清单", **said}
    made = NOW + timedelta(days=days)
    return Document(id=own, made=made, figures=("f1", "f2"), facts={"rows": [1, None]}, site="HQ", run="r", **fields)


def test_a_document_comes_back_and_is_replaced_by_one_of_its_id(records: Records) -> None:
    first, other = document("d1"), document("d2", 1, kind="savings", subject="m1")
    records.put_document(first, b"\x00old")
    records.put_document(first, b"\x00\xff" * 100_000)
    records.put_document(other, b"")

    assert records.documents() == (other, first), "the newest first"
    assert records.documents("inventory") == records.documents(subject="2023") == (first,)
    assert records.documents("inventory", "2024") == ()
    assert records.document("d1") == first
    assert records.document_content("d1") == b"\x00\xff" * 100_000
    assert records.document_content("d2") == b""
    records.remove_document("d1")
    assert (records.document("d1"), records.document_content("d1")) == (None, None)


def test_what_is_decided_last_stands_on_the_board(records: Records) -> None:
    planned = BoardEntry(key="k", state="planned", who="anna", changed=NOW, owner="li", due=date(2026, 4, 1))
    dismissed = BoardEntry(key="k", state="dismissed", who="li", changed=NOW, note="a test run")
    assert records.decide(Decision(entry=planned))
    assert records.board() == {"k": planned}
    assert records.decide(Decision(entry=dismissed, entry_was=planned))
    assert records.board() == {"k": dismissed}
    assert not records.decide(Decision(entry=planned, entry_was=planned)), "it was dismissed meanwhile"
    assert records.board() == {"k": dismissed}


def test_a_card_its_measure_and_the_audit_are_kept_as_a_whole(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third of three writes fails, as in a process that is killed there: the first two are not there either."""
    records.declare([Site(id="HQ")], [])
    done, planned = (Measure(id="led", site_id="HQ", meters=("main",), status=one) for one in ("done", "planned"))
    entry = BoardEntry(key="measure:led", state="planned", who="anna", changed=NOW)
    decision = Decision(entry=entry, measure=planned, lines=(("measure", {"measure": "led"}), ("board", {"to": "x"})))
    with monkeypatch.context() as broken:
        broken.setattr("wattstone.interfaces.store.decisions.append_line", _killed)
        with pytest.raises(KeyboardInterrupt):
            records.decide(decision)
    assert (records.measures(), records.board(), list(records.audit())) == ((), {}, [])

    assert records.decide(decision)
    assert (records.measures(), records.board()) == ((planned,), {"measure:led": entry})
    assert [(one.who, one.what) for one in records.audit()] == [("anna", "board"), ("anna", "measure")]
    assert records.check_chain() is None
    records.declare_measures([done])
    again = replace(decision, entry=replace(entry, state="doing"), entry_was=entry, measure_was=planned)
    assert not records.decide(again), "the measure was done meanwhile"
    assert (records.measures(), records.board()) == ((done,), {"measure:led": entry})


def test_a_card_of_a_measure_at_an_unknown_site_is_refused(records: Records) -> None:
    entry = BoardEntry(key="measure:led", state="planned", who="anna", changed=NOW)
    with pytest.raises(InputRefused, match="lost"):
        records.decide(Decision(entry=entry, measure=Measure(id="led", site_id="lost", meters=("main",))))
    assert records.board() == {}


def _killed(*_given: object, **_more: object) -> None:
    raise KeyboardInterrupt


def test_the_revision_grows_with_every_change_and_with_nothing_else(records: Records, address: Path | str) -> None:
    site, meter = Site(id="HQ"), Meter(id="m", site_id="HQ", kind="electricity", unit="kWh")
    seen = [records.revision()]

    def grown() -> bool:
        seen.append(records.revision())
        return seen[-1] > seen[-2]

    records.declare([site], [meter])
    assert grown()
    records.declare([site], [meter])
    assert not grown(), "the same was said again"
    records.set_organisation(Organisation(name="A"))
    assert grown()
    with Records.open(address) as other:
        other.note("ingest", who="anna")
    assert grown(), "another process wrote"
    records.put_document(document("d1"), b"")
    assert grown()
    records.remove_document("none")
    assert not grown()
    records.sites(), records.board(), list(records.audit())
    assert not grown()


def test_each_table_has_a_count_of_its_own(records: Records) -> None:
    from wattstone.interfaces.store.tables import metadata

    tables = sorted(set(metadata.tables) - {"changes"})
    before = {name: records.revision(name) for name in tables}
    records.decide(Decision(entry=BoardEntry(key="k", state="planned", who="anna", changed=NOW)))
    records.declare([Site(id="HQ")], [])

    grown = {name for name in tables if records.revision(name) > before[name]}
    assert grown == {"board", "sites"}
    assert records.revision(*tables) == records.revision() == sum(records.revision(name) for name in tables)
    with records._database.reading() as connection:
        counted = connection.execute(metadata.tables["changes"].select()).mappings().all()
    assert sorted(row["name"] for row in counted) == tables


def test_the_hash_of_a_line_is_that_of_its_canonical_text(records: Records) -> None:
    """Computed here by hand from the definition: sorted keys, no spaces, UTF-8, the hash of the line before."""
    records.note("ingest", who="Li", when=NOW, details={"b": "电", "a": 0.1})
    text = (
        '{"at":"2026-03-01T12:00:00.000000","details":{"a":0.1,"b":"电"},"number":1,"previous":"'
        + "0" * 64
        + '","what":"ingest","who":"Li"}'
    )
    head = records.head()
    assert head is not None
    assert head.hash == sha256(text.encode()).hexdigest()
    records.note("init", who="Wu")
    first, second = records.entries()
    assert (first.previous, second.previous) == (START, first.hash)
    assert records.entries(since=1) == (second,) == records.entries(last=1)
    assert records.check_chain() is records.check_chain(since=first) is None


def test_a_line_that_was_changed_shows(records: Records) -> None:
    for number in range(3):
        records.note("ingest", who="Li", details={"n": number})
    with records._database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit SET details = '{\"n\": 7}' WHERE number = 2")
    found = records.check_chain()
    assert found is not None
    assert (found.number, found.why) == (2, "changed")


def test_two_lines_cannot_follow_the_same_one(records: Records) -> None:
    from sqlalchemy.exc import IntegrityError

    records.note("ingest", who="Li")
    with pytest.raises(IntegrityError), records._database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO audit (number, at, who, what, details, previous, hash) "
            f"SELECT 2, at, who, what, details, '{START}', hash FROM audit"
        )


def test_lines_from_before_are_chained_by_the_migration(records: Records, address: Path | str) -> None:
    details = {"zh": "登录", "nested": [{"b": 1, "a": None}], "f": 1e-7, "big": 2**53}
    records.note("one", who="Li", when=NOW, details=details)
    records.note("two", who="Li", when=NOW + timedelta(microseconds=1))
    before = records.entries()
    migrate(records._database, WORKSPACE, revision="0002", undo=True)
    with Records.open(address, upgrade=True) as upgraded:
        assert upgraded.entries() == before
        assert upgraded.check_chain() is None
        upgraded.note("three", who="Li")
        assert [line.number for line in upgraded.entries()] == [1, 2, 3]
        assert upgraded.check_chain() is None
