"""Documents that prove entries: kept by their content, and named by the version of the entry that they prove."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.entries import hash_of
from wattstone.programme.kinds import RecordKind, record_kind
from wattstone.workflows.activities.attach import Attached, document_row, read_document
from wattstone.workflows.programme.beside import actor_name, at_sites
from wattstone.workflows.stores import Document
from wattstone.workflows.workspace import Workspace

__all__ = ["DOCUMENT", "attach_evidence", "evidence_document"]

DOCUMENT: Final = "programme"
"""Kind of the documents that prove entries."""


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
        at_sites(workspace, one, held["site"].to_list())
        if held.is_empty() or held["withdrawn"][0]:
            found.append(_unknown(one, entry))
        if found:
            raise InputRefused(found)
        sha, site = hashlib.sha256(content).hexdigest(), held["site"][0]
        row = document_row(DOCUMENT, sha, site, title=file.name, media=media, size=len(content), who=name)
        whole.records.put_document(row, content)
        fresh = held.filter(pl.col("document").ne_missing(sha))
        if fresh.height:
            _name(whole, one, fresh, sha, file.name, name)
    return Attached(
        sha256=sha, type=media, title=file.name, size=len(content), lines=tuple(fresh["entry"].to_list())
    )  # fmt: skip


def evidence_document(workspace: Workspace, sha256: str) -> tuple[Document, bytes] | None:
    """A document and its content; None where there is none, or it proves entries that one does not see."""
    for one in workspace.records.documents(DOCUMENT, sha256):
        content = workspace.records.document_content(one.id)
        if content is not None:
            return one, content
    return None


def _name(workspace: Workspace, kind: RecordKind, held: pl.DataFrame, sha: str, title: str, who: str) -> None:
    """The next version of an entry, which names the document."""
    row = held.row(0, named=True)
    now = datetime.now(UTC).replace(tzinfo=None)
    own = hash_of(kind.id, row["entry"], row["body"], sha)
    fresh = {
        **row, "version": row["version"] + 1, "hash": own, "document": sha, "replaces": row["hash"], "reason": "",
        "entered_by": who, "entered_at": now,
    }  # fmt: skip
    details = {"module": kind.module, "kind": kind.id, "entry": row["entry"], "document": sha, "source": title}
    frame = pl.DataFrame([fresh], schema=held.schema)
    workspace.records.add_programme_entries(frame, what="attach evidence", who=who, details=details)


def _unknown(kind: RecordKind, entry: str) -> Finding:
    return Finding(
        code="entry.unknown",
        place=f"{kind.id} '{entry}'",
        found="there is no such entry in force",
        expected="an entry that is in force",
        remedy="list the entries with `wattstone {module} list`",
        params={"module": kind.module},
    )
