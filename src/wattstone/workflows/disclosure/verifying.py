"""Whether a locked edition holds: its list, manifest, signatures, and everything that its figures and texts rest on.

Nothing is compared with the workspace as it stands today: what came later is another edition's. Each figure is computed
again from the versions that were pinned, in groups, an inventory year or a report at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import polars as pl

from wattstone.base import Finding, InputRefused, NotComputable
from wattstone.disclosure.manifest import canonical
from wattstone.disclosure.statement import Statement
from wattstone.programme.entries import combined
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.chain import Chain, chain_of, id_of
from wattstone.workflows.disclosure.editions import KeptEdition, Logged, kept_editions, logged, not_whole
from wattstone.workflows.disclosure.locking import edition_of
from wattstone.workflows.disclosure.recomputing import again
from wattstone.workflows.disclosure.resting import documents_of, estate_hash, evidence_hash, shown_ids
from wattstone.workflows.disclosure.signing import signature_findings
from wattstone.workflows.disclosure.statement import standard_named
from wattstone.workflows.disclosure.verified_factors import factor_findings
from wattstone.workflows.ports import Keyring
from wattstone.workflows.programme.pinned import Pins, pinned
from wattstone.workflows.programme.verifying import right_versions
from wattstone.workflows.workspace import Workspace

__all__ = ["Extent", "extent_of", "list_findings", "verify_edition"]

_BROKEN: Final = (
    pl.exceptions.PolarsError, OSError, InputRefused, NotComputable, ArithmeticError, LookupError, TypeError,
    ValueError,
)  # fmt: skip
_PROVENANCE: Final = ("version", "seq", "document", "entered_by")


@dataclass(frozen=True)
class Extent:
    """How much an edition rests on, which is what a verification of it goes through.

    Parameters
    ----------
    number : int
        Of the edition.
    figures, factors, entries, documents : int
        Figures that it shows, factors behind them, versions of entries (texts and reviews among them), documents.
    """

    number: int
    figures: int
    factors: int
    entries: int
    documents: int


def extent_of(workspace: Workspace, standard: str, year: int, number: int | None = None) -> Extent | None:
    """What an edition rests on, counted; None where its manifest is gone or not whole.

    Parameters
    ----------
    workspace, standard, year, number
        As for `verify_edition`.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    held = kept_editions(whole.lake, standard_named(standard, year).id, year)
    kept = next((one for one in reversed(held) if number in (None, one.number)), None)
    if kept is None or not kept.whole:
        return None
    rests: dict[str, Any] = kept.manifest["rests"]
    entries = len(rests["entries"]) + sum(int(one["count"]) for one in rests["many"].values())
    shown = kept.manifest["statement"]["figures"]
    return Extent(kept.number, len(shown), len(rests["factors"]), entries, len(rests["documents"]))


def verify_edition(
    workspace: Workspace, standard: str, year: int, number: int | None = None, *, keys: Keyring | None = None
) -> tuple[Finding, ...]:  # fmt: skip
    """Check an edition from its signature down to single readings, factors and texts.

    Parameters
    ----------
    workspace : Workspace
        Nothing in it is written.
    standard, year, number : str, int, int or None
        Which edition; the newest where None.
    keys : Keyring or None
        Keys that are known here; without them nobody can say whose a signature is.

    Returns
    -------
    tuple of Finding
        Empty where everything is as it was locked; warnings refuse nothing.

    Raises
    ------
    InputRefused
        If there is no such edition.
    Forbidden
        If the whole organisation is not open to whoever asks.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    named = standard_named(standard, year).id
    held = kept_editions(whole.lake, named, year)
    log = logged(whole, named, year)
    found = list_findings(held, log, f"{named} {year}")
    kept = next((one for one in reversed(held) if number in (None, one.number)), None)
    if kept is None:
        if not log or (number is not None and number not in log):
            edition_of(whole, standard, year, number)  # raises: there never was one
        return tuple(found)
    found += _signatures(kept, log.get(kept.number), keys)
    if not kept.whole:
        return (*found, not_whole(kept))
    if canonical(kept.manifest) != kept.content:
        found.append(not_whole(kept))
    return (*found, *_rests(whole, kept))


def list_findings(held: tuple[KeptEdition, ...], log: Mapping[int, Logged], place: str) -> list[Finding]:
    """Whether the list of editions is that of the audit log, and each names the one before."""
    found: list[Finding] = []
    there = {one.number: one for one in held}
    for number in sorted({*there, *log}):
        kept, line = there.get(number), log.get(number)
        last = kept is not None and kept.number == max(there)
        if kept is None:
            found.append(_of_list(f"{place}, edition {number}", "the audit log tells of it, and it is not there"))
        elif line is None:
            found.append(_of_list(kept.place, "the audit log does not tell of it", warning=last))
        elif line.sha256 != kept.sha256:
            found.append(_of_list(kept.place, "the audit log tells of a manifest with another hash"))
    for before, one in pairwise(held):
        if one.whole and one.manifest.get("previous") != before.sha256:
            found.append(_of_list(one.place, "it follows upon another edition than the one before it"))
    if len(there) != len(held):
        found.append(_of_list(place, "a number stands for two editions"))
    return found


def _signatures(kept: KeptEdition, line: Logged | None, keys: Keyring | None) -> list[Finding]:
    found = [each for one in kept.signatures for each in signature_findings(one, kept.sha256, kept.place, keys)]
    made = {one.key for one in kept.signatures}
    if line is not None and line.key and line.key not in made:
        found.append(Finding(
            code="edition.signature_gone", place=kept.place, found="the signature of key {key} is no longer there",
            expected="the signature with which it was locked",
            remedy="restore the workspace from a copy that was kept apart", params={"key": line.key},
        ))  # fmt: skip
    if not kept.signatures:
        found.append(Finding(
            code="edition.unsigned", place=kept.place, severity="warning", found="nobody has signed it",
            expected="a signature by a key of the organisation", remedy="sign it with `wattstone disclose sign`",
        ))  # fmt: skip
    return found


def _rests(whole: Workspace, kept: KeptEdition) -> list[Finding]:
    """Everything that the manifest says it rests on."""
    told = kept.manifest
    rests: dict[str, Any] = told["rests"]
    then = pinned(whole, Pins.read(rests["pins"]))
    statement = edition_of(whole, kept.standard, kept.year, kept.number)
    found = _entries(whole, kept, rests) + _documents(whole, kept, rests)
    try:
        shown = shown_ids(statement)
        chain = chain_of(then.lake, shown)
    except _BROKEN as error:
        return [*found, _unreadable(kept, error)]
    found += _figures(statement, chain, kept) + _evidence(chain, rests, kept)
    found += factor_findings(whole, rests["factors"], kept.place)
    moved = estate_hash(whole) != rests["estate"]
    try:
        found += again(then, chain, kept.place, shown=shown, moved=moved)
    except _BROKEN as error:
        found.append(_unreadable(kept, error))
    return found


def _figures(statement: Statement, chain: Chain, kept: KeptEdition) -> list[Finding]:
    """Whether each figure is there, has the id that is the hash of its content, and the value that is shown."""
    found = [_figure(kept, one, "it, or what it names, is no longer there") for one in chain.gone]
    for name, row in sorted(chain.figures.items()):
        if id_of(row) != name:
            where = f"figure {row['name']}@{row['subject']}@{row['period']}"
            found.append(_figure(kept, where, "its content is not the one that its id is the hash of"))
    for key, one in sorted(statement.figures.items()):
        row = chain.figures.get(one.id)
        if row is not None and (row["value"], row["unit"]) != (one.value, one.unit):
            found.append(_figure(kept, f"figure {key}", "the edition shows another value than was recorded"))
    return found


def _evidence(chain: Chain, rests: Mapping[str, Any], kept: KeptEdition) -> list[Finding]:
    locked: dict[str, str] = rests["evidence"]
    return [
        _figure(kept, key, "what stands behind it is not what it was when the edition was locked")
        for key, one in sorted(chain.evidence.items())
        if evidence_hash(one) != locked.get(key)
    ]


def _entries(whole: Workspace, kept: KeptEdition, rests: Mapping[str, Any]) -> list[Finding]:
    """Whether every entry says what it said: texts, reviews, registers, what reports of the programme name."""
    listed: list[dict[str, Any]] = rests["entries"]
    held = whole.records.programme_versions(sorted({one["hash"] for one in listed}))
    right = held.filter(right_versions(held))
    there = {(row["kind"], row["entry"], row["version"]): row for row in right.iter_rows(named=True)}
    found: list[Finding] = []
    for one in listed:
        row = there.get((one["kind"], one["entry"], one["version"]))
        place = f"{one['kind']} '{one['entry']}'"
        if row is None or row["hash"] != one["hash"]:
            found.append(_entry(kept, place, one, "the version that was locked no longer says what it said"))
        elif any(row[name] != one[name] for name in _PROVENANCE) or row["entered_at"].isoformat() != one["entered_at"]:
            found.append(_entry(kept, place, one, "who entered it, when, or what proves it is told in another way"))
    for kind, told in rests["many"].items():
        versions = whole.records.programme_entries(kind, seq=rests["pins"]["entries"]).filter(~pl.col("withdrawn"))
        if combined(versions) != told["sha256"] or not right_versions(versions).all():
            found.append(_entry(kept, f"{kind}: {told['count']}", {}, "entries no longer say what they said"))
    return found


def _documents(whole: Workspace, kept: KeptEdition, rests: Mapping[str, Any]) -> list[Finding]:
    locked: dict[str, dict[str, Any]] = rests["documents"]
    now = documents_of(whole, locked)
    return [
        Finding(
            code="edition.document", place=f"{kept.place}: document '{told['title']}'",
            found="its content no longer has the hash {sha256}", expected="the document as it was attached",
            remedy="restore the workspace from a copy that was kept apart", params={"sha256": told["sha256"]},
        )
        for sha, told in sorted(locked.items())
        if now.get(sha, {}).get("sha256") != told["sha256"]
    ]  # fmt: skip


def _of_list(place: str, found: str, *, warning: bool = False) -> Finding:
    return Finding(
        code="edition.list", place=place, found=found, expected="editions as they were locked, each once",
        remedy="lock again, which completes what was cut off" if warning
        else "restore the workspace from a copy that was kept apart, and look into the audit log",
        severity="warning" if warning else "error",
    )  # fmt: skip


def _figure(kept: KeptEdition, what: str, found: str) -> Finding:
    return Finding(
        code="edition.figure", place=f"{kept.place}: {what}", found=found, expected="what was locked",
        remedy="restore the workspace from a copy that was kept apart, and run `wattstone verify`",
    )  # fmt: skip


def _entry(kept: KeptEdition, place: str, one: Mapping[str, Any], found: str) -> Finding:
    return Finding(
        code="edition.entry", place=f"{kept.place}: {place}", found=found, expected="entries as they were locked",
        remedy="restore the records from a copy that was kept apart",
        params={"version": one.get("version"), "who": one.get("entered_by")},
    )  # fmt: skip


def _unreadable(kept: KeptEdition, error: Exception) -> Finding:
    return Finding(
        code="edition.unreadable", place=kept.place,
        found="tables that it rests on cannot be read as they were: {error}", expected="versions that were pinned",
        remedy="restore the workspace from a copy that was kept apart", params={"error": str(error)[:200]},
    )  # fmt: skip
