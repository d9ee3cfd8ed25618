"""What an edition rests on, as its manifest keeps it: versions, entries, evidence, factors, documents, the estate."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from wattstone.disclosure.manifest import canonical, digest
from wattstone.disclosure.statement import Statement
from wattstone.programme.entries import combined
from wattstone.programme.kinds import kinds_of
from wattstone.workflows.disclosure.chain import Chain, chain_of
from wattstone.workflows.inventory.record import EVIDENCE
from wattstone.workflows.programme.pinned import Pins, pins_of
from wattstone.workflows.workspace import Workspace

__all__ = ["documents_of", "estate_hash", "evidence_hash", "pins_now", "rests_on", "shown_ids"]

_MANY: Final = 2000
"""Entries of a kind that are named one by one; of more, one hash is kept."""


def pins_now(workspace: Workspace) -> Pins:
    """Versions as they stand, that of the evidence among them."""
    pins = pins_of(workspace)
    return Pins(pins.entries, {**pins.tables, EVIDENCE: workspace.lake.version(EVIDENCE)})


def shown_ids(statement: Statement) -> set[str]:
    """Ids of all figures that a statement shows, those of its tables too."""
    found = {one.id for one in statement.figures.values() if one.id}
    found |= {one.id for answer in statement.answers for one in answer.figures if one.id}
    for answer in statement.answers:
        for table in answer.tables:
            for name in (one for one in table.rows.columns if one.endswith("@figure")):
                found |= set(table.rows[name].drop_nulls().cast(pl.String).unique()) - {""}
    return found


def rests_on(workspace: Workspace, statement: Statement, pins: Pins) -> dict[str, Any]:
    """What a statement rests on, as JSON values.

    Parameters
    ----------
    workspace : Workspace
        Whole, and pinned.
    statement : Statement
    pins : Pins

    Returns
    -------
    dict
        `pins`; `entries`, what persons entered for reports, and what figures and answers name, each with its hash;
        `many`, one hash of the entries of a kind that are too many; `evidence`, a hash by name; `factors`, their
        content by name; `documents`, SHA-256 of each; `figures`, how many lie below; `estate`, one hash of sites,
        meters and settings.
    """
    chain = chain_of(workspace.lake, shown_ids(statement))
    entries, many = _entries(workspace, statement, chain)
    return {
        "pins": {"entries": pins.entries, "tables": dict(pins.tables)},
        "entries": entries,
        "many": many,
        "evidence": {key: evidence_hash(one) for key, one in sorted(chain.evidence.items())},
        "factors": {key: dict(one) for key, one in sorted(chain.of_kind("factor").items())},
        "documents": documents_of(workspace, {str(one["document"]) for one in entries if one["document"]}),
        "figures": len(chain.figures),
        "gone": list(chain.gone),
        "estate": estate_hash(workspace),
    }


def documents_of(workspace: Workspace, wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Documents that entries name, by SHA-256: what each is called, and the hash that its content has."""
    found: dict[str, dict[str, Any]] = {}
    names = set(wanted)
    for one in workspace.records.documents():
        if one.subject in names and one.subject not in found:
            content = workspace.records.document_content(one.id)
            found[one.subject] = {
                "title": one.title, "type": str(one.facts.get("type", "")), "size": len(content or b""),
                "sha256": "" if content is None else digest(content),
            }  # fmt: skip
    return found


def estate_hash(workspace: Workspace) -> str:
    """One hash of what figures are computed with beside rows and factors: sites, meters, spaces, settings, choices."""
    records = workspace.records
    told = [
        records.organisation().model_dump(mode="json"),
        [one.model_dump(mode="json") for one in records.sites()],
        [one.model_dump(mode="json") for one in records.spaces()],
        [one.model_dump(mode="json") for one in records.meters()],
        [one.model_dump(mode="json") for one in records.measures()],
        dict(records.tariffs()),
        sorted(repr(one) for one in records.exceptions()),
        sorted(repr(one) for one in records.instruments()),
        [digest(path.read_bytes()) for path in workspace.factor_files],
    ]
    return digest(canonical({"estate": told}))


def evidence_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of what stands behind a name."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _entries(
    workspace: Workspace, statement: Statement, chain: Chain
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Entries of the report that are in force, and those that are named; kinds that have too many by one hash."""
    records = workspace.records
    frames: list[pl.DataFrame] = []
    many: dict[str, dict[str, Any]] = {}
    for kind in kinds_of("disclose"):
        held = records.programme_entries(kind.id).filter(~pl.col("withdrawn"))
        if held.height > _MANY:
            many[kind.id] = {"count": held.height, "sha256": combined(held)}
        else:
            frames.append(held)
    named = {key.removeprefix("entry:") for key in chain.evidence if key.startswith("entry:")}
    named |= {one.removeprefix("entry:") for answer in statement.answers for one in answer.evidence if ":" in one}
    frames.append(records.programme_versions(sorted(named)))
    rows = pl.concat(frames).unique(["kind", "entry", "version"]).sort("kind", "entry", "version")
    told = ("kind", "entry", "version", "hash", "seq", "document", "entered_by", "entered_at")
    listed = [
        {**row, "entered_at": row["entered_at"].isoformat()} for row in rows.select(told).iter_rows(named=True)
    ]  # fmt: skip
    return listed, many
