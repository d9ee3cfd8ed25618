"""Editions: a draft that nothing stands against is written once, hashed and signed, and never changed.

What is locked is the canonical JSON of the statement with what it rests on: versions of the tables, entries, evidence.
No version of a table is ever removed, so that an edition can be computed again as long as the workspace is there.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from wattstone import __version__
from wattstone.base import Finding, InputRefused
from wattstone.disclosure.differences import Change, differences
from wattstone.disclosure.encoding import encoded
from wattstone.disclosure.manifest import canonical, manifest, statement_from
from wattstone.disclosure.statement import Edition, Statement
from wattstone.inventory.released import Waiver
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.editions import (
    LOCKED,
    SIGNED,
    KeptEdition,
    add_edition,
    add_signature,
    kept_edition,
    kept_editions,
    logged,
    not_whole,
)
from wattstone.workflows.disclosure.resting import pins_now, rests_on
from wattstone.workflows.disclosure.signing import signed
from wattstone.workflows.disclosure.standing import standing_of
from wattstone.workflows.disclosure.statement import standard_named, statement_of
from wattstone.workflows.ports import Signing
from wattstone.workflows.programme.pinned import pinned
from wattstone.workflows.workspace import Workspace

__all__ = ["Compared", "changes_of", "compared", "edition_of", "edition_statement", "editions", "lock", "sign"]


def lock(
    workspace: Workspace, standard: str, year: int, *, why: str = "", key: Signing | None = None, who: str = "user"
) -> Edition:  # fmt: skip
    """Lock the draft of a report as its next edition, when nothing stands against it.

    Parameters
    ----------
    workspace : Workspace
    standard : str
        `tcfd`, or with its version `ifrs-s2@2025`.
    year : int
        Reporting year.
    why : str
        What is new since the edition before; the first needs none.
    key : Signing or None
        What signs it; without one it can be signed later by `sign`.
    who : str
        For the records and the audit log.

    Returns
    -------
    Edition
        The last one, where it says the same already: nothing is written then.

    Raises
    ------
    InputRefused
        With everything that stands in the way; nothing is locked then.
    Forbidden
        If whoever asks does not review for the whole organisation.
    """
    whole = acting(workspace, Act.REVIEW, EVERYWHERE)
    name = who if workspace.actor.kind == "local" else workspace.actor.name
    with whole.lock():
        whole.lake.recover()  # what a lock that was killed left behind
        draft, made = _drafted(whole, standard, year)
        named = draft.standard.id
        before = kept_editions(whole.lake, named, year)
        last = before[-1] if before else None
        if last is not None:
            _log(whole, last, name)  # where a lock was killed before it told of itself
            if _said(_statement(last)) == _said(draft):
                return _signed_too(whole, last, key, name)
        standing = standing_of(draft, whole.records.waivers())
        findings = [one.finding for one in standing.blocking]
        findings += _unrecorded(draft, made["gone"])
        if last is not None and not why.strip():
            findings.append(_no_why(last))
        if findings:
            raise InputRefused(findings)
        made["passed"] = [_passed(one.waived) for one in standing.found if one.waived is not None]
        kept = _edition(draft, made, last, why=why.strip() if last else "", key=key, who=name)
        add_edition(whole.lake, kept)
        _log(whole, kept, name)
        return kept.edition


def sign(
    workspace: Workspace, standard: str, year: int, number: int | None, key: Signing, *, who: str = "user"
) -> Edition:
    """Sign an edition that was locked, beside whoever signed it before.

    Parameters
    ----------
    workspace : Workspace
    standard, year, number : str, int, int or None
        Which edition; the newest where None.
    key : Signing
    who : str
        For the audit log.

    Raises
    ------
    InputRefused
        If there is no such edition, or its manifest is not as it was locked.
    """
    whole = acting(workspace, Act.REVIEW, EVERYWHERE)
    name = who if workspace.actor.kind == "local" else workspace.actor.name
    with whole.lock():
        whole.lake.recover()
        kept = kept_edition(whole.lake, _id(standard, year), year, number)
        if not kept.whole:
            raise InputRefused([not_whole(kept)])
        return _signed_too(whole, kept, key, name)


def editions(workspace: Workspace, standard: str, year: int) -> tuple[Edition, ...]:
    """Editions of a report, the first first; empty where nothing was locked.

    Parameters
    ----------
    workspace : Workspace
    standard, year : str, int
        Versions of a standard share their numbers.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    return tuple(one.edition for one in kept_editions(whole.lake, _id(standard, year), year))


def edition_statement(workspace: Workspace, standard: str, year: int, number: int | None = None) -> Statement:
    """The statement of an edition, as it was locked, whatever became of the workspace.

    Parameters
    ----------
    workspace : Workspace
    standard, year, number : str, int, int or None
        The newest where None.

    Raises
    ------
    InputRefused
        If there is none, or its manifest is not as it was locked.
    """
    return edition_of(acting(workspace, Act.READ, EVERYWHERE), standard, year, number)


def edition_of(whole: Workspace, standard: str, year: int, number: int | None = None) -> Statement:
    """The same, of a workspace that is open as a whole."""
    return _statement(kept_edition(whole.lake, _id(standard, year), year, number))


@dataclass(frozen=True)
class Compared:
    """Two statements of one report, and what the later says in another way."""

    old: Statement
    new: Statement
    changes: tuple[Change, ...]


def changes_of(
    workspace: Workspace, standard: str, year: int, old: int | None = None, new: int | None = None
) -> tuple[Change, ...]:
    """What changed between two editions, or since an edition: the changes of `compared`."""
    return compared(workspace, standard, year, old, new).changes


def compared(
    workspace: Workspace, standard: str, year: int, old: int | None = None, new: int | None = None
) -> Compared:
    """Two editions, or an edition and the draft, with what changed.

    Parameters
    ----------
    workspace : Workspace
    standard, year : str, int
    old : int or None
        Number of the earlier edition; the newest where None.
    new : int or None
        Number of the later; the draft where None.

    Raises
    ------
    InputRefused
        If there is no such edition.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    before = edition_statement(whole, standard, year, old)
    after = statement_of(whole, standard, year) if new is None else edition_statement(whole, standard, year, new)
    return Compared(before, after, differences(before, after))


def _id(standard: str, year: int) -> str:
    return standard_named(standard, year).id


def _drafted(whole: Workspace, standard: str, year: int) -> tuple[Statement, dict[str, Any]]:
    """The draft with what it rests on; both are of one moment, whoever enters something meanwhile."""
    pins = pins_now(whole)
    draft = statement_of(pinned(whole, pins), standard, year)
    made = rests_on(pinned(whole, pins_now(whole)), draft, pins_now(whole))
    return draft, made


def _statement(kept: KeptEdition) -> Statement:
    if not kept.whole:
        raise InputRefused([not_whole(kept)])
    return replace(statement_from(kept.manifest), edition=kept.edition)


def _said(statement: Statement) -> bytes:
    """What a statement says, whenever it was made and whatever its checks say."""
    bare = replace(statement, made=datetime(2000, 1, 1, tzinfo=UTC), edition=None, findings=())
    return canonical(manifest(bare))


def _edition(
    draft: Statement, made: dict[str, Any], last: KeptEdition | None, *, why: str, key: Signing | None, who: str
) -> KeptEdition:
    now = datetime.now(UTC).replace(microsecond=0)
    edition = Edition(
        number=1 if last is None else last.number + 1, sha256="", locked_by=who, locked_at=now, why=why,
        key="" if key is None else key.key,
    )  # fmt: skip
    passed = made.pop("passed")
    changes = () if last is None else differences(_statement(last), draft)
    content = canonical(
        manifest(
            replace(draft, edition=edition), made_with={"wattstone": __version__},
            previous="" if last is None else last.sha256, rests=made, passed=passed,
            changes=encoded(changes, tuple[Change, ...]),
        )
    )  # fmt: skip
    kept = KeptEdition.made(edition, draft.standard.id, draft.year, content)
    return kept if key is None else replace(kept, signatures=(signed(kept.sha256, key, now),))


def _log(whole: Workspace, kept: KeptEdition, who: str) -> None:
    """Tell of an edition in the audit log, once."""
    if kept.number in logged(whole, kept.standard, kept.year):
        return
    details = {
        "standard": kept.standard, "year": kept.year, "edition": kept.number, "sha256": kept.sha256, "why": kept.why,
        "key": kept.edition.key,
    }  # fmt: skip
    whole.records.note(LOCKED, who=who, details=details)


def _signed_too(whole: Workspace, kept: KeptEdition, key: Signing | None, who: str) -> Edition:
    """An edition with the signature of a key, where it has none of it yet."""
    if key is None or any(one.key == key.key for one in kept.signatures):
        return kept.edition
    signature = signed(kept.sha256, key, datetime.now(UTC))
    add_signature(whole.lake, kept, signature)
    details = {
        "standard": kept.standard, "year": kept.year, "edition": kept.number, "sha256": kept.sha256, "key": key.key,
    }  # fmt: skip
    whole.records.note(SIGNED, who=who, details=details)
    return replace(kept, signatures=(*kept.signatures, signature)).edition


def _passed(waiver: Waiver) -> dict[str, str]:
    return {"key": waiver.key, "reason": waiver.reason, "by": waiver.waived_by, "at": waiver.at.isoformat()}


def _unrecorded(draft: Statement, gone: list[str]) -> list[Finding]:
    """Figures that the draft shows and nobody recorded: there would be nothing to check them by."""
    ids = {one.id: key for key, one in draft.figures.items() if one.id}
    names = [one.removeprefix("figure:") for one in gone if one.startswith("figure:")]
    return [
        Finding(
            code="lock.unrecorded", place=f"figure {ids.get(one, one)}",
            found="it is shown and was never recorded, or something that it rests on was not",
            expected="figures that are recorded with their evidence",
            remedy="record it with `wattstone disclose report`, then lock again",
        )
        for one in names
    ]  # fmt: skip


def _no_why(last: KeptEdition) -> Finding:
    return Finding(
        code="edition.no_why", place=last.place, found="the draft says something else, and nobody says why",
        expected="a sentence that readers of both editions understand", remedy="say it with --why",
    )  # fmt: skip
