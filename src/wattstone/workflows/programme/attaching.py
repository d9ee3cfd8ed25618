"""Documents that prove entries: kept by their content, and named by the version of the entry that they prove."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from wattstone.base import InputRefused
from wattstone.programme.entries import hash_of
from wattstone.programme.kinds import RecordKind, record_kind
from wattstone.workflows.activities.attach import Attached, document_row, read_document
from wattstone.workflows.programme.beside import actor_name, at_sites, sees, unknown_entry
from wattstone.workflows.programme.proofs import DOCUMENT
from wattstone.workflows.stores import Document
from wattstone.workflows.workspace import Workspace

__all__ = ["attach_evidence"]


def attach_evidence(
    workspace: Workspace, kind: RecordKind | str, entry: str, file: Path, *, who: str = "user"
) -> Attached:
    """Attach a document to an entry; a new version of it names the document.

    Parameters
    ----------
    workspace : Workspace
        Where.
    kind : RecordKind or str
        Of the entry, or its id.
    entry : str
        Which; in force.
    file : pathlib.Path
        PDF, PNG, JPEG, TIFF, XLSX or CSV of at most 20 MiB.
    who : str
        For the records and the audit log.

    Returns
    -------
    Attached
        `lines` holds the entry, or nothing where it named the document before.

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    """
    one = record_kind(kind) if isinstance(kind, str) else kind
    content, media, found = read_document(file)
    whole, name = at_sites(workspace, one, ()), actor_name(workspace, who)
    with whole.lock():
        held = whole.records.programme_entries(one.id, entries=[entry])
        if held.is_empty() or held["withdrawn"][0] or not sees(workspace, held["site"][0]):
            raise InputRefused([*found, unknown_entry(one, entry)])
        at_sites(workspace, one, held["site"].to_list())
        if found:
            raise InputRefused(found)
        sha, site = hashlib.sha256(content).hexdigest(), held["site"][0]
        row = document_row(DOCUMENT, sha, site, title=file.name, media=media, size=len(content), who=name)
        fresh = held.filter(pl.col("document").ne_missing(sha))
        if fresh.height:
            _name(whole, one, fresh, row, content, name)
    return Attached(
        sha256=sha, type=media, title=file.name, size=len(content), lines=tuple(fresh["entry"].to_list())
    )  # fmt: skip


def _name(
    workspace: Workspace, kind: RecordKind, held: pl.DataFrame, document: Document, content: bytes, who: str
) -> None:  # fmt: skip
    """The next version of an entry, which names the document, together with it."""
    row, sha = held.row(0, named=True), document.subject
    now = datetime.now(UTC).replace(tzinfo=None)
    own = hash_of(kind.id, row["entry"], row["body"], sha)
    fresh = {
        **row, "version": row["version"] + 1, "hash": own, "document": sha, "replaces": row["hash"], "reason": "",
        "entered_by": who, "entered_at": now,
    }  # fmt: skip
    details = {"module": kind.module, "kind": kind.id, "entry": row["entry"], "document": sha, "source": document.title}
    frame = pl.DataFrame([fresh], schema=held.schema)
    workspace.records.add_programme_entries(
        frame, what="attach evidence", who=who, details=details, documents=[(document, content)]
    )
