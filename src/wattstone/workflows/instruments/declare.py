"""Contracts and certificates said one by one, and taken back; checked as a whole before anything is kept."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from wattstone.base import Finding, InputRefused
from wattstone.inventory.instruments import HeldInstrument, Instrument
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.activities.attach import LARGEST
from wattstone.workflows.activities.context import DOCUMENT
from wattstone.workflows.instruments.checks import check_instruments
from wattstone.workflows.instruments.texts import Place, fields_of
from wattstone.workflows.stores import Document, Records
from wattstone.workflows.workspace import Workspace

__all__ = ["add_instrument", "checked", "document_of", "instrument_of", "keep", "withdraw_instrument"]


def add_instrument(
    workspace: Workspace, name: str, said: Mapping[str, Any], *, document: Path | None = None, who: str = "user"
) -> list[Finding]:
    """Say what a contract or certificate is, or correct what was said of it.

    Parameters
    ----------
    workspace : Workspace
        Where.
    name : str
        Its id.
    said : mapping
        Fields of `Instrument` as texts; an empty text takes back what was said.
    document : pathlib.Path or None
        The contract, or the statement of retirement; kept by its content.
    who : str
        For the audit log.

    Returns
    -------
    list of Finding
        Warnings: quality criteria that are not met so far.

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    """
    whole = acting(workspace, Act.DECLARE, EVERYWHERE)  # certificates are compared with all that there are
    known = {one.instrument.id: one for one in whole.records.instruments()}
    content, found = (None, []) if document is None else _content(document)
    hashed = {} if content is None else {"document": hashlib.sha256(content).hexdigest()}
    before = known[name].instrument if name in known else None
    instrument, more = instrument_of(name, {**said, **hashed}, before, lambda field: f"contract '{name}', {field}")
    found += more
    if instrument is not None:
        found += checked(whole.records, [instrument])
    if any(one.severity == "error" for one in found) or instrument is None:
        raise InputRefused(found)
    with whole.lock():
        if content is not None and document is not None:
            whole.records.put_document(_document(hashed["document"], document.name, len(content), who), content)
        keep(whole, [instrument], who=who)
        said_of = {key: str(value) for key, value in {**said, **hashed}.items()}
        whole.records.note("contract", who=who, details={"contract": name, **said_of})
    return found


def withdraw_instrument(workspace: Workspace, name: str, *, reason: str, who: str = "user") -> None:
    """Take a contract or certificate out of force; what was said of it stays, and what years claim of it too.

    Parameters
    ----------
    workspace : Workspace
        Where.
    name : str
        Its id.
    reason : str
        Why; an auditor reads it.
    who : str
        For the audit log.

    Raises
    ------
    InputRefused
        If there is no such instrument in force, or no reason; nothing is changed then.
    """
    whole = acting(workspace, Act.DECLARE, EVERYWHERE)
    held = {one.instrument.id: one for one in whole.records.instruments()}
    found: list[Finding] = []
    if name not in held or held[name].withdrawn:
        found.append(
            Finding(
                code="contract.unknown",
                place=f"contract '{name}'",
                found="there is no such contract or certificate",
                expected="an id that `wattstone contract list` shows",
                remedy="add it first, or correct the id",
            )
        )
    if not reason.strip():
        found.append(
            Finding(
                code="contract.no_reason",
                place=f"contract '{name}'",
                found="no reason is given",
                expected="a sentence that an auditor can judge",
                remedy="say why it is withdrawn",
            )
        )
    if found:
        raise InputRefused(found)
    with whole.lock():
        keep(whole, [held[name].instrument], who=who, withdrawn=reason.strip())
        whole.records.note("withdraw contract", who=who, details={"contract": name, "reason": reason.strip()})


def instrument_of(
    name: str, said: Mapping[str, Any], before: Instrument | None, place: Place
) -> tuple[Instrument | None, list[Finding]]:
    """An instrument of texts, over what was said before; None with every reason where they make none.

    Parameters
    ----------
    name : str
        Its id.
    said : mapping
        Texts by field.
    before : Instrument or None
        As it is.
    place : callable
        Where a field was said, for findings.
    """
    fields, found = fields_of(said, place)
    start = {"id": name} if before is None else before.model_dump()
    given = {key: value for key, value in {**start, **fields}.items() if value is not None}
    try:
        return Instrument.model_validate(given), found
    except ValidationError as error:
        unread = set(said) - set(fields)
        found += [one for one in _invalid(place, given, error) if one.params["field"] not in unread]
        return None, found


def checked(records: Records, fresh: Sequence[Instrument]) -> list[Finding]:
    """Findings of instruments beside all that the records hold."""
    names = {one.id for one in fresh}
    others = [one.instrument for one in records.instruments() if not one.withdrawn and one.instrument.id not in names]
    claimed: dict[str, float] = {}
    for claim in records.claims():
        claimed[claim.instrument] = claimed.get(claim.instrument, 0.0) + claim.energy
    return check_instruments(fresh, others, sites=records.sites(), meters=records.meters(), claimed=claimed)


def keep(workspace: Workspace, instruments: Sequence[Instrument], *, who: str, withdrawn: str = "") -> None:
    """Keep instruments as they are said now."""
    now = datetime.now(UTC).replace(tzinfo=None)
    workspace.records.put_instruments(
        [HeldInstrument(instrument=one, entered_by=who, entered_at=now, withdrawn=withdrawn) for one in instruments]
    )


def _content(document: Path) -> tuple[bytes | None, list[Finding]]:
    try:
        content = document.read_bytes()
    except OSError as error:
        found, expected = f"it cannot be read: {error.strerror}", "a file"
    else:
        if 0 < len(content) <= LARGEST:
            return content, []
        found, expected = "it is empty, or larger than 20 MiB", "a document of at most 20 MiB"
    return None, [
        Finding(
            code="contract.document", place=document.name, found=found, expected=expected, remedy="give another file"
        )
    ]


def _document(sha: str, title: str, size: int, who: str) -> Document:
    return Document(
        id=f"{DOCUMENT}:{sha}",
        kind=DOCUMENT,
        subject=sha,
        language="",
        title=title,
        made=datetime.now(UTC).replace(tzinfo=None),
        facts={"size": size, "by": who},
    )


def document_of(workspace: Workspace, sha256: str) -> tuple[Document, bytes] | None:
    """The document of a contract and its content; None where there is none, or one may not see it.

    Parameters
    ----------
    workspace : Workspace
        Where.
    sha256 : str
        Of its content.

    Returns
    -------
    (Document, bytes) or None
    """
    for one in workspace.records.documents(DOCUMENT, sha256):
        content = workspace.records.document_content(one.id)
        if content is not None:
            return one, content
    return None


_LISTED: Final = "a value as docs/how-to/contract.md lists it"
_FORMS = {
    "market": "a country by its two letters, as GB, or several with + between them",
    "document": "the SHA-256 of a document, 64 hexadecimal digits",
}
"""What is expected of a field that has a form."""


def _invalid(place: Place, given: Mapping[str, Any], error: ValidationError) -> list[Finding]:
    found: list[Finding] = []
    for one in error.errors():
        why = one["msg"].removeprefix("Value error, ")
        whole = "volume" if "no volume" in why else "vintage_end"  # what the rules of the whole are about
        field = str(one["loc"][0]) if one["loc"] else whole
        missing = given.get(field) is None
        formed = one["type"] == "string_pattern_mismatch"
        if formed:  # a pattern is for programs
            why = "it does not have the form that is asked for"
        found.append(
            Finding(
                code="declare.invalid",
                place=place(field),
                found="nothing is said of it" if missing else "the value {value} cannot be used: {why}",
                params={"value": repr(given.get(field)), "why": why, "field": field},
                expected=_FORMS.get(field, _LISTED) if formed else _LISTED,
                remedy="add it" if missing else "correct it",
            )
        )
    return found
