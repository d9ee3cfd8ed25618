"""Documents that prove entries: given back to who sees the entry, and going with it where it moves to another site."""

from dataclasses import replace
from typing import Any, Final

import polars as pl

from wattstone.workflows.activities.attach import document_row
from wattstone.workflows.stores import Document
from wattstone.workflows.workspace import Workspace

__all__ = ["DOCUMENT", "evidence_document", "moved_proofs"]

DOCUMENT: Final = "programme"
"""Kind of the documents that prove entries."""


def evidence_document(workspace: Workspace, sha256: str) -> tuple[Document, bytes] | None:
    """A document and its content; None where there is none, or it proves entries that one does not see."""
    for one in workspace.records.documents(DOCUMENT, sha256):
        content = workspace.records.document_content(one.id)
        if content is not None:
            return one, content
    return None


def moved_proofs(workspace: Workspace, fresh: pl.DataFrame, before: pl.DataFrame) -> list[tuple[Document, bytes]]:
    """Documents of entries that move to another site, as they are kept there.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    fresh, before : polars.DataFrame
        Versions that are added, and the newest before them; schema `VERSIONS`.
    """
    was = before.select("entry", pl.col("site").alias("_was"))
    moved = fresh.filter(pl.col("document").is_not_null()).join(was, on="entry")
    gone = moved.filter(pl.col("site").ne_missing(pl.col("_was"))).select("document", "site").unique()
    found: list[tuple[Document, bytes]] = []
    for sha, site in gone.sort("document", "site").iter_rows():
        held = evidence_document(workspace, sha)
        if held is not None:
            found.append((_at(held[0], site), held[1]))
    return found


def _at(document: Document, site: str | None) -> Document:
    facts: Any = document.facts
    there = document_row(
        DOCUMENT, document.subject, site, title=document.title, media=str(facts.get("type", "")),
        size=int(facts.get("size", 0)), who=str(facts.get("by", "")),
    )  # fmt: skip
    return replace(there, made=document.made)
