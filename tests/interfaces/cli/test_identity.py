"""Who is at the command line, and that it obeys the same policy as the pages."""

import json
import re
from pathlib import Path

import pytest

from wattstone.interfaces.cli import identity as module
from wattstone.interfaces.cli.app import run
from wattstone.interfaces.store.server import ServerRecords
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Site
from wattstone.workflows.access import POLICY, Act, Role

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "access.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with two sites, served once, with one account."""
    create_workspace(tmp_path / "acme")
    workspace = open_workspace(tmp_path / "acme")
    workspace.records.declare([Site(id="A"), Site(id="B")], [])
    workspace.close()
    with ServerRecords.at(tmp_path / "acme", create=True) as server:
        person = server.people.add(name="Ada", email="ada@example.org")
        server.people.join(person.id, "acme", "admin", by="local")
    return tmp_path / "acme"


def keyed(root: Path, monkeypatch: pytest.MonkeyPatch, role: str, **how: object) -> None:
    """Work with a key."""
    with ServerRecords.at(root) as server:
        token, _ = server.keys.issue("acme", name="nightly", role=role, by="local", **how)  # pyright: ignore[reportArgumentType]
    monkeypatch.setenv(module.KEY, token)


def sites(root: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The sites that a command shows."""
    capsys.readouterr()
    assert run(["site", str(root), "--json"]) == 0
    return re.findall(r'"id": "(\w+)"', capsys.readouterr().out)


def test_the_owner_of_the_folder_may_everything(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sites(root, capsys) == ["A", "B"]
    assert run(["site", str(root), "A", "--zone", "Asia/Shanghai"]) == 0


def test_a_key_sees_and_does_what_it_may(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keyed(root, monkeypatch, "viewer", sites=["A"])
    assert sites(root, capsys) == ["A"]
    assert run(["site", str(root), "A", "--zone", "Asia/Shanghai"]) == 2
    assert run(["init", str(root), "--name", "Mine"]) == 2

    keyed(root, monkeypatch, "analyst", sites=["A"])
    assert run(["site", str(root), "A", "--zone", "Asia/Shanghai"]) == 0
    assert run(["site", str(root), "B", "--zone", "Asia/Shanghai"]) == 2
    assert run(["account", "list", str(root)]) == 2
    assert run(["audit", "list", str(root)]) == 2


def test_a_key_opens_its_organisation_in_a_folder_of_another_name(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keyed(root, monkeypatch, "viewer")
    moved = root.rename(root.with_name("restored"))
    with (moved / "wattstone.toml").open("a") as file:
        file.write('id = "acme"\n')

    assert sites(moved, capsys) == ["A", "B"]


def test_a_look_at_the_log_makes_no_server_of_a_folder(tmp_path: Path) -> None:
    create_workspace(tmp_path / "alone")
    assert run(["audit", "verify", str(tmp_path / "alone")]) == run(["audit", "list", str(tmp_path / "alone")]) == 0
    assert not (tmp_path / "alone" / "server.db").exists()


def test_a_key_that_opens_nothing_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(module.KEY, "wsk_nothing")
    assert run(["site", str(root)]) == 2


def test_somebody_else_on_the_machine_needs_a_key_once_there_are_accounts(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module.os, "geteuid", lambda: root.stat().st_uid + 1000)
    assert run(["site", str(root)]) == 2
    assert "WATTSTONE_KEY" in capsys.readouterr().err

    create_workspace(tmp_path / "alone")
    assert run(["site", str(tmp_path / "alone")]) == 0  # nobody keeps accounts there


def test_accounts_and_checkpoints_from_the_command_line(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*arguments: str) -> dict[str, object]:
        capsys.readouterr()
        assert run([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    link = str(told("account", "invite", str(root), "bob@example.org", "--role", "operator", "--site", "A")["link"])
    assert "/invitation#" in link
    assert run(["account", "role", str(root), "bob@example.org", "--role", "viewer"]) == 2  # not there yet
    assert run(["account", "remove", str(root), "ada@example.org"]) == 2  # the last administrator
    assert run(["account", "code", str(root)]) == 2  # there is an account
    assert run(["account", "close", str(root), "ada@example.org"]) == 2  # the last administrator
    every = json.dumps(told("account", "list", str(root), "--all")["people"])
    assert '"email": "ada@example.org", "disabled": false, "roles": {"acme": "admin"}' in every
    key, out = tmp_path / "audit.key", tmp_path / "checkpoint.json"
    told("audit", "key", str(key))
    assert told("audit", "checkpoint", str(root), "--key", str(key), "--out", str(out))["logs"] == ["acme", "server"]
    checked = ["audit", "verify", str(root), "--checkpoint", str(out), "--public-key", f"{key}.pub"]
    assert told(*checked)["holds"] is True

    inside = root / "audit.key"
    told("audit", "key", str(inside))
    assert run(["audit", "checkpoint", str(root), "--key", str(inside), "--out", str(out)]) == 2
    (root / "server.db").unlink()
    assert run(checked) == 1


def test_a_link_says_when_the_address_of_the_server_is_not_set(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["account", "invite", str(root), "eve@example.org"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "put your server's in the place of http://localhost:8000" in said

    (root / "server.toml").write_text('address = "https://energy.example.org"\n', encoding="utf-8")
    assert run(["account", "invite", str(root), "eve@example.org"]) == 0
    said = capsys.readouterr().out
    assert "https://energy.example.org/invitation#" in said
    assert "localhost" not in said


def test_the_reference_shows_the_policy() -> None:
    rows = re.findall(r"^\| ([a-z ]+?) \|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    (_, heads), *lines = [row for row in rows if row[0] == "act" or row[0] in set(map(str, Act))]
    roles = [Role(one.strip()) for one in heads.split("|")]
    shown = {role: {Act(act) for act, cells in lines if cells.split("|")[at].strip()} for at, role in enumerate(roles)}

    assert shown == {role: set(acts) for role, acts in POLICY.items()}
