"""`demo` goes on to serve where there is a terminal, and returns where there is none; what make runs for it."""

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from wattstone.interfaces.cli.app import run
from wattstone.interfaces.cli.demo_served import lay
from wattstone.interfaces.store.roots import workspaces_of
from wattstone.interfaces.store.server import ServerRecords
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.simulation.factory.station import station
from wattstone.simulation.factory.station_file import station_file
from wattstone.workflows.machine_files.kept import kept_file

ROOT = Path(__file__).parents[3]


def read_until(terminal: int, word: str, seconds: float = 120.0) -> str:
    """What a program writes to its terminal, to a word or to its end."""
    said, deadline = "", time.monotonic() + seconds
    while word not in said:
        assert time.monotonic() < deadline, said
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux: nobody holds the other end any more
            break
        if not part:
            break
        said += part.decode(errors="replace")
    return said


PROGRAM = """
import sys
from pathlib import Path
from wattstone.interfaces.cli import pipeline
from wattstone.interfaces.cli.app import main
from wattstone.interfaces.store.workspace import create_workspace
from wattstone.interfaces.web.static import CACHE, kept_bundle

def simulated(folder, *, output, **_):
    output.say("What to try next:")
    create_workspace(folder / "workspace")
    create_workspace(folder / "factory" / "workspace")
    bundle = kept_bundle(folder / "served" / CACHE)
    bundle.parent.mkdir(parents=True)
    bundle.touch()

pipeline.run_demo = simulated
main(["demo", sys.argv[1]])
"""
"""The command with all that it does in a terminal, but for the simulation before."""


def test_a_demo_in_a_terminal_goes_on_to_serve_until_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "demo")]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("WATTSTONE_")}
    terminal, theirs = pty.openpty()
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True,
        preexec_fn=lambda: _control(theirs),  # Ctrl+C has to reach it as from a keyboard
    ) as process:  # fmt: skip
        os.close(theirs)
        try:
            said = read_until(terminal, "10 minutes")
            address = re.search(r"Wattstone is at (http://\S+) \(Ctrl\+C", " ".join(said.split()))
            assert address is not None, said
            assert "What to try next" in said.partition("Wattstone is at")[0]
            assert httpx.get(f"{address[1]}/health").json() == {"status": "ok"}
            assert list(workspaces_of(tmp_path / "demo" / "served")) == ["estate", "factory"]
            os.write(terminal, b"\x03")
            read_until(terminal, "\0never\0")
            assert process.wait(30) == 0
        finally:
            process.kill()
            os.close(terminal)


def _control(terminal: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize(
    ("given", "terminal", "serves"),
    [([], False, False), ([], True, True), (["--no-serve"], True, False), (["--serve"], False, True),
     (["--json"], True, False)],
)  # fmt: skip
def test_it_is_served_where_somebody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], terminal: bool, serves: bool
) -> None:
    served: list[Path] = []
    monkeypatch.setattr("wattstone.interfaces.cli.pipeline.run_demo", lambda *_, **__: None)
    monkeypatch.setattr("wattstone.interfaces.cli.output.interactive", lambda: terminal)
    monkeypatch.setattr("wattstone.interfaces.cli.serve.serve_demo", lambda root, _: served.append(root))

    assert run(["demo", str(tmp_path), *given]) == 0
    assert served == ([tmp_path / "workspace"] if serves else [])


def a_demo(folder: Path) -> Path:
    """What a demo leaves of its two workspaces, but for readings and logs."""
    for at in (folder / "workspace", folder / "factory" / "workspace"):
        create_workspace(at)
    (folder / "factory" / "station.toml").write_text(station_file(station(), year=2021), encoding="utf-8")
    (folder / "factory" / "plant.toml").write_text('[data]\n[air]\nstation = "station.toml"\n', encoding="utf-8")
    return folder


def test_both_workspaces_are_served_as_organisations_with_the_factorys_files(tmp_path: Path) -> None:
    folder = a_demo(tmp_path / "demo")
    root = lay(folder, year=2022)
    assert {name: at.resolve() for name, at in workspaces_of(root).items()} == {
        "estate": folder / "workspace", "factory": folder / "factory" / "workspace",
    }  # fmt: skip
    factory = open_workspace(root / "factory")
    assert kept_file(factory, "station", "works").site == "works"
    assert '"../stations/works.toml"' in kept_file(factory, "plant", "works").text
    factory.close()


def test_the_first_who_serves_a_demo_has_its_factory_looked_at_once(tmp_path: Path) -> None:
    folder = a_demo(tmp_path / "demo")
    changed = folder / "factory" / "workspace" / "stations" / "works.toml"
    root = lay(folder, year=2022)
    changed.write_text("[[compressor]]\n", encoding="utf-8")
    assert lay(folder, year=2022) == root

    assert changed.read_text(encoding="utf-8") == "[[compressor]]\n"
    with ServerRecords.at(root) as server:
        jobs, count = server.queue.jobs("factory")
        reports, _ = server.queue.jobs("estate")
        assert not server.people.any()
    assert (count, {one.kind for one in jobs}) == (5, {"inventory", "air", "plant", "improvement", "savings"})
    assert {one.kind for one in reports} == {"programme"}
    assert {"target", "nature", "waste"} <= {one.params["module"] for one in reports}


def test_without_links_the_portfolio_alone_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "symlink_to", refused)
    assert lay(a_demo(tmp_path / "demo"), year=2022) == tmp_path / "demo" / "workspace"


def made(target: str, folder: Path) -> list[str]:
    """The commands of a target, without those of the set-up."""
    line = ["make", "-n", "-o", "setup", target, f"DEMO={folder}"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    return [one for one in done.stdout.splitlines() if "wattstone" in one and not one.startswith("echo")]


def test_make_makes_the_demo_and_serves_it_again(tmp_path: Path) -> None:
    assert made("demo", tmp_path) == [f".venv/bin/wattstone demo {tmp_path}"]
    first, then = made("serve", tmp_path)
    assert first.endswith(f".venv/bin/wattstone demo {tmp_path} --no-serve")
    assert then == f".venv/bin/wattstone serve {tmp_path}/served"
