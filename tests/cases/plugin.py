"""`pytest --cases FOLDER`: run a folder of worked cases, the repository's own if none is named."""

from pathlib import Path

import pytest

from tests.cases.form import find_cases

OWN = Path(__file__).parents[2] / "cases"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cases",
        action="append",
        metavar="FOLDER",
        help="run the worked cases under FOLDER alone (form: cases/README.md); can be given more than once",
    )


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("cases"):
        return
    for folder in folders(config):
        if not find_cases(folder):
            raise pytest.UsageError(f"--cases {folder}: there is no case.toml in it, nor in any folder below it")
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = [str(Path(__file__).with_name("test_cases.py"))]


def folders(config: pytest.Config) -> list[Path]:
    """The folders whose cases are to be run."""
    named: list[str] | None = config.getoption("cases")
    return [(config.invocation_params.dir / name).resolve() for name in named] if named else [OWN]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case_folder" not in metafunc.fixturenames:
        return
    found = [(folder, case) for folder in folders(metafunc.config) for case in find_cases(folder)]
    ids = [case.name if case == folder else case.relative_to(folder).as_posix() for folder, case in found]
    metafunc.parametrize("case_folder", [case for _, case in found], ids=ids)
