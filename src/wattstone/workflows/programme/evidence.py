"""What stands behind what lines name: entries with what they say and who entered them, factors, what the asker gave."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

import polars as pl

from wattstone.base import Figure, InputRefused
from wattstone.programme.factories.registries import published_state
from wattstone.programme.kinds import record_kind
from wattstone.rates import load_factors
from wattstone.workflows.inventory.record import evidence_of
from wattstone.workflows.workspace import Workspace

__all__ = ["evidence_of_inputs"]

_LONG: Final = 400  # signs of a text that evidence shows; a polygon has more


def evidence_of_inputs(
    workspace: Workspace, figures: Iterable[Figure], year: int, *, until: int
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """The content of what figures name, but for other figures.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    figures : iterable of Figure
        Of one report.
    year : int
        Under which it is recorded.
    until : int
        Number of the newest version of any entry that is looked at.

    Returns
    -------
    dict
        By name, each with its `kind`.
    """
    named = sorted({key for one in figures for key in one.inputs if not key.startswith(("figure:", "question:"))})
    by_kind: dict[str, list[str]] = {}
    for key in named:
        by_kind.setdefault(key.partition(":")[0], []).append(key)
    found = _entries(workspace, by_kind.pop("entry", []), until)
    for key in by_kind.pop("entries", []):
        kind, _, sha = key.removeprefix("entries:").partition("=")
        found[key] = {"kind": "entries", "of": kind, "sha256": sha}
    for key in by_kind.pop("given", []):
        name, _, value = key.removeprefix("given:").partition("=")
        found[key] = {"kind": "given", "name": name, "value": value}
    for key in by_kind.pop("published", []):
        state = published_state(key.removeprefix("published:")) or {}
        found[key] = {"kind": "published", **{name: value for name, value in state.items() if value is not None}}
    found |= _factors(workspace, by_kind.pop("factor", []), year)
    rest = [key for keys in by_kind.values() for key in keys]
    known = evidence_of(workspace.lake, [year]) if rest else {}
    return found | {key: {"kind": key.partition(":")[0], "named": key} for key in rest if key not in known}


def _entries(workspace: Workspace, keys: list[str], until: int) -> dict[str, dict[str, Any]]:
    """By the version that holds: who says again what was said before, after something else, says it then."""
    versions = workspace.records.programme_versions([key.removeprefix("entry:") for key in keys])
    found: dict[str, dict[str, Any]] = {}
    for row in versions.filter(~pl.col("withdrawn") & (pl.col("seq") <= until)).sort("seq").iter_rows(named=True):
        kind = record_kind(row["kind"])
        found[f"entry:{row['hash']}"] = {
                "kind": "entry", "of": kind.id, "module": kind.module, "entry": row["entry"],
                "version": row["version"], "site": row["site"], "says": _says(row["body"]),
                "document": row["document"], "entered_by": row["entered_by"],
                "entered_at": row["entered_at"].isoformat(timespec="seconds"),
        }  # fmt: skip
    return found


def _says(body: str) -> dict[str, Any]:
    """Fields of an entry; of a long text how long it is, and its hash."""
    said: dict[str, Any] = json.loads(body)
    return {
        name: value if not isinstance(value, str) or len(value) <= _LONG else _short(value)
        for name, value in said.items()
    }


def _short(text: str) -> str:
    return f"{text[:60]}… ({len(text)} signs, SHA-256 {hashlib.sha256(text.encode()).hexdigest()})"


def _factors(workspace: Workspace, keys: list[str], year: int) -> dict[str, dict[str, Any]]:
    """Rows of the factor tables; of a factor that is put together, what the inventory kept of it."""
    if not keys:
        return {}
    known = evidence_of(workspace.lake, [year])
    try:
        table = load_factors(workspace.factor_files)
    except InputRefused:
        table = load_factors()
    found: dict[str, dict[str, Any]] = {}
    for key in keys:
        row = table.get(key.removeprefix("factor:"))
        if row is not None:
            found[key] = {
                "kind": "factor", "value": row.value, "unit": row.unit, "region": row.region,
                "year": row.year, "name": row.name, "source": row.source, "confidence": row.confidence,
                "licence": row.licence,
            }  # fmt: skip
        elif key not in known:
            found[key] = {"kind": "factor", "id": key.removeprefix("factor:")}
    return found
