"""Contracts and certificates from a table, all or none, every problem told at once; and the table to fill in."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from wattstone.base import Finding, InputRefused
from wattstone.inventory.instruments import Instrument
from wattstone.readings.problems import Problems
from wattstone.readings.record_table import RecordTable, read_records
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.instruments.declare import checked, instrument_of, keep
from wattstone.workflows.instruments.texts import COLUMNS
from wattstone.workflows.workspace import Workspace

__all__ = ["Imported", "import_instruments", "instrument_template"]

_EXAMPLE = {
    "id": "GO-2023-01",
    "kind": "GO",
    "carrier": "electricity",
    "market": "NO",
    "vintage_start": "2023-01-01",
    "vintage_end": "2023-12-31",
    "volume": "500 MWh",
    "factor": "0 kg CO2e/kWh",
    "factor_source": "statement of cancellation",
    "technology": "hydro",
    "supplier": "Example Energy",
    "tracking_system": "national register",
    "serials": "NO-000100..NO-000599",
    "retired_on": "2024-01-31",
    "retired_for": "Example plc",
    "sites": "",
}


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did: the file's name, ids of instruments that are new, changed, the same; warnings."""

    source: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def import_instruments(workspace: Workspace, path: Path, *, who: str = "user") -> Imported:
    """Take contracts and certificates of a table in: CSV or XLSX, one a row, headers as `COLUMNS` has them.

    Parameters
    ----------
    workspace : Workspace
        Where.
    path : pathlib.Path
        The table. Fields that it does not have keep what was said before.
    who : str
        For the audit log.

    Returns
    -------
    Imported

    Raises
    ------
    InputRefused
        With every finding, its row and column; nothing is changed then.
    """
    whole = acting(workspace, Act.DECLARE, EVERYWHERE)
    problems = Problems(path)
    table = read_records(path, COLUMNS, problems)
    known = {one.instrument.id: one.instrument for one in whole.records.instruments()}
    fresh, rows, found = _instruments(table, path.name, known)
    found = [*problems.findings, *found]
    for one in checked(whole.records, list(fresh.values())):
        at = rows[str(one.params["contract"])]
        found.append(replace(one, place=_cell(path.name, at, table, str(one.params["field"]))))
    found.sort(key=_row)
    if any(one.severity == "error" for one in found):
        raise InputRefused(found)
    new = tuple(name for name in fresh if name not in known)
    changed = tuple(name for name, one in fresh.items() if name in known and known[name] != one)
    if new or changed:
        with whole.lock():
            keep(whole, [fresh[name] for name in (*new, *changed)], who=who)
            details = {"source": path.name, "new": list(new), "changed": list(changed)}
            whole.records.note("import contracts", who=who, details=details)
    same = tuple(name for name in fresh if name not in (*new, *changed))
    return Imported(source=path.name, new=new, changed=changed, same=same, findings=tuple(found))


def instrument_template() -> str:
    """A table to fill in, as CSV: every column, and one row as an example.

    Examples
    --------
    >>> instrument_template().splitlines()[0][:30]
    'id,kind,carrier,market,vintage'
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerow(_EXAMPLE)
    return text.getvalue()


def _instruments(
    table: RecordTable, file: str, known: Mapping[str, Instrument]
) -> tuple[dict[str, Instrument], dict[str, int], list[Finding]]:
    """The instruments of a table, their rows, and what is wrong with single rows."""
    fresh: dict[str, Instrument] = {}
    rows: dict[str, int] = {}
    found: list[Finding] = []
    for record in table.records:
        name = record.cells.get("id", "")
        if not name or name in rows:
            found.append(_no_id(_cell(file, record.row, table, "id"), name, rows.get(name)))
            continue
        rows[name] = record.row
        said = {field: _with_unit(field, text, table) for field, text in record.cells.items() if field != "id"}

        def place(field: str, row: int = record.row) -> str:
            return _cell(file, row, table, field)

        one, wrong = instrument_of(name, said, known.get(name), place)
        found += wrong
        if one is not None:
            fresh[name] = one
    return fresh, rows, found


def _with_unit(field: str, text: str, table: RecordTable) -> str:
    """A number with the unit that stands in its header, where it has none of its own."""
    unit = table.units.get(field)
    return f"{text} {unit}" if unit and field in ("volume", "factor") and re.fullmatch(r"[\d.,\s]+", text) else text


def _no_id(place: str, name: str, row: int | None) -> Finding:
    return Finding(
        code="contract.id",
        place=place,
        found="the id '{name}' stands in row {row} too" if name else "the row has no id",
        params={"name": name, "row": row},
        expected="an id of its own for each contract",
        remedy="give each contract one row with an id",
    )


def _row(finding: Finding) -> int:
    match = re.search(r", row (\d+)", finding.place)
    return int(match[1]) if match else 0


def _cell(file: str, row: int, table: RecordTable, field: str) -> str:
    column = table.columns.get(field)
    return f"{file}, row {row}" + (f", column '{column}'" if column else "")
