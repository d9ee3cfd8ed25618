"""The runner of the cases: it finds every fault of a case file at once, and never passes what does not hold."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.cases import run
from tests.cases.check import MISSING, deviations, resolve
from tests.cases.form import Case, Table, find_cases, read_case
from tests.cases.run import Outcome, folder_hash, run_case
from tests.cases.tables import table_frame, write_table
from wattstone.base import InputRefused

FUNCTION = '[case]\nname = "n"\nsource = "s"\nfunction = "wattstone.base:convert"\n'
ARGUMENTS = '[arguments]\nvalue = 2.0\nsource = "MWh"\ntarget = "kWh"\n'


def write(folder: Path, text: str, readme: str = "What it is about.") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(readme, encoding="utf-8")
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return folder


def told(folder: Path, tmp: Path) -> list[str]:
    case = read_case(folder)
    return deviations(case, run_case(case, folder, tmp), folder=folder, tmp=tmp)


def judged(document: Any, **expect: Any) -> list[str]:
    """What one expectation says of a document."""
    head = {"name": "n", "source": "s", "function": "wattstone.base:convert"}
    case = Case.model_validate({"case": head, "expect": [expect]})
    return deviations(case, [Outcome("f", is_call=True, document=document)], folder=Path(), tmp=Path())


def test_a_folder_may_hold_many_cases_or_be_one(tmp_path: Path) -> None:
    one = write(tmp_path / "b" / "one", FUNCTION)
    other = write(tmp_path / "a", FUNCTION)

    assert find_cases(tmp_path) == [other, one]
    assert find_cases(one) == [one]


@pytest.mark.parametrize(("value", "holds"), [(2000.0, True), (2000.1, False)])
def test_a_function_is_called_and_its_value_compared(tmp_path: Path, value: float, holds: bool) -> None:
    folder = write(tmp_path / "case", f'{FUNCTION}{ARGUMENTS}[[expect]]\npointer = ""\nvalue = {value}\n')

    assert (told(folder, tmp_path) == []) is holds


def test_every_fault_of_a_case_is_told_at_once(tmp_path: Path) -> None:
    text = '[case]\nname = "n"\nfunction = "os:system"\n[[expect]]\npointer = "x"\nmatches = "("\ncolour = 1\n'
    with pytest.raises(InputRefused) as refusal:
        read_case(write(tmp_path / "case", text, readme=" "))

    places = [finding.place for finding in refusal.value.findings]
    assert places == [
        "case 'case', README.md",
        "case 'case', case.toml, case.source",
        "case 'case', case.toml, case.function",
        "case 'case', case.toml, expect[1].pointer",
        "case 'case', case.toml, expect[1].matches",
        "case 'case', case.toml, expect[1].colour",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[case\n", "line 1"),
        ('[case]\nname = "n"\nsource = "s"\n[[expect]]\npointer = ""\nvalue = 1\n', "one of `function` and `command`"),
        (f'{FUNCTION}[[expect]]\npointer = ""\n', "nothing is expected"),
        (f'{FUNCTION}[[expect]]\nrows = "e.json#/a"\npointer = "/b"\n', "choose and compare by themselves"),
        (
            '[case]\nname = "n"\nsource = "s"\ncommand = ["a"]\n[[expect]]\npointer = ""\nstdout_matches = "a"\n',
            "nothing is expected of what is found there",
        ),
        (f"{FUNCTION}[[expect]]\n", "nothing is expected"),
        (f'{FUNCTION}[[expect]]\npointer = ""\nequals = "a"\nrelative = 0.1\n', "a tolerance goes with `value`"),
        (f'{FUNCTION}[[expect]]\nstderr_matches = "a"\n', "what only a command has"),
        (f"{FUNCTION}expect = []\n", "case.expect"),
        ('[case]\nname = "n"\nsource = "s"\ncommand = ["a"]\n[[expect]]\ncommand = 2\nstdout_matches = "a"\n', "of 1"),
    ],
)
def test_a_case_that_says_too_little_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_case(write(tmp_path / "case", text))

    assert says in str(refusal.value)


def test_an_expected_exception_is_a_document(tmp_path: Path) -> None:
    head = FUNCTION + 'raises = "UnknownUnit"\n' + ARGUMENTS.replace("MWh", "furlong")
    folder = write(tmp_path / "case", head + '[[expect]]\npointer = "/message"\nequals = "furlong"\n')
    assert told(folder, tmp_path) == []

    quiet = write(tmp_path / "quiet", head.replace("furlong", "MWh") + '[[expect]]\npointer = ""\ncount = 0\n')
    with pytest.raises(AssertionError, match="expected it to raise UnknownUnit"):
        told(quiet, tmp_path)


DOCUMENT = {
    "figures": [
        {"name": "scope1", "subject": "organisation", "value": 10.0, "reason": None},
        {"name": "scope1", "subject": "site:A", "value": 4.0, "reason": "estimated"},
        {"name": "scope1", "subject": "site:B", "value": None, "reason": "no factor for 'XX'"},
    ]
}


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        ({"select": {"subject": "site:A"}, "pointer": "/value", "value": 4.0}, True),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "value": 4.004, "relative": 1e-3}, True),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "value": 4.005, "relative": 1e-3}, False),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "value": 4.5, "absolute": 0.5}, True),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "value": 4.0, "absolute": 0.0}, True),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "value": 4.0 + 1e-12, "absolute": 0.0}, False),
        ({"select": {"subject": "site:B"}, "pointer": "/value", "value": 0.0, "absolute": 9.0}, False),
        ({"select": {"subject": "site:B"}, "pointer": "/value", "is_null": True}, True),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "is_null": True}, False),
        ({"select": {"subject": "site:B"}, "pointer": "/value", "is_null": False}, False),
        ({"select": {"subject": "site:B"}, "pointer": "/reason", "matches": "factor for 'X"}, True),
        ({"select": {"subject": "site:B"}, "pointer": "/reason", "matches": "^factor"}, False),
        ({"select": {"subject": "site:A"}, "pointer": "/reason", "equals": "estimated"}, True),
        ({"select": {"subject": "site:A"}, "pointer": "/reason", "equals": "measured"}, False),
        ({"select": {"name": "scope1"}, "pointer": "/value", "value": 10.0}, False),
        ({"select": {"name": "scope1"}, "count": 3}, True),
        ({"select": {"name": "scope1"}, "count": 2}, False),
        ({"select": {"name": "scope2"}, "count": 0}, True),
        ({"select": {"name": "scope2"}, "absent": True}, True),
        ({"select": {"name": "scope1"}, "absent": True}, False),
        ({"select": {"name": "scope2"}, "pointer": "/value", "absent": True}, True),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "at_least": 4.0, "at_most": 4.0}, True),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "at_least": 4.1}, False),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "at_most": 3.9}, False),
        ({"select": {"subject": "site:A"}, "pointer": "/nothing", "is_null": True}, False),
        ({"select": {"subject": "site:A"}, "pointer": "/value", "in": "/rows", "value": 4.0}, False),
        ({"pointer": "/figures/0/name", "equals": "scope1"}, True),
        ({"count": 1}, True),
        ({"count": 2}, False),
        ({"pointer": "/figures/3", "absent": True}, True),
    ],
)
def test_what_an_expectation_lets_through(expect: dict[str, Any], holds: bool) -> None:
    assert (judged(DOCUMENT, **expect) == []) is holds


A_ROW = {"name": "scope1", "subject": "site:A"}
B_ROW = {"name": "scope1", "subject": "site:B"}


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([{**A_ROW, "value": 4}, {**B_ROW, "value": None}], 0),
        ([{**A_ROW, "value": 4.1}, {**B_ROW, "value": 0}], 2),
        ([{**A_ROW, "value": None}], 1),
        ([{**A_ROW, "name": "scope9", "value": 4}], 1),
    ],
)
def test_every_row_of_a_file_is_an_expectation(tmp_path: Path, rows: list[dict[str, Any]], problems: int) -> None:
    (tmp_path / "expected.json").write_text(json.dumps({"totals": rows}), encoding="utf-8")
    head = {"name": "n", "source": "s", "function": "wattstone.base:convert"}
    case = Case.model_validate({"case": head, "expect": [{"rows": "expected.json#/totals", "relative": 1e-9}]})
    found = deviations(case, [Outcome("f", is_call=True, document=DOCUMENT)], folder=tmp_path, tmp=tmp_path)

    assert len(found) == problems


def test_a_file_without_rows_expects_nothing_and_is_refused(tmp_path: Path) -> None:
    (tmp_path / "expected.json").write_text('{"totals": []}', encoding="utf-8")
    head = {"name": "n", "source": "s", "function": "wattstone.base:convert"}
    case = Case.model_validate({"case": head, "expect": [{"rows": "expected.json#/totals"}]})

    with pytest.raises(ValueError, match="no rows"):
        deviations(case, [Outcome("f", is_call=True, document=DOCUMENT)], folder=tmp_path, tmp=tmp_path)


def test_true_is_not_one() -> None:
    assert judged({"a": True}, pointer="/a", value=1.0) != []
    assert judged({"a": 1}, pointer="/a", equals=True) != []


def test_pointers_follow_rfc_6901() -> None:
    document = {"a/b": 1, "m~n": 2, "": 3, "list": [4]}

    assert [resolve(document, pointer) for pointer in ("", "/a~1b", "/m~0n", "/", "/list/0")] == [document, 1, 2, 3, 4]
    assert resolve(document, "/list/1") is resolve(document, "/list/x") is MISSING


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in place of wattstone: prints its arguments as JSON, writes a file on `write`, fails on `fail`."""
    program = (
        "import json, pathlib, sys; words = sys.argv[1:]; print(json.dumps({'words': words})); "
        "print('warned', file=sys.stderr); "
        "words[0] == 'write' and pathlib.Path(words[1], 'new').write_text('x'); sys.exit(2 * (words[0] == 'fail'))"
    )
    monkeypatch.setattr(run, "WATTSTONE", [sys.executable, "-c", program])


COMMANDS = """
[case]
name = "n"
source = "s"
command = [["look", "{{case}}/a"], [{last}]]
exit_code = {code}

[[file]]
path = "ws/old"
content = "in {{tmp}}"

[[expect]]
command = 1
pointer = "/words/0"
equals = "look"

[[expect]]
stderr_matches = "^warned"

[[expect]]
unchanged = "ws"
"""


@pytest.mark.usefixtures("fake")
def test_commands_run_in_order_on_files_that_were_written(tmp_path: Path) -> None:
    folder = write(tmp_path / "case", COMMANDS.format(last='"fail"', code=2))
    place = tmp_path / "tmp"
    place.mkdir()

    assert told(folder, place) == []
    assert (place / "ws/old").read_text(encoding="utf-8") == f"in {place}"


@pytest.mark.usefixtures("fake")
def test_a_changed_folder_and_a_wrong_exit_code_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "case", COMMANDS.format(last='"write", "ws"', code=0))
    assert told(folder, tmp_path) == [
        "expect 3: 'ws' is not what it was before command 2 (wattstone write ws)",
    ]
    folder = write(tmp_path / "other", COMMANDS.format(last='"look"', code=2))
    with pytest.raises(AssertionError, match="exit code 0, expected 2"):
        told(folder, tmp_path)


TOGETHER = """
[case]
name = "n"
source = "s"
together = true
command = [
    ["init", "{{tmp}}/ws", "--name", "A"],
    ["site", "{{tmp}}/ws", "HQ", "--country", "{country}"],
    ["site", "{{tmp}}/ws", "--json"],
]

[[expect]]
command = 1
stdout_matches = "Made the workspace"

[[expect]]
in = "/sites"
select = {{ id = "HQ" }}
pointer = "/country"
equals = "GB"
"""


def test_commands_may_run_in_one_process_each_with_its_own_output(tmp_path: Path) -> None:
    assert told(write(tmp_path / "case", TOGETHER.format(country="GB")), tmp_path) == []


def test_a_command_that_fails_among_others_is_told_and_ends_them(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"(?s)command 2 .* exit code 2, expected 0.*country"):
        told(write(tmp_path / "case", TOGETHER.format(country="nowhere")), tmp_path)


def test_no_file_leaves_the_folder_of_the_case(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "case", f'{FUNCTION}{ARGUMENTS}[[file]]\npath = "../x"\ncontent = ""\n[[expect]]\ncount = 0\n'
    )
    with pytest.raises(ValueError, match="leads out of"):
        told(folder, tmp_path / "tmp")


def test_the_hash_of_a_folder_sees_names_and_bytes(tmp_path: Path) -> None:
    hashes = [folder_hash(tmp_path / "ws")]
    (tmp_path / "ws").mkdir()
    for name, content in (("a", "1"), ("a", "2"), ("b", "2")):
        (tmp_path / "ws" / name).write_text(content, encoding="utf-8")
        hashes.append(folder_hash(tmp_path / "ws"))

    assert hashes[0] == "absent"
    assert len(set(hashes)) == 4


def test_a_table_is_its_csv_and_its_fills(tmp_path: Path) -> None:
    table = Table.model_validate(
        {
            "path": "readings.parquet",
            "schema": {"meter_id": "str", "timestamp": "datetime[ms, UTC]", "value": "float"},
            "csv": "timestamp, meter_id, value\n2019-01-01T00:00:00Z, A, 1.5\n2019-01-01 01:00, A,\n",
            "fill": [
                {
                    "column": "timestamp",
                    "start": datetime(2019, 3, 31, tzinfo=UTC),
                    "end": datetime(2019, 3, 31, 1, tzinfo=UTC),
                    "every": "15m",
                    "values": {"meter_id": "B", "value": [1, 2, 3]},
                }
            ],
        }
    )
    frame = table_frame(table)
    write_table(table, tmp_path / "in" / "readings.parquet")

    assert frame.schema == {"meter_id": pl.String, "timestamp": pl.Datetime("ms", "UTC"), "value": pl.Float64}
    assert frame["value"].to_list() == [1.5, None, 1.0, 2.0, 3.0, 1.0]
    assert frame["timestamp"][5] == datetime(2019, 3, 31, 0, 45, tzinfo=UTC)
    assert pl.read_parquet(tmp_path / "in" / "readings.parquet").equals(frame)


def test_a_workbook_can_be_written(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    table = Table.model_validate({"path": "a.xlsx", "schema": {"a": "int", "b": "date"}, "csv": "a,b\n1,2019-02-03\n"})
    write_table(table, tmp_path / "a.xlsx")

    rows = list(load_workbook(tmp_path / "a.xlsx").active.values)
    assert rows == [("a", "b"), (1, datetime(2019, 2, 3))]


def test_json_is_read_from_a_file_that_a_command_wrote(tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text(json.dumps({"a": 1}), encoding="utf-8")
    head = {"name": "n", "source": "s", "command": ["x"]}
    case = Case.model_validate({"case": head, "expect": [{"file": "{tmp}/out.json", "pointer": "/a", "value": 1.0}]})

    assert deviations(case, [Outcome("command 1")], folder=tmp_path, tmp=tmp_path) == []
