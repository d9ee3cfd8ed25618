"""Every benchmark still runs, on a tiny estate; the sides of each agree, and no time is judged."""

from pathlib import Path

import pytest
from benchmarks.tables import HEAD, Row, Setting, machine, markdown

from benchmarks import __main__ as program


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    return Setting(scratch=tmp_path_factory.mktemp("bench"), data=None, small=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", program.NAMES)
def test_a_benchmark_runs(name: str, setting: Setting) -> None:
    rows = program.run((name,), setting)

    assert rows
    assert all(row.what and row.ours for row in rows)


def test_every_module_of_a_hot_path_is_run() -> None:
    folder = Path(program.__file__).parent
    tools = {"__init__", "__main__", "causal", "citylearn_2022", "citylearn_bed", "estates", "measuring", "tables"} | {
        "air_made",
        "web_readers",
        "coverage_pairs",
        "estate_arrays",
        "many_meters",
        "quality_zero_runs",
        "year_charts",
    }
    assert {path.stem for path in folder.glob("*.py")} - tools == {*program.NAMES, *program.ASKED}


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        program.main(["nothing"])

    assert left.value.code == 2
    assert "there is no benchmark nothing" in capsys.readouterr().err


def test_the_table_says_whether_a_limit_is_kept() -> None:
    rows = [Row("a", "1 s", kept=True), Row("b", "2 s", limit="≤ 1 s", kept=False), Row("c", "3 s")]
    lines = markdown(rows).splitlines()

    assert lines[0].count("|") == len(HEAD) + 1
    assert [line.split("|")[-2].strip() for line in lines[2:]] == ["kept", "MISSED", ""]


def test_the_machine_is_named() -> None:
    assert "polars" in machine()
    assert "cores" in machine()
