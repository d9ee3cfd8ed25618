"""Backups: what is restored is what was there, whatever the database; what is damaged is refused and leaves nothing."""

import io
import json
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.workflows.ingest.estate import dataset, readings, snapshot, take
from wattstone.base import InputRefused, WattstoneError
from wattstone.interfaces.cli.app import run
from wattstone.interfaces.serving.service import open_service
from wattstone.interfaces.store import workspace as store
from wattstone.interfaces.store.config import read_config
from wattstone.interfaces.store.copies import Manifest, back_up, pack, restore
from wattstone.interfaces.store.migrating import WORKSPACE, migrate
from wattstone.interfaces.store.records import Records
from wattstone.interfaces.store.server import ServerRecords
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site
from wattstone.workflows.evidence import verify
from wattstone.workflows.inventory import take_inventory
from wattstone.workflows.programme.entries import add_entry, correct
from wattstone.workflows.stores import BoardEntry, Decision, Document

pytestmark = pytest.mark.xdist_group("postgresql")

DAY = datetime(2023, 3, 1)
NOW = datetime(2026, 3, 1, 12)
DOCUMENT = Document(id="d1", kind="inventory", subject="2023", language="zh", title="清单", made=NOW, figures=("f1",))
ENTRY = BoardEntry(key="k1", state="planned", who="anna", changed=NOW, owner="li", due=date(2026, 4, 1))


def fill(root: Path) -> None:
    """A workspace with two ingests, one correcting the other, an inventory, and one of everything else."""
    create_workspace(root)
    data = root.parent / f"data of {root.name}"
    take(root, dataset(data, readings("a", DAY, [1.0] * 48), sites=[{"site_id": "S1", "country": "GB"}]))
    take(root, dataset(data / "more", readings("a", DAY, [5.0])))
    (root / "calendars").mkdir()
    (root / "calendars" / "factory.toml").write_text("x = 1")
    (root / "calendars" / ".mark").write_text("kept")
    held = open_workspace(root)
    take_inventory(held, 2023)
    held.records.put_document(DOCUMENT, b"\x00\xff content")
    held.records.decide(Decision(entry=ENTRY))
    held.records.put_mapping("excel", "[columns]", source="book.xlsx")
    said = {"programme": "green_factory", "year": "2023", "total": "5095", "source": "MIIT"}
    add_entry(held, "registry", said, who="li")
    correct(held, "registry", "green_factory~2023", {"total": "5096"}, reason="a typing error", who="anna")
    held.close()


def state(root: Path) -> dict[str, Any]:
    """What a workspace holds."""
    held = open_workspace(root)
    records = held.records
    assert isinstance(records, Records)
    try:
        assert records.check_chain() is None
        newest = held.lake.scan("figures")
        assert newest is not None
        return {
            "sites": records.sites(), "meters": records.meters(), "keys": records.meter_keys(),
            "audit": records.entries(), "documents": records.documents(), "board": records.board(),
            "entries": records.programme_history("registry", "green_factory~2023").rows(),
            "content": records.document_content("d1"), "mappings": records.mappings(), "revision": records.revision(),
            "figures": newest.select("id", "value").collect().rows(),
            "commits": {table: held.lake.commits(table) for table in held.lake.tables()},
        }  # fmt: skip
    finally:
        held.close()


@contextmanager
def database(kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        if kind != "sqlite":
            patch.setenv("WATTSTONE_RECORDS", request.getfixturevalue(kind))
        yield


@pytest.mark.parametrize(
    ("source", "target"),
    [("sqlite", "sqlite"), ("sqlite", "postgresql"), ("postgresql", "sqlite")],
)
def test_what_is_restored_is_what_was_there(
    tmp_path: Path, source: str, target: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, again, archive = tmp_path / "root", tmp_path / "again", tmp_path / "backup" / "all.tar.zst"
    hour = timedelta(hours=1)
    with database(source, request, monkeypatch):
        for name in ("acme", "北厂"):
            fill(root / name)
        with ServerRecords.at(root, create=True) as server:
            anna = server.people.add(name="Anna", email="anna@example.org")
            token, session = server.sessions.open(anna.id, lasts=hour, now=NOW)
            server.people.join(anna.id, "acme", "operator", by="root", sites=["S1"])
            server.people.join(anna.id, "北厂", "viewer", by="root")
            server.answers.begin("anna", "k", "f", lasts=hour)
            server.answers.finish("anna", "k", status=200, headers={}, body=b"\x00\x01")
            job = server.queue.put("acme", "ingest", {"n": 0.1}, asked_by=anna.id, role="operator")
            server.audit.note("sign in", who="anna", details={"zh": "登录"})
            server.secrets.make("webhook-1")
            (root / "server.toml").write_text('address = "https://energy.example.org"')
            members, lines = server.people.memberships(person=anna.id), server.audit.entries()
        before = {name: state(root / name) for name in ("acme", "北厂")}
        manifest = back_up(root, archive)
        assert {name: state(root / name) for name in before} == before, "nothing was changed"

    assert manifest.personal
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert [path.name for path in archive.parent.iterdir()] == ["all.tar.zst"], "no scratch is left"

    with database(target, request, monkeypatch):
        restore(archive, again)
        assert {name: state(again / name) for name in before} == before
        for name in before:
            held = open_workspace(again / name)
            assert verify(held, [2023]).holds  # versions of entries are sealed with their numbers
            correct(held, "registry", "green_factory~2023", {"total": "5095"}, reason="as published")
            assert verify(held, [2023]).holds
            held.close()
            assert (again / name / "calendars" / ".mark").read_text() == "kept"
        assert len({read_config(again / name).schema for name in before}) == (1 if target == "sqlite" else 2)
        with ServerRecords.at(again) as server:
            assert server.people.by_email("anna@example.org") == anna
            assert server.people.memberships(person=anna.id) == members
            assert server.sessions.find(token, now=NOW) == session
            assert server.queue.job("acme", job.id) == job
            kept = server.answers.begin("anna", "k", "f", lasts=hour)
            assert kept is not None
            assert kept.body == b"\x00\x01"
            assert server.audit.entries() == lines
            assert server.audit.check_chain() is None
        assert not (again / "secrets").exists()
        assert (again / "server.toml").read_text() == 'address = "https://energy.example.org"'
        assert sorted(path.name for path in again.iterdir() if "server" not in path.name) == ["acme", "北厂"]
        # and it is worked with as before
        take(again / "acme", dataset(tmp_path / "new", readings("b", DAY, [2.0])))
        assert state(again / "acme")["keys"] == {"a": 1, "b": 2}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    fill(tmp_path / "acme")
    return tmp_path / "acme"


def test_one_workspace_is_restored_as_one_and_secrets_where_they_were_asked_for(root: Path, tmp_path: Path) -> None:
    with ServerRecords.at(root, create=True) as server:
        secret = server.secrets.make("webhook-1")
    back_up(root, tmp_path / "b.tar.gz", secrets=True)
    restore(tmp_path / "b.tar.gz", tmp_path / "again")
    assert state(tmp_path / "again") == state(root)
    with ServerRecords.at(tmp_path / "again") as server:
        assert server.secrets.get("webhook-1") == secret


def test_who_had_a_role_has_it_in_a_folder_of_another_name_too(root: Path, tmp_path: Path) -> None:
    """Roles name the organisation by its id, which was its folder's name."""
    ServerRecords.at(root, create=True).close()
    for there, back in (("again", "one"), ("and-again", "two")):
        back_up(root, tmp_path / f"{back}.tar.gz")
        root = tmp_path / there
        restore(tmp_path / f"{back}.tar.gz", root)
        service = open_service(root)
        assert [one.id for one in service.tenants()] == ["acme"]
        service.close()


@pytest.mark.parametrize("name", ["", "../acme", "a b", 3])
def test_an_id_that_no_address_can_hold_is_refused(tmp_path: Path, name: object) -> None:
    (tmp_path / "wattstone.toml").write_text(f"form = 1\nid = {name!r}\n", encoding="utf-8")
    with pytest.raises(InputRefused):
        read_config(tmp_path)


def test_who_goes_on_writing_meanwhile_changes_nothing_in_the_backup(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, exporting = state(root), pack.export_tables

    def write_then_export(*what: Any) -> list[Path]:
        take(root, dataset(tmp_path / "new", readings("b", DAY, [9.0] * 3)))
        return exporting(*what)

    monkeypatch.setattr(pack, "export_tables", write_then_export)
    back_up(root, tmp_path / "b.tar.zst")
    restore(tmp_path / "b.tar.zst", tmp_path / "again")
    assert state(tmp_path / "again") == before
    assert state(root) != before


def test_a_backup_waits_for_whoever_is_half_way_through_writing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_PATIENCE", 0.2)
    with store.locked(root), pytest.raises(WattstoneError, match="another process"):
        back_up(root, tmp_path / "b.tar.zst")
    back_up(root, tmp_path / "b.tar.zst")


def test_older_records_are_backed_up_as_they_are_and_restored_up_to_date(tmp_path: Path) -> None:
    root = tmp_path / "acme"
    create_workspace(root)
    with Records.open(root / "records.db") as records:
        records.declare([Site(id="HQ")], [Meter(id="m", site_id="HQ", kind="electricity", unit="kWh")])
        records.note("ingest", who="anna", details={"b": 1, "a": [0.1, "é"]})
        migrate(records._database, WORKSPACE, revision="0002", undo=True)
    assert back_up(root, tmp_path / "b.tar.zst").workspaces == {"acme": "0002"}
    restore(tmp_path / "b.tar.zst", tmp_path / "again")
    with Records.open(tmp_path / "again" / "records.db") as records:
        assert records.meter_keys() == {"m": 1}
        assert [line.details for line in records.entries()] == [{"b": 1, "a": [0.1, "é"]}]
        assert records.check_chain() is None


Members = list[tuple[tarfile.TarInfo, bytes]]


def unpacked(archive: Path) -> Members:
    with pa.CompressedInputStream(pa.OSFile(str(archive)), "zstd") as stream:
        content = io.BytesIO(stream.read())
    with tarfile.open(fileobj=content) as tar:
        return [(member, file.read()) for member in tar if (file := tar.extractfile(member))]


def repacked(archive: Path, members: Members) -> None:
    with (
        pa.CompressedOutputStream(pa.OSFile(str(archive), "wb"), "zstd") as stream,
        tarfile.open(fileobj=stream, mode="w|") as tar,
    ):
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def added(name: str, *, kind: bytes = tarfile.REGTYPE) -> Callable[[Members], Members]:
    """An archive with one more file, which its manifest knows."""

    def change(members: Members) -> Members:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        *others, (last, text) = members
        manifest = json.loads(text)
        sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # of nothing
        manifest["entries"][name] = {"size": 0, "sha256": sha}
        return [*others, (info, b""), (last, json.dumps(manifest).encode())]

    return change


def edited(members: Members) -> Members:
    """One digit in the records is another."""
    return [(one, text.replace(b"price = 1", b"price = 2")) for one, text in members]


def said(**changes: Any) -> Callable[[Members], Members]:
    """An archive whose manifest says otherwise."""
    return lambda members: [
        *members[:-1], (members[-1][0], json.dumps({**json.loads(members[-1][1]), **changes}).encode()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (edited, "backup.damaged"),
        (lambda members: members[:-1], "backup.damaged"),
        (lambda members: members[1:], "backup.damaged"),
        (lambda members: [*members, members[0]], "backup.damaged"),
        (lambda members: [members[0], *members], "backup.damaged"),
        (said(form=2), "backup.damaged"),
        (said(workspaces={"..": "0003"}), "backup.damaged"),
        (said(workspaces={"acme": "9999"}), "backup.newer"),
        (added("../evil"), "backup.damaged"),
        (added("/tmp/evil"), "backup.damaged"),
        (added("workspaces/acme/files/../../../evil"), "backup.damaged"),
        (added("workspaces/../evil/files/x"), "backup.damaged"),
        (added("workspaces/acme/files/a\\..\\evil"), "backup.damaged"),
        (added("workspaces/acme/files/wattstone.toml"), "backup.damaged"),
        (added("workspaces/acme/files/records.db-journal"), "backup.damaged"),
        (added("workspaces/acme/files/.restoring/x"), "backup.damaged"),
        (added("workspaces/acme/files/x", kind=tarfile.SYMTYPE), "backup.damaged"),
        (added("workspaces/acme/files/x", kind=tarfile.LNKTYPE), "backup.damaged"),
        (added("workspaces/acme/files/x", kind=tarfile.CHRTYPE), "backup.damaged"),
        (added("workspaces/acme/files/x", kind=tarfile.DIRTYPE), "backup.damaged"),
    ],
)
def test_an_archive_that_was_changed_is_refused_and_leaves_nothing(
    packed: Path, tmp_path: Path, change: Callable[[Members], Members], code: str
) -> None:
    repacked(tmp_path / "b.tar.zst", change(unpacked(packed)))
    with pytest.raises(InputRefused) as refusal:
        restore(tmp_path / "b.tar.zst", tmp_path / "in" / "again")
    assert [one.code for one in refusal.value.findings] == [code]
    assert list((tmp_path / "in").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if "evil" in path.name] == []


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    create_workspace(folder / "acme")
    with Records.open(folder / "acme" / "records.db") as records:
        records.put_tariff("day", "price = 1")
    back_up(folder / "acme", folder / "b.tar.zst")
    repacked(folder / "b.tar.zst", unpacked(folder / "b.tar.zst"))
    restore(folder / "b.tar.zst", folder / "again")  # what is packed anew unchanged is good
    return folder / "b.tar.zst"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_an_archive_that_is_cut_off_is_refused(packed: Path, tmp_path: Path, share: float) -> None:
    whole = packed.read_bytes()
    (tmp_path / "b.tar.zst").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputRefused, match="cannot be used"):
        restore(tmp_path / "b.tar.zst", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_nothing_is_restored_over_anything(packed: Path, tmp_path: Path) -> None:
    create_workspace(tmp_path / "there")
    before = snapshot(tmp_path / "there")
    with pytest.raises(InputRefused, match="something here"):
        restore(packed, tmp_path / "there")
    assert snapshot(tmp_path / "there") == before
    (tmp_path / "empty").mkdir()
    restore(packed, tmp_path / "empty")
    with pytest.raises(InputRefused, match="no such file"):
        restore(tmp_path / "none.tar.zst", tmp_path / "again")


def test_a_server_is_not_restored_over_another_and_schemas_are_taken_back(
    tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    create_workspace(tmp_path / "root" / "acme")
    ServerRecords.at(tmp_path / "root", create=True).close()
    back_up(tmp_path / "root", tmp_path / "b.tar.zst")
    monkeypatch.setenv("WATTSTONE_RECORDS", postgresql)

    def schemas() -> set[str]:
        with psycopg.connect(postgresql.replace("+psycopg", "")) as connection:
            rows = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(tenant_|wattstone)'")
            return {row[0] for row in rows}

    def fail(*_what: Any) -> None:
        raise OSError(28, "the disk is full")

    from wattstone.interfaces.store.copies import unpack

    with monkeypatch.context() as patch:
        patch.setattr(unpack, "_check_workspace", fail)
        with pytest.raises(OSError, match="full"):
            restore(tmp_path / "b.tar.zst", tmp_path / "again")
    assert schemas() <= {"wattstone"}
    restore(tmp_path / "b.tar.zst", tmp_path / "again")
    assert schemas() == {"wattstone", "tenant_acme"}
    with pytest.raises(InputRefused, match="server already"):
        restore(tmp_path / "b.tar.zst", tmp_path / "third")
    assert not (tmp_path / "third").exists()
    with ServerRecords.at(tmp_path / "again") as server:
        server.ping()


@pytest.mark.parametrize("name", ["b.zip", "there.tar.gz", "acme/in.tar.gz"])
def test_a_name_that_cannot_be_used_is_refused(tmp_path: Path, name: str) -> None:
    create_workspace(tmp_path / "acme")
    (tmp_path / "there.tar.gz").touch()
    with pytest.raises(InputRefused) as refusal:
        back_up(tmp_path / "acme", tmp_path / name)
    assert refusal.value.findings[0].code == "backup.name"
    assert (tmp_path / "there.tar.gz").read_bytes() == b""


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_workspace(tmp_path / "acme")
    (tmp_path / "out").mkdir()

    def fail(*_what: Any, **_how: Any) -> Manifest:
        raise OSError(28, "the disk is full")

    monkeypatch.setattr(pack, "_server", fail)
    with pytest.raises(OSError, match="full"):
        back_up(tmp_path / "acme", tmp_path / "out" / "b.tar.zst")
    assert list((tmp_path / "out").iterdir()) == []


def test_links_are_not_followed(tmp_path: Path) -> None:
    create_workspace(tmp_path / "acme")
    (tmp_path / "letter").write_text("private")
    (tmp_path / "acme" / "link").symlink_to(tmp_path / "letter")
    (tmp_path / "acme" / "factors" / "up").symlink_to(tmp_path)
    manifest = back_up(tmp_path / "acme", tmp_path / "b.tar.zst")
    assert not any("files" in name for name in manifest.entries)


def test_the_commands_of_the_guide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create_workspace(tmp_path / "acme")
    with Records.open(tmp_path / "acme" / "records.db") as records:
        migrate(records._database, WORKSPACE, revision="0002", undo=True)
    archive, again = str(tmp_path / "b.tar.gz"), str(tmp_path / "again")

    assert run(["backup", str(tmp_path / "acme"), archive, "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert (written["workspaces"], written["personal"], written["server"]) == (["acme"], False, False)
    assert run(["upgrade", str(tmp_path / "acme"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["revisions"] == {"acme": WORKSPACE.newest}
    assert run(["restore", archive, again]) == 0
    with Records.open(tmp_path / "again" / "records.db") as records:
        assert [line.what for line in records.audit()] == ["restore"]
        assert records.check_chain() is None
    assert run(["restore", archive, again]) == 2
    assert run(["backup", str(tmp_path / "none"), archive]) == 2
    assert run(["backup", again, str(tmp_path / "b.tar.zst")]) == 0
    with Records.open(tmp_path / "again" / "records.db") as records:
        newest = next(records.audit())
        assert (newest.what, newest.details["file"]) == ("backup", str(tmp_path / "b.tar.zst"))
