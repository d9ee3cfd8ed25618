"""Jobs of the climate report: a rendering is made and kept for who may take it out; a locked edition is verified."""

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.present.languages import mark
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.stores import Document
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.disclosure.statement import Statement
    from wattstone.workflows.ports import Keyring

__all__ = ["KINDS", "RENDERING", "DisclosureParams", "VerifyEditionParams", "rendering_subject"]

RENDERING: Final = "climate_rendering"
"""Kind of the documents that are kept; they have no language of their own in lists of documents, for they are files."""
KEPT: Final = 24
"""Renderings of a report that are kept; the oldest go."""

_Standard = Annotated[
    str, Field(min_length=1, max_length=60, description=mark("As tcfd, or with its version ifrs-s2@2025."))
]
_Year = Annotated[int, Field(ge=1990, le=2100, description=mark("Reporting year."))]
_Edition = Annotated[
    int | None, Field(ge=1, le=10_000, description=mark("Number of a locked edition; the draft if left out."))
]


class DisclosureParams(Params):
    """Which report, in which form and language."""

    standard: _Standard = "tcfd"
    year: _Year
    form: Annotated[
        Literal["html", "pdf", "docx", "xlsx", "json", "ixbrl"],
        Field(description=mark("PDF and HTML to be read, DOCX to comment on, XLSX and JSON as data, inline XBRL.")),
    ] = "pdf"  # fmt: skip
    lang: Annotated[Literal["en", "zh"], Field(description=mark("Language of the report."))] = "en"
    edition: _Edition = None


class VerifyEditionParams(Params):
    """Which edition."""

    standard: _Standard = "tcfd"
    year: _Year
    edition: _Edition = None


def rendering_subject(standard: str, year: int) -> str:
    """What a kept rendering is about: `tcfd/2025`, whatever the version."""
    return f"{standard.partition('@')[0]}/{year}"


def run_disclosure(workspace: Workspace, asked: DisclosureParams, tell: Tell) -> Outcome:
    """Make a rendering of the draft, or of a locked edition, and keep it."""
    from wattstone.interfaces.present.disclosure.renderings import MEDIA, rendered

    require(workspace.actor, Act.EXPORT, EVERYWHERE)
    tell("report", 0, 2)
    said = _statement(workspace, asked)
    tell("write", 1, 2)
    name, content = rendered(said, asked.lang, asked.form)
    digest = sha256(content).hexdigest()
    facts = {
        "who": workspace.actor.name, "form": asked.form, "lang": asked.lang, "standard": said.standard.key,
        "year": asked.year, "edition": asked.edition, "type": MEDIA[asked.form], "sha256": digest,
        "bytes": len(content), "findings": len(said.findings),
    }  # fmt: skip
    document = _kept(workspace, name, content, rendering_subject(said.standard.id, asked.year), facts)
    workspace.records.note("export", who=workspace.actor.name, details={"what": "climate report", "file": name})
    message = [Said(mark("{file} is written."), {"file": name})]
    if said.findings:
        several = mark("The checks found {count} things; they stand on the page of the report.")
        one = mark("The checks found {count} thing; it stands on the page of the report.")
        message.append(Said(one, {}, several, len(said.findings)))
    here = f"report/climate/editions?standard={said.standard.key}&year={asked.year}"
    return Outcome(
        message=message, documents=[document],
        links=[Link(f"report/climate/renderings/{document}", mark("Fetch the file")), Link(here, mark("Editions"))],
        data={**facts, "document": document, "file": name},
    )  # fmt: skip


def _statement(workspace: Workspace, asked: DisclosureParams) -> "Statement":
    if asked.edition is None:
        from wattstone.workflows.disclosure.statement import statement_of

        return statement_of(workspace, asked.standard, asked.year)
    from wattstone.workflows.disclosure.locking import edition_statement

    return edition_statement(workspace, asked.standard, asked.year, asked.edition)


def _kept(workspace: Workspace, name: str, content: bytes, subject: str, facts: dict[str, Any]) -> str:
    """The id of the document; the oldest of the report go."""
    about = Document(
        id=f"climate-{secrets.token_hex(8)}", kind=RENDERING, subject=subject, language="", title=name,
        made=datetime.now(UTC).replace(tzinfo=None), facts=facts,
    )  # fmt: skip
    workspace.records.put_document(about, content)
    for old in workspace.records.documents(RENDERING, subject)[KEPT:]:
        workspace.records.remove_document(old.id)
    return about.id


def run_verify_edition(workspace: Workspace, asked: VerifyEditionParams, tell: Tell) -> Outcome:
    """Check an edition from its hash down to single readings, factors and texts."""
    from wattstone.workflows.disclosure.verifying import verify_edition

    require(workspace.actor, Act.EXPORT, EVERYWHERE)
    tell("verify", 0, None)
    found = verify_edition(workspace, asked.standard, asked.year, asked.edition, keys=_keys())
    wrong = [one for one in found if one.severity == "error"]
    if wrong:
        message = Said(mark("{count} thing is not as it was locked."), {}, mark("{count} things are not as they were "
                       "locked."), len(wrong))  # fmt: skip
    else:
        message = Said(mark("The edition is as it was locked, down to the readings, factors and texts it rests on."))
    here = f"report/climate/editions?standard={asked.standard}&year={asked.year}"
    return Outcome(
        message=[message], findings=found, links=[Link(here, mark("Editions"))],
        data={"standard": asked.standard, "year": asked.year, "edition": asked.edition, "holds": not wrong,
              "findings": [one.as_dict() for one in found]},
    )  # fmt: skip


def _keys() -> "Keyring | None":
    """Keys that this machine knows; what is secret of them is not read."""
    from wattstone.interfaces.store.keys import Keys, keys_folder

    folder = keys_folder()
    return Keys(folder) if folder.is_dir() else None


KINDS = (
    Kind(
        name="disclosure",
        title=mark("Make a file of the climate report"),
        act=Act.EXPORT,
        params=DisclosureParams,
        run=run_disclosure,
    ),
    Kind(
        name="disclosure_verify",
        title=mark("Verify an edition of the climate report"),
        act=Act.EXPORT,  # it takes a server half a minute: not for whoever may only read
        params=VerifyEditionParams,
        run=run_verify_edition,
        writes=False,
    ),
)
