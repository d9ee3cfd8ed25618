"""Serving by one command: where it listens, what it says, what becomes of processes that die, how it stops."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.app import serve as module
from wattstone.interfaces.app.binding import bound, check_exposure
from wattstone.interfaces.app.serve import Address, make_if_empty
from wattstone.interfaces.app.spec import Spec
from wattstone.interfaces.app.supervisor import Supervisor
from wattstone.interfaces.serving.settings import Settings
from wattstone.interfaces.store.server import ServerRecords
from wattstone.interfaces.store.workspace import create_workspace


def codes(refused: pytest.ExceptionInfo[InputRefused]) -> list[str]:
    return [one.code for one in refused.value.findings]


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def test_a_port_that_is_taken_is_said_with_another() -> None:
    with bound("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(InputRefused) as refused:
            bound("127.0.0.1", port)

    assert codes(refused) == ["serve.port_taken"]
    assert f"--port {port % 65535 + 1}" in str(refused.value)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        bound("192.0.2.1", 0)  # RFC 5737: nobody's
    assert codes(refused) == ["serve.cannot_listen"]


@pytest.mark.parametrize(
    ("host", "accounts", "covered", "missing"),
    [
        ("127.0.0.1", False, False, []),
        ("::1", False, False, []),
        ("0.0.0.0", True, True, []),
        ("0.0.0.0", False, True, ["serve.no_account"]),
        ("192.168.1.4", True, False, ["serve.in_the_clear"]),
        ("::", False, False, ["serve.no_account", "serve.in_the_clear"]),
    ],
)
def test_others_are_not_let_in_before_there_is_an_account_and_https(
    host: str, accounts: bool, covered: bool, missing: list[str]
) -> None:
    if not missing:
        check_exposure(host, accounts=accounts, covered=covered)
        return
    with pytest.raises(InputRefused) as refused:
        check_exposure(host, accounts=accounts, covered=covered)
    assert codes(refused) == missing


def test_a_new_folder_becomes_a_workspace_and_a_full_one_does_not(tmp_path: Path) -> None:
    assert make_if_empty(tmp_path / "new")
    assert not make_if_empty(tmp_path / "new")
    assert not make_if_empty(tmp_path)  # a folder of workspaces

    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").touch()
    with pytest.raises(InputRefused) as refused:
        make_if_empty(tmp_path / "other")
    assert codes(refused) == ["serve.nothing"]
    assert [one.name for one in (tmp_path / "other").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("address", "missing"),
    [
        (Address(port=0, behind_proxy=True), ["serve.address"]),
        (Address(host="0.0.0.0", port=0), ["serve.no_account", "serve.in_the_clear"]),
    ],
)
def test_a_server_that_is_refused_leaves_no_process(
    root: Path, monkeypatch: pytest.MonkeyPatch, address: Address, missing: list[str]
) -> None:
    monkeypatch.setattr(module, "log_to", lambda _: None)
    monkeypatch.setenv("WATTSTONE_ADDRESS", "")
    monkeypatch.delenv("WATTSTONE_ADDRESS")
    made: list[Supervisor] = []
    warm = Supervisor.warm
    monkeypatch.setattr(Supervisor, "warm", lambda one: (made.append(one), warm(one))[1])

    with pytest.raises(InputRefused) as refused:
        module.serve(root, address, processes=1, jobs=0, workers=None, log="json", ready=lambda _: None)

    assert codes(refused) == missing
    assert [one.alive for one in made] == ([] if missing == ["serve.address"] else [0])


def test_behind_a_proxy_people_come_by_https(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATTSTONE_ADDRESS", "http://energy.example.org")
    with pytest.raises(InputRefused) as refused:
        module._settings(root, Address(behind_proxy=True), "http://127.0.0.1:1")
    assert codes(refused) == ["serve.address_plain"]

    monkeypatch.setenv("WATTSTONE_ADDRESS", "https://energy.example.org")
    assert module._settings(root, Address(behind_proxy=True), "http://127.0.0.1:1").https


def newer(workspace: Path) -> None:
    """Let a workspace have been written by a program that is not there yet."""
    with sqlite3.connect(workspace / "records.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def test_a_server_that_has_nothing_that_it_can_open_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "log_to", lambda _: None)
    monkeypatch.setenv("WATTSTONE_ADDRESS", "http://localhost")
    newer(root / "acme")

    with pytest.raises(InputRefused) as refused:
        module.serve(root, Address(port=0), processes=1, jobs=0, workers=None, log="json", ready=lambda _: None)

    assert codes(refused) == ["records.newer"]


def test_an_organisation_that_cannot_be_opened_does_not_keep_the_others_waiting(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WATTSTONE_ADDRESS", "http://localhost")
    create_workspace(root / "bolt")
    newer(root / "bolt")

    served = module._prepare(root, Address(), Settings())

    assert served.organisations == 2
    assert [getattr(one, "fields", {}).get("tenant") for one in caplog.records] == ["bolt"]


CHILD = """
import os, sys, time
os.read(0, 65536)
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
os.write(1, b"ready\\n")
time.sleep(60)
"""


def test_a_process_that_dies_is_started_again_and_all_end_together(tmp_path: Path) -> None:
    log = tmp_path / "pids"
    command = (sys.executable, "-S", "-c", CHILD, str(log))
    supervisor = Supervisor([command], [command])
    handlers = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}

    def pids() -> list[int]:
        return [int(line) for line in log.read_text(encoding="ascii").splitlines()] if log.exists() else []

    def watch() -> None:
        until(lambda: len(pids()) == 2)
        os.kill(pids()[0], signal.SIGKILL)
        until(lambda: len(pids()) == 3)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=watch)
    thread.start()
    told: list[bool] = []
    try:
        code = supervisor.run(Spec(root=str(tmp_path), grace=1.0), lambda: told.append(True))
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)
    thread.join()

    assert (code, told) == (0, [True])
    for pid in pids():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_process_that_never_comes_up_ends_the_server(tmp_path: Path) -> None:
    supervisor = Supervisor([(sys.executable, "-S", "-c", "raise SystemExit(3)")])
    handlers = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert supervisor.run(Spec(root=str(tmp_path)), lambda: None) == 3
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)


@contextmanager
def served(root: Path, *more: str) -> Iterator[tuple["subprocess.Popen[str]", str, str]]:
    """A server; gives its process, its address and what it said."""
    command = [sys.executable, "-m", "wattstone", "serve", str(root), "--port", "0", "--log", "json", *more]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("WATTSTONE_")}
    log = root.with_suffix(".log")
    with log.open("w") as errors:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if "Ctrl+C" in line:
                break
        address = re.search(r"http://\S+", said)
        assert address is not None, log.read_text()
        yield process, address[0], said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def asking(address: str, counts: list[int], wrong: list[object]) -> threading.Thread:
    """Somebody who asks again and again until nobody listens any more."""

    def ask() -> None:
        while True:
            try:
                counts.append(httpx.get(f"{address}/health").status_code)
            except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError) as gone:
                wrong.extend([gone] if "incomplete" in str(gone) else [])
                return

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_the_whole_server_from_its_first_start_to_its_end(root: Path) -> None:
    counts: list[int] = []
    wrong: list[object] = []
    with served(root, "--processes", "2") as (process, address, _):
        assert httpx.get(f"{address}/health").json() == {"status": "ok"}
        assert httpx.get(f"{address}/ready").status_code == 200
        with ServerRecords.at(root) as server:
            job = server.queue.put("acme", "quality", {"year": 2022}, asked_by="schedule", role="analyst")
            until(lambda: getattr(server.queue.job("acme", job.id), "state", "") == "failed")
            ended = server.queue.job("acme", job.id)
        assert ended is not None
        assert [one.code for one in ended.findings] == ["workspace.empty"], "there is nothing in it to be judged"
        counted = 'wattstone_jobs_ended_total{kind="quality",state="failed"} 1.0'
        until(lambda: counted in httpx.get(f"{address}/metrics").text)

        threads = [asking(address, counts, wrong) for _ in range(3)]
        until(lambda: len(counts) > 20)
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        rest = process.stdout.read()  # what was read ahead is in it, which `communicate` would lose
        process.wait(20)
        for thread in threads:
            thread.join(20)
        host, port = address.removeprefix("http://").split(":")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), timeout=1)

    assert process.returncode == 0
    assert (wrong, set(counts)) == ([], {200}), "whoever was let in was answered to the end"
    code = re.search(r"^ {4}(\S{20,})$", rest, re.MULTILINE)
    assert code is not None, "the code for the first account is said"
    errors = root.with_suffix(".log").read_text()
    lines = [json.loads(line) for line in errors.splitlines()]
    assert {"job.begun", "job.ended"} <= {one["event"] for one in lines}
    assert code[1] not in errors
    with ServerRecords.at(root) as server:
        assert (taken := server.codes.take(code[1])) is not None
        assert taken.purpose == "first"


def test_a_port_that_is_taken_ends_the_command_with_words(root: Path) -> None:
    with bound("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "wattstone", "serve", str(root), "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "is taken" in " ".join(done.stderr.split())
