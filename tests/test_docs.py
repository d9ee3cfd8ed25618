"""What is not documented is not done: every command, option, kind and unit has its place, and every example is real."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
import typer

from wattstone.base.units import CANONICAL
from wattstone.portfolio import vocabulary

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
HOW_TO = DOCS / "how-to"
PAGES = [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md"))]
HIDDEN = {"--help", "--install-completion", "--show-completion"}


def program() -> click.Command:
    from wattstone.interfaces.cli import app

    return typer.main.get_command(app)


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that lead to it."""
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name, child in children.items():
        if not child.hidden:
            yield from commands(child, (*path, name))


def options(command: click.Command) -> set[str]:
    """The long names of a command's options."""
    return {
        name
        for parameter in command.params
        if not getattr(parameter, "hidden", False)
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    } - HIDDEN


def test_every_command_and_option_has_its_how_to_page() -> None:
    lacking: list[str] = []
    for path, command in commands(program()):
        page = HOW_TO / f"{path[0]}.md"
        text = page.read_text(encoding="utf-8") if page.is_file() else ""
        spelled = f"wattstone {' '.join(path)}"
        if spelled not in text:
            lacking.append(f"docs/how-to/{page.name}: {spelled}")
        lacking += [
            f"docs/how-to/{page.name}: {spelled} {name}"
            for name in sorted(options(command))
            if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
        ]
    assert lacking == []


def test_the_overview_links_every_how_to_page() -> None:
    overview = (HOW_TO / "index.md").read_text(encoding="utf-8")
    pages = {page.name for page in HOW_TO.glob("*.md")} - {"index.md"}
    assert {name for name in pages if f"({name})" not in overview} == set()


def test_every_command_says_what_it_does() -> None:
    silent = [" ".join(path) for path, command in commands(program()) if not (command.help or "").strip()]
    mute = [
        f"{' '.join(path)} {parameter.opts[0]}"
        for path, command in commands(program())
        for parameter in command.params
        if parameter.opts[0] not in HIDDEN and not (getattr(parameter, "help", "") or "").strip()
    ]
    assert silent + mute == []


def examples() -> Iterator[tuple[str, str]]:
    """Lines of code blocks that call the program, joined where they are continued."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in text.splitlines():
            stripped = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
            if (line.startswith(("    ", "wattstone ", "$ "))) and stripped.startswith("wattstone "):
                yield str(page.relative_to(ROOT)), stripped


def test_every_example_names_a_command_and_options_that_exist() -> None:
    wrong: list[str] = []
    known = dict(commands(program()))
    for page, line in examples():
        words = shlex.split(line.split("  #")[0])[1:]
        path = next((tuple(words[:n]) for n in (3, 2, 1) if tuple(words[:n]) in known), None)
        if path is None and words[:1] == ["measure"]:
            path = ("measure", "declare")  # which may be left out
        if path is None:
            if words and words[0] not in {"COMMAND", *HIDDEN}:
                wrong.append(f"{page}: {line}")
            continue
        given = {word.split("=")[0] for word in words if word.startswith("--")}
        wrong += [f"{page}: {line}: {name}" for name in sorted(given - options(known[path]) - HIDDEN)]
    assert wrong == []


def test_the_own_data_example_of_the_readme_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Expected by hand: the sums of the file's columns, and the factors that the UK Government published for 2025."""
    from wattstone.interfaces.cli.app import run

    hours = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(8760)]
    rows = [f"{hour.astimezone(ZoneInfo('Europe/London')):%Y-%m-%d %H:%M},10,{hour.month}" for hour in hours]
    (tmp_path / "readings.csv").write_text(
        "\n".join(["time,HQ electricity (kWh),HQ gas (kWh)", *rows]), encoding="utf-8"
    )
    gas = sum(hour.month for hour in hours)
    block = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your own data")[1].split("## ")[0]
    lines = [line.strip() for line in block.splitlines() if line.startswith("    wattstone ")]
    monkeypatch.chdir(tmp_path)

    assert len(lines) == 5
    assert [run(shlex.split(line)[1:]) for line in lines] == [0] * 5
    capsys.readouterr()
    assert run(["inventory", "acme", "--year", "2025", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    total = {one["name"]: one["value"] for one in printed["figures"] if one["subject"] == "organisation"}
    assert total["energy.electricity"] == pytest.approx(87600.0)
    assert total["scope2.location"] == pytest.approx(87600.0 * 0.177)
    assert total["scope1"] == pytest.approx(gas * 0.18296)
    assert (tmp_path / "acme" / "reports" / "inventory-2025-en.html").is_file()


def test_the_example_of_the_readme_on_what_no_meter_counts_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Expected by hand: 100 L of diesel at the UK Government's factor of 2025, 2.57082 kg CO2e/L."""
    from openpyxl import load_workbook

    from wattstone.interfaces.cli.app import run

    block = (ROOT / "README.md").read_text(encoding="utf-8").split("## What no meter counts")[1].split("## ")[0]
    lines = [line.strip() for line in block.splitlines() if line.startswith("    wattstone ")]
    (tmp_path / "contracts.csv").write_text(
        "id,kind,market,vintage_start,vintage_end,volume,factor\nrego-1,GO,GB,2025-01-01,2025-12-31,5 MWh,0\n"
    )
    monkeypatch.chdir(tmp_path)
    assert run(["init", "acme"]) == 0
    assert run(["site", "acme", "HQ", "--country", "GB"]) == 0

    assert len(lines) == 5
    assert run(shlex.split(lines[0])[1:]) == 0
    book = load_workbook("activities.xlsx")
    sheet = book["Fuels"]
    told = {"Site": "HQ", "Kind": "vehicle_fuel", "Item": "diesel", "First day": "2025-01-01",
            "Last day": "2025-12-31", "Amount": 100, "Unit": "L"}  # fmt: skip
    for column, cell in enumerate(sheet[1], start=1):
        sheet.cell(2, column).value = told.get(str(cell.value))
    book.save("activities.xlsx")
    assert [run(shlex.split(line)[1:]) for line in lines[1:]] == [0] * 4
    capsys.readouterr()
    assert run(["inventory", "acme", "--year", "2025", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    total = {one["name"]: one["value"] for one in printed["figures"] if one["subject"] == "organisation"}
    assert total["scope1"] == pytest.approx(100 * 2.57082)
    assert (tmp_path / "acme" / "reports").is_dir()


def test_the_example_of_the_readme_on_what_was_promised_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Expected by hand: 100 L of diesel at 2.57082 kg CO2e/L, less 42 % by 2030; a box of one degree at the equator."""
    from wattstone.interfaces.cli.app import run

    block = (ROOT / "README.md").read_text(encoding="utf-8").split("## What was promised")[1].split("## ")[0]
    lines = [line.strip() for line in block.splitlines() if line.startswith("    wattstone ")]
    square = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    (tmp_path / "meadows.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [square]}))
    (tmp_path / "fuel.csv").write_text(
        "line_id,site,kind,item,start,end,amount,unit\nf1,HQ,vehicle_fuel,diesel,2025-01-01,2025-12-31,100,L\n"
    )
    monkeypatch.chdir(tmp_path)
    assert run(["init", "acme"]) == 0
    assert run(["site", "acme", "HQ", "--country", "GB"]) == 0
    assert run(["activity", "import", "acme", "fuel.csv"]) == 0
    assert run(["inventory", "acme", "--year", "2025"]) == 0

    assert len(lines) == 5
    assert [run(shlex.split(line)[1:]) for line in lines] == [0] * 5
    capsys.readouterr()
    assert run(["target", "report", "acme", "--year", "2025", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    goal = {one["name"]: one["value"] for one in printed["lines"]}
    assert goal["target.goal"] == pytest.approx(0.58 * 0.257082)
    assert (tmp_path / "weighings.xlsx").is_file()


def test_every_kind_of_meter_and_its_names_are_documented() -> None:
    text = (DOCS / "reference" / "kinds.md").read_text(encoding="utf-8")
    assert [name for name in vocabulary() if f"`{name}`" not in text] == []


def settings() -> Iterator[tuple[str, str, str]]:
    """Every setting of a server: its heading, its key, and its variable, which what is a table has not."""
    from wattstone.interfaces.serving.settings import Settings

    for name, declared in Settings.model_fields.items():
        fields = getattr(declared.annotation, "model_fields", None)
        if fields is None:
            yield "## server.toml", name, f"WATTSTONE_{name.upper()}"
            continue
        for key, one in fields.items():
            yield f"### [{name}]", key, "" if "dict" in str(one.annotation) else f"WATTSTONE_{name}_{key}".upper()


def test_every_setting_of_a_server_is_documented_and_nothing_else() -> None:
    text = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in re.split(r"\n(?=##)", text)}
    expected: dict[str, set[tuple[str, str]]] = {}
    for heading, key, variable in settings():
        expected.setdefault(heading, set()).add((key, variable))
    told = {
        heading: set(re.findall(r"^\| `(\w+)` \| (?:`(\w+)`)? ?\|", sections.get(heading, ""), re.MULTILINE))
        for heading in expected
    }
    assert told == expected


def test_every_environment_variable_is_documented() -> None:
    """Those that the code reads by name: nothing that begins with the prefix is read otherwise but settings."""
    text = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    read = {name for one in code for name in re.findall(r"\"(WATTSTONE_[A-Z_]+[A-Z])\"", one)}
    assert {"WATTSTONE_RECORDS", "WATTSTONE_KEY"} <= read
    assert {name for name in read if f"`{name}`" not in text} == set()


def test_every_stored_unit_is_in_the_nomenclature() -> None:
    text = (DOCS / "reference" / "nomenclature.md").read_text(encoding="utf-8")
    assert [name for name in CANONICAL.values() if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_a_shipped_licence_has_its_notice() -> None:
    """The Open Government Licence asks for its sentence wherever the data go."""
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert "Contains public sector information licensed under the Open Government Licence v3.0" in notice
