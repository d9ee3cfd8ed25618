"""An organisation's own emission factors: tables that people hand in, kept in `factors/`, used by the next inventory.

The files are those that the command line reads; they are judged together, and kept only where all of them can be used.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from wattstone.base import Finding, InputRefused
from wattstone.rates import load_factors
from wattstone.rates.own import read_own_rows
from wattstone.rates.table import COLUMNS, Factor
from wattstone.workflows.access import EVERYWHERE, Act, require
from wattstone.workflows.factor_text import standard_text
from wattstone.workflows.workspace import Workspace

__all__ = ["TEMPLATE", "OwnFactors", "factor_text", "keep_factors", "own_factors", "remove_factors"]

_NAME = re.compile(r"[^\s/:\\.\x00-\x1f][^/:\\\x00-\x1f]{0,114}\.(csv|toml)")
_LARGEST = 4 * 2**20  # bytes; a row is 200, and no organisation has 20,000 factors of its own
_FOLDER = "factors"


@dataclass(frozen=True, kw_only=True)
class OwnFactors:
    """A file of own factors.

    Parameters
    ----------
    name : str
        Of the file.
    rows : tuple of Factor
        What it says.
    replaced : mapping of str to Factor
        Shipped rows whose value it replaces, by id.
    findings : tuple of Finding
        Why it cannot be used; then nothing can be computed until it is mended or removed.
    """

    name: str
    rows: tuple[Factor, ...]
    replaced: dict[str, Factor]
    findings: tuple[Finding, ...] = ()


def own_factors(workspace: Workspace) -> tuple[OwnFactors, ...]:
    """The files that are kept, by name, and what is wrong with any of them."""
    shipped = load_factors().rows
    files = workspace.factor_files
    _, found = read_own_rows(files, shipped) if files else ((), ())
    made: list[OwnFactors] = []
    for path in files:
        rows, _ = read_own_rows([path], shipped)
        known = {row.id: shipped[row.id] for row in rows if row.id in shipped}
        own = tuple(one for one in found if f"{one.place}, ".startswith(f"{path.name}, "))
        made.append(OwnFactors(name=path.name, rows=rows, replaced=known, findings=own))
    return tuple(made)


def keep_factors(workspace: Workspace, path: Path, *, who: str = "user") -> OwnFactors:
    """Keep a table of factors; a file of that name is replaced.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    path : pathlib.Path
        The table as it was handed in: CSV with commas, semicolons or tabs, decimal points or commas; or a pack as TOML.
    who : str
        For the audit log.

    Returns
    -------
    OwnFactors

    Raises
    ------
    Forbidden
        If the actor may not declare for the whole organisation.
    InputRefused
        With everything that is wrong with it, and with the other files beside it; nothing is changed.
    """
    require(workspace.actor, Act.DECLARE, EVERYWHERE)
    name = _named(path.name)
    if path.stat().st_size > _LARGEST:
        raise InputRefused([_too_large(path.name)])
    text = _pack_text(path) if name.endswith(".toml") else standard_text(path.read_bytes(), name=name)
    with workspace.lock():
        folder = workspace.root / _FOLDER
        folder.mkdir(exist_ok=True)
        with TemporaryDirectory(prefix=".new-", dir=folder) as held:
            candidate = Path(held) / name
            candidate.write_text(text, encoding="utf-8")
            others = [one for one in workspace.factor_files if one.name != name]
            load_factors((*others, candidate))
            before = (folder / name).is_file()
            candidate.replace(folder / name)
        kept = next(one for one in own_factors(workspace) if one.name == name)
        details = {"file": name, "rows": len(kept.rows), "replaced": before}
        workspace.records.note("own factors", who=who, details=details)
    return kept


def remove_factors(workspace: Workspace, name: str, *, who: str = "user") -> None:
    """Remove a file of own factors; figures that were made with it keep their values.

    Raises
    ------
    Forbidden
        If the actor may not declare for the whole organisation.
    InputRefused
        If there is none of that name.
    """
    require(workspace.actor, Act.DECLARE, EVERYWHERE)
    with workspace.lock():
        path = _kept(workspace, name)
        path.unlink()
        workspace.records.note("remove own factors", who=who, details={"file": name})


def factor_text(workspace: Workspace, name: str) -> str:
    """A file as it is kept.

    Raises
    ------
    InputRefused
        If there is none of that name.
    """
    return _kept(workspace, name).read_text(encoding="utf-8-sig", errors="replace")


def _kept(workspace: Workspace, name: str) -> Path:
    found = next((one for one in workspace.factor_files if one.name == name), None)
    if found is None:
        raise InputRefused([_missing(name)])
    return found


def _pack_text(path: Path) -> str:
    """A pack as it is kept: its own text, so that its comments stay."""
    return path.read_bytes().decode("utf-8-sig", errors="replace")


def _named(name: str) -> str:
    """The name under which a file is kept."""
    stem, point, suffix = name.rpartition(".")
    wanted = name if suffix == "toml" and point else f"{stem if point else name}.csv"
    if _NAME.fullmatch(wanted) is None:
        raise InputRefused([_bad_name(name)])
    return wanted


def _written(rows: Sequence[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


TEMPLATE = _written(
    [
        {"id": "own_electricity", "name": "Our supplier's mix", "scope": "2", "category": "purchased_electricity",
         "unit": "kgCO2e/kWh", "gas": "CO2e", "gwp_set": "AR5"},
        {"id": "own_heat", "name": "District heat", "scope": "2", "category": "purchased_heat", "unit": "kgCO2e/kWh",
         "gas": "CO2e", "gwp_set": "AR5"},
        {"id": "own_gas", "name": "natural_gas", "scope": "1", "category": "fuels", "unit": "kgCO2e/kWh_gross",
         "gas": "CO2e", "gwp_set": "AR5"},
    ]
)  # fmt: skip
"""A table to begin with: its rows lack region, year, value and source, so that it cannot be kept as it is."""


def _too_large(name: str) -> Finding:
    return Finding(
        code="factors.too_large",
        place=name,
        found="it is larger than {largest} MB",
        params={"largest": _LARGEST // 2**20},
        expected="a table of factors",
        remedy="send the factors alone",
    )


def _bad_name(name: str) -> Finding:
    return Finding(
        code="factors.name",
        place=name,
        found="it cannot be kept under this name",
        expected="a name that does not begin with a point",
        remedy="give the file another name",
    )


def _missing(name: str) -> Finding:
    return Finding(
        code="factors.none",
        place=name,
        found="there is no such file of factors",
        expected="one of those that are listed",
        remedy="look at the list again",
    )
