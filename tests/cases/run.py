"""Running a case: its inputs are written into an empty folder, its function or commands run there."""

import dataclasses
import hashlib
import importlib
import json
import math
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tests.cases.form import Case, Table
from tests.cases.tables import table_frame, write_table

WATTSTONE = [str(Path(sys.executable).with_name("wattstone"))]
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Outcome:
    """What one command, or the function, left behind.

    `document` is a function's result; the `stdout` of a command is read as JSON when an expectation looks into it.
    """

    place: str
    is_call: bool = False
    exit_code: int = 0
    stdout: str = ""
    stderr: str = ""
    document: Any = None
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)


def filled_in(text: str, *, case: Path, tmp: Path) -> str:
    """Text with `{case}`, `{tmp}` and `{data}` filled in; other braces stay."""
    return text.replace("{case}", str(case)).replace("{tmp}", str(tmp)).replace("{data}", str(DATA))


def inside(tmp: Path, path: str) -> Path:
    """A path below the case's empty folder, and never out of it."""
    target = (tmp / path).resolve()
    if not target.is_relative_to(tmp.resolve()):
        raise ValueError(f"'{path}' leads out of the case's own folder")
    return target


def prepare(case: Case, tmp: Path, folder: Path) -> None:
    """Write the files and tables of a case."""
    for file in case.file:
        target = inside(tmp, file.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(filled_in(file.content, case=folder, tmp=tmp).encode())
    for table in case.table:
        write_table(table, inside(tmp, table.path))


def run_case(case: Case, folder: Path, tmp: Path) -> list[Outcome]:
    """The outcomes of a case: one for each command, or one for its function."""
    prepare(case, tmp, folder)
    if case.case.function:
        return [_call(case)]
    if case.case.together:
        return _together(case, folder, tmp)
    watched = sorted({expect.unchanged for expect in case.expect if expect.unchanged})
    return [
        _command(number, line, case=case, folder=folder, tmp=tmp, watched=watched)
        for number, line in enumerate(case.case.commands, 1)
    ]


def _command(number: int, line: list[str], *, case: Case, folder: Path, tmp: Path, watched: list[str]) -> Outcome:
    arguments = [filled_in(word, case=folder, tmp=tmp) for word in line]
    before = {name: folder_hash(inside(tmp, name)) for name in watched}
    done = subprocess.run(
        [*WATTSTONE, *arguments],
        cwd=tmp,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=case.case.timeout,
        check=False,
    )
    outcome = Outcome(
        place=f"command {number} (wattstone {' '.join(arguments)})",
        exit_code=done.returncode,
        stdout=done.stdout.decode(errors="replace"),
        stderr=done.stderr.decode(errors="replace"),
        before=before,
        after={name: folder_hash(inside(tmp, name)) for name in watched},
    )
    _ended_well(case, number, outcome)
    return outcome


def _ended_well(case: Case, number: int, outcome: Outcome) -> None:
    wanted = case.case.exit_code if number == len(case.case.commands) else 0
    if outcome.exit_code != wanted:
        raise AssertionError(
            f"{outcome.place} ended with exit code {outcome.exit_code}, expected {wanted}\n"
            f"{outcome.stdout}\n{outcome.stderr}"
        )


def _together(case: Case, folder: Path, tmp: Path) -> list[Outcome]:
    """Commands one after the other in one process, which spares the start of each."""
    lines = [[filled_in(word, case=folder, tmp=tmp) for word in line] for line in case.case.commands]
    streams = inside(tmp, ".streams")
    streams.mkdir()
    (streams / "lines.json").write_text(json.dumps(lines), encoding="utf-8")
    program = [sys.executable, str(Path(__file__).with_name("together.py")), str(streams / "lines.json")]
    done = subprocess.run(
        program, cwd=tmp, stdin=subprocess.DEVNULL, capture_output=True, timeout=case.case.timeout, check=False
    )
    outcomes: list[Outcome] = []
    for number, line in enumerate(lines, 1):
        code, out, err = (streams / f"{number}.{ending}" for ending in ("code", "out", "err"))
        outcome = Outcome(
            place=f"command {number} (wattstone {' '.join(line)})",
            exit_code=int(code.read_text(encoding="utf-8")) if code.exists() else done.returncode or 1,
            stdout=out.read_text(encoding="utf-8", errors="replace") if out.exists() else "",
            stderr=err.read_text(encoding="utf-8", errors="replace")
            if err.exists()
            else done.stderr.decode(errors="replace"),
        )
        _ended_well(case, number, outcome)
        outcomes.append(outcome)
    return outcomes


def folder_hash(folder: Path) -> str:
    """SHA-256 over the names and bytes of every file in a folder; `absent` where there is none."""
    if not folder.exists():
        return "absent"
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _call(case: Case) -> Outcome:
    function = _function(str(case.case.function))
    arguments = {key: _argument(given) for key, given in case.arguments.items()}
    if case.case.raises is None:
        return Outcome(str(case.case.function), is_call=True, document=as_document(function(**arguments)))
    try:
        result = function(**arguments)
    except Exception as error:
        if case.case.raises not in {kind.__name__ for kind in type(error).__mro__}:
            raise
        facts = {"error": type(error).__name__, "message": str(error), **_facts(error)}
        return Outcome(str(case.case.function), is_call=True, document=facts)
    raise AssertionError(f"{case.case.function} returned {result!r}, expected it to raise {case.case.raises}")


def _facts(error: Exception) -> dict[str, Any]:
    findings = getattr(error, "findings", None)
    return {"findings": [finding.as_dict() for finding in findings]} if findings is not None else {}


def _argument(given: Any) -> Any:
    """An argument as the function takes it; a lone `array`, `set`, `table` or `call` becomes what it says."""
    match given:
        case {"array": values, **others} if not others:
            return np.asarray(values, dtype=np.float64)
        case {"set": values, **others} if not others:
            return frozenset(values)
        case {"table": table, **others} if not others:
            return table_frame(Table.model_validate({"path": "argument.csv", **table}))
        case {"call": str(target), **others} if not others:
            return _function(target)()
        case dict():
            return {key: _argument(value) for key, value in given.items()}
        case list():
            return [_argument(value) for value in given]
        case _:
            return given


def _function(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def as_document(value: Any) -> Any:
    """Whatever a function returns, as JSON values: NaN is null, a frame is rows, an object fields and properties."""
    if isinstance(value, pl.DataFrame):
        return as_document(value.to_dicts())
    if isinstance(value, np.ndarray | np.generic):
        return as_document(value.tolist())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [part.name for part in dataclasses.fields(value)]
        names += [name for name, part in vars(type(value)).items() if isinstance(part, property)]
        return {name: as_document(getattr(value, name)) for name in names}
    if hasattr(value, "model_dump"):
        return as_document(value.model_dump())
    if isinstance(value, Mapping):
        return {str(key): as_document(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_document(part) for part in value]
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else json.loads(json.dumps(str(value)))
