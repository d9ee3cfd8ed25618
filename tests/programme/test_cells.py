"""Cells of a table of entries: what each type takes, and that all that is wrong is told at once."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from wattstone.programme.cells import Named, headers_of, read_cells
from wattstone.programme.kinds import SITE, RecordField, RecordKind
from wattstone.programme.naming import named, twice
from wattstone.readings.problems import Problems
from wattstone.readings.sheets import Sheet, read_tables
from wattstone.readings.tabular.csv import ROW

KIND = RecordKind(
    id="thing", module="nature", label="Thing", plural="Things",
    fields=(
        RecordField(name="id", type="text", label="Id"),
        RecordField(name="name", type="text", label="Name", required=True, headers=("title", "名称")),
        RecordField(name="area", type="number", label="Area", unit="ha", above=0.0),
        RecordField(name="mass", type="number", label="Mass (dry)", unit="t", least=0.0, most=100.0),
        RecordField(name="count", type="integer", label="Count"),
        RecordField(name="share", type="part", label="Share"),
        RecordField(name="start", type="date", label="Start"),
        RecordField(name="year", type="year", label="Year"),
        RecordField(name="status", type="choice", label="Status", choices={"planned": "Planned", "done": "In action"}),
        RecordField(name="verified", type="flag", label="Verified"),
        RecordField(name="site", type="site", label="Site"),
        RecordField(name="part_of", type="ref", label="Part of", to="thing"),
        RecordField(name="partners", type="list", label="Partners"),
        RecordField(name="sites", type="list", label="Sites", to=SITE),
    ),
)  # fmt: skip
KNOWN = Named(
    sites={"HQ": "Head office", "A": "Yard"}, refs={"thing": {"t1"}}, labels={"In action": "实施中", "Area": "面积"}
)


def read(titles: dict[str, str] | None = None, brackets: dict[str, str] | None = None, **cells: list[str | None]):
    height = len(next(iter(cells.values())))
    frame = pl.DataFrame(
        {ROW: list(range(2, height + 2)), **cells}, schema={ROW: pl.Int64, **dict.fromkeys(cells, pl.String)}
    )
    problems = Problems(Path("things.csv"))
    sheet = Sheet("things.csv", frame, titles or {name: name for name in cells}, brackets or {})
    return read_cells(KIND, sheet, KNOWN, problems), [one.code for one in problems.findings], problems.findings


def test_a_unit_at_a_number_that_has_none_is_refused() -> None:
    _, found, _ = read(name=["Meadow"], count=["500"], brackets={"count": "万"})

    assert found == ["entry.unitless"]


def test_cells_become_values() -> None:
    frame, found, _ = read(
        name=["Meadow", "Reef"], area=["1.5", "2,000.25"], count=["3", None], share=["25 %", "0.5"],
        start=["2024-03-31", "31.12.2024"], year=["2024", "2030"], status=["planned", "实施中"], verified=["yes", "否"],
        site=["HQ", "head OFFICE"], part_of=["t1", None], partners=["IUCN; WWF ；X", None],
        sites=["HQ; yard", None],
    )  # fmt: skip

    assert found == []
    assert frame["area"].to_list() == [1.5, 2000.25]
    assert frame["share"].to_list() == [0.25, 0.5]
    assert frame["start"].to_list() == [date(2024, 3, 31), date(2024, 12, 31)]
    assert frame["status"].to_list() == ["planned", "done"]
    assert frame["verified"].to_list() == [True, False]
    assert frame["site"].to_list() == ["HQ", "HQ"]
    assert frame["partners"].to_list() == [["IUCN", "WWF", "X"], None]
    assert frame["sites"].to_list() == [["HQ", "A"], None]
    assert frame["count"].to_list() == [3, None]


@pytest.mark.parametrize(
    ("field", "cells", "code"),
    [
        ("area", ["0"], "entry.bounds"),  # above zero, not zero itself
        ("mass", ["100.5"], "entry.bounds"),
        ("mass", ["-1"], "entry.bounds"),
        ("share", ["25"], "entry.bounds"),  # a percentage without its sign
        ("year", ["24"], "entry.bounds"),
        ("area", ["three"], "entry.number"),
        ("area", ["1.234,5", "1,234.5"], "entry.number_style"),
        ("count", ["1.5"], "entry.whole"),
        ("start", ["soon"], "entry.day"),
        ("start", ["2024-03"], "entry.day"),  # a month is no day
        ("start", ["03/04/2024"], "entry.day_order"),
        ("status", ["finished"], "entry.choice"),
        ("verified", ["maybe"], "entry.flag"),
        ("site", ["LOST"], "entry.site_unknown"),
        ("sites", ["HQ; LOST"], "entry.site_unknown"),
        ("part_of", ["t9"], "entry.ref_unknown"),
        ("name", [None], "entry.lacking"),
        ("id", ["a/b"], "entry.id"),
    ],
)
def test_what_cannot_be_taken_is_told(field: str, cells: list[str | None], code: str) -> None:
    _, found, _ = read(**{field: cells})

    assert code in found


def test_all_that_is_wrong_is_told_at_once() -> None:
    _, found, findings = read(name=[None, "x"], area=["x", "-1"], status=["gone", "gone"])

    assert sorted(found) == ["entry.bounds", "entry.choice", "entry.lacking", "entry.number"]
    choice = next(one for one in findings if one.code == "entry.choice")
    assert choice.count == 2
    assert choice.text().startswith("things.csv, column 'status': rows 2, 3: nothing that can be chosen: 'gone'")


def test_a_unit_in_the_header_is_converted_and_another_is_refused() -> None:
    """1 ha is 10 000 m2, exactly."""
    frame, found, _ = read(brackets={"area": "m2"}, area=["25000"], name=["x"])
    assert (found, frame["area"].to_list()) == ([], [2.5])

    _, found, _ = read(brackets={"area": "kg"}, area=["25000"], name=["x"])
    assert found == ["entry.unit"]


def test_headers_are_known_in_both_languages_with_their_units(tmp_path: Path) -> None:
    path = tmp_path / "things.csv"
    path.write_text("名称,面积 [m2],Mass (dry),Status\nMeadow,10000,5,In action\n", encoding="utf-8")
    problems = Problems(path)
    (sheet,) = read_tables(path, headers_of(KIND, KNOWN.labels), problems)
    frame = read_cells(KIND, sheet, KNOWN, problems)

    assert problems.findings == ()
    assert frame.select("name", "area", "mass", "status").rows() == [("Meadow", 1.0, 5.0, "done")]


def test_a_column_that_nobody_knows_and_one_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "things.csv"
    path.write_text("name,area,colour,Area\nMeadow,1,green,2\n", encoding="utf-8")
    problems = Problems(path)
    read_tables(path, headers_of(KIND), problems)

    assert sorted(one.code for one in problems.findings) == ["entry.column_twice", "entry.column_unknown"]


def rows(**columns: list[object]) -> pl.DataFrame:
    frame = pl.DataFrame(columns)
    return frame.with_columns(pl.int_range(2, frame.height + 2).alias(ROW), pl.lit("t").alias("_place"))


def test_an_entry_without_an_id_is_known_by_what_it_says() -> None:
    first = named(KIND, rows(name=["Meadow", "Reef"], area=[1.0, 2.0]))["entry"].to_list()
    again = named(KIND, rows(name=["Reef", "Meadow"], area=[2.0, 1.0]))["entry"].to_list()

    assert first == again[::-1]
    assert len(set(first)) == 2
    assert named(KIND, rows(id=["t1", None], name=["a", "b"]))["entry"][0] == "t1"


def test_keys_that_look_alike_are_told_apart() -> None:
    kind = RecordKind(
        id="pair", module="nature", label="", plural="", key=("a", "b"),
        fields=(
            RecordField(name="a", type="text", label="A", required=True),
            RecordField(name="b", type="text", label="B"),
        ),
    )  # fmt: skip
    held = named(kind, rows(a=["x~", "x", "x%7E", "x", None], b=["y", "~y", "y", None, "y"]))["entry"].to_list()

    assert held == ["x%7E~y", "x~%7Ey", "x%257E~y", "x~", None]


def test_the_same_entry_twice_in_a_table_is_told_with_its_rows() -> None:
    (finding,) = twice(KIND, named(KIND, rows(id=["t1", "t2", "t1"], name=["a", "b", "c"])))

    assert (finding.code, finding.count, finding.params["rows"]) == ("entry.twice", 1, "2 = 4")


def test_only_days_that_can_be_read_two_ways_are_named() -> None:
    _, found, told = read(name=["a", "b", "c"], start=["2024-06-01", "6/1/2024", "13.2.2024"])
    assert found == ["entry.day_order"]
    assert told[0].params["texts"] == "'6/1/2024'"
    assert told[0].params["rows"] == "3"


def test_a_percentage_without_its_sign_is_told_how_to_write_it() -> None:
    _, _, told = read(name=["a"], share=["42"])
    assert "42 %" in told[0].remedy


def test_emissions_of_another_multiple_are_converted() -> None:
    frame, found, _ = read(name=["a"], mass=["90"], brackets={"mass": "kg"})
    assert found == []
    assert frame["mass"].to_list() == [0.09]
