"""The house stands as it is drawn: rooms, sizes of files, the lock, and nothing that belongs to one machine."""

import ast
import configparser
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "wattstone"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# A file may grow this long before it has to be looked at again. Tables that are written as code are data.
LINES = 500


def tracked() -> list[Path]:
    """Files of the repository; without git, all but what the make targets leave."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    made = {".venv", ".venv-peers", "site", "build", "demo", "__pycache__", ".git"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every text file of the repository but this one, which spells what must not be there."""
    for path in tracked():
        try:
            if path != Path(__file__):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def layers(contract: str) -> dict[str, bool]:
    """The rooms of a contract, and whether each has to be there."""
    text = contracts()[f"importlinter:contract:{contract}"]["layers"]
    names = [name.strip() for line in text.splitlines() for name in re.split(r"[|:]", line) if name.strip()]
    return {name.strip("()"): not name.startswith("(") for name in names}


def rooms(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.glob("*/__init__.py")}


@pytest.mark.parametrize(("contract", "folder"), [("rooms", PACKAGE), ("interfaces", PACKAGE / "interfaces")])
def test_the_rooms_on_disk_are_those_of_the_contract(contract: str, folder: Path) -> None:
    drawn = layers(contract)

    assert rooms(folder) <= set(drawn)
    assert {name for name, needed in drawn.items() if needed} <= rooms(folder)


def test_every_room_is_kept_from_the_outside_world() -> None:
    sealed = contracts()["importlinter:contract:outside"]["source_modules"].split()
    assert set(sealed) == {f"wattstone.{room}" for room in rooms(PACKAGE) - {"interfaces"}}


def test_every_folder_of_code_says_that_it_is_a_package() -> None:
    folders = {path.parent for path in SOURCES if "versions" not in path.parts}
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_only_readings_and_interfaces_open_files_of_the_user() -> None:
    """Others read the data that the package ships, through importlib.resources.

    A partition's function in `workflows` is handed files of the lake and scans them; `simulation` writes its datasets.
    """
    opening = re.compile(r"(?<![\w.])open\(|\bread_(csv|parquet|excel|ndjson)\(|\bscan_(csv|parquet|delta)\(")
    allowed = {"readings", "interfaces", "simulation", "workflows"}
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        if path.relative_to(PACKAGE).parts[0] not in allowed
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if opening.search(line) and "io.StringIO" not in line
    ]
    assert found == []


def test_no_file_is_too_long_to_be_read() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES
    }
    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def test_nothing_large_is_kept_in_the_repository() -> None:
    assert [path.relative_to(ROOT).as_posix() for path in tracked() if path.stat().st_size > 1_500_000] == []


def test_a_public_name_is_there_and_has_a_docstring() -> None:
    """What a room offers in `__all__` can be imported, and a class or function among it says what it is."""
    import importlib
    import inspect

    silent: list[str] = []
    for path in sorted(PACKAGE.glob("*/__init__.py")):
        room = importlib.import_module(f"wattstone.{path.parent.name}")
        for name in getattr(room, "__all__", []):
            thing = getattr(room, name)
            if (inspect.isclass(thing) or inspect.isfunction(thing)) and not (thing.__doc__ or "").strip():
                silent.append(f"{room.__name__}.{name}")
    assert silent == []


def test_a_room_lists_all_that_it_imports_for_others() -> None:
    for path in PACKAGE.glob("*/__init__.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            alias.asname or alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wattstone")
            for alias in node.names
        }
        listed = [
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        ]
        assert imported <= set(listed[0] if listed else ()), path


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    groups += project["dependency-groups"].values()
    locked: dict[str, list[Version]] = {}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name, version in re.findall(r"^([a-z0-9.-]+)(?:\[.*\])?==([^ ;]+)", lock, flags=re.MULTILINE):
        locked.setdefault(name, []).append(Version(version))
    for text in (text for group in groups for text in group if not text.startswith("wattstone[")):
        wanted = Requirement(text)
        versions = locked.get(wanted.name.lower().replace("_", "-"), [])
        assert versions, f"{text} is not in requirements.lock: `make lock`"
        assert all(wanted.specifier.contains(version) for version in versions), f"{text}: `make lock`"


def test_the_lock_has_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9.-]+(?:\[.*\])?==.*$", lock, flags=re.MULTILINE)
    assert len(pins) > 20
    assert all(pin.rstrip().endswith("\\") for pin in pins), "a pin without hashes"
    assert re.findall(r"https?:|file:|--index|--find-links|(?<!\w)/\w+/", lock) == []


def test_nothing_names_a_package_registry_or_a_path_of_one_machine() -> None:
    host = r"pypi\.org|pythonhosted\.org|registry\.npmjs|registry\.yarnpkg|conda\.anaconda\.org|proxy\.golang\.org"
    machine = r"(?<![\w.>/-])/(?:work|opt|root|Users|home/[a-z]+)/"
    found = [f"{name}: {hit.group(0)}" for name, text in texts() for hit in re.finditer(f"{host}|{machine}", text)]
    assert found == []
