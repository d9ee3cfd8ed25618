"""Own factors as people hand them in: read as they were meant, all problems at once, kept whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.rates import electricity_factor, load_factors
from wattstone.rates.table import COLUMNS
from wattstone.workflows.factor_text import standard_text
from wattstone.workflows.own_factors import TEMPLATE, keep_factors, own_factors, remove_factors
from wattstone.workflows.workspace import Workspace

HEAD = "id;name;category;region;year;value;unit;gas;gwp_set;source;confidence"
OFFICE = (
    f"{HEAD}\r\n"
    "own_2018;Netz;purchased_electricity;GB;2018;0,28307;kgCO2e/kWh;CO2e;AR4;Schreiben für das Büro;B\r\n"
    ";;;;;;;;;;\r\n"
    "own_2019;Netz;purchased_electricity;GB;2019;0,25;kgCO2e/kWh;CO2e;AR4;Schreiben für das Büro;B\r\n"
)
"""As a German office saves a sheet: semicolons, decimal commas, its own encoding, an empty row."""
SHIPPED = "desnz2019_uk_electricity_electricity_generated_electricity_uk_kwh"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    create_workspace(tmp_path / "acme")
    held = open_workspace(tmp_path / "acme")
    yield held
    held.close()


def handed(folder: Path, text: str | bytes, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(workspace: Workspace, path: Path) -> list[tuple[str, str]]:
    before = [one.read_bytes() for one in workspace.factor_files]
    with pytest.raises(InputRefused) as raised:
        keep_factors(workspace, path)
    assert [one.read_bytes() for one in workspace.factor_files] == before
    assert sorted(one.name for one in (workspace.root / "factors").glob("*") if one.suffix != ".csv") == []
    return [(one.code, one.place) for one in raised.value.findings]


def row(**changed: str) -> str:
    held = {
        "id": "own_1", "name": "Grid", "category": "purchased_electricity", "region": "GB", "year": "2018",
        "value": "0.3", "unit": "kgCO2e/kWh", "gas": "CO2e", "gwp_set": "AR5", "source": "letter", "confidence": "B",
    } | changed  # fmt: skip
    return ",".join(held[name] for name in HEAD.split(";"))


def table(*rows: str) -> str:
    return "\n".join([HEAD.replace(";", ","), *rows]) + "\n"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_a_table_of_an_office_is_read_as_it_was_meant(workspace: Workspace, tmp_path: Path, encoding: str) -> None:
    kept = keep_factors(workspace, handed(tmp_path, OFFICE.encode(encoding), "Faktoren 2018.txt"), who="Ada")

    assert kept.name == "Faktoren 2018.csv"
    assert [(one.id, one.year, one.value) for one in kept.rows] == [
        ("own_2018", 2018, 0.28307),
        ("own_2019", 2019, 0.25),
    ]
    assert kept.rows[0].source == "Schreiben für das Büro"
    found = electricity_factor(
        load_factors(workspace.factor_files), region=None, country="GB", year=2018, gwp_set="AR5"
    )
    assert (found.value, found.set) == (0.28307, "user")


def test_what_replaces_a_published_factor_is_shown_beside_it(workspace: Workspace, tmp_path: Path) -> None:
    shipped = load_factors()[SHIPPED]
    given = row(id=SHIPPED, category=shipped.category, year=str(shipped.year), unit=shipped.unit, gas=shipped.gas)
    (kept,) = (keep_factors(workspace, handed(tmp_path, table(given))),)

    assert kept.replaced[SHIPPED].value == shipped.value
    assert kept.rows[0].value == 0.3


def test_everything_that_is_wrong_is_told_at_once_by_the_rows_of_the_file(workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        row(),
        row(id="own_2", year="2019", unit="kg/kWh"),
        "",
        row(id="own_3", year="2020", value="-0.4"),
        row(id="own_1", year="2021"),
        row(id="own_5", year="2022", confidence="certain", source=""),
    ]

    assert refused(workspace, handed(tmp_path, table(*rows))) == [
        ("rates.unit", "own.csv, row 3, column 'unit'"),
        ("rates.value", "own.csv, row 5, column 'value'"),
        ("rates.id", "own.csv, row 6"),
        ("rates.empty", "own.csv, row 7, column 'source'"),
        ("rates.confidence", "own.csv, row 7, column 'confidence'"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (table(row(value="=0.1*3")), "factors.formula", "own.csv, row 2, column 'value'"),
        (table(row(name="@SUM(A1)")), "factors.formula", "own.csv, row 2, column 'name'"),
        (table(row(value='"1,234"')), "factors.decimal", "own.csv, row 2, column 'value'"),
        (OFFICE.replace("0,25;", "1.234;"), "factors.decimal", "own.csv, row 4, column 'value'"),
        (table(row(), row() + ",more"), "factors.wide", "own.csv, row 3"),
        (HEAD.replace("id;", "") + "\nx;y\n", "factors.missing", "own.csv, row 1"),
        (HEAD + ";note\n" + "x;" * 11, "factors.strange", "own.csv, row 1"),
        (HEAD + ";ID\nx\n", "factors.twice", "own.csv, row 1"),
        (HEAD + "\n", "factors.empty", "own.csv"),
        ("Unsere Faktoren\n\n" + OFFICE, "factors.header", "own.csv"),
        (b"PK\x03\x04rest", "factors.workbook", "own.csv"),
        (b"id;name\x00;value;unit;gas;source", "factors.text", "own.csv"),
        ("", "factors.header", "own.csv"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    workspace: Workspace, tmp_path: Path, text: str | bytes, code: str, place: str
) -> None:
    assert (code, place) in refused(workspace, handed(tmp_path, text))


def test_numbers_are_read_in_one_way_only(tmp_path: Path) -> None:
    def value(text: str, divider: str) -> str:
        cells = row(value=text).replace(",", divider) if divider != "," else row(value=f'"{text}"')
        made = standard_text(f"{HEAD.replace(';', divider)}\n{cells}\n".encode(), name="a.csv")
        return made.splitlines()[1].split(",")[COLUMNS.index("value")]

    assert [value("1234.5", ";"), value("0.5", "\t"), value("0,5", ","), value("0.5", ",")] == [
        "1234.5", "0.5", "0.5", "0.5",
    ]  # fmt: skip
    assert standard_text(OFFICE.replace("0,25", "1.234,5").encode(), name="a.csv").splitlines()[3].count("1234.5") == 1


def test_files_are_judged_together_and_a_file_of_the_same_name_is_replaced(
    workspace: Workspace, tmp_path: Path
) -> None:
    keep_factors(workspace, handed(tmp_path, table(row()), "a.csv"))

    assert refused(workspace, handed(tmp_path, table(row()), "b.csv")) == [("rates.id", "b.csv, row 2")]
    keep_factors(workspace, handed(tmp_path, table(row(value="0.4")), "a.csv"))
    assert [one.rows[0].value for one in own_factors(workspace)] == [0.4]


def test_a_broken_file_can_be_seen_and_removed(workspace: Workspace, tmp_path: Path) -> None:
    folder = workspace.root / "factors"
    folder.mkdir(exist_ok=True)
    (folder / "old.csv").write_text("id,name\n1,2\n")
    assert [(one.name, len(one.findings)) for one in own_factors(workspace)] == [("old.csv", 1)]

    remove_factors(workspace, "old.csv", who="Ada")
    assert own_factors(workspace) == ()
    for name in ("old.csv", "../wattstone.toml"):
        with pytest.raises(InputRefused):
            remove_factors(workspace, name)


def test_the_template_has_to_be_filled_in(workspace: Workspace, tmp_path: Path) -> None:
    assert TEMPLATE.split("\r\n")[0] == ",".join(COLUMNS)
    assert {code for code, _ in refused(workspace, handed(tmp_path, TEMPLATE))} == {"rates.empty"}
