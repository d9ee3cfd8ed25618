"""Documents that prove activities: invoices, photographs of meters, statements of suppliers, kept by their content."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.readings.activities.schema import ACTIVITY
from wattstone.workflows.activities.change import replaced_by
from wattstone.workflows.activities.context import DOCUMENT, at_sites
from wattstone.workflows.activities.lines import line_in_force
from wattstone.workflows.activities.marks import next_version
from wattstone.workflows.activities.table import append_lines, recover
from wattstone.workflows.stores import Document
from wattstone.workflows.workspace import Workspace

__all__ = ["LARGEST", "TYPES", "Attached", "attach_document", "document_of", "document_row", "read_document"]

LARGEST: Final = 20 * 2**20
"""Of a document. [bytes]"""
TYPES: Final[dict[str, str]] = {
    "application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX", "text/csv": "CSV",
}  # fmt: skip
_BEGINS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


@dataclass(frozen=True, kw_only=True)
class Attached:
    """What was attached.

    Parameters
    ----------
    sha256, type, title : str
        Hash of the content, its media type, and the file's name.
    size : int
        [bytes]
    lines : tuple of str
        Ids of the lines that name it now; those that named it before are left out.
    """

    sha256: str
    type: str
    title: str
    size: int
    lines: tuple[str, ...]


def attach_document(workspace: Workspace, line_ids: Sequence[str], file: Path, *, who: str = "user") -> Attached:
    """Attach a document to lines; each of them is corrected to name it.

    Parameters
    ----------
    workspace : Workspace
        Where.
    line_ids : sequence of str
        Lines that are in force.
    file : pathlib.Path
        PDF, PNG, JPEG, TIFF, XLSX or CSV of at most 20 MiB.
    who : str
        For the audit log.

    Returns
    -------
    Attached

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    """
    content, media, found = read_document(file)
    newest: dict[str, dict[str, object]] = {}
    for line_id in dict.fromkeys(line_ids):
        try:
            line = line_in_force(workspace.lake, line_id)
            newest[str(line["line_id"])] = line
        except InputRefused as refused:
            found += refused.findings
    if not line_ids:
        found.append(_no_line(file))
    if found:
        raise InputRefused(found)
    before = list(newest.values())
    sha = hashlib.sha256(content).hexdigest()
    sites = sorted({str(line["site_id"]) for line in before})
    whole = at_sites(workspace, sites)
    with whole.lock():
        recover(whole)
        for line in before:
            line_in_force(whole.lake, str(line["line_id"]), exact=True)
        for site in sites:
            row = document_row(DOCUMENT, sha, site, title=file.name, media=media, size=len(content), who=who)
            if whole.records.document(row.id) is None:  # who attached it first, and when, stays
                whole.records.put_document(row, content)
        fresh = [line for line in before if line["document"] != sha]
        named = _named(whole, fresh, sha, file.name, who) if fresh else ()
    return Attached(sha256=sha, type=media, title=file.name, size=len(content), lines=named)


def document_of(workspace: Workspace, sha256: str) -> tuple[Document, bytes] | None:
    """A document and its content; None where there is none, or it belongs to sites that one does not see."""
    for one in workspace.records.documents(DOCUMENT, sha256):
        content = workspace.records.document_content(one.id)
        if content is not None:
            return one, content
    return None


def _named(workspace: Workspace, lines: Sequence[dict[str, object]], sha: str, title: str, who: str) -> tuple[str, ...]:
    """Lines corrected to name a document, in one commit."""
    now = datetime.now(UTC).replace(tzinfo=None)
    made = [
        {**line, "line_id": next_version(str(line["line_id"])), "document": sha, "entered_by": who, "entered_at": now}
        for line in lines
    ]
    rows = [replaced_by(old, new, who=who) for old, new in zip(lines, made, strict=True)]
    ids = tuple(str(one["line_id"]) for one in made)
    details = {"document": sha, "source": title, "line": ", ".join(ids[:20]), "lines": str(len(ids))}
    key = f"attach:{sha}:{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:16]}"
    frame = pl.concat(rows).select(list(ACTIVITY))
    append_lines(workspace, frame, key=key, what="attach document", who=who, details=details)
    return ids


def document_row(kind: str, sha: str, site: str | None, *, title: str, media: str, size: int, who: str) -> Document:
    """A document as it is kept: one of each site, so that it is seen by those who see the site."""
    of = sha if kind == DOCUMENT else f"{kind}\n{sha}"
    return Document(
        id=hashlib.sha256(f"{of}\n{site}".encode()).hexdigest()[:32],
        kind=kind,
        subject=sha,
        language="",
        title=title,
        site=site,
        made=datetime.now(UTC).replace(tzinfo=None),
        facts={"sha256": sha, "type": media, "size": size, "by": who},
    )


def read_document(file: Path) -> tuple[bytes, str, list[Finding]]:
    """Content and media type of a document, and what is wrong with it."""
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        return b"", "", [_unreadable(file, error.strerror or type(error).__name__)]
    if size > LARGEST:
        return b"", "", [_large(file, size)]
    media = _type(file, content)
    return content, media or "", [] if media else [_type_unknown(file)]


def _type(file: Path, content: bytes) -> str | None:
    """The media type, by what the content begins with and not by the name alone."""
    for begin, media in _BEGINS:
        if content.startswith(begin):
            return media
    if content.startswith(b"PK\x03\x04") and b"xl/" in content:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    if file.suffix.lower() in (".csv", ".txt") and content and b"\x00" not in content:
        return "text/csv"
    return None


def _finding(file: Path, code: str, found: str, expected: str, remedy: str, **params: object) -> Finding:
    return Finding(code=code, place=file.name, found=found, expected=expected, remedy=remedy, params=params)


def _unreadable(file: Path, why: str) -> Finding:
    return _finding(
        file,
        "document.unreadable",
        "it cannot be read ({why})",
        "a file that can be read",
        "name another file",
        why=why,
    )


def _large(file: Path, size: int) -> Finding:
    return _finding(
        file, "document.large", "it has {size} bytes", "at most {most} bytes",
        "take a photograph of lower resolution, or the pages that matter", size=size, most=LARGEST,
    )  # fmt: skip


def _type_unknown(file: Path) -> Finding:
    return _finding(
        file, "document.type", "it is none of {types}", "a document of one of these kinds",
        "save it as PDF", types=", ".join(TYPES.values()),
    )  # fmt: skip


def _no_line(file: Path) -> Finding:
    return _finding(
        file, "document.no_line", "no line is named that it proves", "the id of at least one line",
        "list the lines with `wattstone activity list`",
    )  # fmt: skip
