"""Comparing what a case left behind with what it expects; every deviation is told, not only the first."""

import json
import math
import re
from pathlib import Path
from typing import Any

from tests.cases.form import COMPARISONS, Case, Expect
from tests.cases.run import Outcome, filled_in

RELATIVE = 1e-9
MISSING = object()


def deviations(case: Case, outcomes: list[Outcome], *, folder: Path, tmp: Path) -> list[str]:
    """What does not hold, one sentence each, with the number of the expectation."""
    told: list[str] = []
    for number, expect in enumerate(case.expect, 1):
        outcome = outcomes[(expect.command or len(outcomes)) - 1]
        told += [f"expect {number}: {problem}" for problem in _problems(expect, outcome, folder=folder, tmp=tmp)]
    return told


def _problems(expect: Expect, outcome: Outcome, *, folder: Path, tmp: Path) -> list[str]:
    told = [
        f"{name} of {outcome.place} does not match {pattern!r}; it was:\n{text}"
        for name, pattern, text in (
            ("stdout", expect.stdout_matches, outcome.stdout),
            ("stderr", expect.stderr_matches, outcome.stderr),
        )
        if pattern is not None and re.search(pattern, text) is None
    ]
    if expect.unchanged is not None and outcome.before[expect.unchanged] != outcome.after[expect.unchanged]:
        told.append(f"'{expect.unchanged}' is not what it was before {outcome.place}")
    if expect.rows is not None:
        told += [
            problem
            for one in _row_by_row(expect, folder)
            for problem in _in_document(one, outcome, folder=folder, tmp=tmp)
        ]
    if any(getattr(expect, name) is not None for name in COMPARISONS):
        told += _in_document(expect, outcome, folder=folder, tmp=tmp)
    return told


def _row_by_row(expect: Expect, folder: Path) -> list[Expect]:
    """An expectation for each row of a file of the case: `value` is compared, all else chooses the row."""
    name, _, pointer = str(expect.rows).partition("#")
    rows = resolve(json.loads((folder / name).read_text(encoding="utf-8")), pointer)
    if not isinstance(rows, list) or not rows:
        raise ValueError(f"there are no rows at '{expect.rows}'")
    made: list[Expect] = []
    for row in rows:
        value = row.pop("value")
        compared = {"is_null": True} if value is None else {"value": float(value)}
        chosen = expect.model_copy(update={"rows": None, "select": row, "pointer": "/value", **compared})
        made.append(chosen)
    return made


def _in_document(expect: Expect, outcome: Outcome, *, folder: Path, tmp: Path) -> list[str]:
    if expect.file is not None and expect.pointer is None and expect.select is None:
        path = tmp / filled_in(expect.file, case=folder, tmp=tmp)
        found: Any = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else MISSING
        return _compare(expect, found, f"file '{expect.file}'")
    try:
        document = _document(expect, outcome, folder=folder, tmp=tmp)
    except (ValueError, OSError) as error:
        return [f"no JSON to look into: {error}\n{outcome.stdout}\n{outcome.stderr}"]
    place = expect.pointer or "the document"
    if expect.select is not None:
        rows = resolve(document, expect.inside)
        if not isinstance(rows, list):
            return [f"there is no list at '{expect.inside}'"]
        chosen = [row for row in rows if isinstance(row, dict) and _fits(row, expect.select)]
        wanted = ", ".join(f"{key}={value}" for key, value in expect.select.items())
        place = f"{expect.inside}[{wanted}]{expect.pointer or ''}"
        if expect.pointer is None:
            return _compare(expect, chosen or MISSING, place)
        if len(chosen) != 1:
            return [] if expect.absent and not chosen else [f"{len(chosen)} rows fit {place}, expected one"]
        document = chosen[0]
    return _compare(expect, resolve(document, expect.pointer or ""), place)


def _document(expect: Expect, outcome: Outcome, *, folder: Path, tmp: Path) -> Any:
    if expect.file is not None:
        return json.loads((tmp / filled_in(expect.file, case=folder, tmp=tmp)).read_text(encoding="utf-8"))
    return outcome.document if outcome.is_call else json.loads(outcome.stdout)


def _fits(row: dict[str, Any], select: dict[str, Any]) -> bool:
    return all(key in row and row[key] == wanted for key, wanted in select.items())


def resolve(document: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) leads to, `MISSING` if it leads nowhere."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return MISSING
    return document


def _compare(expect: Expect, found: Any, place: str) -> list[str]:
    if expect.absent:
        return [] if found is MISSING else [f"{place} is {found!r}, expected it to be absent"]
    if (expect.count is not None and isinstance(found, list | dict)) or (found is MISSING and expect.count == 0):
        size = 0 if found is MISSING else len(found)
        return [] if size == expect.count else [f"{place} holds {size}, expected {expect.count}"]
    if found is MISSING:
        return [f"{place} is absent"]
    told: list[str] = []
    if expect.is_null is not None and (found is None) is not expect.is_null:
        told.append(f"{place} is {found!r}, expected {'null' if expect.is_null else 'something other than null'}")
    if expect.equals is not None and (
        found != expect.equals or isinstance(found, bool) is not isinstance(expect.equals, bool)
    ):
        told.append(f"{place} is {found!r}, expected {expect.equals!r}")
    if expect.matches is not None and (not isinstance(found, str) or re.search(expect.matches, found) is None):
        told.append(f"{place} is {found!r}, expected a text that matches {expect.matches!r}")
    if expect.count is not None:
        told.append(f"{place} is {found!r}, expected {expect.count} of something")
    return told + _compare_number(expect, found, place)


def _compare_number(expect: Expect, found: Any, place: str) -> list[str]:
    if expect.value is None and expect.at_least is None and expect.at_most is None:
        return []
    if isinstance(found, bool) or not isinstance(found, int | float):
        return [f"{place} is {found!r}, expected a number"]
    told: list[str] = []
    if expect.value is not None:
        given = expect.relative is not None or expect.absolute is not None
        relative = (expect.relative or 0.0) if given else RELATIVE
        if not math.isclose(
            found, expect.value, rel_tol=0.0, abs_tol=max(relative * abs(expect.value), expect.absolute or 0.0)
        ):
            told.append(
                f"{place} is {found!r}, expected {expect.value!r} within {relative:g} of it or {expect.absolute or 0:g}"
            )
    if expect.at_least is not None and not found >= expect.at_least:
        told.append(f"{place} is {found!r}, expected {expect.at_least!r} or more")
    if expect.at_most is not None and not found <= expect.at_most:
        told.append(f"{place} is {found!r}, expected {expect.at_most!r} or less")
    return told
