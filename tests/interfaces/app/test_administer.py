"""The guide of administrators and pages it leads to: their commands run as they stand, in the order they stand in."""

import io
import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.interfaces.store.conftest import postgresql, postgresql_socket  # noqa: F401
from tests.interfaces.store.test_copies import fill
from wattstone.interfaces.app.binding import check_exposure
from wattstone.interfaces.serving.service import open_service

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "how-to"
WHERE = re.compile(r"(?<![\w/])/(?:var/lib|var/backups|srv|mnt|data)(?=/|\s|$)")
OWN = re.compile(r"^((?:[A-Z_]+=\S+ +)*)wattstone (.*)")
THROUGH = (
    "runuser -u wattstone -- ",
    "podman compose -f deploy/compose.yaml run --rm web ",
)
OTHERS = frozenset(
    {
        "python3", "/usr/local/wattstone/bin/pip", "ln", "createdb", "useradd", "install", "echo", "cp", "systemctl",
        "mkdir", "chown", "chmod", "podman", "set",
    }
)  # fmt: skip
"""Programs that the guide calls beside this one: what they do is not tried here, and the guide says so."""
PASSWORD = "a kettle sings at noon"

pytestmark = pytest.mark.xdist_group("postgresql")


def blocks(page: str) -> Iterator[list[str]]:
    """The commands of a page, block by block; blocks that show a file or an answer hold none."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for block in re.findall(r"(?:^ {4}\S.*\n)+", text, re.MULTILINE):
        lines = [line.strip() for line in block.splitlines()]
        if re.match(r"[a-z]+ = |\[|Wattstone is at", lines[0]):
            continue
        yield [re.sub(r"\s+#.*", "", line) for line in lines]


class Guide:
    """Runs commands as they stand, with folders and a database of the tests in the place of those they name."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database, self.said, self.key = folder, database, "", ""
        self.done: list[tuple[str, ...]] = []

    def run(
        self, page: str, monkeypatch: pytest.MonkeyPatch, after: Callable[[str], None] = lambda _line: None
    ) -> None:
        for block in blocks(page):
            self.block(block, monkeypatch, after)

    def block(
        self, lines: list[str], monkeypatch: pytest.MonkeyPatch, after: Callable[[str], None] = lambda _line: None
    ) -> None:
        with monkeypatch.context() as patch:  # what a block exports, it exports for itself
            for line in lines:
                self._line(line, patch)
                after(line)

    def _line(self, line: str, patch: pytest.MonkeyPatch) -> None:
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            patch.setenv(name, self.here(value))
            return
        through = next((one for one in THROUGH if line.startswith(one)), "")
        if "compose" in through:
            line = f"{through}wattstone {line.removeprefix(through)}"  # what the image starts
            for name, value in settings_of_the_composition().items():
                patch.setenv(name, self.here(value))
        found = OWN.match(line.removeprefix(through))
        if found is None:
            assert line.split()[0] in OTHERS, f"nothing says whether this runs: {line}"
            return
        for name, value in re.findall(r"([A-Z_]+)=(\S+)", found[1]):
            patch.setenv(name, self.here(value))
        self._own(line, shlex.split(self.here(found[2])), patch)

    def _own(self, line: str, words: list[str], patch: pytest.MonkeyPatch) -> None:
        from wattstone.interfaces.cli.app import run

        self.done.append(tuple(words[:2]) if words[0] in ("account", "audit") else (words[0],))
        if words[0] == "serve":
            self.said = served(words)
            return
        patch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        out = io.StringIO()
        patch.setattr("sys.stdout", out)
        code = run(words)
        self.said = out.getvalue()
        assert code == 0, (line, self.said)

    def here(self, text: str) -> str:
        address = re.sub(r"postgresql\+psycopg://\S+", lambda _: self.database, text).replace("wsk_...", self.key)
        return WHERE.sub(lambda found: f"{self.folder}{found[0]}", address)


def settings_of_the_composition() -> dict[str, str]:
    held = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    return {name: value for name, value in held["x-app"]["environment"].items() if name.startswith("WATTSTONE_")}


def served(words: list[str]) -> str:
    """What a server says until it is there and ready; then it is ended."""
    command = [sys.executable, "-m", "wattstone", *words, "--port", "0", "--log", "json"]
    said = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if "Ctrl+C" in line:
                here = re.search(r"http://127\S+", line)
                if here is not None:
                    assert urllib.request.urlopen(f"{here[0]}/ready").status == 200
                process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, said
    return said


@pytest.fixture
def guide(tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Guide:  # noqa: F811
    for name in [one for one in os.environ if one.startswith("WATTSTONE_")]:
        monkeypatch.delenv(name)
    for folder in ("var/lib", "var/backups", "srv/backup", "mnt/elsewhere", "here"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    return Guide(tmp_path, postgresql)


@pytest.mark.slow
def test_the_commands_of_the_guide_run(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    guide.run("administer.md", monkeypatch)

    assert {"init", "serve", "backup", "restore", "upgrade", "account"} <= {one[0] for one in guide.done}
    organisations = open_service(guide.folder / "srv" / "organisations")
    assert [one.id for one in organisations.tenants()] == ["acme", "bolt"]
    organisations.close()


@pytest.mark.slow
def test_a_composition_starts_as_the_guide_says(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    container = next(block for block in blocks("administer.md") if "podman compose" in " ".join(block))
    guide.block(container, monkeypatch)
    for name, value in settings_of_the_composition().items():
        monkeypatch.setenv(name, guide.here(value))
    service = open_service(guide.folder / "data")
    check_exposure("0.0.0.0", accounts=service.server.people.any(), covered=True)
    service.close()
    held = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    words = [guide.here(one) for one in held["services"]["web"]["command"]]
    said = served([one if one != "0.0.0.0" else "127.0.0.1" for one in words])

    assert "https://energy.example.org" in said
    assert "/start" not in said, "there is an administrator"


def test_the_commands_of_the_pages_on_copies_run(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    from wattstone.interfaces.cli.app import run

    fill(Path("acme"))
    assert run(["init", str(guide.folder / "srv" / "wattstone" / "bolt")]) == 0
    open_service(guide.folder / "srv" / "wattstone").close()
    guide.run("backup.md", monkeypatch)
    (Path("acme")).rename("before")
    guide.run("restore.md", monkeypatch)
    guide.run("upgrade.md", monkeypatch)

    assert [one[0] for one in guide.done].count("restore") == 2


def test_the_commands_of_the_pages_on_accounts_run(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    from wattstone.interfaces.cli.app import run

    assert run(["init", "acme"]) == 0

    def between(line: str) -> None:
        """What people do meanwhile."""
        if "account invite" in line:
            service = open_service(Path("acme"))
            service.accounts.accept(guide.said.partition("#")[2].split()[0], name="Bob", password=PASSWORD)
            service.close()
        if "account key" in line:
            guide.key = re.findall(r"wsk_\S+", guide.said)[0]

    guide.run("account.md", monkeypatch, between)
    guide.run("audit.md", monkeypatch)

    assert {one[1] for one in guide.done if len(one) > 1} >= {"code", "add", "invite", "role", "reset", "key", "verify"}
