"""What a job leaves to be read: its report in every language, kept with the ids of the figures that it shows."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.present.languages import LANGUAGES, Language
from wattstone.portfolio import Meter
from wattstone.workflows.stores import Document
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.interfaces.present.content import Report

__all__ = ["KEPT", "book_of", "document_id", "keep_report", "tells_of_dwellings"]

KEPT = 24
"""How many documents of a kind about a subject are kept, each language counted; the oldest go."""


def document_id(name: str, lang: Language) -> str:
    """The id of a document in one language, by the name that all its languages share."""
    return f"{name}-{lang}"


def tells_of_dwellings(meters: Iterable[Meter]) -> bool:
    """Whether hours of these meters together tell of single dwellings or drivers: some are personal, and not many."""
    from wattstone.workflows.export import HOUSEHOLDS

    return 0 < sum(one.personal for one in meters) < HOUSEHOLDS


def keep_report(
    workspace: Workspace,
    kind: str,
    subject: str,
    build: "Callable[[Language], Report]",
    *,
    site: str | None = None,
    run: int | None = None,
    facts: Mapping[str, Any] | None = None,
    book: "Callable[[Language], bytes] | None" = None,
) -> str:
    """Keep a report in every language.

    Parameters
    ----------
    workspace : Workspace
        Whose records take it.
    kind, subject : str
        As `plan` and the site's id, `savings` and the measure's, `inventory` and the year.
    build : callable
        Gives the report in a language.
    site : str or None
        Whose site it shows, which decides who may read it; None: the organisation as a whole.
    run : int or None
        Number of the run whose figures it shows.
    facts : mapping or None
        What was asked, JSON values; `personal` where it shows hours of single dwellings: it is shown to those alone who
        may read such hours.
    book : callable or None
        Gives its workbook in a language, where that holds more than its pages; see `book_of`.

    Returns
    -------
    str
        Its name, which all languages share.
    """
    from wattstone.interfaces.present.stored import figures_of, freeze

    name, made = secrets.token_hex(8), datetime.now(UTC).replace(tzinfo=None)
    said = {"who": workspace.actor.name, **(facts or {})}
    for lang in LANGUAGES:
        report = build(lang)
        about = Document(
            id=document_id(name, lang),
            kind=kind,
            subject=subject,
            language=lang,
            title=report.title,
            site=site,
            made=made,
            run=None if run is None else str(run),
            figures=figures_of(report),
            facts=said,
        )
        workspace.records.put_document(about, freeze(report))
        if book is not None:
            whole = replace(about, id=book_of(about.id), kind=f"{kind}_book", language="", figures=())
            workspace.records.put_document(whole, book(lang))
    for old in workspace.records.documents(kind, subject)[KEPT:]:
        workspace.records.remove_document(old.id)
        workspace.records.remove_document(book_of(old.id))
    return name


def book_of(document: str) -> str:
    """The id under which the workbook of a document is kept, where one is."""
    return f"{document}-book"
