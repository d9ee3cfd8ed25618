"""Lists of a pack: figures shown, entries with their versions, data quality, overrides, the restatement ledger."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from wattstone.base import InputRefused
from wattstone.disclosure.statement import Statement
from wattstone.rates import load_factors
from wattstone.workflows.disclosure.chain import Chain
from wattstone.workflows.disclosure.editions import KeptEdition
from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.quality import assess_quality
from wattstone.workflows.workspace import Workspace

__all__ = ["entries_list", "figures_csv", "overrides", "quality", "restatements"]


def figures_csv(statement: Statement) -> bytes:
    """What the report shows, a figure a row."""
    held = io.StringIO()
    rows = csv.writer(held, lineterminator="\n")
    rows.writerow(("key", "id", "value", "unit", "lower", "upper", "state", "basis", "method"))
    for key, one in sorted(statement.figures.items()):
        low, high = one.interval or (None, None)
        rows.writerow((key, one.id, *(_exact(each) for each in (one.value,)), one.unit, _exact(low), _exact(high),
                       one.state, one.basis, one.method))  # fmt: skip
    return held.getvalue().encode()


def _exact(value: float | None) -> str:
    return "" if value is None else repr(value)


def entries_list(workspace: Workspace, listed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Versions that the manifest names, with what they say as text: their hash can be computed from it."""
    held = workspace.records.programme_versions(sorted({str(one["hash"]) for one in listed}))
    bodies = {(row["kind"], row["entry"], row["version"]): row["body"] for row in held.iter_rows(named=True)}
    return [{**one, "body": bodies.get((one["kind"], one["entry"], one["version"]), "")} for one in listed]


def quality(workspace: Workspace, chain: Chain) -> dict[str, Any]:
    """Scores of the meters of each year that the figures are of: share of gaps, flags; no readings."""
    years = sorted({int(row["part"]) for row in chain.figures.values() if row["table"] == FIGURES})
    found: dict[str, Any] = {}
    for year in years:
        try:
            meters = assess_quality(workspace, year).meters
        except InputRefused:  # activity records alone
            continue
        if meters.is_empty():
            continue
        # The last digits of a sum depend on the order in which it is made; a score has no use for them.
        rounded = meters.sort("meter_id").with_columns(pl.selectors.float().round(9))
        found[str(year)] = json.loads(rounded.write_json())
    estimated = {
        name: row["estimated"] for name, row in sorted(chain.figures.items()) if row["estimated"]
    }  # fmt: skip
    return {"meters": found, "estimated": estimated}


def overrides(workspace: Workspace, kept: KeptEdition, chain: Chain) -> dict[str, Any]:
    """What persons decided against the rule: factors of lesser confidence, own factors, findings let pass."""
    named = {str(row["id"]) for one in chain.of_kind("factor").values() for row in one.get("rows", ())}
    try:
        table = load_factors(workspace.factor_files)
        own = sorted(one for one in named if (row := table.get(one)) is not None and row.origin != "shipped")
    except InputRefused:
        own = []
    years = {kept.year, *(int(row["part"]) for row in chain.figures.values() if row["table"] == FIGURES)}
    passed = [one for one in workspace.records.waivers() if one.year in years]
    return {
        "accepted_factors": [
            {"factor": one.factor_id, "reason": one.reason}
            for one in workspace.records.exceptions() if one.factor_id in named
        ],
        "own_factors": own,
        "let_pass_for_the_edition": kept.manifest["passed"],
        "let_pass": [
            {"year": one.year, "key": one.key, "reason": one.reason, "by": one.waived_by, "at": one.at.isoformat()}
            for one in passed
        ],
        "notes": _notes(chain),
    }  # fmt: skip


def _notes(chain: Chain) -> dict[str, int]:
    """What figures say beside their numbers, and how many of them say it."""
    found: dict[str, int] = {}
    for row in chain.figures.values():
        for note in row["notes"]:
            found[note] = found.get(note, 0) + 1
    return dict(sorted(found.items()))


def restatements(workspace: Workspace, chain: Chain) -> dict[str, Any]:
    """The ledger of restatements, line by line as a chain, and figures that stand in place of others."""
    ledger = [
        {
            "number": one.number, "at": one.at.isoformat(), "who": one.who, "what": one.what,
            "details": dict(one.details), "previous": one.previous, "hash": one.hash,
        }
        for one in workspace.records.restatement_lines()
    ]  # fmt: skip
    replaced = {
        name: {"replaces": row["replaces"], "why": row["why"]}
        for name, row in sorted(chain.figures.items())
        if row["replaces"]
    }
    return {"ledger": ledger, "figures": replaced}
