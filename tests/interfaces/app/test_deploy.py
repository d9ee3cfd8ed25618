"""The files for those who run a server: they are read as their programs read them, and hold no secret."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

DEPLOY = Path(__file__).parents[3] / "deploy"
UNITS = ("wattstone.service", "wattstone-worker@.service")
SECRET = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|PRIVATE_KEY", re.IGNORECASE)


def understood(words: list[str]) -> dict[str, Any]:
    """What the program makes of the words behind `wattstone`; fails where it would not take them."""
    from wattstone.interfaces.cli.app import app

    group: Any = typer.main.get_command(app)
    name, command, rest = group.resolve_command(group.make_context("wattstone", [], resilient_parsing=True), words)
    return {**command.make_context(name, list(rest)).params, "command": name}


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def containerfile() -> list[tuple[str, str]]:
    """Instructions and their words, lines that go on joined."""
    lines = [one for one in (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines() if one[:1] != "#"]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (one.partition(" ") for one in whole.splitlines() if one.strip())]


def unit(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / name, encoding="utf-8")
    return parser


def test_no_file_holds_a_secret() -> None:
    values = re.compile(r"^\s*[A-Z_]*(?:PASSWORD|SECRET|TOKEN)[A-Z_]*\s*[:=]\s*(\S+)", re.MULTILINE)
    for path in DEPLOY.iterdir():
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"://[^/\s:@]+:[^/\s@]+@", text) == [], path.name
        assert [one for one in values.findall(text) if not one.startswith("/run/secrets/")] == [], path.name


@pytest.mark.parametrize("service", ["web", "worker", "database", "proxy"])
def test_every_service_can_be_watched_and_comes_back(service: str) -> None:
    one = compose()["services"][service]

    assert one["restart"] == "unless-stopped"
    assert service == "proxy" or "healthcheck" in one
    assert "no-new-privileges:true" in one["security_opt"]
    assert not one.get("privileged", False)
    assert re.search(r":\d|^wattstone$", one["image"]), "an image without a version is another one tomorrow"
    environment: dict[str, str] = one.get("environment", {})
    assert [name for name in environment if SECRET.search(name) and not name.endswith("_FILE")] == []


def test_only_the_proxy_is_reached_from_outside_and_the_database_reaches_nothing() -> None:
    held = compose()
    assert [name for name, one in held["services"].items() if "ports" in one] == ["proxy"]
    assert held["services"]["database"]["networks"] == ["back"]
    assert held["networks"]["back"]["internal"] is True


def test_what_a_composition_names_is_there() -> None:
    held = compose()
    for one in held["services"].values():
        assert set(one.get("networks", [])) <= set(held["networks"])
        assert set(one.get("depends_on", {})) <= set(held["services"])
        for source in one.get("secrets", []):
            assert (source if isinstance(source, str) else source["source"]) in held["secrets"]
        for volume in one.get("volumes", []):
            name = volume.partition(":")[0]
            assert name in held["volumes"] or (DEPLOY / name).is_file()


def test_the_program_takes_the_commands_of_the_composition() -> None:
    services = compose()["services"]
    web, worker = understood(services["web"]["command"]), understood(services["worker"]["command"])

    assert (web["command"], web["behind_proxy"], web["jobs"]) == ("serve", True, 0)
    assert worker["command"] == "work"
    assert web["root"] == worker["root"] == Path("/data")


def test_the_container_runs_as_nobody_special_and_says_how_it_fares() -> None:
    steps = containerfile()
    words = dict(steps)  # the last of each

    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", words["USER"])
    assert [one for one, _ in steps].index("USER") < [one for one, _ in steps].index("CMD")
    assert "/ready" in words["HEALTHCHECK"]
    assert words["STOPSIGNAL"] == "SIGTERM"
    assert all(re.search(r":\d", rest) for one, rest in steps if one == "FROM")
    assert not [rest for one, rest in steps if one in ("ENV", "ARG") and SECRET.search(rest)]
    assert "ADD" not in words
    assert "--require-hashes" in " ".join(rest for one, rest in steps if one == "RUN")
    assert json.loads(words["ENTRYPOINT"]) == ["wattstone"]
    assert understood(json.loads(words["CMD"]))["behind_proxy"] is True


def test_what_is_copied_into_the_container_is_there() -> None:
    for one, rest in containerfile():
        if one == "COPY" and "--from" not in rest:
            assert all((DEPLOY.parent / name).exists() for name in rest.split()[:-1])


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_the_program_with_few_rights(name: str) -> None:
    service = unit(name)["Service"]
    words = shlex.split(service["ExecStart"])

    assert service["User"] not in ("", "root")
    assert {service[one] for one in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome")} == {"yes"}
    assert service["ProtectSystem"] == "strict"
    assert understood(words[1:])["root"] == Path("/var/lib") / service["StateDirectory"]
    assert words[0] == "/usr/local/wattstone/bin/wattstone"


@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(name: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd here")
    text = (DEPLOY / name).read_text(encoding="utf-8").replace("/usr/local/wattstone/bin/wattstone", sys.executable)
    (tmp_path / name).write_text(text, encoding="utf-8")

    done = subprocess.run([program, "verify", "--man=no", tmp_path / name], capture_output=True, text=True, check=False)

    assert (done.returncode, [one for one in done.stderr.splitlines() if name.partition("@")[0] in one]) == (0, [])


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_speaks_https_and_keeps_the_counts_to_itself(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")

    assert text.count("{") == text.count("}")
    assert "/metrics" in text
    assert "404" in text
    if name == "nginx.conf":
        assert "X-Forwarded-For $remote_addr;" in text, "what a client claims is not passed on"
        assert "proxy_add_x_forwarded_for" not in text
        assert "listen 443 ssl;" in text
