"""An hour of a dwelling: whoever may not read it comes upon it by no door, whatever was made of it before.

One hour of one dwelling stands out. Everything that somebody with all of the organisation finds by following links,
and every command, is asked for by each role; the figure of that hour shows to the roles that need it alone.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.restricted_house import API, PAGES, YEAR, Asker, House
from tests.security.test_restricted import walk
from wattstone.interfaces.cli.app import run
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.readings.sources import How
from wattstone.workflows.access import POLICY, Act, Role
from wattstone.workflows.ingest import ingest_all

HOUR = 4321.987  # kWh in the hour that stands out; the day of it has 4344.987
SAID = re.compile(r"(?<![0-9a-f.])4[,\s’]?32[12](?:\.9\d*|\.0)?(?![0-9a-f])")
VEILED = [one for one in Role if Act.READ_PERSONAL not in POLICY[one]]
READING = [one for one in Role if Act.READ_PERSONAL in POLICY[one]]


class Home(House):
    """The same house, with one hour of a flat that stands out."""

    def _declare(self, folder: Path) -> None:
        super()._declare(folder)
        table = folder / "hour.csv"
        hours = "\n".join(
            f"ours-hall,ours-flat,{YEAR}-05-02T{hour:02}:00Z,{HOUR if hour == 13 else 1}" for hour in range(24)
        )
        table.write_text(f"site,meter,time,kWh\n{hours}\n", encoding="utf-8")
        held = open_workspace(self.root / "acme")
        ingest_all(held, [table], How(unit="kWh", kind="electricity", confirm=lambda _path, _found: True))
        held.close()

    def _people(self) -> None:
        super()._people()
        server = self.service.server
        for role in Role:
            person = server.people.add(name=str(role), email=f"role-{role}@example.org")
            server.people.join(person.id, "acme", role=str(role), by="test")
            self.keys[f"role {role}"], _ = server.keys.issue("acme", name=str(role), role=str(role), by=person.id)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    held = Home(tmp_path_factory.mktemp("home"))
    yield held
    held.close()


@pytest.fixture(scope="module")
def addresses(house: Home) -> list[str]:
    """What whoever may see all comes to, and where the hour stands."""
    starts = house.starts()
    day = f"start={YEAR}-05-02T00:00Z&end={YEAR}-05-03T00:00Z"
    starts += [f"{API}/meters/ours-flat/readings?{day}{more}" for more in ("", "&every=raw", "&format=csv")]
    walked = walk(house.asker("whole"), starts)
    telling = [path for path, (_, text) in walked.items() if SAID.search(text)]
    assert any(path.startswith(API) for path in telling)
    assert any(path.startswith(PAGES) for path in telling), "what is looked for has to be there to be hidden"
    return list(walked)


@pytest.mark.parametrize("role", VEILED)
def test_an_hour_of_a_dwelling_shows_nowhere(house: Home, addresses: list[str], role: Role) -> None:
    asker: Asker = house.asker(f"role {role}")
    leaks: list[str] = []
    for path in addresses:
        answer = asker.get(path)
        if (found := SAID.search(answer.text)) is not None:
            leaks.append(f"{answer.status_code} {path}: {answer.text[max(0, found.start() - 80) : found.end() + 40]!r}")
        if answer.status_code >= 500:
            leaks.append(f"{path}: {answer.status_code}")
    assert leaks == []


@pytest.mark.parametrize("role", READING)
def test_an_hour_of_a_dwelling_shows_to_the_roles_that_need_it(house: Home, role: Role) -> None:
    day = f"start={YEAR}-05-02T00:00Z&end={YEAR}-05-03T00:00Z"
    answer = house.asker(f"role {role}").get(f"{API}/meters/ours-flat/readings?{day}&every=raw")

    assert SAID.search(answer.text) is not None


_YEAR = ("--year", str(YEAR))
COMMANDS = (
    ["meter", "{root}", "--json"], ["quality", "{root}", *_YEAR, "--json"],
    ["quality", "{root}", *_YEAR, "--csv", "{out}.csv", "--html", "{out}.html"],
    ["inventory", "{root}", *_YEAR, "--json"], ["detect", "{root}", *_YEAR, "--json"],
    ["export", "{root}", "{out}.csv", *_YEAR], ["export", "{root}", "{out}.csv", *_YEAR, "--personal"],
    ["export", "{root}", "{out}.csv", *_YEAR, "--hours"],
    ["trace", "{root}", f"energy.electricity@meter:ours-flat@{YEAR}", "--all", "--rows", "48", "--json"],
    ["trace", "{root}", f"scope2.location.hourly@site:ours-hall@{YEAR}-05-02T13", "--json"],
)  # fmt: skip


def said_by(house: Home, key: str, command: list[str], folder: Path, capfd: pytest.CaptureFixture[str]) -> str:
    """All that a command says and writes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WATTSTONE_KEY", house.keys[key])
        run([one.format(root=house.root / "acme", out=folder / "out") for one in command])
    return "".join([*capfd.readouterr(), *(one.read_text(encoding="utf-8") for one in folder.glob("out.*"))])


def test_commands_show_it_to_who_needs_it(house: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told = [one for one in COMMANDS if "export" in one and "--hours" not in one]
    found = [SAID.search(said_by(house, "role analyst", one, tmp_path, capfd)) is not None for one in told]

    assert found == [False, True], "the export says so where it is asked for"


@pytest.mark.parametrize("role", VEILED)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_an_hour_of_a_dwelling_shows_to_no_command_of_others(
    house: Home, command: list[str], role: Role, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert SAID.search(said_by(house, f"role {role}", command, tmp_path, capfd)) is None
